/* tree: writing files below one folder and nowhere else.
 *
 * Each step down a path opens a folder by its name in the one before and follows no link, so what
 * stands in the tree cannot lead a later write out of it. libarchive's own writer checks paths by name,
 * takes the process's umask away for a moment and changes its folder for long names, which other threads
 * would see. Paths are relative, without "." and "..", as tree_name makes them. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/err.h"

struct tree;

/* `dir` must exist. */
struct tree *tree_open(const char *dir, struct err *err);
void tree_close(struct tree *t); /* NULL is fine */

/* All make the folders above, and replace a file or link that stands there, never a folder. */
bool tree_make_dir(struct tree *t, const char *path, struct err *err);
/* A file to write, read and write for us; -1 with err. */
int tree_create(struct tree *t, const char *path, bool is_executable, struct err *err);
bool tree_symlink(struct tree *t, const char *path, const char *target, struct err *err);
/* `path` becomes another name of the file `from`. */
bool tree_hard_link(struct tree *t, const char *path, const char *from, struct err *err);

/* What was written outlives a power cut. */
void tree_sync(struct tree *t);

enum tree_kind { TREE_NOTHING, TREE_FILE, TREE_DIR, TREE_LINK, TREE_OTHER };
/* What stands there, links not followed. */
enum tree_kind tree_kind(struct tree *t, const char *path);
char *tree_link_target(struct tree *t, const char *path);         /* caller frees; NULL: no link */
int tree_read(struct tree *t, const char *path, struct err *err); /* a file to read, or -1 */

/* A name in an archive as a path below the root: without "./", "//" and a last slash; "" is the root
 * itself. NULL when it is absolute or has ".." in it. Caller frees. */
char *tree_name(const char *name);
/* What a link at `path` must point to so that it names, from inside the tree, what `target` names when
 * the tree is the root of a system: absolute targets become relative, and ".." ends at the root. The
 * result has ".." only at its beginning and no more of them than lead to the root. Caller frees. */
char *tree_link_inside(const char *path, const char *target);
/* The same place as an absolute target within the tree. Caller frees. */
char *tree_link_from_root(const char *path, const char *target);
