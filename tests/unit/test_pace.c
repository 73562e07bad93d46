/* pace: what is expected of a build, by a table of past ones. */
#include "build/pace.h"
#include "unit/check.h"

/* A build is expected to take as long as those of its size did; one of a size that has not been is
 * reckoned from the nearest; without a size the last few count; without a past there is no telling. */
static void
expected_times(void **state)
{
	static const struct {
		struct paces paces;
		int units;
		uint64_t ms;
	} cases[] = {
		{ { { { 0 } }, 0 }, 10, 0 },
		{ { { { 0 } }, 0 }, 0, 0 },
		{ { { { 80, 8000 } }, 1 }, 80, 8000 },
		{ { { { 80, 8000 } }, 1 }, 100, 8000 },
		{ { { { 80, 8000 } }, 1 }, 101, 10100 },
		{ { { { 80, 8000 } }, 1 }, 64, 8000 },
		{ { { { 80, 8000 } }, 1 }, 1, 100 },
		{ { { { 2, 300 }, { 80, 8000 }, { 2, 500 } }, 3 }, 2, 400 },
		{ { { { 2, 300 }, { 80, 8000 }, { 2, 500 } }, 3 }, 79, 8000 },
		{ { { { 2, 300 }, { 80, 8000 }, { 2, 500 } }, 3 }, 40, 6000 },
		{ { { { 2, 300 }, { 80, 8000 }, { 2, 500 } }, 3 }, 0, 500 },
		{ { { { 1, 1 }, { 1, 2 }, { 1, 3 }, { 1, 4 }, { 1, 5 }, { 1, 900 }, { 1, 901 } },
			  7 },
			1, 3 },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		uint64_t ms = pace_expect(&cases[i].paces, cases[i].units);

		if (ms != cases[i].ms)
			fail_msg("case %zu: %llu", i, (unsigned long long)ms);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(expected_times),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
