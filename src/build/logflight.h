/* logflight: bytes on their way into the files of a log, written on another thread: a disk that is slow
 * or busy keeps nobody waiting. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include "base/str.h"

struct sidework;
struct logflight;

/* What goes where; a descriptor is not used where there are no bytes. */
struct logfreight {
	int fd, times_fd, index_fd;
	struct span bytes;       /* the log's own: the caller's, until the flight has landed */
	struct str times, index; /* the flight's, from now on */
};

struct loglanding {
	size_t written; /* of the log's own bytes; fewer than there were: `error` says why */
	int error;      /* errno */
	bool has_times, has_index; /* all of theirs got into the file */
};

/* `landed` is called on the loop's thread, unless somebody waits before; `s` is ready. */
struct logflight *logflight_begin(
	struct sidework *s, const struct logfreight *freight, void (*landed)(void *arg), void *arg);
/* Waits where it has not landed yet; the flight is nobody's any more. */
struct loglanding logflight_take(struct logflight *f);
