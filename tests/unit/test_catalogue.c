/* The catalogue of causes: what `xtui help hints` prints and docs/hints.md holds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "hint/catalogue.h"
#include "hint/rules.h"

static int
setup(void **state)
{
	struct err err = ERR_INIT;

	*state = rules_load(NULL, &err);
	return *state ? 0 : -1;
}

static int
teardown(void **state)
{
	rules_free(*state);
	return 0;
}

static bool
has(const struct str *s, const char *text)
{
	return span_find(str_span(s), span_of(text)) >= 0;
}

/* The list has each cause once, sorted; a word leaves those that hold it in id or title. */
static void
list_of_causes(void **state)
{
	struct str all = STR_INIT, some = STR_INIT, none = STR_INIT;
	size_t count = catalogue_list(*state, NULL, &all);
	struct span rest = str_span(&all);
	char *before = xstrdup("");

	assert_true(count > 70);
	for (size_t i = 0; i < count; i++) {
		struct span line = span_cut(rest, '\n', &rest);
		char *cause = span_dup(span_cut(line, ' ', &(struct span){ 0 }));
		assert_true(strcmp(before, cause) < 0);
		free(before);
		before = cause;
	}
	free(before);
	assert_int_equal(rest.len, 0);
	assert_int_equal(catalogue_list(*state, "Docker", &some), 4);
	assert_true(has(&some, "docker-daemon-not-running"));
	assert_int_equal(catalogue_list(*state, "zorro", &none), 0);
	assert_int_equal(none.len, 0);
	str_fini(&all);
	str_fini(&some);
}

/* A cause is told with its meaning, a log's words and what helps, without braces of a template. */
static void
one_cause(void **state)
{
	struct str out = STR_INIT;

	assert_true(catalogue_show(*state, "linker-not-found", &out));
	assert_true(has(&out, "error: linker `riscv64-linux-gnu-gcc` not found"));
	assert_true(has(&out, "rustc was told to link with `LINKER`"));
	assert_true(has(&out, "What helps:\n  - install the package with LINKER"));
	assert_false(has(&out, "{"));
	str_clear(&out);
	assert_false(catalogue_show(*state, "linker-not-foun", &out));
	assert_int_equal(out.len, 0);
	str_fini(&out);
}

/* The document has a section and an entry of its contents for each cause. */
static void
document(void **state)
{
	struct str list = STR_INIT, out = STR_INIT;

	catalogue_list(*state, NULL, &list);
	catalogue_markdown(*state, &out);
	for (struct span rest = str_span(&list); rest.len;) {
		struct span line = span_cut(rest, '\n', &rest);
		char *cause = span_dup(span_cut(line, ' ', &(struct span){ 0 }));
		struct str wanted = STR_INIT;
		str_appendf(&wanted, "\n## %s\n", cause);
		assert_true(has(&out, str_cstr(&wanted)));
		str_clear(&wanted);
		str_appendf(&wanted, "- [%s](#%s)\n", cause, cause);
		assert_true(has(&out, str_cstr(&wanted)));
		str_fini(&wanted);
		free(cause);
	}
	str_fini(&list);
	str_fini(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(list_of_causes),
		cmocka_unit_test(one_cause),
		cmocka_unit_test(document),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
