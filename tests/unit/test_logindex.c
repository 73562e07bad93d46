#include "tests/unit/check.h"
#include "tests/unit/dice.h"
#include "build/logindex.h"

static struct ansi_style
style_of(size_t roll)
{
	static const struct ansi_style styles[] = {
		{ ANSI_DEFAULT, ANSI_DEFAULT, 0 },
		{ 3, ANSI_DEFAULT, ANSI_BOLD },
		{ ANSI_RGB | 0xffffff, 255, ANSI_BOLD | ANSI_STRIKE },
	};

	return styles[roll % COUNT(styles)];
}

static void
assert_begins_with(const struct logindex *whole, const struct logindex *part)
{
	assert_true(part->entries.len <= whole->entries.len);
	assert_true(part->marks.len <= whole->marks.len);
	for (size_t i = 0; i < part->entries.len; i++) {
		assert_int_equal(part->entries.items[i].line, whole->entries.items[i].line);
		assert_int_equal(part->entries.items[i].offset, whole->entries.items[i].offset);
		assert_true(ansi_style_equal(
			part->entries.items[i].style, whole->entries.items[i].style));
	}
	for (size_t i = 0; i < part->marks.len; i++) {
		assert_int_equal(part->marks.items[i].line, whole->marks.items[i].line);
		assert_int_equal(part->marks.items[i].marks, whole->marks.items[i].marks);
	}
}

/* Grows by an entry, with some lines marked before it, and writes now and then. */
static void
grow(struct logindex *x, struct dice *dice, struct str *file)
{
	struct logindex_entry last = *logindex_last(x);
	size_t lines = 1 + dice_below(dice, 64);

	for (size_t line = last.line; line < last.line + lines; line++)
		if (dice_below(dice, 20) == 0)
			logindex_mark(x, line, 1 + (unsigned)dice_below(dice, 7));
	logindex_add(x, last.offset + lines + dice_below(dice, 100000), last.line + lines,
		style_of(dice_roll(dice)));
	if (dice_below(dice, 4) == 0)
		logindex_save(x, logindex_last(x)->offset - dice_below(dice, 2), false, file);
}

/* What is written piece by piece is read back whole; a file cut anywhere, as a kill may leave it, gives
 * what comes before the cut. */
static void
any_beginning_is_read(void **state)
{
	struct dice dice = { 11 };
	struct logindex x, again;
	struct str file = STR_INIT;

	logindex_init(&x);
	for (int i = 0; i < 400; i++)
		grow(&x, &dice, &file);
	logindex_save(&x, logindex_last(&x)->offset, true, &file);
	for (size_t len = 0; len <= file.len; len++) {
		logindex_init(&again);
		assert_int_equal(logindex_load(&again, (struct span){ file.data, len }, UINT64_MAX),
			len >= 8);
		assert_begins_with(&x, &again);
		if (len == file.len)
			assert_int_equal(
				again.entries.len + again.marks.len, x.entries.len + x.marks.len);
		logindex_fini(&again);
	}
	str_fini(&file);
	logindex_fini(&x);
}

/* Nothing is told of bytes that are not in the log's file yet: a kill leaves an index that is true. */
static void
only_what_is_there_is_told(void **state)
{
	struct logindex x, again;
	struct str file = STR_INIT;

	logindex_init(&x);
	logindex_add(&x, 1000, 64, ANSI_STYLE_PLAIN);
	logindex_mark(&x, 70, 1);
	logindex_add(&x, 2000, 128, ANSI_STYLE_PLAIN);
	logindex_save(&x, 1999, false, &file);
	logindex_init(&again);
	assert_true(logindex_load(&again, str_span(&file), 1999));
	assert_int_equal(logindex_last(&again)->line, 64);
	assert_int_equal(logindex_find_mark(&again, -1, false, 1), -1);
	logindex_fini(&again);
	str_fini(&file);
	logindex_fini(&x);
}

/* A file that is none of ours, is damaged, or is of a longer log, is not believed. */
static void
what_is_wrong_is_not_taken(void **state)
{
	static const struct {
		const char *bytes;
		size_t len;
		bool is_ours;
		size_t entries;
	} files[] = {
		{ "", 0, false, 1 }, { "xtimes1\n\x04\x05", 10, false, 1 },
		{ "xindex1\n", 8, true, 1 },
		{ "xindex1\n\x04\x05\x04\x06", 12, true, 3 }, /* a line of 5 bytes, one of 6 */
		{ "xindex1\n\x04\x05\x08\x01", 12, true, 2 }, /* two lines in a byte */
		{ "xindex1\n\x04\x05\x00\x01", 12, true, 2 }, /* no line */
		{ "xindex1\n\x04\x05\x07\x01", 12, true, 2 }, /* a kind that we do not know */
		{ "xindex1\n\x04\xff\x7f", 11, false, 1 },    /* beyond the end of the log */
		{ "xindex1\n\x05\x05\xff\xff\xff\xff\x0f\x00\x00", 17, true, 1 }, /* no colour */
	};

	for (size_t i = 0; i < COUNT(files); i++) {
		struct logindex x;

		logindex_init(&x);
		assert_int_equal(
			logindex_load(&x, (struct span){ files[i].bytes, files[i].len }, 100),
			files[i].is_ours);
		assert_int_equal(x.entries.len, files[i].entries);
		logindex_fini(&x);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(any_beginning_is_read),
		cmocka_unit_test(only_what_is_there_is_told),
		cmocka_unit_test(what_is_wrong_is_not_taken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
