/* state: see state.h. */
#include "plan/state.h"

const char *
step_state_name(enum step_state s)
{
	static const char *const names[] = {
		[STEP_WAITING] = "waiting",
		[STEP_QUEUED] = "queued",
		[STEP_ASKING] = "asking",
		[STEP_RUNNING] = "running",
		[STEP_DONE] = "done",
		[STEP_HAD] = "had",
		[STEP_SKIPPED] = "skipped",
		[STEP_STOPPED] = "stopped",
		[STEP_FAILED] = "failed",
		[STEP_BLOCKED] = "blocked",
	};

	return names[s];
}

bool
step_state_is_over(enum step_state s)
{
	return s == STEP_DONE || s == STEP_HAD || s == STEP_SKIPPED;
}

bool
step_state_is_busy(enum step_state s)
{
	return s == STEP_QUEUED || s == STEP_ASKING || s == STEP_RUNNING;
}
