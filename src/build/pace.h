/* pace: how long a build takes, by those that went well before. */
#pragma once
#include <stddef.h>
#include <stdint.h>

#define PACES_MAX 20

struct pace {
	int units; /* that rustc was run for; above 0 */
	uint64_t ms;
};

struct paces {
	struct pace items[PACES_MAX]; /* the newest first */
	size_t count;
};

/* For so many units that rustc is run for: as those that had about as many took, the median of the last
 * five; where there are none, the one that is nearest, in proportion. `units` 0: not known, as the last
 * five of any size. 0: there is nothing to go by. */
uint64_t pace_expect(const struct paces *paces, int units);
