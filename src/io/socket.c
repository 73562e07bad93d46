#include "io/socket.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include "io/fd.h"

#define BACKLOG 128

bool
socket_path_fits(const char *path)
{
	return strlen(path) < sizeof(((struct sockaddr_un *)NULL)->sun_path);
}

/* The flags are set apart: macOS knows none of SOCK_CLOEXEC. */
static int
prepare(int fd)
{
	if (fd >= 0) {
		fcntl(fd, F_SETFD, FD_CLOEXEC);
		fd_set_nonblocking(fd);
	}
	return fd;
}

static struct sockaddr_un
address_of(const char *path)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };

	memcpy(at.sun_path, path, strlen(path) + 1);
	return at;
}

int
socket_try(const char *path)
{
	struct sockaddr_un at;
	int fd, why;

	if (!socket_path_fits(path))
		return ENAMETOOLONG;
	at = address_of(path);
	if ((fd = prepare(socket(AF_UNIX, SOCK_STREAM, 0))) < 0)
		return errno;
	why = connect(fd, (struct sockaddr *)&at, sizeof(at)) == 0 || errno == EAGAIN ? 0 : errno;
	close(fd);
	return why;
}

int
socket_listen(const char *path, struct err *err)
{
	struct sockaddr_un at;
	int fd;

	if (!socket_path_fits(path)) {
		err_set(err, ERR_ENVIRONMENT, "%s: too long for a socket's name", path);
		return -1;
	}
	at = address_of(path);
	fd = prepare(socket(AF_UNIX, SOCK_STREAM, 0));
	if (fd >= 0 && bind(fd, (struct sockaddr *)&at, sizeof(at)) == 0 &&
		listen(fd, BACKLOG) == 0)
		return fd;
	err_errno(err, "%s", path);
	fd_close(&fd);
	return -1;
}

int
socket_accept(int fd)
{
	int next;

	do
		next = accept(fd, NULL, NULL);
	while (next < 0 && errno == EINTR);
	return prepare(next);
}
