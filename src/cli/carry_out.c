/* carry_out: the runner on a loop of its own; a teller says what happens. */
#include "cli/carry_out.h"
#include <stdlib.h>
#include <unistd.h>
#include "base/alloc.h"
#include "cli/carry_tell.h"
#include "cli/interrupts.h"
#include "io/loop.h"

uint64_t
carry_ms(const struct carry *c)
{
	return (loop_clock() - c->began) / 1000;
}

size_t
carry_count(const struct carry *c, enum step_state state)
{
	size_t count = 0;

	for (size_t i = 0; i < c->plan->count; i++)
		count += runner_status(c->runner, i)->state == state;
	return count;
}

/* ---- what the runner tells ---- */

/* Proofs that are asked again and again are nothing new. */
static void
on_changed(void *arg, size_t step)
{
	struct carry *c = arg;
	const struct step_status *s = runner_status(c->runner, step);

	if (runner_is_asking(c->runner))
		return;
	if (c->states[step] != s->state) {
		c->states[step] = s->state;
		c->teller->state(c, step, s);
	} else if (s->state == STEP_RUNNING && s->total) {
		c->teller->progress(c, step, s);
	}
}

static void
on_line(void *arg, size_t step, struct span line)
{
	struct carry *c = arg;

	if (!c->lent)
		c->teller->line(c, step, line);
}

static void
on_license(void *arg, size_t step, const struct step_license *license)
{
	struct carry *c = arg;
	bool agreed = c->accepts;

	if (!agreed && cli_can_ask(c->cli)) {
		fprintf(stderr, "\n%s\n%s\n%s\n", license->name, license->url, license->text);
		agreed = cli_ask("Do you agree?");
	}
	runner_agree(c->runner, step, agreed);
}

static bool
on_lend(void *arg, size_t step, const char *const *argv)
{
	struct carry *c = arg;

	/* Its output goes to ours, where objects are. */
	c->lent = cli_can_ask(c->cli);
	return c->lent;
}

static void
on_back(void *arg, size_t step)
{
	struct carry *c = arg;

	c->lent = false;
}

static void
on_idle(void *arg)
{
	struct carry *c = arg;

	loop_stop(c->loop);
}

/* The first one stops what runs, the second does not wait for it. */
static void
on_interrupt(void *arg, int signum)
{
	struct carry *c = arg;

	c->interrupts++;
	c->signal = signum;
	runner_stop(c->runner, -1);
}

/* ---- from beginning to end ---- */

static int
status_of(const struct carry *c)
{
	if (c->interrupts)
		return 128 + c->signal;
	for (size_t i = 0; i < c->plan->count; i++) {
		const struct step_status *s = runner_status(c->runner, i);

		if (s->state == STEP_FAILED && !c->plan->items[i].optional)
			return err_exit_code(&s->err);
	}
	return runner_is_finished(c->runner) ? 0 : 1;
}

static int
run(struct carry *c, bool is_fix)
{
	struct err err = ERR_INIT;
	struct interrupts *interrupts;

	interrupts = interrupts_start(c->loop, on_interrupt, c);
	if (is_fix ? runner_run(c->runner, 0, &err) : runner_run_all(c->runner, &err)) {
		c->teller->begin(c);
		loop_run(c->loop);
		c->teller->end(c);
	}
	interrupts_stop(interrupts);
	return err.kind == ERR_NONE ? status_of(c) : cli_fail(c->cli, &err);
}

int
carry_out(const struct cli *cli, const struct carry_out *what, struct plan *plan)
{
	static const struct runner_events events = {
		.changed = on_changed,
		.line = on_line,
		.license = on_license,
		.terminal_lend = on_lend,
		.terminal_back = on_back,
		.idle = on_idle,
	};
	struct carry c = {
		.cli = cli,
		.teller = args_has(&cli->args, OPT_JSON) ? &teller_json : &teller_plain,
		.loop = loop_new(),
		.plan = plan,
		.states = xcalloc(plan->count + 1, sizeof *c.states),
		.quarters = xcalloc(plan->count + 1, sizeof *c.quarters),
		.began = loop_clock(),
		.accepts = args_has(&cli->args, OPT_ACCEPT_LICENSES),
		.is_terminal = isatty(STDOUT_FILENO),
	};
	struct runner_spec spec = {
		.plan = plan,
		.dir = what->dir,
		.query = what->query,
		.settings = cli->settings,
		.root = root_way(),
		.offline = args_has(&cli->args, OPT_OFFLINE),
	};
	int status;

	c.runner = runner_new(c.loop, &spec, &events, &c);
	if (what->is_fix)
		runner_replace(c.runner, 0);
	status = run(&c, what->is_fix);
	runner_free(c.runner);
	loop_free(c.loop);
	str_fini(&c.out);
	free(c.states);
	free(c.quarters);
	return status;
}
