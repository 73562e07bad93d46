/* rules: hint rules as data (data/hints/ and the user's own), parsed and compiled. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include "base/err.h"

struct rules;

/* The built-in rules, with those of `folder` (may be NULL or absent) after them. NULL with ERR_PARSE
 * (file, line, column, why) for the first broken rule. */
struct rules *rules_load(const char *folder, struct err *err);
/* The built-in rules and one file of others. */
struct rules *rules_load_with(const char *path, struct err *err);
/* As they count for a project: the built-in rules, the user's own (hints/ in the config folder), and
 * the project's (.xtui/hints/ beside the Cargo.toml of `dir` or of the next folder above it that has
 * both). `dir` may be NULL: no project. */
struct rules *rules_load_for(const char *dir, struct err *err);
/* The same for who may never need them: when they are the built-in ones alone, they are read when they
 * first are. */
struct rules *rules_expect_for(const char *dir, struct err *err);
/* Such rules are going to be needed soon: they are read on a thread of their own. */
void rules_begin_reading(const struct rules *rules);
void rules_free(struct rules *r);
size_t rules_count(const struct rules *r);
/* Validates one rule file as `xtui explain --check` does: syntax, patterns, fixes, its examples. */
bool rules_check_file(const char *path, struct err *err);
/* Runs every rule's own examples; the first that does not hold is the err. For tests. */
bool rules_check_examples(const struct rules *r, struct err *err);
