/* targets: every target of a toolchain, and what is known of each.
 *
 * From rustc itself (`--print all-target-specs-json`, kept in the cache by commit), from rustup's
 * manifest for what can be had, from the sysroot for what is installed; data/targets.json when there
 * is no rustc or it is too old to tell. Groups, popularity and purposes come from
 * data/platforms.toml. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

struct toolchain;

enum std_state {
	STD_INSTALLED,
	STD_AVAILABLE, /* `rustup target add` would bring it */
	STD_SOURCE,    /* no prebuilt one: -Z build-std with rust-src */
	STD_NONE,      /* the target has no std (bare metal) and no prebuilt core here */
};
const char *std_state_name(enum std_state s); /* as in the JSON: "installed" */

enum target_platform { /* the groups of the Targets screen, in its order */
	PLATFORM_LINUX,
	PLATFORM_LINUX_MUSL,
	PLATFORM_WINDOWS,
	PLATFORM_MACOS,
	PLATFORM_BSD,
	PLATFORM_ANDROID,
	PLATFORM_IOS,
	PLATFORM_WASM,
	PLATFORM_BARE,
	PLATFORM_OTHER,
	PLATFORM_COUNT
};
const char *target_platform_name(enum target_platform p); /* "Linux", "Bare metal" */

struct target {
	const char *triple;
	const char *description; /* with kernel and glibc floor, from rustc; "" unknown */
	const char *arch;        /* "x86_64", "arm" */
	const char *os;          /* "linux", "windows", "none" */
	const char *env;         /* "gnu", "musl", "msvc", "" */
	const char *abi;         /* "eabihf", "" */
	const char *vendor;
	const char *families; /* "unix", "windows", "unix wasm", "" */
	const char *linker;   /* rustc's default: "cc", "rust-lld"; by flavor where none is named */
	const char *linker_flavor; /* "gnu-cc", "darwin-cc", … */
	const char *exe_suffix;    /* ".exe", ".wasm", "" */
	int tier;                  /* 1 to 3; 0 unknown */
	int pointer_width;         /* 16, 32, 64 */
	bool big_endian;
	bool host_tools;
	bool has_std; /* the target has a std at all */
	bool crt_static_default;
	bool dynamic_linking; /* cdylib and proc macros are possible */
	/* crt objects and libc come with std (musl, wasi, windows-gnu); an installed one has them */
	bool self_contained_crt;
	enum std_state std;
	enum target_platform platform;
	int popularity;      /* place among the targets that everyone uses, 0 first; -1 the rest */
	const char *purpose; /* what it is for, one sentence without full stop; or NULL */
};

struct target_table {
	struct target *items; /* sorted by triple */
	size_t len;
	const char *source; /* "rustc 1.95.0", "built in (1.95.0)" */
	struct arena arena; /* all strings */
};

/* The table of a toolchain; `tc` NULL gives the built-in one with nothing installed. `quick`: only
 * files and caches, the built-in table where the cache is cold; else rustc is asked (once per
 * commit). Never NULL. */
struct target_table *targets_load(const struct toolchain *tc, bool quick);
void targets_free(struct target_table *table);
const struct target *targets_find(const struct target_table *table, const char *triple);
/* What a name that is none of them most likely means: few letters differ, or its own come in order.
 * NULL: nothing is near. */
const struct target *targets_nearest(const struct target_table *table, const char *typed);
/* Whether a text has the form of a Rust target triple with a known architecture; no table is asked. */
bool targets_is_triple(struct span text);
/* "x86_64-linux-gnu", "x86_64-windows-msvc": without a vendor that says nothing, where room is dear. */
void targets_short_name(const char *triple, struct str *out);
/* Fills t with what the name alone tells, for a triple that no table has; texts go to the arena. */
void targets_guess(struct target *t, struct arena *arena, const char *triple);
/* An err (ERR_USAGE) that says triple is unknown and names the nearest ones. Returns false. */
bool targets_err_unknown(const struct target_table *table, const char *triple, struct err *err);
/* Whether the toolchain with that sysroot has a standard library of the target, or a core, made. */
bool targets_has_std(const char *sysroot, const char *triple);
