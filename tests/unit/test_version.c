#include "text/version.h"
#include "check.h"

/* Versions are ordered as people count them, not as texts. */
static void
order(void **state)
{
	static const char *const ascending[] = { NULL, "1.9-beta", "1.9", "1.9+debian", "1.28",
		"2.4", "2.17", "2.34", "2.34.1", "2.100", "10" };

	for (size_t i = 0; i < COUNT(ascending); i++)
		for (size_t k = 0; k < COUNT(ascending); k++) {
			int order = version_compare(ascending[i], ascending[k]);

			assert_int_equal((order > 0) - (order < 0), (i > k) - (i < k));
		}
	assert_int_equal(version_compare("2.34", "2.34.0"), 0);
	assert_true(version_compare("99999999999999999999999.1", "2") > 0);
}

/* What is no version is not taken for one. */
static void
what_is_one(void **state)
{
	static const char *const not [] = { NULL, "", ".", "2.", ".2", "2..3", "2.3a", "v2",
		"2-3" };
	static const char *const are[] = { "2", "2.17", "10.0.22000" };

	for (size_t i = 0; i < COUNT(not ); i++)
		assert_false(version_is(not [i]));
	for (size_t i = 0; i < COUNT(are); i++)
		assert_true(version_is(are[i]));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(order),
		cmocka_unit_test(what_is_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
