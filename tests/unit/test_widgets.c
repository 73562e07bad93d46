#include "check.h"
#include <stdio.h>
#include "ui/screen.h"
#include "ui/term.h"
#include "ui/widget_bar.h"
#include "ui/widget_dialog.h"
#include "ui/widget_input.h"
#include "ui/widget_list.h"
#include "ui/widget_pick.h"
#include "ui/widget_table.h"

static void
expect(const struct canvas *c, const char *text)
{
	struct str out = STR_INIT;

	canvas_dump_text(c, &out);
	assert_string_equal(str_cstr(&out), text);
	str_fini(&out);
}

/* ---- list ---- */

static void
fit(struct list *l, int rows)
{
	struct canvas *c = canvas_new(rows, 10);

	list_fit(l, canvas_area(c));
	canvas_free(c);
}

static bool
is_even(void *arg, size_t row)
{
	return row % 2 == 0;
}

/* Keys move the focus and stop at both ends. */
static void
list_moves(void **state)
{
	static const struct {
		enum action_id act;
		size_t focus;
	} steps[] = {
		{ ACT_UP, 0 },
		{ ACT_DOWN, 1 },
		{ ACT_PAGE_DOWN, 5 },
		{ ACT_PAGE_DOWN, 9 },
		{ ACT_DOWN, 9 },
		{ ACT_PAGE_UP, 5 },
		{ ACT_TOP, 0 },
		{ ACT_BOTTOM, 9 },
	};
	struct list l = { 0 };

	list_set_count(&l, 10);
	fit(&l, 5);
	for (size_t i = 0; i < COUNT(steps); i++) {
		assert_true(list_key(&l, steps[i].act));
		assert_int_equal(l.focus, steps[i].focus);
	}
	assert_false(list_key(&l, ACT_BUILD));
}

/* The focus is always on screen, and no room is wasted at the end. */
static void
list_scrolls(void **state)
{
	struct list l = { 0 };

	list_set_count(&l, 10);
	fit(&l, 4);
	list_focus(&l, 7);
	fit(&l, 4);
	assert_int_equal(l.top, 4);
	list_focus(&l, 2);
	fit(&l, 4);
	assert_int_equal(l.top, 2);
	list_focus(&l, 9);
	fit(&l, 4);
	assert_int_equal(l.top, 6);
	fit(&l, 8);
	assert_int_equal(l.top, 2);
	list_set_count(&l, 3);
	fit(&l, 8);
	assert_int_equal(l.focus, 2);
	assert_int_equal(l.top, 0);
	list_set_count(&l, 0);
	fit(&l, 8);
	assert_true(list_key(&l, ACT_DOWN));
	assert_int_equal(l.focus, 0);
}

/* Headings are never focused, but come into view with their first row. */
static void
list_skips_headings(void **state)
{
	struct list l = { .skip = is_even };

	list_set_count(&l, 10);
	assert_int_equal(l.focus, 1);
	list_key(&l, ACT_DOWN);
	assert_int_equal(l.focus, 3);
	list_key(&l, ACT_BOTTOM);
	assert_int_equal(l.focus, 9);
	fit(&l, 3);
	list_key(&l, ACT_TOP);
	fit(&l, 3);
	assert_int_equal(l.focus, 1);
	assert_int_equal(l.top, 0);
	list_set_count(&l, 9);
	list_focus(&l, 8);
	assert_int_equal(l.focus, 7);
	list_set_count(&l, 1);
	assert_true(list_key(&l, ACT_DOWN));
}

/* A click focuses what it hits, the wheel moves, headings and blanks do nothing. */
static void
list_by_mouse(void **state)
{
	struct canvas *c = canvas_new(12, 10);
	struct list l = { .skip = is_even };
	struct term_event click = { .kind = TERM_MOUSE, .mouse = TERM_MOUSE_PRESS, .row = 5 };

	list_set_count(&l, 8);
	list_fit(&l, area_part(canvas_area(c), 2, 0, 10, 10));
	assert_true(list_mouse(&l, &click));
	assert_int_equal(l.focus, 3);
	click.row = 4;
	assert_false(list_mouse(&l, &click));
	click.row = 1;
	assert_false(list_mouse(&l, &click));
	click.row = 11;
	assert_false(list_mouse(&l, &click));
	click.mouse = TERM_MOUSE_WHEEL_DOWN;
	assert_true(list_mouse(&l, &click));
	assert_int_equal(l.focus, 7);
	canvas_free(c);
}

/* ---- table ---- */

static const struct table_column columns[] = {
	{ .title = "name", .min = 4 },
	{ .title = "tier", .min = 4, .want = 6, .rank = 2 },
	{ .title = "time", .min = 4, .want = 4, .rank = 1, .right = true },
};

static void
cell(void *arg, size_t row, size_t column, struct area a)
{
	char text[32];

	snprintf(text, sizeof(text), "%zu.%zu", row, column);
	if (column == 2)
		area_text_right(a, 0, a.cols, ROLE_TEXT, text);
	else
		area_puts(a, 0, 0, ROLE_TEXT, text);
}

static const char *
heading(void *arg, size_t row)
{
	return row == 0 ? "Linux" : NULL;
}

/* Columns share the width; those needed least go first. */
static void
table_widths(void **state)
{
	static const struct {
		int cols, widths[3];
	} cases[] = {
		{ 30, { 18, 6, 4 } },
		{ 15, { 4, 5, 4 } },
		{ 14, { 4, 4, 4 } },
		{ 13, { 8, 0, 4 } },
		{ 9, { 4, 0, 4 } },
		{ 8, { 8, 0, 0 } },
		{ 2, { 2, 0, 0 } },
	};
	struct table t = { .columns = columns, .column_count = 3 };

	for (size_t i = 0; i < COUNT(cases); i++) {
		table_lay_out(&t, cases[i].cols);
		for (size_t k = 0; k < 3; k++)
			if (t.width[k] != cases[i].widths[k])
				fail_msg("%d columns: %d %d %d", cases[i].cols, t.width[0],
					t.width[1], t.width[2]);
	}
}

/* Titles, headings over all columns, cells; the focused row stands out and has the cursor. */
static void
table_drawn(void **state)
{
	struct canvas *c = canvas_new(4, 20);
	struct table t = { .columns = columns, .column_count = 3 };
	struct table_rows rows = { cell, heading, NULL };

	list_set_count(&t.list, 6);
	list_focus(&t.list, 1);
	table_draw(&t, canvas_area(c), &rows, true);
	expect(c, "name    tier   time\nLinux\n1.0     1.1     1.2\n2.0     2.1     2.2▼\n");
	assert_int_equal(c->cursor_row, 2);
	assert_int_equal(c->cells[2 * 20].role, ROLE_CURSOR);
	list_focus(&t.list, 5);
	canvas_clear(c);
	table_draw(&t, canvas_area(c), &rows, false);
	expect(c,
		"name    tier   time\n3.0     3.1     3.2▲\n4.0     4.1     4.2\n5.0     5.1     "
		"5.2\n");
	assert_int_equal(c->cursor_row, -1);
	canvas_free(c);
}

/* ---- input ---- */

static void
type(struct input *in, const char *text)
{
	for (; *text; text++)
		assert_int_equal(input_key(in, ACT_NONE, (unsigned char)*text), INPUT_CHANGED);
}

/* Editing keys do what they do in a shell, whole characters at a time. */
static void
input_edits(void **state)
{
	struct input in = { 0 };

	type(&in, "one two");
	input_key(&in, ACT_TYPE_HOME, 0);
	input_key(&in, ACT_NONE, 0xe9);
	assert_string_equal(input_text(&in), "\u00e9one two");
	input_key(&in, ACT_TYPE_ERASE, 0);
	assert_string_equal(input_text(&in), "one two");
	input_key(&in, ACT_TYPE_DELETE, 0);
	assert_string_equal(input_text(&in), "ne two");
	input_key(&in, ACT_TYPE_END, 0);
	input_key(&in, ACT_TYPE_LEFT, 0);
	input_key(&in, ACT_TYPE_ERASE_WORD, 0);
	assert_string_equal(input_text(&in), "ne o");
	input_key(&in, ACT_TYPE_RIGHT, 0);
	input_key(&in, ACT_TYPE_RIGHT, 0);
	input_key(&in, ACT_TYPE_ERASE_ALL, 0);
	assert_string_equal(input_text(&in), "");
	assert_int_equal(input_key(&in, ACT_TYPE_ERASE, 0), INPUT_CHANGED);
	assert_int_equal(input_key(&in, ACT_OPEN, 0), INPUT_ACCEPTED);
	assert_int_equal(input_key(&in, ACT_BACK, 0), INPUT_CANCELLED);
	assert_int_equal(input_key(&in, ACT_UP, 0), INPUT_IGNORED);
	assert_int_equal(input_key(&in, ACT_NONE, TERM_KEY_F1), INPUT_IGNORED);
	input_fini(&in);
}

/* A combining character goes with its base. */
static void
input_combining(void **state)
{
	struct input in = { 0 };

	input_set(&in, "ae\u0301");
	input_key(&in, ACT_TYPE_ERASE, 0);
	assert_string_equal(input_text(&in), "a");
	input_set(&in, "e\u0301a");
	input_key(&in, ACT_TYPE_HOME, 0);
	input_key(&in, ACT_TYPE_DELETE, 0);
	assert_string_equal(input_text(&in), "a");
	input_fini(&in);
}

/* Pasted lines become one; nothing pasted acts; there is an end to how much is taken. */
static void
input_pastes(void **state)
{
	struct input in = { 0 };
	char *much = malloc(5001);

	assert_non_null(much);
	input_paste(&in, "a\tb\r\nc\033[31m\x07");
	assert_string_equal(input_text(&in), "a b  c[31m");
	memset(much, 'x', 5000);
	much[5000] = '\0';
	input_paste(&in, much);
	assert_in_range(in.text.len, 1, INPUT_MAX);
	free(much);
	input_fini(&in);
}

/* A line longer than its room scrolls with the cursor. */
static void
input_scrolls(void **state)
{
	struct canvas *c = canvas_new(1, 8);
	struct input in = { 0 };

	input_set(&in, "abcdefghij");
	input_draw(&in, canvas_area(c));
	expect(c, "/efghij\n");
	assert_int_equal(c->cursor_col, 7);
	input_key(&in, ACT_TYPE_HOME, 0);
	canvas_clear(c);
	input_draw(&in, canvas_area(c));
	expect(c, "/abcdefg\n");
	assert_int_equal(c->cursor_col, 1);
	input_fini(&in);
	canvas_free(c);
}

/* ---- dialog ---- */

/* Text is wrapped at blanks, paths behind a slash, other long words anywhere, and no line is lost; what goes
 * on stands below its beginning, not below the label before it. */
static void
wrapping(void **state)
{
	static const struct {
		const char *text;
		int cols, lines;
		const char *shown;
	} cases[] = {
		{ "one two three", 8, 2, "one two\nthree\n\n" },
		{ "one\n\ntwo", 8, 3, "one\n\ntwo\n" },
		{ "abcdefghijkl", 5, 3, "abcde\nfghij\nkl\n" },
		{ "\u4e16\u754c\u4eba", 5, 2, "\u4e16\u754c\n\u4eba\n\n" },
		{ "", 5, 0, "\n\n\n" },
		{ "exactly8 and", 8, 2, "exactly8\nand\n\n" },
		{ "1  one two three", 10, 2, "1  one two\n   three\n\n" },
		{ "  one two three", 9, 2, "  one two\n  three\n\n" },
		{ "of long text  and so on", 12, 2, "of long text\n and so on\n\n" },
		{ "/usr/share/one/two", 12, 2, "/usr/share/\none/two\n\n" },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct canvas *c = canvas_new(3, cases[i].cols);
		assert_int_equal(
			wrap_draw(canvas_area(c), ROLE_TEXT, cases[i].text, 0), cases[i].lines);
		assert_int_equal(wrap_count(cases[i].text, cases[i].cols), cases[i].lines);
		expect(c, cases[i].shown);
		canvas_free(c);
	}
	assert_true(wrap_count("\u4e16\u754c", 1) >= 2); /* no room even for one: it still ends */
}

/* Enter takes what is under the cursor, Esc and q give up, Tab goes on; a screen's own keys rest meanwhile,
 * what every screen has (help, another screen) does not. */
static void
pick_keys(void **state)
{
	struct pick p = { 0 };

	for (int round = 0; round < 3; round++) {
		pick_begin(&p, "one of them");
		pick_add(&p, SPAN("a"), "", false);
		pick_add(&p, SPAN("b"), "", true);
		assert_true(pick_is_open(&p));
		assert_int_equal(pick_key(&p, ACT_PREVIOUS), PICK_OPEN);
		assert_int_equal(pick_key(&p, ACT_NEXT), PICK_OPEN);
		assert_int_equal(pick_key(&p, ACT_WRAP), PICK_IGNORED);
		assert_true(pick_is_open(&p));
		if (round == 0)
			assert_int_equal(pick_key(&p, ACT_OPEN), 1);
		else
			assert_int_equal(
				pick_key(&p, round == 1 ? ACT_BACK : ACT_QUIT), PICK_CLOSED);
		assert_false(pick_is_open(&p));
	}
	assert_int_equal(pick_ignored(ACT_WRAP), FX_DONE);
	assert_int_equal(pick_ignored(ACT_BUILD), FX_DONE);
	assert_int_equal(pick_ignored(ACT_HELP), 0);
	assert_int_equal(pick_ignored(ACT_SHOW_TARGETS), 0);
	assert_int_equal(pick_ignored(ACT_INTERRUPT), 0);
	pick_fini(&p);
}

/* Letters press buttons, Enter the focused one, Esc and q the last one. */
static void
dialog_keys(void **state)
{
	struct dialog d;

	dialog_init(&d, "Leave?", "Two jobs run.");
	dialog_set_last(&d, "No", 'n');
	dialog_add_button(&d, "Leave", 'y');
	assert_int_equal(dialog_key(&d, ACT_NONE, 'y'), 0);
	assert_int_equal(dialog_key(&d, ACT_NONE, 'Y'), 0);
	assert_int_equal(dialog_key(&d, ACT_NONE, 'n'), 1);
	assert_int_equal(dialog_key(&d, ACT_NONE, 'x'), -1);
	assert_int_equal(dialog_key(&d, ACT_OPEN, TERM_KEY_ENTER), 0);
	assert_int_equal(dialog_key(&d, ACT_BACK, TERM_KEY_ESCAPE), 1);
	assert_int_equal(dialog_key(&d, ACT_QUIT, 'q'), 1);
	assert_int_equal(dialog_key(&d, ACT_NEXT, TERM_KEY_TAB), -1);
	assert_int_equal(dialog_key(&d, ACT_OPEN, TERM_KEY_ENTER), 1);
	assert_int_equal(dialog_key(&d, ACT_NEXT, TERM_KEY_TAB), -1);
	assert_int_equal(dialog_key(&d, ACT_OPEN, TERM_KEY_ENTER), 0);
	dialog_fini(&d);
}

/* A dialog is as large as it must be, fits any screen, and its text scrolls. */
static void
dialog_drawn(void **state)
{
	struct canvas *c = canvas_new(7, 30);
	struct dialog d;

	dialog_init(&d, "Title", "one\ntwo\nthree\nfour");
	dialog_draw(&d, canvas_area(c));
	expect(c,
		"         ┌ Title ──┐\n         │ one     │\n         │ two     │\n         │ "
		"three  ▼│\n"
		"         │         │\n         │ [Close] │\n         └─────────┘\n");
	dialog_key(&d, ACT_DOWN, TERM_KEY_DOWN);
	canvas_clear(c);
	dialog_draw(&d, canvas_area(c));
	expect(c,
		"         ┌ Title ──┐\n         │ two    ▲│\n         │ three   │\n         │ four "
		"   │\n"
		"         │         │\n         │ [Close] │\n         └─────────┘\n");
	dialog_key(&d, ACT_BOTTOM, 0);
	for (int rows = 1; rows < 8; rows++) {
		canvas_resize(c, rows, rows * 3);
		dialog_draw(&d, canvas_area(c));
	}
	dialog_fini(&d);
	canvas_free(c);
}

/* ---- bar ---- */

/* A bar is full when all is done, empty at the start, and half columns count. */
static void
bars(void **state)
{
	static const struct {
		unsigned long long done, total;
		const char *shown, *ascii;
	} cases[] = {
		{ 0, 10, "----\n", "----\n" },
		{ 5, 10, "██--\n", "##--\n" },
		{ 10, 10, "████\n", "####\n" },
		{ 3, 8, "█▌--\n", "#---\n" },
		{ 99, 10, "████\n", "####\n" },
		{ 1, 0, "----\n", "----\n" },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct canvas *c = canvas_new(1, 6);
		bar_draw(canvas_area(c), 0, 0, 4, cases[i].done, cases[i].total);
		expect(c, cases[i].shown);
		canvas_clear(c);
		c->ascii = true;
		bar_draw(canvas_area(c), 0, 0, 4, cases[i].done, cases[i].total);
		expect(c, cases[i].ascii);
		canvas_free(c);
	}
}

/* Lengths that are compared: the longest fills the width, nothing that is something vanishes. */
static void
bar_lengths(void **state)
{
	struct canvas *c = canvas_new(1, 10);
	struct area a = canvas_area(c);

	assert_int_equal(bar_length(a, 0, 0, 8, ROLE_BAR_FULL, 100, 100), 8);
	assert_int_equal(bar_length(a, 0, 0, 8, ROLE_BAR_FULL, 50, 100), 4);
	assert_int_equal(bar_length(a, 0, 0, 8, ROLE_BAR_FULL, 1, 100000), 1);
	assert_int_equal(bar_length(a, 0, 0, 8, ROLE_BAR_FULL, 0, 100), 0);
	canvas_free(c);
}

/* Times read as a person would say them. */
static void
times(void **state)
{
	static const struct {
		unsigned long long ms;
		const char *text;
	} cases[] = {
		{ 0, "0.0s" },
		{ 2449, "2.4s" },
		{ 9999, "9.9s" },
		{ 10000, "0:10" },
		{ 41000, "0:41" },
		{ 725000, "12:05" },
		{ 3753000, "1:02:33" },
		{ 400000000000ull, "4629 d" },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		char text[16];
		bar_time(text, cases[i].ms);
		assert_string_equal(text, cases[i].text);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(list_moves),
		cmocka_unit_test(list_scrolls),
		cmocka_unit_test(list_skips_headings),
		cmocka_unit_test(list_by_mouse),
		cmocka_unit_test(table_widths),
		cmocka_unit_test(table_drawn),
		cmocka_unit_test(input_edits),
		cmocka_unit_test(input_combining),
		cmocka_unit_test(input_pastes),
		cmocka_unit_test(input_scrolls),
		cmocka_unit_test(wrapping),
		cmocka_unit_test(pick_keys),
		cmocka_unit_test(dialog_keys),
		cmocka_unit_test(dialog_drawn),
		cmocka_unit_test(bars),
		cmocka_unit_test(bar_lengths),
		cmocka_unit_test(times),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
