/* help_proc: a loop for each test, and children on it whose output and end are kept. */
#pragma once
#include <errno.h>
#include <sys/wait.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/alloc.h"
#include "base/path.h"
#include "io/file.h"
#include "io/loop.h"
#include "io/proc.h"
#include "unit/check.h"
#include "unit/folder.h"

#define DEADLINE_MS 60000
#define MB 1000000

/* One child and what became of it. */
struct child {
	struct loop *loop;
	struct proc *proc; /* NULL once it has ended */
	struct str text[2];
	uint64_t bytes[2];
	size_t largest; /* bytes handed over at once */
	bool count_only;
	struct proc_end end;
	uint64_t other_at_end; /* bytes of `other` when this one ended */
	struct child *other;
};

static struct loop *loop;

static inline int
setup(void **state)
{
	loop = loop_new();
	return 0;
}

static inline int
teardown(void **state)
{
	loop_free(loop);
	/* no zombie, and nothing of ours still runs */
	return waitpid(-1, NULL, WNOHANG) == -1 && errno == ECHILD ? 0 : -1;
}

static inline void
on_output(void *arg, enum proc_stream stream, const char *bytes, size_t len)
{
	struct child *c = arg;

	c->bytes[stream] += len;
	if (len > c->largest)
		c->largest = len;
	if (!c->count_only)
		str_append_bytes(&c->text[stream], bytes, len);
}

static inline void
on_ended(void *arg, const struct proc_end *end)
{
	struct child *c = arg;

	assert_non_null(c->proc);
	c->end = *end;
	c->proc = NULL;
	if (c->other)
		c->other_at_end = c->other->bytes[PROC_STDOUT];
}

static const struct proc_events events = { on_output, on_ended };

static inline void
start(struct child *c, const struct proc_spec *spec)
{
	struct err err = ERR_INIT;

	c->loop = loop;
	c->proc = proc_start(loop, spec, &events, c, &err);
	if (!c->proc)
		fail_msg("%s", err.message);
}

static inline void
start_sh(struct child *c, const char *script)
{
	const char *argv[] = { "sh", "-c", script, NULL };

	start(c, &(struct proc_spec){ .argv = argv });
}

static inline void
too_late(void *arg)
{
	fail_msg("%s", "the deadline has passed");
}

static inline void
nothing(void *arg)
{
}

/* One turn that sleeps no longer than 5 ms. */
static inline void
turn(void)
{
	struct loop_timer *tick = loop_timer_start(loop, 5, 0, nothing, NULL);

	loop_turn(loop, true);
	loop_timer_stop(tick);
}

#define turn_until(condition)                                                                      \
	do {                                                                                       \
		struct loop_timer *guard = loop_timer_start(loop, DEADLINE_MS, 0, too_late, NULL); \
		while (!(condition))                                                               \
			turn();                                                                    \
		loop_timer_stop(guard);                                                            \
	} while (0)

static inline void
wait_end(struct child *c)
{
	turn_until(!c->proc);
}

static inline void
child_fini(struct child *c)
{
	str_fini(&c->text[0]);
	str_fini(&c->text[1]);
}

static inline bool
is_running(pid_t pid)
{
	char *name = xasprintf("/proc/%d/stat", (int)pid);
	struct str stat = STR_INIT;
	const char *after = NULL;
	bool running = kill(pid, 0) == 0;

	if (running && file_read(name, &stat, NULL))
		after = strrchr(str_cstr(&stat), ')');
	if (after)
		running = after[2] != 'Z' && after[2] != 'X';
	str_fini(&stat);
	free(name);
	return running;
}

#define on_loop(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
