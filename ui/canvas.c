/* canvas: one array of cells, row after row. A wide character fills two: the right one has no
 * characters of its own, and whoever overwrites one half blanks the other. */
#include "ui/canvas.h"
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include "base/alloc.h"
#include "base/count.h"
#include "base/utf8.h"

struct twin {
	uint32_t from;
	char to;
};

/* What single characters become where only ASCII can be shown; sorted. */
/* clang-format off */
static const struct twin twins[] = {
	{ 0xa0, ' ' },   { 0xab, '<' },   { 0xb1, '+' },   { 0xb5, 'u' },   { 0xb7, '-' },   { 0xbb, '>' },
	{ 0xd7, 'x' },   { 0x2010, '-' }, { 0x2013, '-' }, { 0x2014, '-' }, { 0x2018, '\'' }, { 0x2019, '\'' },
	{ 0x201c, '"' }, { 0x201d, '"' }, { 0x2022, '*' }, { 0x2026, '~' }, { 0x2190, '<' }, { 0x2191, '^' },
	{ 0x2192, '>' }, { 0x2193, 'v' }, { 0x2212, '-' }, { 0x2264, '<' }, { 0x2265, '>' }, { 0x2500, '-' },
	{ 0x2502, '|' }, { 0x250c, '+' }, { 0x2510, '+' }, { 0x2514, '+' }, { 0x2518, '+' }, { 0x251c, '+' },
	{ 0x2524, '+' }, { 0x252c, '+' }, { 0x2534, '+' }, { 0x253c, '+' }, { 0x2588, '#' }, { 0x258c, '-' },
	{ 0x25b2, '^' }, { 0x25b6, '>' }, { 0x25b8, '>' }, { 0x25bc, 'v' }, { 0x25c0, '<' }, { 0x25cb, '.' },
	{ 0x25cf, '*' }, { 0x25d0, '~' }, { 0x2713, '*' }, { 0x2714, '+' }, { 0x2716, 'x' },
};

static const char *const glyphs[GLYPH_COUNT][2] = {
	[GLYPH_MARK] = { "✓", "*" },   [GLYPH_CURSOR] = { "▸", ">" },   [GLYPH_FULL] = { "●", "*" },
	[GLYPH_EMPTY] = { "○", "." },  [GLYPH_HALF] = { "◐", "~" },     [GLYPH_OK] = { "✔", "+" },
	[GLYPH_FAIL] = { "✖", "x" },   [GLYPH_WARN] = { "!", "!" },     [GLYPH_DOT] = { "·", "-" },
	[GLYPH_ELLIPSIS] = { "…", "~" }, [GLYPH_DASH] = { "–", "-" },   [GLYPH_GE] = { "≥", ">=" },
	[GLYPH_MINUS] = { "−", "-" },  [GLYPH_TIMES] = { "×", "x" },    [GLYPH_UP] = { "▲", "^" },
	[GLYPH_DOWN] = { "▼", "v" },   [GLYPH_LEFT] = { "◀", "<" },     [GLYPH_RIGHT] = { "▶", ">" },
};

/* By the directions they reach: LINE_UP 1, LINE_DOWN 2, LINE_LEFT 4, LINE_RIGHT 8. */
static const uint32_t line_chars[16] = {
	' ',    0x2502, 0x2502, 0x2502, 0x2500, 0x2518, 0x2510, 0x2524,
	0x2500, 0x2514, 0x250c, 0x251c, 0x2500, 0x2534, 0x252c, 0x253c,
};
/* clang-format on */

const char *
glyph(const struct canvas *c, enum glyph g)
{
	return glyphs[g][c->ascii || c->plain_glyphs];
}

static int
compare_twins(const void *key, const void *row)
{
	uint32_t cp = *(const uint32_t *)key, from = ((const struct twin *)row)->from;
	return cp < from ? -1 : cp > from;
}

static uint32_t
ascii_twin(uint32_t cp)
{
	if (cp < 0x80)
		return cp;
	const struct twin *t = bsearch(&cp, twins, COUNT(twins), sizeof(*twins), compare_twins);
	return t ? (uint32_t)t->to : cp;
}

/* Characters that only tell a terminal how to shape or order others: what they do differs from one
 * terminal to the next, and some reorder a whole line. */
static bool
is_shaping(uint32_t cp)
{
	return (cp >= 0x200b && cp <= 0x200f) || (cp >= 0x202a && cp <= 0x202e) ||
		(cp >= 0x2060 && cp <= 0x206f) || (cp >= 0xfe00 && cp <= 0xfe0f) || cp == 0xfeff ||
		cp == 0xad || cp == 0x61c || cp == 0x34f || (cp >= 0xe0000 && cp <= 0xe0fff);
}

static void
cell_blank(struct canvas_cell *cell)
{
	memset(cell, 0, sizeof(*cell)); /* padding too: rows are compared as bytes */
	cell->chars[0] = ' ';
	cell->style.fg = cell->style.bg = ANSI_DEFAULT;
	cell->role = ROLE_TEXT;
}

static void
cells_blank(struct canvas_cell *cells, size_t count)
{
	for (size_t i = 0; i < count; i++)
		cell_blank(&cells[i]);
}

struct canvas *
canvas_new(int rows, int cols)
{
	struct canvas *c = xcalloc(1, sizeof(*c));

	canvas_resize(c, rows, cols);
	return c;
}

void
canvas_free(struct canvas *c)
{
	if (!c)
		return;
	free(c->cells);
	free(c);
}

void
canvas_resize(struct canvas *c, int rows, int cols)
{
	c->rows = rows > 1 ? rows : 1;
	c->cols = cols > 1 ? cols : 1;
	c->cells = xreallocarray(c->cells, (size_t)c->rows * (size_t)c->cols, sizeof(*c->cells));
	canvas_clear(c);
}

void
canvas_clear(struct canvas *c)
{
	cells_blank(c->cells, (size_t)c->rows * (size_t)c->cols);
	c->cursor_row = c->cursor_col = -1;
}

struct area
canvas_area(struct canvas *c)
{
	return (struct area){ c, 0, 0, c->rows, c->cols };
}

/* Keeps [*at, *at + *len) within [0, room); a negative len: all that is left. */
static void
clip(int *at, int *len, int room)
{
	if (*len < 0)
		*len = room - *at;
	if (*at < 0) {
		*len += *at;
		*at = 0;
	}
	if (*at > room)
		*at = room;
	if (*len > room - *at)
		*len = room - *at;
	if (*len < 0)
		*len = 0;
}

struct area
area_part(struct area a, int row, int col, int rows, int cols)
{
	clip(&row, &rows, a.rows);
	clip(&col, &cols, a.cols);
	return (struct area){ a.canvas, a.row + row, a.col + col, rows, cols };
}

static struct canvas_cell *
cell_at(struct area a, int row, int col)
{
	return &a.canvas->cells[(size_t)(a.row + row) * (size_t)a.canvas->cols +
		(size_t)(a.col + col)];
}

/* Before a cell is overwritten: the other half of a wide character there becomes a blank. */
static void
cell_part_from_wide(struct canvas *c, struct canvas_cell *cell)
{
	size_t col = (size_t)(cell - c->cells) % (size_t)c->cols;

	if (!cell->chars[0] && col > 0)
		memcpy(cell[-1].chars, (uint32_t[CANVAS_CELL_CHARS]){ ' ' }, sizeof(cell->chars));
	else if (cell->chars[0] && col + 1 < (size_t)c->cols && !cell[1].chars[0])
		cell[1].chars[0] = ' ';
}

static struct canvas_cell *
cell_put(struct area a, int row, int col, enum role role, struct ansi_style style, uint32_t cp)
{
	struct canvas_cell *cell = cell_at(a, row, col);

	cell_part_from_wide(a.canvas, cell);
	cell_blank(cell);
	cell->chars[0] = cp;
	cell->role = (uint8_t)role;
	cell->style.fg = style.fg;
	cell->style.bg = style.bg;
	cell->style.attrs = style.attrs;
	return cell;
}

/* Where text goes on: the pen of one drawing call. */
struct pen {
	struct area a;
	int row, col; /* of the next character; col may lie left of the area */
	int end;      /* column it must not reach */
	enum role role;
	struct ansi_style style;
	struct canvas_cell *last; /* that combining characters join; NULL: drop them */
};

static void
pen_join(struct pen *p, uint32_t cp)
{
	if (!p->last || is_shaping(cp) || p->a.canvas->ascii)
		return;
	for (int i = 1; i < CANVAS_CELL_CHARS; i++) {
		if (!p->last->chars[i]) {
			p->last->chars[i] = cp;
			return;
		}
	}
}

static void
pen_blank(struct pen *p, int width)
{
	p->last = NULL;
	for (int col = p->col; col < p->col + width; col++)
		if (col >= 0 && col < p->end)
			cell_put(p->a, p->row, col, p->role, p->style, ' ');
}

/* Draws one character; false when the area's edge is reached. */
static bool
pen_char(struct pen *p, uint32_t cp)
{
	int width = utf8_width(cp);

	if (width == 0)
		pen_join(p, cp);
	if (width <= 0)
		return true;
	if (p->col >= p->end)
		return false;
	if (p->col >= 0 && p->col + width <= p->end) {
		cp = p->a.canvas->ascii ? ascii_twin(cp) : cp;
		p->last = cell_put(p->a, p->row, p->col, p->role, p->style, cp);
		if (width == 2)
			cell_put(p->a, p->row, p->col + 1, p->role, p->style, ' ')->chars[0] = 0;
	} else {
		pen_blank(p, width); /* half a character is none */
	}
	p->col += width;
	return true;
}

static void
pen_text(struct pen *p, struct span text)
{
	uint32_t cp;

	for (size_t i = 0; i < text.len;) {
		i += utf8_decode(text.data + i, text.len - i, &cp);
		if (!pen_char(p, cp))
			return;
	}
}

static int
pen_end(const struct pen *p)
{
	return p->col < p->end ? p->col : p->end;
}

static int
draw_text(struct area a, int row, int col, int end, enum role role, struct span text)
{
	struct pen p = { .a = a, .row = row, .col = col, .role = role, .style = ANSI_STYLE_PLAIN };

	p.end = end < a.cols ? end : a.cols;
	if (row < 0 || row >= a.rows)
		return col;
	pen_text(&p, text);
	return pen_end(&p);
}

int
area_text(struct area a, int row, int col, enum role role, struct span text)
{
	return draw_text(a, row, col, a.cols, role, text);
}

int
area_puts(struct area a, int row, int col, enum role role, const char *text)
{
	return area_text(a, row, col, role, span_of(text));
}

int
area_printf(struct area a, int row, int col, enum role role, const char *fmt, ...)
{
	struct str text = STR_INIT;
	va_list args;

	va_start(args, fmt);
	str_appendv(&text, fmt, args);
	va_end(args);
	int end = area_text(a, row, col, role, str_span(&text));
	str_fini(&text);
	return end;
}

int
area_text_cut(struct area a, int row, int col, int width, enum role role, struct span text)
{
	size_t used;

	if (width <= 0)
		return col;
	if (utf8_columns(text) <= (size_t)width)
		return draw_text(a, row, col, col + width, role, text);
	struct span head = utf8_fit(text, (size_t)width - 1, &used);
	int at = draw_text(a, row, col, col + width - 1, role, head);
	return area_puts(a, row, at, role, glyph(a.canvas, GLYPH_ELLIPSIS));
}

int
area_text_right(struct area a, int row, int end, enum role role, const char *text)
{
	int col = end - (int)utf8_columns(span_of(text));

	draw_text(a, row, col, end, role, span_of(text));
	return col > 0 ? col : 0;
}

int
area_ansi(struct area a, int row, int col, enum role role, const struct ansi_line *line, int skip)
{
	if (row < 0 || row >= a.rows || col >= a.cols)
		return col;
	a = area_part(a, row, col, 1, -1); /* so that what is skipped is left of the area */
	struct pen p = { .a = a, .col = -skip, .end = a.cols, .role = role };

	for (size_t i = 0; i < line->run_count; i++) {
		size_t from = line->runs[i].at;
		size_t to = i + 1 < line->run_count ? line->runs[i + 1].at : line->text.len;
		p.style = line->runs[i].style;
		pen_text(&p, (struct span){ line->text.data + from, to - from });
	}
	return col + (pen_end(&p) > 0 ? pen_end(&p) : 0);
}

void
area_fill(struct area a, enum role role, uint32_t ch)
{
	ch = a.canvas->ascii ? ascii_twin(ch) : ch;
	for (int row = 0; row < a.rows; row++)
		for (int col = 0; col < a.cols; col++)
			cell_put(a, row, col, role, ANSI_STYLE_PLAIN, ch);
}

void
area_hline(struct area a, int row, enum role role)
{
	area_fill(area_part(a, row, 0, 1, -1), role, line_chars[LINE_LEFT | LINE_RIGHT]);
}

static unsigned
line_mask(const struct canvas_cell *cell)
{
	uint32_t ch = cell->chars[0];

	for (unsigned mask = 1; mask < 16; mask++)
		if (line_chars[mask] == ch)
			return mask;
	return ch == '-' ? LINE_LEFT | LINE_RIGHT : ch == '|' ? LINE_UP | LINE_DOWN : 0;
}

void
area_line(struct area a, int row, int col, enum role role, unsigned mask)
{
	if (row < 0 || row >= a.rows || col < 0 || col >= a.cols)
		return;
	mask |= line_mask(cell_at(a, row, col));
	uint32_t ch = line_chars[mask & 15];
	cell_put(a, row, col, role, ANSI_STYLE_PLAIN, a.canvas->ascii ? ascii_twin(ch) : ch);
}

void
area_frame(struct area a, enum role role)
{
	int bottom = a.rows - 1, right = a.cols - 1;

	if (bottom < 1 || right < 1)
		return;
	for (int col = 1; col < right; col++) {
		area_line(a, 0, col, role, LINE_LEFT | LINE_RIGHT);
		area_line(a, bottom, col, role, LINE_LEFT | LINE_RIGHT);
	}
	for (int row = 1; row < bottom; row++) {
		area_line(a, row, 0, role, LINE_UP | LINE_DOWN);
		area_line(a, row, right, role, LINE_UP | LINE_DOWN);
	}
	area_line(a, 0, 0, role, LINE_DOWN | LINE_RIGHT);
	area_line(a, 0, right, role, LINE_DOWN | LINE_LEFT);
	area_line(a, bottom, 0, role, LINE_UP | LINE_RIGHT);
	area_line(a, bottom, right, role, LINE_UP | LINE_LEFT);
}

struct area
area_box(struct area a, enum role role, const char *title, enum role title_role)
{
	area_fill(a, ROLE_TEXT, ' ');
	area_frame(a, role);
	if (title && *title && a.cols > 6) {
		area_puts(a, 0, 1, role, " ");
		int end = area_text_cut(a, 0, 2, a.cols - 4, title_role, span_of(title));
		area_puts(a, 0, end, role, " ");
	}
	return area_part(a, 1, 1, a.rows > 2 ? a.rows - 2 : 0, a.cols > 2 ? a.cols - 2 : 0);
}

void
area_highlight(struct area a, int row, int col, int cols, int role, uint8_t attrs)
{
	struct area part = area_part(a, row, col, 1, cols);

	for (int i = 0; part.rows && i < part.cols; i++) {
		struct canvas_cell *cell = cell_at(part, 0, i);
		cell->attrs |= attrs;
		if (role >= 0)
			cell->role = (uint8_t)role;
		if (role == ROLE_CURSOR) /* one bar: a compiler's colours would be holes in it */
			cell->style.fg = cell->style.bg = ANSI_DEFAULT;
	}
}

void
area_cursor(struct area a, int row, int col)
{
	if (row < 0 || row >= a.rows || col < 0 || a.cols <= 0)
		return;
	a.canvas->cursor_row = a.row + row;
	a.canvas->cursor_col = a.col + (col < a.cols ? col : a.cols - 1);
}

static void
dump_cell(const struct canvas_cell *cell, struct str *out)
{
	char bytes[4];

	for (int i = 0; i < CANVAS_CELL_CHARS && cell->chars[i]; i++)
		str_append_bytes(out, bytes, utf8_encode(cell->chars[i], bytes));
}

void
canvas_dump_text(const struct canvas *c, struct str *out)
{
	for (int row = 0; row < c->rows; row++) {
		size_t end = out->len;
		for (int col = 0; col < c->cols; col++) {
			const struct canvas_cell *cell = &c->cells[row * c->cols + col];
			dump_cell(cell, out);
			if (cell->chars[0] != ' ')
				end = out->len;
		}
		str_truncate(out, end);
		str_append_char(out, '\n');
	}
}

void
canvas_dump_roles(const struct canvas *c, struct str *out)
{
	for (int row = 0; row < c->rows; row++) {
		for (int col = 0; col < c->cols; col++) {
			int role = c->cells[row * c->cols + col].role;
			str_append_char(out, (char)(role < 26 ? 'a' + role : 'A' + role - 26));
		}
		str_append_char(out, '\n');
	}
}
