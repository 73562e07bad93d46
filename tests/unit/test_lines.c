#include "tests/unit/check.h"
#include "tests/unit/dice.h"
#include "text/lines.h"

/* Writes each line as <text>, then its end: $ LF, ^ CR, ~ none. */
static void
note(void *arg, struct span line, char end)
{
	struct str *notes = arg;

	str_append_char(notes, '<');
	str_append_span(notes, line);
	str_append(notes, end == '\n' ? ">$" : end == '\r' ? ">^" : ">~");
}

static char *
notes_of(struct span text, size_t max, bool split_cr, struct dice *cuts)
{
	struct str notes = STR_INIT;
	struct lines l;

	lines_init(&l, max, split_cr);
	for (size_t at = 0, len; at < text.len; at += len) {
		len = cuts ? dice_below(cuts, text.len - at + 1) % 7 : text.len;
		lines_feed(&l, text.data + at, len, note, &notes);
	}
	lines_end(&l, note, &notes);
	lines_fini(&l);
	return str_take(&notes);
}

/* Lines come without their ends; the rest at the end of the stream is not lost. */
static void
ends_of_lines(void **state)
{
	static const char *const cases[][2] = {
		{ "", "" },
		{ "a\nb\n", "<a>$<b>$" },
		{ "a\nb", "<a>$<b>~" },
		{ "\n\n", "<>$<>$" },
		{ "a\r\nb\r\n", "<a>$<b>$" },
		{ "a\r\r\n", "<a\r>$" },
		{ "a\rb\n", "<a\rb>$" },
		{ "a\r", "<a\r>~" },
	};

	for (size_t i = 0; i < COUNT(cases); i++)
		assert_text(notes_of(span_of(cases[i][0]), 0, false, NULL), cases[i][1]);
}

/* A progress bar that ends in CR is seen at once; CR LF still makes a whole line. */
static void
progress_bars(void **state)
{
	static const char *const cases[][2] = {
		{ "1/9\r2/9\r", "<1/9>^<2/9>^" },
		{ "1/9\rdone\n", "<1/9>^<done>$" },
		{ "a\r\nb\n", "<a>^<a>$<b>$" },
		{ "a\r\r\n", "<a>^<>^<>$" },
		{ "a\rb", "<a>^<b>~" },
	};

	for (size_t i = 0; i < COUNT(cases); i++)
		assert_text(notes_of(span_of(cases[i][0]), 0, true, NULL), cases[i][1]);
}

/* A line too long comes in pieces of at most max bytes, cut between characters. */
static void
overlong_lines(void **state)
{
	static const char *const cases[][2] = {
		{ "12345678\n", "<12345678>$" },
		{ "12345678\r\n", "<12345678>$" },
		{ "123456789\n", "<12345678>~<9>$" },
		{ "1234567890123456\n", "<12345678>~<90123456>$" },
		{ "1234567é0\n", "<1234567>~<é0>$" },
		{ "12345678\r9", "<12345678>~<\r9>~" },
		{ "\x80\x80\x80\x80\x80\x80\x80\x80\x80\n",
			"<\x80\x80\x80\x80\x80\x80\x80\x80>~<\x80>$" },
	};

	for (size_t i = 0; i < COUNT(cases); i++)
		assert_text(notes_of(span_of(cases[i][0]), 8, false, NULL), cases[i][1]);
}

/* However a stream arrives, in whatever pieces, it gives the same lines. */
static void
any_cut_gives_the_same(void **state)
{
	static const char *const pieces[] = { "a", "bc", "é", "語語", "\r", "\n", "\r\n", "\xFF",
		"" };
	struct dice dice = { 5 };

	for (int round = 0; round < 4000; round++) {
		struct str text = STR_INIT;
		size_t max = round % 3 ? 4 + dice_below(&dice, 6) : 0;
		bool split_cr = round % 2;
		char *whole;

		for (size_t n = dice_below(&dice, 30); n > 0; n--)
			str_append(&text, pieces[dice_below(&dice, COUNT(pieces))]);
		whole = notes_of(str_span(&text), max, split_cr, NULL);
		assert_text(notes_of(str_span(&text), max, split_cr, &dice), whole);
		free(whole);
		str_fini(&text);
	}
}

static void
count_bytes(void *arg, struct span line, char end)
{
	size_t *bytes = arg;

	*bytes += line.len + (end != 0);
}

/* A line of ten megabytes passes through whole, in pieces, and is never held in memory at once. */
static void
ten_megabytes(void **state)
{
	static char chunk[64 * 1024];
	struct lines l;
	size_t bytes = 0;

	memset(chunk, 'x', sizeof chunk);
	lines_init(&l, 16 * 1024, true);
	for (int i = 0; i < 160; i++)
		lines_feed(&l, chunk, sizeof chunk, count_bytes, &bytes);
	assert_true(l.rest.cap < 1024 * 1024);
	lines_feed(&l, "\n", 1, count_bytes, &bytes);
	assert_int_equal(bytes, 160 * sizeof chunk + 1);
	lines_fini(&l);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ends_of_lines),
		cmocka_unit_test(progress_bars),
		cmocka_unit_test(overlong_lines),
		cmocka_unit_test(any_cut_gives_the_same),
		cmocka_unit_test(ten_megabytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
