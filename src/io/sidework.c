/* sidework: a ring of tasks. The loop's thread puts at `given`, the other does at `finished`, the loop's
 * tells at `told`; told <= finished <= given. A byte in a pipe wakes either. */
#include "io/sidework.h"
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>
#include "base/alloc.h"
#include "io/fd.h"
#include "io/loop.h"
#include "io/thread.h"

#define TASKS_MAX 1024

struct task {
	void (*work)(void *arg);
	void (*done)(void *arg);
	void *arg;
};

struct sidework {
	struct loop *loop;
	struct task tasks[TASKS_MAX];
	atomic_uint given, finished;
	unsigned told;
	atomic_bool is_ending;
	pthread_t thread;
	bool is_running, has_failed; /* to start */
	int to[2], from[2];
	struct loop_watch *watch; /* idle while nothing is under way, so that the loop can end */
};

static void
wake(int fd)
{
	ssize_t n;

	do
		n = write(fd, "", 1);
	while (n < 0 && errno == EINTR); /* a full pipe wakes, too */
}

static void
drain(int fd)
{
	char drop[256];

	while (read(fd, drop, sizeof(drop)) == (ssize_t)sizeof(drop))
		;
}

static void *
serve(void *arg)
{
	struct sidework *s = arg;
	char byte;

	for (;;) {
		unsigned at = atomic_load(&s->finished);

		if (at != atomic_load(&s->given)) {
			s->tasks[at % TASKS_MAX].work(s->tasks[at % TASKS_MAX].arg);
			atomic_store(&s->finished, at + 1);
			wake(s->from[1]);
		} else if (atomic_load(&s->is_ending)) {
			return NULL;
		} else if (read(s->to[0], &byte, 1) < 0 && errno != EINTR) {
			return NULL;
		}
	}
}

/* Those who are done are told; they may give more. */
static void
tell(struct sidework *s)
{
	while (s->told != atomic_load(&s->finished)) {
		struct task *task = &s->tasks[s->told++ % TASKS_MAX];

		task->done(task->arg);
	}
	if (s->told == atomic_load(&s->given))
		loop_watch_events(s->watch, 0);
}

static void
on_finished(void *arg, int events)
{
	struct sidework *s = arg;

	drain(s->from[0]);
	tell(s);
}

static bool
open_pipes(struct sidework *s)
{
	if (!fd_pipe(s->to) || !fd_pipe(s->from))
		return false;
	fd_set_nonblocking(s->to[1]);
	fd_set_nonblocking(s->from[0]);
	fd_set_nonblocking(s->from[1]);
	return true;
}

static bool
start(struct sidework *s)
{
	if (s->is_running || s->has_failed)
		return s->is_running;
	if (open_pipes(s))
		s->watch = loop_watch_fd(s->loop, s->from[0], 0, on_finished, s, NULL);
	s->is_running = s->watch && thread_start(&s->thread, serve, s, NULL);
	s->has_failed = !s->is_running;
	return s->is_running;
}

struct sidework *
sidework_new(struct loop *l)
{
	struct sidework *s = xcalloc(1, sizeof(*s));

	s->loop = l;
	s->to[0] = s->to[1] = s->from[0] = s->from[1] = -1;
	return s;
}

void
sidework_free(struct sidework *s)
{
	if (!s)
		return;
	if (s->is_running) {
		atomic_store(&s->is_ending, true);
		wake(s->to[1]);
		pthread_join(s->thread, NULL);
		tell(s);
	}
	loop_watch_close(s->watch);
	for (int i = 0; i < 2; i++) {
		fd_close(&s->to[i]);
		fd_close(&s->from[i]);
	}
	free(s);
}

bool
sidework_is_ready(struct sidework *s)
{
	return start(s) && atomic_load(&s->given) - s->told < TASKS_MAX;
}

void
sidework_give(struct sidework *s, void (*work)(void *arg), void (*done)(void *arg), void *arg)
{
	unsigned at = atomic_load(&s->given);

	s->tasks[at % TASKS_MAX] = (struct task){ work, done, arg };
	if (at == s->told)
		loop_watch_events(s->watch, LOOP_READ);
	atomic_store(&s->given, at + 1);
	wake(s->to[1]);
}

void
sidework_wait(struct sidework *s, const atomic_bool *is_over)
{
	while (!atomic_load(is_over)) {
		struct pollfd more = { .fd = s->from[0], .events = POLLIN };

		poll(&more, 1, -1);
		drain(s->from[0]);
		tell(s);
	}
}
