/* nativecrates: what the crates of a Cargo.lock need besides rustc, by data/crates.toml. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

enum {
	WANTS_CC = 1 << 0,
	WANTS_CXX = 1 << 1,
	WANTS_CMAKE = 1 << 2,
	WANTS_PKG_CONFIG = 1 << 3,
	WANTS_LIBCLANG = 1 << 4,
	WANTS_MAKE = 1 << 5,
	WANTS_PERL = 1 << 6,
	WANTS_NASM = 1 << 7,
	WANTS_COUNT = 8,
};

struct native_crate {
	const char *name;
	unsigned wants;             /* WANTS_ bits */
	const char *library;        /* that must be here for the target ("OpenSSL"), or NULL */
	const char *pc;             /* its name for pkg-config, with the library */
	const char *const *targets; /* globs, ends with NULL; empty: all */
	bool has_fallback;          /* builds its own copy of the library when there is none */
};

/* The crates of the lock file's text that want something; all in the arena. */
struct native_crate *nativecrates_find(struct span lock, struct arena *arena, size_t *count);
bool native_crate_is_for(const struct native_crate *c, const char *triple);
/* Checks such a file as data/crates.toml. For tests. */
bool nativecrates_check(struct span bytes, const char *name, struct err *err);
