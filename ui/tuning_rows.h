/* tuning_rows: the options that a target can have, what counts of each, and what it does. */
#pragma once
#include <stdbool.h>
#include "base/arena.h"

struct store;

struct tuning_option {
	const char *key; /* build/way.h */
	const char *effect;
};
extern const struct tuning_option tuning_options[];
extern const size_t tuning_option_count;

/* "aarch64-unknown-linux-gnu: backend zig, glibc 2.17" of each target with options of its own; ends with NULL, in
 * the arena. */
const char *const *tuning_lines(const struct store *s, struct arena *arena);
/* Whether the target can have it: not every one has a glibc. */
bool tuning_option_fits(const struct tuning_option *o, const struct store *s, const char *triple);
/* What the project says, as a person reads it; NULL: nothing. In the arena. */
const char *tuning_option_said(const struct tuning_option *o, const struct store *s,
	const char *triple, struct arena *arena);
/* What counts where the project says nothing, and why: "aarch64-linux-gnu-gcc (found on PATH)"; in the arena. */
const char *tuning_option_else(const struct tuning_option *o, const struct store *s,
	const char *triple, struct arena *arena);
/* The values that can be, in the arena, ends with NULL; NULL: any, it is to be typed. */
const char *const *tuning_option_values(const struct tuning_option *o, const struct store *s,
	const char *triple, struct arena *arena);
