/* ignore: what git leaves out, by tables; the answers are git check-ignore's. */
#include "unit/check.h"

#include "base/str.h"
#include "text/ignore.h"

struct row {
	const char *lines; /* of the .gitignore at the top */
	const char *path;
	bool is_dir;
	bool is_out;
};

/* Each line means what it means to git. */
static void
lines_as_git(void **state)
{
	static const struct row rows[] = {
		{ "target", "target", true, true },
		{ "target", "a/target", true, true },
		{ "/target", "a/target", true, false },
		{ "/target", "target", true, true },
		{ "target/", "target", false, false },
		{ "target/", "a/target", true, true },
		{ "*.rs.bk", "src/main.rs.bk", false, true },
		{ "*.rs.bk", "src/main.rs", false, false },
		{ "a/*.txt", "a/x.txt", false, true },
		{ "a/*.txt", "a/b/x.txt", false, false },
		{ "a/*.txt", "b/a/x.txt", false, false },
		{ "**/gen", "gen", true, true },
		{ "**/gen", "a/b/gen", true, true },
		{ "a/**/z", "a/z", false, true },
		{ "a/**/z", "a/b/c/z", false, true },
		{ "a/**/z", "b/z", false, false },
		{ "a/**", "a/b/c", false, true },
		{ "a/**", "a", true, false },
		{ "?.o", "a.o", false, true },
		{ "?.o", "ab.o", false, false },
		{ "[a-c].o", "b.o", false, true },
		{ "[!a-c].o", "b.o", false, false },
		{ "[]x].o", "].o", false, true },
		{ "[a", "[a", false, false },
		{ "# note", "# note", false, false },
		{ "\\#note", "#note", false, true },
		{ "\\!x", "!x", false, true },
		{ "x  ", "x", false, true },
		{ "*.log\n!keep.log", "keep.log", false, false },
		{ "*.log\n!keep.log", "other.log", false, true },
		{ "!keep.log\n*.log", "keep.log", false, true },
		{ "\r\n\n/\n", "anything", false, false },
		{ "build\r\n", "build", true, true },
		{ "", "anything", false, false },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct ignore *ig = ignore_new();

		ignore_add(ig, "", span_of(rows[i].lines));
		if (ignore_has(ig, rows[i].path, rows[i].is_dir) != rows[i].is_out)
			fail_msg("\"%s\" and %s", rows[i].lines, rows[i].path);
		ignore_free(ig);
	}
}

/* A .gitignore further down speaks of its own folder only, and has the last word there. */
static void
inner_files(void **state)
{
	struct ignore *ig = ignore_new();

	ignore_add(ig, "", span_of("*.gen\n"));
	ignore_add(ig, "crates/a", span_of("/out\n!keep.gen\n"));
	assert_true(ignore_has(ig, "crates/a/out", true));
	assert_false(ignore_has(ig, "out", true));
	assert_false(ignore_has(ig, "crates/ab/out", true));
	assert_false(ignore_has(ig, "crates/a/src/out", true));
	assert_false(ignore_has(ig, "crates/a/keep.gen", false));
	assert_true(ignore_has(ig, "crates/b/keep.gen", false));
	ignore_free(ig);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_as_git),
		cmocka_unit_test(inner_files),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
