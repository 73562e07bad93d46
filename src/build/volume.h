/* volume: what containers keep on an engine that does not see our files: the target folder of a workspace's target,
 * so that the next build there is of what has changed, and one registry for all.
 *
 * The folder here that stands for it (build/place.h) has a list, xtui-volumes, with a line for each: engine,
 * volume, triple. */
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/err.h"
#include "base/vec.h"

#define VOLUME_REGISTRY "xtui-registry" /* cargo's, of all projects */

struct volume {
	const char *engine; /* as ready/engine.h names it */
	const char *name;
	const char *triple;
	const char *folder; /* the target folder here */
	uint64_t bytes;     /* once it is measured; 0: not known, not there */
};

struct volumes {
	VEC(struct volume) items;
	struct arena arena;
};

/* The name of the volume for a target folder here: the same each time. */
const char *volume_name(const char *engine, const char *target_dir, struct arena *arena);
/* Notes it in the folder; what cannot be written is logged. */
void volume_keep(const char *engine, const char *name, const char *triple, const char *target_dir);
/* Those that are noted below a target folder of cargo's. To be given to volumes_fini. */
void volumes_read(struct volumes *v, const char *target_dir);
void volumes_fini(struct volumes *v);
/* Asks the engine how large it is. Blocks. */
uint64_t volume_measure(struct volume *v);
/* Removes it there, and the folder here with all that has come back, unless that is a target folder as well; false with err when the engine does not
 * (ERR_FAILED). One that was gone is fine. */
bool volume_remove(const struct volume *v, struct err *err);
