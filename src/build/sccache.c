#include "build/sccache.h"

#include <stdlib.h>
#include "base/alloc.h"
#include "base/path.h"
#include "io/loop.h"
#include "io/proc.h"
#include "ready/survey.h"
#include "rust/cargoconf.h"
#include "text/json.h"

#define STATS_MAX (1u << 20)
#define STATS_TIMEOUT_MS 3000
#define ASK_MS 2000 /* between two questions while the run goes on */

struct sccache {
	struct loop *loop;
	char *program;
	void (*changed)(void *arg);
	void *arg;
	struct loop_timer *timer; /* NULL: it has ended */
	struct sccache_count first, last;
	bool has_first, has_last;
	bool is_asking;    /* a worker holds this struct */
	bool asks_again;   /* as soon as it is back */
	bool is_abandoned; /* it frees it */
	struct sccache_count answer;
	bool has_answer; /* the worker's until it is back, as the one before */
};

static uint64_t
sum_of_counts(const struct json *stats, const char *key)
{
	const struct json *counts = json_get(json_get(stats, key), "counts");
	uint64_t sum = 0;

	for (const struct json *c = json_first(counts); c; c = json_next(c))
		sum += (uint64_t)json_integer(c, 0);
	return sum;
}

bool
sccache_parse(struct span stats, struct sccache_count *count)
{
	struct json *doc = json_parse(stats.data, stats.len, NULL);
	const struct json *all = json_get(doc, "stats");
	bool ok = json_is_object(all);

	if (ok)
		*count = (struct sccache_count){ sum_of_counts(all, "cache_hits"),
			sum_of_counts(all, "cache_misses") };
	json_free(doc);
	return ok;
}

const char *
sccache_wrapper(const struct survey *s)
{
	struct conf_value value;

	if (!s->conf || !cargoconf_get(s->conf, "build.rustc-wrapper", &value) || !value.text)
		return NULL;
	return text_is(path_basename(value.text), "sccache") ? value.text : NULL;
}

static void
sccache_release(struct sccache *s)
{
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

/* A server that was started anew meanwhile has counted from 0 on. */
static void
take_answer(struct sccache *s)
{
	bool is_new = s->answer.hits < s->last.hits || s->answer.misses < s->last.misses;

	if (!s->has_first)
		s->first = s->answer;
	else if (is_new)
		s->first = (struct sccache_count){ 0 };
	s->has_last = s->has_first;
	s->has_first = true;
	s->last = s->answer;
}

static void
done(void *arg)
{
	struct sccache *s = arg;

	s->is_asking = false;
	if (s->is_abandoned) {
		sccache_release(s);
		return;
	}
	if (s->has_answer)
		take_answer(s);
	if (s->asks_again)
		ask(s);
	s->changed(s->arg);
}

static void
ask(struct sccache *s)
{
	s->asks_again = s->is_asking;
	if (s->is_asking)
		return;
	s->is_asking = true;
	loop_work(s->loop, work, done, s);
}

static void
on_timer(void *arg)
{
	ask(arg);
}

struct sccache *
sccache_begin(struct loop *l, const char *program, void (*changed)(void *arg), void *arg)
{
	struct sccache *s = xcalloc(1, sizeof(*s));

	s->loop = l;
	s->program = xstrdup(program);
	s->changed = changed;
	s->arg = arg;
	s->timer = loop_timer_start(l, ASK_MS, ASK_MS, on_timer, s);
	ask(s);
	return s;
}

void
sccache_end(struct sccache *s)
{
	if (!s || !s->timer)
		return;
	loop_timer_stop(s->timer);
	s->timer = NULL;
	ask(s);
}

void
sccache_free(struct sccache *s)
{
	if (!s)
		return;
	loop_timer_stop(s->timer);
	s->is_abandoned = true;
	if (!s->is_asking)
		sccache_release(s);
}

bool
sccache_since(const struct sccache *s, struct sccache_count *count)
{
	if (!s || !s->has_last)
		return false;
	*count = (struct sccache_count){ s->last.hits - s->first.hits,
		s->last.misses - s->first.misses };
	return count->hits + count->misses > 0;
}
