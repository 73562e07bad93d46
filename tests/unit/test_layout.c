#include "check.h"
#include "dice.h"
#include "ui/layout.h"

static struct grid
grid_of(int total, int focus, int rows, int cols)
{
	struct grid g;

	grid_lay_out(&g, total, focus, rows, cols);
	return g;
}

/* How many panes stand in the first row. */
static int
first_row(const struct grid *g)
{
	int n = 0;

	while (n < g->count && g->panes[n].row == 0)
		n++;
	return n;
}

/* At 80x24 three panes are two above one, at 200x50 two wide ones stand beside each other: the lines
 * of a compiler are long. */
static void
shapes(void **state)
{
	static const struct {
		int total, rows, cols, first_row;
	} cases[] = {
		{ 1, 21, 80, 1 },
		{ 2, 21, 80, 1 },
		{ 3, 21, 80, 2 },
		{ 4, 21, 80, 2 },
		{ 2, 47, 200, 2 },
		{ 4, 47, 200, 2 },
		{ 2, 8, 40, 1 },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct grid g = grid_of(cases[i].total, 0, cases[i].rows, cases[i].cols);
		if (g.count && first_row(&g) != cases[i].first_row)
			fail_msg("%d panes in %dx%d: %d in the first row", cases[i].total,
				cases[i].rows, cases[i].cols, first_row(&g));
	}
}

/* For any number and size: panes lie inside, cover every cell, and share only their frames. */
static void
cover(void **state)
{
	struct dice dice = { 7 };

	for (int round = 0; round < 3000; round++) {
		int rows = 1 + (int)dice_below(&dice, 60), cols = 1 + (int)dice_below(&dice, 220);
		int total = 1 + (int)dice_below(&dice, 80),
		    focus = (int)dice_below(&dice, (size_t)total);
		struct grid g = grid_of(total, focus, rows, cols);
		assert_true(g.count >= 1 && g.count <= GRID_PANES_MAX);
		assert_in_range(focus, g.first, g.first + g.count - 1);
		for (int row = 0; row < rows; row++) {
			for (int col = 0; col < cols; col++) {
				int inside = 0, on = 0;
				for (int i = 0; i < g.count; i++) {
					const struct rect *r = &g.panes[i];
					bool in_rows = row >= r->row && row < r->row + r->rows;
					bool in_cols = col >= r->col && col < r->col + r->cols;
					bool edge = row == r->row || row == r->row + r->rows - 1 ||
						col == r->col || col == r->col + r->cols - 1;
					on += in_rows && in_cols;
					inside += in_rows && in_cols && !edge;
				}
				assert_true(on >= 1);
				assert_true(inside <= 1);
				assert_true(!inside || on == 1);
			}
			row += (int)dice_below(
				&dice, 5); /* not all of them: it is a matter of seconds */
		}
	}
}

/* What does not fit is on other pages, each pane on exactly one. */
static void
pages(void **state)
{
	int seen[40] = { 0 };

	for (int focus = 0; focus < 40;) {
		struct grid g = grid_of(40, focus, 20, 80);
		assert_int_equal(g.first, focus);
		for (int i = 0; i < g.count; i++) {
			seen[g.first + i]++;
			assert_true(g.panes[i].rows >= GRID_PANE_ROWS &&
				g.panes[i].cols >= GRID_PANE_COLS);
		}
		focus += g.count;
	}
	for (int i = 0; i < 40; i++)
		assert_int_equal(seen[i], 1);
}

/* Every cell belongs to the pane that one sees there, and to none outside. */
static void
cells_of_panes(void **state)
{
	struct grid g = grid_of(4, 0, 21, 80);

	assert_int_equal(grid_at(&g, 0, 0), 0);
	assert_int_equal(grid_at(&g, 20, 79), 3);
	assert_int_equal(grid_at(&g, 21, 0), -1);
}

/* Frames of neighbours are one line, the focused one stands out, insides do not touch frames. */
static void
frames(void **state)
{
	struct canvas *c = canvas_new(10, 61);
	struct area a = canvas_area(c);
	struct str text = STR_INIT;
	struct grid g = grid_of(3, 2, 10, 61);

	assert_int_equal(g.count, 3);
	grid_frame(&g, a, 2);
	for (int i = 0; i < 3; i++)
		area_fill(grid_inside(&g, a, i), ROLE_TEXT, '0' + (unsigned)i);
	canvas_dump_text(c, &text);
	assert_non_null(strstr(str_cstr(&text), "┬"));
	assert_non_null(strstr(str_cstr(&text), "┴"));
	assert_null(strstr(str_cstr(&text), "┐ "));
	assert_int_equal(c->cells[9 * 61].role, ROLE_BORDER_FOCUS);
	assert_int_equal(c->cells[0].role, ROLE_BORDER);
	assert_int_equal(grid_title(&g, a, 2).row, g.panes[2].row);
	str_fini(&text);
	canvas_free(c);
}

/* The side stands beside where there is room, else below, else not at all. */
static void
split(void **state)
{
	struct canvas *c = canvas_new(50, 200);
	struct area a = canvas_area(c);
	struct split s = layout_split(a, 6, 60);

	assert_true(s.has_side && s.beside);
	assert_int_equal(s.side.cols, 60);
	assert_int_equal(s.main.cols, 139);
	s = layout_split(area_part(a, 0, 0, 19, 80), 6, 60);
	assert_true(s.has_side && !s.beside);
	assert_int_equal(s.side.rows, 6);
	assert_int_equal(s.main.rows, 12);
	s = layout_split(area_part(a, 0, 0, 11, 80), 6, 60);
	assert_true(s.has_side);
	assert_int_equal(s.main.rows, 6);
	assert_int_equal(s.side.rows, 4);
	s = layout_split(area_part(a, 0, 0, 7, 40), 6, 60);
	assert_false(s.has_side);
	assert_int_equal(s.main.rows, 7);
	canvas_free(c);
}

/* A box in the middle never leaves its area. */
static void
center(void **state)
{
	struct canvas *c = canvas_new(10, 20);
	struct area box = layout_center(canvas_area(c), 4, 10);

	assert_int_equal(box.row, 3);
	assert_int_equal(box.col, 5);
	box = layout_center(canvas_area(c), 99, 99);
	assert_int_equal(box.rows, 10);
	assert_int_equal(box.cols, 20);
	canvas_free(c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(shapes),
		cmocka_unit_test(cover),
		cmocka_unit_test(pages),
		cmocka_unit_test(cells_of_panes),
		cmocka_unit_test(frames),
		cmocka_unit_test(split),
		cmocka_unit_test(center),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
