/* state: how far a step of a plan is. */
#pragma once
#include <stdbool.h>

enum step_state {
	STEP_WAITING, /* to do */
	STEP_QUEUED,  /* will be run as soon as it can be */
	STEP_ASKING,  /* waits for runner_agree */
	STEP_RUNNING,
	STEP_DONE,    /* carried out, and proved where it can be */
	STEP_HAD,     /* was true already */
	STEP_SKIPPED, /* the person wants it left out, or does it by hand */
	STEP_STOPPED,
	STEP_FAILED,
	STEP_BLOCKED, /* one of those it waits for has failed or was stopped */
};
const char *step_state_name(enum step_state s); /* "waiting" */
/* DONE, HAD or SKIPPED: those that wait for it may go on. */
bool step_state_is_over(enum step_state s);
/* QUEUED, ASKING or RUNNING. */
bool step_state_is_busy(enum step_state s);
