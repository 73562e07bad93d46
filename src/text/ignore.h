/* ignore: which paths the .gitignore files of a tree leave out.
 *
 * Patterns of all files stand in one list, in the order in which they were added; the last one that
 * matches a path decides, as git has it. Outer folders must be added before inner ones. */
#pragma once
#include <stdbool.h>
#include "base/str.h"

struct ignore;

struct ignore *ignore_new(void);
void ignore_free(struct ignore *ig); /* NULL is fine */
/* The text of a .gitignore that lies in `folder`: a path from the top of the tree, "" the top. */
void ignore_add(struct ignore *ig, const char *folder, struct span text);
/* Whether the path (from the top, without a '/' at either end) is left out. What lies below a folder
 * that is left out is so too, but it is not this function that says so. */
bool ignore_has(const struct ignore *ig, const char *path, bool is_dir);
