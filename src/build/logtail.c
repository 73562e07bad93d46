/* A descriptor for what is in the file, and a copy of what is not there yet. */
#include "build/logtail.h"
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>
#include "base/alloc.h"
#include "build/logstore.h"
#include "io/fd.h"

#define CHUNK_SIZE (1u << 18)

struct logtail {
	int fd; /* -1: the log's file is gone */
	uint64_t from, to;
	size_t lines;      /* of the log */
	struct str unread; /* what follows in memory */
	struct str text;
};

struct logtail *
logtail_new(struct logstore *ls, size_t max)
{
	struct logtail *t = xcalloc(1, sizeof(*t));
	uint64_t end = logstore_bytes(ls);

	t->from = end > max ? end - max : 0;
	t->to = logstore_in_file(ls);
	t->lines = logstore_lines(ls);
	t->fd = t->from < t->to ? open(logstore_path(ls), O_RDONLY | O_CLOEXEC) : -1;
	logstore_tail(ls, (size_t)(end - (t->to > t->from ? t->to : t->from)), &t->unread);
	return t;
}

void
logtail_free(struct logtail *t)
{
	if (!t)
		return;
	fd_close(&t->fd);
	str_fini(&t->unread);
	str_fini(&t->text);
	free(t);
}

/* Of a file that somebody has cut, what is left. */
static void
read_file(struct logtail *t)
{
	char *chunk = xmalloc(CHUNK_SIZE);
	uint64_t at = t->from;

	while (at < t->to) {
		size_t wanted = t->to - at < CHUNK_SIZE ? (size_t)(t->to - at) : CHUNK_SIZE;
		ssize_t n = pread(t->fd, chunk, wanted, (off_t)at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		str_append_bytes(&t->text, chunk, (size_t)n);
		at += (uint64_t)n;
	}
	free(chunk);
}

struct span
logtail_read(struct logtail *t, size_t *lines_before)
{
	struct span text;
	size_t lines;

	if (t->fd >= 0)
		read_file(t);
	str_append_span(&t->text, str_span(&t->unread));
	text = str_span(&t->text);
	lines = text.len && text.data[text.len - 1] != '\n';
	for (size_t i = 0; i < text.len; i++)
		lines += text.data[i] == '\n';
	*lines_before = t->lines - lines;
	return text;
}
