/* workspace: the Cargo workspace that a folder belongs to. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include "base/arena.h"
#include "base/err.h"

struct native_crate;
struct toolchain;

/* What a package builds; cargo calls it a target. One of two kinds (cdylib and rlib) stands twice. */
struct crate_target {
	const char *name;
	const char *kind; /* "lib", "bin", "cdylib", "staticlib", "proc-macro", "example" … */
	/* Of required-features, without all of which it is not built, those that the package's default ones do
	 * not bring; ends with NULL; NULL: none. */
	const char *const *missing;
};

struct package {
	const char *id; /* cargo's package id */
	const char *name;
	const char *version;
	const char *manifest; /* path of its Cargo.toml */
	bool is_default;      /* built when no -p is given */
	struct crate_target *targets;
	size_t target_count;
	const char **features; /* without "default" */
	size_t feature_count;
};

struct workspace {
	const char *root;     /* folder of the workspace's Cargo.toml */
	const char *manifest; /* the Cargo.toml that was found or given */
	const char *name;     /* of the root package, else of the folder */
	const char *version;  /* or NULL (virtual workspace) */
	const char *target_dir;
	const char *build_dir; /* build.build-dir; target_dir when not set apart */
	struct package *packages;
	size_t package_count;
	bool complete; /* false: from Cargo.toml alone (quick) */
	bool has_c_code; /* Cargo.lock names a crate that builds C, or a build script has C beside it */
	/* pyproject.toml that has maturin build the project, in the manifest's folder or one above up to
	 * the root, else beside a package's manifest; or NULL */
	const char *pyproject;
	struct native_crate *native_crates; /* of Cargo.lock; what they want besides rustc */
	size_t native_crate_count;
	struct arena arena;
};

struct workspace_query {
	const char *dir;      /* absolute; Cargo.toml is looked for here and upwards */
	const char *manifest; /* --manifest-path, or NULL */
	bool quick;           /* read Cargo.toml only: no process */
};

/* NULL with err: none found (ERR_ENVIRONMENT; workspace_find_manifest gives NULL then), a broken
 * Cargo.toml (ERR_PARSE, with line and column), or cargo's own refusal in one line. Without a
 * toolchain it is read as if quick. */
struct workspace *
workspace_load(const struct workspace_query *query, const struct toolchain *tc, struct err *err);
void workspace_free(struct workspace *ws);
/* The manifest that `query` means, caller frees; NULL when there is none. */
char *workspace_find_manifest(const struct workspace_query *query);
