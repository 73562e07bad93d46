/* profile_parts: values of profile options as texts; for the files of rust/profile. */
#pragma once
#include "base/err.h"
#include "base/str.h"
#include "rust/profile.h"

struct toml_value;

/* The one spelling for a TOML literal, heap; NULL when cargo or rustc would refuse it. */
char *profile_literal(const struct profile_option *option, const char *literal);
/* The same for a text that need not be quoted: z, thin. */
char *profile_literal_of_word(const struct profile_option *option, const char *word);
/* A value of a file as a literal, as it was written; heap. */
char *profile_literal_of(const struct toml_value *v);
/* Whether cargo reads such a value; what rustc says of it is another matter. */
bool profile_takes(const struct profile_option *option, const struct toml_value *v);
/* "<place>: expected 0, 1 … for opt-level, found 7" */
bool profile_err_value(const struct profile_option *option, const char *found, const char *place,
	enum err_kind kind, struct err *err);

/* Settings of all options that say nothing yet. */
struct profile_setting *profile_settings_new(const char *table, const char *spec);
void profile_override_drop(struct profile *p, size_t i);
void profile_presets_init(struct profile *p);
