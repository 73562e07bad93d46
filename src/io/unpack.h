/* unpack: an archive becomes a tree, as its bytes come, by libarchive.
 *
 * Two threads: one decompresses, one reads members and writes files; bytes wait for them in rings of
 * bounded size. The tree grows in a staging folder that is removed unless it is published.
 *
 * tar (gzip, xz, zstd, bzip2 or plain) and zip. What an archive says is not trusted: a member with
 * ".." or an absolute name ends it; nothing is written through a link; a link that is absolute is made
 * relative and none leads out of the tree; no devices, pipes or sockets; no setuid, no owner, no flags;
 * bytes and members are counted. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/err.h"

enum unpack_kind { UNPACK_FILE, UNPACK_DIR, UNPACK_LINK };

/* One thing that stands in the tree. */
struct unpack_member {
	enum unpack_kind kind;
	const char *path;   /* below the root, without "./" */
	const char *target; /* of a link */
	uint64_t bytes;     /* of a file */
	const char *sha256; /* of a file */
};

struct unpack_rules {
	/* What is taken: members with one of these names or below one ("usr/lib"); ends with NULL.
	 * NULL: all. A hard link to a member that is not taken becomes a file of its own. */
	const char *const *wanted;
	uint64_t bytes_max;   /* of the whole archive, decompressed; 0: UNPACK_BYTES_MAX */
	uint64_t members_max; /* of the whole archive; 0: UNPACK_MEMBERS_MAX */
	/* Called for each member that was written, on a thread of unpack's; may be NULL. A path that
	 * comes twice has been replaced. */
	void (*member)(void *arg, const struct unpack_member *m);
	void *arg;
	const _Atomic bool *cancel; /* true, set by another thread, ends it soon; may be NULL */
};

#define UNPACK_BYTES_MAX (UINT64_C(16) << 30)
#define UNPACK_MEMBERS_MAX 500000

struct unpack;

/* A staging folder is made below `parent` (made when absent), named ".unpack-…". */
struct unpack *unpack_open(const char *parent, const struct unpack_rules *rules, struct err *err);
/* The next bytes of the archive. `unpack` is a struct unpack *, as a reader of fetch needs it. Waits
 * while the rings are full. */
bool unpack_feed(void *unpack, const void *bytes, size_t len, struct err *err);
/* Void what was fed: an empty staging folder again. */
bool unpack_again(void *unpack, struct err *err);
/* All bytes were fed: waits until everything is written. */
bool unpack_finish(struct unpack *u, struct err *err);
/* Instead of feeding and finishing: a whole file. Of a zip only this knows modes and links, which
 * stand at its end. */
bool unpack_file(struct unpack *u, const char *path, struct err *err);
/* After finishing, hard links may wait for the bytes of members that were not wanted. When this is
 * true, feed the archive again from its first byte, and finish again. */
bool unpack_is_short(const struct unpack *u);
const char *unpack_dir(const struct unpack *u); /* the staging folder, absolute */
/* Gives the tree its name, in one step; nothing may stand there. */
bool unpack_publish(struct unpack *u, const char *path, struct err *err);
void unpack_close(struct unpack *u); /* removes what was not published; NULL is fine */
