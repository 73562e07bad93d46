/* sccache: which of a run's compilations its cache spared, where it is rustc's wrapper.
 *
 * The server counts since it was started, for everybody, and does not say whose a compilation was. So
 * it is asked as soon as rustcs have ended (on a worker, one question at a time; an answer takes 2 ms):
 * what it has counted since the question before is theirs. Where hits and misses came together, the
 * quick ones were the hits. */
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include "build/job.h"

struct loop;
struct sccache;

/* Asks the program for the zero of its counts; `changed` hears on the loop's thread when there is
 * news. */
struct sccache *
sccache_begin(struct loop *l, const char *program, void (*changed)(void *arg), void *arg);
void sccache_free(struct sccache *s); /* NULL is fine for this and what follows */
/* A rustc has been started, and has ended well or not; its crate type is rustc's. `of` is where it
 * is counted, and lives as long as `s`. */
void sccache_unit_started(struct sccache *s);
void sccache_unit_ended(
	struct sccache *s, struct job_cache *of, const char *crate_type, uint64_t ms, bool is_good);
/* Whether every rustc that has ended is counted. */
bool sccache_is_settled(const struct sccache *s);
/* What it was last heard to keep its results in; NULL: it never said. */
const char *sccache_storage(const struct sccache *s);
