/* tuning: what cargo and rustc are told for one target alone, whatever backend builds it: the program that
 * links, the processor, how the C runtime is linked, and more flags of rustc's. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include "base/arena.h"
#include "base/err.h"
#include "io/proc.h"

struct choice;
struct survey;

struct tuning {
	const char *
		linker; /* as it was written; with a slash from the workspace's root; NULL: cargo's own choice */
	const char *target_cpu;       /* "x86-64-v3"; NULL: the target's own */
	const char *crt_static;       /* "true", "false"; NULL: the target's own */
	const char *const *rustflags; /* the target's own, one word each; ends with NULL */
};

/* The words of a text of flags as choice_option gives rustflags (NULL: none), in the arena; ends with NULL. */
const char *const *tuning_split(const char *flags, struct arena *arena);
/* What the project has chosen in xtui.toml, in the arena. */
struct tuning tuning_chosen(const struct choice *c, const char *triple, struct arena *arena);
/* All that rustc is told: of processor, C runtime and the target's own flags, in this order; ends with NULL,
 * in the arena. What the user's configuration of cargo says is not among it: cargo puts that before. */
const char *const *tuning_rustflags(const struct tuning *t, struct arena *arena);

/* The linker as a program is looked for: a place in the workspace is a whole path; in the arena. */
const char *tuning_linker(const struct tuning *t, const struct survey *s, struct arena *arena);

/* Whether the texts make sense for the triple: ERR_USAGE with the nearest processor's name. */
bool
tuning_check(const struct tuning *t, const struct survey *s, const char *triple, struct err *err);
/* The processor alone; `quick`: without asking rustc. */
bool tuning_check_cpu(const struct tuning *t, const struct survey *s, const char *triple,
	bool quick, struct err *err);

/* Whether cargo takes these flags, beside those that it is told elsewhere, only by a variable for all targets:
 * RUSTFLAGS counts in place of all others, cfg(…) tables come last, and a variable of one target is split at
 * blanks. */
bool tuning_needs_common(const struct survey *s, const char *triple, const char *const *flags);

/* What one target of a cargo is told by its environment: the linker (NULL: none is said) and the flags (ends with
 * NULL), joined with what the user's configuration says, as cargo would, never in place of it. */
struct tuning_telling {
	const struct survey *s;
	const char *triple;
	const char *linker;
	const char *const *flags;
	bool is_alone; /* cargo builds for no other target */
};
/* The variables, at most TUNING_ENV_MAX, in the arena; returns how many. */
#define TUNING_ENV_MAX 3
size_t tuning_env(
	const struct tuning_telling *t, struct arena *arena, struct proc_env env[TUNING_ENV_MAX]);
