#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>
#include "io/loop.h"

#define DEADLINE_MS 60000

static void
too_late(void *arg)
{
	fail_msg("%s", "the deadline has passed");
}

/* Turns the loop until *flag is at least `wanted`. */
static void
turn_until(struct loop *l, const int *flag, int wanted)
{
	struct loop_timer *guard = loop_timer_start(l, DEADLINE_MS, 0, too_late, NULL);

	while (*flag < wanted)
		loop_turn(l, true);
	loop_timer_stop(guard);
}

static void
count(void *arg)
{
	++*(int *)arg;
}

/* A timer fires when its time has come, a repeated one again, a stopped one never. */
static void
timers_keep_time(void **state)
{
	struct loop *l = loop_new();
	int once = 0, again = 0, never = 0;
	uint64_t start = loop_clock();
	struct loop_timer *t[] = {
		loop_timer_start(l, 20, 0, count, &once),
		loop_timer_start(l, 5, 5, count, &again),
		loop_timer_start(l, 1, 0, count, &never),
	};

	loop_timer_stop(t[2]);
	turn_until(l, &once, 1);
	assert_true(loop_clock() - start >= 19000);
	turn_until(l, &again, 4);
	assert_int_equal(once, 1);
	assert_int_equal(never, 0);
	loop_timer_stop(t[0]);
	loop_timer_stop(t[1]);
	loop_timer_stop(NULL);
	loop_free(l);
}

/* A delay counts from the call, however long the turn has taken so far. */
static void
timer_counts_from_now(void **state)
{
	struct loop *l = loop_new();
	int fired = 0;
	uint64_t start = loop_clock();

	while (loop_clock() - start < 30000)
		;
	start = loop_clock();
	struct loop_timer *t = loop_timer_start(l, 25, 0, count, &fired);
	turn_until(l, &fired, 1);
	assert_true(loop_clock() - start >= 24000);
	loop_timer_stop(t);
	loop_free(l);
}

/* Nothing to wait for: the loop ends by itself; told to stop: at once. */
static void
stop_quietly(void *arg)
{
	loop_stop(arg);
}

static void
run_ends(void **state)
{
	struct loop *l = loop_new();
	int hooks = 0;

	loop_before_sleep(l, count, &hooks);
	loop_run(l);
	assert_false(loop_turn(l, false));
	struct loop_timer *repeat = loop_timer_start(l, 1, 1, stop_quietly, l);
	loop_run(l);
	loop_timer_stop(repeat);
	loop_run(l);
	loop_free(l);
	loop_free(NULL);
}

/* An idle program does not wake up: descriptors, signals and the hook cost no turn. */
static void
idle_is_silent(void **state)
{
	struct loop *l = loop_new();
	int quiet[2], fired = 0, hooks = 0;
	struct rusage before, after;
	uint64_t turns;

	assert_int_equal(pipe(quiet), 0);
	struct loop_watch *w = loop_watch_fd(l, quiet[0], LOOP_READ, NULL, NULL, NULL);
	struct loop_signal *s = loop_signal_start(l, SIGUSR2, NULL, NULL);
	loop_before_sleep(l, count, &hooks);
	struct loop_timer *t = loop_timer_start(l, 300, 0, count, &fired);
	turns = loop_turns(l);
	getrusage(RUSAGE_SELF, &before);
	turn_until(l, &fired, 1);
	getrusage(RUSAGE_SELF, &after);
	assert_true(loop_turns(l) - turns <= 2);
	assert_true(hooks <= 2);
	assert_true(after.ru_nvcsw - before.ru_nvcsw <= 10);
	loop_timer_stop(t);
	loop_signal_stop(s);
	loop_watch_close(w);
	loop_free(l);
	close(quiet[0]);
	close(quiet[1]);
}

struct seen {
	int calls;
	int events;
	int fd;
};

static void
see(void *arg, int events)
{
	struct seen *seen = arg;
	char byte;

	seen->calls++;
	seen->events |= events;
	if (events & LOOP_READ)
		(void)!read(seen->fd, &byte, 1);
}

/* A descriptor is told to be readable when it is, and not while its watch is paused. */
static void
watch_reads_and_pauses(void **state)
{
	struct loop *l = loop_new();
	int ends[2], woken = 0;
	struct seen seen = { 0 };

	assert_int_equal(pipe(ends), 0);
	seen.fd = ends[0];
	struct loop_watch *w = loop_watch_fd(l, ends[0], LOOP_READ, see, &seen, NULL);
	assert_non_null(w);
	assert_int_equal(write(ends[1], "ab", 2), 2);
	turn_until(l, &seen.calls, 2);
	assert_int_equal(seen.events, LOOP_READ);
	loop_watch_events(w, 0);
	assert_int_equal(write(ends[1], "c", 1), 1);
	struct loop_timer *t = loop_timer_start(l, 20, 0, count, &woken);
	turn_until(l, &woken, 1);
	assert_int_equal(seen.calls, 2);
	loop_watch_events(w, LOOP_READ);
	turn_until(l, &seen.calls, 3);
	close(ends[1]);
	turn_until(l, &seen.calls, 4);
	loop_timer_stop(t);
	loop_watch_close(w);
	loop_watch_close(NULL);
	loop_free(l);
	close(ends[0]);
}

/* A write end becomes writable, and its reader's going is told. */
static void
watch_writes_and_hangs_up(void **state)
{
	struct loop *l = loop_new();
	struct seen seen = { 0 };
	int ends[2];

	assert_int_equal(pipe(ends), 0);
	struct loop_watch *w = loop_watch_fd(l, ends[1], LOOP_WRITE, see, &seen, NULL);
	turn_until(l, &seen.calls, 1);
	assert_int_equal(seen.events, LOOP_WRITE);
	close(ends[0]);
	while (!(seen.events & LOOP_HANGUP))
		turn_until(l, &seen.calls, seen.calls + 1);
	loop_watch_close(w);
	loop_free(l);
	close(ends[1]);
}

/* Watching standard input leaves the shell's terminal as it was: blocking. */
static void
watch_leaves_flags(void **state)
{
	struct loop *l = loop_new();
	int ends[2];

	assert_int_equal(pipe(ends), 0);
	struct loop_watch *w = loop_watch_fd(l, ends[0], LOOP_READ, see, NULL, NULL);
	assert_int_equal(fcntl(ends[0], F_GETFL) & O_NONBLOCK, 0);
	loop_watch_close(w);
	loop_free(l);
	assert_int_equal(fcntl(ends[0], F_GETFL) & O_NONBLOCK, 0);
	close(ends[0]);
	close(ends[1]);
}

/* What cannot be waited for says so: a closed descriptor, a regular file. */
static void
watch_refuses(void **state)
{
	struct loop *l = loop_new();
	struct err err = ERR_INIT;
	char name[] = "/tmp/xtui-test-loop-XXXXXX";
	int fd = mkstemp(name);

	assert_true(fd >= 0);
	unlink(name);
	assert_null(loop_watch_fd(l, fd, LOOP_READ, see, NULL, &err));
	assert_int_equal(err.kind, ERR_ENVIRONMENT);
	close(fd);
	err = ERR_INIT;
	assert_null(loop_watch_fd(l, fd, LOOP_READ, see, NULL, &err));
	assert_int_equal(err.kind, ERR_ENVIRONMENT);
	loop_free(l);
}

static void
on_usr1(void *arg, int signum)
{
	assert_int_equal(signum, SIGUSR1);
	count(arg);
}

/* A signal arrives as an ordinary callback. */
static void
signal_arrives(void **state)
{
	struct loop *l = loop_new();
	int got = 0;
	struct loop_signal *s = loop_signal_start(l, SIGUSR1, on_usr1, &got);

	kill(getpid(), SIGUSR1);
	turn_until(l, &got, 1);
	loop_signal_stop(s);
	loop_signal_stop(NULL);
	loop_free(l);
}

struct job {
	pthread_t worked;
	pthread_t finished;
	int done;
};

static void
work(void *arg)
{
	((struct job *)arg)->worked = pthread_self();
}

static void
done(void *arg)
{
	struct job *job = arg;

	job->finished = pthread_self();
	job->done = 1;
}

/* Slow things run on another thread; their end is told on the loop's own. */
static void
work_elsewhere(void **state)
{
	struct loop *l = loop_new();
	struct job job = { 0 };

	loop_work(l, work, done, &job);
	turn_until(l, &job.done, 1);
	assert_false(pthread_equal(job.worked, pthread_self()));
	assert_true(pthread_equal(job.finished, pthread_self()));
	loop_free(l);
}

struct order {
	int dirty;     /* set by callbacks */
	int painted;   /* how often the hook saw dirt */
	int callbacks; /* how often a callback ran */
};

static void
make_dirty(void *arg)
{
	struct order *o = arg;

	o->dirty = 1;
	o->callbacks++;
}

static void
paint(void *arg)
{
	struct order *o = arg;

	if (o->dirty)
		o->painted++;
	o->dirty = 0;
}

/* Many events of one turn are painted once, before the loop sleeps. */
static void
paint_once_a_turn(void **state)
{
	struct loop *l = loop_new();
	struct loop_timer *t[20];
	struct order o = { 0 };

	loop_before_sleep(l, paint, &o);
	for (int i = 0; i < 20; i++)
		t[i] = loop_timer_start(l, 0, 0, make_dirty, &o);
	while (!o.painted) /* the turn that paints would then sleep */
		loop_turn(l, false);
	assert_int_equal(o.callbacks, 20);
	assert_int_equal(o.painted, 1);
	assert_int_equal(o.dirty, 0);
	for (int i = 0; i < 20; i++)
		loop_timer_stop(t[i]);
	loop_free(l);
}

static void
wait_for_byte(void *arg)
{
	char byte;

	(void)!read(*(int *)arg, &byte, 1);
}

/* Leaving in the middle frees whatever is open, and waits for a thread that still uses it. */
static void
free_with_all_open(void **state)
{
	struct loop *l = loop_new();
	int ends[2], fired = 0;

	assert_int_equal(pipe(ends), 0);
	assert_non_null(loop_watch_fd(l, ends[0], LOOP_READ, see, NULL, NULL));
	loop_timer_start(l, DEADLINE_MS, 0, count, &fired);
	loop_timer_start(l, 1, 1, count, &fired);
	loop_signal_start(l, SIGUSR1, on_usr1, &fired);
	loop_work(l, wait_for_byte, count, &ends[0]);
	turn_until(l, &fired, 1);
	assert_int_equal(write(ends[1], "x", 1), 1);
	loop_free(l);
	close(ends[0]);
	close(ends[1]);
}

/* Every reader may fill the shared buffer to its size. */
static void
buffer_is_whole(void **state)
{
	struct loop *l = loop_new();

	memset(loop_buffer(l), 1, LOOP_BUFFER);
	assert_ptr_equal(loop_buffer(l), loop_buffer(l));
	assert_non_null(loop_handle(l));
	assert_true(loop_now(l) > 0);
	loop_free(l);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(timers_keep_time),
		cmocka_unit_test(timer_counts_from_now),
		cmocka_unit_test(run_ends),
		cmocka_unit_test(idle_is_silent),
		cmocka_unit_test(watch_reads_and_pauses),
		cmocka_unit_test(watch_writes_and_hangs_up),
		cmocka_unit_test(watch_leaves_flags),
		cmocka_unit_test(watch_refuses),
		cmocka_unit_test(signal_arrives),
		cmocka_unit_test(work_elsewhere),
		cmocka_unit_test(paint_once_a_turn),
		cmocka_unit_test(free_with_all_open),
		cmocka_unit_test(buffer_is_whole),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
