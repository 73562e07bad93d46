/* template: the texts of rules with what is known put in.
 *
 * "{linker}" is a value, "{package:{linker}}" one that a function makes of another; "{? for {target}?}"
 * stands only when everything in it is known. "{{" and "}}" are braces. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include "base/str.h"

struct template_source {
	/* Appends the value of a name ("target.arch", "package:musl-gcc"); false when it is unknown. */
	bool (*value)(void *arg, struct span name, struct str *out);
	void *arg;
};

/* Whether braces and optional parts are closed; `why` gets what is wrong. */
bool template_check(const char *text, char *why, size_t size);
/* Appends the text, filled in. False, with out as it was, when a value outside of optional parts is
 * unknown. */
bool template_fill(const char *text, const struct template_source *source, struct str *out);
/* The first of the alternatives (a list that ends with NULL) that can be filled in; false: none. */
bool
template_fill_any(const char *const *texts, const struct template_source *source, struct str *out);
