/* undo: the edits xtui made of the user's files, and how they were before.
 *
 * A folder per edit below $XDG_STATE_HOME/xtui/undo/, named by a number that grows: `entry.json` and
 * the bytes `before` and `after`. It is there, whole, before the file is written; an entry whose file is as
 * before has nothing to put back and is dropped, so killing us anywhere leaves the list true. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/err.h"
#include "base/str.h"

enum undo_state {
	UNDO_READY,   /* the file is as the edit left it */
	UNDO_BURIED,  /* later edits of ours stand on top of it: they go first */
	UNDO_CHANGED, /* somebody else has changed or removed the file since */
};

struct undo_entry {
	unsigned number;
	int64_t at;    /* milliseconds since 1970 */
	char *file;    /* absolute, behind links */
	char *project; /* the folder whose plan it was, or NULL */
	char *what;    /* one line */
	bool created;  /* the file was not there before */
	enum undo_state state;
};

struct undo_list {
	struct undo_entry *items; /* the newest first */
	size_t len, cap;
};

struct undo_change {
	const char *file; /* absolute, behind links */
	const char *project;
	const char *what;
	bool exists; /* else `before` is nothing, and undoing removes the file */
	struct span before, after;
};

/* Writes the file whole after its old bytes were kept. ERR_FAILED when it is not as `before` says any
 * more. Only one xtui writes at a time. */
bool undo_write(const struct undo_change *change, struct err *err);
bool undo_list_load(struct undo_list *list, struct err *err);
void undo_list_fini(struct undo_list *list);
/* Puts the file back byte for byte, or removes it and the folders that were made for it where nothing
 * else is in them. ERR_FAILED when the file has changed since, ERR_USAGE for no such entry. */
bool undo_put_back(unsigned number, struct err *err);
/* The diff that putting it back would make; false with err as above. */
bool undo_diff(unsigned number, struct str *out, struct err *err);
