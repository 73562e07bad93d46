/* targetdir: what cargo and xtui have left in a workspace's target folder, a tree for each target and
 * profile.
 *
 * A tree is a folder that cargo made for one profile, told by the files cargo puts there: below the
 * target folder itself for builds without --target, below <triple>/ for the others; the same again
 * below xtui/<variant>/, and below xtui/beside-N/, which may have its own xtui/<variant>/. Where build.build-dir is set apart, a tree there is one of its own. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/err.h"
#include "base/vec.h"

struct usage_links;
struct workspace;

enum target_part {
	PART_FINAL,       /* what a build is for: programs, libraries, examples */
	PART_DEPS,        /* compiled crates; since cargo 1.100 all that is in between */
	PART_BUILD,       /* build scripts and what they made */
	PART_INCREMENTAL, /* what rustc keeps for the next time */
	PART_OTHER,       /* fingerprints, locks */
	PART_COUNT
};
const char *target_part_name(enum target_part kind); /* "build_scripts", as in disk --json */

struct target_tree {
	const char *target;  /* triple; NULL: for this machine, without --target */
	const char *profile; /* the folder's name: "release", "debug" */
	const char *
		variant; /* of xtui's own trees, the folder's name, or "beside-1/small"; NULL: cargo's own place */
	const char *path; /* absolute */
	uint64_t bytes[PART_COUNT];
	uint64_t files;
};

struct target_trees {
	VEC(struct target_tree) items; /* cargo's own first; by target, then profile */
	const char *root;              /* the target folder with links resolved */
	const char *build_root;        /* the build folder, where it is another; or NULL */
	uint64_t rest; /* bytes of the target folder that are in no tree: documentation,
	                                * packages, temporary files */
	struct arena arena;
};

/* Finds the trees and their sizes; nothing at all where the folder does not exist. What cannot be read
 * makes the answer false with err, the rest being counted. */
bool target_trees_read(const struct workspace *ws, struct usage_links *links,
	struct target_trees *out, struct err *err);
void target_trees_fini(struct target_trees *trees);
uint64_t target_tree_bytes(const struct target_tree *tree); /* all kinds together */

/* Holds cargo's locks of a tree, so that no build can begin in it. NULL with err (ERR_FAILED) that says
 * so when a build holds them. */
struct target_lock;
struct target_lock *target_lock_take(const char *tree_path, struct err *err);
void target_lock_free(struct target_lock *lock); /* NULL is fine */
