/* tool: programs found on PATH, and what they say of themselves.
 *
 * The index is one reading of every folder on PATH: asking for hundreds of names costs nothing. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

struct tool_index;

/* Reads the folders of `path` (NULL: the PATH of the environment). Thread-safe. */
struct tool_index *tool_index_new(const char *path);
void tool_index_free(struct tool_index *index);
/* The path of the first executable of that name; borrowed from the index; NULL when absent. A name
 * with a slash is checked itself. */
const char *tool_find(const struct tool_index *index, const char *name);
/* The first version-like word ("12.2.0") of what `program --version` prints; caller frees; NULL when
 * it cannot be run within 5 s. Runs a process. */
char *tool_version(const char *program);
