/* ignoring: what of a workspace's files is not source: target folders and caches, and what the
 * .gitignore files say, those above the workspace too where it lies in a repository. */
#pragma once
#include <stdbool.h>

struct ignoring;
struct workspace;

/* `ws` must outlive it. */
struct ignoring *ignoring_new(const struct workspace *ws);
void ignoring_free(struct ignoring *g); /* NULL is fine */
/* Reads the folder's own .gitignore: outer folders before inner ones, the workspace's root as well. */
void ignoring_enter(struct ignoring *g, const char *dir);
/* Whether a file or folder (absolute) is left out; what lies below one that is left out is not asked for. */
bool ignoring_has(const struct ignoring *g, const char *path, bool is_dir);
