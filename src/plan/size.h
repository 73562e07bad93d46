/* size: what a step's command would fetch and put on disk, asked of the tool itself. */
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include "base/str.h"

struct step;

struct step_size {
	int64_t bytes;      /* over the net; -1 unknown */
	int64_t disk_bytes; /* -1 unknown */
};

/* Whether the tool of this step can say. */
bool size_can_be_asked(const struct step *step);
/* Asks it, for at most timeout_ms; needs no root and changes nothing. Blocks: call it on a worker
 * thread. False when it does not say. */
bool size_ask(const struct step *step, unsigned timeout_ms, struct step_size *out);
/* The same from what the tool printed. For tests. */
bool size_read(const char *program, struct span said, struct step_size *out);
