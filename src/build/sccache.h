/* sccache: how many of a run's compilations its cache spared, where it is rustc's wrapper.
 *
 * The server counts since it was started, for everybody; what it says when the run begins is the zero
 * of ours. It is asked on a worker, so what is known is a little late. */
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include "base/str.h"

struct loop;
struct sccache;
struct survey;

struct sccache_count {
	uint64_t hits, misses;
};

/* What `sccache --show-stats --stats-format=json` prints; false when it is none. */
bool sccache_parse(struct span stats, struct sccache_count *count);
/* rustc's wrapper here, when that is sccache; else NULL. Borrowed of the survey. */
const char *sccache_wrapper(const struct survey *s);

/* Asks the program now and then until sccache_end, which asks once more; `changed` hears on the
 * loop's thread when there is news. */
struct sccache *
sccache_begin(struct loop *l, const char *program, void (*changed)(void *arg), void *arg);
void sccache_end(struct sccache *s); /* NULL is fine for all of these */
void sccache_free(struct sccache *s);
/* Since it began; false: nothing is known, or nothing was asked of it. */
bool sccache_since(const struct sccache *s, struct sccache_count *count);
