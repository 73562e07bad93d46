/* clean: frees what builds have left in the target folder.
 *
 * Trees are chosen from those that target_trees_read found, so nothing outside of the target folder
 * can be meant, and links that lead out of it are never followed. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/err.h"

struct target_trees;

struct clean_query {
	const char *const
		*targets;          /* triples; ends with NULL; empty: all, and what is in no tree */
	const char *profile;       /* a folder's name, "release"; NULL: all */
	const char *const *others; /* triples that have something else to free; NULL: none */
	const char
		*host; /* triple of this machine: trees without a triple are for it; may be NULL */
};

/* Which of the trees are meant, one flag a tree; caller frees. ERR_USAGE for a target or a profile that
 * has none. */
bool *
clean_choose(const struct target_trees *trees, const struct clean_query *query, struct err *err);
/* Whether the query means everything: then what is in no tree goes, too. */
bool clean_is_all(const struct clean_query *query);
/* Takes the locks of all that are meant, then removes: refuses before anything is gone when a build
 * is going on in one (ERR_FAILED). *freed: bytes, also when it fails half-way. */
bool clean_run(const struct target_trees *trees, const bool *chosen, bool all, uint64_t *freed,
	struct err *err);
