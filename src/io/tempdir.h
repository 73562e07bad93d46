/* tempdir: a private folder that goes with its owner.
 *
 * It holds a file that the owner keeps locked, so that who comes later finds what one that was killed
 * has left behind. */
#pragma once
#include <stddef.h>
#include "base/err.h"

struct tempdir;

/* Below `parent` (absolute); the name begins with "xtui-". NULL with err. */
struct tempdir *tempdir_open(const char *parent, const char *prefix, struct err *err);
void tempdir_close(struct tempdir *t); /* removes it with all in it; NULL is fine */
const char *tempdir_path(const struct tempdir *t);

/* Removes those below parent that are this user's and whose owner is dead; how many. */
size_t tempdir_sweep(const char *parent);
/* The same in every place where xtui makes some. */
void tempdir_sweep_all(void);
/* Those places in their order: $XDG_RUNTIME_DIR, $TMPDIR, /tmp; NULL where one is not set. */
#define TEMPDIR_PLACES 3
void tempdir_places(const char *places[TEMPDIR_PLACES]);
