/* toolchain: which rustc and cargo a project uses, decided as cargo and rustup would.
 *
 * Order: --toolchain, RUSTUP_TOOLCHAIN, a directory override, rust-toolchain(.toml) upwards, the
 * default; without rustup the rustc of RUSTC or PATH. rustup is never run, and never made to
 * install anything: its files are read. */
#pragma once
#include <stdbool.h>
#include "base/err.h"
#include "io/proc.h"

enum toolchain_kind { TOOLCHAIN_RUSTUP, TOOLCHAIN_SYSTEM };

struct toolchain {
	enum toolchain_kind kind;
	char *name;        /* "stable-x86_64-unknown-linux-gnu"; "system" without rustup */
	char *origin;      /* what chose it: "default", "RUSTUP_TOOLCHAIN", "/p/rust-toolchain.toml" */
	char *rustc;       /* path of the real program, no proxy */
	char *cargo;       /* path of the real program */
	char *sysroot;     /* <sysroot>/lib/rustlib/<triple>/lib holds a target's std */
	char *rustup;      /* path, or NULL */
	char *rustup_home; /* or NULL */
	char *release;     /* "1.95.0" */
	char *channel;     /* "stable", "beta", "nightly", "dev" */
	char *commit;      /* hash, or the version line where the distribution leaves it out */
	char *commit_date; /* "2026-04-14", or NULL */
	char *host;        /* triple */
	char *llvm;        /* "22.1", or NULL */
};

struct toolchain_query {
	const char *dir;      /* where the project is; absolute */
	const char *override; /* --toolchain or +toolchain, or NULL */
	bool quick;           /* use only files and caches: run nothing (first frame) */
};

/* NULL with err (ERR_ENVIRONMENT) when there is no cargo, or the pinned toolchain is not installed:
 * the message names the file and line of the pin, the remedy the command. With `quick`, NULL also
 * when the cache does not know this rustc yet (err->kind stays ERR_NONE then). */
struct toolchain *toolchain_find(const struct toolchain_query *query, struct err *err);
void toolchain_free(struct toolchain *tc);

/* What a child that runs this toolchain's cargo or rustc gets: RUSTUP_TOOLCHAIN, RUSTUP_AUTO_INSTALL=0,
 * RUSTC where needed, PATH with the toolchain's bin where rustup would put it. Appends at most 8
 * edits to env and returns the new count; strings live as long as tc. */
size_t toolchain_env(const struct toolchain *tc, struct proc_env *env, size_t count);
