/* wait: for what another process or thread does and nobody tells of: looked at every two milliseconds, until
 * a deadline. What a loop tells of is waited for on the loop. */
#pragma once
#include <poll.h>
#include "io/loop.h"
#include "unit/check.h"

#define WAIT_US 60000000

/* Lets a moment pass; false when `end`, of loop_clock, has passed. */
static inline bool
wait_more(uint64_t end)
{
	poll(NULL, 0, 2);
	return loop_clock() < end;
}

/* Fails the test at the deadline; not in a thread of its own. */
#define wait_until(condition)                                                                      \
	do {                                                                                       \
		uint64_t end_ = loop_clock() + WAIT_US;                                            \
		while (!(condition))                                                               \
			if (!wait_more(end_))                                                      \
				fail_msg("waited in vain: %s", #condition);                        \
	} while (0)
