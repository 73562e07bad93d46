/* Builds with the real cargo that are stopped or killed: what is left, and what goes on. */
#include "e2e/bench_build.h"

#include <signal.h>
#include <sys/wait.h>
#include "build/history.h"
#include "build/order.h"
#include "io/loop.h"
#include "unit/wait.h"

/* Cancelling stops everything: each job says so, and no process is left, not even a build script. */
static void
cancel_all(void **state)
{
	struct bench *b = *state;

	NEED_RUST(b);
	bench_write_sleeping_script(b, "linux");
	bench_start(b, TARGETS(HOST, ARM64));
	bench_wait_until_asleep(b);
	assert_true(bench_children(b) > 0);
	run_cancel(b->run);
	bench_wait_end(b);
	assert_job(b, HOST, JOB_CANCELLED);
	assert_job(b, ARM64, JOB_CANCELLED);
	assert_int_equal(run_exit_code(b->run), 130);
	assert_int_equal(bench_count(b, RUN_HINT, 0), 0);
	assert_true(bench_is_alone(b));
}

/* A target cancelled out of a group leaves the others' artefacts untouched: they are built without
 * it, what was done stays done. */
static void
cancel_one(void **state)
{
	struct bench *b = *state;
	struct job *job;

	NEED_RUST(b);
	bench_write_sleeping_script(b, "musl");
	bench_start(b, TARGETS(MUSL, HOST, ARM64));
	bench_wait_until_asleep(b);
	run_cancel_job(b->run, bench_job(b, MUSL));
	bench_wait_end(b);
	assert_job(b, MUSL, JOB_CANCELLED);
	assert_job(b, HOST, JOB_OK);
	assert_job(b, ARM64, JOB_OK);
	job = bench_job(b, ARM64);
	assert_whole(job, 6);
	assert_int_equal(job->artifacts.len, 1);
	assert_int_equal(bench_count(b, RUN_JOB_FINISHED, 0), 3);
	assert_int_equal(run_exit_code(b->run), 130);
	assert_null(strstr(run_command(b->run, 1), MUSL));
	assert_true(bench_is_alone(b));
}

/* A run thrown away in the middle leaves nothing behind either. */
static void
free_in_the_middle(void **state)
{
	struct bench *b = *state;

	NEED_RUST(b);
	bench_write_sleeping_script(b, "linux");
	bench_start(b, TARGETS(HOST));
	bench_wait_until_asleep(b);
	bench_free_run(b);
	assert_true(bench_is_alone(b));
}

/* Whether the log of the only run below `dir` says that of a target. */
static bool
log_holds(const char *dir, const char *target, const char *text)
{
	struct str log = STR_INIT;
	size_t count = 0;
	char **names, *path;
	bool found = false;

	if (!file_list(dir, &names, &count, NULL))
		return false;
	if (count == 1) {
		path = xasprintf("%s/%s/%s.log", dir, names[0], target);
		found = file_read(path, &log, NULL) && strstr(str_cstr(&log), text);
		free(path);
	}
	file_list_free(names, count);
	str_fini(&log);
	return found;
}

/* xtui killed in the middle of a build: its logs can be read, and no process outlives it for long. */
static void
killed_parent(void **state)
{
	struct bench *b = *state;
	char *logs;
	pid_t pid;

	NEED_RUST(b);
	bench_write_sleeping_script(b, "linux");
	b->spec.log_dir = logs = path_join(b->bed->dir, "logs");
	if ((pid = fork()) == 0) {
		struct loop *own = loop_new();

		b->loop = own;
		bench_start(b, TARGETS(HOST, ARM64));
		loop_run(own);
		_exit(0);
	}
	wait_until(log_holds(logs, ARM64, "app v0.1.0"));
	wait_until(bench_is_asleep(b, NULL));
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	assert_true(bench_is_alone(b));
	assert_true(log_holds(logs, ARM64, "app v0.1.0"));
	free(logs);
}

/* What a killed build was at is known to the next start, which can go on with just that: its packages,
 * its settings and no others, whatever the project's are by then. */
static void
killed_goes_on(void **state)
{
	static const char *const config[] = { "profile.release.opt-level=1" };
	static const struct run_variant variants[] = { { "opt-level=1", config, 1 } };
	struct bench *b = *state;
	const char *path = bed_path(b->bed, "history.db");
	struct history_list list;
	struct history *h;
	struct order order;
	pid_t pid;

	NEED_RUST(b);
	bench_write_sleeping_script(b, "linux");
	if ((pid = fork()) == 0) {
		b->loop = loop_new();
		b->spec.history = history_open(path, NULL, NULL);
		b->spec.packages = TARGETS("app");
		b->spec.package_count = 1;
		b->spec.variants = variants;
		b->spec.variant_count = 1;
		bench_start(b, TARGETS(HOST, ARM64));
		loop_run(b->loop);
		_exit(0);
	}
	wait_until(bench_is_asleep(b, NULL));
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	assert_true(bench_is_alone(b));
	h = history_open(path, NULL, NULL);
	assert_true(history_ask(h, &(struct history_query){ .limit = 1 }, &list, NULL));
	assert_int_equal(list.runs.len, 1);
	assert_string_equal(list.runs.items[0].status, "interrupted");
	assert_true(order_read(&order, list.runs.items[0].spec));
	bed_write(b->bed, "ws/app/build.rs", "fn main() {}\n");
	order.run.survey = b->survey;
	order.run.dir = b->ws;
	b->spec = order.run;
	bench_build(b, TARGETS(HOST, ARM64));
	assert_job(b, HOST, JOB_OK);
	assert_job(b, ARM64, JOB_OK);
	assert_string_equal(bench_job(b, HOST)->variant, "opt-level=1");
	assert_non_null(strstr(run_command(b->run, 1), "--package app"));
	assert_non_null(strstr(run_command(b->run, 1), "opt-level=1"));
	bench_free_run(b);
	order_fini(&order);
	b->spec = (struct run_spec){ 0 };
	history_list_fini(&list);
	history_close(h);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		BENCH_TEST(cancel_all),
		BENCH_TEST(cancel_one),
		BENCH_TEST(free_in_the_middle),
		BENCH_TEST(killed_parent),
		BENCH_TEST(killed_goes_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
