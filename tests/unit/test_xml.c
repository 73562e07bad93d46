/* Text within XML. */
#include "unit/check.h"
#include "text/xml.h"

/* What a name holds stays text: no tag, no end of an attribute, and no character that XML may not hold. */
static void
stays_text(void **state)
{
	static const char *const cases[][2] = {
		{ "serde 1.0", "serde 1.0" },
		{ "<b a=\"1\">&'", "&lt;b a=&quot;1&quot;&gt;&amp;'" },
		{ "a\033[1mb\n", "a\uFFFD[1mb\uFFFD" },
		{ "\xff\u00e9", "\uFFFD\u00e9" },
		{ "", "" },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct str out = STR_INIT;

		xml_append(&out, cases[i][0]);
		assert_string_equal(str_cstr(&out), cases[i][1]);
		str_fini(&out);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(stays_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
