/* toml_keys: settings gathered for a TOML file, set in the one that is there or in a new one. */
#pragma once
#include <stdbool.h>
#include "base/err.h"
#include "base/str.h"
#include "base/vec.h"
#include "export/recipe.h"
#include "plan/plan.h"

struct toml_keys {
	struct recipe *r;
	VEC(struct step_key) items;
};

/* table.name.key = "text"; `table` may have dots, `name` NULL for none. All in the recipe's arena. */
void toml_keys_text(struct toml_keys *k, const char *table, const char *name, const char *key,
	const char *text);
/* Any path, which ends with NULL, with TOML for the value. */
void toml_keys_path(struct toml_keys *k, const char *const *path, const char *literal);
/* One more item of an array of texts. */
void toml_keys_item(struct toml_keys *k, const char *table, const char *name, const char *key,
	const char *text);
/* An array of texts. */
void toml_keys_texts(struct toml_keys *k, const char *table, const char *name, const char *key,
	const char *const *texts);
/* Sets them over `before`, or below the comment in a new file; false with err when that is no TOML.
 * Frees the list. */
bool toml_keys_write(struct toml_keys *k, const char *file, const char *comment, struct span before,
	struct str *out, struct err *err);
