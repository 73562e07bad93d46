#include "tests/unit/check.h"
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>
#include "io/peer.h"

/* A process is known again while it lives, and gone when it is killed, buried or not. */
static void
killed_is_gone(void **state)
{
	int ends[2];
	struct peer child = { 0 };
	pid_t pid;

	assert_int_equal(pipe(ends), 0);
	if ((pid = fork()) == 0) {
		struct peer self = peer_self();

		if (write(ends[1], &self, sizeof(self)) != sizeof(self))
			_exit(1);
		pause();
	}
	assert_int_equal(read(ends[0], &child, sizeof(child)), sizeof(child));
	assert_int_equal(child.pid, pid);
	assert_int_equal(peer_state(&child), PEER_LIVES);
	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(waitid(P_PID, (id_t)pid, &(siginfo_t){ 0 }, WEXITED | WNOWAIT), 0);
	if (child.started) /* without a /proc a zombie counts as living */
		assert_int_equal(peer_state(&child), PEER_GONE);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	assert_int_equal(peer_state(&child), PEER_GONE);
	close(ends[0]);
	close(ends[1]);
}

/* Another process with the same number is another one; a number of another machine means nothing. */
static void
number_alone_is_not_enough(void **state)
{
	struct peer self = peer_self();
	struct peer other = self;

	assert_int_equal(peer_state(&self), PEER_LIVES);
	other.started++;
	assert_int_equal(peer_state(&other), PEER_GONE);
	other = self;
	other.place[0] ^= 1;
	assert_int_equal(peer_state(&other), PEER_ELSEWHERE);
	other = (struct peer){ .pid = -1 };
	memcpy(other.place, self.place, sizeof(self.place));
	assert_int_equal(peer_state(&other), PEER_GONE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(killed_is_gone),
		cmocka_unit_test(number_alone_is_not_enough),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
