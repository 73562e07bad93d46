/* rustup: which of its toolchains rustup would use, read from its files without running it.
 *
 * Order: the command line, RUSTUP_TOOLCHAIN, then folder by folder upwards a directory override of
 * settings.toml or a toolchain file (so the nearer one wins), then the default. */
#pragma once
#include <stdbool.h>
#include "base/err.h"

struct rustup_choice {
	char *name;   /* "stable-x86_64-unknown-linux-gnu", or the path of a path toolchain */
	char *root;   /* the toolchain's folder, with bin/ in it */
	char *origin; /* "default", "RUSTUP_TOOLCHAIN", "--toolchain", "/p/rust-toolchain.toml" … */
	/* where cargo comes from: root, or for a linked toolchain without one nightly, beta, stable */
	char *cargo_root;
};

/* RUSTUP_HOME or ~/.rustup; caller frees; NULL without a home. */
char *rustup_home(void);
char *rustup_cargo_home(void); /* CARGO_HOME or ~/.cargo, likewise */
/* Whether the program at `path` is rustup itself under another name. */
bool rustup_is_proxy(const char *path);

/* The toolchain for `dir` (absolute); `override` (--toolchain) may be NULL. ERR_ENVIRONMENT when
 * it is not installed or none is chosen, ERR_PARSE for a broken file; out is then empty. */
bool
rustup_choose(const char *dir, const char *override, struct rustup_choice *out, struct err *err);
void rustup_choice_fini(struct rustup_choice *choice);

/* "1.80" on a host x86_64-unknown-linux-gnu: "1.80-x86_64-unknown-linux-gnu"; parts of a triple
 * ("stable-musl") are filled from the host; a custom name stays. Caller frees. */
char *rustup_full_name(const char *name, const char *host);
