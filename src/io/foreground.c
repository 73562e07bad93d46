#include "io/foreground.h"
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "io/fd.h"

#define HEARD_SIZE 65536
#define DRAIN_MS 500 /* what is left in pipes that a daemon keeps open */

extern char **environ;

/* A program's output on its way to ours. */
struct heard {
	int pipes[2][2]; /* of its standard output and error */
	void (*fn)(void *arg, const char *bytes, size_t len);
	void *arg;
};

static const int streams[2] = { STDOUT_FILENO, STDERR_FILENO };

/* The child begins with default signals, whatever ours are. */
static int
start(const char *const *argv, const struct heard *h, pid_t *pid)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attr;
	sigset_t all, none;

	sigfillset(&all);
	sigemptyset(&none);
	posix_spawn_file_actions_init(&actions);
	for (int i = 0; h && i < 2; i++)
		posix_spawn_file_actions_adddup2(&actions, h->pipes[i][1], streams[i]);
	posix_spawnattr_init(&attr);
	posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
	posix_spawnattr_setsigdefault(&attr, &all);
	posix_spawnattr_setsigmask(&attr, &none);
	int failed = posix_spawnp(pid, argv[0], &actions, &attr, (char *const *)argv, environ);
	posix_spawnattr_destroy(&attr);
	posix_spawn_file_actions_destroy(&actions);
	return failed;
}

static void
write_on(int fd, const char *bytes, size_t len)
{
	while (len) {
		ssize_t put = fd_write_quietly(fd, bytes, len);

		if (put < 0 && errno != EINTR)
			return; /* who reads us has gone; it is heard all the same */
		bytes += put > 0 ? put : 0;
		len -= put > 0 ? (size_t)put : 0;
	}
}

static void
pass_on(struct heard *h, int i)
{
	char buf[HEARD_SIZE];
	ssize_t got = read(h->pipes[i][0], buf, sizeof buf);

	if (got > 0) {
		write_on(streams[i], buf, (size_t)got);
		h->fn(h->arg, buf, (size_t)got);
	} else if (got == 0 || errno != EINTR) {
		fd_close(&h->pipes[i][0]);
	}
}

static bool
has_ended(pid_t pid, int *status, int options)
{
	pid_t ended;

	do {
		ended = waitpid(pid, status, options);
	} while (ended < 0 && errno == EINTR);
	return ended != 0;
}

/* Until both pipes are at their end and the program has ended; of pipes that a daemon keeps open, what
 * comes within DRAIN_MS of the end. */
static void
hear(struct heard *h, pid_t pid, int *status)
{
	bool over = false;

	while (h->pipes[0][0] >= 0 || h->pipes[1][0] >= 0) {
		struct pollfd ready[] = {
			{ .fd = h->pipes[0][0], .events = POLLIN },
			{ .fd = h->pipes[1][0], .events = POLLIN },
		};
		int count = poll(ready, 2, DRAIN_MS);

		if ((count < 0 && errno != EINTR) || (count == 0 && over))
			break;
		for (int i = 0; count > 0 && i < 2; i++)
			if (ready[i].revents)
				pass_on(h, i);
		if (count == 0)
			over = has_ended(pid, status, WNOHANG);
	}
	if (!over)
		has_ended(pid, status, 0);
}

static void
close_pipes(struct heard *h, int end)
{
	for (int i = 0; i < 2; i++)
		fd_close(&h->pipes[i][end]);
}

static int
run(const char *const *argv, struct heard *h, struct err *err)
{
	struct sigaction ignore = { .sa_handler = SIG_IGN }, interrupt, quit;
	int status = 0, failed;
	pid_t pid;

	sigemptyset(&ignore.sa_mask);
	sigaction(SIGINT, &ignore, &interrupt);
	sigaction(SIGQUIT, &ignore, &quit);
	failed = start(argv, h, &pid);
	if (h)
		close_pipes(h, 1);
	if (!failed && h)
		hear(h, pid, &status);
	if (!failed && !h)
		has_ended(pid, &status, 0);
	sigaction(SIGINT, &interrupt, NULL);
	sigaction(SIGQUIT, &quit, NULL);
	if (failed) {
		err_set(err, ERR_ENVIRONMENT, "%s: cannot be started: %s", argv[0],
			strerror(failed));
		return -1;
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int
foreground_run(const char *const *argv, struct err *err)
{
	return run(argv, NULL, err);
}

int
foreground_run_heard(const char *const *argv,
	void (*heard)(void *arg, const char *bytes, size_t len), void *arg, struct err *err)
{
	struct heard h = { .pipes = { { -1, -1 }, { -1, -1 } }, .fn = heard, .arg = arg };
	int code = -1;

	if (fd_pipe(h.pipes[0]) && fd_pipe(h.pipes[1]))
		code = run(argv, &h, err);
	else
		err_errno(err, "%s: no pipe can be made", argv[0]);
	close_pipes(&h, 0);
	close_pipes(&h, 1);
	return code;
}
