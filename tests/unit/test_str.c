#include "tests/unit/check.h"
#include "tests/unit/dice.h"

/* A string may be read at any moment, even before anything was put in. */
static void
empty_is_readable(void **state)
{
	struct str s = STR_INIT;

	assert_string_equal(str_cstr(&s), "");
	assert_int_equal(str_span(&s).len, 0);
	str_append(&s, "");
	str_append(&s, NULL);
	str_append_bytes(&s, NULL, 0);
	str_append_repeat(&s, 'x', 0);
	str_splice(&s, 0, 0, NULL, 0);
	str_clear(&s);
	str_truncate(&s, 5);
	assert_int_equal(s.len, 0);
	assert_text(str_take(&s), "");
	str_fini(&s);
}

/* All ways to append join up, and the length counts every byte. */
static void
appends_join(void **state)
{
	struct str s = STR_INIT;

	str_append(&s, "aarch64");
	str_append_char(&s, '-');
	str_append_span(&s, SPAN("linux"));
	str_append_repeat(&s, '=', 3);
	str_appendf(&s, "%d%%", 42);
	str_append_bytes(&s, "\0x", 2);
	assert_int_equal(s.len, 21);
	assert_memory_equal(s.data, "aarch64-linux===42%\0x", 22);
	str_fini(&s);
}

/* Formatted text of any length comes out whole, at the border of the memory at hand too. */
static void
formats_of_every_length(void **state)
{
	for (int len = 0; len < 300; len++) {
		struct str s = STR_INIT;

		str_append(&s, "ab");
		str_appendf(&s, "%*s", len, "");
		str_appendf(&s, "%s", "z");
		assert_int_equal(s.len, len + 3);
		assert_int_equal(strlen(s.data), s.len);
		assert_int_equal(s.data[s.len - 1], 'z');
		str_fini(&s);
	}
}

/* What was taken belongs to the taker; the string starts anew. */
static void
take_empties(void **state)
{
	struct str s = STR_INIT;

	str_append(&s, "one");
	assert_text(str_take(&s), "one");
	assert_int_equal(s.len, 0);
	str_append(&s, "two");
	assert_string_equal(str_cstr(&s), "two");
	str_fini(&s);
}

/* Splicing is cutting out and putting in, whatever the place and the lengths. */
static void
splice_is_cut_and_insert(void **state)
{
	struct dice dice = { 7 };
	struct str s = STR_INIT;
	char expected[8192] = "";

	for (int round = 0; round < 2000; round++) {
		char piece[8];
		char tail[8192];
		size_t len = dice_below(&dice, s.len > 4000 ? 1 : sizeof piece);
		size_t at = dice_below(&dice, s.len + 1);
		size_t old_len = dice_below(&dice, s.len - at + 1) % 8;

		for (size_t i = 0; i < len; i++)
			piece[i] = (char)('a' + dice_below(&dice, 26));
		memcpy(tail, expected + at + old_len, s.len - at - old_len + 1);
		memcpy(expected + at, piece, len);
		memcpy(expected + at + len, tail, strlen(tail) + 1);
		str_splice(&s, at, old_len, piece, len);
		assert_int_equal(s.len, strlen(expected));
		assert_string_equal(str_cstr(&s), expected);
	}
	str_fini(&s);
}

/* Questions about a piece of text never read beyond it. */
static void
span_questions(void **state)
{
	struct span cut = { "linux-gnu", 5 };
	struct span none = { NULL, 0 };

	assert_true(span_is(cut, "linux"));
	assert_false(span_is(cut, "linux-"));
	assert_false(span_is(cut, "linu"));
	assert_true(span_is(none, ""));
	assert_true(span_equal(none, SPAN("")));
	assert_true(span_starts(cut, "lin"));
	assert_true(span_starts(cut, ""));
	assert_false(span_starts(cut, "linux-"));
	assert_true(span_ends(cut, "nux"));
	assert_true(span_ends(none, ""));
	assert_false(span_ends(cut, "gnu"));
	assert_int_equal(span_of(NULL).len, 0);
	assert_text(span_dup(cut), "linux");
	assert_text(span_dup(none), "");
}

/* Blanks at the ends go, blanks inside stay. */
static void
trim(void **state)
{
	static const char *const cases[][2] = {
		{ "", "" },
		{ " \t\r\n", "" },
		{ "a", "a" },
		{ " a b\r\n", "a b" },
		{ "\ta", "a" },
	};

	for (size_t i = 0; i < COUNT(cases); i++)
		assert_span(span_trim(span_of(cases[i][0])), cases[i][1]);
}

/* Cutting at a separator gives the parts in order and ends with an empty rest. */
static void
cut_gives_the_parts(void **state)
{
	struct span rest = SPAN("a::b:");

	assert_span(span_cut(rest, ':', &rest), "a");
	assert_span(span_cut(rest, ':', &rest), "");
	assert_span(span_cut(rest, ':', &rest), "b");
	assert_int_equal(rest.len, 0);
	assert_span(span_cut(rest, ':', &rest), "");
	assert_span(span_cut(SPAN("whole"), ':', &rest), "whole");
	assert_int_equal(rest.len, 0);
	assert_span(span_cut((struct span){ NULL, 0 }, ':', &rest), "");
	assert_span(span_after_last(SPAN("a:b:c"), ':'), "c");
	assert_span(span_after_last(SPAN("a:"), ':'), "");
	assert_span(span_after_last(SPAN("abc"), ':'), "abc");
	assert_span(span_after_last((struct span){ NULL, 0 }, ':'), "");
}

/* The first place of a needle is found, and absence is told. */
static void
find(void **state)
{
	assert_int_equal(span_find(SPAN("ld: cannot find -lz"), SPAN("find")), 11);
	assert_int_equal(span_find(SPAN("aaa"), SPAN("a")), 0);
	assert_int_equal(span_find(SPAN("aaa"), SPAN("b")), -1);
	assert_int_equal(span_find(SPAN("a"), SPAN("aa")), -1);
	assert_int_equal(span_find(SPAN(""), SPAN("")), 0);
	assert_int_equal(span_find((struct span){ NULL, 0 }, SPAN("a")), -1);
}

/* Texts that may be absent can be compared without asking first. */
static void
text_questions(void **state)
{
	assert_true(text_is(NULL, NULL));
	assert_false(text_is(NULL, ""));
	assert_false(text_is("a", NULL));
	assert_true(text_is("a", "a"));
	assert_true(text_starts("abc", "ab"));
	assert_false(text_starts("a", "ab"));
	assert_false(text_starts(NULL, ""));
	assert_true(text_ends("abc", "bc"));
	assert_false(text_ends("c", "bc"));
	assert_false(text_ends(NULL, ""));
}

/* A `*` of a pattern stands for any characters, none too; all else for itself. */
static void
patterns_fit(void **state)
{
	static const struct {
		const char *text;
		const char *pattern;
		bool fits;
	} cases[] = {
		{ "x86_64-unknown-linux-gnu", "x86_64-unknown-linux-gnu", true },
		{ "x86_64-unknown-linux-gnu", "*", true },
		{ "x86_64-unknown-linux-gnu", "x86_64-*-gnu", true },
		{ "x86_64-unknown-linux-gnu", "*-linux-*", true },
		{ "x86_64-unknown-linux-gnu", "x86_64-unknown-linux-gnu*", true },
		{ "x86_64-unknown-linux-gnux32", "*-gnu", false },
		{ "aarch64-unknown-linux-gnu", "x86_64-*", false },
		{ "x86_64-unknown-linux-gnu", "x86_64", false },
		{ "x86_64", "x86_64-unknown", false },
		{ "gnu-gnu-gnu", "*gnu-gnu", true },
		{ "aab", "a*ab", true },
		{ "ab", "a*ab", false },
		{ "a*b", "a**b", true },
		{ "ab", "a?", false },
		{ "", "", true },
		{ "", "**", true },
		{ "", "a", false },
		{ NULL, "*", false },
	};

	for (size_t i = 0; i < COUNT(cases); i++)
		if (text_fits(cases[i].text, cases[i].pattern) != cases[i].fits)
			fail_msg("%s and %s", cases[i].text, cases[i].pattern);
}

/* As the words above have it, and nothing else: slow, and plain to see. */
static bool
fits_plainly(const char *text, const char *pattern)
{
	if (*pattern == '*')
		return fits_plainly(text, pattern + 1) ||
			(*text && fits_plainly(text + 1, pattern));
	if (!*text || !*pattern)
		return !*text && !*pattern;
	return *text == *pattern && fits_plainly(text + 1, pattern + 1);
}

static void
roll_word(struct dice *d, char word[9], const char *letters)
{
	size_t len = dice_below(d, 9);

	for (size_t i = 0; i < len; i++)
		word[i] = letters[dice_below(d, strlen(letters))];
	word[len] = '\0';
}

/* Any text and any pattern: the same answer as by the rule itself. */
static void
any_pattern_fits_by_the_rule(void **state)
{
	struct dice d = { 12 };

	for (int i = 0; i < 50000; i++) {
		char text[9], pattern[9];

		roll_word(&d, text, "ab-");
		roll_word(&d, pattern, "ab-**");
		if (text_fits(text, pattern) != fits_plainly(text, pattern))
			fail_msg("%s and %s", text, pattern);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(empty_is_readable),
		cmocka_unit_test(appends_join),
		cmocka_unit_test(formats_of_every_length),
		cmocka_unit_test(take_empties),
		cmocka_unit_test(splice_is_cut_and_insert),
		cmocka_unit_test(span_questions),
		cmocka_unit_test(trim),
		cmocka_unit_test(cut_gives_the_parts),
		cmocka_unit_test(find),
		cmocka_unit_test(text_questions),
		cmocka_unit_test(patterns_fit),
		cmocka_unit_test(any_pattern_fits_by_the_rule),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
