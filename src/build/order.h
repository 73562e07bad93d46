/* order: what a run is to build: what was asked for, and where that is silent what the project has
 * chosen in xtui.toml.
 *
 * It can be written as a line of JSON, kept in the history, and read again by a later xtui that goes
 * on with the run: then it says all, and neither the choice nor the profile of that day counts. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include "base/arena.h"
#include "base/err.h"
#include "build/run.h"

struct choice;
struct survey;

struct order {
	struct run_spec run; /* survey, profile and rules are the caller's to fill in */
	const char *profile; /* name; NULL: not said */
	struct arena arena;
};

/* `asked` NULL: nothing was; its lists are borrowed. `prefers_choice`: where both say something, the
 * choice counts. To be given to order_fini. */
void order_make(struct order *o, const struct run_spec *asked, const struct choice *choice,
	bool prefers_choice);
/* A target that nobody asked for, built as the choice says of it where the order says nothing. */
void order_add_target(struct order *o, const char *triple, const struct choice *choice);
/* The same for those that cargo would build for, where the order has none. */
void order_add_own(struct order *o, const struct survey *survey, const struct choice *choice);
/* False when the text is none of ours; to be given to order_fini in any case. */
bool order_read(struct order *o, const char *text);
void order_fini(struct order *o);
/* Copies all that a spec names into the arena; survey, profile and rules stay borrowed. */
void order_own_spec(struct run_spec *spec, struct arena *arena);
/* The line of JSON; settings that differ from the profile as configured are variants in it. Caller
 * frees. */
char *order_write(const struct run_spec *spec, const char *profile);
