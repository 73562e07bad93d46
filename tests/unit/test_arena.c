#include "tests/unit/check.h"
#include "tests/unit/dice.h"
#include "base/arena.h"

/* Every piece is zeroed, aligned, and its own: writing to one changes no other. */
static void
pieces_do_not_overlap(void **state)
{
	struct dice dice = { 3 };
	struct arena a = ARENA_INIT;
	unsigned char *pieces[500];
	size_t sizes[500];

	for (size_t i = 0; i < 500; i++) {
		sizes[i] = dice_below(&dice, i % 50 == 0 ? 40000 : 300);
		pieces[i] = arena_alloc(&a, sizes[i]);
		assert_int_equal((uintptr_t)pieces[i] % 16, 0);
		for (size_t k = 0; k < sizes[i]; k++)
			assert_int_equal(pieces[i][k], 0);
		memset(pieces[i], (int)(i % 255 + 1), sizes[i]);
	}
	for (size_t i = 0; i < 500; i++)
		for (size_t k = 0; k < sizes[i]; k++)
			assert_int_equal(pieces[i][k], i % 255 + 1);
	arena_fini(&a);
	assert_null(a.last);
}

/* Texts are copied whole and live until the arena ends. */
static void
texts_are_copied(void **state)
{
	struct arena a = ARENA_INIT;
	char text[] = "musl";
	char *copy = arena_strdup(&a, text);

	text[0] = 'M';
	assert_string_equal(copy, "musl");
	assert_null(arena_strdup(&a, NULL));
	assert_null(arena_strndup(&a, NULL, 2));
	assert_string_equal(arena_strndup(&a, "musl", 2), "mu");
	assert_string_equal(arena_strndup(&a, "musl", 20), "musl");
	assert_string_equal(arena_span(&a, (struct span){ "a-b", 1 }), "a");
	assert_string_equal(arena_span(&a, (struct span){ NULL, 0 }), "");
	assert_string_equal(arena_printf(&a, "%s/%d", "lib", 64), "lib/64");
	assert_string_equal(arena_join(&a, "lib", "/", "", "rustlib", NULL), "lib/rustlib");
	assert_string_equal(arena_join(&a, "", NULL), "");
	assert_string_equal(
		arena_clean(&a, "a\033]0;t\a\xff\u00e9"), "a\uFFFD]0;t\uFFFD\uFFFD\u00e9");
	assert_null(arena_clean(&a, NULL));
	arena_fini(&a);
}

/* Typed pieces come zeroed, one or many. */
static void
typed_pieces(void **state)
{
	struct arena a = ARENA_INIT;
	struct span *one = arena_new(&a, struct span);
	int *many = arena_array(&a, int, 100);

	assert_null(one->data);
	for (int i = 0; i < 100; i++)
		assert_int_equal(many[i], 0);
	arena_fini(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pieces_do_not_overlap),
		cmocka_unit_test(texts_are_copied),
		cmocka_unit_test(typed_pieces),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
