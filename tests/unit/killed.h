/* killed: work done by a child that is killed with KILL at a moment nobody chose. */
#pragma once
#include <signal.h>
#include <sys/wait.h>
#include <time.h>
#include "tests/unit/check.h"

/* Does work(arg) in a child, which gets KILL after that many nanoseconds. Whether it was killed: false
 * when the work was done before. */
static inline bool
killed_after(long ns, void (*work)(void *arg), void *arg)
{
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		struct sigevent kill_me = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGKILL };
		struct itimerspec at = { .it_value = { ns / 1000000000, ns % 1000000000 } };
		timer_t timer;

		if (timer_create(CLOCK_MONOTONIC, &kill_me, &timer) < 0 ||
			timer_settime(timer, 0, &at, NULL) < 0)
			_exit(3);
		work(arg);
		_exit(0);
	}
	assert_true(pid > 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL)
		return true;
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	return false;
}

/* How long the work takes when nobody kills it, in nanoseconds: the shortest of a few times, because who is
 * killed later than that is done. `again` makes the work to do once more; may be NULL. */
static inline long
time_of(void (*work)(void *arg), void (*again)(void *arg), void *arg)
{
	struct timespec from, to;
	long best = 0, ns;

	for (int i = 0; i < 5; i++) {
		if (again && i)
			again(arg);
		clock_gettime(CLOCK_MONOTONIC, &from);
		assert_false(killed_after(60000000000, work, arg));
		clock_gettime(CLOCK_MONOTONIC, &to);
		ns = (to.tv_sec - from.tv_sec) * 1000000000 + to.tv_nsec - from.tv_nsec;
		best = best && best < ns ? best : ns;
	}
	return best;
}
