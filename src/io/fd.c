/* fd: descriptors that stay ours. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <unistd.h>
#include "io/fd.h"

#define SWEEP_MAX 4096 /* descriptors looked at where the system has no close_range */

/* Above the standard three, so that a dup2 to those never meets itself. */
static int
lift(int fd)
{
	int high;

	if (fd < 0 || fd > STDERR_FILENO)
		return fd;
	high = fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	close(fd);
	return high;
}

static int
open_pipe(int ends[2])
{
#ifdef __APPLE__ /* has no pipe2 */
	int status = pipe(ends);

	for (int i = 0; i < 2 && status == 0; i++)
		fcntl(ends[i], F_SETFD, FD_CLOEXEC);
	return status;
#else
	return pipe2(ends, O_CLOEXEC);
#endif
}

bool
fd_pipe(int ends[2])
{
	ends[0] = ends[1] = -1;
	if (open_pipe(ends) < 0)
		return false;
	ends[0] = lift(ends[0]);
	ends[1] = lift(ends[1]);
	return ends[0] >= 0 && ends[1] >= 0;
}

int
fd_null(void)
{
	return lift(open("/dev/null", O_RDONLY | O_CLOEXEC));
}

void
fd_close(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

void
fd_set_nonblocking(int fd)
{
	fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
}

ssize_t
fd_write_quietly(int fd, const void *bytes, size_t len)
{
	sigset_t sigpipe, before, pending;
	ssize_t put;
	bool was_pending;
	int error, signum;

	sigemptyset(&sigpipe);
	sigaddset(&sigpipe, SIGPIPE);
	sigpending(&pending);
	was_pending = sigismember(&pending, SIGPIPE);
	pthread_sigmask(SIG_BLOCK, &sigpipe, &before);
	put = write(fd, bytes, len);
	error = errno;
	sigpending(&pending);
	if (put < 0 && !was_pending && sigismember(&pending, SIGPIPE))
		sigwait(&sigpipe, &signum);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	errno = error;
	return put;
}

static void
sweep_from(int first)
{
	long limit = sysconf(_SC_OPEN_MAX);

	if (limit < 0 || limit > SWEEP_MAX)
		limit = SWEEP_MAX;
	for (int fd = first; fd < limit; fd++)
		close(fd);
}

void
fd_close_from(int first)
{
#ifdef CLOSE_RANGE_CLOEXEC /* its header knows close_range */
	if (close_range((unsigned)first, UINT_MAX, 0) == 0)
		return;
#endif
	sweep_from(first);
}

bool
fd_write_at(int fd, const void *bytes, size_t len, uint64_t offset)
{
	const char *rest = bytes;
	ssize_t put;

	while (len) {
		if ((put = pwrite(fd, rest, len, (off_t)offset)) < 0 && errno != EINTR)
			return false;
		if (put <= 0)
			continue;
		rest += put;
		len -= (size_t)put;
		offset += (uint64_t)put;
	}
	return true;
}

void
fd_begin_writeback(int fd)
{
#ifdef __linux__
	sync_file_range(fd, 0, 0, SYNC_FILE_RANGE_WRITE);
#else
	(void)fd;
#endif
}
