/* spawn: how a child begins and ends. For io/ only.
 *
 * The child has a session and so a process group of its own, no controlling terminal, default signals, no
 * descriptor of ours but its three, and on Linux is killed when the thread that started it dies. */
#pragma once
#include <stdbool.h>
#include <sys/types.h>
#include "base/err.h"

struct proc_spec;
struct proc_end;

struct spawn {
	pid_t pid; /* also the number of its group; not yet waited for */
	int input; /* write end of its standard input, or -1; close-on-exec like the others */
	int out;   /* read end of its standard output; the three do not block */
	int err;
};

/* Returns after the program has replaced us in the child: false with err when it could not, and
 * then no child is left. `feed`: standard input is a pipe, else /dev/null. */
bool spawn_start(const struct proc_spec *spec, bool feed, struct spawn *child, struct err *err);
/* Forks: the child has a session of its own and default signals, calls run(arg), which may make
 * async-signal-safe calls only, and ends. Its pid, or -1 with errno. */
pid_t spawn_fork(void (*run)(const void *arg), const void *arg);
/* Sends a signal to the whole group; a stopped one is continued, so that it can end.
 * Async-signal-safe. */
void spawn_signal(pid_t group, int signum);
/* Whether the child's status can be had; it stays a zombie, its number stays taken. */
bool spawn_has_exited(pid_t pid);
/* Waits for the child; fills status and use of resources, the rest of `end` is left alone. */
void spawn_reap(pid_t pid, struct proc_end *end);
