#include "tests/unit/check.h"
#include "tests/unit/dice.h"
#include "base/utf8.h"

/* Every character survives being written and read, and nothing else is taken for one. */
static void
encode_then_decode(void **state)
{
	for (uint32_t cp = 0; cp <= 0x110000; cp++) {
		bool is_real = cp < 0x110000 && (cp < 0xD800 || cp > 0xDFFF);
		char bytes[4];
		size_t len = utf8_encode(cp, bytes);
		uint32_t back;

		if (utf8_decode(bytes, len, &back) != len || back != (is_real ? cp : UTF8_BAD))
			fail_msg("U+%04X", cp);
		if (!utf8_is_valid(bytes, len))
			fail_msg("U+%04X", cp);
		for (size_t cut = 1; cut < len; cut++)
			if (!utf8_is_cut(bytes, cut) || utf8_is_valid(bytes, cut))
				fail_msg("U+%04X", cp);
		if (utf8_is_cut(bytes, len))
			fail_msg("U+%04X", cp);
	}
}

/* Ill-formed bytes are replaced piece by piece as the Unicode standard recommends. */
static void
ill_formed_sequences(void **state)
{
	static const struct {
		const char *bytes;
		const char *pieces; /* the length of each, in order */
	} cases[] = {
		{ "\x80", "1" },
		{ "\xC0\x80", "11" },
		{ "\xC3", "1" },
		{ "\xC3(", "11" },
		{ "\xE0\x80\x80", "111" },
		{ "\xE2\x82", "2" },
		{ "\xE2\x82x", "21" },
		{ "\xED\xA0\x80", "111" },
		{ "\xF0\x80\x80\x80", "1111" },
		{ "\xF0\x9F\x98", "3" },
		{ "\xF0\x9F\x98\xC3\xA9", "32" },
		{ "\xF4\x90\x80\x80", "1111" },
		{ "\xF5\xFE\xFF", "111" },
		{ "\x61\xF1\x80\x80\xE1\x80\xC2\x62\x80\x63\x80\xBF\x64", "1321111111" },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		size_t len = strlen(cases[i].bytes);
		size_t at = 0;

		for (const char *piece = cases[i].pieces; *piece; piece++) {
			uint32_t cp;

			assert_true(at < len);
			assert_int_equal(
				utf8_decode(cases[i].bytes + at, len - at, &cp), *piece - '0');
			at += (size_t)(*piece - '0');
		}
		assert_int_equal(at, len);
		assert_false(utf8_is_valid(cases[i].bytes, len));
	}
}

/* Only the true beginning of a character counts as cut. */
static void
cut_sequences(void **state)
{
	assert_false(utf8_is_cut("", 0));
	assert_false(utf8_is_cut("a", 1));
	assert_false(utf8_is_cut("\x80", 1));
	assert_false(utf8_is_cut("\xC0", 1));
	assert_false(utf8_is_cut("\xED\xA0", 2));
	assert_false(utf8_is_cut("\xE2\x82x", 3));
	assert_true(utf8_is_cut("\xE2", 1));
	assert_true(utf8_is_cut("\xF0\x9F\x98", 3));
}

/* Characters take the columns that terminals give them. */
static void
widths(void **state)
{
	/* clang-format off */
	static const struct {
		uint32_t cp;
		int width;
	} cases[] = {
		{ 0, -1 }, { '\n', -1 }, { 0x1B, -1 }, { 0x7F, -1 }, { 0x9B, -1 }, { ' ', 1 },
		{ '~', 1 }, { 0xA0, 1 }, { 0xAD, 1 }, { 0xE9, 1 }, { 0x300, 0 }, { 0x36F, 0 },
		{ 0x370, 1 }, { 0x20DD, 0 }, { 0x200B, 0 }, { 0x200D, 0 }, { 0x2028, 0 },
		{ 0xFEFF, 0 }, { 0xFE0E, 0 }, { 0xFE0F, 0 }, { 0xE0100, 0 }, { 0xE007F, 0 },
		{ 0x1100, 2 }, { 0x1160, 0 }, { 0x11FF, 0 }, { 0xD7B0, 0 }, { 0xAC00, 2 },
		{ 0x3042, 2 }, { 0x8A9E, 2 }, { 0xFF21, 2 }, { 0xFF71, 1 }, { 0x20000, 2 },
		{ 0x3FFFD, 2 }, { 0x3099, 0 }, { 0x303F, 1 }, { 0x2500, 1 }, { 0x2588, 1 },
		{ 0x25CF, 1 }, { 0x2713, 1 }, { 0x2026, 1 }, { 0x26A0, 1 }, { 0x2705, 2 },
		{ 0x231A, 2 }, { 0x2B50, 2 }, { 0x1F600, 2 }, { 0x1F980, 2 }, { 0x1F3FB, 2 },
		{ 0x1F1E9, 1 }, { 0x1FAE8, 2 }, { 0x1F6DC, 2 }, { 0x1FA89, 2 }, { 0x1FAFF, 2 },
		{ 0x1F5A5, 1 }, { 0x1FA00, 1 }, { 0xE000, 1 }, { 0xFFFD, 1 }, { 0x10FFFF, 1 },
	};
	/* clang-format on */

	for (size_t i = 0; i < COUNT(cases); i++)
		if (utf8_width(cases[i].cp) != cases[i].width)
			fail_msg("U+%04X: %d", cases[i].cp, utf8_width(cases[i].cp));
}

/* A text's columns are those of its characters; the variation selector changes nothing. */
static void
columns(void **state)
{
	static const struct {
		const char *text;
		size_t columns;
	} cases[] = {
		{ "", 0 },
		{ "aarch64-unknown-linux-gnu", 25 },
		{ "日本語", 6 },
		{ "e\xCC\x81t\xC3\xA9", 3 },
		{ "⚠️ x", 3 },
		{ "\xFF\xFE", 2 },
		{ "a\tb\x1B", 4 },
	};

	for (size_t i = 0; i < COUNT(cases); i++)
		assert_int_equal(utf8_columns(span_of(cases[i].text)), cases[i].columns);
}

/* Appends a random character: plain, accented, wide, combining, control or broken. */
static void
append_random(struct str *s, struct dice *dice)
{
	static const char *const pieces[] = { "abcdefgh", "0123456789", "é", "語", "\xCC\x81", "😀",
		"\t", "\xFF", "\xE2\x82", "☃", "\xEF\xB8\x8F", "ｱ" };

	str_append(s, pieces[dice_below(dice, COUNT(pieces))]);
}

/* Widths add up: the columns of two texts together are the sum of both. */
static void
widths_add_up(void **state)
{
	struct dice dice = { 11 };

	for (int round = 0; round < 3000; round++) {
		struct str both = STR_INIT;
		size_t middle;
		struct span left, right;

		for (size_t n = dice_below(&dice, 12); n > 0; n--)
			append_random(&both, &dice);
		middle = both.len;
		if (middle > 0 && utf8_is_cut(both.data + middle - 1, 1))
			str_append_char(&both, 'x'); /* do not complete a cut sequence */
		if (middle > 1 && utf8_is_cut(both.data + middle - 2, 2))
			str_append_char(&both, 'x');
		middle = both.len;
		for (size_t n = dice_below(&dice, 12); n > 0; n--)
			append_random(&both, &dice);
		left = (struct span){ str_cstr(&both), middle };
		right = (struct span){ str_cstr(&both) + middle, both.len - middle };
		assert_int_equal(
			utf8_columns(str_span(&both)), utf8_columns(left) + utf8_columns(right));
		str_fini(&both);
	}
}

/* What fits never exceeds the columns, is as long as can be, and tears no character. */
static void
fit_is_the_longest_that_fits(void **state)
{
	struct dice dice = { 12 };

	for (int round = 0; round < 3000; round++) {
		struct str text = STR_INIT;
		size_t room = dice_below(&dice, 40);
		size_t used;
		struct span fit, more;
		uint32_t cp;

		for (size_t n = dice_below(&dice, 12); n > 0; n--)
			append_random(&text, &dice);
		fit = utf8_fit(str_span(&text), room, &used);
		assert_true(used <= room);
		assert_int_equal(used, utf8_columns(fit));
		if (fit.len < text.len) {
			more = fit;
			more.len += utf8_decode(text.data + fit.len, text.len - fit.len, &cp);
			assert_true(utf8_columns(more) > room);
			assert_int_equal(utf8_columns(more), used + (utf8_width(cp) == 2 ? 2 : 1));
		}
		str_fini(&text);
	}
}

/* A wide character that does not fit whole is left out; marks stay with their letter. */
static void
fit_at_the_border(void **state)
{
	size_t used;

	assert_span(utf8_fit(SPAN("a語b"), 2, &used), "a");
	assert_int_equal(used, 1);
	assert_span(utf8_fit(SPAN("e\xCC\x81x"), 1, &used), "e\xCC\x81");
	assert_int_equal(used, 1);
	assert_span(utf8_fit(SPAN("abc"), 0, &used), "");
	assert_int_equal(used, 0);
	assert_span(utf8_fit(SPAN("abc"), 99, &used), "abc");
	assert_int_equal(used, 3);
}

/* Small letters of the alphabets that have them; all else stays as it is. */
static void
lower(void **state)
{
	/* clang-format off */
	static const uint32_t cases[][2] = {
		{ 'A', 'a' }, { 'Z', 'z' }, { 'a', 'a' }, { '@', '@' }, { '[', '[' },
		{ 0xC9, 0xE9 }, { 0xD7, 0xD7 }, { 0xDF, 0xDF }, { 0x130, 'i' },
		{ 0x141, 0x142 }, { 0x142, 0x142 }, { 0x178, 0xFF }, { 0x391, 0x3B1 },
		{ 0x3A3, 0x3C3 }, { 0x3C2, 0x3C3 }, { 0x410, 0x430 }, { 0x401, 0x451 },
		{ 0x430, 0x430 }, { 0x1E9E, 0xDF }, { 0x1EF2, 0x1EF3 }, { 0x8A9E, 0x8A9E },
		{ 0x1F600, 0x1F600 },
	};
	/* clang-format on */

	for (size_t i = 0; i < COUNT(cases); i++)
		assert_int_equal(utf8_lower(cases[i][0]), cases[i][1]);
	for (uint32_t cp = 0; cp < 0x3000; cp++)
		assert_int_equal(utf8_lower(utf8_lower(cp)), utf8_lower(cp));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(encode_then_decode),
		cmocka_unit_test(ill_formed_sequences),
		cmocka_unit_test(cut_sequences),
		cmocka_unit_test(widths),
		cmocka_unit_test(columns),
		cmocka_unit_test(widths_add_up),
		cmocka_unit_test(fit_is_the_longest_that_fits),
		cmocka_unit_test(fit_at_the_border),
		cmocka_unit_test(lower),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
