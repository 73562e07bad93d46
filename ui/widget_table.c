#include "ui/widget_table.h"

#define SCROLLBAR_COLS 1

static int
least_width(const struct table_column *c)
{
	return c->min > 0 ? c->min : 1;
}

/* What the columns that are shown take at the least, with the blanks between them. */
static int
least_total(const struct table *t)
{
	int total = -1;

	for (size_t i = 0; i < t->column_count; i++)
		if (t->width[i])
			total += least_width(&t->columns[i]) + 1;
	return total;
}

/* Takes out the column that is needed least; false when only those of rank 0 are left. */
static bool
drop_column(struct table *t)
{
	size_t worst = 0;
	int rank = 0;

	for (size_t i = 0; i < t->column_count; i++) {
		if (t->width[i] && t->columns[i].rank > rank) {
			rank = t->columns[i].rank;
			worst = i;
		}
	}
	if (!rank)
		return false;
	t->width[worst] = 0;
	return true;
}

/* Hands the room left to the columns, one column each in turn, up to what they want; what is over,
 * or lacks, is for the first that wants all. */
static void
share_room(struct table *t, int room)
{
	bool gave = true;

	while (room > 0 && gave) {
		gave = false;
		for (size_t i = 0; i < t->column_count && room > 0; i++) {
			if (!t->width[i] || t->width[i] >= t->columns[i].want)
				continue;
			t->width[i]++;
			room--;
			gave = true;
		}
	}
	for (size_t i = 0; i < t->column_count; i++) {
		if (t->width[i] && !t->columns[i].want) {
			t->width[i] = t->width[i] + room > 1 ? t->width[i] + room : 1;
			return;
		}
	}
}

void
table_lay_out(struct table *t, int cols)
{
	int at = 0;

	for (size_t i = 0; i < t->column_count; i++)
		t->width[i] = t->columns[i].is_off ? 0 : least_width(&t->columns[i]);
	while (least_total(t) > cols && drop_column(t))
		;
	share_room(t, cols - least_total(t));
	for (size_t i = 0; i < t->column_count; i++) {
		t->at[i] = at;
		at += t->width[i] ? t->width[i] + 1 : 0;
	}
}

static void
draw_head(const struct table *t, struct area a)
{
	for (size_t i = 0; i < t->column_count; i++) {
		struct area cell = area_part(a, 0, t->at[i], 1, t->width[i]);
		struct span title = span_of(t->columns[i].title);
		if (!t->width[i])
			continue;
		if (t->columns[i].right)
			area_text_right(cell, 0, cell.cols, ROLE_DIM, t->columns[i].title);
		else
			area_text_cut(cell, 0, 0, cell.cols, ROLE_DIM, title);
	}
}

static void
draw_row(const struct table *t, struct area a, size_t row, const struct table_rows *rows)
{
	const char *heading = rows->heading ? rows->heading(rows->arg, row) : NULL;

	if (heading) {
		area_text_cut(a, 0, 0, a.cols, ROLE_HEADING, span_of(heading));
		return;
	}
	for (size_t i = 0; i < t->column_count; i++)
		if (t->width[i])
			rows->cell(rows->arg, row, i, area_part(a, 0, t->at[i], 1, t->width[i]));
}

static void
draw_edges(const struct table *t, struct area body)
{
	if (t->list.top > 0)
		area_puts(body, 0, body.cols - 1, ROLE_DIM, glyph(body.canvas, GLYPH_UP));
	if (t->list.top + t->list.rows < t->list.count)
		area_puts(body, body.rows - 1, body.cols - 1, ROLE_DIM,
			glyph(body.canvas, GLYPH_DOWN));
}

void
table_draw(struct table *t, struct area a, const struct table_rows *rows, bool focused)
{
	struct area body = t->no_head ? a : area_part(a, 1, 0, -1, -1);
	int width = a.cols > SCROLLBAR_COLS ? a.cols - SCROLLBAR_COLS : a.cols;

	table_lay_out(t, width);
	if (!t->no_head)
		draw_head(t, area_part(a, 0, 0, 1, width));
	list_fit(&t->list, body);
	for (int i = 0; i < body.rows && t->list.top + (size_t)i < t->list.count; i++)
		draw_row(t, area_part(body, i, 0, 1, width), t->list.top + (size_t)i, rows);
	if (body.rows > 0)
		draw_edges(t, body);
	if (focused && t->list.count && body.rows > 0) {
		int row = (int)(t->list.focus - t->list.top);
		area_highlight(body, row, 0, width, ROLE_CURSOR, 0);
		area_cursor(body, row, 0);
	}
}
