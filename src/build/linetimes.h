/* linetimes: when the lines of a log came.
 *
 * Ascending pairs: the lines from `line` on, up to the next pair's, came `ms` after the run began.
 * As bytes, beside the log as <log>.times: a magic, then for each pair how much line and ms have
 * grown, as two numbers of seven bits a byte, lowest first. A file that ends within a pair, as a kill
 * may leave it, gives the pairs before it. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/str.h"
#include "base/vec.h"

#define LINETIMES_STEP 10 /* ms: lines that come closer together share a pair */
#define LINETIMES_ENDING ".times"

struct linetime {
	size_t line;
	uint64_t ms;
};

struct linetimes {
	VEC(struct linetime) items;
	struct str rest; /* of what was fed: the beginning of the next pair, or of the magic */
	bool has_magic;
	bool is_foreign; /* what was fed is none of ours: nothing is taken from it */
};

#define LINETIMES_INIT ((struct linetimes){ 0 })

void linetimes_fini(struct linetimes *t);
/* Line `line` begins now, at `ms`: a pair more, unless the last one is too near in time; what the
 * file needs for it is appended to out. Lines ascend; a time before the last one counts as that. */
void linetimes_add(struct linetimes *t, size_t line, uint64_t ms, struct str *out);
/* Takes in the bytes of a file, in pieces cut anywhere. */
void linetimes_feed(struct linetimes *t, const char *bytes, size_t len);
/* When the line came, ms; -1: not known. */
int64_t linetimes_find(const struct linetimes *t, size_t line);
