/* assess: what one target requires on this host, what of it is here, and what follows. */
#pragma once
#include <stddef.h>

struct arena;
struct survey;
struct target_state;

/* Fills survey->states[i] from the survey's other parts; everything lives in the survey's arena. */
void assess_target(struct survey *s, size_t i);
/* The needs, linker and runner of the i-th target when that backend builds it, into `out` (no readiness,
 * no probe), which lives in the arena. */
void assess_way(const struct survey *s, size_t i, const char *backend, struct arena *arena,
	struct target_state *out);
/* Sets readiness and summary from the needs and the probe; after either changed. */
void assess_conclude(struct survey *s, size_t i);
