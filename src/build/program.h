/* program: the file of a program that a workspace builds, where the last build for a target left it. */
#pragma once
#include <stdbool.h>
#include "base/err.h"

struct history;
struct survey;
struct target;

struct program_query {
	const char *target;  /* triple */
	const char *name;    /* of the program or example; NULL: the only one there is */
	bool is_example;     /* one of the examples is meant */
	const char *profile; /* "release" */
};

/* The newest of what xtui's last build for the target made and what lies where cargo puts it. Caller
 * frees. NULL with err: no such program or several (ERR_USAGE), not built yet (ERR_FAILED). Needs
 * s->workspace; `h` may be NULL. */
char *program_find(const struct survey *s, struct history *h, const struct program_query *query,
	struct err *err);
/* The same for any file of that name that a build for query->target leaves in its folder ("libgreet.so"); of
 * the query target, profile and is_example count. Caller frees; NULL: it has not been built. */
char *program_find_file(const struct survey *s, struct history *h,
	const struct program_query *query, const char *file);
/* What rustc calls a crate's file for a target: "greet.exe", "libgreet.so"; `kind` is "bin", "cdylib",
 * "staticlib". Caller frees; NULL: another kind. */
char *program_file_name(const struct target *target, const char *kind, const char *name);
