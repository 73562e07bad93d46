#include "ui/health_list.h"
#include <stdlib.h>
#include <string.h>
#include "base/alloc.h"
#include "base/count.h"
#include "base/str.h"
#include "ready/survey.h"
#include "rust/choice.h"
#include "ui/store.h"

void
health_list_init(struct health_list *l)
{
	*l = (struct health_list){ .filter = xstrdup("") };
}

void
health_list_fini(struct health_list *l)
{
	free(l->filter);
	free(l->focus);
	vec_fini(&l->rows);
	arena_fini(&l->arena);
}

void
health_list_set_filter(struct health_list *l, const char *filter)
{
	free(l->filter);
	l->filter = xstrdup(filter);
}

bool
health_list_is_skipped(const struct health_list *l, size_t row)
{
	enum health_row_kind kind = l->rows.items[row].kind;

	return kind != HEALTH_CHECK && kind != HEALTH_TARGET;
}

size_t
health_list_tail(const struct health_list *l, size_t row)
{
	size_t count = 0;

	while (row + 1 + count < l->rows.len && l->rows.items[row + 1 + count].kind >= HEALTH_WHY)
		count++;
	return count;
}

/* --- filter --- */

static bool
holds(const char *text, const char *word)
{
	return text && strcasestr(text, word);
}

/* Every word must be in one of the texts. */
static bool
matches(const struct health_list *l, const char *const *texts, size_t count)
{
	struct span rest = span_of(l->filter);
	bool all = true;

	while (rest.len && all) {
		char *word = span_dup(span_cut(rest, ' ', &rest));
		bool any = false;

		for (size_t i = 0; i < count; i++)
			any |= holds(texts[i], word);
		all = any;
		free(word);
	}
	return all;
}

static bool
check_matches(const struct health_list *l, const struct check *c)
{
	const char *const texts[] = { c->title, c->id, c->detail, c->path, c->version, c->fix,
		check_state_name(c->state), check_section_title(c->section) };

	return matches(l, texts, COUNT(texts));
}

/* --- rows --- */

static struct health_row *
add_row(struct health_list *l, enum health_row_kind kind, const char *text)
{
	struct health_row *row = vec_add(&l->rows);

	row->kind = kind;
	row->text = text;
	row->target = -1;
	return row;
}

static void
add_check(struct health_list *l, const struct check *c)
{
	bool is_amiss = c->state == CHECK_WARN || c->state == CHECK_FAIL;

	add_row(l, HEALTH_CHECK, "")->check = c;
	l->shown++;
	if (!is_amiss)
		return;
	add_row(l, HEALTH_WHY, c->detail)->check = c;
	if (c->fix || c->advice)
		add_row(l, HEALTH_FIX, c->fix ? c->fix : c->advice)->check = c;
}

static const char *
section_heading(struct health_list *l, const struct store *store, enum check_section s)
{
	size_t warnings = 0, failures = 0;
	struct str text = STR_INIT;

	for (size_t i = 0; i < store->check_count; i++) {
		warnings += store->checks[i].section == s && store->checks[i].state == CHECK_WARN;
		failures += store->checks[i].section == s && store->checks[i].state == CHECK_FAIL;
	}
	str_append(&text, check_section_title(s));
	if (failures)
		str_appendf(&text, "  %zu failed", failures);
	if (warnings)
		str_appendf(&text, "%s%zu warning%s", failures ? ", " : "  ", warnings,
			warnings == 1 ? "" : "s");
	return arena_take(&l->arena, &text);
}

/* What is here first, then what is not. */
static void
add_section(struct health_list *l, const struct store *store, enum check_section s)
{
	size_t begin = l->rows.len;

	for (int absent = 0; absent < 2; absent++) {
		for (size_t i = 0; i < store->check_count; i++) {
			const struct check *c = &store->checks[i];

			if (c->section != s || (c->state == CHECK_SKIP) != absent)
				continue;
			l->all++;
			if (!check_matches(l, c))
				continue;
			if (l->rows.len == begin)
				add_row(l, HEALTH_HEADING, section_heading(l, store, s));
			add_check(l, c);
		}
	}
}

static void
add_targets(struct health_list *l, const struct store *store)
{
	bool has_heading = false;

	for (size_t i = 0; i < choice_target_count(store->choice); i++) {
		const char *triple = choice_target(store->choice, i);
		long at = survey_find(store->survey, triple);
		const char *const texts[] = { triple, "marked targets" };

		if (at < 0)
			continue;
		l->all++;
		if (!matches(l, texts, 2))
			continue;
		if (!has_heading)
			add_row(l, HEALTH_HEADING, "Marked targets");
		has_heading = true;
		add_row(l, HEALTH_TARGET, triple)->target = at;
		l->shown++;
	}
}

/* --- cursor --- */

/* What tells one row from all others, in the arena; NULL for rows without a cursor. */
static const char *
name_of(struct health_list *l, const struct health_row *row)
{
	if (row->kind == HEALTH_TARGET)
		return arena_printf(&l->arena, "target %s", row->text);
	if (row->kind != HEALTH_CHECK)
		return NULL;
	return arena_printf(&l->arena, "%d %s %s %s", (int)row->check->section, row->check->id,
		row->check->title, text_is(row->check->id, "config") ? row->check->path : "");
}

static void
place_cursor(struct health_list *l, struct list *view)
{
	size_t depth = view->focus - view->top;
	size_t row = 0;

	while (row < l->rows.len &&
		!(l->focus && text_is(name_of(l, &l->rows.items[row]), l->focus)))
		row++;
	list_set_count(view, l->rows.len);
	if (row < l->rows.len) {
		list_focus(view, row);
		view->top = row > depth ? row - depth : 0;
	} else {
		list_focus(view, 0);
		view->top = 0;
	}
}

void
health_list_make(struct health_list *l, struct list *view, const struct store *store)
{
	l->shown = l->all = 0;
	vec_clear(&l->rows);
	arena_fini(&l->arena);
	l->arena = (struct arena){ 0 };
	for (enum check_section s = 0; s < SECTION_COUNT; s++)
		add_section(l, store, s);
	add_targets(l, store);
	place_cursor(l, view);
}

const struct health_row *
health_list_at(const struct health_list *l, const struct list *view)
{
	if (view->focus >= l->rows.len || health_list_is_skipped(l, view->focus))
		return NULL;
	return &l->rows.items[view->focus];
}

void
health_list_moved(struct health_list *l, const struct list *view)
{
	const struct health_row *row = health_list_at(l, view);

	if (!row)
		return;
	free(l->focus);
	l->focus = xstrdup(name_of(l, row));
}
