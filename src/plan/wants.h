/* wants: the targets that a workspace's own files say it builds for. */
#pragma once
#include <stddef.h>
#include "base/arena.h"

struct survey;

struct want {
	const char *triple;
	const char *origin; /* where it is said first: ".github/workflows/ci.yml:12" */
};

struct wants {
	struct want *items; /* each target once, as the files come: configuration first, then CI */
	size_t count;
};

/* Reads cargo's configuration in the workspace, rust-toolchain.toml, Cross.toml, the settings of
 * dist and maturin, and CI files; what cannot be read says nothing. Only targets of the survey's
 * table count. In the arena; without a workspace there are none. */
void wants_read(const struct survey *s, struct arena *arena, struct wants *out);
