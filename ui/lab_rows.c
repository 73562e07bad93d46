/* Rows of the Lab: first what may be measured (as configured, the presets, what is changed on the screen of
 * options), then what the lab that is shown has besides. */
#include <stdlib.h>
#include "artifact/card.h"
#include "base/alloc.h"
#include "base/quantity.h"
#include "base/utf8.h"
#include "build/history.h"
#include "build/lab.h"
#include "ready/survey.h"
#include "rust/choice.h"
#include "rust/profile.h"
#include "rust/workspace.h"
#include "ui/lab_view.h"

#define PAST_LABS 30
#define NAME_COLUMNS 200

/* ---- results ---- */

void
lab_rows_read_past(struct lab_view *v)
{
	const struct workspace *ws = v->store->survey->workspace;
	struct history_labs labs;

	for (size_t i = 0; i < v->past.len; i++)
		lab_result_fini(&v->past.items[i]);
	vec_clear(&v->past);
	v->compared = 0;
	if (!v->store->history || !ws)
		return;
	if (history_ask_labs(v->store->history, ws->root, NULL, PAST_LABS, &labs, NULL)) {
		for (size_t i = 0; i < labs.results.len; i++)
			if (!lab_result_read(vec_add(&v->past), labs.results.items[i], NULL))
				lab_result_fini(&vec_pop(&v->past));
	}
	history_labs_fini(&labs);
}

const struct lab_result *
lab_rows_shown(const struct lab_view *v)
{
	if (v->store->lab)
		return lab_result(v->store->lab);
	return v->past.len ? &v->past.items[0] : NULL;
}

const struct lab_result *
lab_rows_compared(const struct lab_view *v)
{
	return v->compared ? &v->past.items[v->compared - 1] : NULL;
}

/* ---- targets ---- */

size_t
lab_rows_target_count(const struct lab_view *v)
{
	const struct lab_result *shown = lab_rows_shown(v);
	size_t count = choice_target_count(v->store->choice);

	if (shown)
		return shown->target_count;
	while (!choice_target_count(v->store->choice) && survey_own_target(v->store->survey, count))
		count++;
	return count;
}

const char *
lab_rows_target(const struct lab_view *v, size_t i)
{
	const struct lab_result *shown = lab_rows_shown(v);
	size_t chosen = choice_target_count(v->store->choice);
	const char *own;

	if (shown)
		return i < shown->target_count ? shown->targets[i] : "";
	if (i < chosen)
		return choice_target(v->store->choice, i);
	own = chosen ? NULL : survey_own_target(v->store->survey, i);
	return own ? own : "";
}

/* ---- marks ---- */

bool
lab_rows_is_marked(const struct lab_view *v, const char *name)
{
	for (size_t i = 0; i < v->marks.len; i++)
		if (text_is(v->marks.items[i], name))
			return true;
	return false;
}

void
lab_rows_mark(struct lab_view *v, const char *name, bool is_marked)
{
	for (size_t i = v->marks.len; i-- > 0;)
		if (text_is(v->marks.items[i], name))
			vec_remove(&v->marks, i);
	if (is_marked)
		vec_push(&v->marks, arena_strdup(&v->marked, name));
}

/* ---- items ---- */

static bool
has_item(const struct lab_view *v, const char *name)
{
	for (size_t i = 0; i < v->items.len; i++)
		if (text_is(v->items.items[i].name, name))
			return true;
	return false;
}

static void
add(struct lab_view *v, const char *name, const char *preset, bool is_changes)
{
	const struct lab_result *shown = lab_rows_shown(v);
	const struct lab_row *row = shown ? lab_result_row(shown, name) : NULL;
	struct lab_item item = {
		.preset = arena_strdup(&v->names, preset), .row = row, .is_changes = is_changes
	};

	if (has_item(v, name))
		return;
	item.name = arena_strdup(&v->names, name);
	vec_push(&v->items, item);
	item.is_packed = true;
	if (row && row->is_over && lab_row_is_packed(shown, row))
		vec_push(&v->items, item);
}

static void
collect(struct lab_view *v)
{
	const struct lab_result *shown = lab_rows_shown(v);
	const struct profile *p = v->store->profile;

	vec_clear(&v->items);
	add(v, LAB_AS_CONFIGURED, LAB_DEFAULT, false);
	for (size_t i = 0; p && i < p->preset_count; i++)
		if (!text_is(p->presets[i].name, LAB_DEFAULT))
			add(v, p->presets[i].name, p->presets[i].name, false);
	if (p && profile_is_changed(p)) {
		char *name = profile_variant_name(p);

		add(v, name, NULL, true);
		free(name);
	}
	for (size_t i = 0; shown && i < shown->row_count; i++)
		add(v, shown->rows[i].variant, NULL, false);
}

/* ---- their order ---- */

static uint64_t
figure_of(const struct lab_view *v, const struct lab_item *item)
{
	const struct lab_cell *cell;

	if (!item->row || !item->row->is_over)
		return UINT64_MAX;
	if (v->sort == LAB_SORT_TIME)
		return item->row->ms;
	cell = &item->row->cells[v->target];
	return cell->state == JOB_OK ? cell->bytes : UINT64_MAX;
}

/* Stable, and the second lines stay below their first: there are few. */
static void
sort(struct lab_view *v)
{
	struct lab_item *items = v->items.items;

	for (size_t i = 1; v->sort != LAB_SORT_ORDER && i < v->items.len; i++) {
		struct lab_item item = items[i];
		uint64_t figure = figure_of(v, &item);
		size_t at = i;

		for (; at && figure_of(v, &items[at - 1]) > figure; at--)
			items[at] = items[at - 1];
		items[at] = item;
	}
}

void
lab_rows_make(struct lab_view *v)
{
	const struct lab_item *focused = lab_rows_focused(v);
	bool was_packed = focused && focused->is_packed;
	char *name = xstrdup(focused ? focused->name : "");
	size_t count = lab_rows_target_count(v), focus = v->table.list.focus;

	v->target = v->target < count ? v->target : count - 1;
	arena_fini(&v->names);
	collect(v);
	sort(v);
	for (size_t i = 0; i < v->items.len; i++) {
		const struct lab_item *item = &v->items.items[i];

		if (text_is(item->name, name) && item->is_packed <= was_packed)
			focus = i;
	}
	list_set_count(&v->table.list, v->items.len);
	list_focus(&v->table.list, focus);
	free(name);
}

const struct lab_item *
lab_rows_focused(const struct lab_view *v)
{
	size_t at = v->table.list.focus;

	return at < v->items.len ? &v->items.items[at] : NULL;
}

const struct lab_cell *
lab_rows_cell(const struct lab_view *v, const struct lab_item *item)
{
	if (!item || !item->row || !item->row->is_over)
		return NULL;
	return &item->row->cells[v->target];
}

/* ---- what makes it big ---- */

static void
describe_parts(const char *title, const struct size_row *rows, size_t count, uint64_t told,
	struct str *out)
{
	char size[QUANTITY_MAX];

	str_appendf(out, "\n%s\n", title);
	for (size_t i = 0; i < count; i++) {
		str_appendf(out, "%8s %5.1f %%  ", quantity_put(size, rows[i].bytes),
			told ? (double)rows[i].bytes * 100 / (double)told : 0);
		utf8_clean(out, rows[i].name, NAME_COLUMNS);
		if (rows[i].count > 1)
			str_appendf(out, "  x%u", rows[i].count);
		str_append_char(out, '\n');
	}
}

static void
describe_file(const struct lab_file *f, struct str *out)
{
	char size[QUANTITY_MAX];

	str_appendf(out, "%s  %s, %llu bytes\n", f->name, quantity_put(size, f->bytes),
		(unsigned long long)f->bytes);
	if (f->packed.bytes)
		str_appendf(out, "packed by upx: %s\n", quantity_put(size, f->packed.bytes));
	if (f->packed.why)
		str_appendf(out, "not packed: %s\n", f->packed.why);
	if (f->bench.runs)
		str_appendf(out, "runs in %.2f ms, from %.2f to %.2f in %u runs%s%s\n",
			f->bench.median, f->bench.least, f->bench.most, f->bench.runs,
			f->bench.runner ? ", under " : "", f->bench.runner ? f->bench.runner : "");
	if (f->bench.why)
		str_appendf(out, "not timed: %s\n", f->bench.why);
	if (f->untold)
		str_appendf(out, "%s\n", f->untold);
	if (f->is_twins)
		str_append(out,
			"what it is made of is told by the same, linked once more with its "
			"symbols\n");
	if (f->crate_count)
		describe_parts("crates", f->crates, f->crate_count, f->told, out);
	if (f->symbol_count)
		describe_parts("functions and data, copies of a generic one together", f->symbols,
			f->symbol_count, f->told, out);
	str_append(out, f->section_count ? "\nsections\n" : "");
	for (size_t i = 0; i < f->section_count; i++) {
		str_appendf(out, "%8s  ", quantity_put(size, f->sections[i].bytes));
		utf8_clean(out, f->sections[i].name, NAME_COLUMNS);
		str_append_char(out, '\n');
	}
}

void
lab_rows_describe(const struct lab_view *v, const struct lab_item *item, struct str *out)
{
	const struct lab_cell *cell = lab_rows_cell(v, item);

	for (size_t i = 0; item->row && i < item->row->config_count; i++)
		str_appendf(out, "%s\n", item->row->config[i]);
	if (item->row && item->row->config_count)
		str_append_char(out, '\n');
	for (size_t i = 0; cell && i < cell->file_count; i++) {
		str_append(out, i ? "\n" : "");
		describe_file(&cell->files[i], out);
	}
	if (cell && cell->state != JOB_OK)
		str_appendf(out, "%s\n%s%s\n", job_state_name(cell->state),
			cell->log ? "its log: " : "", cell->log ? cell->log : "");
	if (!cell)
		str_append(out, "not measured yet");
}
