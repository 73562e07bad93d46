/* profile: release-profile options, their values now, where each comes from, and presets.
 *
 * The table of options gives names, allowed values, defaults and what each costs and brings. Where
 * cargo has several spellings for one value (debug = true, 2, "full"), one of them stands for all.
 * Changes never touch a file here: they become `--config` flags of the build. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

struct cargoconf;
struct toml;
struct workspace;

struct profile_option {
	const char *key;             /* "opt-level" */
	const char *const *values;   /* TOML literals, ends with NULL; NULL: a number */
	const char *release_default; /* TOML literal */
	const char *dev_default;
	const char *effect; /* one line: what it costs and brings */
	bool is_open;       /* takes other values than those, which are the usual ones */
	bool is_whole;      /* of the whole program: no package can have its own */
	bool is_nightly; /* cargo takes it with a feature of nightly's only (rust/profile_known.h) */
};
extern const struct profile_option profile_options[];
extern const size_t profile_option_count;
const struct profile_option *profile_option_find(const char *key);

/* What a value does, in one line. */
const char *profile_effect(const struct profile_option *option, const char *value);

/* The folder that cargo gives a profile below the target folder: "debug" for "dev" (The Cargo Book, "Build
 * cache"); borrowed from `name`, NULL for NULL. */
const char *profile_folder(const char *name);

/* A value that would count if another did not. */
struct profile_layer {
	char *value; /* TOML literal */
	char *origin;
};

struct profile_setting {
	const struct profile_option *option;
	const char *
		table; /* it stands in, below the profile's: "", "package.serde", "build-override" */
	const char *spec; /* of a package's table: "serde", "*"; else NULL */
	/* TOML literal in force, one of option->values or a number; NULL: an override that says nothing */
	char *value;
	char *configured; /* what it is without the changes of this session */
	char *origin; /* of that: "default", "Cargo.toml:12", "/p/.cargo/config.toml:3", a variable; or NULL */
	bool is_changed; /* set by a preset or --set in this session: value is not as configured */
	struct profile_layer *under; /* what it wins over, most decisive first */
	size_t under_count;
};

/* What is said for single packages, for all that are not of the workspace ("*"), or for build scripts, proc
 * macros and what they are made of (spec NULL). */
struct profile_override {
	char *table, *spec;
	struct profile_setting *settings; /* profile_option_count, in the table's order */
	bool is_idle;                     /* Cargo.lock has no package of that name */
};

struct profile {
	char *name;                       /* "release" */
	struct profile_setting *settings; /* profile_option_count, in the table's order */
	char **chain;                     /* the profile, what it inherits from, … the root */
	size_t chain_len;
	struct profile_override *overrides; /* in the order in which they were found */
	size_t override_count;
	struct profile_preset *presets; /* "default" first; the project's and the user's last */
	size_t preset_count;
	struct arena arena; /* texts of presets */
	char *lock;         /* Cargo.lock's text; NULL: there is none */
	char **ignored; /* profiles in a member's manifest, which cargo ignores: "crates/x/Cargo.toml:7" */
	size_t ignored_count;
};

/* The options in force for a profile of this workspace, by cargo's precedence (environment, config
 * files, Cargo.toml of the root, inherits, built in). ERR_USAGE for an unknown profile name, with the
 * known ones; ERR_PARSE for what cargo would refuse, with its place. ws and conf may be NULL (defaults). */
struct profile *profile_load(const char *name, const struct workspace *ws,
	const struct cargoconf *conf, struct err *err);
void profile_free(struct profile *p);
/* The profiles that there are: dev, release, test, bench and the project's own; in the arena. */
const char *const *profile_names(const struct workspace *ws, const struct cargoconf *conf,
	struct arena *arena, size_t *count);

/* All settings, the overrides' too. */
size_t profile_setting_count(const struct profile *p);
struct profile_setting *profile_setting_at(const struct profile *p, size_t i);
/* "opt-level", "package.serde.opt-level": as TOML has it below the profile's table; appended. */
void profile_setting_key(const struct profile_setting *s, struct str *out);

/* Changes one option; `value` as TOML literal or bare word (z, thin, true). A key may name an override:
 * "package.serde.opt-level", "build-override.debug". ERR_USAGE with the allowed values when it does not fit. A
 * value equal to the one in force undoes the change. */
bool profile_set(struct profile *p, const char *key, const char *value, struct err *err);
bool profile_set_pair(struct profile *p, const char *key_value, struct err *err); /* "lto=fat" */
void profile_unset(struct profile_setting *s); /* as configured again */
/* The override of a package, of build scripts (NULL); made when there is none. */
struct profile_override *profile_override_get(struct profile *p, const char *spec);
bool profile_override_is_empty(const struct profile_override *o); /* it says nothing */
/* Which setting decides an option for a package (The Cargo Book, "Overrides"): its own override, "*" unless it
 * is a member of the workspace, for build scripts and proc macros (`is_for_host`) theirs, else the profile's. NULL:
 * for the host, where nobody says more; cargo then takes what compiles fastest. */
const struct profile_setting *profile_decides(const struct profile *p,
	const struct profile_option *option, const char *package, bool is_member, bool is_for_host);
void profile_reset(struct profile *p); /* all changes undone */
bool profile_is_changed(const struct profile *p);

struct profile_preset {
	const char *name;         /* "small" */
	const char *what;         /* one line */
	const char *const *pairs; /* "opt-level=z" …, ends with NULL */
};
/* Adds what stands in a file's [preset.NAME] (NULL: there is none), in place of those of the same name:
 *     [preset.tiny]
 *     what = "for the boot loader"
 *     set = ["opt-level=z", "package.serde.opt-level=3"]
 * ERR_PARSE for what --set would not take. */
bool profile_read_presets(struct profile *p, const struct toml *doc, struct err *err);
/* Undoes all other changes first. ERR_USAGE with the nearest name for an unknown preset. */
bool profile_apply_preset(struct profile *p, const char *name, struct err *err);

/* The cargo flags for the changed options: `profile.release.lto="fat"` texts, each to be passed
 * after --config; appended as NUL-separated strings, the count comes back. */
size_t profile_config_flags(const struct profile *p, struct str *out);
/* A name for the changes: "as configured", a preset's name when exactly that, "small +lto=thin", or
 * "opt-level=z lto=fat"; caller frees. */
char *profile_variant_name(const struct profile *p);
