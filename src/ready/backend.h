/* backend: the ways to build a target on this host, as data/backends.toml tells them.
 *
 * An entry says for which targets and hosts it counts, which linkers it takes in order, and which
 * compilers, tools, sysroot and runner go with it. The first entry that matches counts. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include "base/err.h"

struct arena;
struct backends;

/* How cargo itself links for a target with tools of this machine. Lists end with NULL and may be
 * empty, never NULL. */
struct backend_native {
	const char *const *targets; /* globs */
	const char *const *hosts;   /* globs; empty: any */
	const char *const
		*linkers; /* programs to look for, in order; "rust-lld" also where rustc has it;
	                               * empty: rustc's own default */
	const char *const
		*link_args;    /* -C link-arg values; "{sysroot}", "{clang-target}" are put in */
	const char *const *cc; /* C compilers for crates that build C; empty: the linker */
	const char *const
		*cflags;     /* what those need to be told, where they compile for more than it */
	const char *headers; /* the package need that brings its C library's headers, or NULL */
	const char *const *tools;   /* other programs that linking needs */
	const char *const *runners; /* programs that run its binaries here, in order */
	const char *const
		*runner_args; /* what they get first, to be no more than the target's processor */
	const char *runner_node;    /* the script by which node runs one, or NULL */
	const char *runner_sysroot; /* what qemu's -L gets, or NULL */
	const char *sysroot;        /* what must be there besides, or NULL */
	const char *note;           /* a trap worth saying, or NULL */
	bool is_lld;                /* the linker is the one that comes with rustc */
};

/* Which backends can reach a target from a host, the preferred one first. */
struct backend_order {
	const char *const *targets;
	const char *const *hosts;
	const char *const *backends; /* "native", "zig", "cross", "xwin", "ndk" */
	const char *reason;          /* why the first one, one line */
};

/* What a backend other than native needs: of each row of names, one program. */
struct backend_tools {
	const char *name;
	const char *title;
	const char *const *targets;    /* globs of what it can build for */
	const char *const *const *any; /* rows end with NULL, the list of rows too */
	const char *image; /* what it runs in when nothing else is said, with {triple}; or NULL */
};

/* NULL with ERR_PARSE when the table is broken (a test holds that the built-in one is not). */
struct backends *backends_load(struct err *err);
void backends_free(struct backends *b);
/* NULL when no entry matches: cargo alone has no known way. */
const struct backend_native *
backends_native(const struct backends *b, const char *triple, const char *host);
const struct backend_order *backends_order(const struct backends *b, const char *triple,
	const char *host); /* never NULL: the last entry matches all */
const struct backend_tools *backends_tools(const struct backends *b, const char *name);
/* The link_args with the sysroot put in, ends with NULL; in the arena. */
const char *const *
backend_link_args(struct arena *arena, const struct backend_native *native, const char *sysroot);
/* What the target's C compiler has to be told: the entry's own flags, else what of the linker's arguments it
 * needs as well: clang is one for all targets, and is told by --target which is meant. Without that the
 * list is empty; it is in the arena, the texts are not. `native` may be NULL. */
const char *const *backend_cflags(
	struct arena *arena, const struct backend_native *native, const char *const *link_args);
/* Whether a backend other than native can build for a target at all, with its tools there. */
bool backends_reach(const struct backends *b, const char *name, const char *triple);
