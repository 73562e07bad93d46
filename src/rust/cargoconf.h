/* cargoconf: cargo's configuration as it applies to a folder.
 *
 * Every .cargo/config.toml from the folder upwards and in CARGO_HOME, `include`d files, the legacy
 * name without extension, and the environment (CARGO_TARGET_<T>_LINKER …), with cargo's precedence:
 * environment over files, deeper files over outer ones; arrays join, tables merge. Answers are kept,
 * so asking again costs nothing; any thread may ask. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include "base/err.h"
#include "base/str.h"

struct cargoconf;
struct conf_files;

struct conf_value {
	const char *text; /* a string or other scalar as text; NULL for an array */
	/* of an array, ends with NULL; also of a text that cargo splits at blanks (rustflags,
	 * runner); else NULL */
	const char *const *items;
	const char *path; /* file it comes from, of joined arrays the deciding one; "environment" */
	const char *name; /* the variable, when from the environment; else the key */
	bool is_string;   /* in a file: a string, not a number or truth value */
	int line, column; /* 0 for the environment */
};

/* `dir` absolute. ERR_PARSE for a file that is broken or does not go with another. */
struct cargoconf *cargoconf_load(const char *dir, struct err *err);
/* What is after --config of a cargo that is to be started: KEY=VALUE or a file, as seen from `dir`. It goes before
 * all else, the environment too. Before anything is asked. */
bool
cargoconf_add_argument(struct cargoconf *conf, const char *dir, const char *text, struct err *err);
void cargoconf_free(struct cargoconf *conf);
/* The files read, most decisive first. */
size_t cargoconf_file_count(const struct cargoconf *conf);
const char *cargoconf_file(const struct cargoconf *conf, size_t i);

/* The same files with what is in them; for rust/confview. */
const struct conf_files *cargoconf_files(const struct cargoconf *conf);

/* The value that wins for a dotted key ("build.target-dir", "profile.release.lto"); false when
 * nothing sets it. Strings live as long as conf; relative paths are resolved as cargo does for keys
 * that are paths. The variables cargo knows under another name (CARGO_TARGET_DIR, RUSTC_WRAPPER,
 * RUSTC, CARGO_INCREMENTAL) count too. */
bool cargoconf_get(const struct cargoconf *conf, const char *key, struct conf_value *value);
/* target.<triple>.<key> with the environment's CARGO_TARGET_<TRIPLE>_<KEY>, and target.'cfg(…)'
 * tables whose cfg is met by the triple where cargo would look at them (linker, runner, rustflags). */
bool cargoconf_target(const struct cargoconf *conf, const char *triple, const char *key,
	struct conf_value *value);
/* The rustflags that win for a triple: CARGO_ENCODED_RUSTFLAGS, RUSTFLAGS, target, build. */
bool
cargoconf_rustflags(const struct cargoconf *conf, const char *triple, struct conf_value *value);
/* "AARCH64_UNKNOWN_LINUX_GNU": for variable names; caller frees. */
char *cargoconf_env_triple(const char *triple);
