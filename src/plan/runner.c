/* runner: a row per step, beside the plan's. One function, pump, looks at all rows and starts what can be
 * started; it runs in a turn of its own after anything has changed. */
#include "plan/runner.h"
#include <stdlib.h>
#include <string.h>
#include "base/alloc.h"
#include "base/count.h"
#include "base/path.h"
#include "hint/explain.h"
#include "hint/rules.h"
#include "host/platform.h"
#include "io/lock.h"
#include "io/loop.h"
#include "plan/license.h"
#include "plan/memo.h"
#include "plan/output.h"
#include "plan/proof.h"
#include "plan/work.h"
#include "ready/survey.h"

#define TICK_MS 200 /* between two tellings of how far things are */
#define LOCK_MS                                                                                    \
	300 /* children of a killed xtui hold its lock until they have become their program */

/* Steps of one lane wait for one another. */
enum lane { LANE_COMMAND, LANE_NET, LANE_PROBE, LANE_QUICK, LANES };

static const int lane_width[LANES] = {
	[LANE_COMMAND] = 1, [LANE_NET] = 1, [LANE_PROBE] = 2, [LANE_QUICK] = 1
};

struct row {
	struct runner *runner;
	struct step_status status;
	struct work *work;
	struct output output;
	struct explanation *hints;
	char *handover;
	uint64_t began;   /* loop_clock */
	bool is_true;     /* the first asking found it so */
	bool wanted;      /* asked for by itself: again too, when it was done once */
	bool agreed;      /* to its licence, now */
	bool replace;     /* an edit's other values */
	bool skip_at_end; /* it is being stopped, to be left out */
	bool stopping;    /* it was told to stop, kindly */
};

struct runner {
	struct loop *loop;
	struct plan *plan;
	struct work_place place;
	char *dir;
	struct survey_query query;
	char *query_texts[3]; /* dir, manifest, toolchain of the query */
	const struct runner_events *events;
	void *arg;
	struct row *rows; /* by the plan's index */
	struct memo *memo;
	struct lock *lock;   /* while there is anything to do */
	struct rules *rules; /* when first needed */
	struct loop_timer *pump, *tick;
	size_t works;        /* at it, among them those that were told to stop */
	bool asking;         /* a thread asks the proofs of all */
	bool busy;           /* idle has not been told since something was queued */
	bool closed;         /* runner_free was called */
	_Atomic bool cancel; /* of the asking */
};

static void wake(struct runner *r);

static const struct step *
step_of(const struct runner *r, size_t i)
{
	return &r->plan->items[i];
}

static size_t
index_of(const struct row *row)
{
	return (size_t)(row - row->runner->rows);
}

static enum lane
lane_of(const struct step *step)
{
	switch (step->kind) {
	case STEP_RUN: return LANE_COMMAND;
	case STEP_DOWNLOAD:
	case STEP_EXTRACT: return LANE_NET;
	case STEP_PROBE: return LANE_PROBE;
	default: return LANE_QUICK;
	}
}

/* ---- output ---- */

static void
tell_line(void *arg, struct span line)
{
	struct row *row = arg;
	struct runner *r = row->runner;

	if (!r->closed)
		r->events->line(r->arg, index_of(row), line);
}

static void
on_output(void *arg, const char *bytes, size_t len)
{
	struct row *row = arg;

	output_feed(&row->output, bytes, len);
}

static void
on_command(void *arg, const char *line)
{
	struct row *row = arg;
	char *text = xasprintf("$ %s", line);

	output_say(&row->output, text);
	free(text);
}

/* ---- states ---- */

static void
tell(struct runner *r, size_t i)
{
	if (!r->closed)
		r->events->changed(r->arg, i);
}

/* Why a failed step failed, out of what it said. */
static void
find_hints(struct row *row)
{
	struct runner *r = row->runner;
	const struct step *step = step_of(r, index_of(row));
	struct hint_context context = {
		.target = step->target,
		.backend = step->backend,
		.distribution = platform_get()->distribution,
		.project_dir = r->dir,
		.is_from_here = true,
	};

	if (!row->output.kept.len)
		return;
	if (!r->rules && !(r->rules = rules_load_for(r->dir, NULL)))
		return;
	row->hints = explain(r->rules, str_span(&row->output.kept), &context);
	if (row->hints->count) {
		row->status.hints = row->hints;
		return;
	}
	explanation_free(row->hints);
	row->hints = NULL;
}

static void
add_last_words(struct row *row)
{
	struct err *err = &row->status.err, before = *err;
	char *words = output_last_words(&row->output);

	if (!words)
		return;
	err_set(err, before.kind, "%s: %s", before.message, words);
	if (before.remedy[0])
		err_try(err, "%s", before.remedy);
	free(words);
}

static void
forget_end(struct row *row)
{
	explanation_free(row->hints);
	free(row->handover);
	row->hints = NULL;
	row->handover = NULL;
	row->status.hints = NULL;
	row->status.handover = NULL;
	row->status.err = ERR_INIT;
	row->status.exit_code = -1;
}

static void
keep(struct row *row, const struct memo_step *kept, struct span output)
{
	struct runner *r = row->runner;
	struct err err = ERR_INIT;
	char *text;

	if (memo_set(r->memo, step_of(r, index_of(row)), kept, output, &err))
		return;
	text = xasprintf("xtui: what was done cannot be kept: %s", err.message);
	output_say(&row->output, text);
	free(text);
}

/* An end, on disk too. */
static void
settle(struct row *row, enum step_state state)
{
	struct step_status *s = &row->status;
	struct memo_step kept = { .state = state, .ms = s->ms };

	s->state = state;
	if (state == STEP_HAD)
		kept.state = STEP_WAITING;
	if (state == STEP_FAILED) {
		kept.why = s->err.message;
		kept.remedy = s->err.remedy;
	}
	keep(row, &kept, state == STEP_FAILED ? str_span(&row->output.kept) : (struct span){ 0 });
	tell(row->runner, index_of(row));
}

static void
set_state(struct row *row, enum step_state state)
{
	row->status.state = state;
	tell(row->runner, index_of(row));
}

/* ---- what waits for what ---- */

enum turn { TURN_NOW, TURN_LATER, TURN_NEVER };

/* Whether a step may run as far as the one it comes after is concerned. */
static enum turn
turn_after(const struct runner *r, size_t before)
{
	enum step_state state = r->rows[before].status.state;

	if (step_state_is_over(state))
		return TURN_NOW;
	if (step_state_is_busy(state))
		return TURN_LATER;
	return step_of(r, before)->optional && state != STEP_WAITING ? TURN_NOW : TURN_NEVER;
}

/* *cause: the step that keeps it from ever running. */
static enum turn
turn_of(const struct runner *r, size_t i, size_t *cause)
{
	enum turn turn = TURN_NOW;

	for (const char *const *id = step_of(r, i)->after; id && *id; id++) {
		long before = plan_find(r->plan, *id);
		enum turn this = before < 0 ? TURN_NOW : turn_after(r, (size_t)before);

		if (this == TURN_NEVER) {
			*cause = (size_t)before;
			return this;
		}
		if (this > turn)
			turn = this;
	}
	return turn;
}

static bool
say_cause(const struct runner *r, size_t cause, struct err *err)
{
	static const char *const why[] = {
		[STEP_FAILED] = "has failed",
		[STEP_STOPPED] = "was stopped",
		[STEP_BLOCKED] = "cannot be run",
		[STEP_WAITING] = "is not done yet",
	};

	return err_set(err, ERR_FAILED, "step %zu %s: %s", cause + 1,
		why[r->rows[cause].status.state], step_of(r, cause)->title);
}

/* Those that were blocked by what is so no more are to do again. */
static void
unblock(struct runner *r)
{
	for (size_t i = 0; i < r->plan->count; i++) {
		struct row *row = &r->rows[i];
		size_t cause = i;

		if (row->status.state != STEP_BLOCKED)
			continue;
		if (turn_of(r, i, &cause) != TURN_NEVER ||
			r->rows[cause].status.state == STEP_WAITING) {
			forget_end(row);
			set_state(row, STEP_WAITING);
		}
	}
}

/* ---- starting and ending ---- */

static enum step_state
state_after(const struct row *row, enum work_outcome outcome)
{
	static const enum step_state states[] = {
		[WORK_DONE] = STEP_DONE,
		[WORK_HAD] = STEP_HAD,
		[WORK_LEFT] = STEP_SKIPPED,
		[WORK_FAILED] = STEP_FAILED,
		[WORK_STOPPED] = STEP_STOPPED,
	};

	return outcome == WORK_STOPPED && row->skip_at_end ? STEP_SKIPPED : states[outcome];
}

/* A command tells itself how far it is, where it does. */
static struct work_gauge
gauge_of(const struct row *row)
{
	struct output_count said;

	if (step_of(row->runner, index_of(row))->kind != STEP_RUN)
		return work_gauge(row->work);
	said = output_count(&row->output, row->began, loop_clock());
	return (struct work_gauge){ said.done, said.total, said.rate };
}

static void
take_gauge(struct row *row)
{
	struct work_gauge gauge = gauge_of(row);
	struct step_status *s = &row->status;

	s->ms = (loop_clock() - row->began) / 1000;
	s->done = gauge.done;
	s->total = gauge.total;
	s->rate = gauge.rate;
	s->eta_ms = s->rate > 0 && s->total >= s->done ? (s->total - s->done) * 1000 / s->rate : -1;
}

static void destroy(struct runner *r);

static bool
has_come_to_rest(const struct runner *r)
{
	return !r->works && !r->asking;
}

static void
on_ended(void *arg, const struct work_result *result)
{
	struct row *row = arg;
	struct runner *r = row->runner;

	take_gauge(row);
	row->work = NULL;
	r->works--;
	if (r->closed) {
		if (has_come_to_rest(r))
			destroy(r);
		return;
	}
	output_end(&row->output);
	row->status.exit_code = result->exit_code;
	row->status.eta_ms = -1;
	if (result->outcome == WORK_FAILED) {
		row->status.err = result->err;
		row->handover = xstrdup(result->handover);
		row->status.handover = row->handover;
		if (result->exit_code > 0)
			add_last_words(row);
		find_hints(row);
	}
	settle(row, state_after(row, result->outcome));
	unblock(r);
	wake(r);
}

static bool
on_lend(void *arg, const char *const *argv)
{
	struct row *row = arg;
	struct runner *r = row->runner;

	return !r->closed && r->events->terminal_lend &&
		r->events->terminal_lend(r->arg, index_of(row), argv);
}

static void
on_back(void *arg)
{
	struct row *row = arg;

	row->runner->events->terminal_back(row->runner->arg, index_of(row));
}

static void
on_tick(void *arg)
{
	struct runner *r = arg;

	for (size_t i = 0; i < r->plan->count; i++)
		if (r->rows[i].work) {
			take_gauge(&r->rows[i]);
			tell(r, i);
		}
}

static void
start(struct runner *r, size_t i)
{
	static const struct work_events events = {
		.output = on_output,
		.command = on_command,
		.terminal_lend = on_lend,
		.terminal_back = on_back,
		.ended = on_ended,
	};
	struct row *row = &r->rows[i];

	forget_end(row);
	output_begin(&row->output);
	row->skip_at_end = row->stopping = false;
	row->began = loop_clock();
	row->status.ms = 0;
	/* What is found again after a crash. */
	keep(row, &(struct memo_step){ .state = STEP_STOPPED }, (struct span){ 0 });
	row->work = work_start(&r->place, step_of(r, i), row->replace, &events, row);
	r->works++;
	if (!r->tick)
		r->tick = loop_timer_start(r->loop, TICK_MS, TICK_MS, on_tick, r);
	set_state(row, STEP_RUNNING);
}

static bool
needs_agreement(const struct runner *r, size_t i)
{
	const struct step_license *license = step_of(r, i)->license;

	return license && !r->rows[i].agreed && !license_is_agreed(license);
}

static void
block(struct runner *r, size_t i, size_t cause)
{
	struct row *row = &r->rows[i];

	forget_end(row);
	say_cause(r, cause, &row->status.err);
	set_state(row, STEP_BLOCKED);
}

/* What may be begun with a queued step now. */
static void
consider(struct runner *r, size_t i, int *room)
{
	enum lane lane = lane_of(step_of(r, i));
	size_t cause = i;
	enum turn turn = turn_of(r, i, &cause);

	if (turn == TURN_NEVER) {
		block(r, i, cause);
	} else if (turn == TURN_NOW && needs_agreement(r, i)) {
		set_state(&r->rows[i], STEP_ASKING);
		r->events->license(r->arg, i, step_of(r, i)->license);
	} else if (turn == TURN_NOW && room[lane] > 0) {
		room[lane]--;
		start(r, i);
	}
}

static void
come_to_rest(struct runner *r)
{
	loop_timer_stop(r->tick);
	r->tick = NULL;
	lock_release(r->lock);
	r->lock = NULL;
	r->busy = false;
	r->events->idle(r->arg);
}

static void
on_pump(void *arg)
{
	struct runner *r = arg;
	int room[LANES];

	loop_timer_stop(r->pump);
	r->pump = NULL;
	memcpy(room, lane_width, sizeof room);
	for (size_t i = 0; i < r->plan->count; i++)
		if (r->rows[i].work)
			room[lane_of(step_of(r, i))]--;
	for (size_t i = 0; !r->asking && i < r->plan->count; i++)
		if (r->rows[i].status.state == STEP_QUEUED)
			consider(r, i, room);
	if (r->busy && !runner_is_busy(r))
		come_to_rest(r);
}

static void
wake(struct runner *r)
{
	if (!r->pump && !r->closed)
		r->pump = loop_timer_start(r->loop, 0, 0, on_pump, r);
}

/* ---- the first asking ---- */

static void
ask_all(void *arg)
{
	struct runner *r = arg;
	struct survey_query query = r->query;
	struct proof_asker asker = { .query = &query, .dir = r->dir };

	query.cancel = &r->cancel;
	for (size_t i = 0; i < r->plan->count && !r->cancel; i++)
		r->rows[i].is_true = proof_is_true(&asker, step_of(r, i));
	proof_asker_fini(&asker);
}

/* What was kept of an earlier run, where the proofs say nothing against it. */
static void
recall(struct row *row)
{
	struct runner *r = row->runner;
	const struct step *step = step_of(r, index_of(row));
	struct memo_step kept = memo_get(r->memo, step);
	struct step_status *s = &row->status;
	bool provable = step->proof_count || (step->kind != STEP_RUN && step->kind != STEP_NOTE);

	s->ms = kept.ms;
	if (row->is_true) {
		s->state = kept.state == STEP_DONE ? STEP_DONE : STEP_HAD;
	} else if (kept.state != STEP_DONE || !provable) {
		s->state = kept.state;
	}
	if (s->state == STEP_FAILED) {
		memo_output(r->memo, step, &row->output.kept);
		err_set(&s->err, ERR_FAILED, "%s", kept.why ? kept.why : "failed");
		if (kept.remedy && *kept.remedy)
			err_try(&s->err, "%s", kept.remedy);
		find_hints(row);
	}
}

static void
asked_all(void *arg)
{
	struct runner *r = arg;

	r->asking = false;
	if (r->closed) {
		if (has_come_to_rest(r))
			destroy(r);
		return;
	}
	for (size_t i = 0; i < r->plan->count; i++) {
		enum step_state *state = &r->rows[i].status.state, before = *state;

		recall(&r->rows[i]);
		if (before == STEP_QUEUED && (r->rows[i].wanted || !step_state_is_over(*state))) {
			forget_end(&r->rows[i]);
			*state = STEP_QUEUED;
		}
		tell(r, i);
	}
	wake(r);
}

/* ---- life ---- */

static void
extend_path(const struct plan *plan)
{
	for (size_t i = 0; i < plan->count; i++) {
		const char *dir = plan->items[i].adds_path, *path = getenv("PATH");
		char *longer;

		if (!dir || path_is_listed(path, dir))
			continue;
		longer = path ? xasprintf("%s:%s", dir, path) : xstrdup(dir);
		setenv("PATH", longer, 1);
		free(longer);
	}
}

static void
copy_query(struct runner *r, const struct survey_query *q)
{
	r->query_texts[0] = xstrdup(q->dir);
	r->query_texts[1] = xstrdup(q->manifest);
	r->query_texts[2] = xstrdup(q->toolchain);
	r->query = (struct survey_query){
		.dir = r->query_texts[0],
		.manifest = r->query_texts[1],
		.toolchain = r->query_texts[2],
	};
}

struct runner *
runner_new(struct loop *loop, const struct runner_spec *spec, const struct runner_events *events,
	void *arg)
{
	struct runner *r = xcalloc(1, sizeof *r);

	r->loop = loop;
	r->plan = spec->plan;
	r->dir = xstrdup(spec->dir);
	r->events = events;
	r->arg = arg;
	copy_query(r, spec->query);
	r->place = (struct work_place){
		.loop = loop,
		.dir = r->dir,
		.query = &r->query,
		.settings = spec->settings,
		.root = spec->root,
		.offline = spec->offline,
	};
	r->memo = memo_open(r->dir);
	r->rows = xcalloc(r->plan->count + 1, sizeof *r->rows);
	for (size_t i = 0; i < r->plan->count; i++) {
		r->rows[i].runner = r;
		r->rows[i].status.exit_code = -1;
		r->rows[i].status.eta_ms = -1;
		output_init(&r->rows[i].output, step_of(r, i)->is_pull, tell_line, &r->rows[i]);
	}
	extend_path(r->plan);
	r->asking = true;
	loop_work(loop, ask_all, asked_all, r);
	return r;
}

static void
destroy(struct runner *r)
{
	for (size_t i = 0; i < r->plan->count; i++) {
		struct row *row = &r->rows[i];

		forget_end(row);
		output_fini(&row->output);
	}
	free(r->rows);
	for (size_t i = 0; i < COUNT(r->query_texts); i++)
		free(r->query_texts[i]);
	lock_release(r->lock);
	rules_free(r->rules);
	memo_close(r->memo);
	plan_free(r->plan);
	free(r->dir);
	free(r);
}

void
runner_free(struct runner *r)
{
	if (!r)
		return;
	r->closed = true;
	r->cancel = true;
	loop_timer_stop(r->pump);
	loop_timer_stop(r->tick);
	r->pump = r->tick = NULL;
	for (size_t i = 0; i < r->plan->count; i++)
		if (r->rows[i].work && work_drop(r->rows[i].work))
			r->works--;
	if (has_come_to_rest(r))
		destroy(r);
}

/* ---- what is known ---- */

const struct plan *
runner_plan(const struct runner *r)
{
	return r->plan;
}

const struct step_status *
runner_status(const struct runner *r, size_t step)
{
	return &r->rows[step].status;
}

struct span
runner_output(const struct runner *r, size_t step)
{
	return str_span(&r->rows[step].output.kept);
}

bool
runner_is_asking(const struct runner *r)
{
	return r->asking;
}

bool
runner_is_busy(const struct runner *r)
{
	for (size_t i = 0; i < r->plan->count; i++)
		if (step_state_is_busy(r->rows[i].status.state))
			return true;
	return false;
}

bool
runner_is_finished(const struct runner *r)
{
	for (size_t i = 0; i < r->plan->count; i++) {
		enum step_state state = r->rows[i].status.state;
		bool gave_up = state >= STEP_STOPPED && step_of(r, i)->optional;

		if (!step_state_is_over(state) && !gave_up)
			return false;
	}
	return true;
}

/* ---- what is wanted ---- */

/* Only one xtui at a time carries out plans for a folder. What another one did meanwhile is found out
 * step by step. */
static bool
take_lock(struct runner *r, struct err *err)
{
	char *path;

	if (r->lock || !r->memo)
		return true;
	path = memo_lock_path(r->memo);
	r->lock = lock_take(path, LOCK_MS, err);
	free(path);
	if (!r->lock && err->kind == ERR_FAILED)
		return err_prefix(err, "another xtui carries out a plan for this folder");
	if (!r->lock)
		return err_prefix(err, "what is done cannot be kept");
	memo_reread(r->memo);
	return true;
}

static void
queue(struct runner *r, size_t i)
{
	if (step_state_is_busy(r->rows[i].status.state))
		return;
	forget_end(&r->rows[i]);
	set_state(&r->rows[i], STEP_QUEUED);
	r->busy = true;
	wake(r);
}

bool
runner_run(struct runner *r, size_t step, struct err *err)
{
	size_t cause = step;

	if (turn_of(r, step, &cause) == TURN_NEVER)
		return say_cause(r, cause, err);
	if (!take_lock(r, err))
		return false;
	r->rows[step].wanted = true;
	queue(r, step);
	return true;
}

bool
runner_run_from(struct runner *r, size_t step, struct err *err)
{
	if (!take_lock(r, err))
		return false;
	for (size_t i = step; i < r->plan->count; i++)
		if (!step_state_is_over(r->rows[i].status.state))
			queue(r, i);
	r->busy = true; /* also where nothing is left: `idle` tells so */
	wake(r);
	return true;
}

bool
runner_run_all(struct runner *r, struct err *err)
{
	return runner_run_from(r, 0, err);
}

void
runner_skip(struct runner *r, size_t step, bool skipped)
{
	struct row *row = &r->rows[step];
	enum step_state state = row->status.state;

	if (skipped && row->work) {
		row->skip_at_end = true;
		runner_stop(r, (long)step);
	} else if (skipped) {
		forget_end(row);
		settle(row, STEP_SKIPPED);
	} else if (state == STEP_SKIPPED) {
		settle(row, STEP_WAITING);
	}
	unblock(r);
	wake(r);
}

static void
stop(struct row *row)
{
	enum step_state state = row->status.state;

	if (row->work) {
		work_stop(row->work, row->stopping);
		row->stopping = true;
	} else if (state == STEP_QUEUED || state == STEP_ASKING) {
		set_state(row, STEP_WAITING);
	}
}

void
runner_stop(struct runner *r, long step)
{
	for (size_t i = 0; i < r->plan->count; i++)
		if (step < 0 || (size_t)step == i)
			stop(&r->rows[i]);
	wake(r);
}

void
runner_agree(struct runner *r, size_t step, bool agreed)
{
	struct row *row = &r->rows[step];
	struct err err = ERR_INIT;

	if (row->status.state != STEP_ASKING)
		return;
	if (!agreed) {
		err_set(&row->status.err, ERR_FAILED, "%s: not agreed to",
			step_of(r, step)->license->name);
		settle(row, STEP_FAILED);
	} else {
		row->agreed = true;
		if (!license_agree(step_of(r, step)->license, &err))
			output_say(&row->output, err.message);
		set_state(row, STEP_QUEUED);
	}
	wake(r);
}

void
runner_replace(struct runner *r, size_t step)
{
	r->rows[step].replace = true;
}
