/* crossimage: the container image that cross takes for a target, read where cross reads it. */
#pragma once
#include <stdbool.h>
#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

struct workspace;

struct cross_image {
	const char
		*name; /* "ghcr.io/cross-rs/aarch64-unknown-linux-gnu:0.2.5"; NULL: cross's own */
	const char *origin; /* "Cross.toml:3", "CROSS_TARGET_…_IMAGE"; NULL: nobody names it */
	bool is_made; /* cross makes it itself: of a Dockerfile, with commands of its own, for zig */
};

/* CROSS_TARGET_<T>_IMAGE, then CROSS_CONFIG or Cross.toml, then the Cargo.toml's metadata. Texts go to
 * the arena. False with ERR_PARSE for a file that is broken. */
bool cross_image_find(struct cross_image *out, const struct workspace *ws, const char *triple,
	struct arena *arena, struct err *err);
/* What `cross --version` says; runs it. "" when it does not. In the arena. */
struct span cross_version_said(const char *cross, struct arena *arena);
/* The image that the cross that has said so provides for a target: by its own version, or "main" where it was
 * built from its repository; NULL when that was no version. In the arena. */
const char *cross_image_of_version(struct span said, const char *triple, struct arena *arena);
