/* canvas: a screenful of cells, drawn on by screens, painted by term.
 *
 * A cell is a base character with its combining ones, and a style: a role, over which a child's own
 * colours may lie. Pure memory: tests draw on it and read it back. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/str.h"
#include "text/ansi.h"
#include "ui/theme.h"

#define CANVAS_CELL_CHARS 4 /* a base and up to three combining characters */

struct canvas_cell {
	/* 0 ends; chars[0] == 0: right half of a wide character */
	uint32_t chars[CANVAS_CELL_CHARS];
	struct ansi_style style; /* lies over the role where not plain */
	uint8_t role;
	uint8_t attrs; /* ANSI_REVERSE … added to the role's (cursor row) */
};

struct canvas {
	int rows, cols;
	struct canvas_cell *cells;
	bool ascii;                 /* all by its ASCII twin: glyphs, lines, text */
	bool plain_glyphs;          /* only glyphs; a console's font has the rest */
	int cursor_row, cursor_col; /* hardware cursor; row -1: hidden */
};

/* A rectangle on a canvas; drawing is relative to it and clipped at its edges. */
struct area {
	struct canvas *canvas;
	int row, col, rows, cols;
};

struct canvas *canvas_new(int rows, int cols);
void canvas_free(struct canvas *c);
void canvas_resize(struct canvas *c, int rows, int cols);
void canvas_clear(struct canvas *c);

struct area canvas_area(struct canvas *c);
/* A part of an area; what sticks out is cut off. Negative rows or cols: up to the edge. */
struct area area_part(struct area a, int row, int col, int rows, int cols);

/* Draws text from col on; a wide character that does not fit whole becomes a blank. Control
 * characters are not drawn. Returns the column after it. */
int area_text(struct area a, int row, int col, enum role role, struct span text);
int area_puts(struct area a, int row, int col, enum role role, const char *text);
int area_printf(struct area a, int row, int col, enum role role, const char *fmt, ...)
	__attribute__((format(printf, 5, 6)));
/* At most `width` columns; longer text ends in "…" (ASCII: "~"). */
int area_text_cut(struct area a, int row, int col, int width, enum role role, struct span text);
/* Right-aligned so that it ends before column `end`; returns its first column. */
int area_text_right(struct area a, int row, int end, enum role role, const char *text);
/* A line of a child's output from column `skip` of it on. Returns the column after it. */
int area_ansi(struct area a, int row, int col, enum role role, const struct ansi_line *l, int skip);
void area_fill(struct area a, enum role role, uint32_t ch);
void area_hline(struct area a, int row, enum role role);
/* A piece of line that reaches the given sides; joins a line that is there already. */
enum { LINE_UP = 1, LINE_DOWN = 2, LINE_LEFT = 4, LINE_RIGHT = 8 };
void area_line(struct area a, int row, int col, enum role role, unsigned sides);
void area_frame(struct area a, enum role role); /* lines around it, joined with what is there */
/* Blanks the area and frames it, its title cut to fit; the inner area comes back. */
struct area area_box(struct area a, enum role role, const char *title, enum role title_role);
/* Gives the cells of a row these attributes (ANSI_REVERSE: the cursor row) and, if role >= 0, role;
 * ROLE_CURSOR takes colours of their own away. */
void area_highlight(struct area a, int row, int col, int cols, int role, uint8_t attrs);
void area_cursor(struct area a, int row, int col); /* puts the hardware cursor there */

/* Glyphs with ASCII twins (screens.md). */
enum glyph {
	GLYPH_MARK,
	GLYPH_CURSOR,
	GLYPH_FULL,
	GLYPH_EMPTY,
	GLYPH_HALF,
	GLYPH_OK,
	GLYPH_FAIL,
	GLYPH_WARN,
	GLYPH_DOT,
	GLYPH_ELLIPSIS,
	GLYPH_DASH,
	GLYPH_GE,
	GLYPH_MINUS,
	GLYPH_TIMES,
	GLYPH_UP,
	GLYPH_DOWN,
	GLYPH_LEFT,
	GLYPH_RIGHT,
	GLYPH_COUNT
};
const char *glyph(const struct canvas *c, enum glyph g);

/* The canvas as text, a line a row, trailing blanks cut; and as roles, a letter a cell. For tests
 * and docs. */
void canvas_dump_text(const struct canvas *c, struct str *out);
void canvas_dump_roles(const struct canvas *c, struct str *out);
