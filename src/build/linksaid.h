/* linksaid: which lines of rustc's message of a failed link are the linker's own words. */
#pragma once
#include "base/str.h"

/* Gives each line of `rendered`, its LF with it, in order: with LOGMARK_LINKER or LOGMARK_WARNING
 * where the linker, whose whole output is `said`, says an error or a warning there, else with 0. */
void linksaid_each(struct span rendered, struct span said,
	void (*line)(void *arg, struct span line, unsigned mark), void *arg);
