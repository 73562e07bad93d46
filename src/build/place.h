/* place: how and where a variant of a run is built.
 *
 * The first variant that changes nothing, and a single one in any case, builds where cargo always
 * does. Every other has a target folder of its own below <target-dir>/xtui/, and a build folder of its
 * own where the configuration has one: two cargos in one of either would wait for each other. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include "base/arena.h"
#include "base/err.h"

struct run_spec;

struct place {
	const char *variant;     /* name */
	const char *folder;      /* the name made safe for files; "" where cargo always builds */
	const char *const *args; /* what cargo is told of the profile; ends with NULL */
	const char *target_dir;
	const char *build_dir;
	bool sets_target_dir; /* cargo must be told of them */
	bool sets_build_dir;
	bool is_fat; /* links with fat LTO */
};

/* One for each variant of the spec, in its order, in the arena; NULL with err when two would share a
 * folder (ERR_USAGE). As things are now: a profile may change while the run goes on. */
struct place *
places_make(const struct run_spec *spec, struct arena *arena, size_t *count, struct err *err);
/* The spec's targets, each once, ends with NULL. */
const char **place_targets(const struct run_spec *spec, struct arena *arena, size_t *count);
/* How many of them one cargo builds: what tests print does not say for which target it is. */
size_t place_targets_together(const struct run_spec *spec, size_t count);
