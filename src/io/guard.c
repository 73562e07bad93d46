/* guard: a fork of ours that only reads, and in the end kills.
 *
 * It is not exec'd, so between fork and its end it makes async-signal-safe calls only. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
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

struct guard {
	pid_t pid; /* of the guarding process; -1: none */
	int pipe;  /* write end */
};

struct notice {
	pid_t group; /* to be added; negative: to be removed */
};

struct groups {
	pid_t items[GUARD_GROUPS_MAX];
	size_t len;
};

static void
apply(struct groups *groups, struct notice notice)
{
	if (notice.group > 0 && groups->len < GUARD_GROUPS_MAX)
		groups->items[groups->len++] = notice.group;
	for (size_t i = 0; i < groups->len; i++)
		if (groups->items[i] == -notice.group)
			groups->items[i] = groups->items[--groups->len];
}

static void
signal_all(const struct groups *groups, int signum)
{
	for (size_t i = 0; i < groups->len; i++)
		spawn_signal(groups->items[i], signum);
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

/* Reads until the other end is gone. */
static void
follow(struct groups *groups)
{
	struct notice notice;
	ssize_t got;

	for (;;) {
		got = read(GUARD_FD, &notice, sizeof(notice));
		if (got == (ssize_t)sizeof(notice))
			apply(groups, notice);
		else if (got >= 0 || errno != EINTR)
			return;
	}
}

static void
guard_main(const void *arg)
{
	struct groups groups = { .len = 0 };

	hide(*(const int *)arg);
	follow(&groups);
	signal_all(&groups, SIGTERM);
	if (groups.len)
		poll(NULL, 0, GUARD_GRACE_MS);
	signal_all(&groups, SIGKILL);
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
tell(struct guard *g, struct notice notice)
{
	while (fd_write_quietly(g->pipe, &notice, sizeof(notice)) < 0 && errno == EINTR)
		;
}

void
guard_add(struct guard *g, pid_t group)
{
	tell(g, (struct notice){ group });
}

void
guard_remove(struct guard *g, pid_t group)
{
	tell(g, (struct notice){ -group });
}
