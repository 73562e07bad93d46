/* term_paint: remembers the canvas as it was painted last and compares row by row. Pairs of colours
 * are made when first seen; when the terminal has no more, all are forgotten and made anew. */
#include "ui/term_paint.h"
#define NCURSES_WIDECHAR 1
#include <curses.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>
#include "base/alloc.h"
#include "base/count.h"
#include "base/utf8.h"
#include "ui/canvas.h"
#include "ui/theme.h"

#define COLORS_MAX 257 /* the default and 256 */
#define PAIRS_MAX 4096
#define PAINTS_BETWEEN_RESETS 32

struct painter {
	struct theme theme;
	bool colors;
	int color_count; /* the terminal's */
	struct canvas *shown;
	bool is_shown; /* what `shown` says is on the screen */
	cchar_t *row;  /* a row being made */
	int row_cap;
	unsigned short pair_of[COLORS_MAX * COLORS_MAX]; /* by (fg + 1) and (bg + 1); 0: none yet */
	int pairs, pairs_max;
	bool pairs_ran_out;
	unsigned since_reset; /* paints */
};

static const struct {
	uint8_t ours;
	attr_t theirs;
} attr_table[] = {
	{ ANSI_BOLD, A_BOLD },
	{ ANSI_DIM, A_DIM },
#ifdef A_ITALIC
	{ ANSI_ITALIC, A_ITALIC },
#endif
	{ ANSI_UNDERLINE, A_UNDERLINE },
	{ ANSI_REVERSE, A_REVERSE },
};

struct painter *
painter_new(bool colors)
{
	struct painter *p = xcalloc(1, sizeof(*p));

	p->colors = colors;
	p->color_count = colors ? COLORS : 0;
	p->pairs_max = COLOR_PAIRS - 1 < PAIRS_MAX ? COLOR_PAIRS - 1 : PAIRS_MAX;
	p->shown = canvas_new(1, 1);
	for (int i = 0; i < ROLE_COUNT; i++)
		p->theme.roles[i].fg = p->theme.roles[i].bg = ANSI_DEFAULT;
	return p;
}

void
painter_free(struct painter *p)
{
	if (!p)
		return;
	canvas_free(p->shown);
	free(p->row);
	free(p);
}

void
painter_set_theme(struct painter *p, const struct theme *theme)
{
	p->theme = *theme;
	painter_forget(p);
}

void
painter_forget(struct painter *p)
{
	p->is_shown = false;
}

static int
pair_for(struct painter *p, int fg, int bg)
{
	unsigned short *pair = &p->pair_of[(fg + 1) * COLORS_MAX + bg + 1];

	if (*pair || (fg < 0 && bg < 0))
		return *pair;
	if (p->pairs >= p->pairs_max) {
		p->pairs_ran_out = true;
		return 0;
	}
	if (init_extended_pair(p->pairs + 1, fg, bg) == ERR)
		return 0;
	return *pair = (unsigned short)++p->pairs;
}

static void
reset_pairs(struct painter *p)
{
	p->since_reset++;
	if (!p->pairs_ran_out || p->since_reset < PAINTS_BETWEEN_RESETS)
		return;
	memset(p->pair_of, 0, sizeof(p->pair_of));
	p->pairs = 0;
	p->pairs_ran_out = false;
	p->since_reset = 0;
	painter_forget(p);
}

static attr_t
to_curses(unsigned attrs)
{
	attr_t out = A_NORMAL;

	for (size_t i = 0; i < COUNT(attr_table); i++)
		if (attrs & attr_table[i].ours)
			out |= attr_table[i].theirs;
	return out;
}

/* How a cell looks on this terminal. */
static attr_t
look(struct painter *p, const struct canvas_cell *cell, int *pair)
{
	const struct theme_style *role = &p->theme.roles[cell->role];
	unsigned attrs = cell->attrs | cell->style.attrs;

	*pair = 0;
	if (!p->colors)
		return to_curses(attrs | role->mono_attrs);
	int32_t fg = cell->style.fg == ANSI_DEFAULT ? role->fg : cell->style.fg;
	int32_t bg = cell->style.bg == ANSI_DEFAULT ? role->bg : cell->style.bg;
	if (p->color_count < 16 && !(fg & ANSI_RGB) && fg >= 8 && fg < 16)
		attrs |= ANSI_BOLD; /* how eight colours are made sixteen */
	*pair = pair_for(p, theme_reduce(fg, p->color_count), theme_reduce(bg, p->color_count));
	return to_curses(attrs | role->attrs);
}

/* Whether libc, and so curses, gives the character the columns that we counted. */
static bool
is_agreed(uint32_t cp, int cols)
{
	return cp < 0x80 || wcwidth((wchar_t)cp) == cols;
}

static wchar_t
replacement(void)
{
	return wcwidth(UTF8_BAD) == 1 ? UTF8_BAD : L'?';
}

static void
make_char(cchar_t *out, const struct canvas_cell *cell, bool agreed, attr_t attrs, int pair)
{
	wchar_t chars[CANVAS_CELL_CHARS + 1] = { 0 };
	int len = 0;

	chars[len++] = agreed ? (wchar_t)cell->chars[0] : replacement();
	for (int i = 1; agreed && i < CANVAS_CELL_CHARS && cell->chars[i]; i++)
		if (wcwidth((wchar_t)cell->chars[i]) == 0)
			chars[len++] = (wchar_t)cell->chars[i];
	setcchar(out, chars, attrs, 0, &pair);
}

static void
paint_row(struct painter *p, const struct canvas *c, int row)
{
	const struct canvas_cell *cells = &c->cells[row * c->cols];
	const struct canvas_cell blank = { .chars = { ' ' } };
	int count = 0, pair;

	for (int col = 0; col < c->cols; col++) {
		const struct canvas_cell *cell = &cells[col];
		if (!cell->chars[0])
			continue;
		int width = col + 1 < c->cols && !cell[1].chars[0] ? 2 : 1;
		bool agreed = is_agreed(cell->chars[0], width);
		attr_t attrs = look(p, cell, &pair);
		make_char(&p->row[count++], cell, agreed, attrs, pair);
		if (!agreed && width == 2)
			make_char(&p->row[count++], &blank, true, attrs, pair);
	}
	mvadd_wchnstr(row, 0, p->row, count);
}

static bool
rows_equal(const struct canvas *a, const struct canvas *b, int row)
{
	size_t cols = (size_t)a->cols, at = (size_t)row * cols;

	return memcmp(a->cells + at, b->cells + at, cols * sizeof(*a->cells)) == 0;
}

static void
fit(struct painter *p, const struct canvas *c)
{
	if (p->shown->rows != c->rows || p->shown->cols != c->cols) {
		canvas_resize(p->shown, c->rows, c->cols);
		painter_forget(p);
	}
	if (p->row_cap < c->cols) {
		p->row = xreallocarray(p->row, (size_t)c->cols, sizeof(*p->row));
		p->row_cap = c->cols;
	}
}

static bool
paint_cursor(struct painter *p, const struct canvas *c)
{
	bool is_same = p->is_shown && p->shown->cursor_row == c->cursor_row &&
		p->shown->cursor_col == c->cursor_col;

	p->shown->cursor_row = c->cursor_row;
	p->shown->cursor_col = c->cursor_col;
	if (c->cursor_row >= 0) {
		curs_set(1);
		move(c->cursor_row, c->cursor_col);
	} else {
		curs_set(0);
	}
	return !is_same;
}

bool
painter_paint(struct painter *p, const struct canvas *c)
{
	size_t cols = (size_t)c->cols;
	bool changed = false;

	fit(p, c);
	reset_pairs(p);
	for (int row = 0; row < c->rows; row++) {
		if (p->is_shown && rows_equal(p->shown, c, row))
			continue;
		paint_row(p, c, row);
		memcpy(p->shown->cells + (size_t)row * cols, c->cells + (size_t)row * cols,
			cols * sizeof(*c->cells));
		changed = true;
	}
	changed = paint_cursor(p, c) || changed;
	p->is_shown = true;
	return changed;
}
