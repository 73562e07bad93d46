/* loop: the one event loop (libuv).
 *
 * Everything that waits hangs on it: descriptors, timers, signals, work on other threads. State
 * changes in callbacks; a hook that runs once before the loop goes to sleep paints. */
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include "base/err.h"

struct loop;
struct loop_timer;
struct loop_watch;
struct loop_signal;

struct loop *loop_new(void); /* dies when the system gives none */
/* Closes whatever is still open on it, kills the children that still run, and waits for work that
 * has begun (its `done` is called). NULL is fine. */
void loop_free(struct loop *l);
void loop_run(struct loop *l); /* until loop_stop, or nothing is left to wait for */
void loop_stop(struct loop *l);
/* One turn: handles what is ready, waiting for it when `wait`. False when nothing is left. */
bool loop_turn(struct loop *l, bool wait);
uint64_t loop_now(struct loop *l);         /* milliseconds, monotonic, as of this turn */
uint64_t loop_clock(void);                 /* microseconds, monotonic, now */
uint64_t loop_turns(const struct loop *l); /* wake-ups so far */
void *loop_handle(struct loop *l);         /* the uv_loop_t, for io/ only */

/* For io/ only: memory of LOOP_BUFFER bytes that every reader on this loop shares; what is in it is
 * good until the callback that filled it returns. */
#define LOOP_BUFFER 262144
char *loop_buffer(struct loop *l);
/* For io/proc only: the state it keeps a loop, NULL at first; loop_free calls `drop` with it. */
void *loop_children(const struct loop *l);
void loop_set_children(struct loop *l, void *children, void (*drop)(void *children));

/* Calls fn after delay_ms, then every repeat_ms (0: once). Stop is needed after a one-shot too. */
struct loop_timer *loop_timer_start(
	struct loop *l, unsigned delay_ms, unsigned repeat_ms, void (*fn)(void *arg), void *arg);
void loop_timer_stop(struct loop_timer *t); /* NULL is fine */

enum { LOOP_READ = 1, LOOP_WRITE = 2, LOOP_HANGUP = 4 };
/* Calls fn while the descriptor is ready; does not own it and leaves its flags alone (a blocking one
 * stays so). One watch a descriptor. An error on it is told as all of `events` and LOOP_HANGUP: the
 * next read or write says which. */
struct loop_watch *loop_watch_fd(struct loop *l, int fd, int events,
	void (*fn)(void *arg, int events), void *arg, struct err *err);
void loop_watch_events(
	struct loop_watch *w, int events);   /* other events; 0: none, until the next call */
void loop_watch_close(struct loop_watch *w); /* NULL is fine */

struct loop_signal *
loop_signal_start(struct loop *l, int signum, void (*fn)(void *arg, int signum), void *arg);
void loop_signal_stop(struct loop_signal *s); /* NULL is fine */

/* Runs work(arg) on another thread, then done(arg) on the loop's. */
void loop_work(struct loop *l, void (*work)(void *arg), void (*done)(void *arg), void *arg);
/* Ends the process, with the work that goes on and the commands that it runs: exit would wait for all of it,
 * also for what has not begun. */
_Noreturn void loop_exit(int status);

/* A descriptor on which a person may be waiting, -1: none. While there is something to be read from it,
 * loop_is_urgent says so, and who reads in bulk leaves its turn out. */
void loop_set_urgent(struct loop *l, int fd);
bool loop_is_urgent(const struct loop *l);

/* The hook that runs once a turn, after all callbacks, before sleeping. One per loop. */
void loop_before_sleep(struct loop *l, void (*fn)(void *arg), void *arg);
