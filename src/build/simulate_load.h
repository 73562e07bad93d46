/* simulate_load: builds for a simulation: the unit graph that cargo tells, with the times that the history
 * has of its units.
 *
 * What was never built takes the times of what is nearest: the same variant of another target, else the same
 * target in another variant, else any. A build script's own run is in no record: it is taken to last from
 * the end of all that the unit behind it waited for to that unit's beginning. */
#pragma once
#include <stddef.h>
#include "base/arena.h"
#include "base/err.h"
#include "build/simulate.h"

struct history;
struct run_spec;

struct sim_query {
	const struct run_spec *run; /* with survey; its packages and options count */
	const char *const *targets; /* NULL: those that the history has */
	size_t target_count;
	const char *const *variants; /* NULL: likewise */
	size_t variant_count;
};

struct sim_load {
	struct sim_build *builds;
	size_t count;
	size_t targets, variants; /* how many */
	size_t recorded;          /* builds of which the history has the very target and variant */
	size_t units, host_units; /* of the largest build */
	struct arena arena;
};

/* False with err: ERR_FAILED where nothing of this workspace has been built yet, ERR_ENVIRONMENT where cargo
 * does not tell the graph. To be given to sim_load_fini in any case. */
bool sim_load_make(
	struct sim_load *load, struct history *h, const struct sim_query *query, struct err *err);
void sim_load_fini(struct sim_load *load);
