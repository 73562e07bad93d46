#include "tests/unit/check.h"
#include "base/quantity.h"

/* Sizes have three figures and the unit that a person would take; no rounding shows four. */
static void
test_bytes(void **state)
{
	static const struct {
		uint64_t bytes;
		const char *text;
	} cases[] = {
		{ 0, "0 B" },
		{ 999, "999 B" },
		{ 1000, "1 kB" },
		{ 811600, "812 kB" },
		{ 999499, "999 kB" },
		{ 999500, "1.00 MB" },
		{ 2410000, "2.41 MB" },
		{ 9994999, "9.99 MB" },
		{ 9996000, "10.0 MB" },
		{ 31000000, "31.0 MB" },
		{ 99960000, "100 MB" },
		{ 999600000, "1.00 GB" },
		{ UINT64_C(1234567890123), "1.23 TB" },
		{ UINT64_MAX, "18446744 TB" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		char *text = quantity_bytes(cases[i].bytes);

		assert_string_equal(text, cases[i].text);
		free(text);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
