/* meter: how far a command is with what it downloads, read from what it says (apt-get does). */
#pragma once
#include <stdint.h>
#include "base/str.h"

struct meter {
	int64_t done, total; /* bytes; total 0: it has said nothing */
	int64_t coming;      /* bytes of the file that comes now; not done yet */
	uint64_t began;      /* loop_clock of the first file; 0 none yet */
};

/* Takes notice of one line of output. `now` is loop_clock. */
void meter_line(struct meter *m, struct span line, uint64_t now);
int64_t meter_rate(const struct meter *m, uint64_t now); /* bytes a second; 0 not known */
