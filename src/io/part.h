/* part: a file that is coming: `<path>.part`, and `<path>.part.from`, which says of what it is the
 * beginning.
 *
 * The .part is locked while it is open, so two processes never write one file. Its bytes are hashed as
 * they come. */
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include "base/err.h"

struct digest;

struct part {
	char *path;      /* what it will be */
	char *part_path; /* what it is now */
	char *from_path;
	int fd;          /* open for reading and writing */
	int64_t len;     /* bytes in it */
	int64_t kept;    /* of those, what an earlier run or server brought */
	char *url;       /* NULL: nothing is known of where the bytes are from */
	char *validator; /* a strong ETag, else a date, as If-Range takes it; or NULL */
	int64_t total;   /* -1: not known */
	struct digest *digest;
};

/* Opens what is there, or begins anew. What is there is not hashed yet: part_hash_kept. */
bool part_open(struct part *p, const char *path, struct err *err);
/* The file under its name instead, for reading what is whole already. False: there is none, or its
 * hash is another (it is removed then). */
bool part_open_whole(struct part *p, const char *path, const char *sha256);
bool part_hash_kept(struct part *p, struct err *err);
bool part_append(struct part *p, const void *bytes, size_t len, struct err *err);
/* Says of what the bytes are the beginning; the texts are copied. */
bool
part_note(struct part *p, const char *url, const char *validator, int64_t total, struct err *err);
/* Begins anew. */
bool part_reset(struct part *p, struct err *err);
/* Whole: it gets its name, when `sha256` (may be NULL) is right. *is_other: it is not. */
bool part_finish(struct part *p, const char *sha256, bool *is_other, struct err *err);
void part_close(struct part *p); /* what is there stays; zeroed is fine */
