#include "io/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include "base/alloc.h"
#include "base/path.h"
#include "io/file.h"
#include "io/loop.h"

#define TRY_NS 5000000
#define TRIES 8 /* the file may be removed by somebody between opening and locking it */

struct lock {
	int fd;
};

/* True also where the file system knows no locks. */
static bool
try_lock(int fd, int how)
{
	int result;

	while ((result = flock(fd, how | LOCK_NB)) < 0 && errno == EINTR)
		;
	return result == 0 || errno != EWOULDBLOCK;
}

/* Whether the open file is the one that has the name. */
static bool
is_in_place(int fd, const char *path)
{
	struct stat here, there;

	return fstat(fd, &here) == 0 && stat(path, &there) == 0 && here.st_ino == there.st_ino &&
		here.st_dev == there.st_dev;
}

/* The file, locked; -1 with err, *is_held when somebody has it. */
static int
open_locked(const char *path, bool *is_held, struct err *err)
{
	for (int i = 0; i < TRIES; i++) {
		int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);

		if (fd < 0) {
			err_errno(err, "%s", path);
			return -1;
		}
		*is_held = !try_lock(fd, LOCK_EX);
		if (!*is_held && is_in_place(fd, path))
			return fd;
		close(fd);
		if (*is_held)
			break;
	}
	err_set(err, ERR_ENVIRONMENT, "%s: is locked by another program", path);
	return -1;
}

static void
write_words(int fd, const char *words)
{
	size_t len = strlen(words);

	if (ftruncate(fd, 0) == 0 && write(fd, words, len) != (ssize_t)len)
		(void)!ftruncate(fd, 0); /* the disk is full: better no words than half of them */
}

struct lock *
lock_try(const char *path, const char *words, bool *is_held, struct err *err)
{
	char *dir = path_dirname(path);
	struct lock *l = NULL;
	int fd = -1;

	*is_held = false;
	if (file_make_dirs(dir, 0777, err))
		fd = open_locked(path, is_held, err);
	if (fd >= 0) {
		l = xcalloc(1, sizeof(*l));
		l->fd = fd;
		write_words(fd, words);
	}
	free(dir);
	return l;
}

struct lock *
lock_take(const char *path, unsigned wait_ms, struct err *err)
{
	uint64_t end = loop_clock() + (uint64_t)wait_ms * 1000;
	char *dir = path_dirname(path), *self = xasprintf("process %ld", (long)getpid());
	struct lock *l = NULL;
	struct str words = STR_INIT;
	bool is_held = file_make_dirs(dir, 0700, err);

	while (is_held && !(l = lock_try(path, self, &is_held, err)) && is_held) {
		if (loop_clock() >= end)
			break;
		nanosleep(&(struct timespec){ .tv_nsec = TRY_NS }, NULL);
	}
	if (!l && is_held) {
		file_read(path, &words, NULL);
		err_set(err, ERR_FAILED, "%s: held by %s", path,
			words.len ? str_cstr(&words) : "another process");
	}
	str_fini(&words);
	free(self);
	free(dir);
	return l;
}

void
lock_release(struct lock *l)
{
	if (!l)
		return;
	write_words(l->fd, "");
	close(l->fd);
	free(l);
}

bool
lock_is_held(const char *path, struct str *words)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	bool is_held = fd >= 0 && !try_lock(fd, LOCK_SH);

	if (fd >= 0)
		close(fd);
	if (is_held && words)
		file_read(path, words, NULL);
	return is_held;
}

/* A line of /proc/locks: "1: FLOCK  ADVISORY  WRITE 4711 08:01:131 0 EOF". */
static int64_t
holder_in_line(const char *line, uint64_t inode)
{
	int64_t pid;
	uint64_t number;

	if (sscanf(line, "%*d: %*s %*s WRITE %" SCNd64 " %*x:%*x:%" SCNu64, &pid, &number) != 2)
		return 0;
	return number == inode && pid > 0 ? pid : 0;
}

int64_t
lock_holder(const char *path)
{
	struct file_identity id;
	struct str locks = STR_INIT;
	int64_t pid = 0;

	if (file_identity(path, &id) && file_read("/proc/locks", &locks, NULL)) {
		for (struct span rest = str_span(&locks); !pid && rest.len;) {
			char *line = span_dup(span_cut(rest, '\n', &rest));

			pid = holder_in_line(line, id.inode);
			free(line);
		}
	}
	str_fini(&locks);
	return pid;
}
