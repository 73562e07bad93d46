/* profile_notes: what settings mean for the targets of a project, beyond what each option says of itself: what
 * is lost, what changes nothing, what two of them make of each other. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include "base/arena.h"

struct profile;
struct survey;
struct tuning;

struct profile_note {
	const char *
		key; /* "panic"; of a target's own option "crt-static"; an override's table, a place */
	const char *targets; /* "x86_64-unknown-linux-musl, …"; NULL: all that are asked for */
	const char *text;    /* one line */
	bool is_warning;     /* something is lost or will not work; else worth knowing */
};

struct profile_notes_query {
	const struct profile *profile;
	const struct survey *survey;
	const char *const *targets;   /* triples */
	const struct tuning *tunings; /* of each; NULL: none has any */
	size_t target_count;
	size_t memory; /* bytes that this machine has; 0: not known */
};

/* In the arena, warnings first. */
struct profile_note *
profile_notes(const struct profile_notes_query *query, struct arena *arena, size_t *count);
