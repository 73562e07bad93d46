/* engine: the container engines of this machine, as far as they can be judged without asking them. */
#pragma once
#include <stdbool.h>
#include "base/arena.h"

struct tool_index;

enum engine_state {
	ENGINE_ABSENT,
	ENGINE_RUNS,
	ENGINE_STOPPED,   /* nobody listens at its socket */
	ENGINE_NO_RIGHTS, /* somebody does, but not to this user */
	ENGINE_UNKNOWN,   /* it is somewhere else: another machine, a context */
};

struct engine {
	const char *name; /* "docker" */
	const char *path; /* or NULL */
	enum engine_state state;
	const char *why; /* what is wrong, one line; NULL when nothing is */
	const char *fix; /* the command that mends it, or NULL */
};

/* "docker" or "podman"; texts in the arena. Runs nothing. */
struct engine engine_look(const char *name, const struct tool_index *tools, struct arena *arena);
/* The one that cross started by hand takes: CROSS_CONTAINER_ENGINE, else docker, else podman, also where
 * docker is there and does not run (cross 0.2.5, src/docker/engine.rs). */
struct engine engine_cross_takes(const struct tool_index *tools, struct arena *arena);
/* The one that xtui gives cross: the same, but podman stands in for a docker that does not run. */
struct engine engine_of_cross(const struct tool_index *tools, struct arena *arena);
