/* confkeys: the keys of cargo's configuration and what kind of value each takes. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include "text/toml.h"

struct arena;

enum confkey_verdict {
	CONFKEY_SOUND,
	CONFKEY_INSIDE,  /* a table that has such keys below it */
	CONFKEY_UNKNOWN, /* cargo does not look at it */
	CONFKEY_WRONG,   /* cargo refuses a value of this kind */
};

/* What is to be said of a value at the key made of these parts. For CONFKEY_WRONG `expected` says what
 * it takes ("a string or an array"). */
enum confkey_verdict
confkey_judge(const char *const *parts, size_t count, enum toml_kind kind, const char **expected);
/* The known key nearest to an unknown one ("build.target-dir"), in the arena; NULL when none is. */
const char *confkey_nearest(struct arena *arena, const char *const *parts, size_t count);
