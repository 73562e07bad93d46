/* `xtui ci` on a terminal: a stand-in for gh tells a run, its jobs stand in panes. */
#include <stdlib.h>
#include "base/alloc.h"
#include "pty/pty_bench.h"
#include "unit/check.h"

#define JOB(id, name, conclusion)                                                                  \
	"{\"databaseId\":" id ",\"name\":\"" name                                                  \
	"\",\"status\":\"completed\",\"conclusion\":\"" conclusion                                 \
	"\",\"startedAt\":\"2026-11-20T10:00:05Z\",\"completedAt\":\"2026-11-20T10:01:00Z\"}"

static int
set_up(void **state)
{
	int result = bench_make(state);
	struct bench *b = *state;

	bench_write_package(b);
	bench_write(b, ".github/workflows/build.yml", "on: push\n");
	bench_script(b, "bin/gh",
		"#!/bin/sh\ncase \"$*\" in\n"
		"'run list '*) echo '[{\"databaseId\":93}]';;\n"
		"'run view 93 '*) echo '{\"databaseId\":93,\"status\":\"completed\","
		"\"conclusion\":\"failure\",\"headBranch\":\"main\",\"workflowName\":\"release\","
		"\"jobs\":[" JOB("1", "build (x86_64-unknown-linux-gnu)", "success") "," JOB("2",
			"build (aarch64-unknown-linux-gnu)", "failure") "," JOB("3", "a/b: docs",
			"success") "]}';;\n"
				   "*jobs/1/logs) echo '2026-11-20T10:00:30.1234567Z all is "
				   "well';;\n"
				   "*jobs/2/logs) echo '2026-11-20T10:00:30.1234567Z error: linker "
				   "`aarch64-linux-gnu-gcc` not found'\n"
				   "echo '2026-11-20T10:00:30.1234567Z   = note: No such file or "
				   "directory (os error 2)';;\n"
				   "*) exit 1;;\nesac\n");
	return result;
}

/* Jobs that are over stand in panes with what they said, the failed one with its cause; the names that
 * targets do not give are the jobs' own. */
static void
jobs_in_panes(void **state)
{
	const char *const words[] = { "ci", NULL };
	struct bench *b = *state;
	char *path = xasprintf("%s/bin:/usr/bin:/bin", b->home);
	const struct pty_env env[] = { { "PATH", path }, { NULL } };
	struct pty *p = bench_launch(b, words, env, &(struct pty_spec){ .rows = 40, .cols = 120 });

	free(path);
	pty_wait_text(p, "GitHub release on main, failed");
	pty_wait_text(p, "all is well");
	pty_wait_text(p, "error: linker `aarch64-linux-gnu-gcc` not found");
	pty_wait_text(p, "aarch64-linux-gnu-gcc is not installed");
	pty_wait_text(p, "a-b: docs");
	pty_wait_no_text(p, "2026-11-20T10:00:30");
	bench_quit(b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(jobs_in_panes, set_up, bench_drop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
