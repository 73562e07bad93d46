/* last_builds: of a real history, in which runs that are none were recorded. */
#include "tests/unit/help_history.h"
#include "ui/last_builds.h"

/* The newest build of each target counts that ended by itself; what it made is as large as its largest
 * program. */
static void
newest_of_each_target(void **state)
{
	char *dir = file_make_temp_dir("/tmp", "xtui-test-last-", NULL);
	char *path = path_join(dir, "history.db");
	struct history *h = history_open(path, NULL, NULL);
	struct last_builds l = { 0 };
	const struct last_build *last;
	struct run *r;

	last_builds_read(&l, h, dir);
	assert_null(last_builds_find(&l, HOST));
	fake_build(h, "20261101-100000", dir, TARGETS(HOST, ARM64), 700);
	r = fake_run("20261102-100000", dir, TARGETS(HOST));
	fake_start(h, r);
	fake_unit(h, r, 0, "app", 1200);
	fake_artifact(h, r, 0, "/t/app", 1000);
	fake_artifact(h, r, 0, "/t/larger", 3000);
	fake_end_job(h, r, 0, JOB_OK);
	fake_end(h, r, 0);
	fake_free(r);
	r = fake_run("20261103-100000", dir, TARGETS(HOST, ARM64));
	fake_start(h, r);
	fake_end_job(h, r, 0, JOB_CANCELLED);
	fake_end_job(h, r, 1, JOB_FAILED);
	fake_end(h, r, 1);
	fake_free(r);
	last_builds_read(&l, h, dir);
	last = last_builds_find(&l, HOST);
	assert_non_null(last);
	assert_int_equal(last->state, JOB_OK);
	assert_int_equal(last->ms, 1200);
	assert_int_equal(last->bytes, 3000);
	last = last_builds_find(&l, ARM64);
	assert_non_null(last);
	assert_int_equal(last->state, JOB_FAILED);
	assert_int_equal(last->bytes, 0);
	last_builds_read(&l, h, "/another/project");
	assert_null(last_builds_find(&l, HOST));
	last_builds_read(&l, NULL, dir);
	last_builds_fini(&l);
	history_close(h);
	assert_true(file_remove_tree(dir, NULL));
	free(path);
	free(dir);
}

/* A program counts before a library, however small. */
static void
programs_count_first(void **state)
{
	static const struct job_artifact made[] = {
		{ (char *)"/t/libapp.so", (char *)"cdylib", 9000 },
		{ (char *)"/t/app", (char *)"bin", 200 },
		{ (char *)"/t/tool", (char *)"bin", 300 },
		{ (char *)"/t/libapp.a", (char *)"staticlib", 8000 },
	};

	assert_int_equal(last_build_bytes(made, 4), 300);
	assert_int_equal(last_build_bytes(made, 1), 9000);
	assert_int_equal(last_build_bytes(made + 3, 1), 8000);
	assert_int_equal(last_build_bytes(made, 0), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(newest_of_each_target),
		cmocka_unit_test(programs_count_first),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
