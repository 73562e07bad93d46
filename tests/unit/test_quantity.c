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
		{ UINT64_MAX, "18.4 EB" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		char *text = quantity_bytes(cases[i].bytes);

		assert_string_equal(text, cases[i].text);
		free(text);
	}
}

/* What package managers say is read in all their units, with separators and without blanks; what is no
 * size is none. */
static void
test_reading(void **state)
{
	static const struct {
		const char *text;
		int64_t bytes;
	} cases[] = {
		{ "34.2 MB of archives", 34200000 },
		{ "1,204 kB/34.2 MB", 1204000 },
		{ "12.5 MiB.", 13107200 },
		{ "120 M", 120000000 },
		{ "0 B", 0 },
		{ "18.1MB]", 18100000 },
		{ "999999999999999999999999999 GB", -1 },
		{ "a life", -1 },
		{ "12", -1 },
		{ "", -1 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		assert_int_equal(quantity_read(span_of(cases[i].text)), cases[i].bytes);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bytes),
		cmocka_unit_test(test_reading),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
