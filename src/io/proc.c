/* proc: children on the loop.
 *
 * Each child has two pipes, watched one by one; all children of a loop are in one list, which a
 * SIGCHLD walks. A child that exited stays a zombie until its pipes are done too, so that its number
 * and its group cannot become someone else's while we may still signal them. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>
#include "base/alloc.h"
#include "io/fd.h"
#include "io/guard.h"
#include "io/loop.h"
#include "io/proc.h"
#include "io/spawn.h"

#define PIPE_SIZE 262144
#define PIPE_LOUD 65536 /* a read this large: the child waits for us, give it a larger pipe */
#define DRAIN_MAX (1024 * 1024) /* what may stand in a pipe that is given up */

_Static_assert(PROC_READ_TURN <= LOOP_BUFFER, "a turn's read must fit the shared buffer");

struct stream {
	struct proc *proc;
	enum proc_stream which;
	int fd; /* -1 at its end */
	struct loop_watch *watch;
	bool grown; /* the pipe was made larger */
};

struct proc {
	struct loop *loop;
	const struct proc_events *events;
	void *arg;
	pid_t pid;
	struct stream streams[2]; /* by enum proc_stream */
	int input;                /* held open; -1: none */
	uint64_t started;         /* loop_clock */
	bool exited;              /* its status can be had, it is still a zombie */
	bool cancelled;
	bool paused;
	bool given_up;             /* a pipe was closed before its end */
	struct loop_timer *drain;  /* runs from the exit on, not while paused */
	struct loop_timer *ladder; /* runs from a cancel on */
	bool told_to_end;          /* the ladder has sent its TERM */
	struct proc *next;
};

/* What a loop keeps for us from its first child on. */
struct children {
	struct loop_signal *sigchld; /* NULL while there are none, so that the loop can end */
	struct guard *guard;
	struct proc *first;
};

static void
stream_close(struct stream *s)
{
	loop_watch_close(s->watch);
	s->watch = NULL;
	if (s->fd >= 0)
		close(s->fd);
	s->fd = -1;
}

static void
stream_grow(struct stream *s)
{
	s->grown = true;
#ifdef F_SETPIPE_SZ
	fcntl(s->fd, F_SETPIPE_SZ, PIPE_SIZE); /* refused: the pipe stays as it is */
#endif
}

/* One read, handed on. False when there is nothing more to read yet; the stream is closed at its end. */
static bool
stream_read(struct stream *s)
{
	struct proc *p = s->proc;
	char *buffer = loop_buffer(p->loop);
	ssize_t got;

	while ((got = read(s->fd, buffer, PROC_READ_TURN)) < 0 && errno == EINTR)
		;
	if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
		return false;
	if (got <= 0) { /* EIO: nobody holds the other side of a terminal any more */
		stream_close(s);
		return false;
	}
	if (got >= PIPE_LOUD && !s->grown)
		stream_grow(s);
	p->events->output(p->arg, s->which, buffer, (size_t)got);
	return true;
}

/* What a daemon's pipe still holds is read, then the pipe is left to the daemon. */
static void
stream_give_up(struct stream *s)
{
	for (size_t total = 0; s->fd >= 0 && total < DRAIN_MAX; total += PROC_READ_TURN)
		if (!stream_read(s))
			break;
	if (s->fd < 0)
		return;
	s->proc->given_up = true;
	stream_close(s);
}

static void
proc_free(struct proc *p)
{
	for (int i = 0; i < 2; i++)
		stream_close(&p->streams[i]);
	fd_close(&p->input);
	loop_timer_stop(p->drain);
	loop_timer_stop(p->ladder);
	free(p);
}

static void
children_add(struct children *c, struct proc *p, const char *sweep)
{
	guard_add(c->guard, p->pid, sweep);
	p->next = c->first;
	c->first = p;
}

static void
children_remove(struct children *c, struct proc *p)
{
	struct proc **link = &c->first;

	while (*link != p)
		link = &(*link)->next;
	*link = p->next;
	guard_remove(c->guard, p->pid);
}

static void
stop_watching_if_none(struct children *c)
{
	if (c->first)
		return;
	loop_signal_stop(c->sigchld);
	c->sigchld = NULL;
}

static void
child_drop(struct children *c, struct proc *p)
{
	struct proc_end unused;

	children_remove(c, p);
	spawn_signal(p->pid, SIGKILL);
	spawn_reap(p->pid, &unused);
	proc_free(p);
}

void
proc_drop(struct proc *p)
{
	struct children *c = loop_children(p->loop);

	child_drop(c, p);
	stop_watching_if_none(c);
}

/* The loop goes away under its children. */
static void
children_drop(void *arg)
{
	struct children *c = arg;

	while (c->first)
		child_drop(c, c->first);
	loop_signal_stop(c->sigchld);
	guard_free(c->guard);
	free(c);
}

static void
proc_finish(struct proc *p)
{
	struct children *c = loop_children(p->loop);
	struct proc_end end = {
		.cancelled = p->cancelled,
		.drained = !p->given_up,
		.ms = (loop_clock() - p->started) / 1000,
	};

	if (p->cancelled) /* whoever of the group has outlived its leader */
		spawn_signal(p->pid, SIGKILL);
	children_remove(c, p);
	spawn_reap(p->pid, &end);
	p->events->ended(p->arg, &end);
	proc_free(p);
	stop_watching_if_none(c);
}

static void
proc_check_end(struct proc *p)
{
	if (p->exited && p->streams[PROC_STDOUT].fd < 0 && p->streams[PROC_STDERR].fd < 0)
		proc_finish(p);
}

static void
on_readable(void *arg, int events)
{
	struct stream *s = arg;

	if (loop_is_urgent(s->proc->loop))
		return; /* it is there in the next turn, too */
	stream_read(s);
	proc_check_end(s->proc);
}

static void
on_drain_limit(void *arg)
{
	struct proc *p = arg;

	for (int i = 0; i < 2; i++)
		stream_give_up(&p->streams[i]);
	proc_check_end(p);
}

static void
drain_start(struct proc *p)
{
	p->drain = loop_timer_start(p->loop, PROC_DRAIN_MS, 0, on_drain_limit, p);
}

static void
on_sigchld(void *arg, int signum)
{
	struct children *c = arg;

	for (struct proc *p = c->first, *next; p; p = next) {
		next = p->next;
		if (p->exited || !spawn_has_exited(p->pid))
			continue;
		p->exited = true;
		if (!p->paused)
			drain_start(p);
		proc_check_end(p);
	}
}

/* The loop's children, with SIGCHLD watched. */
static struct children *
children_of(struct loop *l)
{
	struct children *c = loop_children(l);

	if (!c) {
		c = xcalloc(1, sizeof(*c));
		c->guard = guard_new();
		loop_set_children(l, c, children_drop);
	}
	if (!c->sigchld)
		c->sigchld = loop_signal_start(l, SIGCHLD, on_sigchld, c);
	return c;
}

static bool
stream_open(struct proc *p, enum proc_stream which, int fd, struct err *err)
{
	struct stream *s = &p->streams[which];

	s->proc = p;
	s->which = which;
	s->fd = fd;
	s->watch = loop_watch_fd(p->loop, fd, LOOP_READ, on_readable, s, err);
	return s->watch != NULL;
}

static struct proc *
proc_new(struct loop *l, const struct spawn *child, struct err *err)
{
	struct proc *p = xcalloc(1, sizeof(*p));
	bool out, errs;

	p->loop = l;
	p->pid = child->pid;
	p->input = child->input;
	p->started = loop_clock();
	out = stream_open(p, PROC_STDOUT, child->out, err);
	errs = stream_open(p, PROC_STDERR, child->err, err);
	if (out && errs)
		return p;
	proc_free(p);
	return NULL;
}

struct proc *
proc_start(struct loop *l, const struct proc_spec *spec, const struct proc_events *events,
	void *arg, struct err *err)
{
	struct children *c = children_of(l); /* before the child: its SIGCHLD must find us */
	struct proc_end unused;
	struct proc *p = NULL;
	struct spawn child;

	if (!spawn_start(spec, spec->holds_input, &child, err))
		goto done;
	if (!(p = proc_new(l, &child, err))) {
		spawn_signal(child.pid, SIGKILL);
		spawn_reap(child.pid, &unused);
		goto done;
	}
	p->events = events;
	p->arg = arg;
	children_add(c, p, spec->sweep);
done:
	stop_watching_if_none(c);
	return p;
}

pid_t
proc_pid(const struct proc *p)
{
	return p->pid;
}

static void
on_ladder(void *arg)
{
	struct proc *p = arg;

	spawn_signal(p->pid, p->told_to_end ? SIGKILL : SIGTERM);
	p->told_to_end = true;
}

void
proc_cancel(struct proc *p, int first, unsigned grace_ms)
{
	unsigned rung_ms = grace_ms / 2 ? grace_ms / 2 : 1;

	p->cancelled = true;
	p->told_to_end = false;
	if (p->input >= 0 && grace_ms)
		fd_close(&p->input);
	else
		spawn_signal(p->pid, grace_ms ? first : SIGKILL);
	loop_timer_stop(p->ladder);
	p->ladder = loop_timer_start(p->loop, rung_ms, rung_ms, on_ladder, p);
}

void
proc_pause(struct proc *p, bool paused)
{
	if (p->paused == paused)
		return;
	p->paused = paused;
	for (int i = 0; i < 2; i++)
		if (p->streams[i].watch)
			loop_watch_events(p->streams[i].watch, paused ? 0 : LOOP_READ);
	loop_timer_stop(p->drain);
	p->drain = NULL;
	if (p->exited && !paused)
		drain_start(p);
}
