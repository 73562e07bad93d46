#include "io/socket.h"
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

int
socket_try(const char *path)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	int fd, why;

	if (strlen(path) >= sizeof(at.sun_path))
		return ENAMETOOLONG;
	memcpy(at.sun_path, path, strlen(path) + 1);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return errno;
	why = connect(fd, (struct sockaddr *)&at, sizeof(at)) == 0 || errno == EAGAIN ? 0 : errno;
	close(fd);
	return why;
}
