/* loop: libuv behind plain names.
 *
 * Every handle is a struct of its own whose first member is the libuv handle, so that closing one
 * frees it, also when loop_free finds it still open. The prepare handle runs once a turn, right
 * before the sleep, and is where turns are counted; it does not keep the loop alive. */
#include <fcntl.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <uv.h>
#include "base/alloc.h"
#include "base/count.h"
#include "io/loop.h"
#include "io/proc.h"

struct loop {
	uv_loop_t uv;
	uv_prepare_t prepare;
	void (*before_sleep)(void *arg); /* may be NULL */
	void *before_sleep_arg;
	uint64_t turns;
	int urgent;                    /* -1: none */
	char *buffer;                  /* LOOP_BUFFER bytes, made when first asked for */
	void *children;                /* io/proc's */
	void (*drop_children)(void *); /* how loop_free gets rid of them */
};

struct loop_timer {
	uv_timer_t uv; /* first: closing frees the whole */
	void (*fn)(void *arg);
	void *arg;
};

struct loop_watch {
	uv_poll_t uv;
	int events; /* LOOP_*, 0 while paused */
	void (*fn)(void *arg, int events);
	void *arg;
};

struct loop_signal {
	uv_signal_t uv;
	void (*fn)(void *arg, int signum);
	void *arg;
};

static atomic_uint jobs; /* of all loops; libuv has one set of threads for them */

struct loop_job {
	uv_work_t uv;
	void (*work)(void *arg);
	void (*done)(void *arg);
	void *arg;
};

static void
must(int status, const char *what)
{
	if (status < 0)
		die("%s: %s", what, uv_strerror(status));
}

static void
on_prepare(uv_prepare_t *prepare)
{
	struct loop *l = prepare->data;

	l->turns++;
	if (l->before_sleep)
		l->before_sleep(l->before_sleep_arg);
}

struct loop *
loop_new(void)
{
	struct loop *l = xcalloc(1, sizeof(*l));

	l->urgent = -1;
	must(uv_loop_init(&l->uv), "event loop");
	uv_prepare_init(&l->uv, &l->prepare);
	l->prepare.data = l;
	uv_prepare_start(&l->prepare, on_prepare);
	uv_unref((uv_handle_t *)&l->prepare);
	return l;
}

static void
free_handle(uv_handle_t *handle)
{
	free(handle);
}

static void
close_handle(uv_handle_t *handle, void *arg)
{
	struct loop *l = arg;

	if (uv_is_closing(handle))
		return;
	uv_close(handle, handle == (uv_handle_t *)&l->prepare ? NULL : free_handle);
}

void
loop_free(struct loop *l)
{
	if (!l)
		return;
	if (l->children)
		l->drop_children(l->children);
	do { /* the end of a job may have opened something new */
		uv_walk(&l->uv, close_handle, l);
		uv_run(&l->uv, UV_RUN_DEFAULT);
	} while (uv_loop_close(&l->uv) == UV_EBUSY);
	free(l->buffer);
	free(l);
}

void
loop_run(struct loop *l)
{
	uv_run(&l->uv, UV_RUN_DEFAULT);
}

void
loop_stop(struct loop *l)
{
	uv_stop(&l->uv);
}

bool
loop_turn(struct loop *l, bool wait)
{
	return uv_run(&l->uv, wait ? UV_RUN_ONCE : UV_RUN_NOWAIT) != 0;
}

uint64_t
loop_now(struct loop *l)
{
	return uv_now(&l->uv);
}

uint64_t
loop_clock(void)
{
	return uv_hrtime() / 1000;
}

void
loop_set_urgent(struct loop *l, int fd)
{
	l->urgent = fd;
}

bool
loop_is_urgent(const struct loop *l)
{
	struct pollfd waiting = { .fd = l->urgent, .events = POLLIN };

	return l->urgent >= 0 && poll(&waiting, 1, 0) > 0;
}

uint64_t
loop_turns(const struct loop *l)
{
	return l->turns;
}

void *
loop_handle(struct loop *l)
{
	return &l->uv;
}

char *
loop_buffer(struct loop *l)
{
	if (!l->buffer)
		l->buffer = xmalloc(LOOP_BUFFER);
	return l->buffer;
}

void *
loop_children(const struct loop *l)
{
	return l->children;
}

void
loop_set_children(struct loop *l, void *children, void (*drop)(void *children))
{
	l->children = children;
	l->drop_children = drop;
}

static void
on_timer(uv_timer_t *uv)
{
	struct loop_timer *t = (struct loop_timer *)uv;

	t->fn(t->arg);
}

struct loop_timer *
loop_timer_start(
	struct loop *l, unsigned delay_ms, unsigned repeat_ms, void (*fn)(void *arg), void *arg)
{
	struct loop_timer *t = xcalloc(1, sizeof(*t));

	t->fn = fn;
	t->arg = arg;
	uv_timer_init(&l->uv, &t->uv);
	uv_update_time(&l->uv); /* a long turn must not shorten the delay */
	uv_timer_start(&t->uv, on_timer, delay_ms, repeat_ms);
	return t;
}

void
loop_timer_stop(struct loop_timer *t)
{
	if (t)
		uv_close((uv_handle_t *)&t->uv, free_handle);
}

/* One row per event: ours, libuv's. */
static const struct {
	int event;
	int uv;
} event_names[] = {
	{ LOOP_READ, UV_READABLE },
	{ LOOP_WRITE, UV_WRITABLE },
	{ LOOP_HANGUP, UV_DISCONNECT },
};

#define EVENT_COUNT (COUNT(event_names))

static int
events_to_uv(int events)
{
	int uv = 0;

	for (size_t i = 0; i < EVENT_COUNT; i++)
		if (events & event_names[i].event)
			uv |= event_names[i].uv;
	return uv;
}

static int
events_from_uv(int uv)
{
	int events = 0;

	for (size_t i = 0; i < EVENT_COUNT; i++)
		if (uv & event_names[i].uv)
			events |= event_names[i].event;
	return events;
}

static void
on_poll(uv_poll_t *uv, int status, int events)
{
	struct loop_watch *w = (struct loop_watch *)uv;

	w->fn(w->arg, status < 0 ? w->events | LOOP_HANGUP : events_from_uv(events));
}

struct loop_watch *
loop_watch_fd(struct loop *l, int fd, int events, void (*fn)(void *arg, int events), void *arg,
	struct err *err)
{
	struct loop_watch *w;
	int flags = fcntl(fd, F_GETFL);
	int status;

	if (flags < 0) {
		err_errno(err, "descriptor %d: cannot be watched", fd);
		return NULL;
	}
	w = xcalloc(1, sizeof(*w));
	w->fn = fn;
	w->arg = arg;
	status = uv_poll_init(&l->uv, &w->uv, fd);
	fcntl(fd, F_SETFL, flags); /* libuv makes it non-blocking, for all who share it */
	if (status < 0) {
		err_set(err, ERR_ENVIRONMENT, "descriptor %d: cannot be watched: %s", fd,
			uv_strerror(status));
		free(w);
		return NULL;
	}
	loop_watch_events(w, events);
	return w;
}

void
loop_watch_events(struct loop_watch *w, int events)
{
	w->events = events;
	if (events)
		must(uv_poll_start(&w->uv, events_to_uv(events), on_poll), "event loop");
	else
		uv_poll_stop(&w->uv);
}

void
loop_watch_close(struct loop_watch *w)
{
	if (w)
		uv_close((uv_handle_t *)&w->uv, free_handle);
}

static void
on_signal(uv_signal_t *uv, int signum)
{
	struct loop_signal *s = (struct loop_signal *)uv;

	s->fn(s->arg, signum);
}

struct loop_signal *
loop_signal_start(struct loop *l, int signum, void (*fn)(void *arg, int signum), void *arg)
{
	struct loop_signal *s = xcalloc(1, sizeof(*s));

	s->fn = fn;
	s->arg = arg;
	must(uv_signal_init(&l->uv, &s->uv), "event loop");
	must(uv_signal_start(&s->uv, on_signal, signum), "event loop");
	return s;
}

void
loop_signal_stop(struct loop_signal *s)
{
	if (s)
		uv_close((uv_handle_t *)&s->uv, free_handle);
}

static void
on_work(uv_work_t *uv)
{
	struct loop_job *job = (struct loop_job *)uv;

	job->work(job->arg);
}

static void
on_work_done(uv_work_t *uv, int status)
{
	struct loop_job *job = (struct loop_job *)uv;

	atomic_fetch_sub(&jobs, 1);
	job->done(job->arg);
	free(job);
}

void
loop_work(struct loop *l, void (*work)(void *arg), void (*done)(void *arg), void *arg)
{
	struct loop_job *job = xcalloc(1, sizeof(*job));

	job->work = work;
	job->done = done;
	job->arg = arg;
	atomic_fetch_add(&jobs, 1);
	must(uv_queue_work(&l->uv, &job->uv, on_work, on_work_done), "event loop");
}

void
loop_exit(int status)
{
	if (!atomic_load(&jobs))
		exit(status);
	fflush(NULL);
	proc_end_captures();
	_exit(status);
}

void
loop_before_sleep(struct loop *l, void (*fn)(void *arg), void *arg)
{
	l->before_sleep = fn;
	l->before_sleep_arg = arg;
}
