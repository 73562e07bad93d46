/* What was built is known afterwards, also to other xtui. */
#include <inttypes.h>
#include <signal.h>
#include <sys/wait.h>
#include "unit/help_history_bench.h"

/* What was built is known afterwards: the run, its jobs, their units and artefacts. */
static void
all_is_told_again(void **state)
{
	struct bench *b = *state;
	struct run *r = fake_run("20260102-030405", b->dir, TARGETS(HOST, ARM64));
	struct history_list list;
	const struct history_run *run;
	const struct history_job *job;

	fake_start(b->h, r);
	fake_unit(b->h, r, 0, "tool", 40);
	fake_unit(b->h, r, 0, "app", 60);
	fake_artifact(b->h, r, 0, "/t/app", 1000);
	r->jobs[0]->total = 3;
	r->jobs[0]->fresh = 1;
	r->jobs[0]->warnings = 2;
	fake_end_job(b->h, r, 0, JOB_OK);
	r->jobs[1]->errors = 1;
	fake_end_job(b->h, r, 1, JOB_FAILED);
	fake_end(b->h, r, 1);
	again(b);
	list = ask_all(b->h, (struct history_query){ .in_detail = true });
	assert_int_equal(list.runs.len, 1);
	run = &list.runs.items[0];
	assert_string_equal(run->id, "20260102-030405");
	assert_string_equal(run->status, "failed");
	assert_string_equal(run->toolchain, "system 1.96.0");
	assert_string_equal(run->profile, "release");
	assert_string_equal(run->variant, "as configured");
	assert_string_equal(run->mode, "build");
	assert_string_equal(run->command, "cargo build --target a\ncargo build --target b");
	assert_string_equal(run->logs, "/logs/of/it");
	assert_true(text_ends(run->root, path_basename(b->dir)));
	assert_int_equal(run->ms, 100);
	assert_int_equal(run->ended - run->started, 100);
	assert_int_equal(run->job_count, 2);
	job = &run->jobs[0];
	assert_int_equal(job->number, 1);
	assert_string_equal(job->target, HOST);
	assert_string_equal(job->backend, "native");
	assert_string_equal(job->status, "ok");
	assert_int_equal(job->done, 2);
	assert_int_equal(job->total, 3);
	assert_int_equal(job->fresh, 1);
	assert_int_equal(job->built, 2);
	assert_int_equal(job->warnings, 2);
	assert_int_equal(job->exit_code, 0);
	assert_int_equal(job->ms, 100);
	assert_null(job->log);
	assert_int_equal(job->unit_count, 2);
	assert_string_equal(job->units[1].crate, "app");
	assert_int_equal(job->units[1].started, 40);
	assert_int_equal(job->units[1].ms, 60);
	assert_int_equal(job->units[1].peak, 60 << 20);
	assert_int_equal(job->artifact_count, 1);
	assert_string_equal(job->artifacts[0].path, "/t/app");
	assert_string_equal(job->artifacts[0].kind, "bin");
	assert_int_equal(job->artifacts[0].bytes, 1000);
	assert_string_equal(run->jobs[1].status, "failed");
	assert_int_equal(run->jobs[1].errors, 1);
	assert_int_equal(run->jobs[1].exit_code, 101);
	history_list_fini(&list);
	fake_free(r);
	assert_int_equal(b->said_count, 0);
}

/* Runs come newest first, of all workspaces or one, however it is reached; by the beginning of an id. */
static void
runs_are_found(void **state)
{
	struct bench *b = *state;
	char *one = path_join(b->dir, "one"), *two = path_join(b->dir, "two"),
	     *link = path_join(b->dir, "link");

	assert_true(file_make_dirs(one, 0755, NULL));
	assert_int_equal(symlink(one, link), 0);
	fake_build(b->h, "20260101-000000", one, TARGETS(HOST), 1);
	fake_build(b->h, "20260102-000000", two, TARGETS(HOST), 1);
	fake_build(b->h, "20260102-000001", link, TARGETS(HOST), 1);
	assert_text(ids(b->h, (struct history_query){ 0 }),
		"20260102-000001 20260102-000000 20260101-000000 ");
	assert_text(ids(b->h, (struct history_query){ .limit = 1 }), "20260102-000001 ");
	assert_text(ids(b->h, (struct history_query){ .root = one }),
		"20260102-000001 20260101-000000 ");
	assert_text(
		ids(b->h, (struct history_query){ .root = link, .limit = 1 }), "20260102-000001 ");
	assert_text(ids(b->h, (struct history_query){ .root = two }), "20260102-000000 ");
	assert_text(ids(b->h, (struct history_query){ .id = "20260102" }),
		"20260102-000001 20260102-000000 ");
	assert_text(
		ids(b->h, (struct history_query){ .id = "20260101-000000" }), "20260101-000000 ");
	assert_text(ids(b->h, (struct history_query){ .id = "%" }), "");
	free(link);
	free(two);
	free(one);
}

static void
build_file(struct bench *b, const char *id, const char *path, uint64_t bytes, enum job_state end)
{
	struct run *r = fake_run(id, "/w", TARGETS(HOST));

	fake_start(b->h, r);
	fake_artifact(b->h, r, 0, path, bytes);
	fake_end_job(b->h, r, 0, end);
	fake_end(b->h, r, end == JOB_OK ? 0 : 1);
	history_leave(b->h, r);
	fake_free(r);
}

/* A file's size of before is that of the last build that went well, wherever the target folder was; of
 * another target, profile, variant or name it is none. */
static void
past_size_is_found(void **state)
{
	struct bench *b = *state;
	struct history_file file = { "/w", HOST, "release", "as configured", "app" }, other = file;
	uint64_t bytes = 0;

	assert_false(history_size_before(b->h, &file, NULL, &bytes));
	build_file(b, "20260101-000000", "/w/target/app", 100, JOB_OK);
	build_file(b, "20260102-000000", "/elsewhere/app", 200, JOB_OK);
	build_file(b, "20260103-000000", "/w/target/app", 300, JOB_FAILED);
	assert_true(history_size_before(b->h, &file, NULL, &bytes));
	assert_int_equal(bytes, 200);
	assert_true(history_size_before(b->h, &file, "20260102-000000", &bytes));
	assert_int_equal(bytes, 100);
	assert_false(history_size_before(b->h, &file, "20260101-000000", &bytes));
	other.name = "ap";
	assert_false(history_size_before(b->h, &other, NULL, &bytes));
	other = file, other.target = ARM64;
	assert_false(history_size_before(b->h, &other, NULL, &bytes));
	other = file, other.profile = "dev";
	assert_false(history_size_before(b->h, &other, NULL, &bytes));
	other = file, other.variant = "small";
	assert_false(history_size_before(b->h, &other, NULL, &bytes));
}

static void
build_as(struct bench *b, const struct history_key *key, enum job_state end, bool is_fresh,
	uint64_t ms)
{
	struct run *r = fake_run("20260101-000000", key->root, TARGETS(key->target));

	free(r->jobs[0]->variant);
	r->jobs[0]->variant = xstrdup(key->variant);
	r->profile = key->profile;
	r->mode = text_is(key->mode, "check") ? MODE_CHECK : MODE_BUILD;
	fake_start(b->h, r);
	if (is_fresh)
		r->ms += ms;
	else
		fake_unit(b->h, r, 0, "app", ms);
	fake_end_job(b->h, r, 0, end);
	fake_end(b->h, r, end == JOB_OK ? 0 : 1);
	history_leave(b->h, r);
	fake_free(r);
}

/* Times of past builds, the newest first; "" where there are none. Caller frees. */
static char *
times_of(struct history *h, const struct history_key *key)
{
	struct str out = STR_INIT;
	struct paces paces;

	history_paces(h, key, &paces);
	for (size_t i = 0; i < paces.count; i++)
		str_appendf(&out, "%s%d:%d", i ? " " : "", paces.items[i].units,
			(int)paces.items[i].ms);
	return str_take(&out);
}

/* What builds took is known of those that went well and had something to do, of the same kind in every
 * respect. */
static void
times_are_known(void **state)
{
	struct bench *b = *state;
	const struct history_key usual = { b->dir, HOST, "release", "small", "build" };
	const struct history_key others[] = {
		{ "/", HOST, "release", "small", "build" },
		{ b->dir, ARM64, "release", "small", "build" },
		{ b->dir, HOST, "dev", "small", "build" },
		{ b->dir, HOST, "release", "fast", "build" },
		{ b->dir, HOST, "release", "small", "check" },
	};
	struct paces paces;

	assert_text(times_of(b->h, &usual), "");
	for (uint64_t ms = 100; ms <= 300; ms += 100) {
		build_as(b, &usual, JOB_OK, false, ms);
		build_as(b, &usual, JOB_OK, true, 5);
		build_as(b, &usual, JOB_FAILED, false, 7);
	}
	for (size_t i = 0; i < COUNT(others); i++) {
		assert_text(times_of(b->h, &others[i]), "");
		build_as(b, &others[i], JOB_OK, false, 1000);
		assert_text(times_of(b->h, &others[i]), "1:1000");
	}
	assert_text(times_of(b->h, &usual), "1:300 1:200 1:100");
	assert_text(times_of(NULL, &usual), "");
	for (uint64_t ms = 1; ms <= PACES_MAX; ms++)
		build_as(b, &usual, JOB_OK, false, ms);
	history_paces(b->h, &usual, &paces);
	assert_int_equal(paces.count, PACES_MAX);
	assert_int_equal(paces.items[0].ms, PACES_MAX);
}

/* While it is built, a run can be looked up by others; units are there after a while. */
static void
running_is_seen(void **state)
{
	struct bench *b = *state;
	struct run *r = fake_run("20260101-000000", b->dir, TARGETS(HOST, ARM64));
	struct history *other;

	fake_start(b->h, r);
	other = history_open_to_read(b->path, NULL);
	assert_non_null(other);
	assert_text(states(other, r->id), "running running running");
	fake_unit(b->h, r, 0, "quick", 10);
	assert_int_equal(unit_count(other, r->id, 0), 0);
	fake_unit(b->h, r, 0, "slow", 3000);
	assert_int_equal(unit_count(other, r->id, 0), 2);
	for (int i = 0; i < 70; i++)
		fake_unit(b->h, r, 1, "many", 1);
	assert_int_equal(unit_count(other, r->id, 1), 64);
	fake_end_job(b->h, r, 0, JOB_OK);
	assert_text(states(other, r->id), "running ok running");
	assert_int_equal(unit_count(other, r->id, 1), 70);
	history_leave(b->h, r);
	assert_text(states(other, r->id), "cancelled ok cancelled");
	history_close(other);
	fake_free(r);
}

/* A job that is built again has the units, artefacts and result of the second time alone; the run goes
 * on until it has ended again. */
static void
second_attempt_counts(void **state)
{
	struct bench *b = *state;
	struct run *r = fake_run("20260101-000000", b->dir, TARGETS(HOST, ARM64));
	struct history_list list;

	fake_start(b->h, r);
	for (size_t i = 0; i < 2; i++) {
		fake_unit(b->h, r, i, "first", 10);
		fake_artifact(b->h, r, i, "/t/first", 1);
		fake_end_job(b->h, r, i, i ? JOB_FAILED : JOB_OK);
	}
	fake_end(b->h, r, 1);
	assert_text(states(b->h, r->id), "failed ok failed");
	r->is_over = false;
	job_reset(r->jobs[1]);
	fake_start_job(b->h, r, 1);
	assert_text(states(b->h, r->id), "running ok running");
	fake_unit(b->h, r, 1, "second", 20);
	fake_artifact(b->h, r, 1, "/t/second", 2);
	fake_end_job(b->h, r, 1, JOB_OK);
	fake_end(b->h, r, 0);
	assert_text(states(b->h, r->id), "ok ok ok");
	list = ask_all(b->h, (struct history_query){ .in_detail = true });
	assert_int_equal(list.runs.items[0].jobs[0].unit_count, 1);
	assert_int_equal(list.runs.items[0].jobs[1].unit_count, 1);
	assert_string_equal(list.runs.items[0].jobs[1].units[0].crate, "second");
	assert_int_equal(list.runs.items[0].jobs[1].artifact_count, 1);
	assert_string_equal(list.runs.items[0].jobs[1].artifacts[0].path, "/t/second");
	assert_int_equal(list.runs.items[0].jobs[1].built, 1);
	assert_int_equal(list.runs.items[0].jobs[1].ms, 20);
	history_list_fini(&list);
	fake_free(r);
}

/* What is not a build of a workspace is not recorded. */
static void
commands_are_not_runs(void **state)
{
	struct bench *b = *state;
	struct run *r = fake_run("20260101-000000", b->dir, TARGETS(HOST));

	r->is_of_commands = true;
	fake_start(b->h, r);
	fake_end_job(b->h, r, 0, JOB_OK);
	fake_end(b->h, r, 0);
	history_leave(b->h, r);
	assert_text(ids(b->h, (struct history_query){ 0 }), "");
	fake_free(r);
}

/* A question to a history that is not there is answered, and leaves nothing behind. */
static void
absent_is_empty(void **state)
{
	struct bench *b = *state;
	char *path = path_join(b->dir, "none/history.db");
	const struct history_key key = { b->dir, HOST, "release", "small", "build" };
	struct history *h = history_open_to_read(path, NULL);

	assert_non_null(h);
	assert_text(ids(h, (struct history_query){ 0 }), "");
	assert_text(times_of(h, &key), "");
	history_close(h);
	assert_false(file_exists(path));
	free(path);
}

/* ---- other processes ---- */

/* A child that tells of a run and is then killed, or stays when `stays`; its id. Ours is closed. */
static pid_t
record_in_child(struct bench *b, bool stays)
{
	int ready[2];
	char byte;
	pid_t pid;

	history_close(b->h); /* no connection may be taken along */
	b->h = NULL;
	assert_int_equal(pipe(ready), 0);
	if ((pid = fork()) == 0) {
		struct history *h = history_open(b->path, NULL, NULL);
		struct run *r = fake_run("20260101-000000", b->dir, TARGETS(HOST, ARM64, "c"));

		fake_start(h, r);
		fake_end_job(h, r, 0, JOB_OK);
		for (int i = 0; i < 70; i++)
			fake_unit(h, r, 1, "app", 10);
		if (write(ready[1], "", 1) != 1)
			_exit(1);
		if (stays)
			pause();
		raise(SIGKILL);
	}
	close(ready[1]);
	assert_int_equal(read(ready[0], &byte, 1), 1);
	close(ready[0]);
	return pid;
}

static void
bury(pid_t pid)
{
	kill(pid, SIGKILL);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
}

/* A run whose xtui was killed is interrupted: for who only looks, and in the file from the next start
 * on. What was written until then is whole. */
static void
killed_is_interrupted(void **state)
{
	struct bench *b = *state;
	struct history_list list;
	struct history *reader;

	bury(record_in_child(b, false));
	reader = history_open_to_read(b->path, NULL);
	assert_text(states(reader, "2026"), "interrupted ok interrupted interrupted");
	assert_int_equal(unit_count(reader, "2026", 1), 64);
	history_close(reader);
	again(b);
	list = ask_all(b->h, (struct history_query){ .is_open = true });
	assert_int_equal(list.runs.len, 0);
	history_list_fini(&list);
	list = ask_all(b->h, (struct history_query){ 0 });
	assert_string_equal(list.runs.items[0].status, "interrupted");
	assert_int_equal(list.runs.items[0].ended - list.runs.items[0].started, 640);
	history_list_fini(&list);
	assert_int_equal(b->said_count, 0);
}

/* A run that was killed before anything was written of its time has that of its logs' last words; where
 * they tell nothing, it has none. */
static void
killed_at_once(void **state)
{
	struct bench *b = *state;
	struct file_identity id;
	struct history_list list;
	char *log = path_join(b->dir, "a.log"), *sql;

	bury(record_in_child(b, false));
	assert_true(file_write(log, SPAN("Compiling\n"), NULL));
	assert_true(file_identity(log, &id));
	sql = xasprintf("UPDATE runs SET ms = 0, started = %" PRId64 " - 7500;"
			"UPDATE jobs SET ms = 0, state = 'waiting', log = '%s' WHERE number > 1",
		id.mtime_ns / 1000000, log);
	sqlite3_close(intrude(b, sql));
	again(b);
	list = ask_all(b->h, (struct history_query){ 0 });
	assert_int_equal(list.runs.items[0].ms, 7500);
	assert_int_equal(list.runs.items[0].ended - list.runs.items[0].started, 7500);
	history_list_fini(&list);
	assert_int_equal(unlink(log), 0);
	list = ask_all(b->h, (struct history_query){ 0 });
	assert_int_equal(list.runs.items[0].ms, 0);
	history_list_fini(&list);
	free(sql);
	free(log);
}

/* A run that another xtui is busy with is left alone, until that one is gone. */
static void
running_elsewhere_goes_on(void **state)
{
	struct bench *b = *state;
	pid_t pid = record_in_child(b, true);

	again(b);
	assert_text(states(b->h, "2026"), "running ok running running");
	fake_build(b->h, "20270101-000000", b->dir, TARGETS(HOST), 1);
	assert_text(states(b->h, "20260"), "running ok running running");
	bury(pid);
	assert_text(states(b->h, "20260"), "interrupted ok interrupted interrupted");
}

/* Nobody here can tell whether a process of another machine lives: its run goes on for two days. */
static void
other_machine_is_believed(void **state)
{
	struct bench *b = *state;

	bury(record_in_child(b, false));
	sqlite3_close(intrude(b, "UPDATE runs SET place = 'moon'"));
	again(b);
	assert_text(states(b->h, "2026"), "running ok running running");
	sqlite3_close(intrude(b, "UPDATE runs SET started = started - 3 * 86400000"));
	assert_text(states(b->h, "2026"), "interrupted ok interrupted interrupted");
}

/* The number of a process is given again: another one that has it is not taken for the run's. */
static void
number_given_again(void **state)
{
	struct bench *b = *state;
	char *sql = xasprintf("UPDATE runs SET pid = %d", (int)getpid());

	bury(record_in_child(b, false));
	sqlite3_close(intrude(b, sql));
	again(b);
	assert_text(states(b->h, "2026"), "interrupted ok interrupted interrupted");
	free(sql);
}

#define WRITERS 3
#define RUNS_EACH 15

static int
write_many(struct bench *b, int writer)
{
	b->h = history_open(b->path, hear, b);
	for (int i = 0; i < RUNS_EACH; i++) {
		char *id = xasprintf("2026010%d-0000%02d", writer, i);

		fake_build(b->h, id, b->dir, TARGETS(HOST, ARM64), 1);
		free(id);
	}
	history_close(b->h);
	return b->said_count;
}

/* Several xtui at one new file at the same time: each run is there whole, or was said not to be. */
static void
many_writers(void **state)
{
	struct bench *b = *state;
	char *new = path_join(b->dir, "new/history.db");
	struct history_list list;
	pid_t pids[WRITERS];
	int said = 0, status;

	free(b->path);
	b->path = new;
	for (int i = 0; i < WRITERS; i++) {
		if ((pids[i] = fork()) == 0)
			_exit(write_many(b, i));
	}
	for (int i = 0; i < WRITERS; i++) {
		assert_int_equal(waitpid(pids[i], &status, 0), pids[i]);
		assert_true(WIFEXITED(status));
		said += WEXITSTATUS(status);
	}
	again(b);
	list = ask_all(b->h, (struct history_query){ .in_detail = true });
	assert_int_equal(list.runs.len + (size_t)said, WRITERS * RUNS_EACH);
	for (size_t i = 0; i < list.runs.len; i++) {
		assert_string_equal(list.runs.items[i].status, "ok");
		assert_int_equal(list.runs.items[i].job_count, 2);
		assert_int_equal(list.runs.items[i].jobs[1].unit_count, 1);
	}
	history_list_fini(&list);
}

/* The clock was set back since a run began: it is as old as it is, and no time is below zero; the runs
 * are in the order in which they began all the same. */
static void
clock_set_back(void **state)
{
	struct bench *b = *state;
	struct run *r = fake_run("20991231-000000", b->dir, TARGETS(HOST));
	struct history_list list;

	fake_start(b->h, r);
	sqlite3_close(intrude(b, "UPDATE runs SET started = started + 86400000000"));
	list = ask_all(b->h, (struct history_query){ 0 });
	assert_string_equal(list.runs.items[0].status, "running");
	assert_int_equal(list.runs.items[0].ms, 0);
	history_list_fini(&list);
	r->ms = 1234;
	fake_end_job(b->h, r, 0, JOB_OK);
	fake_end(b->h, r, 0);
	history_leave(b->h, r);
	fake_free(r);
	fake_build(b->h, "20260101-000000", b->dir, TARGETS(HOST), 1);
	list = ask_all(b->h, (struct history_query){ 0 });
	assert_string_equal(list.runs.items[0].id, "20260101-000000");
	assert_true(list.runs.items[1].ms < 100000);
	assert_true(list.runs.items[1].jobs[0].ms < 100000);
	history_list_fini(&list);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(all_is_told_again),
		TEST(runs_are_found),
		TEST(past_size_is_found),
		TEST(times_are_known),
		TEST(running_is_seen),
		TEST(second_attempt_counts),
		TEST(commands_are_not_runs),
		TEST(absent_is_empty),
		TEST(killed_is_interrupted),
		TEST(killed_at_once),
		TEST(running_elsewhere_goes_on),
		TEST(other_machine_is_believed),
		TEST(number_given_again),
		TEST(many_writers),
		TEST(clock_set_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
