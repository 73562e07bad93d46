/* build: a run without a screen: its events told on standard output until it is over; with --watch
 * another one after each change of the sources. */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include "base/alloc.h"
#include "base/path.h"
#include "build/history.h"
#include "build/prune.h"
#include "build/run.h"
#include "build/sources.h"
#include "cli/build_spec.h"
#include "cli/cli.h"
#include "cli/dry_run.h"
#include "cli/go_on.h"
#include "cli/interrupts.h"
#include "cli/report.h"
#include "cli/size_limits.h"
#include "hint/rules.h"
#include "hint/rules_beside.h"
#include "host/settings.h"
#include "io/loop.h"
#include "ready/survey.h"
#include "rust/choice.h"
#include "rust/workspace.h"

/* What is built, on the machine and project as they were when looked at. */
struct setup {
	struct survey *survey;
	struct build_spec spec;
};

struct build {
	struct cli *cli;
	struct loop *loop;
	struct run *run;
	struct report *report;
	struct history *history;
	struct prune_limits limits;
	struct size_limits sizes;
	struct setup setup;
	struct going_on going_on;
	struct sources *sources; /* NULL: no --watch */
	unsigned changed;        /* kinds of sources, since the run began */
	int interrupts;          /* how often a signal asked us to stop */
	int signum;              /* the last one */
	int output_errno;        /* why standard output could not be written; 0 it can */
};

static void
observe(void *arg, const struct run_event *event)
{
	struct build *b = arg;

	if (!b->output_errno && !report_event(b->report, b->run, event)) {
		b->output_errno = errno;
		run_cancel(b->run);
	}
	history_event(b->history, b->run, event);
	if (event->kind == RUN_FINISHED)
		loop_stop(b->loop);
}

static void
say_trouble(void *arg, const struct err *what)
{
	cli_fail(arg, what);
}

/* The first signal stops the builds, which then say how they ended; a second one leaves at once. */
static void
interrupted(void *arg, int signum)
{
	struct build *b = arg;

	b->signum = signum;
	if (++b->interrupts > 1 || !b->run)
		loop_stop(b->loop);
	else
		run_cancel(b->run);
}

static int
exit_status(const struct build *b, struct err *err)
{
	if (b->output_errno == EPIPE)
		return 128 + SIGPIPE;
	if (b->output_errno) {
		errno = b->output_errno;
		err_errno(err, "standard output");
		return cli_fail(b->cli, err);
	}
	return b->signum ? 128 + b->signum : run_exit_code(b->run);
}

/* Where another xtui builds in the target folder. */
static void
say_place(const struct build *b)
{
	if (run_waits_for(b->run))
		fprintf(stderr, "xtui: waiting for another xtui that builds here (%s)\n",
			run_waits_for(b->run));
	else if (run_target_dir(b->run))
		fprintf(stderr, "xtui: another xtui builds here: building in %s\n",
			run_target_dir(b->run));
}

static void
say_cut(void *arg, const char *path, uint64_t lost)
{
	struct err err = ERR_INIT;

	err_set(&err, ERR_ENVIRONMENT, "%s: the log is cut: %llu bytes of it could not be written",
		path, (unsigned long long)lost);
	cli_fail(arg, &err);
}

/* False when it cannot be started: `status` is that of the error. */
static bool
run_once(struct build *b, int *status, struct err *err)
{
	b->setup.spec.order.run.history = b->history;
	if (!(b->run = run_start(b->loop, &b->setup.spec.order.run, observe, b, err))) {
		*status = cli_fail(b->cli, err);
		return false;
	}
	say_place(b);
	b->report = report_new(b->cli, args_has(&b->cli->args, OPT_JSON));
	prune_start(b->loop, &b->limits);
	while (!run_is_over(b->run) && b->interrupts < 2)
		loop_run(b->loop);
	*status = exit_status(b, err);
	if (!size_limits_hold(&b->sizes, b->run, b->history) && !*status)
		*status = 1;
	run_cut_logs(b->run, say_cut, b->cli);
	history_leave(b->history, b->run);
	run_free(b->run);
	report_free(b->report);
	b->run = NULL;
	b->report = NULL;
	return true;
}

/* ---- what is built ---- */

/* Of the hint rules that count here; they are read while the survey is taken. */
static struct rules_beside *
begin_rules(const struct cli *cli)
{
	const char *manifest = args_get(&cli->args, OPT_MANIFEST_PATH, NULL);
	char *path = manifest ? path_join(cli->dir, manifest) : NULL;
	char *dir = path ? path_dirname(path) : NULL;
	struct rules_beside *rules = rules_begin(dir ? dir : cli->dir);

	free(dir);
	free(path);
	return rules;
}

/* `killed`: what is to be gone on with; NULL: what the line asks for is built. */
static bool
spec_take(struct setup *setup, const struct cli *cli, const struct history_run *killed,
	struct rules *rules, struct err *err)
{
	struct survey *s = setup->survey;
	const struct run_spec *run = &setup->spec.order.run;
	bool ok = killed ? build_spec_resume(&setup->spec, cli, s, killed, rules, err)
			 : build_spec_init(&setup->spec, cli, s, rules, err);

	if (ok)
		survey_assess(s, run->targets, run->target_count);
	return ok;
}

static bool
setup_take(struct setup *setup, const struct cli *cli, const struct history_run *killed,
	struct err *err)
{
	struct rules_beside *reading = begin_rules(cli);
	struct survey *s = setup->survey = cli_survey_without_targets(cli);
	struct rules *rules = rules_take(reading, err);
	bool is_whole = s->toolchain && s->conf && s->workspace;

	if (rules && is_whole && spec_take(setup, cli, killed, rules, err))
		return true;
	if (!is_whole)
		rules_free(rules);
	if (!s->toolchain)
		*err = s->toolchain_err;
	else if (!s->conf) /* before the workspace, of which cargo says less then */
		*err = s->conf_err;
	else if (!s->workspace)
		*err = s->workspace_err;
	survey_free(s);
	setup->survey = NULL;
	return false;
}

static void
setup_drop(struct setup *setup)
{
	if (!setup->survey)
		return;
	build_spec_fini(&setup->spec);
	survey_free(setup->survey);
	setup->survey = NULL;
}

/* ---- watching ---- */

static void
on_change(void *arg, unsigned kinds, const char *path)
{
	struct build *b = arg;
	char *shown = path_shown(path, b->cli->dir);

	b->changed |= kinds;
	if (!b->cli->quiet)
		fprintf(stderr, "xtui: %s has changed\n", shown);
	free(shown);
	if (b->run && !run_is_over(b->run))
		run_cancel(b->run);
	else
		loop_stop(b->loop);
}

/* Looks at the project anew. What is broken now is said, and all stays as it was. */
static bool
renew(struct build *b, struct err *err)
{
	struct setup setup = { 0 };
	struct sources *sources = NULL;

	if (setup_take(&setup, b->cli, b->going_on.run, err) &&
		(sources = sources_watch(b->loop, setup.survey->workspace, on_change, b, err))) {
		loop_turn(b->loop, false); /* what has changed meanwhile is heard by the old ones */
		sources_take_over(sources, b->sources);
		setup_drop(&b->setup);
		b->setup = setup;
		b->sources = sources;
		return true;
	}
	cli_fail(b->cli, err);
	setup_drop(&setup);
	return false;
}

/* Whether there is to be another run. */
static bool
wait_for_change(struct build *b, struct err *err)
{
	bool is_ready = false;

	while (b->sources && !b->output_errno && !is_ready && !b->signum) {
		while (!b->changed && !b->signum)
			loop_run(b->loop);
		unsigned kinds = b->changed;
		b->changed = 0;
		is_ready = !(kinds & ~(unsigned)SOURCE_CODE) || renew(b, err);
	}
	return is_ready && !b->signum;
}

static int
carry_out(struct build *b, struct err *err)
{
	struct interrupts *interrupts = interrupts_start(b->loop, interrupted, b);
	int status = 0;

	while (run_once(b, &status, err) && wait_for_change(b, err))
		;
	interrupts_stop(interrupts);
	return b->signum && !b->output_errno ? 128 + b->signum : status;
}

/* ---- the command ---- */

/* Where nothing says what to build, a build that was interrupted may be gone on with instead. */
static bool
offer_to_go_on(struct build *b, struct err *err)
{
	struct setup *setup = &b->setup;
	struct rules *rules;

	if (!go_on_is_offered(&b->cli->args))
		return true;
	go_on_offer(&b->going_on, b->cli, b->history, setup->survey->workspace->root, &setup->spec);
	if (!b->going_on.run)
		return true;
	rules = setup->spec.rules;
	setup->spec.rules = NULL;
	build_spec_fini(&setup->spec);
	if (spec_take(setup, b->cli, b->going_on.run, rules, err))
		return true;
	survey_free(setup->survey);
	setup->survey = NULL;
	return false;
}

static int
build(struct build *b, struct err *err)
{
	struct cli *cli = b->cli;
	int status;

	signal(SIGPIPE, SIG_IGN);
	b->limits =
		(struct prune_limits){ cli->settings->log_keep_days, cli->settings->log_keep_mb };
	b->loop = loop_new();
	b->history = history_open(NULL, say_trouble, cli);
	if (!offer_to_go_on(b, err) ||
		(args_has(&cli->args, OPT_WATCH) &&
			!(b->sources = sources_watch(
				  b->loop, b->setup.survey->workspace, on_change, b, err))))
		status = cli_fail(cli, err);
	else
		status = carry_out(b, err);
	sources_close(b->sources);
	history_close(b->history);
	loop_free(b->loop);
	return status;
}

int
cmd_build(struct cli *cli)
{
	struct build b = { .cli = cli };
	struct err err = ERR_INIT;
	int status;

	if (!size_limits_read(&b.sizes, &cli->args, &err) || !go_on_find(&b.going_on, cli, &err) ||
		!setup_take(&b.setup, cli, b.going_on.run, &err) ||
		!size_limits_fit(&b.sizes, &b.setup.spec.order.run, &err))
		status = cli_fail(cli, &err);
	else if (args_has(&cli->args, OPT_DRY_RUN))
		status = dry_run(cli, &b.setup.spec.order.run);
	else
		status = build(&b, &err);
	setup_drop(&b.setup);
	go_on_fini(&b.going_on);
	size_limits_fini(&b.sizes);
	return status;
}
