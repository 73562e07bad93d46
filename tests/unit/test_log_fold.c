/* log_fold: the lines of rustc that are commands, and those that look like them. */
#include "unit/check.h"
#include "ui/log_fold.h"

/* A note that is a command stays up to its program; no other line is folded. */
static void
heads(void **state)
{
	static const struct {
		const char *line, *head;
	} cases[] = {
		{ "  = note:  \"cc\" \"-m64\" \"a.o\"", "  = note:  \"cc\"" },
		{ "  = note: LC_ALL=\"C\" PATH=\"/a b:/c\" \"/usr/bin/cc\" \"-m64\"",
			"  = note: LC_ALL=\"C\" PATH=\"/a b:/c\" \"/usr/bin/cc\"" },
		{ "= note: \"C:\\\\Program Files\\\\link.exe\" \"/NOLOGO\"",
			"= note: \"C:\\\\Program Files\\\\link.exe\"" },
		{ "  = note: \"cc\"", "" },
		{ "  = note: some arguments are omitted", "" },
		{ "  = note: /usr/bin/ld: \"a\" is off", "" },
		{ "  = note: ", "" },
		{ "  = note: \"never closed and long", "" },
		{ "  = help: \"cc\" \"-m64\"", "" },
		{ "LC_ALL=\"C\" \"cc\" \"-m64\"", "" },
		{ "", "" },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		size_t len = log_fold_head(span_of(cases[i].line));
		assert_span(((struct span){ cases[i].line, len }), cases[i].head);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(heads) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
