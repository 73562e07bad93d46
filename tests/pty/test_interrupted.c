/* The real program after a start of it that was killed while it built: the history of that one is
 * written by a child that is killed. */
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>
#include "unit/help_history.h"
#include "pty/pty_bench.h"

static int
set_up(void **state)
{
	int result = bench_make(state);

	bench_write_package(*state);
	return result;
}

/* ---- helpers ---- */

enum end { KILLED, STOPPED_THEN_KILLED, ENDED };

/* A build of two targets in the workspace, of which the first ends well. */
static void
build_in_child(struct bench *b, const char *profile, enum end end)
{
	char *path = path_join(b->home, ".local/state/xtui/history.db");
	char *logs = path_join(b->home, "logs/one");
	int status;
	pid_t pid;

	assert_true(file_make_dirs(logs, 0755, NULL));
	if ((pid = fork()) == 0) {
		struct history *h = history_open(path, NULL, NULL);
		struct run *r = fake_run("20260101-000000", b->home, TARGETS(HOST, ARM64));
		r->profile = profile;
		r->order = "{\"targets\":[\"" HOST "\",\"" ARM64 "\"],\"mode\":\"build\"}";
		r->dir = logs;
		fake_start(h, r);
		fake_end_job(h, r, 0, end == STOPPED_THEN_KILLED ? JOB_CANCELLED : JOB_OK);
		if (end != ENDED)
			raise(SIGKILL);
		fake_end_job(h, r, 1, JOB_OK);
		fake_end(h, r, 0);
		history_leave(h, r);
		history_close(h);
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	free(logs);
	free(path);
}

static struct pty *
launch(struct bench *b)
{
	const char *none[] = { NULL };

	return bench_launch(b, none, NULL, NULL);
}

/* ---- tests ---- */

/* After a kill the next start names what was being built and where its logs are; No leaves it. */
static void
killed_build_is_offered(void **state)
{
	struct bench *b = *state;
	struct pty *p;

	build_in_child(b, "release", KILLED);
	p = launch(b);
	pty_wait_text(p, "The last build was interrupted");
	pty_wait_text(p, "it built 2 targets");
	pty_wait_text(p, HOST);
	pty_wait_text(p, ARM64);
	pty_wait_text(p, "~/logs/one");
	pty_wait_text(p, "cargo goes on where it was");
	pty_type(p, "n");
	pty_wait_no_text(p, "interrupted");
	pty_type(p, "q");
	assert_int_equal(pty_wait_exit(p), 0);
}

/* What somebody had stopped before is not built again. */
static void
stopped_job_stays_out(void **state)
{
	struct bench *b = *state;
	struct pty *p;

	build_in_child(b, "release", STOPPED_THEN_KILLED);
	p = launch(b);
	pty_wait_text(p, "it built 1 target: " ARM64 ".");
}

/* It is asked once: the start after that says nothing of it. */
static void
asked_once(void **state)
{
	struct bench *b = *state;
	struct pty *p;

	build_in_child(b, "release", KILLED);
	p = launch(b);
	pty_wait_text(p, "The last build was interrupted");
	pty_type(p, "n");
	pty_wait_no_text(p, "interrupted");
	pty_type(p, "q");
	assert_int_equal(pty_wait_exit(p), 0);
	pty_close(p);
	p = launch(b);
	pty_wait_text(p, "/nonexistent: not found");
	assert_int_equal(pty_find(p, "interrupted"), -1);
}

/* Yes begins a build on the Build screen; without a toolchain that says what is missing. */
static void
going_on_builds(void **state)
{
	struct bench *b = *state;
	struct pty *p;

	build_in_child(b, "release", KILLED);
	p = launch(b);
	pty_wait_text(p, "The last build was interrupted");
	pty_type(p, "y");
	pty_wait_text(p, "The build cannot start");
}

/* `xtui build` that is told nothing asks before it builds anything: No builds what it would have built, ... */
static void
plain_build_asks(void **state)
{
	struct bench *b = *state;
	struct pty *p;

	build_in_child(b, "release", KILLED);
	p = bench_launch_with_rust(b, TARGETS("build"), NULL);
	pty_wait_text(p, "The last build was interrupted");
	pty_wait_text(p, "No builds what is asked for this time: " HOST);
	assert_int_equal(pty_find(p, "Compiling"), -1);
	pty_type(p, "n");
	pty_wait_text(p, "1 ok");
	assert_int_equal(pty_find(p, ARM64), -1);
	bench_quit(b);
}

/* ... Yes goes on with what was killed, ... */
static void
plain_build_goes_on(void **state)
{
	struct bench *b = *state;
	struct pty *p;

	build_in_child(b, "release", KILLED);
	p = bench_launch_with_rust(b, TARGETS("build"), NULL);
	pty_wait_text(p, "The last build was interrupted");
	pty_type(p, "y");
	pty_wait_text(p, "2 ok");
	pty_wait_text(p, ARM64);
	bench_quit(b);
}

/* ... and --resume does so without a question, without what had been stopped before. */
static void
resume_asks_nothing(void **state)
{
	struct bench *b = *state;
	struct pty *p;

	build_in_child(b, "release", STOPPED_THEN_KILLED);
	p = bench_launch_with_rust(b, TARGETS("build", "--resume"), NULL);
	pty_wait_text(p, "1 ok");
	pty_wait_text(p, ARM64);
	bench_quit(b);
}

/* A build that has ended is not asked about. */
static void
ended_build_is_not_offered(void **state)
{
	struct bench *b = *state;
	struct pty *p;

	build_in_child(b, "release", ENDED);
	p = launch(b);
	pty_wait_text(p, "/nonexistent: not found");
	assert_int_equal(pty_find(p, "interrupted"), -1);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, bench_drop)
	const struct CMUnitTest tests[] = {
		TEST(killed_build_is_offered),
		TEST(stopped_job_stays_out),
		TEST(asked_once),
		TEST(going_on_builds),
		TEST(plain_build_asks),
		TEST(plain_build_goes_on),
		TEST(resume_asks_nothing),
		TEST(ended_build_is_not_offered),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
