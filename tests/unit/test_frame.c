#include "check.h"
#include "base/alloc.h"
#include "ui/frame.h"
#include "ui/keys.h"
#include "ui/screen.h"

static char *
row_of(struct canvas *c, int row)
{
	struct str text = STR_INIT;
	struct span rest, line = { 0 };

	canvas_dump_text(c, &text);
	rest = str_span(&text);
	for (int i = 0; i <= row; i++)
		line = span_cut(rest, '\n', &rest);
	char *copy = span_dup(line);
	str_fini(&text);
	return copy;
}

/* The bottom line of a screen at a width; the caller frees. */
static char *
keys_at(const struct keymap *map, enum screen_id id, int cols)
{
	struct canvas *c = canvas_new(1, cols);
	struct screen screen = { .id = id, .title = "Test" };
	struct store store = { .keymap = map };
	struct screen_state s = { &screen, &store, NULL };

	frame_draw_keys(canvas_area(c), &s, 1u << id);
	char *line = row_of(c, 0);
	canvas_free(c);
	return line;
}

/* However narrow the terminal, the way to all keys is on the last line, and no key is cut. */
static void
way_to_all_keys(void **state)
{
	struct keymap *map = keymap_new(NULL, NULL);
	static const enum screen_id ids[] = { SCREEN_TARGETS, SCREEN_PROFILE, SCREEN_BUILD };

	for (size_t i = 0; i < COUNT(ids); i++) {
		for (int cols = FRAME_LEAST_COLS; cols < 200; cols++) {
			char *line = keys_at(map, ids[i], cols);
			if (!text_ends(line, "? all keys"))
				fail_msg("%d columns: %s", cols, line);
			free(line);
		}
	}
	keymap_free(map);
}

/* At 40 columns as many keys as fit are shown, the most used ones first. */
static void
most_used_first(void **state)
{
	struct keymap *map = keymap_new(NULL, NULL);

	assert_text(keys_at(map, SCREEN_TARGETS, 40), " Space mark  b build  ? all keys");
	keymap_free(map);
}

static bool
acts_on_marks_only(struct screen_state *s, enum action_id act)
{
	return act == ACT_MARK;
}

/* A key that does nothing here and now is not offered; a key that the user took away neither. */
static void
only_what_acts(void **state)
{
	struct keymap *map = keymap_new(NULL, NULL);
	struct screen screen = {
		.id = SCREEN_TARGETS, .title = "Test", .acts = acts_on_marks_only
	};
	struct store store = { .keymap = map };
	struct screen_state s = { &screen, &store, NULL };
	struct canvas *c = canvas_new(1, 80);

	frame_draw_keys(canvas_area(c), &s, ON_TARGETS);
	assert_text(row_of(c, 0), " Space mark  ? all keys");
	canvas_free(c);
	keymap_free(map);
}

/* Rules go first when rows are few, the title next; tabs, body and keys are always there. */
static void
rows_are_shared(void **state)
{
	static const struct {
		int rows;
		bool framed;
		int title, rules, body;
	} cases[] = {
		{ 24, false, 1, 1, 19 },
		{ 24, true, 1, 0, 21 },
		{ 16, false, 1, 1, 11 },
		{ 15, false, 1, 0, 12 },
		{ 10, false, 1, 0, 7 },
		{ 7, false, 1, 0, 4 },
		{ 6, false, 0, 0, 4 },
		{ 5, true, 0, 0, 3 },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct canvas *c = canvas_new(cases[i].rows, 80);
		struct frame f = frame_lay_out(c, cases[i].framed);
		assert_false(f.is_too_small);
		assert_int_equal(f.title.rows, cases[i].title);
		assert_int_equal(f.upper_rule.rows, cases[i].rules);
		assert_int_equal(f.lower_rule.rows, cases[i].rules);
		assert_int_equal(f.body.rows, cases[i].body);
		assert_int_equal(f.tabs.rows, 1);
		assert_int_equal(f.keys.row, cases[i].rows - 1);
		assert_int_equal(f.body.row + f.body.rows + f.lower_rule.rows, f.keys.row);
		canvas_free(c);
	}
	for (int rows = 1; rows < 5; rows++) {
		struct canvas *c = canvas_new(rows, 80);
		assert_true(frame_lay_out(c, false).is_too_small);
		frame_draw_too_small(canvas_area(c));
		canvas_free(c);
	}
}

/* A click on a tab finds its screen, also where the names had to go. */
static void
tabs_are_hit(void **state)
{
	static const struct screen screens[] = { { .id = SCREEN_TARGETS, .title = "Targets" },
		{ .id = SCREEN_PROFILE, .title = "Profile" },
		{ .id = SCREEN_BUILD, .title = "Build" } };
	struct screen_state states[3] = { { .screen = &screens[0] }, { .screen = &screens[1] },
		{ .screen = &screens[2] } };
	static const struct {
		int cols, current, col, tab;
	} cases[] = {
		{ 80, 0, 0, 0 },
		{ 80, 0, 10, 0 },
		{ 80, 0, 11, 1 },
		{ 80, 0, 30, 2 },
		{ 80, 0, 31, -1 },
		{ 20, 1, 2, 0 },
		{ 20, 1, 3, 1 },
		{ 20, 1, 13, 1 },
		{ 20, 1, 14, 2 },
		{ 20, 1, 17, -1 },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct canvas *c = canvas_new(10, cases[i].cols);
		struct frame f = frame_lay_out(c, false);
		int tab = frame_tab_at(&f, states, 3, (size_t)cases[i].current, cases[i].col);
		if (tab != cases[i].tab)
			fail_msg("case %zu: tab %d", i, tab);
		canvas_free(c);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(way_to_all_keys),
		cmocka_unit_test(most_used_first),
		cmocka_unit_test(only_what_acts),
		cmocka_unit_test(rows_are_shared),
		cmocka_unit_test(tabs_are_hit),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
