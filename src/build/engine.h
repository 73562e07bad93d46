/* engine: the container engine that builds go to: docker or podman, here or on another machine. */
#pragma once
#include <stdbool.h>
#include "base/arena.h"
#include "base/err.h"

struct command;
struct survey;

struct engine {
	const char *name; /* "podman" */
	const char *path;
	bool is_remote; /* it is on another machine, as far as the environment says */
};

/* The one that CROSS_CONTAINER_ENGINE names, else the first of docker and podman that answers. Runs it;
 * blocks for a moment. False with ERR_ENVIRONMENT: none is there, or why none answers; texts are
 * borrowed from the survey. */
bool engine_find(struct engine *out, const struct survey *s, struct err *err);
/* A step of the command that gets the image, unless it is there. */
void engine_pull(const struct engine *e, const char *image, struct command *c);
/* A new mark for the containers of one command: "xtui=4711.1", for the option --label. */
const char *engine_label(struct arena *arena);
/* For a shell: ends and removes all containers that have the label. */
const char *engine_sweep(const struct engine *e, const char *label, struct arena *arena);
