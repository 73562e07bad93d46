#include "check.h"
#include "dice.h"
#include "base/utf8.h"
#include "ui/canvas.h"

/* The canvas as text; the caller frees. */
static char *
text_of(const struct canvas *c)
{
	struct str out = STR_INIT;

	canvas_dump_text(c, &out);
	return str_take(&out);
}

static char *
roles_of(const struct canvas *c)
{
	struct str out = STR_INIT;

	canvas_dump_roles(c, &out);
	return str_take(&out);
}

static void
expect(const struct canvas *c, const char *text)
{
	assert_text(text_of(c), text);
}

/* Every right half of a wide character has its left one, and no cell is without a character. */
static void
assert_whole(const struct canvas *c)
{
	for (int row = 0; row < c->rows; row++) {
		for (int col = 0; col < c->cols; col++) {
			const struct canvas_cell *cell = &c->cells[row * c->cols + col];
			bool is_wide = utf8_width(cell->chars[0]) == 2;
			bool has_right = col + 1 < c->cols && !cell[1].chars[0];
			if (!cell->chars[0])
				assert_true(col > 0 && utf8_width(cell[-1].chars[0]) == 2);
			else
				assert_int_equal(is_wide, has_right);
		}
	}
}

/* Text stands where it was put and is cut at the edges of its area, left and right. */
static void
text_is_clipped(void **state)
{
	struct canvas *c = canvas_new(3, 10);
	struct area a = area_part(canvas_area(c), 1, 2, 1, 5);

	assert_int_equal(area_puts(a, 0, 0, ROLE_TEXT, "abcdefgh"), 5);
	assert_int_equal(area_puts(a, 1, 0, ROLE_TEXT, "below"), 0);
	assert_int_equal(area_puts(a, -1, 0, ROLE_TEXT, "above"), 0);
	expect(c, "\n  abcde\n\n");
	assert_int_equal(area_puts(a, 0, -3, ROLE_TEXT, "12345"), 2);
	expect(c, "\n  45cde\n\n");
	canvas_free(c);
}

/* Half a wide character is never drawn: at an edge it becomes a blank. */
static void
wide_at_edges(void **state)
{
	struct canvas *c = canvas_new(1, 5);
	struct area a = canvas_area(c);

	area_puts(a, 0, 0, ROLE_TEXT, "a\u4e16\u754c");
	expect(c, "a\u4e16\u754c\n");
	canvas_clear(c);
	area_puts(a, 0, 0, ROLE_TEXT, "ab\u4e16\u754c");
	expect(c, "ab\u4e16\n");
	canvas_clear(c);
	assert_int_equal(area_puts(a, 0, -1, ROLE_TEXT, "\u4e16x"), 2);
	expect(c, " x\n");
	canvas_free(c);
}

/* Writing over one half of a wide character blanks the other. */
static void
wide_overwritten(void **state)
{
	struct canvas *c = canvas_new(1, 6);
	struct area a = canvas_area(c);

	area_puts(a, 0, 0, ROLE_TEXT, "\u4e16\u754c\u4eba");
	area_puts(a, 0, 1, ROLE_TEXT, "x");
	expect(c, " x\u754c\u4eba\n");
	area_puts(a, 0, 2, ROLE_TEXT, "y");
	expect(c, " xy \u4eba\n");
	area_puts(a, 0, 3, ROLE_TEXT, "\u4e16");
	expect(c, " xy\u4e16\n");
	assert_whole(c);
	canvas_free(c);
}

/* Whatever is drawn wherever, no character is ever halved and nothing leaves the canvas. */
static void
random_drawing(void **state)
{
	static const char *const texts[] = { "a", "\u4e16", "\u4e16\u754c\u4eba", "e\u0301x",
		"\033\a\x7f", "\xff\xfe", "\U0001f600\U0001f600", "abc def", "\u202eabc", "" };
	struct dice dice = { 20261121 };
	struct canvas *c = canvas_new(7, 23);

	for (int i = 0; i < 20000; i++) {
		struct area a = area_part(canvas_area(c), (int)dice_below(&dice, 12) - 3,
			(int)dice_below(&dice, 30) - 3, (int)dice_below(&dice, 10) - 1,
			(int)dice_below(&dice, 30) - 1);
		const char *text = texts[dice_below(&dice, COUNT(texts))];
		int row = (int)dice_below(&dice, 9) - 1, col = (int)dice_below(&dice, 30) - 4;
		switch (dice_below(&dice, 4)) {
		case 0: area_puts(a, row, col, ROLE_OK, text); break;
		case 1:
			area_text_cut(
				a, row, col, (int)dice_below(&dice, 8), ROLE_OK, span_of(text));
			break;
		case 2: area_text_right(a, row, col, ROLE_OK, text); break;
		default: area_box(a, ROLE_BORDER, text, ROLE_TITLE); break;
		}
		if (i % 50 == 0)
			assert_whole(c);
	}
	canvas_free(c);
}

/* Control characters, and those that reorder or join text, are never drawn. */
static void
harmless(void **state)
{
	struct canvas *c = canvas_new(1, 20);

	area_puts(canvas_area(c), 0, 0, ROLE_TEXT,
		"a\033[31mb\x07\r\nc\u202e\u200d\ufe0f\xc2\x9b"
		"d");
	expect(c, "a[31mbcd\n");
	canvas_free(c);
}

/* Combining characters join their base; more than a cell holds are dropped. */
static void
combining(void **state)
{
	struct canvas *c = canvas_new(1, 4);
	struct area a = canvas_area(c);

	area_puts(a, 0, 0, ROLE_TEXT, "e\u0301\u0302\u0303\u0304f");
	expect(c, "e\u0301\u0302\u0303f\n");
	canvas_clear(c);
	area_puts(a, 0, 0, ROLE_TEXT, "\u0301x");
	expect(c, "x\n");
	canvas_free(c);
}

/* Text that is too long says so with an ellipsis, within its width. */
static void
cutting(void **state)
{
	static const struct {
		const char *text;
		int width;
		const char *shown;
	} cases[] = {
		{ "abc", 3, "abc\n" },
		{ "abcd", 3, "ab\u2026\n" },
		{ "abcd", 1, "\u2026\n" },
		{ "abcd", 0, "\n" },
		{ "\u4e16\u754c", 3, "\u4e16\u2026\n" },
		{ "\u4e16\u754c\u4eba", 4, "\u4e16\u2026\n" },
		{ "", 3, "\n" },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct canvas *c = canvas_new(1, 10);
		int end = area_text_cut(
			canvas_area(c), 0, 0, cases[i].width, ROLE_TEXT, span_of(cases[i].text));
		expect(c, cases[i].shown);
		assert_in_range(end, 0, cases[i].width);
		canvas_free(c);
	}
}

/* Right-aligned text ends where it should and loses its beginning when there is no room. */
static void
right_aligned(void **state)
{
	struct canvas *c = canvas_new(1, 8);
	struct area a = canvas_area(c);

	assert_int_equal(area_text_right(a, 0, 8, ROLE_TEXT, "1.2s"), 4);
	expect(c, "    1.2s\n");
	assert_int_equal(area_text_right(a, 0, 3, ROLE_TEXT, "12345"), 0);
	expect(c, "345 1.2s\n");
	canvas_free(c);
}

/* In ASCII every sign of ours has its twin; what has none stays for the painter to replace. A console with few
 * glyphs has frames and letters. */
static void
ascii_twins(void **state)
{
	struct canvas *c = canvas_new(4, 12);
	struct area a = canvas_area(c);

	c->ascii = true;
	area_puts(a, 0, 0, ROLE_TEXT, "\u25cf\u25cb\u25d0\u2714\u2716\u25b8\u2588\u2026");
	area_box(area_part(a, 1, 0, 3, 8), ROLE_BORDER, "ab", ROLE_TITLE);
	expect(c, "*.~+x>#~\n+ ab --+\n|      |\n+------+\n");
	for (int g = 0; g < GLYPH_COUNT; g++)
		assert_true(utf8_columns(span_of(glyph(c, (enum glyph)g))) <= 2 &&
			glyph(c, (enum glyph)g)[0] < 127);
	c->ascii = false;
	c->plain_glyphs = true; /* where only the glyphs are missing, frames and text stay */
	assert_string_equal(glyph(c, GLYPH_OK), "+");
	area_puts(a, 0, 0, ROLE_TEXT, "gru\u00df");
	area_box(area_part(a, 1, 0, 3, 8), ROLE_BORDER, "ab", ROLE_TITLE);
	expect(c,
		"gru\u00dfx>#~\n\u250c ab \u2500\u2500\u2510\n\u2502      "
		"\u2502\n\u2514\u2500\u2500\u2500\u2500\u2500\u2500"
		"\u2518\n");
	c->plain_glyphs = false;
	for (int g = 0; g < GLYPH_COUNT; g++)
		assert_int_equal(utf8_columns(span_of(glyph(c, (enum glyph)g))), 1);
	canvas_free(c);
}

/* Frames that touch are joined. */
static void
frames_join(void **state)
{
	struct canvas *c = canvas_new(5, 7);
	struct area a = canvas_area(c);

	area_frame(area_part(a, 0, 0, 3, 4), ROLE_BORDER);
	area_frame(area_part(a, 0, 3, 3, 4), ROLE_BORDER);
	area_frame(area_part(a, 2, 0, 3, 7), ROLE_BORDER);
	expect(c, "┌──┬──┐\n│  │  │\n├──┴──┤\n│     │\n└─────┘\n");
	canvas_free(c);
}

/* A child's line keeps its colours, and any part of it can be shown. */
static void
child_output(void **state)
{
	static const struct ansi_run runs[] = { { 0, { -1, -1, 0 } }, { 2, { 1, -1, ANSI_BOLD } } };
	const struct ansi_line line = { SPAN("ab\u4e16cd"), runs, 2, false };
	struct canvas *c = canvas_new(1, 6);
	struct area a = canvas_area(c);

	assert_int_equal(area_ansi(a, 0, 0, ROLE_TEXT, &line, 0), 6);
	expect(c, "ab\u4e16cd\n");
	assert_int_equal(c->cells[0].style.fg, ANSI_DEFAULT);
	assert_int_equal(c->cells[2].style.fg, 1);
	assert_int_equal(c->cells[4].style.attrs, ANSI_BOLD);
	canvas_clear(c);
	assert_int_equal(
		area_ansi(a, 0, 1, ROLE_TEXT, &line, 3), 4); /* begins within the wide one */
	expect(c, "  cd\n");
	canvas_clear(c);
	assert_int_equal(area_ansi(a, 0, 2, ROLE_TEXT, &line, 99), 2);
	expect(c, "\n");
	canvas_free(c);
}

/* A highlighted row changes its look, not its text; beyond the area nothing happens. Under the cursor it is one
 * bar, whatever colours a compiler gave it. */
static void
highlight(void **state)
{
	struct canvas *c = canvas_new(2, 4);

	area_puts(canvas_area(c), 0, 0, ROLE_OK, "ab");
	c->cells[1].style.fg = 1;
	area_highlight(canvas_area(c), 0, 1, 99, ROLE_CURSOR, ANSI_REVERSE);
	area_highlight(canvas_area(c), 7, 0, 4, ROLE_CURSOR, ANSI_REVERSE);
	expect(c, "ab\n\n");
	char roles[] = { 'a' + ROLE_OK, 'a' + ROLE_CURSOR, 'a' + ROLE_CURSOR, 'a' + ROLE_CURSOR,
		'\n', 'a', 'a', 'a', 'a', '\n', '\0' };
	assert_text(roles_of(c), roles);
	assert_int_equal(c->cells[1].attrs, ANSI_REVERSE);
	assert_int_equal(c->cells[1].style.fg, ANSI_DEFAULT);
	assert_int_equal(c->cells[0].attrs, 0);
	canvas_free(c);
}

/* The cursor stands in the area it was put in; a cleared canvas has none. */
static void
cursor(void **state)
{
	struct canvas *c = canvas_new(4, 10);
	struct area a = area_part(canvas_area(c), 2, 3, 1, 4);

	area_cursor(a, 0, 1);
	assert_int_equal(c->cursor_row, 2);
	assert_int_equal(c->cursor_col, 4);
	area_cursor(a, 0, 9);
	assert_int_equal(c->cursor_col, 6);
	canvas_clear(c);
	assert_int_equal(c->cursor_row, -1);
	canvas_free(c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_is_clipped),
		cmocka_unit_test(wide_at_edges),
		cmocka_unit_test(wide_overwritten),
		cmocka_unit_test(random_drawing),
		cmocka_unit_test(harmless),
		cmocka_unit_test(combining),
		cmocka_unit_test(cutting),
		cmocka_unit_test(right_aligned),
		cmocka_unit_test(ascii_twins),
		cmocka_unit_test(frames_join),
		cmocka_unit_test(child_output),
		cmocka_unit_test(highlight),
		cmocka_unit_test(cursor),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
