#include "unit/check.h"
#include "text/yaml.h"

/* What is read back as that text stands plain; all else is quoted. */
static void
scalars(void **state)
{
	static const char *const rows[][2] = {
		{ "greet", "greet" },
		{ "x86_64", "x86_64" },
		{ "cargo build --release", "cargo build --release" },
		{ "${{ matrix.target }}", "${{ matrix.target }}" },
		{ "a:b", "a:b" },
		{ "", "''" },
		{ "true", "'true'" },
		{ "Yes", "'Yes'" },
		{ "on", "'on'" },
		{ "~", "'~'" },
		{ "1.95", "'1.95'" },
		{ "0x1f", "'0x1f'" },
		{ "12e3", "'12e3'" },
		{ "2026-11-21", "'2026-11-21'" },
		{ "-dash", "'-dash'" },
		{ "- item", "'- item'" },
		{ "a: b", "'a: b'" },
		{ "a #b", "'a #b'" },
		{ "ends:", "'ends:'" },
		{ " blank", "' blank'" },
		{ "blank ", "'blank '" },
		{ "!tag", "'!tag'" },
		{ "*alias", "'*alias'" },
		{ "it's", "it's" },
		{ "'quoted'", "\"'quoted'\"" },
		{ "say \"x\": y", "'say \"x\": y'" },
		{ "it's: x\\y", "\"it's: x\\\\y\"" },
		{ "two\nlines", "\"two\\nlines\"" },
		{ "\x01", "\"\\x01\"" },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct str out = STR_INIT;

		yaml_scalar(&out, rows[i][0]);
		assert_string_equal(str_cstr(&out), rows[i][1]);
		str_fini(&out);
	}
}

/* Mappings and lists nest; an item's dash stands in its first line's indentation. */
static void
structure(void **state)
{
	struct str out = STR_INIT;
	struct yaml y = { .out = &out };

	yaml_comment(&y, "one\n\ntwo");
	yaml_begin(&y, "on");
	yaml_nothing(&y, "push");
	yaml_end(&y);
	yaml_blank(&y);
	yaml_begin(&y, "jobs");
	yaml_item(&y);
	yaml_noted(&y, "uses", "a@b", "v1");
	yaml_begin(&y, "with");
	yaml_word(&y, "deep", "true");
	yaml_end(&y);
	yaml_end(&y);
	yaml_item(&y);
	yaml_lines(&y, "run", SPAN("one\n\n  two\n"));
	yaml_end(&y);
	yaml_entry(&y, "last: one");
	yaml_entry_lines(&y, SPAN("a\nb\n"));
	yaml_end(&y);
	assert_string_equal(str_cstr(&out),
		"# one\n"
		"#\n"
		"# two\n"
		"on:\n"
		"  push:\n"
		"\n"
		"jobs:\n"
		"  - uses: a@b # v1\n"
		"    with:\n"
		"      deep: true\n"
		"  - run: |\n"
		"      one\n"
		"\n"
		"        two\n"
		"  - 'last: one'\n"
		"  - |\n"
		"    a\n"
		"    b\n");
	str_fini(&out);
}

/* Lines that no block can hold as they are become a text with escapes; a single one stands behind
 * its key. */
static void
lines_of_any_kind(void **state)
{
	static const char *const rows[][2] = {
		{ "one\n", "k: one\n" },
		{ "one: two\n", "k: |\n  one: two\n" },
		{ " shifted\nx\n", "k: \" shifted\\nx\\n\"\n" },
		{ "no end\nx", "k: \"no end\\nx\"\n" },
		{ "bell\a\nx\n", "k: \"bell\\x07\\nx\\n\"\n" },
		{ "", "k: ''\n" },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct str out = STR_INIT;
		struct yaml y = { .out = &out };

		yaml_lines(&y, "k", span_of(rows[i][0]));
		assert_string_equal(str_cstr(&out), rows[i][1]);
		str_fini(&out);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(scalars),
		cmocka_unit_test(structure),
		cmocka_unit_test(lines_of_any_kind),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
