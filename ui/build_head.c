/* build_head: the run in a line: what is built and how far it is. */
#include <inttypes.h>
#include <stdio.h>
#include "build/job.h"
#include "build/recording.h"
#include "build/run.h"
#include "host/platform.h"
#include "ready/survey.h"
#include "rust/workspace.h"
#include "ui/build_state.h"
#include "ui/widget_bar.h"

#define NO_VARIANT "as configured"
#define HEADLINE_STATES 3     /* of so many jobs are told, */
#define HEADLINE_WIDE 120     /* unless there are so many columns */
#define CORNER_PERCENT_COLS 8 /* "  100 % " */
#define CORNER_BAR_LEAST 5
#define CORNER_BAR_MOST 24

/* How many cargos the jobs took: those of one group share one. */
static int
count_groups(const struct build *b)
{
	int count = 0;

	for (size_t i = 0; i < b->panes.len; i++) {
		bool is_new = true;
		for (size_t k = 0; k < i && is_new; k++)
			is_new = b->panes.items[k].job->group != b->panes.items[i].job->group;
		count += is_new;
	}
	return count;
}

/* "past build of 21 Nov 10:23 · release · 3 targets" */
static void
headline_of_past(const struct build *b, struct str *out)
{
	const struct past_run *past = b->past.run;
	size_t jobs = b->panes.len;

	str_appendf(out, "past build of %s · %s · %zu target%s", past->when, past->profile, jobs,
		jobs == 1 ? "" : "s");
}

/* "recorded build, 6 times as fast · 3 targets", "GitHub CI on main, failed · 3 jobs" */
static void
headline_of_recording(const struct build *b, struct str *out)
{
	const struct recording *r = run_recording(b->store->run);

	if (r->title)
		str_appendf(out, "%s · %zu jobs", r->title, b->panes.len);
	else
		str_appendf(out, "recorded build, %g times as fast · %zu targets", r->speed,
			b->panes.len);
}

static void
headline_left(const struct build *b, struct str *out)
{
	const struct workspace *ws = b->store->survey->workspace;
	const struct job *first = b->panes.items[0].job;
	bool is_one = text_is(first->label, first->target);
	const char *variant = is_one ? first->variant : "several variants";
	size_t jobs = b->panes.len;
	int groups = count_groups(b), cpus = b->store->platform->cpus;

	if (ws)
		str_appendf(out, "%s · ", ws->name);
	str_append(out, b->profile ? b->profile : "");
	if (!text_is(variant, NO_VARIANT))
		str_appendf(out, "%s%s", b->profile ? ", " : "", variant);
	str_appendf(out, " · %zu %s%s · ", jobs, is_one ? "target" : "job", jobs == 1 ? "" : "s");
	if (groups == 1)
		str_append(out, "one cargo");
	else
		str_appendf(out, "%d cargos", groups);
	str_appendf(out, ", %d CPU%s", cpus, cpus == 1 ? "" : "s");
}

/* "12/20": compilations that it spared, of those that it was asked for. */
static void
append_rate(struct str *out, const struct job_cache *cache)
{
	str_appendf(out, "%" PRIu64 "/%" PRIu64, cache->hits, cache->hits + cache->misses);
}

/* "sccache 12/20 (this 4/8) · ": of all jobs, and of the focused one. */
static void
append_cache(const struct build *b, struct str *out)
{
	const struct job *job = b->store->focused_job;
	struct job_cache sum = { 0 };

	if (b->past.run || !run_cache(b->store->run, &sum, NULL) || !(sum.hits + sum.misses))
		return;
	str_append(out, "sccache ");
	append_rate(out, &sum);
	if (job && b->panes.len > 1 && job->cache.hits + job->cache.misses) {
		str_append(out, " (this ");
		append_rate(out, &job->cache);
		str_append_char(out, ')');
	}
	str_append(out, " · ");
}

/* Of all jobs in the state; some of a killed run may have been stopped before. */
static const char *
state_word(const struct build *b, enum job_state state)
{
	const char *word = NULL;

	for (size_t i = 0; i < b->panes.len; i++) {
		const struct job *job = b->panes.items[i].job;

		if (job->state == state && word && !text_is(word, job_state_word(job)))
			return "stopped";
		if (job->state == state)
			word = job_state_word(job);
	}
	return word;
}

/* What matters most of the states that there are, where line 1 has no room for all: while jobs are
 * going, those that went well are not among it. */
static void
headline_right(const struct build *b, int cols, struct str *out)
{
	static const enum job_state states[] = { JOB_RUNNING, JOB_FAILED, JOB_WAITING,
		JOB_CANCELLED, JOB_SKIPPED, JOB_OK };
	bool is_wide = cols >= HEADLINE_WIDE;
	int told = 0;
	char time[16];

	if (b->store->watching)
		str_append(out, "watching · ");
	for (size_t i = 0; i < sizeof(states) / sizeof(*states); i++) {
		size_t count = build_count_jobs(b, states[i]);
		bool is_least = states[i] == JOB_OK && store_jobs_going(b->store);
		if (!count || (!is_wide && (is_least || told == HEADLINE_STATES)))
			continue;
		str_appendf(out, "%zu %s · ", count, state_word(b, states[i]));
		told++;
	}
	append_cache(b, out);
	bar_time(time, build_elapsed(b));
	str_append(out, time);
}

void
build_headline(struct screen_state *s, int cols, struct str *left, struct str *right)
{
	struct build *b = s->own;

	if (!b->panes.len)
		return;
	if (b->past.run)
		headline_of_past(b, left);
	else if (run_recording(b->store->run))
		headline_of_recording(b, left);
	else
		headline_left(b, left);
	headline_right(b, cols, right);
}

/* Units of all jobs. False while the number is a guess: a job that has not counted its own is taken
 * to have as many as the largest. */
static bool
sum_units(const struct build *b, uint64_t *done, uint64_t *total)
{
	uint64_t largest = 0, uncounted = 0;
	bool is_exact = true;

	*done = *total = 0;
	for (size_t i = 0; i < b->panes.len; i++) {
		const struct job *job = b->panes.items[i].job;
		uncounted += !job->total && !job_is_over(job);
		is_exact = is_exact && (job->total_is_exact || job_is_over(job));
		largest = (uint64_t)job->total > largest ? (uint64_t)job->total : largest;
		*done += (uint64_t)job->done;
		*total += (uint64_t)job->total;
	}
	*total += uncounted * largest;
	return is_exact && !uncounted;
}

void
build_corner(struct screen_state *s, struct area a)
{
	uint64_t done, total;
	bool is_exact = sum_units(s->own, &done, &total);
	int width = a.cols - CORNER_PERCENT_COLS;

	if (!total || width < CORNER_BAR_LEAST)
		return;
	if (width > CORNER_BAR_MOST)
		width = CORNER_BAR_MOST;
	bar_draw(a, 0, a.cols - width - CORNER_PERCENT_COLS, width, done, total);
	area_printf(a, 0, a.cols - CORNER_PERCENT_COLS, ROLE_TEXT, " %s%3d %%",
		is_exact ? " " : "~", (int)(done * 100 / total));
}
