/* logsearch: what is found in real logs is what a look at every line finds. */
#include "unit/check.h"
#include "build/logsearch.h"
#include "build/logstore.h"
#include "unit/dice.h"
#include "unit/help_jobs.h"

struct bench {
	struct jobs jobs;
	struct logstore *log;
	struct logsearch *search;
};

static int
set_up(void **state)
{
	struct bench *b = xcalloc(1, sizeof(*b));

	jobs_open(&b->jobs);
	b->log = jobs_add(&b->jobs, "x86_64-unknown-linux-gnu", JOB_RUNNING)->log;
	*state = b;
	return 0;
}

static int
tear_down(void **state)
{
	struct bench *b = *state;

	logsearch_free(b->search);
	jobs_close(&b->jobs);
	free(b);
	return 0;
}

static void
say(struct bench *b, const char *text)
{
	logstore_append(b->log, text, strlen(text));
}

static void
begin(struct bench *b, const char *text, size_t from)
{
	struct err err = ERR_INIT;

	logsearch_free(b->search);
	b->search = logsearch_new(text, b->log, from, &err);
	assert_string_equal(err.message, "");
	assert_non_null(b->search);
}

static void
finish(struct bench *b)
{
	while (logsearch_work(b->search, b->log, 1000))
		;
}

/* The lines that are found, each followed by a blank. */
static char *
hits(struct bench *b)
{
	struct str out = STR_INIT;
	size_t line = 0, rank = 0;

	finish(b);
	for (; line < logstore_lines(b->log) + 70; line++) {
		if (!logsearch_has(b->search, line))
			continue;
		str_appendf(&out, "%zu ", line);
		assert_int_equal(logsearch_rank(b->search, line), ++rank);
	}
	assert_int_equal(logsearch_count(b->search), rank);
	return str_take(&out);
}

/* A text is found as it stands, in colours too; a capital letter makes case matter, a slash in front
 * makes it an expression, which never reaches over the end of a line. */
static void
what_is_found(void **state)
{
	static const struct {
		const char *text, *hits;
	} cases[] = {
		{ "error", "1 2 4 " },
		{ "Error", "4 " },
		{ "error: linking", "2 " },
		{ "a.c", "3 " },
		{ "/a.c", "0 3 " },
		{ "/a.c/", "0 3 " },
		{ "/^e", "1 2 4 " },
		{ "/\\Serror", "" },
		{ "/r\\s+\\S*l", "" },
		{ "/g$", "2 " },
		{ "\303\204hre", "5 6 " },
		{ "\303\244hre", "5 6 " },
		{ "overwritten", "" },
		{ "what stays", "7 " },
		{ "/", "3 " },
		{ "nowhere", "" },
	};
	struct bench *b = *state;

	say(b, "abc\nerror here\n");
	say(b, "\033[1m\033[91merror\033[0m\033[1m: linking\033[0m\n/a.c: not found\nError\n");
	say(b, "\303\204hre\n\303\204HRE\noverwritten\rwhat stays \n");
	for (size_t i = 0; i < COUNT(cases); i++) {
		begin(b, cases[i].text, i % 8);
		if (strcmp(cases[i].text, "\303\204hre") == 0) {
			assert_text(hits(b), "5 "); /* a capital: as it stands */
			continue;
		}
		assert_text(hits(b), cases[i].hits);
	}
}

/* What is no expression is said with the place where it breaks. */
static void
no_expression(void **state)
{
	struct bench *b = *state;
	struct err err = ERR_INIT;

	assert_null(logsearch_new("/a(b", b->log, 0, &err));
	assert_true(text_starts(err.message, "/a(b: no regular expression: "));
	assert_true(text_ends(err.message, "(near its character 4)"));
}

/* A log that grows is searched as it grows; a line without an end counts as it is now. */
static void
a_log_that_grows(void **state)
{
	struct bench *b = *state;

	begin(b, "needle", 0);
	assert_text(hits(b), "");
	say(b, "hay\na nee");
	assert_text(hits(b), "");
	say(b, "dle");
	assert_text(hits(b), "1 ");
	assert_true(logsearch_is_done(b->search));
	say(b, "\rstraw ");
	assert_text(hits(b), "");
	say(b, "\nneedle\n");
	assert_text(hits(b), "2 ");
	logstore_flush(b->log, NULL);
	say(b, "needles");
	assert_text(hits(b), "2 3 ");
	say(b, "\n");
	assert_text(hits(b), "2 3 ");
}

/* n goes down and around, N up and around. */
static void
the_nearest(void **state)
{
	static const struct {
		long from;
		bool backwards;
		size_t line;
	} cases[] = {
		{ -1, false, 3 },
		{ 2, false, 3 },
		{ 3, false, 64 },
		{ 64, false, 199 },
		{ 199, false, 3 },
		{ 5000, false, 3 },
		{ 5000, true, 199 },
		{ 199, true, 64 },
		{ 65, true, 64 },
		{ 64, true, 3 },
		{ 3, true, 199 },
		{ 0, true, 199 },
	};
	struct bench *b = *state;
	size_t line;

	for (int i = 0; i < 300; i++)
		say(b, i == 3 || i == 64 || i == 199 ? "here\n" : "not\n");
	begin(b, "here", 100);
	assert_int_equal(logsearch_next(b->search, -1, false, &line), LOGSEARCH_NOT_YET);
	finish(b);
	for (size_t i = 0; i < COUNT(cases); i++) {
		assert_int_equal(
			logsearch_next(b->search, cases[i].from, cases[i].backwards, &line),
			LOGSEARCH_FOUND);
		assert_int_equal(line, cases[i].line);
	}
	begin(b, "nowhere", 100);
	finish(b);
	assert_int_equal(logsearch_next(b->search, 5, false, &line), LOGSEARCH_NONE);
}

/* In a long log the nearest below is known long before everything is, and never a farther one. */
static void
the_nearest_comes_first(void **state)
{
	struct bench *b = *state;
	enum logsearch_answer answer;
	char text[100];
	size_t line = 0;

	for (int i = 0; i < 40000; i++) {
		snprintf(text, sizeof(text), "line %d %s of a log that goes on for long\n", i,
			i % 10007 == 0 ? "needle" : "straw");
		say(b, text);
	}
	begin(b, "needle", 15000);
	logsearch_work(b->search, b->log, 0);
	while ((answer = logsearch_next(b->search, 15000, false, &line)) == LOGSEARCH_NOT_YET)
		assert_true(logsearch_work(b->search, b->log, 0));
	assert_int_equal(answer, LOGSEARCH_FOUND);
	assert_int_equal(line, 20014);
	assert_false(logsearch_is_done(b->search));
	assert_int_equal(logsearch_next(b->search, 15000, true, &line), LOGSEARCH_NOT_YET);
	assert_text(hits(b), "0 10007 20014 30021 ");
}

/* A line longer than any buffer is one line; so is one of nothing but colours. */
static void
long_lines(void **state)
{
	struct bench *b = *state;

	say(b, "begin\n");
	for (int i = 0; i < 60000; i++)
		say(b, "hay hay hay hay ");
	begin(b, "needle", 0);
	finish(b);
	say(b, "needle: too far away to be shown\nneedle\n");
	for (int i = 0; i < 90000; i++)
		say(b, "\033[0m");
	say(b, "\nneedle\n");
	assert_text(hits(b), "2 4 ");
}

struct looking {
	const char *text;
	struct str hits;
};

static void
look(void *arg, size_t line, const struct ansi_line *text)
{
	struct looking *l = arg;

	if (span_find(text->text, span_of(l->text)) >= 0)
		str_appendf(&l->hits, "%zu ", line);
}

/* Whatever a log holds and however it came: found are the lines that show the text. */
static void
any_log(void **state)
{
	static const char *const words[] = { "ab", "a", "b", "c", " ", "\033[1m", "\033[0;31m",
		"\n", "\n", "\r", "\r\n", "\033]0;ab\a", "\303\244", "AB", "cab\n" };
	struct bench *b = *state;
	struct dice dice = { 7 };

	begin(b, "ab", 0);
	for (int round = 0; round < 300; round++) {
		struct looking looking = { "ab", STR_INIT };
		for (size_t n = dice_below(&dice, 60); n > 0; n--)
			say(b, words[dice_below(&dice, COUNT(words) - 2)]);
		if (dice_below(&dice, 3) == 0)
			logstore_flush(b->log, NULL);
		if (dice_below(&dice, 20) == 0)
			begin(b, "ab", dice_below(&dice, logstore_lines(b->log) + 5));
		logstore_read(b->log, 0, logstore_lines(b->log), look, &looking);
		assert_text(hits(b), str_cstr(&looking.hits));
		str_fini(&looking.hits);
	}
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(what_is_found),
		TEST(no_expression),
		TEST(a_log_that_grows),
		TEST(the_nearest),
		TEST(the_nearest_comes_first),
		TEST(long_lines),
		TEST(any_log),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
