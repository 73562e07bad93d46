/* What a step's command writes: kept to its last part, told line by line, and read for how far it is. */
#include "plan/output.h"

#include <stdlib.h>
#include "base/alloc.h"
#include "unit/check.h"

static void
take_line(void *arg, struct span line)
{
	str_append_bytes(arg, line.data, line.len);
	str_append(arg, "|");
}

static void
feed(struct output *o, const char *text)
{
	output_feed(o, text, strlen(text));
}

/* Lines are told whole however they come; of one that was written over itself the last, the rest at the end. */
static void
lines_are_told(void **state)
{
	struct str told = STR_INIT;
	struct output o;

	output_init(&o, false, take_line, &told);
	feed(&o, "one\ntw");
	feed(&o, "o\n10%\r50%\rdone\n");
	output_say(&o, "$ next");
	feed(&o, "re");
	assert_string_equal(str_cstr(&told), "one|two|done|$ next|");
	feed(&o, "st");
	output_end(&o);
	assert_string_equal(str_cstr(&told), "one|two|done|$ next|rest|");
	assert_string_equal(str_cstr(&o.kept), "one\ntwo\n10%\r50%\rdone\n$ next\nrest");
	output_fini(&o);
	str_fini(&told);
}

/* Of much output the last 256 KiB and more are kept, from the begin of a line; another run begins with none. */
static void
last_part_is_kept(void **state)
{
	struct str told = STR_INIT;
	struct output o;
	size_t written = 0;

	output_init(&o, false, take_line, &told);
	for (int i = 0; i < 100000; i++) {
		char *line = xasprintf("line %d\n", i);

		feed(&o, line);
		written += strlen(line);
		assert_true(o.kept.len <= 512 * 1024);
		assert_true(o.kept.len == written || o.kept.len > 256 * 1024 - 100);
		free(line);
	}
	assert_memory_equal(str_cstr(&o.kept), "line ", 5);
	assert_true(text_ends(str_cstr(&o.kept), "\nline 99999\n"));
	output_begin(&o);
	assert_int_equal(o.kept.len, 0);
	output_fini(&o);
	str_fini(&told);
}

/* The last words are the command's own, without colours; none where there is nothing fit to be read. */
static void
last_words(void **state)
{
	static const struct {
		const char *output, *words;
	} cases[] = {
		{ "a\nE: no such package\n\n", "E: no such package" },
		{ "a\n\033[31mno\033[0m\n$ apt-get install b\n", "no" },
		{ "  cut off", "cut off" },
		{ "$ true\n", NULL },
		{ "", NULL },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct str told = STR_INIT;
		struct output o;
		char *words;

		output_init(&o, false, take_line, &told);
		feed(&o, cases[i].output);
		words = output_last_words(&o);
		if (cases[i].words)
			assert_string_equal(words, cases[i].words);
		else
			assert_null(words);
		free(words);
		output_fini(&o);
		str_fini(&told);
	}
}

/* What an engine tells a terminal of an image counts in bytes, with a rate; a command that tells nothing has
 * none. */
static void
how_far_it_is(void **state)
{
	struct str told = STR_INIT;
	struct output_count count;
	struct output o;

	output_init(&o, true, take_line, &told);
	count = output_count(&o, 0, 2000000);
	assert_int_equal(count.total, 0);
	feed(&o, "59bf1c3509f3: Downloading [==>   ]  1MB/4MB\n");
	count = output_count(&o, 0, 2000000);
	assert_int_equal(count.done, 1000000);
	assert_int_equal(count.total, 4000000);
	assert_int_equal(count.rate, 500000);
	output_begin(&o);
	assert_int_equal(output_count(&o, 0, 1).total, 0);
	output_fini(&o);
	str_fini(&told);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_are_told),
		cmocka_unit_test(last_part_is_kept),
		cmocka_unit_test(last_words),
		cmocka_unit_test(how_far_it_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
