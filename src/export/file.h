/* file: an exported file beside the one that is there.
 *
 * Prepared, it knows what would be written and how that differs; writing it keeps the old one for
 * `xtui setup --undo`. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include "base/err.h"
#include "base/str.h"
#include "base/vec.h"
#include "export/format.h"

struct run_spec;

struct export_left {
	char *triple, *why;
};

struct export_file {
	const struct export_format *format;
	char *path;  /* absolute */
	char *shown; /* as a person writes it, from the workspace's root */
	bool exists;
	struct str before, after;
	char *diff;                   /* unified; NULL when nothing would change */
	VEC(struct export_left) left; /* targets that the format cannot build */
};

/* `output` is where it goes, NULL the format's own place; `words` what the command line said
 * besides the format, " -t TRIPLE", for the file to tell. NULL with err as recipe_make. */
struct export_file *export_prepare(const struct export_format *format, const struct run_spec *run,
	const char *output, const char *words, struct err *err);
void export_file_free(struct export_file *f);        /* NULL is fine */
bool export_is_current(const struct export_file *f); /* it is there, and as it would be written */
bool export_file_write(const struct export_file *f, const char *root, struct err *err);
/* True when it is current; else ERR_FAILED that names the first line that differs. */
bool export_check(const struct export_file *f, struct err *err);
