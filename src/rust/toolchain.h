/* toolchain: which rustc and cargo a project uses, decided as cargo and rustup would.
 *
 * cargo is the first on PATH, rustc is RUSTC or the first on PATH; where one of them is rustup
 * under another name, the toolchain's own program stands for it (rust/rustup). rustup is never run,
 * and never made to install anything. What `rustc -vV` says is kept in the cache by the identity of
 * the program. */
#pragma once
#include <stdbool.h>
#include "base/err.h"
#include "io/proc.h"

enum toolchain_kind { TOOLCHAIN_RUSTUP, TOOLCHAIN_SYSTEM }; /* of rustc and its std */

struct toolchain {
	enum toolchain_kind kind;
	char *name;   /* "stable-x86_64-unknown-linux-gnu"; "system" without rustup */
	char *origin; /* what chose it: "default", "RUSTUP_TOOLCHAIN", "/p/rust-toolchain", "PATH" */
	char *rustc;  /* path of the real program, no proxy */
	char *cargo;  /* path of the real program */
	char *sysroot;     /* <sysroot>/lib/rustlib/<triple>/lib holds a target's std */
	char *rustup;      /* path, or NULL */
	char *rustup_home; /* or NULL when there is no rustup */
	char *release;     /* "1.95.0" */
	char *channel;     /* "stable", "beta", "nightly", "dev" */
	char *commit;      /* hash, or the version line where the distribution leaves it out */
	char *commit_date; /* "2026-04-14", or NULL */
	char *host;        /* triple */
	char *llvm;        /* "22.1.2", or NULL */
	/* cargo is the system's and rustc rustup's, or the reverse: what one has installed, the
	 * other does not find */
	bool is_mixed;
	char *rustup_name; /* what RUSTUP_TOOLCHAIN must say, or NULL when rustup has no part in it */
	char *child_path;      /* PATH for children, or NULL when ours will do */
	char *child_libraries; /* where children look for shared libraries first, or NULL */
	char *child_home; /* CARGO_HOME for children, as rustup names it to them, or NULL: as it is */
	bool sets_rustc; /* children need RUSTC, or another rustc would be found */
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

/* What a child that runs this toolchain's cargo or rustc gets: RUSTUP_TOOLCHAIN,
 * RUSTUP_AUTO_INSTALL=0, RUSTC where needed, CARGO_HOME, PATH and the library path as rustup would make
 * them (sccache has every CARGO_ variable in its keys). Appends at most
 * TOOLCHAIN_ENV_MAX edits to env and returns the new count; strings live as long as tc. */
#define TOOLCHAIN_ENV_MAX 8
size_t toolchain_env(const struct toolchain *tc, struct proc_env *env, size_t count);
