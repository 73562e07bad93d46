/* Links with fat LTO begin as far as memory has room for them. */
#include "build/linkgate.h"
#include "check.h"

static uint64_t there;
static char begun[64];

static uint64_t
available(void)
{
	return there;
}

static void
begin(void *owner, const void *link)
{
	size_t len = strlen(begun);

	begun[len] = *(const char *)link;
	begun[len + 1] = '\0';
}

static const char a[] = "a", b[] = "b", c[] = "c", d[] = "d";
static int one, other;

static struct linkgate *
gate(uint64_t bytes)
{
	there = bytes;
	begun[0] = '\0';
	return linkgate_new(available);
}

/* As many as there is room for; the others in the order in which they asked, as room comes. */
static void
as_many_as_fit(void **state)
{
	struct linkgate *g = gate(100);

	assert_true(linkgate_ask(g, &one, a, 50, begin));
	assert_true(linkgate_ask(g, &one, b, 50, begin));
	assert_false(linkgate_ask(g, &other, c, 60, begin));
	assert_false(linkgate_ask(g, &other, d, 1, begin)); /* not past who waits longer */
	there = 10;                                         /* they have taken their part */
	linkgate_leave(g, a);
	assert_string_equal(begun, "");
	there = 100;
	linkgate_leave(g, b);
	assert_string_equal(begun, "cd");
	linkgate_leave(g, c);
	linkgate_leave(g, c);
	linkgate_leave(g, d);
	linkgate_free(g);
}

/* What links unseen holds its part all the while: it is not begun where there is no room, the links of
 * others wait for its end, and one that is begun without room is none the less reckoned with. */
static void
claimed_unseen(void **state)
{
	struct linkgate *g = gate(100);

	assert_true(linkgate_has_room(g, 500));
	linkgate_claim(g, &one, 60);
	assert_false(linkgate_has_room(g, 50));
	assert_true(linkgate_has_room(g, 40));
	assert_false(linkgate_ask(g, &other, a, 50, begin));
	assert_false(linkgate_has_room(g, 1)); /* not past who waits */
	linkgate_forget(g, &one);
	assert_string_equal(begun, "a");
	linkgate_claim(g, &one, 80);
	assert_false(linkgate_ask(g, &other, b, 10, begin));
	linkgate_leave(g, a);
	assert_string_equal(begun, "ab");
	linkgate_free(g);
}

/* One may always run, however little there is, or nobody would come to an end. */
static void
one_always_runs(void **state)
{
	struct linkgate *g = gate(1);

	assert_true(linkgate_ask(g, &one, a, 1000, begin));
	assert_false(linkgate_ask(g, &one, b, 1000, begin));
	assert_false(linkgate_ask(g, &one, c, 1000, begin));
	linkgate_leave(g, a);
	assert_string_equal(begun, "b");
	linkgate_leave(g, b);
	assert_string_equal(begun, "bc");
	linkgate_free(g);
}

/* Where memory cannot be measured nobody waits. */
static void
not_known(void **state)
{
	struct linkgate *g = gate(0);

	assert_true(linkgate_ask(g, &one, a, 1000, begin));
	assert_true(linkgate_ask(g, &one, b, 1000, begin));
	linkgate_free(g);
	linkgate_free(NULL);
}

/* A cargo that was stopped has neither links that run nor ones that wait; one that leaves the queue
 * lets the others pass. */
static void
forgotten(void **state)
{
	struct linkgate *g = gate(100);

	assert_true(linkgate_ask(g, &one, a, 90, begin));
	assert_false(linkgate_ask(g, &one, b, 90, begin));
	assert_false(linkgate_ask(g, &other, c, 10, begin));
	linkgate_leave(g, b);
	assert_string_equal(begun, "c");
	assert_false(linkgate_ask(g, &other, d, 90, begin));
	linkgate_forget(g, &one);
	assert_string_equal(begun, "cd");
	linkgate_free(g);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(as_many_as_fit),
		cmocka_unit_test(claimed_unseen),
		cmocka_unit_test(one_always_runs),
		cmocka_unit_test(not_known),
		cmocka_unit_test(forgotten),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
