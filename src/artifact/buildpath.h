/* buildpath: paths of the machine of the build that have stayed in a file's data.
 *
 * Panic messages, `file!()` and the like carry them; they tell strangers a user's name, and make two
 * builds in two folders differ. */
#pragma once
#include <stdint.h>
#include "artifact/reader.h"

struct card;

struct buildpaths {
	const char *first; /* the first path found, or NULL */
	uint64_t count;    /* places where one begins */
	const char *rustc; /* the commit of "/rustc/<commit>/library", or NULL */
};

/* Looks through a part that holds data, texts of which go to the card's arena. May be called for several
 * parts of one file, and then counts on. */
void buildpath_scan(const struct reader *part, struct buildpaths *found, struct card *card);
/* The problem "build-paths", and the compiler's commit among the details, for what was found. */
void buildpath_report(const struct buildpaths *found, struct card *card);
