/* ring: two threads and a bounded number of bytes between them. */
#include "tests/unit/check.h"
#include "io/ring.h"
#include <pthread.h>
#include "tests/unit/dice.h"

#define TOTAL 2000000

struct pipe {
	struct ring *ring;
	uint64_t seed;
	size_t most; /* bytes put at once */
	bool ok;
};

static unsigned char
byte_at(size_t i)
{
	return (unsigned char)(i * 31 + i / 251);
}

static void *
put_all(void *arg)
{
	struct pipe *p = arg;
	struct dice dice = { p->seed };
	unsigned char piece[5000];
	size_t done = 0;

	p->ok = true;
	while (done < TOTAL && p->ok) {
		size_t len = 1 + dice_below(&dice, p->most);

		len = len < TOTAL - done ? len : TOTAL - done;
		for (size_t i = 0; i < len; i++)
			piece[i] = byte_at(done + i);
		p->ok = ring_put(p->ring, piece, len);
		done += len;
	}
	ring_end(p->ring);
	return NULL;
}

/* Every byte arrives once, in order, whatever the sizes of ring and pieces; then comes the end. */
static void
in_order(void **state)
{
	static const size_t sizes[] = { 1, 2, 7, 64, 4096, 100000 };

	for (size_t i = 0; i < COUNT(sizes); i++) {
		struct pipe p = { ring_new(sizes[i]), i, sizes[i] < 64 ? 5 : 5000, false };
		const void *bytes;
		size_t done = 0, len, total = sizes[i] < 64 ? 20000 : TOTAL;
		pthread_t thread;

		assert_int_equal(pthread_create(&thread, NULL, put_all, &p), 0);
		while (done < total && (len = ring_take(p.ring, &bytes))) {
			for (size_t n = 0; n < len; n++)
				if (((const unsigned char *)bytes)[n] != byte_at(done + n))
					fail_msg("byte %zu of ring %zu", done + n, sizes[i]);
			done += len;
		}
		assert_true(done >= total);
		if (total < TOTAL)
			ring_break(p.ring);
		pthread_join(thread, NULL);
		assert_int_equal(ring_take(p.ring, &bytes), 0);
		assert_int_equal(p.ok, total == TOTAL);
		ring_free(p.ring);
	}
}

/* Nobody waits at a broken ring, neither for room nor for bytes. */
static void
broken(void **state)
{
	struct ring *r = ring_new(4);
	const void *bytes;

	assert_true(ring_put(r, "abc", 3));
	assert_false(ring_is_broken(r));
	ring_break(r);
	assert_true(ring_is_broken(r));
	assert_false(ring_put(r, "defgh", 5));
	assert_int_equal(ring_take(r, &bytes), 0);
	ring_free(r);
	ring_free(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(in_order),
		cmocka_unit_test(broken),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
