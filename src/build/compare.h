/* compare: two runs of the history, target by target. */
#pragma once
#include <stddef.h>
#include <stdint.h>
#include "base/vec.h"

struct history_artifact;
struct history_job;
struct history_run;

/* Either side may be NULL: there is none in that run. */
struct compared_artifact {
	const struct history_artifact *before, *after;
};

struct compared_job {
	const struct history_job *before, *after;
	VEC(struct compared_artifact) artifacts; /* by the name of their file */
};

struct comparison {
	VEC(struct compared_job) jobs; /* those of the first run, then what the second has more */
};

/* Jobs belong together by target, backend and variant; those that are left by target and backend,
 * then by target alone: variants are what people compare. Borrows from both runs, which were asked
 * for in detail. */
void compare_runs(
	const struct history_run *before, const struct history_run *after, struct comparison *c);
void comparison_fini(struct comparison *c);
