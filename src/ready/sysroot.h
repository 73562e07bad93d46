/* sysroot: the store of what foreign systems bring for linking: headers, libraries, crt objects.
 *
 * $XDG_DATA_HOME/xtui/sysroots/<triple>/<version>/ is one tree, with its record in `.xtui-sysroot`: what
 * it was made from, and the hash of each file. Names that begin with a dot are not trees. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/err.h"
#include "base/str.h"

struct sysroot {
	char *triple;
	char *version; /* "14.3" */
	char *path;    /* of the tree, absolute */
	/* From the record; url and sha256 are NULL when there is none (a tree that somebody else
	 * put there). */
	char *url;      /* or the file it was made from */
	char *sha256;   /* of the archive */
	int64_t added;  /* milliseconds since 1970 */
	uint64_t bytes; /* of its files */
	size_t files;
};

struct sysroot_list {
	struct sysroot *items; /* by triple, then version, oldest first */
	size_t count;
};

/* The folder of the store; NULL without a home. Caller frees. */
char *sysroot_store(void);
/* Trees for `triple`, NULL: for all. An absent store is an empty list. */
bool sysroot_list_read(const char *triple, struct sysroot_list *out, struct err *err);
void sysroot_list_fini(struct sysroot_list *list);
/* The tree that builds for `triple` use: the oldest release, whose programs run on the later ones too.
 * `version` NULL: any. False when there is none. The result is for sysroot_fini. */
bool sysroot_find(const char *triple, const char *version, struct sysroot *out);
void sysroot_fini(struct sysroot *s);

/* Each file against the record: what is missing, changed or new is appended to `problems`, a line
 * each. False with err when it could not be looked at (no record). */
bool sysroot_verify(const struct sysroot *s, struct str *problems, struct err *err);
/* The name goes first, in one step, then the files. */
bool sysroot_remove(const struct sysroot *s, struct err *err);

/* -- FreeBSD ----------------------------------------------------------------------------------- */

/* A release that has a base archive for a target. */
struct sysroot_release {
	const char *version; /* "14.3" */
	const char *ends;    /* "2026-06-30", when its support ends */
};

/* Whether the store can have a sysroot for the target at all. */
bool sysroot_is_for(const char *triple);
/* The release to take when nobody says which: the oldest with support whose programs rustc's std still
 * serves. NULL for a target that none is known for. */
const char *sysroot_default_version(const char *triple);
/* All that are known for a target, oldest first; ends with a NULL version. */
const struct sysroot_release *sysroot_releases(const char *triple);
/* Where below a mirror the archive's folder is: "releases/amd64/amd64/14.3-RELEASE". Caller frees; NULL
 * for a target without one. */
char *sysroot_remote_dir(const char *triple, const char *version);
/* What clang wants for it: "--target=x86_64-unknown-freebsd14". Caller frees. */
char *sysroot_clang_target(const char *triple, const char *version);
