/* guard: a fork of ours that only reads, and in the end kills.
 *
 * It is not exec'd, so between fork and its end it makes async-signal-safe calls only. */
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/wait.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif
#include "base/alloc.h"
#include "io/fd.h"
#include "io/guard.h"
#include "io/spawn.h"

#define GUARD_FD (STDERR_FILENO + 1) /* the pipe, in the guarding process */
#define SWEEP_AGAIN_MS 1000

extern char **environ;

struct guard {
	pid_t pid; /* of the guarding process; -1: none */
	int pipe;  /* write end */
};

/* In the pipe a notice is as long as its sweep. */
struct notice {
	pid_t group; /* to be added; negative: to be removed */
	unsigned sweep_len;
	char sweep[GUARD_SWEEP_MAX];
};

#define HEAD offsetof(struct notice, sweep)

_Static_assert(sizeof(struct notice) <= _POSIX_PIPE_BUF, "a notice is written in one piece");

struct groups {
	struct notice items[GUARD_GROUPS_MAX];
	size_t len;
};

static void
apply(struct groups *groups, const struct notice *notice)
{
	if (notice->group > 0 && groups->len < GUARD_GROUPS_MAX)
		groups->items[groups->len++] = *notice;
	for (size_t i = 0; i < groups->len; i++)
		if (groups->items[i].group == -notice->group)
			groups->items[i] = groups->items[--groups->len];
}

static void
signal_all(const struct groups *groups, int signum)
{
	for (size_t i = 0; i < groups->len; i++)
		spawn_signal(groups->items[i].group, signum);
}

static pid_t
start_sweep(const char *text)
{
	static char shell[] = "/bin/sh", option[] = "-c";
	char *argv[] = { shell, option, (char *)text, NULL };
	pid_t pid = fork();

	if (pid == 0) {
		execve(shell, argv, environ);
		_exit(127);
	}
	return pid;
}

/* All at once; true when there was any. */
static bool
sweep_all(const struct groups *groups)
{
	bool any = false;

	for (size_t i = 0; i < groups->len; i++)
		any |= groups->items[i].sweep_len && start_sweep(groups->items[i].sweep) > 0;
	while (any && (waitpid(-1, NULL, 0) > 0 || errno == EINTR))
		;
	return any;
}

/* Holds nothing of ours but the pipe, and has another name, so that what kills us by name does not
 * meet it. */
static void
hide(int fd)
{
	int null = fd_null();

#ifdef __linux__
	prctl(PR_SET_NAME, "xtui-guard");
#endif
	for (int standard = 0; standard <= STDERR_FILENO; standard++)
		dup2(null, standard);
	dup2(fd, GUARD_FD);
	fd_close_from(GUARD_FD + 1);
}

static bool
read_all(void *bytes, size_t len)
{
	for (size_t had = 0; had < len;) {
		ssize_t got = read(GUARD_FD, (char *)bytes + had, len - had);

		if (got == 0 || (got < 0 && errno != EINTR))
			return false;
		had += got > 0 ? (size_t)got : 0;
	}
	return true;
}

/* Reads until the other end is gone. */
static void
follow(struct groups *groups)
{
	static struct notice notice;

	while (read_all(&notice, HEAD) && notice.sweep_len < sizeof(notice.sweep) &&
		read_all(notice.sweep, notice.sweep_len)) {
		notice.sweep[notice.sweep_len] = '\0';
		apply(groups, &notice);
	}
}

static void
guard_main(const void *arg)
{
	static struct groups groups; /* too large for a thread's stack */

	hide(*(const int *)arg);
	follow(&groups);
	signal_all(&groups, SIGTERM);
	if (groups.len)
		poll(NULL, 0, GUARD_GRACE_MS);
	signal_all(&groups, SIGKILL);
	if (!sweep_all(&groups))
		return;
	poll(NULL, 0, SWEEP_AGAIN_MS); /* for what was being started while it was killed */
	sweep_all(&groups);
}

struct guard *
guard_new(void)
{
	struct guard *g = xcalloc(1, sizeof(*g));
	int ends[2];

	g->pid = g->pipe = -1;
	if (!fd_pipe(ends))
		return g;
	g->pid = spawn_fork(guard_main, &ends[0]);
	g->pipe = ends[1];
	close(ends[0]);
	fd_set_nonblocking(g->pipe);
	return g;
}

void
guard_free(struct guard *g)
{
	if (!g)
		return;
	fd_close(&g->pipe);
	if (g->pid > 0)
		while (waitpid(g->pid, NULL, 0) < 0 && errno == EINTR)
			;
	free(g);
}

static void
tell(struct guard *g, const struct notice *notice)
{
	while (fd_write_quietly(g->pipe, notice, HEAD + notice->sweep_len) < 0 && errno == EINTR)
		;
}

void
guard_add(struct guard *g, pid_t group, const char *sweep)
{
	struct notice notice = { .group = group };

	if (sweep && strlen(sweep) < sizeof(notice.sweep)) {
		notice.sweep_len = (unsigned)strlen(sweep);
		memcpy(notice.sweep, sweep, notice.sweep_len);
	}
	tell(g, &notice);
}

void
guard_remove(struct guard *g, pid_t group)
{
	tell(g, &(struct notice){ .group = -group });
}
