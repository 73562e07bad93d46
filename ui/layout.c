#include "ui/layout.h"

#define PANE_ROWS_GOOD 8
#define PANE_COLS_GOOD 80
#define MAIN_ROWS_LEAST 6 /* of the larger part of a split */
#define MAIN_COLS_LEAST 80
#define SIDE_ROWS_LEAST 3

/* The number of panes a stretch of `room` columns (rows) holds, neighbours sharing a line. */
static int
panes_across(int room, int least)
{
	int count = (room - 1) / (least - 1);

	return count > 1 ? count : 1;
}

static int
divide_up(int a, int b)
{
	return (a + b - 1) / b;
}

/* Compilers write wide lines: panes stay as wide as they can and stand below each other until they
 * would be too low to read, or are wide enough to be halved. */
static int
choose_columns(int count, int rows, int cols)
{
	int most = panes_across(cols, GRID_PANE_COLS), columns = 1;

	while (columns < most && columns < count &&
		(rows / divide_up(count, columns) < PANE_ROWS_GOOD ||
			cols / (columns + 1) >= PANE_COLS_GOOD))
		columns++;
	return columns;
}

/* The first line of the i-th of `count` stretches that share their border lines. */
static int
edge(int i, int count, int room)
{
	return i * (room - 1) / count;
}

static struct rect
place(const struct grid *g, int i, int columns, int rows, int cols)
{
	int row_count = divide_up(g->count, columns), row = i / columns;
	int in_row = row == row_count - 1 ? g->count - row * columns : columns;
	struct rect r = { .row = edge(row, row_count, rows),
		.col = edge(i % columns, in_row, cols) };

	r.rows = edge(row + 1, row_count, rows) - r.row + 1;
	r.cols = edge(i % columns + 1, in_row, cols) - r.col + 1;
	return r;
}

void
grid_lay_out(struct grid *g, int total, int focus, int rows, int cols)
{
	int room = panes_across(cols, GRID_PANE_COLS) * panes_across(rows, GRID_PANE_ROWS);

	if (room > GRID_PANES_MAX)
		room = GRID_PANES_MAX;
	*g = (struct grid){ .total = total };
	if (total <= 0 || rows <= 0 || cols <= 0)
		return;
	g->room = room;
	g->pages = divide_up(total, room);
	g->first = focus > 0 ? focus / room * room : 0;
	g->count = total - g->first < room ? total - g->first : room;
	int columns = choose_columns(g->count, rows, cols);
	for (int i = 0; i < g->count; i++)
		g->panes[i] = place(g, i, columns, rows, cols);
}

static struct area
pane_area(const struct grid *g, struct area a, int pane)
{
	const struct rect *r = &g->panes[pane - g->first];

	return area_part(a, r->row, r->col, r->rows, r->cols);
}

void
grid_frame(const struct grid *g, struct area a, int focus)
{
	for (int i = 0; i < g->count; i++)
		area_frame(pane_area(g, a, g->first + i), ROLE_BORDER);
	if (focus >= g->first && focus < g->first + g->count)
		area_frame(pane_area(g, a, focus), ROLE_BORDER_FOCUS);
}

struct area
grid_inside(const struct grid *g, struct area a, int pane)
{
	struct area frame = pane_area(g, a, pane);

	return area_part(frame, 1, 1, frame.rows > 2 ? frame.rows - 2 : 0,
		frame.cols > 2 ? frame.cols - 2 : 0);
}

struct area
grid_title(const struct grid *g, struct area a, int pane)
{
	struct area frame = pane_area(g, a, pane);

	return area_part(frame, 0, 1, 1, frame.cols > 2 ? frame.cols - 2 : 0);
}

int
grid_at(const struct grid *g, int row, int col)
{
	for (int i = 0; i < g->count; i++) {
		const struct rect *r = &g->panes[i];
		if (row >= r->row && row < r->row + r->rows && col >= r->col &&
			col < r->col + r->cols)
			return g->first + i;
	}
	return -1;
}

struct split
layout_split(struct area a, int side_rows, int side_cols)
{
	struct split s = { .main = a };
	int rows_left = a.rows - MAIN_ROWS_LEAST - 1;

	if (a.cols >= MAIN_COLS_LEAST + 1 + side_cols) {
		int col = a.cols - side_cols - 1;
		for (int row = 0; row < a.rows; row++)
			area_line(a, row, col, ROLE_BORDER, LINE_UP | LINE_DOWN);
		s.main = area_part(a, 0, 0, -1, col);
		s.side = area_part(a, 0, col + 1, -1, -1);
		s.has_side = s.beside = true;
	} else if (rows_left >= SIDE_ROWS_LEAST) {
		int row = a.rows - (side_rows < rows_left ? side_rows : rows_left) - 1;
		area_hline(a, row, ROLE_BORDER);
		s.main = area_part(a, 0, 0, row, -1);
		s.side = area_part(a, row + 1, 0, -1, -1);
		s.has_side = true;
	}
	return s;
}

struct area
layout_center(struct area a, int rows, int cols)
{
	if (rows > a.rows)
		rows = a.rows;
	if (cols > a.cols)
		cols = a.cols;
	return area_part(a, (a.rows - rows) / 2, (a.cols - cols) / 2, rows, cols);
}
