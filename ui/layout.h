/* layout: where things go. Pure geometry, no drawing but grid_frame. */
#pragma once
#include <stdbool.h>
#include "ui/canvas.h"

#define GRID_PANES_MAX 64
#define GRID_PANE_ROWS 5  /* least height of a pane, its frame included */
#define GRID_PANE_COLS 30 /* least width */

struct rect {
	int row, col, rows, cols;
};

/* Panes in rows and columns, neighbours sharing a line of frame. */
struct grid {
	struct rect panes[GRID_PANES_MAX]; /* frame included; of panes first to first + count - 1 */
	int first;                         /* what does not fit is on other pages */
	int count;
	int total;
	int room, pages; /* panes of a page, but the last one */
};

/* Lays out `total` panes in rows x cols so that all fit, as square as reading allows; where they
 * cannot all fit, the page that holds `focus`. At least one pane unless total is 0. */
void grid_lay_out(struct grid *g, int total, int focus, int rows, int cols);
/* Draws the frames, joined where they meet; the focused pane's in ROLE_BORDER_FOCUS. */
void grid_frame(const struct grid *g, struct area a, int focus);
/* The room inside a pane's frame; pane counts from 0 over all pages and must be on this one. */
struct area grid_inside(const struct grid *g, struct area a, int pane);
/* The room for a pane's title in its upper frame, without the corners. */
struct area grid_title(const struct grid *g, struct area a, int pane);
int grid_at(const struct grid *g, int row, int col); /* the pane there, or -1 */

/* Two parts of an area with a rule between: beside each other where there is room, else one below
 * the other. */
struct split {
	struct area main, side;
	bool has_side; /* false: not even room for it below */
	bool beside;
};
/* side_rows and side_cols are what the side wants; draws the rule. */
struct split layout_split(struct area a, int side_rows, int side_cols);
/* A box of at most rows x cols in the middle of an area. */
struct area layout_center(struct area a, int rows, int cols);
