/* usage: how much room a folder and all below it take on disk. */
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include "base/err.h"

struct usage {
	uint64_t bytes; /* on disk: blocks, as `du` counts */
	uint64_t files; /* without folders */
};

/* Which files with several names have been counted, so that hard links count once, with the first of
 * their names that is met. */
struct usage_links;

struct usage_links *usage_links_new(void);
void usage_links_free(struct usage_links *links); /* NULL is fine */
/* Adds to *size. Links are not followed, other file systems below are counted too. An absent path adds
 * nothing; what cannot be read adds nothing either, and makes the answer false with err (of the first
 * such thing), the rest being counted. */
bool
usage_measure(const char *path, struct usage_links *links, struct usage *size, struct err *err);
