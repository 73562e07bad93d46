/* wish: what xtui.toml asks for one target that this machine has to meet, and where it says so.
 *
 * A survey reads the file once, so that needs, probes and builds are about the same thing. */
#pragma once
#include <stdint.h>
#include "base/arena.h"
#include "ready/tuning.h"

struct choice;

struct wish {
	const char *triple;  /* NULL: the end of a list */
	const char *backend; /* as it was chosen, or NULL */
	const char *glibc;   /* the floor, "2.17", or NULL */
	const char *sdk;     /* Apple's, for zig, or NULL */
	struct tuning tuning;
	/* "xtui.toml:7", or NULL where it says nothing of it */
	const char *linker_place, *cpu_place, *glibc_place;
};

/* Of each target that xtui.toml in `root` says something of; empty for a file that is absent or broken (whoever
 * loads the choice says so). In the arena; `hash` is what wishes_hash says of it. */
const struct wish *wishes_read(const char *root, struct arena *arena, uint64_t *hash);
/* Of all that is wished, to see whether a choice still asks what a survey has heard. */
uint64_t wishes_hash(const struct choice *c);
/* Never NULL: a target of which nothing is said has an empty one. `wishes` may be NULL. */
const struct wish *wishes_find(const struct wish *wishes, const char *triple);
