/* literal: the fixed texts without which a pattern cannot match.
 *
 * From `cannot find -l(ssl|crypto)\b` come the sets {"cannot find -l"} and {"ssl", "crypto"}: a line
 * that holds no member of a set is no match. Texts never hold quotes, backslashes or anything but
 * printable ASCII, so they stand in a JSON string and in a coloured or translated line as they are. */
#pragma once
#include <stddef.h>
#include "base/arena.h"
#include "base/str.h"
#include "base/vec.h"

#define LITERAL_MIN                                                                                \
	2 /* bytes: a letter with a mark, as in ".o"; whatever else is so short tells nothing */

struct literal_set {        /* one of these must occur */
	const char **items; /* lower case */
	size_t len;
	size_t shortest; /* bytes of the shortest item, at least LITERAL_MIN */
};

struct literal_sets {
	VEC(struct literal_set) sets;
};

/* Such sets of the (valid) PCRE2 pattern, of alternatives two at the most; strings live in the arena, the caller frees out->sets. */
void literal_sets_of(const char *pattern, struct arena *arena, struct literal_sets *out);
