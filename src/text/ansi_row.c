#include "text/ansi_row.h"
#include <string.h>
#include "base/utf8.h"

#define TAB_STOP 8
#define MOVE_MAX 1000 /* the cursor is sent no further right, or to the end of a longer row */

/* Leaves the cursor where it is. */
static void
row_clear(struct ansi_row *r)
{
	str_clear(&r->text);
	vec_clear(&r->runs);
	vec_clear(&r->cells);
	r->cell_bytes = 0;
	r->in_cells = false;
	r->width = 0;
}

void
ansi_row_begin(struct ansi_row *r)
{
	row_clear(r);
	r->column = 0;
	r->cut = false;
}

static size_t
row_width(const struct ansi_row *r)
{
	return r->in_cells ? r->cells.len : r->width;
}

static void
run_begin(struct ansi_row *r, struct ansi_style style)
{
	struct ansi_run run = { (uint32_t)r->text.len, style };

	if (r->runs.len == 0 || !ansi_style_equal(r->runs.items[r->runs.len - 1].style, style))
		vec_push(&r->runs, run);
}

/* At most `count` blanks at the end of the flat row. */
static void
flat_pad(struct ansi_row *r, size_t count)
{
	size_t room = ANSI_LINE_MAX - r->text.len;

	if (count > room) {
		count = room;
		r->cut = true;
	}
	if (count == 0)
		return;
	run_begin(r, ANSI_STYLE_PLAIN);
	str_append_repeat(&r->text, ' ', count);
	r->width += count;
}

/* A character of `columns`, 0 when it combines with the last one; or some ASCII, a column per byte,
 * which alone may be cut anywhere. */
static void
flat_append(
	struct ansi_row *r, const char *bytes, size_t len, size_t columns, struct ansi_style style)
{
	size_t room;

	if (columns == 0 && (r->column > r->width || r->width == 0))
		return;
	if (r->column > r->width)
		flat_pad(r, r->column - r->width);
	r->column = r->width;
	room = ANSI_LINE_MAX - r->text.len;
	if (len > room) {
		r->cut = true;
		if (columns != len || room == 0)
			return;
		len = columns = room;
	}
	if (columns > 0)
		run_begin(r, style);
	str_append_bytes(&r->text, bytes, len);
	r->width += columns;
	r->column = r->width;
}

static void
cell_set(struct ansi_row *r, size_t at, const char *bytes, size_t len, struct ansi_style style)
{
	struct ansi_cell *cell = &r->cells.items[at];

	r->cell_bytes += len;
	r->cell_bytes -= cell->len;
	memcpy(cell->bytes, bytes, len);
	cell->len = (uint8_t)len;
	cell->style = style;
}

/* Makes blanks of a wide character whose halves are on both sides of column `at`. */
static void
cells_split(struct ansi_row *r, size_t at)
{
	if (at >= r->cells.len || r->cells.items[at].len > 0)
		return;
	cell_set(r, at - 1, " ", 1, r->cells.items[at - 1].style);
	cell_set(r, at, " ", 1, r->cells.items[at - 1].style);
}

/* Makes the row at least `columns` long; false when that is more than a line may have. */
static bool
cells_grow(struct ansi_row *r, size_t columns)
{
	while (r->cells.len < columns) {
		if (r->cell_bytes >= ANSI_LINE_MAX) {
			r->cut = true;
			return false;
		}
		vec_add(&r->cells);
		cell_set(r, r->cells.len - 1, " ", 1, ANSI_STYLE_PLAIN);
	}
	return true;
}

static void
cells_combine(struct ansi_row *r, size_t column, const char *bytes, size_t len)
{
	struct ansi_cell *cell;

	if (column == 0 || column > r->cells.len)
		return;
	cell = &r->cells.items[column - 1];
	if (cell->len == 0)
		cell--;
	if (cell->len + len > sizeof cell->bytes || r->cell_bytes + len > ANSI_LINE_MAX)
		return;
	memcpy(cell->bytes + cell->len, bytes, len);
	cell->len += (uint8_t)len;
	r->cell_bytes += len;
}

/* Writes a character of 1 or 2 columns over what is at the cursor. */
static void
cells_write(
	struct ansi_row *r, const char *bytes, size_t len, size_t columns, struct ansi_style style)
{
	size_t end = r->column + columns;
	size_t covered = 0;

	if (!cells_grow(r, end))
		return;
	cells_split(r, r->column);
	cells_split(r, end);
	for (size_t i = r->column; i < end; i++)
		covered += r->cells.items[i].len;
	if (r->cell_bytes - covered + len > ANSI_LINE_MAX) {
		r->cut = true;
		return;
	}
	if (columns == 2)
		cell_set(r, end - 1, "", 0, style);
	cell_set(r, r->column, bytes, len, style);
	r->column = end;
}

static void
cells_put(
	struct ansi_row *r, const char *bytes, size_t len, size_t columns, struct ansi_style style)
{
	if (columns == 0)
		cells_combine(r, r->column, bytes, len);
	else
		cells_write(r, bytes, len, columns, style);
}

/* Columns of a character of the text; controls never get here, a bad byte has become U+FFFD. */
static size_t
columns_of(uint32_t cp)
{
	int width = cp < 0x7f ? 1 : utf8_width(cp);

	return width < 0 ? 1 : (size_t)width;
}

/* Turns the flat row into cells. */
static void
cells_begin(struct ansi_row *r)
{
	size_t column = r->column;
	size_t run = 0;

	if (r->in_cells)
		return;
	r->column = 0;
	for (size_t i = 0; i < r->text.len;) {
		uint32_t cp;
		size_t len = utf8_decode(r->text.data + i, r->text.len - i, &cp);

		while (run + 1 < r->runs.len && r->runs.items[run + 1].at <= i)
			run++;
		cells_put(r, r->text.data + i, len, columns_of(cp), r->runs.items[run].style);
		i += len;
	}
	r->column = column;
	r->in_cells = true;
}

/* Writes the cells as flat text and runs; the cells stay what counts. */
static void
cells_flatten(struct ansi_row *r)
{
	str_clear(&r->text);
	vec_clear(&r->runs);
	for (size_t i = 0; i < r->cells.len; i++) {
		const struct ansi_cell *cell = &r->cells.items[i];

		if (cell->len == 0)
			continue;
		run_begin(r, cell->style);
		str_append_bytes(&r->text, cell->bytes, cell->len);
	}
}

static void
cells_truncate(struct ansi_row *r, size_t columns)
{
	cells_split(r, columns);
	while (r->cells.len > columns)
		r->cell_bytes -= vec_pop(&r->cells).len;
}

void
ansi_row_put(
	struct ansi_row *r, const char *bytes, size_t len, uint32_t cp, struct ansi_style style)
{
	if (r->column < row_width(r))
		cells_begin(r);
	if (r->in_cells)
		cells_put(r, bytes, len, columns_of(cp), style);
	else
		flat_append(r, bytes, len, columns_of(cp), style);
}

void
ansi_row_put_plain(struct ansi_row *r, const char *bytes, size_t len, struct ansi_style style)
{
	if (!r->in_cells && r->column >= r->width) {
		flat_append(r, bytes, len, len, style);
		return;
	}
	cells_begin(r);
	for (size_t i = 0; i < len; i++)
		cells_write(r, bytes + i, 1, 1, style);
}

void
ansi_row_erase(struct ansi_row *r, int what)
{
	size_t until = r->column + 1;

	if (what == 2 || (what <= 0 && r->column == 0) || (what == 1 && until >= row_width(r))) {
		row_clear(r);
	} else if (what <= 0 && r->column < row_width(r)) {
		cells_begin(r);
		cells_truncate(r, r->column);
	} else if (what == 1) {
		cells_begin(r);
		cells_split(r, until);
		for (size_t i = 0; i < until; i++)
			cell_set(r, i, " ", 1, ANSI_STYLE_PLAIN);
	}
}

void
ansi_row_move(struct ansi_row *r, size_t column)
{
	size_t limit = row_width(r) > MOVE_MAX ? row_width(r) : MOVE_MAX;

	if (limit < r->column)
		limit = r->column;
	r->column = column < limit ? column : limit;
}

void
ansi_row_tab(struct ansi_row *r)
{
	if (r->column < ANSI_LINE_MAX)
		r->column += TAB_STOP - r->column % TAB_STOP;
}

bool
ansi_row_mark(const struct ansi_row *r, struct ansi_row_mark *mark)
{
	*mark = (struct ansi_row_mark){ r->text.len, r->runs.len, r->width };
	return !r->in_cells && r->column == r->width;
}

void
ansi_row_revert(struct ansi_row *r, const struct ansi_row_mark *mark)
{
	if (r->in_cells || r->column != r->width || r->text.len < mark->text)
		return;
	str_truncate(&r->text, mark->text);
	r->runs.len = mark->runs;
	r->width = r->column = mark->width;
}

struct ansi_line
ansi_row_line(struct ansi_row *r)
{
	if (r->in_cells)
		cells_flatten(r);
	return (struct ansi_line){ str_span(&r->text), r->runs.items, r->runs.len, r->cut };
}

void
ansi_row_fini(struct ansi_row *r)
{
	str_fini(&r->text);
	vec_fini(&r->runs);
	vec_fini(&r->cells);
}
