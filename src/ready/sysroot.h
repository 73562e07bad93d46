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

/* Holds the target's part of the store against other processes that change it, and clears away what
 * killed ones have left. A descriptor to close; -1 with err, also when another process is at it. */
int sysroot_lock(const char *triple, struct err *err);
/* The record of a tree that is to be published, into its folder. `files` has a line for each, as
 * sysroot_add_file appends it. */
bool
sysroot_write_record(const struct sysroot *s, const char *dir, struct span files, struct err *err);
struct unpack_member;
void sysroot_add_file(struct str *files, const struct unpack_member *m);

/* Each file against the record: what is missing, changed or new is appended to `problems`, a line
 * each. False with err when it could not be looked at (no record). */
bool sysroot_verify(const struct sysroot *s, struct str *problems, struct err *err);
/* The name goes first, in one step, then the files. The target's part must not be locked. */
bool sysroot_remove(const struct sysroot *s, struct err *err);

/* -- FreeBSD ----------------------------------------------------------------------------------- */

/* A release that has a base archive for a target. */
struct sysroot_release {
	const char *version; /* "14.3" */
	const char *ends;    /* "2026-06-30", when its support ends */
};

/* Whether the store can have a sysroot for the target at all. */
bool sysroot_is_for(const char *triple);
const char *sysroot_target_at(size_t i); /* those it can; NULL behind the last */
/* All that are known for a target, oldest first; how many. */
size_t sysroot_releases(const char *triple, const struct sysroot_release **list);
/* The release to take when nobody says which: the oldest that has support today, or on a day. NULL for
 * a target that has none. */
const char *sysroot_default_version(const char *triple);
const char *sysroot_version_on(const char *triple, const char *day);
#define SYSROOT_DAY_SIZE 16
const char *sysroot_today(char day[SYSROOT_DAY_SIZE]); /* "2026-11-21" */
/* Whether there can be such a release for the target: a newer one than is known may be. */
bool sysroot_check_version(const char *triple, const char *version, struct err *err);
/* Of the release's base.txz; NULL: not known. */
const char *sysroot_known_sha256(const char *triple, const char *version);
/* Where below a mirror's "releases" the archive's folder is: "amd64/amd64/14.3-RELEASE", or, since some
 * have only that, "amd64/14.3-RELEASE". Caller frees; NULL for a target without one. */
char *sysroot_remote_dir(const char *triple, const char *version, bool is_short);
/* clang's name for it: "x86_64-unknown-freebsd14". Caller frees. */
char *sysroot_clang_target(const char *triple, const char *version);
/* Whether an unpacked base is one, and for the target. */
bool sysroot_check_tree(const char *triple, const char *dir, struct err *err);
/* The release that an unpacked base says it is; NULL when it does not. Caller frees. */
char *sysroot_tree_version(const char *dir);
