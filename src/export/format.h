/* format: the kinds of files that a recipe is written as, a row each. */
#pragma once
#include <stdbool.h>
#include "base/err.h"
#include "base/str.h"
#include "export/recipe.h"

struct export_format {
	const char *name;      /* "github" */
	const char *path;      /* where it goes when nobody says */
	bool is_of_repository; /* below the repository's top, not the workspace's root */
	bool is_program;       /* may be run */
	const char *what;      /* one line */
	enum recipe_reach reach;
	const char *sysroots; /* as in the recipe */
	/* Appends the file. `before` is the one that is there, for those that keep what else it says; it
	 * has no data where there is none. False with err: it cannot be read. */
	bool (*write)(struct recipe *r, struct span before, struct str *out, struct err *err);
};

extern const struct export_format export_formats[]; /* ends with a NULL name */
/* NULL with ERR_USAGE that names the nearest. */
const struct export_format *export_format_find(const char *name, struct err *err);

bool export_github(struct recipe *r, struct span before, struct str *out, struct err *err);
bool export_gitlab(struct recipe *r, struct span before, struct str *out, struct err *err);
bool export_dockerfile(struct recipe *r, struct span before, struct str *out, struct err *err);
bool export_cross_toml(struct recipe *r, struct span before, struct str *out, struct err *err);
bool export_cargo_config(struct recipe *r, struct span before, struct str *out, struct err *err);
bool export_script(struct recipe *r, struct span before, struct str *out, struct err *err);
