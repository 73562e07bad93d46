/* container: what builds in containers need of an engine: images that are there, and an end. */
#pragma once
#include <stdbool.h>
#include "base/arena.h"
#include "base/err.h"
#include "ready/engine.h"

struct command;
struct tool_index;

/* Whether the engine that containers go to is there and runs, as far as can be told without asking it;
 * ERR_ENVIRONMENT with what would mend it. */
bool container_engine_runs(const struct tool_index *tools, struct err *err);
/* A step that asks an engine which could not be judged from here whether it answers; none for others. */
void container_ask(const struct engine *e, struct command *c);
/* A step that gets the image, unless it is there. */
void container_pull(const struct engine *e, const char *image, struct command *c);
/* A new mark for the containers of one command: "xtui=4711.1", for the option --label. */
const char *container_label(struct arena *arena);
/* For a shell: ends and removes all containers that have the label. */
const char *container_sweep(const struct engine *e, const char *label, struct arena *arena);
