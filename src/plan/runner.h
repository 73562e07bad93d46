/* runner: carries a plan out on the loop.
 *
 * Every step has a status, which the runner alone changes; it tells of each change, and of output as it
 * comes, by events on the loop's thread. Steps that wait for none of one another go on side by side
 * where they are of different kinds: one command, one download, a few probes. Before a step is
 * run its proofs are asked, so what is true already is ticked off; what was done, failed or skipped is
 * kept in $XDG_STATE_HOME/xtui/plans/ and never believed against the proofs. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/err.h"
#include "base/str.h"
#include "plan/plan.h"
#include "plan/root.h"
#include "plan/state.h"

struct explanation;
struct loop;
struct runner;
struct settings;
struct survey_query;

struct step_status {
	enum step_state state;
	uint64_t ms;                     /* how long it ran, or has been running; 0 not yet */
	int64_t done;                    /* bytes so far of what is downloaded */
	int64_t total;                   /* in all; -1 unknown, 0 nothing to measure */
	int64_t rate;                    /* bytes a second of late; 0 unknown */
	int64_t eta_ms;                  /* until the end; -1 unknown */
	int exit_code;                   /* of a command that ended; -1 otherwise */
	struct err err;                  /* FAILED, BLOCKED: why, and what to try */
	const struct explanation *hints; /* FAILED: causes found in the output, or NULL; borrowed */
	/* FAILED without a way to become root: the line to hand to an administrator; else NULL */
	const char *handover;
};

struct runner_events {
	/* The step's state, progress or hints are new. */
	void (*changed)(void *arg, size_t step);
	/* A line of the step's output, without its end; bytes as they came, not checked, colours and
	 * all. The command itself comes first, as "$ …". */
	void (*line)(void *arg, size_t step, struct span line);
	/* The licence is to be shown and asked for: runner_agree says the answer, now or later. */
	void (*license)(void *arg, size_t step, const struct step_license *license);
	/* A command needs the terminal (a password is asked for): leave the screen and say true, or
	 * false when there is none to give; then `terminal_back`, when it has ended. The loop stands
	 * still in between. Both NULL: there is none. */
	bool (*terminal_lend)(void *arg, size_t step, const char *const *argv);
	void (*terminal_back)(void *arg, size_t step);
	/* Nothing runs and nothing is queued any more. */
	void (*idle)(void *arg);
};

struct runner_spec {
	struct plan *plan; /* taken over */
	const char *dir; /* the project's folder, absolute: of edits, commands, and what is kept */
	const struct survey_query *query; /* how probes and proofs look at the machine; copied */
	const struct settings *settings;  /* for mirrors; outlives the runner; or NULL */
	enum root_way root;
	bool offline;
};

/* Reads what was kept of an earlier run and begins to ask the proofs of all steps; `changed` tells what
 * they say. `events` and the loop outlive the runner. Folders that the plan's steps add to PATH are on
 * this program's from now on. */
struct runner *runner_new(struct loop *loop, const struct runner_spec *spec,
	const struct runner_events *events, void *arg);
/* Stops what runs, at once, and tells nothing any more; what still hangs on threads goes with the last
 * of them. Not from within an event. NULL is fine. */
void runner_free(struct runner *r);

const struct plan *runner_plan(const struct runner *r);
const struct step_status *runner_status(const struct runner *r, size_t step); /* borrowed */
/* What it said, the last part of much. */
struct span runner_output(const struct runner *r, size_t step);
bool runner_is_asking(const struct runner *r); /* the first proofs are still being asked */
bool runner_is_busy(const struct runner *r);   /* something runs or is queued */
/* Whether all that the plan is for has been reached: every step is over, or was optional. */
bool runner_is_finished(const struct runner *r);

/* One step, again when it failed or was stopped. ERR_FAILED when one that it waits for is not over (it
 * says which), or when another xtui carries out a plan for this folder. The same for the others. */
bool runner_run(struct runner *r, size_t step, struct err *err);
bool runner_run_from(struct runner *r, size_t step, struct err *err); /* this and all behind it */
bool runner_run_all(struct runner *r, struct err *err);
/* Leaves a step out, or not; one that runs is stopped. */
void runner_skip(struct runner *r, size_t step, bool skipped);
/* An interrupt to the step's processes, then less kind ones. `step` -1: all that run, and what is queued
 * is to do again. */
void runner_stop(struct runner *r, long step);
void runner_agree(struct runner *r, size_t step, bool agreed);
/* An edit in conflict may replace the other values when it is run the next time. */
void runner_replace(struct runner *r, size_t step);
