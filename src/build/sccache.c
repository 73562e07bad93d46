/* Units that have ended wait in a list for the next answer; those that ended after its question was
 * put wait for the one after. */
#include "build/sccache.h"

#include <stdlib.h>
#include <string.h>
#include "base/alloc.h"
#include "base/str.h"
#include "base/vec.h"
#include "io/loop.h"
#include "io/proc.h"
#include "ready/sccache.h"

#define STATS_MAX (1u << 20)
#define STATS_TIMEOUT_MS 3000
#define FAILURES_MAX 3 /* in a row: it is not asked any more */

struct ended_unit {
	struct job_cache *of;
	uint64_t ms;
};

struct sccache {
	struct loop *loop;
	char *program;
	void (*changed)(void *arg);
	void *arg;
	VEC(struct ended_unit) ended; /* not counted yet */
	size_t asked_of;              /* how many of them had ended when the question was put */
	size_t running;               /* that have started and not ended */
	struct sccache_stats last;    /* up to which is counted */
	uint64_t hits, misses;        /* counted, and nobody's yet */
	bool has_zero;
	int failures;
	bool is_asking;    /* a worker holds this struct */
	bool is_abandoned; /* it frees it */
	struct sccache_stats answer;
	bool has_answer; /* the worker's until it is back, as the one before */
};

/* ---- whose it was ---- */

static int
by_time(const void *a, const void *b)
{
	const struct ended_unit *x = a, *y = b;

	return (x->ms > y->ms) - (x->ms < y->ms);
}

/* The first `count` of those that have ended: the quick were hits, and what was not counted at all no
 * cache was asked for. */
static void
give_out(struct sccache *s, size_t count)
{
	if (count)
		qsort(s->ended.items, count, sizeof(*s->ended.items), by_time);
	for (size_t i = 0; i < count; i++) {
		struct job_cache *of = s->ended.items[i].of;

		if (s->hits) {
			of->hits++;
			s->hits--;
		} else if (s->misses) {
			of->misses++;
			s->misses--;
		} else {
			of->uncached++;
		}
	}
}

static void
drop_ended(struct sccache *s, size_t count)
{
	s->ended.len -= count;
	if (s->ended.len)
		memmove(s->ended.items, s->ended.items + count,
			s->ended.len * sizeof(*s->ended.items));
}

/* What is over belongs to rustcs that the server is done with before we hear of it; what is more than
 * those is of somebody else's build. */
static void
keep_in_bounds(struct sccache *s)
{
	uint64_t most = s->running + s->ended.len;

	s->hits = s->hits < most ? s->hits : most;
	s->misses = s->misses < most - s->hits ? s->misses : most - s->hits;
}

/* A server that was started anew meanwhile has counted from 0 on. */
static void
count_on(struct sccache *s)
{
	bool is_new = s->answer.hits < s->last.hits || s->answer.misses < s->last.misses;

	s->hits += s->answer.hits - (is_new ? 0 : s->last.hits);
	s->misses += s->answer.misses - (is_new ? 0 : s->last.misses);
	give_out(s, s->asked_of);
}

static void
take_answer(struct sccache *s)
{
	if (s->has_answer && s->has_zero)
		count_on(s);
	if (s->has_answer) {
		s->last = s->answer;
		s->has_zero = true;
	}
	drop_ended(s, s->asked_of);
	keep_in_bounds(s);
	s->failures = s->has_answer ? 0 : s->failures + 1;
}

/* ---- asking ---- */

static void
sccache_release(struct sccache *s)
{
	vec_fini(&s->ended);
	free(s->program);
	free(s);
}

static void
work(void *arg)
{
	struct sccache *s = arg;
	const char *const argv[] = { s->program, "--show-stats", "--stats-format=json", NULL };
	const struct proc_spec spec = { .argv = argv };
	struct proc_result result = { 0 };

	s->has_answer = proc_capture(&spec, STATS_MAX, STATS_TIMEOUT_MS, &result, NULL) &&
		result.end.exit_code == 0 && sccache_parse(str_span(&result.out), &s->answer);
	proc_result_fini(&result);
}

static void ask(struct sccache *s);

static void
done(void *arg)
{
	struct sccache *s = arg;

	s->is_asking = false;
	if (s->is_abandoned) {
		sccache_release(s);
		return;
	}
	take_answer(s);
	if (s->ended.len)
		ask(s);
	s->changed(s->arg);
}

static void
ask(struct sccache *s)
{
	if (s->is_asking)
		return;
	s->asked_of = s->ended.len;
	if (s->failures >= FAILURES_MAX) {
		drop_ended(s, s->asked_of);
		return;
	}
	s->is_asking = true;
	loop_work(s->loop, work, done, s);
}

struct sccache *
sccache_begin(struct loop *l, const char *program, void (*changed)(void *arg), void *arg)
{
	struct sccache *s = xcalloc(1, sizeof(*s));

	s->loop = l;
	s->program = xstrdup(program);
	s->changed = changed;
	s->arg = arg;
	ask(s);
	return s;
}

void
sccache_free(struct sccache *s)
{
	if (!s)
		return;
	s->is_abandoned = true;
	if (!s->is_asking)
		sccache_release(s);
}

/* ---- rustcs ---- */

static bool
can_be_cached(const char *crate_type)
{
	return text_is(crate_type, "lib") || text_is(crate_type, "rlib") ||
		text_is(crate_type, "staticlib");
}

void
sccache_unit_started(struct sccache *s)
{
	if (s)
		s->running++;
}

void
sccache_unit_ended(
	struct sccache *s, struct job_cache *of, const char *crate_type, uint64_t ms, bool is_good)
{
	if (!s)
		return;
	s->running -= s->running > 0;
	if (is_good && !can_be_cached(crate_type)) {
		of->uncached++;
	} else if (is_good) {
		vec_push(&s->ended, ((struct ended_unit){ of, ms }));
		ask(s);
	}
}

bool
sccache_is_settled(const struct sccache *s)
{
	return !s || (!s->is_asking && !s->ended.len);
}

const char *
sccache_storage(const struct sccache *s)
{
	return s && s->has_zero && *s->last.storage ? s->last.storage : NULL;
}
