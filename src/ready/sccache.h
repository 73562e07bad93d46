/* sccache: the cache that a person has put before rustc: what it says of itself, and what in this
 * machine's settings keeps it from finding things.
 *
 * Its keys hold rustc's arguments but for the folders of the build, the folder that rustc runs in, and
 * every variable whose name begins with CARGO_ (measured with 0.16 and cargo 1.96; sccache's docs/Rust.md). */
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/str.h"

struct profile;
struct survey;

/* Since its server was started, for everybody. */
struct sccache_stats {
	uint64_t hits, misses;     /* of rustc's results */
	uint64_t not_written;      /* results that could not be kept */
	uint64_t not_read;         /* errors and timeouts while they were looked for */
	uint64_t bytes, max_bytes; /* of a cache on this machine; 0: not said */
	char storage[256]; /* where it keeps them, as it names it; "" when it does not say */
};

/* What `sccache --show-stats --stats-format=json` prints; false when it is none. */
bool sccache_parse(struct span text, struct sccache_stats *stats);
/* rustc's wrapper here, when that is sccache; else NULL. Borrowed of the survey. */
const char *sccache_wrapper(const struct survey *s);

struct sccache_fault {
	const char *id;   /* "sccache-variables" */
	bool is_grave;    /* nothing can be compiled */
	const char *text; /* what it is, where it is set, and what that costs */
	const char *advice;
};
#define SCCACHE_FAULTS_MAX 8

/* What keeps it from finding what was compiled before, for these targets and this profile (NULL: release as
 * configured); texts in the arena. At most SCCACHE_FAULTS_MAX; how many comes back. */
size_t
sccache_faults(const struct survey *s, const struct profile *profile, const char *const *triples,
	size_t count, struct arena *arena, struct sccache_fault faults[SCCACHE_FAULTS_MAX]);
