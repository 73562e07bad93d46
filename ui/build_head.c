/* build_head: the run in a line: what is built and how far it is. */
#include <inttypes.h>
#include "base/count.h"
#include "base/utf8.h"
#include "build/job.h"
#include "build/recording.h"
#include "build/run.h"
#include "host/platform.h"
#include "ready/survey.h"
#include "rust/workspace.h"
#include "ui/build_state.h"
#include "ui/widget_bar.h"

#define NO_VARIANT "as configured"
#define HEADLINE_WIDE 120     /* columns that have room for everything */
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

/* "check · ", for what is no build. */
static void
append_mode(struct str *out, const char *mode)
{
	if (!text_is(mode, run_mode_name(MODE_BUILD)))
		str_appendf(out, "%s · ", mode);
}

/* "past build of 21 Nov 10:23 · release · 3 targets" */
static void
headline_of_past(const struct build *b, struct str *out)
{
	const struct past_run *past = b->past.run;
	size_t jobs = b->panes.len;

	str_appendf(out, "past build of %s · ", past->when);
	append_mode(out, past->mode);
	str_appendf(out, "%s · %zu target%s", past->profile, jobs, jobs == 1 ? "" : "s");
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
	append_mode(out, run_mode_name(run_mode(b->store->run)));
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

/* " · sccache 12/20 (this 4/8)": of all jobs, and of the focused one. */
static void
append_cache(const struct build *b, struct str *out)
{
	const struct job *job = b->store->focused_job;
	struct job_cache sum = { 0 };

	if (b->past.run || !run_cache(b->store->run, &sum, NULL) || !(sum.hits + sum.misses))
		return;
	str_appendf(out, "%ssccache ", out->len ? " · " : "");
	append_rate(out, &sum);
	if (job && b->panes.len > 1 && job->cache.hits + job->cache.misses) {
		str_append(out, " (this ");
		append_rate(out, &job->cache);
		str_append_char(out, ')');
	}
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

/* What stands right says all of this, or less; from most to least. */
static const struct right_form {
	int states; /* how many are told, what matters most first */
	bool cache, time;
} right_forms[] = {
	{ 3, true, true },
	{ 3, false, true },
	{ 2, false, true },
	{ 1, false, true },
	{ 1, false, false },
};
static const struct right_form wide_form = { JOB_SKIPPED + 1, true, true };

/* While jobs are going, those that went well are not among it, unless there is room for all. */
static void
append_states(const struct build *b, int most, struct str *out)
{
	static const enum job_state states[] = { JOB_RUNNING, JOB_FAILED, JOB_WAITING,
		JOB_CANCELLED, JOB_SKIPPED, JOB_OK };
	bool has_all = most > JOB_SKIPPED;

	for (size_t i = 0; i < COUNT(states) && most; i++) {
		size_t count = build_count_jobs(b, states[i]);

		if (!count || (!has_all && states[i] == JOB_OK && store_jobs_going(b->store)))
			continue;
		str_appendf(
			out, "%s%zu %s", out->len ? " · " : "", count, state_word(b, states[i]));
		most--;
	}
}

static void
append_right(const struct build *b, const struct right_form *form, struct str *out)
{
	char time[16];

	if (b->store->watching)
		str_append(out, "watching");
	append_states(b, form->states, out);
	if (form->cache)
		append_cache(b, out);
	if (!form->time)
		return;
	bar_time(time, build_elapsed(b));
	str_appendf(out, "%s%s", out->len ? " · " : "", time);
}

static bool
has_room_left(const struct str *right, int cols)
{
	return (int)utf8_columns(str_span(right)) + 1 + HEADLINE_LEFT_LEAST <= cols;
}

static void
headline_right(const struct build *b, int cols, struct str *out)
{
	if (cols >= HEADLINE_WIDE) {
		append_right(b, &wide_form, out);
		return;
	}
	for (size_t i = 0; i < COUNT(right_forms); i++) {
		str_clear(out);
		append_right(b, &right_forms[i], out);
		if (has_room_left(out, cols))
			return;
	}
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
