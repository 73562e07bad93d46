/* cargoconf: cargo's configuration as it applies to a folder.
 *
 * Every .cargo/config.toml from the folder upwards and in CARGO_HOME, `include`d files, the legacy
 * name without extension, and the environment (CARGO_TARGET_<T>_LINKER …), with cargo's precedence:
 * environment over files, deeper files over outer ones; arrays join, tables merge. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include "base/err.h"
#include "base/str.h"

struct cargoconf;

struct conf_value {
	const char *text;   /* a string or other scalar as text; NULL for an array */
	const char *const *items; /* of an array, ends with NULL; a string split at blanks where cargo does */
	const char *path;   /* file it comes from, or "environment" */
	const char *name;   /* the variable, when from the environment; else the key */
	int line, column;   /* 0 for the environment */
};

struct cargoconf *cargoconf_load(const char *dir, struct err *err); /* ERR_PARSE for a broken file */
void cargoconf_free(struct cargoconf *conf);
/* The files read, most decisive first. */
size_t cargoconf_file_count(const struct cargoconf *conf);
const char *cargoconf_file(const struct cargoconf *conf, size_t i);

/* The value that wins for a dotted key ("build.target-dir", "target.<triple>.linker"); false when
 * nothing sets it. Strings live as long as conf; relative paths in files are resolved as cargo does
 * for keys that are paths. */
bool cargoconf_get(const struct cargoconf *conf, const char *key, struct conf_value *value);
/* target.<triple>.<key> with the environment's CARGO_TARGET_<TRIPLE>_<KEY>, and target.'cfg(…)'
 * tables whose cfg is met by the triple where cargo would look at them (linker, runner, rustflags). */
bool cargoconf_target(const struct cargoconf *conf, const char *triple, const char *key,
	struct conf_value *value);
/* The rustflags that win for a triple: CARGO_ENCODED_RUSTFLAGS, RUSTFLAGS, target, build. */
bool cargoconf_rustflags(const struct cargoconf *conf, const char *triple, struct conf_value *value);
/* "AARCH64_UNKNOWN_LINUX_GNU": for variable names; caller frees. */
char *cargoconf_env_triple(const char *triple);
