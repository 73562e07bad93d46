/* lock: see lock.h. The file holds the number of its holder, for the message alone. */
#include "io/lock.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>
#include "base/alloc.h"
#include "base/path.h"
#include "io/file.h"
#include "io/loop.h"

#define TRY_MS 5

struct lock {
	int fd;
};

static void
pause_ms(long ms)
{
	nanosleep(&(struct timespec){ .tv_nsec = ms * 1000000 }, NULL);
}

/* Whether it was locked; errno EWOULDBLOCK when another still has it. */
static bool
lock_within(int fd, unsigned wait_ms)
{
	uint64_t end = loop_clock() + (uint64_t)wait_ms * 1000;

	while (flock(fd, LOCK_EX | LOCK_NB) < 0) {
		if (errno == ENOLCK || errno == ENOSYS || errno == EOPNOTSUPP)
			return true;
		if (errno != EINTR && (errno != EWOULDBLOCK || loop_clock() >= end))
			return false;
		pause_ms(TRY_MS);
	}
	return true;
}

static bool
say_held(int fd, const char *path, struct err *err)
{
	char text[32] = "";
	int error = errno;
	ssize_t len = pread(fd, text, sizeof text - 1, 0);
	long pid = len > 0 ? strtol(text, NULL, 10) : 0;

	errno = error;
	if (errno != EWOULDBLOCK && errno != EAGAIN)
		return err_errno(err, "%s: cannot be locked", path);
	return pid > 0 ? err_set(err, ERR_FAILED, "%s: held by process %ld", path, pid)
		       : err_set(err, ERR_FAILED, "%s: held by another process", path);
}

static void
sign(int fd)
{
	char text[32];
	int len = snprintf(text, sizeof text, "%ld\n", (long)getpid());

	if (ftruncate(fd, 0) == 0 && pwrite(fd, text, (size_t)len, 0) < 0)
		return; /* it is said only */
}

struct lock *
lock_take(const char *path, unsigned wait_ms, struct err *err)
{
	char *dir = path_dirname(path);
	struct lock *lock = NULL;
	int fd;

	if (!file_make_dirs(dir, 0700, err))
		goto done;
	if ((fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600)) < 0) {
		err_errno(err, "%s: cannot be opened", path);
		goto done;
	}
	if (!lock_within(fd, wait_ms)) {
		say_held(fd, path, err);
		close(fd);
		goto done;
	}
	sign(fd);
	lock = xcalloc(1, sizeof *lock);
	lock->fd = fd;
done:
	free(dir);
	return lock;
}

void
lock_release(struct lock *lock)
{
	if (!lock)
		return;
	close(lock->fd);
	free(lock);
}
