/* crossfile: what of a project's settings for cross the cross at hand does not take: its release and its main
 * branch know different ones (data/cross.toml), and neither knows a slip. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include "base/arena.h"
#include "base/str.h"

struct workspace;

struct cross_fault {
	const char *place; /* "Cross.toml:3", "CROSS_BUILD_XARGO" */
	const char *text;  /* one line: what is so */
	const char *advice;
	bool is_grave; /* cross ends with an error; else the setting has no effect */
};

#define CROSS_FAULTS_MAX 32

/* Whether the program at the path, whose --version has said so, is built of cross's repository: it names a
 * commit, and cargo's list of what it has installed there does not have it from a registry. */
bool cross_is_of_main(const char *program, struct span version);
/* What cross, of its main branch or the release, makes of CROSS_CONFIG or Cross.toml, of the Cargo.toml's
 * metadata and of the environment. Texts go to the arena. A broken file has no faults here: who uses it tells
 * of it. */
size_t cross_faults(const struct workspace *ws, bool is_main, struct arena *arena,
	struct cross_fault faults[CROSS_FAULTS_MAX]);
/* Why that cross provides no image for a target that the other one has; NULL: it does, or nobody does. In the
 * arena. */
const char *cross_image_missing(bool is_main, const char *triple, struct arena *arena);
