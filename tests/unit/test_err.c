#include "tests/unit/check.h"
#include "base/err.h"
#include "base/utf8.h"
#include <errno.h>

/* A filled error names what failed and why, and says false so that it can be returned at once. */
static void
set_fills_and_is_false(void **state)
{
	struct err err = ERR_INIT;

	assert_false(err_set(&err, ERR_PARSE, "%s:%d: expected a table", "Cargo.toml", 7));
	assert_int_equal(err.kind, ERR_PARSE);
	assert_string_equal(err.message, "Cargo.toml:7: expected a table");
	assert_string_equal(err.remedy, "");
	assert_false(err_try(&err, "cargo init %s", "--lib"));
	assert_string_equal(err.remedy, "cargo init --lib");
}

/* A new error does not keep the advice of the one before it. */
static void
set_forgets_the_old_remedy(void **state)
{
	struct err err = ERR_INIT;

	err_set(&err, ERR_FAILED, "first");
	err_try(&err, "advice");
	err_set(&err, ERR_FAILED, "second");
	assert_string_equal(err.remedy, "");
	err_try(&err, "advice");
	errno = ENOENT;
	err_errno(&err, "third");
	assert_string_equal(err.remedy, "");
}

/* A failed system call is told in the system's words and counts as the environment's fault. */
static void
errno_is_appended(void **state)
{
	struct err err = ERR_INIT;

	errno = ENOENT;
	assert_false(err_errno(&err, "open %s", "/nowhere"));
	assert_int_equal(err.kind, ERR_ENVIRONMENT);
	assert_string_equal(err.message, "open /nowhere: No such file or directory");
}

/* Whoever passes an error up may say where it happened, or quote it in one of their own. */
static void
prefix_and_quote_itself(void **state)
{
	struct err err = ERR_INIT;

	err_set(&err, ERR_PARSE, "no such key");
	assert_false(err_prefix(&err, "%s:%d", "a.toml", 3));
	assert_string_equal(err.message, "a.toml:3: no such key");
	assert_int_equal(err.kind, ERR_PARSE);
	err_set(&err, ERR_FAILED, "setup: %s", err.message);
	assert_string_equal(err.message, "setup: a.toml:3: no such key");
}

/* Who does not want to know may pass NULL. */
static void
null_is_fine(void **state)
{
	assert_false(err_set(NULL, ERR_FAILED, "x"));
	assert_false(err_errno(NULL, "x"));
	assert_false(err_try(NULL, "x"));
	assert_false(err_prefix(NULL, "x"));
}

/* A text too long is cut between two characters, and the cut is seen. */
static void
long_messages_are_cut_between_characters(void **state)
{
	for (size_t shift = 0; shift < 3; shift++) {
		struct err err = ERR_INIT;
		struct str text = STR_INIT;

		str_append_repeat(&text, 'x', shift);
		for (int i = 0; i < 500; i++)
			str_append(&text, "語");
		err_set(&err, ERR_FAILED, "%s", str_cstr(&text));
		err_try(&err, "%s", str_cstr(&text));
		assert_true(utf8_is_valid(err.message, strlen(err.message)));
		assert_true(text_ends(err.message, "語…"));
		assert_true(strlen(err.message) >= sizeof err.message - 6);
		assert_true(utf8_is_valid(err.remedy, strlen(err.remedy)));
		assert_true(text_ends(err.remedy, "語…"));
		str_fini(&text);
	}
}

/* Nothing that a file or a child put into a message can break the line or steer the terminal. */
static void
controls_become_blanks(void **state)
{
	struct err err = ERR_INIT;

	err_set(&err, ERR_FAILED,
		"a\nb\x1B[2Jc\xC2\x9B"
		"d\xFF"
		"é");
	assert_string_equal(err.message, "a b [2Jc  d?é");
}

/* The exit status follows from what went wrong, as the manual says. */
static void
exit_codes(void **state)
{
	static const struct {
		enum err_kind kind;
		int code;
	} cases[] = {
		{ ERR_NONE, 0 },
		{ ERR_FAILED, 1 },
		{ ERR_USAGE, 2 },
		{ ERR_PARSE, 2 },
		{ ERR_ENVIRONMENT, 3 },
		{ ERR_TERMINAL, 4 },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct err err = { .kind = cases[i].kind };

		assert_int_equal(err_exit_code(&err), cases[i].code);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(set_fills_and_is_false),
		cmocka_unit_test(set_forgets_the_old_remedy),
		cmocka_unit_test(errno_is_appended),
		cmocka_unit_test(prefix_and_quote_itself),
		cmocka_unit_test(null_is_fine),
		cmocka_unit_test(long_messages_are_cut_between_characters),
		cmocka_unit_test(controls_become_blanks),
		cmocka_unit_test(exit_codes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
