/* run: what a build says is the kernel's a moment later, so that no end of xtui takes it away. */
#include "build/logstore.h"
#include "build/run.h"
#include "io/loop.h"
#include "unit/folder.h"
#include "unit/wait.h"

struct hearing {
	size_t bytes; /* of the log that were told */
};

static void
observe(void *arg, const struct run_event *event)
{
	struct hearing *h = arg;

	if (event->kind == RUN_LOG)
		h->bytes += event->text_len;
}

static bool
is_in_file(const char *path, size_t bytes)
{
	struct file_identity id;

	return file_identity(path, &id) && id.size == bytes;
}

/* A line of a build that says little is written at once: no timer is waited for. */
static void
line_is_written_at_once(void **state)
{
	const char *dir = *state;
	char *gate = path_join(dir, "gate");
	struct hearing h = { 0 };
	struct loop *loop = loop_new();
	struct run_spec spec = {
		.targets = (const char *const[]){ "one" }, .target_count = 1, .log_dir = dir
	};
	struct run *r;
	const char *path;

	assert_int_equal(mkfifo(gate, 0600), 0);
	r = run_start_command(loop, &spec,
		(const char *const[]){ "sh", "-c", "echo first; read line <\"$0\"", gate, NULL },
		observe, &h, NULL);
	assert_non_null(r);
	path = logstore_path(run_job(r, 0)->log);
	while (!h.bytes)
		loop_turn(loop, true);
	loop_turn(loop, false); /* what is due now; from here on only the writer works */
	wait_until(is_in_file(path, sizeof("first\n") - 1));
	assert_int_equal(run_job(r, 0)->state, JOB_RUNNING);
	run_free(r);
	loop_free(loop);
	free(gate);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			line_is_written_at_once, folder_setup, folder_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
