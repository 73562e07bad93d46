/* lab: variants × targets, built apart and measured. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include "base/alloc.h"
#include "build/history.h"
#include "build/lab.h"
#include "build/variants.h"
#include "cli/build_spec.h"
#include "cli/cli.h"
#include "cli/lab_report.h"
#include "hint/rules.h"
#include "io/file.h"
#include "io/loop.h"
#include "ready/survey.h"
#include "text/json.h"

struct laboratory {
	struct cli *cli;
	struct loop *loop;
	struct lab *lab;
	struct history *history;
	bool json;
	bool is_over;
	struct err err; /* a variant could not be started */
	int signum;     /* that asked us to stop; 0: none */
};

/* ---- what is told as it happens ---- */

static void
on_run_event(void *arg, const struct run *run, const struct run_event *event)
{
	struct laboratory *l = arg;

	history_event(l->history, run, event);
	if (event->kind == RUN_JOB_FINISHED && event->job->state == JOB_FAILED && !l->cli->quiet)
		fprintf(stderr, "xtui: %s, %s: failed; xtui log %s %s\n", event->job->variant,
			event->job->target, run_id(run), event->job->target);
}

static void
on_row(void *arg, const struct lab_row *row)
{
	struct laboratory *l = arg;
	struct json *o;

	if (l->json) {
		o = lab_report_row(l->lab, row);
		cli_print_json(l->cli, o);
		json_free(o);
	} else if (!l->cli->quiet) {
		fprintf(stderr, "xtui: %s built in %.1f s\n", row->variant, (double)row->ms / 1000);
	}
}

static void
on_over(void *arg, const struct err *err)
{
	struct laboratory *l = arg;

	if (err)
		l->err = *err;
	l->is_over = true;
	loop_stop(l->loop);
}

static void
say_trouble(void *arg, const struct err *what)
{
	cli_fail(arg, what);
}

static void
interrupted(void *arg, int signum)
{
	struct laboratory *l = arg;

	l->signum = signum;
	lab_stop(l->lab);
}

/* ---- the result ---- */

static bool
write_picture(const struct laboratory *l, struct err *err)
{
	const char *path = args_get(&l->cli->args, OPT_SVG, NULL);
	struct str svg = STR_INIT;
	bool ok = true;

	if (path) {
		lab_report_svg(l->lab, &svg);
		ok = file_write(path, str_span(&svg), err);
	}
	str_fini(&svg);
	return ok;
}

static void
print_result(const struct laboratory *l)
{
	const struct args *args = &l->cli->args;
	struct str out = STR_INIT;

	if (args_has(args, OPT_CSV))
		lab_report_csv(l->lab, &out);
	else if (args_has(args, OPT_MARKDOWN))
		lab_report_markdown(l->lab, &out);
	else if (!l->json)
		lab_report_text(l->cli, l->lab, &out);
	cli_print(l->cli, &out);
	str_fini(&out);
}

static int
finish(struct laboratory *l)
{
	struct err err = ERR_INIT;

	print_result(l);
	if (!write_picture(l, &err))
		return cli_fail(l->cli, &err);
	if (l->err.kind != ERR_NONE)
		return cli_fail(l->cli, &l->err);
	return l->signum ? 128 + l->signum : lab_has_failed(l->lab);
}

/* ---- the command ---- */

static void
announce(const struct laboratory *l, const struct run_spec *spec)
{
	struct json *o, *list;

	if (!l->json)
		return;
	o = json_object();
	list = json_array();
	json_set_string(o, "event", "lab_started");
	json_set_number(o, "schema", 1);
	for (size_t i = 0; i < spec->variant_count; i++)
		json_push_string(list, spec->variants[i].name);
	json_set(o, "variants", list);
	cli_print_json(l->cli, o);
	json_free(o);
}

static int
work(struct laboratory *l, const struct run_spec *spec)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP };
	const struct lab_events events = { on_run_event, on_row, on_over };
	struct loop_signal *watches[3];
	struct err err = ERR_INIT;
	int status;

	l->loop = loop_new();
	l->history = history_open(NULL, say_trouble, l->cli);
	announce(l, spec);
	l->lab = lab_start(l->loop, spec, &events, l, &err);
	for (size_t i = 0; i < 3; i++)
		watches[i] = loop_signal_start(l->loop, signals[i], interrupted, l);
	while (l->lab && !l->is_over)
		loop_run(l->loop);
	for (size_t i = 0; i < 3; i++)
		loop_signal_stop(watches[i]);
	status = l->lab ? finish(l) : cli_fail(l->cli, &err);
	lab_free(l->lab);
	history_close(l->history);
	loop_free(l->loop);
	return status;
}

static bool
choose_variants(struct build_spec *spec, const struct args *args, struct err *err)
{
	static const char *const usual[] = { "default", "fast", "small", "small-fast", NULL };
	size_t named, sets_count;
	const char **names = args_all(args, OPT_VARIANT, &named);
	const char **sets = args_all(args, OPT_SET, &sets_count);
	bool ok = variants_make(&spec->order.run, spec->profile, named ? names : usual, sets,
		&spec->order.arena, err);

	free(sets);
	free(names);
	return ok;
}

int
cmd_lab(struct cli *cli)
{
	struct laboratory l = { .cli = cli, .json = args_has(&cli->args, OPT_JSON) };
	struct survey *s = cli_survey(cli);
	struct err err = ERR_INIT;
	struct build_spec spec;
	struct rules *rules = NULL;
	int status;

	if (!s->toolchain)
		err = s->toolchain_err;
	else if (!s->conf)
		err = s->conf_err;
	else if (!s->workspace)
		err = s->workspace_err;
	else
		rules = rules_load_for(cli->dir, &err);
	if (rules && build_spec_init(&spec, cli, s, rules, &err)) {
		status = choose_variants(&spec, &cli->args, &err) ? work(&l, &spec.order.run)
								  : cli_fail(cli, &err);
		build_spec_fini(&spec);
	} else {
		status = cli_fail(cli, &err);
	}
	survey_free(s);
	return status;
}
