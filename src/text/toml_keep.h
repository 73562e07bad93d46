/* toml_keep: values of a table kept beyond its document, in an arena. */
#pragma once
#include "base/arena.h"
#include "text/toml.h"

/* The string of that key, or NULL. */
const char *toml_keep_text(struct arena *arena, const struct toml_value *table, const char *key);
/* The strings of an array, ends with NULL; empty when there is none, "" for what is no string. */
const char *const *toml_keep_texts(struct arena *arena, const struct toml_value *array);
