/* confview: cargo's configuration laid open: every key of every file, and what becomes of it. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include "base/arena.h"

struct cargoconf;

enum conf_fate {
	CONF_COUNTS,
	CONF_JOINED,     /* an array that is joined with those of other files */
	CONF_OVERRIDDEN, /* another place decides: `by` */
	CONF_AGREES,     /* another place decides, and says the same */
	CONF_IGNORED,    /* cargo does not know the key, or takes no such value: `fault` */
};

struct conf_entry {
	const char *key;   /* "target.aarch64-unknown-linux-gnu.linker" */
	const char *value; /* as TOML, on one line */
	const char *path;  /* of the file, as it is */
	int line;
	enum conf_fate fate;
	const char *by; /* "CARGO_BUILD_JOBS", "/p/.cargo/config.toml:3"; NULL: nothing else does */
	const char *fault; /* what is wrong with it, one line; NULL: nothing */
	bool is_refused;   /* cargo will not go on with such a value */
};

/* Entries in the order of the files, most decisive first, and of their lines; in the arena. */
struct conf_entry *confview_make(const struct cargoconf *conf, struct arena *arena, size_t *count);
