/* prune: old logs make room.
 *
 * The folder of logs holds a folder for each run. Those of runs that go on, in whatever xtui, and
 * those written to within the last hour stay; so does everything when the history cannot be asked. */
#pragma once
#include <stddef.h>
#include <stdint.h>

struct history;
struct loop;

struct prune_limits {
	int keep_days;
	int keep_mb; /* of all logs together */
};

/* Removes what is too old, and the oldest while there is too much; the units of those runs are
 * forgotten. `now` is ms since 1970. How many folders were removed. */
size_t
prune_logs(struct history *h, const char *logs, const struct prune_limits *limits, int64_t now);
/* The same in the usual place, on a worker thread, with a history of its own; temporary folders of an
 * xtui that was killed go too. */
void prune_start(struct loop *l, const struct prune_limits *limits);
