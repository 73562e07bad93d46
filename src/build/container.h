/* container: what builds in containers need of an engine: images that are there, files on another machine,
 * and an end. */
#pragma once
#include <stdbool.h>
#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "ready/engine.h"

struct command;
struct run_spec;
struct way;

/* The engine that the way's containers go to: the one it names, else the one that cross is given. */
struct engine
container_engine(const struct run_spec *spec, const struct way *way, struct arena *arena);
/* Whether it is there and runs, as far as can be told without asking it; ERR_ENVIRONMENT with what would
 * mend it. */
bool container_check_engine(const struct run_spec *spec, const struct way *way, struct err *err);
/* "podman:nas, ssh://me@nas": for people; what engine_address says of it may be NULL. */
const char *container_shown(const struct engine *e, const char *address, struct arena *arena);
/* Adds the words that begin the engine's command lines; to a line for a shell. */
void container_add_engine(const struct engine *e, struct command *c);
void container_append_engine(const struct engine *e, struct str *line);
/* A step of the engine's, "image ls"; the words end with NULL. What a shell is given for these is one line
 * each, and nothing for what only says something. */
void container_step(
	const struct engine *e, struct command *c, const char *title, const char *const *words);
/* A step that asks an engine which could not be judged from here whether it answers; none for others. */
void container_ask(const struct engine *e, struct command *c);
/* A step that gets the image, unless it is there. */
void container_pull(const struct engine *e, const char *image, struct command *c);
/* A step that only says something. */
void container_say(struct command *c, const char *text);
/* A new mark for the containers of one command: "xtui=4711.1", for the option --label. */
const char *container_label(struct arena *arena);
/* For a shell: ends and removes all containers that have the label, with their volumes that have no
 * name. */
const char *container_sweep(const struct engine *e, const char *label, struct arena *arena);
