/* lines: a stream of bytes, cut into lines.
 *
 * Holds the unfinished rest between feeds; a line longer than `max` is handed out in pieces. */
#pragma once
#include <stdbool.h>
#include "base/str.h"

struct lines {
	struct str rest; /* bytes since the last line end */
	size_t max;
	bool split_cr; /* a lone CR ends a line too (cargo's progress bar) */
};

void lines_init(struct lines *l, size_t max, bool split_cr); /* max 0: no limit */
void lines_fini(struct lines *l);
/* Calls `line` for each whole line, without its LF, CR LF or (split_cr) CR; borrowed. `end` is the
 * byte that ended it: '\n', '\r', or 0 for a piece of an overlong line. With split_cr a line that
 * ends in CR is handed out at once, ended by '\r', because the next byte may be long in coming;
 * when that is an LF, the same line comes again, ended by '\n'. How the stream is cut into feeds
 * makes no difference. */
void lines_feed(struct lines *l, const char *bytes, size_t len,
	void (*line)(void *arg, struct span line, char end), void *arg);
/* Hands out the rest, if any, as a line ended by 0. */
void lines_end(struct lines *l, void (*line)(void *arg, struct span line, char end), void *arg);
