/* fd: descriptors, for the rooms of io/ that start processes. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Both ends close-on-exec and above the standard three. False with errno. */
bool fd_pipe(int ends[2]);
/* /dev/null for reading, in the same manner; -1 with errno. */
int fd_null(void);
void fd_close(int *fd); /* sets it to -1; -1 is fine */
void fd_set_nonblocking(int fd);
/* write(), but a pipe that nobody reads gives EPIPE and never SIGPIPE, whatever the program does
 * with those. On any thread. */
ssize_t fd_write_quietly(int fd, const void *bytes, size_t len);
/* All of it, at this place of a file. False with errno. */
bool fd_write_at(int fd, const void *bytes, size_t len, uint64_t offset);
/* The system may begin to bring what was written to the disk; a later sync waits the less. */
void fd_begin_writeback(int fd);
void fd_close_from(int first); /* that one and all above it; async-signal-safe */
