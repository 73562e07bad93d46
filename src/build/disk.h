/* disk: where the space goes: what builds left in the target folder, and what lies elsewhere for them. */
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/err.h"
#include "build/targetdir.h"

struct workspace;

enum store_kind {
	STORE_SYSROOT,  /* xtui's, one row a tree */
	STORE_REGISTRY, /* cargo's: crates, their sources, git repositories */
	STORE_IMAGE,    /* of containers that cross builds in */
	STORE_VOLUME,   /* target folders of containers, on an engine elsewhere */
	STORE_LOGS,     /* xtui's logs of past runs, history, kept old files */
	STORE_CACHE,    /* xtui's caches and downloads */
};
const char *store_kind_name(enum store_kind kind); /* "sysroot", as in disk --json */

struct disk_store {
	enum store_kind kind;
	const char *name; /* "x86_64-unknown-freebsd 14.3" */
	const char *path; /* NULL: an image, a volume */
	uint64_t bytes; /* as the engine says for images: layers that images share count for each */
};

struct disk {
	struct target_trees trees; /* empty without a workspace */
	VEC(struct disk_store) stores;
	uint64_t total;
	struct arena arena;
};

/* `ws` NULL: only what lies elsewhere. Blocks while it walks; for a worker thread. What cannot be read
 * makes the answer false with err, the rest being counted. */
bool disk_read(const struct workspace *ws, struct disk *out, struct err *err);
void disk_fini(struct disk *disk);
