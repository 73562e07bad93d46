/* build: a run without a screen: its events told on standard output until it is over. */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include "base/alloc.h"
#include "base/path.h"
#include "build/choice.h"
#include "build/history.h"
#include "build/prune.h"
#include "build/run.h"
#include "cli/build_spec.h"
#include "cli/cli.h"
#include "cli/report.h"
#include "hint/rules.h"
#include "host/settings.h"
#include "io/loop.h"
#include "ready/survey.h"
#include "rust/workspace.h"

struct build {
	struct cli *cli;
	struct loop *loop;
	struct run *run;
	struct report *report;
	struct history *history;
	struct prune_limits limits;
	int interrupts;   /* how often a signal asked us to stop */
	int signum;       /* the last one */
	int output_errno; /* why standard output could not be written; 0 it can */
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
	if (++b->interrupts > 1)
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

static int
carry_out(struct build *b, const struct run_spec *spec, struct err *err)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP };
	struct loop_signal *watches[3];
	int status;

	for (size_t i = 0; i < 3; i++)
		watches[i] = loop_signal_start(b->loop, signals[i], interrupted, b);
	b->run = run_start(b->loop, spec, observe, b, err);
	if (b->run) {
		prune_start(b->loop, &b->limits);
		loop_run(b->loop);
	}
	for (size_t i = 0; i < 3; i++)
		loop_signal_stop(watches[i]);
	if (!b->run)
		return cli_fail(b->cli, err);
	status = exit_status(b, err);
	history_leave(b->history, b->run);
	run_free(b->run);
	return status;
}

static int
build(struct cli *cli, const struct survey *s)
{
	struct build b = {
		.cli = cli,
		.limits = { cli->settings->log_keep_days, cli->settings->log_keep_mb },
	};
	struct build_spec spec;
	struct err err = ERR_INIT;
	int status;

	if (!build_spec_init(&spec, cli, s, &err))
		return cli_fail(cli, &err);
	signal(SIGPIPE, SIG_IGN);
	b.loop = loop_new();
	b.history = history_open(NULL, say_trouble, cli);
	b.report = report_new(cli, args_has(&cli->args, OPT_JSON));
	status = carry_out(&b, &spec.line.run, &err);
	report_free(b.report);
	history_close(b.history);
	loop_free(b.loop);
	build_spec_fini(&spec);
	return status;
}

int
cmd_build(struct cli *cli)
{
	struct survey *s = cli_survey(cli);
	int status;

	if (!s->toolchain)
		status = cli_fail(cli, &s->toolchain_err);
	else if (!s->conf) /* before the workspace, of which cargo says less then */
		status = cli_fail(cli, &s->conf_err);
	else if (!s->workspace)
		status = cli_fail(cli, &s->workspace_err);
	else
		status = build(cli, s);
	survey_free(s);
	return status;
}
