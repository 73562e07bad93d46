/* manifest: a workspace as its Cargo.toml files alone tell it, without cargo.
 *
 * Good enough for the first frame and for naming the place of a mistake: members by pattern and by
 * path dependency, libraries and programs; no examples, tests or benches. */
#pragma once
#include <stdbool.h>
#include "base/err.h"
#include "base/str.h"

struct workspace;

/* Fills root, name, version and packages of ws from ws->manifest (absolute) and the files it leads
 * to. ERR_PARSE for a broken one; errors show paths relative to `base`. */
bool manifest_read(struct workspace *ws, const char *base, struct err *err);
/* Whether a crate of this name is there to compile or find C libraries at build time. */
bool manifest_is_c_builder(struct span crate);
