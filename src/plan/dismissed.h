/* dismissed: what a person was shown that a project needs set up, and left as it was: it does not show itself
 * a second time.
 *
 * $XDG_STATE_HOME/xtui/plans/<digest of the folder>.dismissed has a number that stands for it. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

/* Whether this is what was dismissed last for the folder. */
bool dismissed_is(const char *dir, uint64_t what);
/* 0: nothing is. Where it cannot be kept it is shown again, which is no harm. */
void dismissed_keep(const char *dir, uint64_t what);
