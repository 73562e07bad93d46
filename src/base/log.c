#include "base/log.h"
#include "base/str.h"
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <time.h>
#include <unistd.h>

static int log_fd = -1; /* -1: off */
static struct timespec log_start;

void
log_open(const char *path)
{
	log_close();
	log_fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
	clock_gettime(CLOCK_MONOTONIC, &log_start);
}

void
log_close(void)
{
	if (log_fd >= 0)
		close(log_fd);
	log_fd = -1;
}

bool
log_is_on(void)
{
	return log_fd >= 0;
}

static long long
ms_since_start(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (now.tv_sec - log_start.tv_sec) * 1000LL +
		(now.tv_nsec - log_start.tv_nsec) / 1000000;
}

void
log_line(const char *fmt, ...)
{
	struct str line = STR_INIT;
	int saved = errno;
	va_list args;

	if (log_fd < 0)
		return;
	str_appendf(&line, "%lld ", ms_since_start());
	va_start(args, fmt);
	errno = saved; /* for %m */
	str_appendv(&line, fmt, args);
	va_end(args);
	str_append_char(&line, '\n');
	if (write(log_fd, line.data, line.len) < 0)
		log_close(); /* a full disk is no reason to fail */
	str_fini(&line);
	errno = saved;
}
