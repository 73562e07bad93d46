#include "tests/unit/check.h"
#include "tests/unit/dice.h"
#include "build/linetimes.h"

static void
assert_same(const struct linetimes *a, const struct linetimes *b)
{
	assert_int_equal(a->items.len, b->items.len);
	for (size_t i = 0; i < a->items.len; i++) {
		assert_int_equal(a->items.items[i].line, b->items.items[i].line);
		assert_int_equal(a->items.items[i].ms, b->items.items[i].ms);
	}
}

/* A line has the time of the last pair at or before it; none before the first. */
static void
lines_find_their_time(void **state)
{
	struct linetimes t = LINETIMES_INIT;
	struct str out = STR_INIT;

	assert_int_equal(linetimes_find(&t, 0), -1);
	linetimes_add(&t, 2, 100, &out);
	linetimes_add(&t, 5, 200, &out);
	linetimes_add(&t, 6, 1000, &out);
	assert_int_equal(linetimes_find(&t, 1), -1);
	assert_int_equal(linetimes_find(&t, 2), 100);
	assert_int_equal(linetimes_find(&t, 4), 100);
	assert_int_equal(linetimes_find(&t, 5), 200);
	assert_int_equal(linetimes_find(&t, 6), 1000);
	assert_int_equal(linetimes_find(&t, SIZE_MAX), 1000);
	str_fini(&out);
	linetimes_fini(&t);
}

/* Lines that come within 10 ms share a pair; a clock that goes back changes nothing. */
static void
near_lines_share(void **state)
{
	struct linetimes t = LINETIMES_INIT;
	struct str out = STR_INIT;

	linetimes_add(&t, 0, 100, &out);
	linetimes_add(&t, 1, 109, &out);
	linetimes_add(&t, 2, 50, &out);
	assert_int_equal(t.items.len, 1);
	linetimes_add(&t, 3, 110, &out);
	linetimes_add(&t, 3, 500, &out);
	assert_int_equal(t.items.len, 2);
	assert_int_equal(linetimes_find(&t, 2), 100);
	assert_int_equal(linetimes_find(&t, 3), 110);
	str_fini(&out);
	linetimes_fini(&t);
}

/* What is written is read back, however the bytes are cut, and a batch takes few of them. */
static void
file_is_read_back(void **state)
{
	enum { PAIRS = 3000 };
	struct dice dice = { 11 };
	struct linetimes t = LINETIMES_INIT, again = LINETIMES_INIT;
	struct str out = STR_INIT;
	uint64_t ms = 0;
	size_t line = 0;

	for (int i = 0; i < PAIRS; i++) {
		line += 1 + dice_below(&dice, 300);
		ms += LINETIMES_STEP + dice_below(&dice, 5000);
		linetimes_add(&t, line, ms, &out);
	}
	linetimes_add(&t, SIZE_MAX / 2, INT64_MAX / 2, &out);
	assert_int_equal(t.items.len, PAIRS + 1);
	assert_true(out.len < PAIRS * 5);
	for (size_t at = 0, len; at < out.len; at += len) {
		len = 1 + dice_below(&dice, 12);
		len = len < out.len - at ? len : out.len - at;
		linetimes_feed(&again, out.data + at, len);
	}
	assert_same(&again, &t);
	str_fini(&out);
	linetimes_fini(&again);
	linetimes_fini(&t);
}

/* A file cut anywhere, as by a kill, gives the pairs before the cut; the rest may still come. */
static void
cut_file_gives_its_pairs(void **state)
{
	struct linetimes whole = LINETIMES_INIT;
	struct str out = STR_INIT;

	for (size_t i = 0; i < 20; i++)
		linetimes_add(&whole, i * 100, i * 1000, &out);
	for (size_t cut = 0; cut <= out.len; cut++) {
		struct linetimes t = LINETIMES_INIT;

		linetimes_feed(&t, out.data, cut);
		assert_true(t.items.len <= whole.items.len);
		for (size_t i = 0; i < t.items.len; i++)
			assert_int_equal(t.items.items[i].line, i * 100);
		linetimes_feed(&t, out.data + cut, out.len - cut);
		assert_same(&t, &whole);
		linetimes_fini(&t);
	}
	str_fini(&out);
	linetimes_fini(&whole);
}

/* A file of somebody else's, or one that makes no sense, gives no times and no harm. */
static void
foreign_file_gives_none(void **state)
{
	struct dice dice = { 5 };

	for (int i = 0; i < 2000; i++) {
		struct linetimes t = LINETIMES_INIT;
		char bytes[200];
		size_t len = dice_below(&dice, sizeof(bytes));

		for (size_t j = 0; j < len; j++)
			bytes[j] = (char)dice_below(&dice, 256);
		if (i % 2 && len > 8)
			memcpy(bytes, "xtimes1\n", 8);
		linetimes_feed(&t, bytes, len);
		for (size_t j = 1; j < t.items.len; j++) {
			assert_true(t.items.items[j].line >= t.items.items[j - 1].line);
			assert_true(t.items.items[j].ms >= t.items.items[j - 1].ms);
		}
		if (i % 2 == 0)
			assert_int_equal(t.items.len, 0);
		assert_true(linetimes_find(&t, SIZE_MAX) >= -1);
		linetimes_fini(&t);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_find_their_time),
		cmocka_unit_test(near_lines_share),
		cmocka_unit_test(file_is_read_back),
		cmocka_unit_test(cut_file_gives_its_pairs),
		cmocka_unit_test(foreign_file_gives_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
