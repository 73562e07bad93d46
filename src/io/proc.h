/* proc: child processes, each with a session and process group of its own, without a controlling terminal
 * and without any descriptor of ours but its three.
 *
 * None outlives us, however we end: the direct child is killed with us (Linux), the groups of
 * proc_start's children get TERM and then KILL (io/guard).
 *
 * A child has ended when both its pipes are at their end *and* its wait status is here, in either
 * order; a pipe that a daemon keeps open is given up PROC_DRAIN_MS after the status. Reading is
 * bounded a turn, so many loud children share the loop fairly and none waits for a screen. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include "base/err.h"
#include "base/str.h"

#define PROC_DRAIN_MS 2000    /* facts-terminal.md 2.4 (4) */
#define PROC_READ_TURN 131072 /* bytes read of one pipe in one turn at the most */

struct loop;
struct proc;

enum proc_stream { PROC_STDOUT, PROC_STDERR };

struct proc_env {
	const char *name;
	const char *value; /* NULL: taken out of the child's environment */
};

struct proc_spec {
	/* Ends with NULL; argv[0] is looked up on the child's PATH, "./x" is meant from `dir`. */
	const char *const *argv;
	const char *dir;            /* working directory; NULL: ours */
	const struct proc_env *env; /* edits of our environment */
	size_t env_count;
	/* proc_start only: a command for a shell that ends what the child has started outside its
	 * group, should we be killed while it runs (io/guard); or NULL. */
	const char *sweep;
	/* proc_start only: the child's standard input is a pipe to which nothing is written: it ends when
	 * the child is cancelled, or we have gone. Else it is /dev/null. */
	bool holds_input;
	/* proc_start only: both outputs are one terminal of so many columns, for a program that tells more
	 * to people; all of it comes as PROC_STDOUT. 0: pipes. */
	unsigned short terminal_cols;
	struct span input; /* proc_capture only: what the child reads; else /dev/null */
	/* proc_capture only, may be NULL: true, set by another thread, kills the child with its group. */
	const _Atomic bool *cancel;
};

struct proc_end {
	int exit_code;    /* -1 when a signal ended it */
	int signal;       /* 0 when it exited */
	bool cancelled;   /* after proc_cancel */
	bool drained;     /* false: a pipe was given up, a daemon holds it */
	uint64_t ms;      /* from start to end */
	uint64_t cpu_ms;  /* user and system time of it and its waited-for children */
	uint64_t max_rss; /* bytes */
};

struct proc_events {
	void (*output)(void *arg, enum proc_stream stream, const char *bytes, size_t len);
	void (*ended)(
		void *arg, const struct proc_end *end); /* last call; the proc is freed after it */
};

/* Starts a child, on the loop's thread. `events` must outlive it. NULL with err when the program cannot be found or
 * started ("<program>: not found on PATH"). */
struct proc *proc_start(struct loop *l, const struct proc_spec *spec,
	const struct proc_events *events, void *arg, struct err *err);
pid_t proc_pid(const struct proc *p);
/* `first` (SIGINT, SIGTERM) to the group, or where the child's input is held its end; TERM after half of grace_ms, KILL after all of it; who is
 * left of the group when the child has ended gets KILL. Again: begins anew. grace_ms 0: KILL now. */
void proc_cancel(struct proc *p, int first, unsigned grace_ms);
/* Kills the group now, waits for the child and frees it; nobody hears of it: `ended` is not called. Not
 * from within a callback of a child. */
void proc_drop(struct proc *p);
/* Stops and continues reading (a consumer that cannot keep up with its disk, never a screen). */
void proc_pause(struct proc *p, bool paused);

struct proc_result {
	struct proc_end end;
	struct str out;
	struct str err;
	bool cut; /* more than `limit` bytes came on a stream; the rest was read and dropped */
};

/* Runs a child to its end and keeps what it printed, at most `limit` bytes a stream; blocks, needs
 * no loop, may be called on any thread. A child that runs longer than timeout_ms (0: no limit) is
 * killed with its group. False with err only when it could not be started or timed out: a failing
 * exit code is the caller's to judge. The result must be given to proc_result_fini in any case. */
bool proc_capture(const struct proc_spec *spec, size_t limit, unsigned timeout_ms,
	struct proc_result *result, struct err *err);
void proc_result_fini(struct proc_result *result);
/* For loop_exit only: kills the groups of all that other threads capture; these threads stand still then. */
void proc_end_captures(void);

/* Finds a program by name on PATH (or checks a path): its path, caller frees, or NULL. */
char *proc_find_program(const char *name);
