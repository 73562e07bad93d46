/* platforms: groups, popularity and purposes of targets, from data/platforms.toml. */
#pragma once
#include <stdbool.h>
#include "base/arena.h"
#include "base/err.h"

struct platforms;
struct target;

struct platforms *platforms_load(struct err *err); /* NULL only when the data file is broken */
void platforms_free(struct platforms *p);
/* Fills platform, popularity and purpose of t from its triple; texts are copied into the arena. */
void platforms_fill(const struct platforms *p, struct target *t, struct arena *arena);
