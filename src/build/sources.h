/* sources: hears when the source files of a workspace change.
 *
 * Every folder of its packages is watched, and the workspace's own for its manifest. Left out are
 * target folders, what .gitignore leaves out, names that begin with a dot, and Cargo.lock, which cargo
 * writes itself; of .cargo only its TOML files count, for it may be cargo's home as well. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include "base/err.h"

struct loop;
struct sources;
struct workspace;

#define SOURCES_SETTLE_MS 200 /* nothing more has changed for so long */

/* What a changed file means for who builds; bits. */
enum source_kind {
	SOURCE_CODE = 1 << 0,
	SOURCE_SETUP = 1 << 1,  /* Cargo.toml, .cargo/, rust-toolchain: the survey is old */
	SOURCE_CHOICE = 1 << 2, /* xtui.toml */
};

/* `changed` is told a file or folder that changed and the kinds of all, once for what changes in one
 * go, when it has settled. NULL with err when a folder cannot be watched. `ws` must outlive it. */
struct sources *sources_watch(struct loop *l, const struct workspace *ws,
	void (*changed)(void *arg, unsigned kinds, const char *path), void *arg, struct err *err);
/* Closes `old` (NULL is fine): what had not settled there yet is told by `s`. */
void sources_take_over(struct sources *s, struct sources *old);
void sources_close(struct sources *s);             /* NULL is fine */
bool sources_is_settling(const struct sources *s); /* a change is about to be told */
size_t sources_folders(const struct sources *s);   /* that are watched */
