/* universal2: both of macOS's machines in one file, under the name that cargo-zigbuild and maturin have for
 * it: "universal2-apple-darwin" stands for both targets, and what both have built is joined. */
#pragma once
#include <stdbool.h>
#include "base/arena.h"
#include "base/err.h"

#define UNIVERSAL2 "universal2-apple-darwin"

struct job;
struct run_spec;

/* Puts both targets in place of the name, in targets and ways; sets spec->is_universal where it was
 * there. */
void universal2_expand(struct run_spec *spec, struct arena *arena);
/* The target that the job's is joined with, or NULL. */
const char *universal2_partner(const char *triple);
/* Joins the files that both jobs have, into the folder of that name beside theirs, and tells of each. False
 * with err when they cannot be joined. */
bool universal2_join(const struct job *a, const struct job *b,
	void (*made)(void *arg, const char *path, const char *kind), void *arg, struct err *err);
/* What a shell is given to join all that both have: the folders of both targets' profiles, and of the joined
 * files; in the arena. `program`: xtui. */
const char *universal2_line(const char *program, const char *first, const char *second,
	const char *out, struct arena *arena);
