#include "build/pace.h"
#include <stdbool.h>
#include <stdlib.h>

#define ASKED_MAX 5

/* By no more than a quarter. */
static bool
is_alike(int a, int b)
{
	return (a < b ? b : a) * 4 <= (a < b ? a : b) * 5;
}

static bool
is_nearer(const struct pace *a, const struct pace *b, int units)
{
	return !b || llabs((long long)a->units - units) < llabs((long long)b->units - units);
}

static int
compare_times(const void *a, const void *b)
{
	uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;

	return (left > right) - (left < right);
}

static uint64_t
median(uint64_t *times, size_t count)
{
	qsort(times, count, sizeof(*times), compare_times);
	return (times[(count - 1) / 2] + times[count / 2]) / 2;
}

uint64_t
pace_expect(const struct paces *paces, int units)
{
	const struct pace *nearest = NULL;
	uint64_t times[ASKED_MAX];
	size_t count = 0;

	for (size_t i = 0; i < paces->count && count < ASKED_MAX; i++) {
		const struct pace *p = &paces->items[i];

		if (units <= 0 || is_alike(p->units, units))
			times[count++] = p->ms;
		if (is_nearer(p, nearest, units))
			nearest = p;
	}
	if (count)
		return median(times, count);
	return nearest ? nearest->ms * (uint64_t)units / (uint64_t)nearest->units : 0;
}
