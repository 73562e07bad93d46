#include "tests/unit/check.h"
#include "tests/unit/dice.h"
#include <stdio.h>
#include "base/alloc.h"
#include "text/diff.h"
#include "text/shell.h"

#define HEAD "--- a/f\n+++ b/f\n"

static char *
diff_of(const char *before, const char *after)
{
	struct str out = STR_INIT;

	diff_unified(&out, "f", before ? span_of(before) : (struct span){ 0 },
		after ? span_of(after) : (struct span){ 0 });
	return str_take(&out);
}

/* A diff reads as those of other tools do: heads, hunks, context, a missing last line end. */
static void
reads_as_any_diff(void **state)
{
	/* clang-format off */
	static const struct { const char *before, *after, *diff; } cases[] = {
		{ "", "", "" },
		{ "a\n", "a\n", "" },
		{ NULL, "a\nb\n", "--- /dev/null\n+++ b/f\n@@ -0,0 +1,2 @@\n+a\n+b\n" },
		{ "a\n", NULL, "--- a/f\n+++ /dev/null\n@@ -1,1 +0,0 @@\n-a\n" },
		{ "", "a\n", HEAD "@@ -0,0 +1,1 @@\n+a\n" },
		{ "a\nb\nc\n", "a\nB\nc\n", HEAD "@@ -1,3 +1,3 @@\n a\n-b\n+B\n c\n" },
		{ "1\n2\n3\n4\n5\n6\n", "1\n2\n3\n4\n5\n6\n7\n", HEAD "@@ -4,3 +4,4 @@\n 4\n 5\n 6\n+7\n" },
		{ "a\r\nb\r\n", "a\r\nc\r\n", HEAD "@@ -1,2 +1,2 @@\n a\r\n-b\r\n+c\r\n" },
		{ "a", "a\nb\n", HEAD "@@ -1,1 +1,2 @@\n-a\n\\ No newline at end of file\n+a\n+b\n" },
		/* near changes share a hunk, far ones have their own */
		{ "a\n1\n2\n3\n4\n5\n6\nb\n", "A\n1\n2\n3\n4\n5\n6\nB\n",
			HEAD "@@ -1,8 +1,8 @@\n-a\n+A\n 1\n 2\n 3\n 4\n 5\n 6\n-b\n+B\n" },
		{ "a\n1\n2\n3\n4\n5\n6\n7\nb\n", "A\n1\n2\n3\n4\n5\n6\n7\nB\n",
			HEAD "@@ -1,4 +1,4 @@\n-a\n+A\n 1\n 2\n 3\n@@ -6,4 +6,4 @@\n 5\n 6\n 7\n-b\n+B\n" },
		/* what is common stays where it is */
		{ "a\nb\nc\n", "x\na\nc\ny\n", HEAD "@@ -1,3 +1,4 @@\n+x\n a\n-b\n c\n+y\n" },
	};
	/* clang-format on */

	for (size_t i = 0; i < COUNT(cases); i++)
		assert_text(diff_of(cases[i].before, cases[i].after), cases[i].diff);
}

/* A file outside of the project is named as it is. */
static void
absolute_names_have_no_prefix(void **state)
{
	struct str out = STR_INIT;

	diff_unified(&out, "~/.cargo/config.toml", SPAN("a\n"), SPAN("b\n"));
	assert_true(span_starts(
		str_span(&out), "--- ~/.cargo/config.toml\n+++ ~/.cargo/config.toml\n"));
	str_fini(&out);
}

/* What patch(1) would make of the text. */
static char *
patched(struct span text, struct span diff)
{
	struct str out = STR_INIT;
	long at = 1;

	for (int i = 0; diff.len; i++) {
		struct span line = span_cut(diff, '\n', &diff);
		long from, count;

		if (i < 2)
			continue;
		if (sscanf(line.data, "@@ -%ld,%ld ", &from, &count) == 2) {
			for (from += count == 0; at < from; at++) {
				str_append_span(&out, span_cut(text, '\n', &text));
				str_append_char(&out, '\n');
			}
			continue;
		}
		if (line.data[0] != '+') {
			struct span old = span_cut(text, '\n', &text);

			assert_true(span_equal(old, (struct span){ line.data + 1, line.len - 1 }));
			at++;
		}
		if (line.data[0] != '-') {
			str_append_bytes(&out, line.data + 1, line.len - 1);
			str_append_char(&out, '\n');
		}
	}
	str_append_span(&out, text);
	return str_take(&out);
}

static void
roll_lines(struct dice *d, struct str *out)
{
	for (size_t i = dice_below(d, 20); i > 0; i--)
		str_appendf(out, "%c\n", (char)('a' + dice_below(d, 3)));
}

/* Whatever the two texts, the diff makes the second of the first, and counts what it says. */
static void
a_diff_makes_the_second_text(void **state)
{
	struct dice dice = { .state = 3 };

	for (int round = 0; round < 5000; round++) {
		struct str a = STR_INIT, b = STR_INIT;
		size_t added, removed, kept;
		char *diff;

		roll_lines(&dice, &a);
		roll_lines(&dice, &b);
		diff = diff_of(str_cstr(&a), str_cstr(&b));
		if (*diff) {
			diff_count(span_of(diff), &added, &removed);
			kept = a.len / 2 - removed;
			assert_int_equal(b.len / 2, kept + added);
			assert_text(patched(str_span(&a), span_of(diff)), str_cstr(&b));
		} else {
			assert_string_equal(str_cstr(&a), str_cstr(&b));
		}
		free(diff);
		str_fini(&a);
		str_fini(&b);
	}
}

/* Two large texts without a line in common end in a moment. */
static void
large_texts_are_no_trouble(void **state)
{
	struct str a = STR_INIT, b = STR_INIT, out = STR_INIT;
	size_t added, removed;

	for (int i = 0; i < 30000; i++) {
		str_appendf(&a, "a%d\n", i);
		str_appendf(&b, "b%d\n", i);
	}
	diff_unified(&out, "f", str_span(&a), str_span(&b));
	diff_count(str_span(&out), &added, &removed);
	assert_int_equal(added, 30000);
	assert_int_equal(removed, 30000);
	str_fini(&a);
	str_fini(&b);
	str_fini(&out);
}

/* A shell reads back the words that were given. */
static void
words_for_a_shell(void **state)
{
	static const char *const argv[] = { "a", "", "a b", "it's", "$HOME", "x\ny", "~", "a=b",
		"--opt=1.2", "/p/q", "!", NULL };
	struct str out = STR_INIT;

	shell_command(&out, argv);
	assert_string_equal(
		str_cstr(&out), "a '' 'a b' 'it'\\''s' '$HOME' 'x\ny' '~' a=b --opt=1.2 /p/q '!'");
	str_fini(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_as_any_diff),
		cmocka_unit_test(absolute_names_have_no_prefix),
		cmocka_unit_test(a_diff_makes_the_second_text),
		cmocka_unit_test(large_texts_are_no_trouble),
		cmocka_unit_test(words_for_a_shell),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
