/* socket: whether anybody listens at a local socket. */
#pragma once

/* Connects and lets go at once: 0 when somebody listens, else why not (ENOENT, ECONNREFUSED, EACCES). */
int socket_try(const char *path);
