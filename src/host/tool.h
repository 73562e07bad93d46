/* tool: programs found on PATH, and what they say of themselves.
 *
 * The index is one reading of every folder on PATH: asking for hundreds of names costs nothing. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

struct tool_index;

/* Reads the folders of `path` (NULL: the PATH of the environment). Thread-safe. */
struct tool_index *tool_index_new(const char *path);
/* The same of these folders. */
struct tool_index *tool_index_of(const char *const *dirs, size_t count);
void tool_index_free(struct tool_index *index);
/* The path of the first executable of that name; borrowed from the index; NULL when absent. A name
 * with a slash is checked itself and comes back as it is. Thread-safe. */
const char *tool_find(const struct tool_index *index, const char *name);
/* The first version-like word ("12.2.0") of what `program --version` prints (or what it takes
 * instead: `zig version`); caller frees; NULL when it does not say so within 5 s. Runs a process. */
char *tool_version(const char *program);
/* How a program is asked for its version: "--version" for most. */
const char *tool_version_argument(const char *program);
/* That word in a text; caller frees; NULL when there is none. */
char *tool_version_in(const char *text);
