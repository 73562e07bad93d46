/* artifacts_draw: the list of artefacts, and the card of one. */
#include <stdlib.h>
#include <string.h>
#include "artifact/card.h"
#include "artifact/card_text.h"
#include "base/alloc.h"
#include "base/path.h"
#include "base/quantity.h"
#include "base/utf8.h"
#include "ready/survey.h"
#include "rust/targets.h"
#include "ui/artifacts_state.h"
#include "ui/store.h"
#include "ui/widget_bar.h"
#include "ui/widget_dialog.h"
#include "ui/widget_sheet.h"

#define LABEL_COLS 13
#define LINKAGE_COLS 10   /* of the longest name */
#define CHANGE_SHOWN 0.05 /* percent; less is none */

enum {
	COL_TARGET,
	COL_FILE,
	COL_SIZE,
	COL_WAS,
	COL_MARKED,
	COL_BAR,
	COL_LINKAGE,
	COL_FLOOR,
	COL_NEEDS,
	COL_FITS
};

/* ---- cells ---- */

static enum role
role_of(enum card_tone tone)
{
	static const enum role roles[] = { [TONE_PLAIN] = ROLE_TEXT,
		[TONE_GOOD] = ROLE_OK,
		[TONE_WARN] = ROLE_WARN,
		[TONE_BAD] = ROLE_FAIL };

	return roles[tone];
}

/* From what it was, where that is known. */
static void
draw_change(const struct artifact_row *row, bool has_was, uint64_t was, struct area a)
{
	double growth = growth_percent(was, row->bytes);
	const char *sign = growth < 0 ? glyph(a.canvas, GLYPH_MINUS) : "+";
	char *text;

	if (!row->target)
		return;
	if (!has_was) {
		area_text_right(a, 0, a.cols, ROLE_DIM, "new");
		return;
	}
	growth = growth < 0 ? -growth : growth;
	text = xasprintf(growth < 99.95 ? "%s%.1f %%" : "%s%.0f %%", sign, growth);
	area_text_right(a, 0, a.cols,
		growth < CHANGE_SHOWN      ? ROLE_DIM
			: row->bytes < was ? ROLE_OK
					   : ROLE_WARN,
		growth < CHANGE_SHOWN ? "=" : text);
	free(text);
}

static void
draw_bytes(const struct artifact_row *row, struct area a)
{
	char size[QUANTITY_MAX];

	if (row->bytes)
		area_text_right(a, 0, a.cols, ROLE_VALUE, quantity_put(size, row->bytes));
}

static void
draw_floor(const struct card *card, struct area a)
{
	struct str text = STR_INIT;

	card_floor(card, glyph(a.canvas, GLYPH_GE), &text);
	area_text_cut(a, 0, 0, a.cols, ROLE_TEXT, str_span(&text));
	str_fini(&text);
}

static void
draw_needs(const struct card *card, struct area a)
{
	struct str text = STR_INIT;

	for (size_t i = 0; i < card->needed.len; i++) {
		str_append(&text, i ? " " : "");
		utf8_clean(&text, card->needed.items[i], (size_t)a.cols);
	}
	area_text_cut(a, 0, 0, a.cols, ROLE_DIM,
		text.len                                ? str_span(&text)
			: card->linkage == LINKAGE_NONE ? SPAN("")
							: SPAN("nothing"));
	str_fini(&text);
}

/* What is grave, without a target that it should fit. */
static bool
is_grave(const struct card *card)
{
	for (size_t i = 0; i < card->problems.len; i++)
		if (card->problems.items[i].grave)
			return true;
	return false;
}

static void
draw_fits(const struct artifact_row *row, struct area a)
{
	const struct card *card = row->card;
	bool is_bad = row->path ? row->why != NULL : row->state == JOB_FAILED;

	if (!card && !is_bad)
		area_puts(a, 0, 1, ROLE_DIM,
			glyph(a.canvas, row->path ? GLYPH_ELLIPSIS : GLYPH_DASH));
	else if (!card || card->fits == TELL_NO)
		area_puts(a, 0, 1, ROLE_FAIL, glyph(a.canvas, GLYPH_FAIL));
	else if (is_grave(card))
		area_puts(a, 0, 1, ROLE_WARN, glyph(a.canvas, GLYPH_WARN));
	else
		area_puts(a, 0, 1, card->fits == TELL_YES ? ROLE_OK : ROLE_DIM,
			glyph(a.canvas, card->fits == TELL_YES ? GLYPH_OK : GLYPH_DASH));
}

static void
draw_card_cell(const struct card *card, size_t column, struct area a)
{
	enum card_linkage linkage;

	if (!card)
		return;
	switch (column) {
	case COL_LINKAGE:
		linkage = card->linkage;
		if (linkage == LINKAGE_STATIC_PIE && a.cols < LINKAGE_COLS)
			linkage = LINKAGE_STATIC;
		if (linkage)
			area_text_cut(
				a, 0, 0, a.cols, ROLE_TEXT, span_of(card_linkage_name(linkage)));
		break;
	case COL_FLOOR: draw_floor(card, a); break;
	default: draw_needs(card, a); break;
	}
}

/* Without the path before it, which stands elsewhere. */
static const char *
short_why(const struct artifact_row *row)
{
	size_t len = row->path && text_starts(row->why, row->path) ? strlen(row->path) : 0;

	return len && text_starts(row->why + len, ": ") ? row->why + len + 2 : row->why;
}

/* Why there is nothing goes over all columns from this one to the last but one. */
static void
draw_why(const struct artifacts *s, const struct artifact_row *row, size_t column, struct area a)
{
	size_t first = row->path ? COL_WAS : COL_FILE;

	while (first < COL_FITS && !s->table.width[first])
		first++;
	if (column != first || first == COL_FITS)
		return;
	a.cols = s->table.at[COL_FITS] - s->table.at[first] - 1;
	area_text_cut(a, 0, row->path ? 2 : 0, a.cols - (row->path ? 2 : 0),
		row->path || row->state == JOB_FAILED ? ROLE_FAIL : ROLE_DIM,
		span_of(short_why(row)));
}

/* In short where the whole name has no room. */
static void
draw_target(const struct artifact_row *row, struct area a)
{
	struct str name = STR_INIT;

	if (row->target && text_is(row->label, row->target) && (int)strlen(row->label) > a.cols)
		targets_short_name(row->target, &name);
	else
		str_append(&name, row->label);
	area_text_cut(a, 0, 0, a.cols, row->target ? ROLE_TEXT : ROLE_DIM, str_span(&name));
	str_fini(&name);
}

static void
draw_cell(void *arg, size_t at, size_t column, struct area a)
{
	struct artifacts *s = arg;
	const struct artifact_row *row = &s->rows.items.items[at];

	if (column == COL_TARGET) {
		draw_target(row, a);
		return;
	}
	if (column == COL_FITS) {
		draw_fits(row, a);
		return;
	}
	if (row->path && column == COL_FILE)
		area_text_cut(a, 0, 0, a.cols, ROLE_TEXT, span_of(path_basename(row->path)));
	else if (row->path && column == COL_SIZE)
		draw_bytes(row, a);
	else if (row->why)
		draw_why(s, row, column, a);
	else if (column == COL_WAS)
		draw_change(row, row->growth.has_before, row->growth.before, a);
	else if (column == COL_MARKED)
		draw_change(row, row->growth.has_marked, row->growth.marked, a);
	else if (column == COL_BAR)
		bar_length(a, 0, 0, a.cols, ROLE_BAR_FULL, row->bytes, s->largest);
	else
		draw_card_cell(row->card, column, a);
}

/* ---- the list ---- */

#define COLS_FOR_BOTH_NAMES 50

static const struct table_column columns[ARTIFACT_COLUMNS] = {
	[COL_TARGET] = { .title = "target", .min = 24, .want = 32 },
	[COL_FILE] = { .title = "file", .min = 10, .want = 24, .rank = 2 },
	[COL_SIZE] = { .title = "size", .min = 7, .want = 8, .right = true },
	[COL_WAS] = { .title = "change", .min = 7, .want = 8, .rank = 4, .right = true },
	[COL_MARKED] = { .title = "marked", .min = 7, .want = 8, .rank = 5, .right = true },
	[COL_BAR] = { .title = "", .min = 8, .want = 16, .rank = 7 },
	[COL_LINKAGE] = { .title = "linkage", .min = 7, .want = 10, .rank = 3 },
	[COL_FLOOR] = { .title = "runs on", .min = 12, .want = 20, .rank = 1 },
	[COL_NEEDS] = { .title = "needs", .min = 16, .want = 0, .rank = 6 },
	[COL_FITS] = { .title = "fits", .min = 4, .want = 4 },
};

static bool
has_several_of_one(const struct artifacts *s)
{
	for (size_t i = 1; i < s->rows.items.len; i++)
		if (text_is(s->rows.items.items[i].label, s->rows.items.items[i - 1].label))
			return true;
	return false;
}

/* Without the change since the marked run where none is marked. In few columns, files of one target
 * are told apart by their names, which then go before its whole name. */
static void
choose_columns(struct artifacts *s, int cols)
{
	memcpy(s->columns, columns, sizeof(columns));
	s->columns[COL_MARKED].is_off = true;
	for (size_t i = 0; i < s->rows.items.len; i++)
		if (s->rows.items.items[i].growth.has_marked)
			s->columns[COL_MARKED].is_off = false;
	if (cols < COLS_FOR_BOTH_NAMES && has_several_of_one(s)) {
		s->columns[COL_TARGET].min = 17;
		s->columns[COL_FILE].min = 7;
		s->columns[COL_FILE].rank = 0;
	}
	s->table.columns = s->columns;
	s->table.column_count = ARTIFACT_COLUMNS;
}

void
artifacts_draw_list(struct artifacts *s, struct area a)
{
	const struct table_rows rows = { draw_cell, NULL, s };

	choose_columns(s, a.cols);
	s->body = area_part(a, 1, 0, -1, -1);
	if (s->rows.items.len) {
		table_draw(&s->table, area_part(a, 0, 1, -1, -1), &rows, true);
		return;
	}
	wrap_draw(area_part(a, 1, 2, -1, a.cols - 4), ROLE_DIM,
		"Nothing has been built here yet. b builds the marked targets; i tells what any "
		"file is and where it runs.",
		0);
}

/* ---- the card ---- */

static void
draw_growth(struct sheet *sheet, const struct artifact_row *row)
{
	struct str text = STR_INIT;

	growth_append(&row->growth, &text);
	if (text.len)
		sheet_labelled(sheet, "change", ROLE_TEXT, str_cstr(&text));
	str_fini(&text);
}

static void
draw_rows(struct sheet *sheet, const struct artifact_row *row)
{
	struct card_rows rows = { 0 };

	card_rows_fill(&rows, row->card, false);
	for (size_t i = 0; i < rows.list.len; i++) {
		sheet_labelled(sheet, rows.list.items[i].label, role_of(rows.list.items[i].tone),
			rows.list.items[i].text);
		if (!i)
			draw_growth(sheet, row);
	}
	card_rows_fini(&rows);
}

/* Draws it from the line `top` on; how many lines it has. */
static int
draw_sheet(const struct artifacts *s, const struct artifact_row *row, struct area a, int top)
{
	struct sheet sheet = { .a = a, .row = -top, .text_col = LABEL_COLS + SHEET_LABEL_COL };
	char *shown =
		row->path ? path_shown(row->path, s->store->survey->dir) : xstrdup(row->label);

	sheet_add(&sheet, SHEET_LABEL_COL, ROLE_TITLE, shown);
	if (row->why)
		sheet_add(&sheet, SHEET_LABEL_COL, ROLE_FAIL, row->why);
	else if (!row->card)
		sheet_add(&sheet, SHEET_LABEL_COL, ROLE_DIM, "the file is being read");
	else
		draw_rows(&sheet, row);
	free(shown);
	return sheet.row + top;
}

void
artifacts_draw_card(struct artifacts *s, struct area a)
{
	const struct artifact_row *row;
	struct area room = area_part(a, 0, 0, -1, a.cols - 1);
	int lines;

	s->pane = a;
	if (!s->rows.items.len)
		return;
	row = &s->rows.items.items[s->table.list.focus];
	lines = draw_sheet(s, row, area_part(room, 0, 0, 0, -1), 0);
	if (s->side_top > lines - room.rows)
		s->side_top = lines - room.rows;
	if (s->side_top < 0)
		s->side_top = 0;
	draw_sheet(s, row, room, s->side_top);
}
