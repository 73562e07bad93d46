/* pull: how far an engine is with the layers of an image, read from what `pull` prints to a terminal, and as
 * far as that goes to a pipe: podman says there when a layer begins and no more.
 *
 * docker:  59bf1c3509f3: Downloading [==>   ]  1.2MB/3.4MB      59bf1c3509f3: Pull complete
 * podman:  Copying blob 59bf1c3509f3 [==>---] 1.2MiB / 3.4MiB   Copying blob 59bf1c3509f3 done */
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include "base/str.h"

struct pull;

#define PULL_TERMINAL_COLS 160 /* bars and numbers of a layer have room in one row */

struct pull_count {
	int done, layers;               /* layers: those that were told of so far; 0: none */
	uint64_t done_bytes, all_bytes; /* all 0: not known of each layer */
};

struct pull *pull_new(void);
void pull_free(struct pull *p); /* NULL is fine */
/* A line, or a part of one that a CR ended. Whether it is worth a line of a log: the end of a layer and all that
 * is no progress, once each. */
bool pull_line(struct pull *p, struct span line);
struct pull_count pull_count(const struct pull *p);
