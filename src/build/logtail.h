/* logtail: the end of a log, as it is now, for another thread to read. */
#pragma once
#include <stddef.h>
#include "base/str.h"

struct logstore;
struct logtail;

/* The last `max` raw bytes, or all when it is shorter. The log may go on or be closed meanwhile. */
struct logtail *logtail_new(struct logstore *ls, size_t max);
void logtail_free(struct logtail *t); /* NULL is fine */
/* Reads what is in the file; on any thread, once. The text is borrowed from it; *lines_before: how many
 * lines of the log come before the one that the text begins with. */
struct span logtail_read(struct logtail *t, size_t *lines_before);
