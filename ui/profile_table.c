#include "ui/profile_table.h"
#include <stdlib.h>
#include "base/path.h"
#include "base/utf8.h"
#include "rust/profile.h"
#include "ui/profile_detail.h"

enum column { COL_MARK, COL_OPTION, COL_VALUE, COL_FROM, COL_ALLOWED, COL_COUNT };

/* clang-format off */
static const struct table_column columns[COL_COUNT] = {
	/*               title         min want rank */
	[COL_MARK]    = { "",            2,  2, 0 },
	[COL_OPTION]  = { "option",     16, 26, 0 },
	[COL_VALUE]   = { "value",      16, 20, 0 },
	[COL_FROM]    = { "from",       17, 26, 2 },
	[COL_ALLOWED] = { "can be",     24,  0, 1 },
};
/* clang-format on */

struct view {
	const struct profile_rows *rows;
	const struct table *table;
};

/* "0 1 2 [3] s z": what can be, the one in force in brackets. */
static void
append_choice(struct str *out, struct span word, bool is_now)
{
	str_appendf(out, "%s%s%.*s%s", out->len ? " " : "", is_now ? "[" : "", (int)word.len,
		word.data, is_now ? "]" : "");
}

static void
draw_values(const struct profile_setting *s, struct area a)
{
	struct str text = STR_INIT;

	for (size_t i = 0; s->option->values && s->option->values[i]; i++)
		append_choice(&text, profile_word(s->option->values[i]),
			text_is(s->option->values[i], s->value));
	if (!text.len)
		str_append(&text, "a number, 1 or more");
	area_text_cut(a, 0, 0, a.cols, ROLE_TEXT, str_span(&text));
	str_fini(&text);
}

/* What does not fit is cut off its beginning. */
static void
draw_end(struct area a, struct span text, enum role role)
{
	size_t cols = utf8_columns(text);
	int col = 0;

	if (cols > (size_t)a.cols) {
		struct span head = utf8_fit(text, cols - (size_t)a.cols + 1, &cols);
		text = (struct span){ text.data + head.len, text.len - head.len };
		col = area_puts(a, 0, 0, ROLE_DIM, glyph(a.canvas, GLYPH_ELLIPSIS));
	}
	area_text(a, 0, col, role, text);
}

/* The end of a place counts, "…fig.toml:3". */
static void
draw_origin(struct area a, const char *origin, const char *dir)
{
	char *shown = path_shown(origin, dir);

	draw_end(a, span_of(shown), ROLE_DIM);
	free(shown);
}

static void
draw_was(struct area a, const char *configured)
{
	struct span word = profile_word(configured ? configured : "nothing");

	area_printf(a, 0, 0, ROLE_CHANGED, "here, was %.*s", (int)word.len, word.data);
}

/* Of an override the end counts, "…serde.opt-level". */
static void
draw_key(const struct profile_setting *s, struct area a)
{
	struct str key = STR_INIT;

	profile_setting_key(s, &key);
	draw_end(a, str_span(&key), ROLE_TEXT);
	str_fini(&key);
}

static void
draw_option_cell(
	const struct profile_setting *s, const char *dir, enum column column, struct area a)
{
	switch (column) {
	case COL_MARK:
		if (s->is_changed)
			area_puts(a, 0, 1, ROLE_CHANGED, "*");
		break;
	case COL_OPTION: draw_key(s, a); break;
	case COL_VALUE:
		area_text_cut(a, 0, 0, a.cols, s->is_changed ? ROLE_CHANGED : ROLE_VALUE,
			profile_word(s->value));
		break;
	case COL_FROM:
		if (s->is_changed)
			draw_was(a, s->configured);
		else
			draw_origin(a, s->origin, dir);
		break;
	case COL_ALLOWED: draw_values(s, a); break;
	case COL_COUNT: break;
	}
}

static void
draw_cell(void *arg, size_t row, size_t column, struct area a)
{
	const struct view *v = arg;
	const struct profile_rows *rows = v->rows;

	if (column == COL_MARK && row == v->table->list.focus)
		area_puts(a, 0, 0, ROLE_CURSOR, glyph(a.canvas, GLYPH_CURSOR));
	if (row != PROFILE_ROW_PRESET)
		draw_option_cell(profile_setting_at(rows->profile, rows->options[row - 1]),
			rows->dir, (enum column)column, a);
	else if (column == COL_OPTION)
		area_puts(a, 0, 0, ROLE_TEXT, "preset");
}

/* The presets go over all columns of their row; where they do not fit, only the one in force. */
static void
draw_presets(const struct table *table, struct area row, const struct profile *p)
{
	struct area room = area_part(row, 0, table->at[COL_VALUE], 1, -1);
	enum role role = table->list.focus == PROFILE_ROW_PRESET ? ROLE_CURSOR : ROLE_VALUE;
	struct str all = STR_INIT, now = STR_INIT;
	long at = profile_preset_at(p);

	for (size_t i = 0; i < p->preset_count; i++)
		append_choice(&all, span_of(p->presets[i].name), (long)i == at);
	if (at < 0)
		append_choice(&all, SPAN("own"), true);
	append_choice(&now, at < 0 ? SPAN("own") : span_of(p->presets[at].name), true);
	area_text(room, 0, 0, role, str_span(all.len < (size_t)room.cols ? &all : &now));
	str_fini(&now);
	str_fini(&all);
}

void
profile_table_draw(
	struct table *table, struct area a, const struct profile_rows *rows, bool focused)
{
	struct view v = { rows, table };
	struct table_rows cells = { .cell = draw_cell, .arg = &v };

	table->columns = columns;
	table->column_count = COL_COUNT;
	table_draw(table, a, &cells, focused);
	if (table->list.top == PROFILE_ROW_PRESET)
		draw_presets(table, area_part(a, 1, 0, -1, -1), rows->profile);
}
