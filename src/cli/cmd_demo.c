/* demo: a recorded build, without a screen: told as `build` tells one. */
#include <stdio.h>
#include "build/recording.h"
#include "build/run.h"
#include "cli/cli.h"
#include "cli/interrupts.h"
#include "cli/report.h"
#include "hint/rules.h"
#include "io/loop.h"

struct demo {
	struct loop *loop;
	struct run *run;
	struct report *report;
	int signum; /* that asked us to stop; 0: none */
};

static void
observe(void *arg, const struct run_event *event)
{
	struct demo *d = arg;

	if (!report_event(d->report, d->run, event))
		run_cancel(d->run);
	if (event->kind == RUN_FINISHED)
		loop_stop(d->loop);
}

static void
interrupted(void *arg, int signum)
{
	struct demo *d = arg;

	d->signum = signum;
	run_cancel(d->run);
}

/* The exit status: 0, unless it was interrupted: that a build fails is what it shows. */
static int
play(struct demo *d)
{
	struct interrupts *interrupts = interrupts_start(d->loop, interrupted, d);

	while (!run_is_over(d->run))
		loop_run(d->loop);
	interrupts_stop(interrupts);
	return d->signum ? 128 + d->signum : 0;
}

int
cmd_demo(struct cli *cli)
{
	struct err err = ERR_INIT;
	struct demo d = { .loop = loop_new() };
	struct recording *recording = recording_demo(&err);
	struct rules *rules = recording ? rules_load_for(NULL, &err) : NULL;
	struct run_spec spec = { .rules = rules };
	int status;

	if (rules)
		d.run = run_start_recording(d.loop, &spec, recording, observe, &d, &err);
	d.report = report_new(cli, args_has(&cli->args, OPT_JSON));
	if (d.run && !cli->quiet)
		fprintf(stderr, "xtui: a recorded build, %g times as fast; nothing is built\n",
			recording->speed);
	status = d.run ? play(&d) : cli_fail(cli, &err);
	run_free(d.run);
	report_free(d.report);
	rules_free(rules);
	recording_free(recording);
	loop_free(d.loop);
	return status;
}
