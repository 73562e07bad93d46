/* edit: a change of a TOML file of the user's, shown before it is made.
 *
 * An edit is prepared from the file as it stands: what it would become, the diff, and what stands in
 * its way. Making it writes just what was shown, the old file kept for `setup --undo`, or refuses
 * when the file has changed since. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include "base/err.h"
#include "base/str.h"
#include "plan/plan.h"

struct edit {
	char *path;  /* the file as it was named; ".cargo/config" where that is the one in use */
	char *shown; /* the same as a person writes it */
	char *file;  /* what is written: behind symbolic links */
	bool exists; /* the file is there already */
	char *diff;  /* unified; NULL when nothing would change, and for a conflict */
	/* A key has another value: "target.x.linker is \"gcc\" (.cargo/config.toml:3), not \"cc\"",
	 * one line a key; else NULL. */
	char *conflict;
	struct str before, after; /* the file's bytes now and then */
};

/* `dir` is the project's folder, absolute; `path` is relative to it or absolute. With `replace` other
 * values are changed, else they make a conflict. NULL with err: the file cannot be read, is no TOML
 * (ERR_PARSE with line and column), may not be written by us, or belongs to somebody else whose file
 * it would cease to be. */
struct edit *edit_prepare(const char *dir, const char *path, const struct step_key *keys,
	size_t count, bool replace, struct err *err);
/* What the keys make of a text, which stands in a file of that path: appended to `after`; or, a line
 * each, what stands in their way, to `conflicts`. False with err for a text that is no TOML. */
bool edit_apply(const char *path, struct span before, const struct step_key *keys, size_t count,
	bool replace, struct str *after, struct str *conflicts, struct err *err);
void edit_free(struct edit *e);          /* NULL is fine */
bool edit_is_made(const struct edit *e); /* the file says all of it already */
/* Writes the file; `what` is said in the list of edits ("set target.x.linker"). A conflict, and a file that
 * changed since, is ERR_FAILED. Made already: true, and nothing is written. */
bool edit_make(const struct edit *e, const char *dir, const char *what, struct err *err);
