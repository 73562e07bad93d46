/* variants: what a run builds side by side: presets, each with the same single options over it. */
#pragma once
#include <stdbool.h>
#include "base/arena.h"
#include "base/err.h"
#include "build/run.h"

struct profile;

/* Fills in the spec's variants, in the order of the presets and in the arena. `presets` and `sets`
 * ("lto=thin") end with NULL. The profile gives names and values, and is as configured afterwards.
 * ERR_USAGE for an unknown preset or option. */
bool variants_make(struct run_spec *spec, struct profile *p, const char *const *presets,
	const char *const *sets, struct arena *arena, struct err *err);
/* The changes that a profile holds now, under the name they have; in the arena. */
struct run_variant variant_of_profile(const struct profile *p, struct arena *arena);
