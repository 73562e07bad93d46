/* tuning_view: see tuning_view.h. A value is taken from a list, which / narrows, or typed; what a build would
 * refuse is refused here. */
#include "ui/tuning_view.h"

#include <string.h>
#include "build/profile_notes.h"
#include "build/way.h"
#include "ready/survey.h"
#include "ready/tuning.h"
#include "rust/choice.h"
#include "ui/layout.h"
#include "ui/term.h"
#include "ui/tuning_rows.h"
#include "ui/widget_dialog.h"
#include "ui/widget_sheet.h"

#define DETAIL_ROWS 4
#define WIDE_COLS 136
#define TEXT_COL 12

enum column { COL_MARK, COL_OPTION, COL_VALUE, COL_ELSE, COL_COUNT };

/* clang-format off */
static const struct table_column columns[COL_COUNT] = {
	/*             title        min want rank */
	[COL_MARK]   = { "",           2,  2, 0 },
	[COL_OPTION] = { "option",    10, 12, 0 },
	[COL_VALUE]  = { "value",     16, 26, 0 },
	[COL_ELSE]   = { "without it", 14, 0, 1 },
};
/* clang-format on */

/* --- rows --- */

static bool
is_heading(void *arg, size_t row)
{
	const struct tuning_view *v = arg;

	return !v->rows.items[row].option;
}

static void
add_target(struct tuning_view *v, const char *name)
{
	const char *triple = arena_strdup(&v->triples, name);

	vec_push(&v->rows, ((struct tuning_row){ triple, NULL }));
	for (size_t i = 0; i < tuning_option_count; i++) {
		if (tuning_option_fits(&tuning_options[i], v->store, triple))
			vec_push(&v->rows, ((struct tuning_row){ triple, &tuning_options[i] }));
	}
}

static bool
has_target(const struct tuning_view *v, const char *triple)
{
	for (size_t i = 0; i < v->rows.len; i++) {
		if (text_is(v->rows.items[i].triple, triple))
			return true;
	}
	return false;
}

/* The chosen targets, then those that xtui.toml says something about all the same. */
static void
make_rows(struct tuning_view *v)
{
	const struct choice *c = v->store->choice;
	const char *triple;

	vec_clear(&v->rows);
	arena_fini(&v->triples);
	v->triples = ARENA_INIT;
	for (size_t i = 0; i < choice_target_count(c); i++)
		add_target(v, choice_target(c, i));
	for (size_t i = 0; (triple = choice_tuned(c, i)); i++) {
		if (!has_target(v, triple))
			add_target(v, triple);
	}
	list_set_count(&v->table.list, v->rows.len);
	list_focus(&v->table.list, v->table.list.focus);
}

static const struct tuning_row *
focused(const struct tuning_view *v)
{
	const struct tuning_row *row = v->rows.len ? &v->rows.items[v->table.list.focus] : NULL;

	return row && row->option ? row : NULL;
}

/* --- lifetime --- */

void
tuning_view_init(struct tuning_view *v, struct store *store)
{
	*v = (struct tuning_view){ .store = store };
	v->table.columns = columns;
	v->table.column_count = COL_COUNT;
	v->table.list.skip = is_heading;
	v->table.list.arg = v;
}

void
tuning_view_fini(struct tuning_view *v)
{
	pick_fini(&v->pick);
	input_fini(&v->input);
	str_fini(&v->prompt);
	str_fini(&v->filter);
	arena_fini(&v->names);
	arena_fini(&v->triples);
	vec_fini(&v->values);
	vec_fini(&v->rows);
}

void
tuning_view_update(struct tuning_view *v, unsigned changed)
{
	if (!v->is_open || !(changed & (STORE_SURVEY | STORE_CHOICE)))
		return;
	if (changed & STORE_SURVEY)
		pick_close(&v->pick);
	make_rows(v);
}

unsigned
tuning_view_toggle(struct tuning_view *v)
{
	v->is_open = !v->is_open;
	pick_close(&v->pick);
	if (v->is_open)
		make_rows(v);
	return FX_REDRAW;
}

/* --- changes --- */

/* As a build would look at it. */
static bool
check(struct tuning_view *v, const struct tuning_row *row, const char *value, struct err *err)
{
	struct tuning t = { 0 };

	if (text_is(row->option->key, WAY_TARGET_CPU))
		t.target_cpu = value;
	if (text_is(row->option->key, WAY_LINKER))
		t.linker = value;
	if (text_is(row->option->key, WAY_GLIBC) && !way_is_glibc(value))
		return err_set(err, ERR_USAGE, "\"%s\" is no version of glibc; one looks like 2.17",
			value);
	return tuning_check(&t, v->store->survey, row->triple, err);
}

/* NULL: nothing is said any more. */
static unsigned
set(struct tuning_view *v, const struct tuning_row *row, const char *value)
{
	struct err err = ERR_INIT;

	if (value && !check(v, row, value, &err))
		return FX_BELL | store_say_err(v->store, SAY_WARN, &err);
	choice_set_option(v->store->choice, row->triple, row->option->key, value);
	return store_say(v->store, SAY_INFO, "%s: %s %s", row->triple, row->option->key,
		       value ? "is kept in xtui.toml" : "is taken out of xtui.toml") |
		FX_SAVE_CHOICE | FX_REDRAW;
}

static unsigned
take_out(struct tuning_view *v)
{
	const struct tuning_row *row = focused(v);

	if (!row || !choice_option(v->store->choice, row->triple, row->option->key))
		return store_say(v->store, SAY_INFO, "nothing is said here");
	return set(v, row, NULL);
}

/* --- lists and typing --- */

static void
add_value(struct tuning_view *v, const char *value, const char *label, const char *note,
	bool is_current)
{
	vec_push(&v->values, value);
	pick_add(&v->pick, span_of(label), note, is_current);
}

static void
fill_pick(struct tuning_view *v, const struct tuning_row *row)
{
	const char *said = choice_option(v->store->choice, row->triple, row->option->key);
	const char *const *values;

	vec_clear(&v->values);
	arena_fini(&v->names);
	v->names = ARENA_INIT;
	values = tuning_option_values(row->option, v->store, row->triple, &v->names);
	pick_begin(&v->pick, row->option->key);
	if (!v->filter.len)
		add_value(v, NULL, "-",
			tuning_option_else(row->option, v->store, row->triple, &v->names), !said);
	for (; values && *values; values++) {
		if (!v->filter.len || strcasestr(*values, v->filter.data))
			add_value(v, *values, *values, "", text_is(said, *values));
	}
}

static void
begin_typing(struct tuning_view *v, const char *prompt, const char *text)
{
	str_clear(&v->prompt);
	str_append(&v->prompt, prompt);
	v->input.prompt = str_cstr(&v->prompt);
	input_set(&v->input, text);
	v->is_typing = true;
}

static unsigned
open_row(struct tuning_view *v)
{
	const struct tuning_row *row = focused(v);
	struct arena arena = ARENA_INIT;
	const char *said;

	if (!row)
		return FX_DONE;
	str_clear(&v->filter);
	if (tuning_option_values(row->option, v->store, row->triple, &arena)) {
		fill_pick(v, row);
	} else {
		said = tuning_option_said(row->option, v->store, row->triple, &arena);
		begin_typing(v, arena_printf(&arena, "%s = ", row->option->key), said ? said : "");
		v->is_filter = false;
	}
	arena_fini(&arena);
	return FX_REDRAW;
}

static unsigned
begin_filter(struct tuning_view *v)
{
	begin_typing(v, "/", str_cstr(&v->filter));
	v->is_filter = true;
	return FX_REDRAW;
}

static unsigned
filter_typed(struct tuning_view *v, enum input_change change)
{
	const struct tuning_row *row = focused(v);

	str_clear(&v->filter);
	if (change == INPUT_CANCELLED)
		input_set(&v->input, "");
	str_append(&v->filter, input_text(&v->input));
	v->is_typing = change == INPUT_CHANGED;
	if (row)
		fill_pick(v, row);
	return FX_REDRAW;
}

unsigned
tuning_view_typed(struct tuning_view *v, enum input_change change)
{
	const struct tuning_row *row = focused(v);
	const char *text = input_text(&v->input);

	if (v->is_filter)
		return filter_typed(v, change);
	if (change == INPUT_CHANGED)
		return FX_REDRAW;
	v->is_typing = false;
	if (change == INPUT_CANCELLED || !row)
		return FX_REDRAW;
	return set(v, row, *text ? text : NULL);
}

static unsigned
picked(struct tuning_view *v, int item)
{
	const struct tuning_row *row = focused(v);

	if (item < 0 || !row || (size_t)item >= v->values.len)
		return FX_REDRAW;
	return set(v, row, v->values.items[item]);
}

/* The value after or before this one, in a circle with "nothing is said". */
static unsigned
step(struct tuning_view *v, int by)
{
	const struct tuning_row *row = focused(v);
	struct arena arena = ARENA_INIT;
	const char *const *values =
		row ? tuning_option_values(row->option, v->store, row->triple, &arena) : NULL;
	const char *said =
		row ? choice_option(v->store->choice, row->triple, row->option->key) : NULL;
	size_t count = 0, at = 0;
	unsigned fx = FX_BELL;

	while (values && values[count])
		count++;
	for (size_t i = 0; i < count; i++)
		at = text_is(values[i], said) ? i + 1 : at; /* 0: nothing is said */
	at = (at + count + 1 + (size_t)by) % (count + 1);
	if (count)
		fx = set(v, row, at ? values[at - 1] : NULL);
	arena_fini(&arena);
	return fx;
}

/* --- keys --- */

static unsigned
pick_pressed(struct tuning_view *v, enum action_id act)
{
	int item;

	if (act == ACT_FILTER)
		return begin_filter(v);
	item = pick_key(&v->pick, act);
	return item == PICK_IGNORED ? pick_ignored(act) : picked(v, item);
}

unsigned
tuning_view_key(struct tuning_view *v, enum action_id act)
{
	if (pick_is_open(&v->pick))
		return pick_pressed(v, act);
	switch (act) {
	case ACT_BACK:
	case ACT_TUNE: return tuning_view_toggle(v);
	case ACT_OPEN: return open_row(v);
	case ACT_LEFT: return step(v, -1);
	case ACT_RIGHT: return step(v, 1);
	case ACT_RESET: return take_out(v);
	default: return list_key(&v->table.list, act) ? FX_REDRAW : 0;
	}
}

bool
tuning_view_acts(const struct tuning_view *v, enum action_id act)
{
	const struct tuning_row *row = focused(v);

	if (pick_is_open(&v->pick))
		return act == ACT_OPEN || act == ACT_BACK || act == ACT_FILTER;
	if (act == ACT_RESET)
		return row && choice_option(v->store->choice, row->triple, row->option->key);
	return act == ACT_TUNE || act == ACT_BACK || act == ACT_OPEN || act == ACT_BUILD ||
		act == ACT_RIGHT;
}

unsigned
tuning_view_mouse(struct tuning_view *v, const struct term_event *event)
{
	if (event->mouse == TERM_MOUSE_RELEASE)
		return FX_DONE;
	if (pick_is_open(&v->pick))
		return picked(v, pick_mouse(&v->pick, event));
	list_mouse(&v->table.list, event);
	return event->mouse == TERM_MOUSE_DOUBLE ? open_row(v) : FX_REDRAW;
}

/* --- drawing --- */

static const char *
heading(void *arg, size_t row)
{
	const struct tuning_view *v = arg;

	return v->rows.items[row].option ? NULL : v->rows.items[row].triple;
}

static void
draw_cell(void *arg, size_t at, size_t column, struct area a)
{
	struct tuning_view *v = arg;
	const struct tuning_row *row = &v->rows.items[at];
	struct arena arena = ARENA_INIT;
	const char *said = tuning_option_said(row->option, v->store, row->triple, &arena);

	switch ((enum column)column) {
	case COL_MARK:
		if (at == v->table.list.focus)
			area_puts(a, 0, 0, ROLE_CURSOR, glyph(a.canvas, GLYPH_CURSOR));
		if (said)
			area_puts(a, 0, 1, ROLE_CHANGED, "*");
		break;
	case COL_OPTION:
		area_text_cut(a, 0, 0, a.cols, ROLE_TEXT, span_of(row->option->key));
		break;
	case COL_VALUE:
		area_text_cut(
			a, 0, 0, a.cols, said ? ROLE_VALUE : ROLE_DIM, span_of(said ? said : "-"));
		break;
	case COL_ELSE:
		area_text_cut(a, 0, 0, a.cols, ROLE_DIM,
			span_of(tuning_option_else(row->option, v->store, row->triple, &arena)));
		break;
	case COL_COUNT: break;
	}
	arena_fini(&arena);
}

/* What is lost by it, or will not work. */
static void
add_notes(struct sheet *sheet, const struct store *s, const struct tuning_row *row,
	const struct tuning *t, struct arena *arena)
{
	struct profile_notes_query query = { .profile = s->profile,
		.survey = s->survey,
		.targets = &row->triple,
		.tunings = t,
		.target_count = 1 };
	size_t count = 0;
	const struct profile_note *notes = s->profile ? profile_notes(&query, arena, &count) : NULL;

	for (size_t i = 0; i < count; i++) {
		if (text_is(notes[i].key, row->option->key))
			sheet_labelled(sheet, notes[i].is_warning ? "mind" : "note",
				notes[i].is_warning ? ROLE_WARN : ROLE_TEXT, notes[i].text);
	}
}

/* What it does, and what rustc is told of the target in all. */
static void
draw_detail(struct tuning_view *v, struct area a)
{
	const struct tuning_row *row = focused(v);
	struct sheet sheet = { .a = a, .text_col = TEXT_COL };
	struct arena arena = ARENA_INIT;
	struct str flags = STR_INIT;
	struct tuning t;

	if (!row)
		return;
	sheet_labelled(&sheet, "effect", ROLE_TEXT, row->option->effect);
	t = tuning_chosen(v->store->choice, row->triple, &arena);
	add_notes(&sheet, v->store, row, &t, &arena);
	for (const char *const *f = tuning_rustflags(&t, &arena); *f; f++)
		str_appendf(&flags, "%s%s", flags.len ? " " : "", *f);
	sheet_labelled(&sheet, "rustc gets", flags.len ? ROLE_VALUE : ROLE_DIM,
		flags.len ? str_cstr(&flags) : "nothing besides");
	str_fini(&flags);
	arena_fini(&arena);
}

void
tuning_view_draw(struct tuning_view *v, struct area whole)
{
	struct table_rows rows = { .cell = draw_cell, .heading = heading, .arg = v };
	struct split split;
	struct area a;

	area_text_cut(whole, 0, 1, whole.cols - 2, ROLE_HEADING,
		SPAN("options of targets, kept in xtui.toml"));
	a = area_part(whole, 1, 0, -1, -1);
	if (!v->rows.len) {
		area_text_cut(a, 1, 1, a.cols - 2, ROLE_WARN,
			SPAN("no target is marked: mark some on the screen Targets"));
		return;
	}
	split = layout_split(a, DETAIL_ROWS, a.cols < WIDE_COLS ? a.cols : a.cols * 3 / 8);
	table_draw(&v->table, split.main, &rows, !pick_is_open(&v->pick));
	if (split.has_side)
		draw_detail(v, split.side);
	if (pick_is_open(&v->pick))
		pick_draw(&v->pick, whole);
}
