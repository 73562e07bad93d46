/* diff: two texts as a unified diff. */
#pragma once
#include "base/str.h"

/* Appends what turns `before` into `after`, lines compared byte for byte, three lines of context around
 * each change; nothing when they are equal. `path` names the file in the head ("a/<path>",
 * "b/<path>"); a side that has no file at all is a span without data, and "/dev/null". */
void diff_unified(struct str *out, const char *path, struct span before, struct span after);
/* How many lines of a unified diff are added and taken away. */
void diff_count(struct span diff, size_t *added, size_t *removed);
