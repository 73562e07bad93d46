/* backend: the ways to build a target on this host (data/backends.toml).
 *
 * An entry says for which targets it counts, which linker names it takes in order, which compiler,
 * sysroot and runner go with it. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include "base/err.h"

struct target;

/* How `native` reaches a target from this host. All strings live as long as the program. */
struct backend_native {
	const char *const *linkers; /* names to look for, in order; ends with NULL; empty: rustc's own */
	const char *linker_kind;    /* "cc": a C driver; "rust-lld": comes with rustc; "none": impossible */
	const char *const *link_args; /* rustc -C link-arg values that go with it; ends with NULL */
	const char *cc;             /* C compiler for crates that build C, or NULL when the linker is it */
	const char *runner;         /* program that runs its binaries here ("qemu-aarch64"), or NULL */
	const char *runner_sysroot; /* what qemu's -L gets, or NULL */
	const char *sysroot;        /* what must be there besides ("freebsd base", "macOS SDK"), or NULL */
	const char *note;           /* a trap worth saying, or NULL */
	bool is_host;               /* the target runs on this machine as it is */
};

/* The native way from `host` (a triple) to the target; false when there is none. */
bool backend_native_find(const struct target *t, const char *host, struct backend_native *out);
/* The backends that can ever reach the target from this host, most preferred first, as names
 * ("native", "zig", "cross", "xwin", "ndk"); ends with NULL; `max` entries at most. */
size_t backend_names(const struct target *t, const char *host, const char **names, size_t max);
/* Why the first one is preferred; one line. */
const char *backend_reason(const struct target *t, const char *host, const char *backend);
bool backend_check(struct err *err); /* data/backends.toml is whole; for tests */
