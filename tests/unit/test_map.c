#include "tests/unit/check.h"
#include "tests/unit/dice.h"
#include "base/map.h"
#include <stdio.h>

/* An empty map answers, with nothing. */
static void
empty_answers(void **state)
{
	struct map m = MAP_INIT;

	assert_null(map_get(&m, "a"));
	assert_false(map_has(&m, "a"));
	map_fini(&m);
}

/* Setting again replaces the value, hands back the old one and keeps the place. */
static void
set_replaces_in_place(void **state)
{
	struct map m = MAP_INIT;
	int one, two, three;

	assert_null(map_set(&m, "x", &one));
	assert_null(map_set(&m, "y", &two));
	assert_ptr_equal(map_set(&m, "x", &three), &one);
	assert_int_equal(m.len, 2);
	assert_string_equal(m.entries[0].key, "x");
	assert_ptr_equal(m.entries[0].value, &three);
	assert_string_equal(m.entries[1].key, "y");
	map_fini(&m);
}

/* A key may be set to nothing, be empty, or be a piece of a longer text. */
static void
odd_keys_and_values(void **state)
{
	struct map m = MAP_INIT;
	char key[] = "linux";
	int value;

	map_set(&m, "", &value);
	map_set(&m, "null", NULL);
	map_set(&m, key, &value);
	key[0] = 'L'; /* keys are copied */
	assert_ptr_equal(map_get(&m, ""), &value);
	assert_true(map_has(&m, "null"));
	assert_null(map_get(&m, "null"));
	assert_ptr_equal(map_get_span(&m, (struct span){ "linux-gnu", 5 }), &value);
	assert_null(map_get_span(&m, SPAN("linux-gnu")));
	assert_null(map_get_span(&m, SPAN("linux\0")));
	map_fini(&m);
}

/* After any number of sets a map says what a plain list would say, in the same order. */
static void
behaves_as_a_list(void **state)
{
	struct dice dice = { 1 };
	struct map m = MAP_INIT;
	char keys[3000][12];
	void *values[3000];
	size_t count = 0;

	for (int round = 0; round < 6000; round++) {
		char key[12];
		void *value = &keys[dice_below(&dice, 3000)];
		size_t i = 0;

		snprintf(key, sizeof key, "k%zu", dice_below(&dice, 3000));
		while (i < count && strcmp(keys[i], key) != 0)
			i++;
		assert_ptr_equal(map_set(&m, key, value), i < count ? values[i] : NULL);
		memcpy(keys[i], key, sizeof key);
		values[i] = value;
		count += i == count;
	}
	assert_int_equal(m.len, count);
	for (size_t i = 0; i < count; i++) {
		assert_string_equal(m.entries[i].key, keys[i]);
		assert_ptr_equal(map_get(&m, keys[i]), values[i]);
	}
	assert_false(map_has(&m, "k3000"));
	map_fini(&m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(empty_answers),
		cmocka_unit_test(set_replaces_in_place),
		cmocka_unit_test(odd_keys_and_values),
		cmocka_unit_test(behaves_as_a_list),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
