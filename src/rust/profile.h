/* profile: release-profile options, their values now, where each comes from, and presets.
 *
 * The table of options gives names, allowed values, defaults and what each costs and brings. Where
 * cargo has several spellings for one value (debug = true, 2, "full"), one of them stands for all.
 * Changes never touch a file here: they become `--config` flags of the build. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include "base/err.h"
#include "base/str.h"

struct cargoconf;
struct workspace;

struct profile_option {
	const char *key;             /* "opt-level" */
	const char *const *values;   /* TOML literals, ends with NULL; NULL: a number */
	const char *release_default; /* TOML literal */
	const char *dev_default;
	const char *effect; /* one line: what it costs and brings */
};
extern const struct profile_option profile_options[];
extern const size_t profile_option_count;
const struct profile_option *profile_option_find(const char *key);

/* The folder that cargo gives a profile below the target folder: "debug" for "dev" (The Cargo Book, "Build
 * cache"); borrowed from `name`, NULL for NULL. */
const char *profile_folder(const char *name);

struct profile_setting {
	const struct profile_option *option;
	char *value;      /* TOML literal in force, one of option->values or a number */
	char *configured; /* what it is without the changes of this session */
	char *origin; /* of that: "default", "Cargo.toml:12", "/p/.cargo/config.toml:3", a variable */
	bool is_changed; /* set by a preset or --set in this session: value is not as configured */
};

struct profile {
	char *name;                       /* "release" */
	struct profile_setting *settings; /* profile_option_count, in the table's order */
};

/* The options in force for a profile of this workspace, by cargo's precedence (environment, config
 * files, Cargo.toml of the root, inherits, built in). ERR_USAGE for an unknown profile name, with the
 * known ones; ERR_PARSE for a bad value, with its place. ws and conf may be NULL (defaults). */
struct profile *profile_load(const char *name, const struct workspace *ws,
	const struct cargoconf *conf, struct err *err);
void profile_free(struct profile *p);

/* Changes one option; `value` as TOML literal or bare word (z, thin, true). ERR_USAGE with the
 * allowed values when it does not fit. A value equal to the one in force undoes the change. */
bool profile_set(struct profile *p, const char *key, const char *value, struct err *err);
bool profile_set_pair(struct profile *p, const char *key_value, struct err *err); /* "lto=fat" */
void profile_reset(struct profile *p); /* all changes undone */
bool profile_is_changed(const struct profile *p);

struct profile_preset {
	const char *name;         /* "small" */
	const char *what;         /* one line */
	const char *const *pairs; /* "opt-level=z" …, ends with NULL */
};
extern const struct profile_preset profile_presets[];
extern const size_t profile_preset_count;
/* Undoes all other changes first. ERR_USAGE with the nearest name for an unknown preset. */
bool profile_apply_preset(struct profile *p, const char *name, struct err *err);

/* The cargo flags for the changed options: `profile.release.lto="fat"` texts, each to be passed
 * after --config; appended as NUL-separated strings, the count comes back. */
size_t profile_config_flags(const struct profile *p, struct str *out);
/* A name for the changes: "as configured", a preset's name when exactly that, "small +lto=thin", or
 * "opt-level=z lto=fat"; caller frees. */
char *profile_variant_name(const struct profile *p);
