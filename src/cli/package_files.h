/* package_files: what goes into the package of a target: what was built, and what belongs beside it. */
#pragma once
#include <stdbool.h>
#include "base/err.h"
#include "base/vec.h"

struct choice;
struct history;
struct survey;

struct packed_file {
	char *source, *name; /* where it is; below the top folder */
	const char *kind;    /* "bin", "cdylib", "staticlib"; NULL: it was not built */
};

struct package_files {
	VEC(struct packed_file) list;
	VEC(char *) missing; /* file names of programs that were not built */
};

struct package_query {
	const struct survey *survey; /* with a workspace */
	struct history *history;     /* or NULL */
	const struct choice *choice;
	const char *target, *profile;
};

/* Programs, C libraries; README, LICENSE and their like; man pages from man/ and doc/, completions from
 * completions/ and complete/, and what xtui.toml names. False with err: nothing was built, or a named file
 * is not there. To be given to package_files_fini in any case. */
bool
package_files_find(struct package_files *files, const struct package_query *query, struct err *err);
void package_files_fini(struct package_files *files);
