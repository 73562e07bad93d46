/* work: one step that is being carried out: asked whether it is true already, done, and proved.
 *
 * Commands run as children on the loop, everything else on a worker thread. */
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include "base/err.h"
#include "base/str.h"
#include "plan/plan.h"
#include "plan/root.h"

struct loop;
struct settings;
struct survey_query;
struct work;

enum work_outcome { WORK_DONE, WORK_HAD, WORK_LEFT, WORK_FAILED, WORK_STOPPED };

struct work_result {
	enum work_outcome
		outcome; /* LEFT: only a person can do it, and nothing tells whether it is done */
	int exit_code;   /* of a command that ended; else -1 */
	struct err err;  /* FAILED */
	/* FAILED: the command to hand to an administrator, one line for a shell; else NULL. Borrowed. */
	const char *handover;
};

struct work_gauge {
	int64_t done, total; /* bytes; total -1: not known, 0: there is nothing to measure */
	int64_t rate;        /* a second; 0: not known */
};

struct work_events {
	void (*output)(void *arg, const char *bytes, size_t len);
	/* A command is about to be run, as this line for a shell. */
	void (*command)(void *arg, const char *line);
	/* As in runner_events; NULL where there is no terminal to lend. */
	bool (*terminal_lend)(void *arg, const char *const *argv);
	void (*terminal_back)(void *arg);
	void (*ended)(
		void *arg, const struct work_result *result); /* last; the work is freed after it */
};

/* What all steps of a plan have in common; outlives their work. */
struct work_place {
	struct loop *loop;
	const char *dir; /* of the project, absolute */
	const struct survey_query *query;
	const struct settings *settings; /* or NULL */
	enum root_way root;
	bool offline;
};

/* Never fails at once. `events` and the step outlive the work. `replace`: an edit's keys may replace other
 * values. */
struct work *work_start(const struct work_place *place, const struct step *step, bool replace,
	const struct work_events *events, void *arg);
/* Soon `ended` comes with STOPPED, or with what was the case before. `kill`: no kind words first. */
void work_stop(struct work *w, bool kill);
/* For good: a child is killed and the work is gone, true. What is on a thread is told to stop, and `ended`
 * comes when it has: false. Not from within an event of it. */
bool work_drop(struct work *w);
struct work_gauge work_gauge(const struct work *w);
