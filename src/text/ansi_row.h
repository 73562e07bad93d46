/* ansi_row: one line of the screen being written, with a cursor.
 *
 * The row is flat (bytes and style runs, only ever appended to) until something is written over or
 * erased, then it becomes cells, one per column: a wide character is a cell with its bytes and an
 * empty one. Nearly all rows stay flat. Either way they hold at most ANSI_LINE_MAX bytes. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/str.h"
#include "base/vec.h"
#include "text/ansi.h"

struct ansi_cell {
	char bytes[15]; /* a character and the combining ones that fit */
	uint8_t len;    /* 0: the second column of the wide character before */
	struct ansi_style style;
};

struct ansi_row {
	struct str text; /* the flat row; of cells, what was last made of them */
	VEC(struct ansi_run) runs;
	VEC(struct ansi_cell) cells;
	size_t cell_bytes; /* sum of their len */
	bool in_cells;
	bool cut;      /* something did not fit any more */
	size_t width;  /* columns of the flat row */
	size_t column; /* where the next character goes; may be beyond the end */
};

/* A zeroed row is a good one. */
void ansi_row_fini(struct ansi_row *r);
void ansi_row_begin(struct ansi_row *r); /* a new, empty one; keeps the memory */

/* One character at the cursor, of `len` bytes; never a control character. */
void ansi_row_put(
	struct ansi_row *r, const char *bytes, size_t len, uint32_t cp, struct ansi_style style);
/* Printable ASCII. */
void ansi_row_put_plain(struct ansi_row *r, const char *bytes, size_t len, struct ansi_style style);
/* EL: 0 to the end of the line, 1 to its beginning (cursor included), 2 all of it. */
void ansi_row_erase(struct ansi_row *r, int what);
void ansi_row_move(struct ansi_row *r, size_t column); /* as far right as makes sense */
void ansi_row_tab(struct ansi_row *r);

/* Remembers the end of a row, to take back what is appended after it. False when the row is not
 * being appended to: then the mark is not to be used. */
struct ansi_row_mark {
	size_t text, runs, width;
};
bool ansi_row_mark(const struct ansi_row *r, struct ansi_row_mark *mark);
void ansi_row_revert(struct ansi_row *r, const struct ansi_row_mark *mark);

struct ansi_line ansi_row_line(struct ansi_row *r); /* borrowed until the row changes */
