/* capture: proc_capture, a child run to its end without a loop.
 *
 * One poll() over its pipes and, where the system has them, a descriptor of the process itself; on
 * others its exit is looked for at growing intervals. What threads share is the list of the groups that run. */
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/syscall.h>
#endif
#include "base/alloc.h"
#include "base/count.h"
#include "io/fd.h"
#include "io/loop.h"
#include "io/proc.h"
#include "io/spawn.h"

#define BUFFER_SIZE 65536
#define TICK_MAX_MS 20 /* between two looks for the exit, without a process descriptor */
#define CANCEL_MS 100  /* between two looks whether we are to stop */
#define DRAIN_READS 16 /* of what may stand in a pipe that is given up */

struct capture {
	struct spawn child;
	struct proc_result *result;
	size_t limit;
	struct span input; /* not written yet */
	const _Atomic bool *cancel;
	char *buffer; /* BUFFER_SIZE bytes */
	int exit_fd;  /* readable once the child has exited; -1: look for it */
	int tick_ms;
	bool exited;
	uint64_t deadline;  /* loop_clock; UINT64_MAX: none */
	uint64_t drain_end; /* loop_clock; when open pipes are given up */
};

/* ---- those that run ---- */

#define GROUPS_MAX 256

static struct {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	bool is_ending; /* no thread goes on from here */
	int starting;
	pid_t groups[GROUPS_MAX]; /* of children that were not reaped yet; 0: free */
} running = { .lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER };

static void
replace_group(pid_t old, pid_t new)
{
	for (size_t i = 0; i < GROUPS_MAX; i++) {
		if (running.groups[i] == old) {
			running.groups[i] = new;
			return;
		}
	}
}

static void
lock_unless_ending(void)
{
	pthread_mutex_lock(&running.lock);
	while (running.is_ending)
		pthread_cond_wait(&running.changed, &running.lock);
}

static bool
start_noted(struct capture *c, const struct proc_spec *spec, struct err *err)
{
	bool ok;

	lock_unless_ending();
	running.starting++;
	pthread_mutex_unlock(&running.lock);
	ok = spawn_start(spec, spec->input.len > 0, &c->child, err);
	pthread_mutex_lock(&running.lock);
	running.starting--;
	if (ok)
		replace_group(0, c->child.pid);
	pthread_cond_broadcast(&running.changed);
	pthread_mutex_unlock(&running.lock);
	return ok;
}

/* Before it is reaped: its number may be another's then. */
static void
forget(const struct capture *c)
{
	lock_unless_ending();
	replace_group(c->child.pid, 0);
	pthread_mutex_unlock(&running.lock);
}

void
proc_end_captures(void)
{
	pthread_mutex_lock(&running.lock);
	running.is_ending = true;
	while (running.starting)
		pthread_cond_wait(&running.changed, &running.lock);
	for (size_t i = 0; i < GROUPS_MAX; i++)
		if (running.groups[i])
			spawn_signal(running.groups[i], SIGKILL);
	pthread_mutex_unlock(&running.lock);
}

/* ---- one of them ---- */

static int
open_exit_fd(pid_t pid)
{
#ifdef SYS_pidfd_open
	return (int)syscall(SYS_pidfd_open, pid, 0);
#else
	return -1;
#endif
}

static void
keep(struct capture *c, struct str *text, size_t len)
{
	size_t room = c->limit - text->len;

	if (len > room)
		c->result->cut = true;
	str_append_bytes(text, c->buffer, len < room ? len : room);
}

/* One read; the descriptor is closed at its end. */
static void
read_output(struct capture *c, int *fd, struct str *text)
{
	ssize_t got = read(*fd, c->buffer, BUFFER_SIZE);

	if (got > 0)
		keep(c, text, (size_t)got);
	else if (got == 0 || (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR))
		fd_close(fd);
}

static void
write_input(struct capture *c)
{
	ssize_t put = fd_write_quietly(c->child.input, c->input.data, c->input.len);

	if (put < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR))
		return;
	if (put > 0) {
		c->input.data += put;
		c->input.len -= (size_t)put;
	}
	if (put <= 0 || c->input.len == 0)
		fd_close(&c->child.input);
}

static bool
is_over(const struct capture *c)
{
	return c->exited && c->child.out < 0 && c->child.err < 0;
}

static bool
is_cancelled(const struct capture *c)
{
	return c->cancel && *c->cancel;
}

/* How long poll may wait. */
static int
wait_ms(struct capture *c, uint64_t now)
{
	uint64_t until = c->exited ? c->drain_end : c->deadline;
	uint64_t left = until > now ? (until - now + 999) / 1000 : 0;

	if (!c->exited && c->exit_fd < 0) {
		c->tick_ms = c->tick_ms * 2 < TICK_MAX_MS ? c->tick_ms * 2 : TICK_MAX_MS;
		left = left < (uint64_t)c->tick_ms ? left : (uint64_t)c->tick_ms;
	}
	if (c->cancel && left > CANCEL_MS)
		left = is_cancelled(c) ? 0 : CANCEL_MS;
	return left < INT32_MAX ? (int)left : INT32_MAX;
}

/* False when there was nothing to be moved in that time. */
static bool
wait_and_move(struct capture *c, int ms)
{
	struct pollfd ready[] = {
		{ .fd = c->child.out, .events = POLLIN },
		{ .fd = c->child.err, .events = POLLIN },
		{ .fd = c->child.input, .events = POLLOUT },
		{ .fd = c->exited ? -1 : c->exit_fd, .events = POLLIN },
	};

	if (poll(ready, COUNT(ready), ms) <= 0)
		return false;
	if (ready[0].revents)
		read_output(c, &c->child.out, &c->result->out);
	if (ready[1].revents)
		read_output(c, &c->child.err, &c->result->err);
	if (ready[2].revents)
		write_input(c);
	return ready[0].revents || ready[1].revents;
}

static void
notice_exit(struct capture *c)
{
	if (c->exited || !spawn_has_exited(c->child.pid))
		return;
	c->exited = true;
	c->drain_end = loop_clock() + (uint64_t)PROC_DRAIN_MS * 1000;
}

/* What stands in the pipes that a daemon keeps open. */
static void
drain(struct capture *c)
{
	for (int i = 0; i < DRAIN_READS && !is_over(c); i++)
		if (!wait_and_move(c, 0))
			return;
}

/* False when the time ran out; the group is killed then. The time is ours as well: who was kept from the
 * CPU until it was over looks once more what has become of the child. */
static bool
run_to_end(struct capture *c)
{
	while (!is_over(c)) {
		uint64_t now = loop_clock();

		wait_and_move(c, wait_ms(c, now));
		notice_exit(c);
		if (!c->exited && (now >= c->deadline || is_cancelled(c))) {
			spawn_signal(c->child.pid, SIGKILL);
			return false;
		}
		if (c->exited && now >= c->drain_end) {
			drain(c);
			break;
		}
	}
	c->result->end.drained = is_over(c);
	return true;
}

static bool
say_timeout(struct err *err, const char *program, unsigned timeout_ms)
{
	return err_set(
		err, ERR_ENVIRONMENT, "%s: did not end within %g s", program, timeout_ms / 1000.0);
}

bool
proc_capture(const struct proc_spec *spec, size_t limit, unsigned timeout_ms,
	struct proc_result *result, struct err *err)
{
	struct capture c = { .result = result,
		.limit = limit,
		.input = spec->input,
		.cancel = spec->cancel,
		.tick_ms = 1 };
	uint64_t started = loop_clock();
	bool ok;

	*result = (struct proc_result){ 0 };
	if (!start_noted(&c, spec, err))
		return false;
	c.deadline = timeout_ms ? started + (uint64_t)timeout_ms * 1000 : UINT64_MAX;
	c.exit_fd = open_exit_fd(c.child.pid);
	c.buffer = xmalloc(BUFFER_SIZE);
	ok = run_to_end(&c);
	forget(&c);
	spawn_reap(c.child.pid, &result->end);
	result->end.ms = (loop_clock() - started) / 1000;
	fd_close(&c.child.input);
	fd_close(&c.child.out);
	fd_close(&c.child.err);
	fd_close(&c.exit_fd);
	free(c.buffer);
	if (ok)
		return true;
	return is_cancelled(&c) ? err_set(err, ERR_FAILED, "%s: stopped", spec->argv[0])
				: say_timeout(err, spec->argv[0], timeout_ms);
}

void
proc_result_fini(struct proc_result *result)
{
	str_fini(&result->out);
	str_fini(&result->err);
}
