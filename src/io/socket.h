/* socket: sockets of this machine, by the paths of their files. */
#pragma once
#include <stdbool.h>
#include "base/err.h"

/* Connects and lets go at once: 0 when somebody listens, else why not (ENOENT, ECONNREFUSED, EACCES). */
int socket_try(const char *path);
/* Whether a socket can have that path: systems take about 100 bytes. */
bool socket_path_fits(const char *path);
/* Descriptors that come from here are close-on-exec and do not block; the caller closes them.
 * -1 with err when it cannot be made there; nothing may have the path yet. */
int socket_listen(const char *path, struct err *err);
/* The next that has connected; -1: nobody waits. */
int socket_accept(int fd);
