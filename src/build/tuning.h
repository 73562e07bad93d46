/* tuning: what cargo and rustc are told for one target alone, whatever backend builds it: the program that
 * links, the processor, how the C runtime is linked, and more flags of rustc's. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include "base/arena.h"
#include "base/err.h"

struct choice;
struct command;
struct command_query;
struct place;
struct run_spec;
struct survey;

struct tuning {
	const char *
		linker; /* as it was written; with a slash from the workspace's root; NULL: cargo's own choice */
	const char *target_cpu;       /* "x86-64-v3"; NULL: the target's own */
	const char *crt_static;       /* "true", "false"; NULL: the target's own */
	const char *const *rustflags; /* the target's own, one word each; ends with NULL */
};

/* A list of flags in one text, as choice_option gives rustflags: blanks between the words, as cargo has it,
 * or TUNING_SEPARATOR behind each where a word may hold blanks. */
#define TUNING_SEPARATOR '\x1f'
/* `flags` of such a text (NULL: none), in the arena; ends with NULL. */
const char *const *tuning_split(const char *flags, struct arena *arena);

/* What the project has chosen in xtui.toml, in the arena. */
struct tuning tuning_chosen(const struct choice *c, const char *triple, struct arena *arena);
/* All that rustc is told: of processor, C runtime and the target's own flags, in this order; ends with NULL,
 * in the arena. What the user's configuration of cargo says is not among it: cargo puts that before. */
const char *const *tuning_rustflags(const struct tuning *t, struct arena *arena);

/* Whether the texts make sense for the triple: ERR_USAGE with the nearest processor's name. */
bool
tuning_check(const struct tuning *t, const struct survey *s, const char *triple, struct err *err);

/* Whether the place's targets have to be built by a process each, because of flags that only a variable for all
 * targets can give: cargo takes RUSTFLAGS in place of all others, cfg(…) tables come last, and a variable of
 * one target is split at blanks. */
bool tuning_parts(const struct run_spec *spec, const struct place *place);
/* Gives a command the linkers and flags of its targets, those of c->link_args among them: joined with what the user's configuration says, as
 * cargo would, never in place of it. */
void tuning_give(struct command *c, const struct command_query *query);
