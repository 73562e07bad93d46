/* past_run: a run that is over, as the history tells it: its jobs with their logs, and when each unit
 * was compiled. */
#pragma once
#include <stdint.h>
#include "base/err.h"
#include "base/vec.h"
#include "build/job.h"
#include "ui/timeline.h"

struct history;
struct history_run;

struct past_run {
	char *id;
	char *logs;    /* folder */
	char *when;    /* for people, in local time: "21 Nov 10:23" */
	char *profile; /* "release" */
	char *mode;    /* run_mode_name */
	uint64_t ms;
	VEC(struct job *) jobs; /* the log of a job is NULL where it is gone */
	struct timeline line;
};

/* The run in this row of the history; NULL with err when it cannot be read, or is not there. */
struct past_run *past_run_open(struct history *h, int64_t row, struct err *err);
void past_run_free(struct past_run *p); /* NULL is fine */
/* "21 Nov 10:23", of ms since 1970; caller frees. */
char *past_run_when(int64_t started);
/* Of history_job's status: what was never told to be over was interrupted, and counts as cancelled. */
enum job_state past_run_state(const char *status);
