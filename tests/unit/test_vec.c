#include "tests/unit/check.h"
#include "base/vec.h"

/* What is pushed stays, in order, however much it grows. */
static void
push_keeps_the_order(void **state)
{
	VEC(size_t) numbers = VEC_INIT;

	for (size_t i = 0; i < 10000; i++)
		vec_push(&numbers, i * i);
	assert_int_equal(numbers.len, 10000);
	for (size_t i = 0; i < numbers.len; i++)
		assert_int_equal(numbers.items[i], i * i);
	assert_int_equal(vec_pop(&numbers), 9999 * 9999);
	assert_int_equal(numbers.len, 9999);
	vec_fini(&numbers);
	assert_null(numbers.items);
	assert_int_equal(numbers.len, 0);
}

/* A new item is zeroed, where an old one lay too. */
static void
add_is_zeroed(void **state)
{
	struct pair {
		int a;
		const char *b;
	};
	VEC(struct pair) pairs = VEC_INIT;

	vec_push(&pairs, ((struct pair){ 3, "three" }));
	vec_clear(&pairs);
	struct pair *pair = vec_add(&pairs);
	assert_int_equal(pair->a, 0);
	assert_null(pair->b);
	assert_ptr_equal(pair, &pairs.items[0]);
	vec_fini(&pairs);
}

/* Removing one item moves up those behind it and no other. */
static void
remove_closes_the_gap(void **state)
{
	VEC(char) letters = VEC_INIT;

	for (char c = 'a'; c < 'f'; c++)
		vec_push(&letters, c);
	vec_remove(&letters, 0);
	vec_remove(&letters, 1);
	vec_remove(&letters, 2);
	assert_int_equal(letters.len, 2);
	assert_memory_equal(letters.items, "bd", 2);
	vec_fini(&letters);
}

/* After room was made, pushing does not move the items. */
static void
reserve_makes_room(void **state)
{
	VEC(int) numbers = VEC_INIT;

	vec_reserve(&numbers, 1000);
	int *before = numbers.items;
	for (int i = 0; i < 1000; i++)
		vec_push(&numbers, i);
	assert_ptr_equal(numbers.items, before);
	vec_fini(&numbers);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(push_keeps_the_order),
		cmocka_unit_test(add_is_zeroed),
		cmocka_unit_test(remove_closes_the_gap),
		cmocka_unit_test(reserve_makes_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
