/* targets_list: see targets_list.h. The survey gives the order; a group takes its targets out of it. */
#include "ui/targets_list.h"
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include "base/alloc.h"
#include "base/str.h"
#include "ready/survey.h"
#include "text/fuzzy.h"

/* How a filter is understood, the narrowest first: the first that leaves anything counts. */
enum reading { IN_NAMES, IN_TEXTS, LETTERS };

#define TIER_COUNT 4

const char *
targets_group_name(enum targets_group g)
{
	static const char *const names[] = {
		[GROUP_PLATFORM] = "by platform",
		[GROUP_TIER] = "by tier",
		[GROUP_READINESS] = "by readiness",
		[GROUP_NONE] = "without groups",
	};
	return names[g];
}

void
targets_list_init(struct targets_list *l)
{
	*l = (struct targets_list){ .filter = xstrdup("") };
}

void
targets_list_fini(struct targets_list *l)
{
	free(l->filter);
	free(l->focus);
	vec_fini(&l->rows);
	arena_fini(&l->arena);
}

void
targets_list_set_filter(struct targets_list *l, const char *filter)
{
	free(l->filter);
	l->filter = xstrdup(filter);
}

bool
targets_list_is_heading(const struct targets_list *l, size_t row)
{
	return l->rows.items[row].heading;
}

/* --- filter --- */

static bool
text_holds(const char *text, const char *word)
{
	return text && strcasestr(text, word);
}

static bool
holds_word(const struct target *t, const char *word, enum reading reading)
{
	if (text_holds(t->triple, word))
		return true;
	return reading == IN_TEXTS &&
		(text_holds(t->os, word) || text_holds(target_platform_name(t->platform), word) ||
			text_holds(t->purpose, word) || text_holds(t->description, word));
}

static bool
matches(const struct target *t, const char *filter, enum reading reading)
{
	struct span rest = span_of(filter);
	bool all = true;

	if (reading == LETTERS)
		return fuzzy_match(filter, t->triple, NULL);
	while (rest.len && all) {
		char *word = span_dup(span_cut(rest, ' ', &rest));
		all = holds_word(t, word, reading);
		free(word);
	}
	return all;
}

static enum reading
reading_of(const struct survey *s, const char *filter)
{
	enum reading reading = IN_NAMES;

	for (; reading < LETTERS; reading++)
		for (size_t i = 0; i < s->targets->len; i++)
			if (matches(&s->targets->items[i], filter, reading))
				return reading;
	return reading;
}

/* --- groups --- */

/* What people look for first: what this machine builds or has, and what everyone uses. */
static bool
is_common(const struct survey *s, size_t i)
{
	const struct target *t = &s->targets->items[i];

	return t->std == STD_INSTALLED || s->states[i].readiness <= LIKELY || t->popularity >= 0;
}

static int
group_count(enum targets_group g)
{
	static const int counts[] = {
		[GROUP_PLATFORM] = 2 * PLATFORM_COUNT, /* the common ones, then the others */
		[GROUP_TIER] = TIER_COUNT,
		[GROUP_READINESS] = IMPOSSIBLE + 1,
		[GROUP_NONE] = 1,
	};
	return counts[g];
}

static int
group_of(const struct targets_list *l, size_t i)
{
	const struct target *t = &l->survey->targets->items[i];

	switch (l->group) {
	case GROUP_PLATFORM:
		return (int)t->platform + (is_common(l->survey, i) ? 0 : PLATFORM_COUNT);
	case GROUP_TIER:
		return (t->tier + TIER_COUNT - 1) % TIER_COUNT; /* 0, unknown, comes last */
	case GROUP_READINESS: return (int)l->survey->states[i].readiness;
	default: return 0;
	}
}

static const char *
heading_of(struct targets_list *l, int group)
{
	static const char *const tiers[] = { "Tier 1: tested for every change",
		"Tier 2: built for every release", "Tier 3: no prebuilt standard library",
		"Tier unknown" };
	static const char *const readiness[] = {
		[READY] = "Ready: a probe linked",
		[LIKELY] = "Likely: all that is needed is here",
		[MISSING] = "Something is missing",
		[IMPOSSIBLE] = "No way from this host",
	};

	switch (l->group) {
	case GROUP_PLATFORM:
		if (group < PLATFORM_COUNT)
			return target_platform_name((enum target_platform)group);
		return arena_printf(&l->arena, "%s, less common",
			target_platform_name((enum target_platform)(group - PLATFORM_COUNT)));
	case GROUP_TIER: return tiers[group];
	case GROUP_READINESS: return readiness[group];
	default: return NULL;
	}
}

/* --- rows --- */

static void
add_group(struct targets_list *l, const size_t *order, int group, enum reading reading)
{
	size_t begin = l->rows.len;

	for (size_t k = 0; k < l->survey->targets->len; k++) {
		size_t i = order[k];
		if (group_of(l, i) != group ||
			!matches(&l->survey->targets->items[i], l->filter, reading))
			continue;
		const char *heading = l->rows.len == begin ? heading_of(l, group) : NULL;
		if (heading)
			vec_push(&l->rows, ((struct targets_row){ .heading = heading }));
		vec_push(&l->rows, ((struct targets_row){ .target = i }));
		l->shown++;
	}
}

static const char *
triple_at(const struct targets_list *l, size_t row)
{
	return l->survey->targets->items[l->rows.items[row].target].triple;
}

static long
row_of(const struct targets_list *l, const char *triple)
{
	for (size_t row = 0; triple && row < l->rows.len; row++)
		if (!targets_list_is_heading(l, row) && text_is(triple_at(l, row), triple))
			return (long)row;
	return -1;
}

/* Where the cursor goes when its triple is filtered away: to what was typed in full; where letters
 * were matched, to the best of them; else to the first, for the order is that of use. */
static size_t
best_row(const struct targets_list *l, enum reading reading)
{
	long exact = row_of(l, l->filter);
	size_t best = 0;
	int best_score = INT_MIN, score;

	if (exact >= 0)
		return (size_t)exact;
	for (size_t row = 0; reading == LETTERS && row < l->rows.len; row++) {
		if (targets_list_is_heading(l, row) ||
			!fuzzy_match(l->filter, triple_at(l, row), &score) || score <= best_score)
			continue;
		best_score = score;
		best = row;
	}
	return best;
}

/* The focused row keeps its distance from the top of the screen. */
static void
place_cursor(struct targets_list *l, struct list *view, enum reading reading)
{
	size_t depth = view->focus - view->top;
	long row = row_of(l, l->focus);

	if (row < 0 && !l->focus)
		row = row_of(l, l->survey->host);
	list_set_count(view, l->rows.len);
	list_focus(view, row >= 0 ? (size_t)row : best_row(l, reading));
	view->top = view->focus > depth ? view->focus - depth : 0;
	if (view->top > 0 && view->top < l->rows.len && targets_list_is_heading(l, view->top - 1))
		view->top--;
	targets_list_moved(l, view);
}

void
targets_list_make(struct targets_list *l, struct list *view, const struct survey *survey)
{
	size_t *order = survey_order(survey);
	enum reading reading = reading_of(survey, l->filter);

	l->survey = survey;
	l->shown = 0;
	vec_clear(&l->rows);
	arena_fini(&l->arena);
	for (int group = 0; group < group_count(l->group); group++)
		add_group(l, order, group, reading);
	place_cursor(l, view, reading);
	free(order);
}

long
targets_list_at(const struct targets_list *l, const struct list *view)
{
	if (view->focus >= l->rows.len || targets_list_is_heading(l, view->focus))
		return -1;
	return (long)l->rows.items[view->focus].target;
}

void
targets_list_moved(struct targets_list *l, const struct list *view)
{
	long i = targets_list_at(l, view);

	if (i < 0)
		return;
	free(l->focus);
	l->focus = xstrdup(l->survey->targets->items[i].triple);
}
