/* imagelibc: which glibc it is that programs for a target are linked with inside an image, found without
 * running anything of it.
 *
 * A container is created, never started; the C library is copied out of it and removed with it. What that
 * says holds as long as the image has this id. */
#pragma once
#include "base/arena.h"
#include "base/str.h"

struct engine;

#define IMAGELIBC_LIMIT_MS 60000 /* where an engine's storage knows no layers it copies the image */

/* The words of the question, which end with NULL, in the arena; NULL: the target has no glibc. `arch` is the
 * image's own, as engines name it: "amd64". */
const char *const *imagelibc_question(const struct engine *e, const char *id, const char *arch,
	const char *triple, struct arena *arena);
/* "2.36", in the arena, of its answer; NULL: none was found. */
const char *imagelibc_read(const char *answer, struct arena *arena);
