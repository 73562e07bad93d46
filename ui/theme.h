/* theme: what each role looks like: colour, attributes, and a twin for terminals without colour.
 *
 * Themes are TOML files (themes/, the user's own in the config folder); a theme names roles, never
 * places. A role that a user's theme leaves out is the default theme's. */
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include "base/err.h"

/*   id         name in theme files */
/* clang-format off */
#define THEME_ROLES(X) \
	X(TEXT, "text") X(DIM, "dim") X(HEADING, "heading") X(TITLE, "title") \
	X(TAB, "tab") X(TAB_ACTIVE, "tab-active") X(BORDER, "border") \
	X(BORDER_FOCUS, "border-focus") X(CURSOR, "cursor") X(MARK, "mark") \
	X(OK, "ok") X(WARN, "warn") X(FAIL, "fail") X(RUNNING, "running") \
	X(KEY, "key") X(KEY_LABEL, "key-label") X(BAR_FULL, "bar-full") \
	X(BAR_EMPTY, "bar-empty") X(MATCH, "match") X(INPUT, "input") X(DIALOG, "dialog") \
	X(HINT, "hint") X(VALUE, "value") X(CHANGED, "changed") X(ADDED, "added") \
	X(REMOVED, "removed") X(MESSAGE, "message") X(ERROR, "error")
/* clang-format on */

enum role {
#define X(id, name) ROLE_##id,
	THEME_ROLES(X)
#undef X
		ROLE_COUNT
};
const char *role_name(enum role r);

struct theme_style {
	int32_t fg, bg;     /* as struct ansi_style: -1 default, 0..255, ANSI_RGB | rgb */
	uint8_t attrs;      /* ANSI_BOLD … */
	uint8_t mono_attrs; /* instead of all that where there are no colours */
};

struct theme {
	char name[48];
	struct theme_style roles[ROLE_COUNT];
};

/* Built in, or <config_dir>/themes/<name>.toml (which wins); config_dir may be NULL. ERR_USAGE for an
 * unknown name (nearest named), ERR_PARSE with line and column for a broken file. */
bool theme_load(const char *name, const char *config_dir, struct theme *out, struct err *err);
/* Names of all themes, sorted, NULL at the end; caller: theme_names_free. */
char **theme_names(const char *config_dir);
void theme_names_free(char **names);
/* The nearest of the terminal's `colors` (8, 16, 256) to a palette or RGB colour. */
int theme_reduce(int32_t color, int colors);
