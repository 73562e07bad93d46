/* lab: variants × targets, built apart and measured. */
#include <stdio.h>
#include <stdlib.h>
#include "base/alloc.h"
#include "build/history.h"
#include "build/lab.h"
#include "build/pack.h"
#include "build/variants.h"
#include "cli/build_spec.h"
#include "cli/cli.h"
#include "cli/interrupts.h"
#include "cli/lab_report.h"
#include "cli/lab_simulate.h"
#include "cli/past.h"
#include "hint/rules.h"
#include "io/file.h"
#include "io/loop.h"
#include "ready/sccache.h"
#include "ready/survey.h"
#include "rust/workspace.h"
#include "text/json.h"

struct laboratory {
	struct cli *cli;
	struct loop *loop;
	struct lab *lab;
	struct history *history;
	const char *root;
	const struct lab_result *before; /* to compare with; NULL: nothing */
	bool json;
	bool is_over;
	struct err err; /* a variant could not be started */
	int signum;     /* that asked us to stop; 0: none */
};

/* ---- JSON ---- */

static void
print_started(const struct cli *cli, const struct lab_result *r, const struct lab_result *before)
{
	struct json *o = json_object(), *variants = json_array();

	json_set_string(o, "event", "lab_started");
	json_set_number(o, "schema", 1);
	for (size_t i = 0; i < r->row_count; i++)
		json_push_string(variants, r->rows[i].variant);
	json_set(o, "variants", variants);
	json_set(o, "targets", json_strings(r->targets));
	json_set_string(o, "compared_with", before ? before->id : NULL);
	cli_print_json(cli, o);
	json_free(o);
}

static void
print_row(const struct cli *cli, const struct lab_result *r, const struct lab_row *row,
	const struct lab_result *before)
{
	struct json *o = lab_row_json(r, row, before);

	cli_print_json(cli, o);
	json_free(o);
}

static void
print_finished(const struct cli *cli, const struct lab_result *r, const char *status)
{
	struct json *o = json_object(), *beaten = json_array();

	json_set_string(o, "event", "lab_finished");
	json_set_string(o, "lab", r->id);
	json_set_string(o, "status", status);
	for (size_t i = 0; i < r->row_count; i++)
		if (r->rows[i].is_beaten)
			json_push_string(beaten, r->rows[i].variant);
	json_set(o, "beaten", beaten);
	cli_print_json(cli, o);
	json_free(o);
}

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

	history_keep_lab(l->history, l->root, lab_result(l->lab));
	if (l->json)
		print_row(l->cli, lab_result(l->lab), row, l->before);
	else if (!l->cli->quiet)
		fprintf(stderr, "xtui: %s built in %.1f s\n", row->variant, (double)row->ms / 1000);
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
write_picture(const struct cli *cli, const struct lab_result *r, struct err *err)
{
	const char *path = args_get(&cli->args, OPT_SVG, NULL);
	struct str svg = STR_INIT;
	bool ok = true;

	if (path) {
		lab_report_svg(r, &svg);
		ok = file_write(path, str_span(&svg), err);
	}
	str_fini(&svg);
	return ok;
}

static bool
print_result(const struct cli *cli, const struct lab_result *r, const struct lab_result *before,
	struct err *err)
{
	const struct args *args = &cli->args;
	struct str out = STR_INIT;

	if (args_has(args, OPT_CSV)) {
		lab_report_csv(r, before, &out);
	} else if (args_has(args, OPT_MARKDOWN)) {
		lab_report_markdown(r, before, &out);
	} else if (!args_has(args, OPT_JSON)) {
		lab_report_text(cli, r, before, &out);
		if (!cli->quiet)
			lab_report_parts(cli, r, &out);
	}
	cli_print(cli, &out);
	str_fini(&out);
	return write_picture(cli, r, err);
}

static int
finish(struct laboratory *l)
{
	const struct lab_result *r = lab_result(l->lab);
	struct err err = ERR_INIT;

	if (l->json)
		print_finished(l->cli, r,
			lab_is_stopped(l->lab)                                      ? "cancelled"
				: l->err.kind != ERR_NONE || lab_has_failed(l->lab) ? "failed"
										    : "ok");
	if (!print_result(l->cli, r, l->before, &err))
		return cli_fail(l->cli, &err);
	if (l->err.kind != ERR_NONE)
		return cli_fail(l->cli, &l->err);
	return l->signum ? 128 + l->signum : lab_has_failed(l->lab);
}

/* ---- labs of the past ---- */

/* The lab of that id or the beginning of one (NULL: the newest) that is not `than`. False with err. */
static bool
find_lab(struct history *h, const char *root, const char *id, const char *than,
	struct lab_result *r, struct err *err)
{
	struct history_labs labs;
	bool ok = history_ask_labs(h, root, id, id ? 2 : than ? 0 : 1, &labs, err);
	bool is_found = false;

	*r = (struct lab_result){ 0 };
	if (ok && id && labs.results.len > 1)
		ok = err_set(err, ERR_USAGE, "several labs begin with \"%s\"", id);
	for (size_t i = 0; ok && !is_found && i < labs.results.len; i++) {
		lab_result_fini(r);
		ok = lab_result_read(r, labs.results.items[i], err);
		if (ok && text_is(r->id, than))
			than = NULL; /* those behind it are older */
		else
			is_found = ok && !than;
	}
	if (ok && !is_found) {
		ok = id ? err_set(err, ERR_USAGE, "no lab \"%s\" is known here", id)
			: err_set(err, ERR_FAILED, "there is no %slab of this workspace yet",
				  r->id ? "earlier " : "");
		err_try(err, "xtui lab");
	}
	history_labs_fini(&labs);
	return ok;
}

static void
print_past(const struct cli *cli, const struct lab_result *r, const struct lab_result *before)
{
	if (!args_has(&cli->args, OPT_JSON))
		return;
	print_started(cli, r, before);
	for (size_t i = 0; i < r->row_count; i++)
		print_row(cli, r, &r->rows[i], before);
	print_finished(cli, r, "ok");
}

/* --last: shows what was measured, builds nothing. */
static int
show_last(const struct cli *cli)
{
	const struct args *args = &cli->args;
	const char *id = args->positional.len ? args->positional.items[0] : NULL;
	const char *other = args->positional.len > 1 ? args->positional.items[1] : NULL;
	bool compares = args_has(args, OPT_COMPARE);
	struct lab_result r = { 0 }, before = { 0 };
	char *root = past_root(cli);
	struct history *h = NULL;
	struct err err = ERR_INIT;
	bool ok = root || err_set(&err, ERR_ENVIRONMENT, "lab: there is no workspace here");

	ok = ok && (h = past_open(&err)) && find_lab(h, root, id, NULL, &r, &err) &&
		(!compares || find_lab(h, root, other, other ? NULL : r.id, &before, &err));
	if (ok)
		print_past(cli, &r, compares ? &before : NULL);
	ok = ok && print_result(cli, &r, compares ? &before : NULL, &err);
	lab_result_fini(&before);
	lab_result_fini(&r);
	history_close(h);
	free(root);
	return ok ? 0 : cli_fail(cli, &err);
}

/* ---- the command ---- */

/* What spoils the measuring is said before it. */
static void
say_cache(const struct laboratory *l, const struct survey *s)
{
	if (sccache_wrapper(s) && !l->cli->quiet)
		fprintf(stderr,
			"xtui: rustc's wrapper is sccache: what it has is not compiled, so times "
			"are not those of a cold build\n");
}

static int
carry_out(struct laboratory *l, const struct lab_spec *spec)
{
	const struct lab_events events = { on_run_event, on_row, on_over };
	struct interrupts *interrupts;
	struct err err = ERR_INIT;
	int status;

	say_cache(l, spec->run->survey);
	l->loop = loop_new();
	interrupts = interrupts_start(l->loop, interrupted, l);
	l->lab = lab_start(l->loop, spec, &events, l, &err);
	if (l->lab && l->json)
		print_started(l->cli, lab_result(l->lab), l->before);
	while (l->lab && !l->is_over)
		loop_run(l->loop);
	interrupts_stop(interrupts);
	status = l->lab ? finish(l) : cli_fail(l->cli, &err);
	lab_free(l->lab);
	loop_free(l->loop);
	return status;
}

static bool
read_tests(const struct cli *cli, const struct survey *s, struct lab_tests *tests, struct err *err)
{
	long runs;

	if (!args_number(&cli->args, OPT_BENCH_RUNS, 1, LAB_BENCH_RUNS, &runs, err))
		return false;
	tests->bench = args_get(&cli->args, OPT_BENCH_CMD, NULL);
	tests->bench_runs = (unsigned)runs;
	tests->dir = cli->dir;
	if (args_has(&cli->args, OPT_BENCH_RUNS) && !tests->bench) {
		err_set(err, ERR_USAGE, "--bench-runs: there is no --bench-cmd to run");
		return err_try(err, "xtui lab --bench-cmd '{} --help'");
	}
	return !args_has(&cli->args, OPT_UPX) || (tests->upx = pack_program(s, err)) != NULL;
}

/* The lab to compare with is looked for before anything is built. */
static int
work(struct laboratory *l, const struct run_spec *run)
{
	const struct args *args = &l->cli->args;
	const char *id = args->positional.len ? args->positional.items[0] : NULL;
	bool compares = args_has(args, OPT_COMPARE);
	struct lab_spec spec = { .run = run };
	struct lab_result before = { 0 };
	struct err err = ERR_INIT;
	int status;

	l->root = run->survey->workspace->root;
	l->history = history_open(NULL, say_trouble, l->cli);
	if ((compares && l->history && !find_lab(l->history, l->root, id, NULL, &before, &err)) ||
		!read_tests(l->cli, run->survey, &spec.tests, &err)) {
		status = cli_fail(l->cli, &err);
	} else {
		l->before = compares ? &before : NULL;
		status = carry_out(l, &spec);
	}
	lab_result_fini(&before);
	history_close(l->history);
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

	if (ok)
		lab_drop_doubles(&spec->order.run);
	free(sets);
	free(names);
	return ok;
}

static int
measure(struct cli *cli)
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
		rules = rules_expect_for(cli->dir, &err);
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

int
cmd_lab(struct cli *cli)
{
	const struct args *args = &cli->args;
	bool takes_labs = args_has(args, OPT_LAST) || args_has(args, OPT_COMPARE);
	struct err err = ERR_INIT;

	if (args->positional.len && !takes_labs) {
		err_set(&err, ERR_USAGE, "lab: \"%s\" is in no place here",
			args->positional.items[0]);
		err_try(&err, "xtui lab --variant %s", args->positional.items[0]);
		return cli_fail(cli, &err);
	}
	if (args_has(args, OPT_JSON) + args_has(args, OPT_CSV) + args_has(args, OPT_MARKDOWN) > 1) {
		err_set(&err, ERR_USAGE,
			"lab: --json, --csv and --md are ways to print the same: give one of them");
		return cli_fail(cli, &err);
	}
	if (args_has(args, OPT_SIMULATE))
		return lab_simulate(cli);
	return args_has(args, OPT_LAST) ? show_last(cli) : measure(cli);
}
