/* engine: the container engines that can be reached from here, as far as they can be judged without
 * asking them, and how each is named.
 *
 * A name is a program's, "docker" or "podman", alone or with the place that it is to talk to: a context
 * of docker's or a connection of podman's ("docker:builder", "podman:nas"), or an address
 * ("podman:ssh://me@nas", "docker:unix:///run/user/1000/docker.sock"). */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include "base/arena.h"
#include "base/err.h"
#include "io/proc.h"

struct tool_index;

enum engine_state {
	ENGINE_ABSENT,
	ENGINE_RUNS,
	ENGINE_STOPPED,   /* nobody listens at its socket */
	ENGINE_NO_RIGHTS, /* somebody does, but not to this user */
	ENGINE_UNKNOWN,   /* it is somewhere else: another machine, a context */
};

struct engine {
	const char *name;  /* "docker", "podman:nas" */
	const char *path;  /* of the program, or NULL */
	const char *place; /* context, connection or address that its name has; NULL: none */
	bool is_podman;    /* the program is, whatever it is called */
	enum engine_state state;
	const char *why; /* what is wrong, one line; NULL when nothing is */
	const char *fix; /* the command that mends it, or NULL */
};

/* An engine of this name (above); texts in the arena. Runs nothing. */
struct engine engine_look(const char *name, const struct tool_index *tools, struct arena *arena);
/* The one that cross started by hand takes: CROSS_CONTAINER_ENGINE, else docker, else podman, also where
 * docker is there and does not run (cross 0.2.5, src/docker/engine.rs). */
struct engine engine_cross_takes(const struct tool_index *tools, struct arena *arena);
/* The one that xtui gives cross: the same, but podman stands in for a docker that does not run. */
struct engine engine_of_cross(const struct tool_index *tools, struct arena *arena);

/* The words that begin each of its command lines: its path, and the option that names its place. */
#define ENGINE_WORDS_MAX 4
size_t engine_words(const struct engine *e, const char *words[ENGINE_WORDS_MAX]);
/* What says the same to a program that runs the engine itself (cross); no edits for one without a place.
 * Returns how many; strings live as long as e's. */
#define ENGINE_ENV_MAX 3
size_t engine_env(const struct engine *e, struct proc_env env[ENGINE_ENV_MAX]);
/* Where it is, "ssh://me@nas": by its name, else by the environment, else as the program says when it is
 * asked, which takes a moment; NULL: not known, or here. In the arena. */
const char *engine_address(const struct engine *e, struct arena *arena);
/* Whether what is at the address does not see this machine's files. NULL: false. */
bool engine_is_elsewhere(const char *address);
/* ERR_USAGE for what is no name of an engine. */
bool engine_check_name(const char *name, struct err *err);
