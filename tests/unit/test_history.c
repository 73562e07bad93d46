#include "tests/unit/check.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include "tests/unit/help_history.h"

/* A folder of its own for each test, what was said, and the history in it. */
struct bench {
	char *dir;
	char *path;
	struct history *h;
	struct str said; /* a line for each trouble */
	int said_count;
};

static void
hear(void *arg, const struct err *what)
{
	struct bench *b = arg;

	b->said_count++;
	str_appendf(&b->said, "%s\n", what->message);
}

static void
again(struct bench *b)
{
	history_close(b->h);
	b->h = history_open(b->path, hear, b);
}

static int
setup(void **state)
{
	struct bench *b = xcalloc(1, sizeof(*b));

	b->dir = file_make_temp_dir("/tmp", "xtui-history-", NULL); /* where a stranger gets to */
	if (!b->dir)
		return -1;
	b->path = path_join(b->dir, "state/history.db");
	*state = b;
	again(b);
	return 0;
}

static int
teardown(void **state)
{
	struct bench *b = *state;
	bool ok;

	history_close(b->h);
	ok = file_remove_tree(b->dir, NULL);
	str_fini(&b->said);
	free(b->path);
	free(b->dir);
	free(b);
	return ok ? 0 : -1;
}

static struct history_list
ask_all(struct history *h, struct history_query query)
{
	struct history_list list;
	struct err err = ERR_INIT;

	if (!history_ask(h, &query, &list, &err))
		fail_msg("%s", err.message);
	return list;
}

/* The ids of runs in order, each with a blank behind it; caller frees. */
static char *
ids(struct history *h, struct history_query query)
{
	struct history_list list = ask_all(h, query);
	struct str text = STR_INIT;

	str_append(&text, "");
	for (size_t i = 0; i < list.runs.len; i++)
		str_appendf(&text, "%s ", list.runs.items[i].id);
	history_list_fini(&list);
	return str_take(&text);
}

/* "<status> <state of job 1> <state of job 2> …" of the run; caller frees. */
static char *
states(struct history *h, const char *id)
{
	struct history_list list = ask_all(h, (struct history_query){ .id = id });
	struct str text = STR_INIT;

	assert_int_equal(list.runs.len, 1);
	str_append(&text, list.runs.items[0].status);
	for (size_t i = 0; i < list.runs.items[0].job_count; i++)
		str_appendf(&text, " %s", list.runs.items[0].jobs[i].status);
	history_list_fini(&list);
	return str_take(&text);
}

static size_t
unit_count(struct history *h, const char *id, size_t job)
{
	struct history_list list =
		ask_all(h, (struct history_query){ .id = id, .in_detail = true });
	size_t count = list.runs.items[0].jobs[job].unit_count;

	history_list_fini(&list);
	return count;
}

/* Another program at the same file. */
static sqlite3 *
intrude(struct bench *b, const char *sql)
{
	sqlite3 *db;

	assert_int_equal(sqlite3_open(b->path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	return db;
}

static void
damage(struct bench *b, off_t from, size_t len)
{
	char *noise = xmalloc(len);
	int fd = open(b->path, O_WRONLY | O_CREAT, 0666);

	memset(noise, 'x', len);
	assert_true(fd >= 0);
	assert_int_equal(pwrite(fd, noise, len, from), len);
	close(fd);
	free(noise);
}

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

/* What a build will take is the median of the last five that went well and had something to do, of the
 * same kind in every respect. */
static void
time_is_expected(void **state)
{
	static const uint64_t times[] = { 9999, 9999, 500, 100, 300, 400, 200 };
	struct bench *b = *state;
	const struct history_key usual = { b->dir, HOST, "release", "small", "build" };
	const struct history_key others[] = {
		{ "/", HOST, "release", "small", "build" },
		{ b->dir, ARM64, "release", "small", "build" },
		{ b->dir, HOST, "dev", "small", "build" },
		{ b->dir, HOST, "release", "fast", "build" },
		{ b->dir, HOST, "release", "small", "check" },
	};
	uint64_t ms = 0;

	assert_false(history_expect(b->h, &usual, &ms));
	for (size_t i = 0; i < COUNT(times); i++) {
		build_as(b, &usual, JOB_OK, false, times[i]);
		build_as(b, &usual, JOB_OK, true, 5);
		build_as(b, &usual, JOB_FAILED, false, 7);
	}
	for (size_t i = 0; i < COUNT(others); i++) {
		assert_false(history_expect(b->h, &others[i], &ms));
		build_as(b, &others[i], JOB_OK, false, 1000);
		build_as(b, &others[i], JOB_OK, false, 2000);
		assert_true(history_expect(b->h, &others[i], &ms));
		assert_int_equal(ms, 1500);
	}
	assert_true(history_expect(b->h, &usual, &ms));
	assert_int_equal(ms, 300);
	assert_false(history_expect(NULL, &usual, &ms));
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
	uint64_t ms;

	assert_non_null(h);
	assert_text(ids(h, (struct history_query){ 0 }), "");
	assert_false(history_expect(h, &key, &ms));
	history_close(h);
	assert_false(file_exists(path));
	free(path);
}

/* ---- what can go wrong ---- */

/* A file that is damaged is set aside and said, once each time; a new history begins at once. */
static void
damaged_is_set_aside(void **state)
{
	struct bench *b = *state;
	struct err err = ERR_INIT;
	char *kept;

	fake_build(b->h, "20260101-000000", b->dir, TARGETS(HOST), 1);
	for (int n = 1; n <= 2; n++) {
		history_close(b->h);
		damage(b, 0, 4096);
		assert_null(history_open_to_read(b->path, &err));
		assert_non_null(strstr(err.message, "is damaged"));
		assert_non_null(strstr(err.remedy, "next build"));
		b->h = NULL;
		again(b);
		assert_int_equal(b->said_count, n);
		kept = xasprintf("%s.broken-%d", b->path, n);
		assert_true(file_exists(kept));
		assert_non_null(strstr(b->said.data, path_basename(kept)));
		free(kept);
		assert_text(ids(b->h, (struct history_query){ 0 }), "");
		fake_build(b->h, "20260102-000000", b->dir, TARGETS(HOST), 1);
		assert_text(ids(b->h, (struct history_query){ 0 }), "20260102-000000 ");
	}
	again(b);
	assert_int_equal(b->said_count, 2);
}

/* Damage that is found only when something is written there: the run goes into the new file whole. */
static void
damage_in_the_middle(void **state)
{
	struct bench *b = *state;
	struct run *r = fake_run("20260103-000000", b->dir, TARGETS(HOST, ARM64));
	struct stat st;

	fake_build(b->h, "20260101-000000", b->dir, TARGETS(HOST), 1);
	history_close(b->h);
	assert_int_equal(stat(b->path, &st), 0);
	damage(b, 4096, (size_t)st.st_size - 4096);
	b->h = NULL;
	again(b);
	fake_start(b->h, r);
	fake_unit(b->h, r, 1, "app", 5);
	fake_end_job(b->h, r, 0, JOB_OK);
	fake_end_job(b->h, r, 1, JOB_OK);
	fake_end(b->h, r, 0);
	assert_int_equal(b->said_count, 1);
	assert_text(ids(b->h, (struct history_query){ 0 }), "20260103-000000 ");
	assert_text(states(b->h, r->id), "ok ok ok");
	assert_int_equal(unit_count(b->h, r->id, 1), 1);
	fake_free(r);
}

/* A file that somebody removes under us, or another xtui sets aside, is begun anew with the next run. */
static void
removed_is_begun_anew(void **state)
{
	struct bench *b = *state;
	struct run *r = fake_run("20260101-000000", b->dir, TARGETS(HOST));

	fake_start(b->h, r);
	fake_end_job(b->h, r, 0, JOB_FAILED);
	fake_end(b->h, r, 1);
	assert_int_equal(unlink(b->path), 0);
	fake_build(b->h, "20260102-000000", b->dir, TARGETS(HOST), 1);
	assert_text(ids(b->h, (struct history_query){ 0 }), "20260102-000000 ");
	r->is_over = false;
	fake_start_job(b->h, r, 0);
	fake_end_job(b->h, r, 0, JOB_OK);
	fake_end(b->h, r, 0);
	assert_text(states(b->h, r->id), "ok ok");
	again(b);
	assert_text(ids(b->h, (struct history_query){ 0 }), "20260101-000000 20260102-000000 ");
	assert_int_equal(b->said_count, 0);
	fake_free(r);
}

/* Without anybody to hear of it a damaged file is left alone. */
static void
nobody_hears_nothing_moves(void **state)
{
	struct bench *b = *state;
	char *kept = xasprintf("%s.broken-1", b->path);
	struct history *h;

	history_close(b->h);
	b->h = NULL;
	damage(b, 0, 4096);
	h = history_open(b->path, NULL, NULL);
	fake_build(h, "20260101-000000", b->dir, TARGETS(HOST), 1);
	history_close(h);
	assert_false(file_exists(kept));
	free(kept);
}

/* Somebody holds the file for a while: nothing is said, and in the end nothing is missing. */
static void
locked_for_a_while(void **state)
{
	struct bench *b = *state;
	struct run *r = fake_run("20260101-000000", b->dir, TARGETS(HOST, ARM64));
	sqlite3 *other = intrude(b, "BEGIN IMMEDIATE");

	fake_start(b->h, r);
	for (int i = 0; i < 200; i++)
		fake_unit(b->h, r, 0, "app", 1);
	fake_end_job(b->h, r, 0, JOB_OK);
	assert_text(ids(b->h, (struct history_query){ 0 }), "");
	sqlite3_close(other);
	fake_end_job(b->h, r, 1, JOB_OK);
	fake_end(b->h, r, 0);
	assert_int_equal(b->said_count, 0);
	assert_text(states(b->h, r->id), "ok ok ok");
	assert_int_equal(unit_count(b->h, r->id, 0), 200);
	fake_free(r);
}

/* Somebody holds the file to the end: the run goes unrecorded, said once; the next one is recorded. */
static void
locked_to_the_end(void **state)
{
	struct bench *b = *state;
	sqlite3 *other = intrude(b, "BEGIN IMMEDIATE");

	fake_build(b->h, "20260101-000000", b->dir, TARGETS(HOST, ARM64), 1);
	assert_int_equal(b->said_count, 1);
	assert_non_null(
		strstr(b->said.data, "is locked by another program: this build is not recorded"));
	sqlite3_close(other);
	fake_build(b->h, "20260102-000000", b->dir, TARGETS(HOST), 1);
	assert_text(ids(b->h, (struct history_query){ 0 }), "20260102-000000 ");
	assert_int_equal(b->said_count, 1);
}

/* Locked so that it cannot even be opened: the same. */
static void
locked_at_the_start(void **state)
{
	struct bench *b = *state;
	sqlite3 *other;

	history_close(b->h);
	b->h = NULL;
	other = intrude(b, "PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE");
	again(b);
	assert_int_equal(b->said_count, 0);
	fake_build(b->h, "20260101-000000", b->dir, TARGETS(HOST), 1);
	assert_int_equal(b->said_count, 1);
	assert_non_null(strstr(b->said.data, "is locked by another program"));
	sqlite3_close(other);
	fake_build(b->h, "20260102-000000", b->dir, TARGETS(HOST), 1);
	assert_text(ids(b->h, (struct history_query){ 0 }), "20260102-000000 ");
	assert_int_equal(b->said_count, 1);
}

/* Runs `check` as somebody who may not write into the bench's folder. */
static void
as_stranger(struct bench *b, void (*check)(struct bench *b))
{
	char *state = path_dirname(b->path);
	uid_t us = geteuid();

	assert_int_equal(chmod(b->dir, 0755), 0);
	assert_int_equal(chmod(state, 0555), 0);
	if (us == 0)
		assert_int_equal(seteuid(65534), 0);
	check(b);
	if (us == 0)
		assert_int_equal(seteuid(0), 0);
	assert_int_equal(chmod(state, 0755), 0);
	free(state);
}

static void
build_read_only(struct bench *b)
{
	b->h = history_open(b->path, hear, b);
	assert_int_equal(b->said_count, 0);
	fake_build(b->h, "20260102-000000", b->dir, TARGETS(HOST, ARM64), 1);
	assert_int_equal(b->said_count, 1);
	assert_non_null(strstr(b->said.data, b->path));
	assert_non_null(strstr(b->said.data, ": this build is not recorded"));
	history_close(b->h);
	b->h = NULL;
}

static void
read_read_only(struct bench *b)
{
	struct err err = ERR_INIT;
	struct history *h = history_open_to_read(b->path, &err);

	assert_string_equal(err.message, "");
	assert_text(ids(h, (struct history_query){ 0 }), "20260101-000000 ");
	history_close(h);
}

/* In a folder that cannot be written a build goes on; that it is not recorded is said once. What is
 * there can be read. */
static void
read_only_folder(void **state)
{
	struct bench *b = *state;

	fake_build(b->h, "20260101-000000", b->dir, TARGETS(HOST), 1);
	history_close(b->h);
	b->h = NULL;
	as_stranger(b, read_read_only);
	as_stranger(b, build_read_only);
	again(b);
	assert_text(ids(b->h, (struct history_query){ 0 }), "20260101-000000 ");
}

/* A folder where none can be: said once, and the build goes on. */
static void
impossible_folder(void **state)
{
	struct bench *b = *state;
	char *path = path_join(b->path, "below/history.db");
	struct history *h;

	fake_build(b->h, "20260101-000000", b->dir, TARGETS(HOST), 1);
	h = history_open(path, hear, b);
	fake_build(h, "20260102-000000", b->dir, TARGETS(HOST, ARM64), 1);
	assert_int_equal(b->said_count, 1);
	assert_non_null(strstr(b->said.data, "cannot be opened: this build is not recorded"));
	history_close(h);
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

/* ---- versions ---- */

/* A file of a newer xtui is neither written nor set aside. */
static void
newer_is_left_alone(void **state)
{
	struct bench *b = *state;
	struct err err = ERR_INIT;
	char *kept = xasprintf("%s.broken-1", b->path);

	fake_build(b->h, "20260101-000000", b->dir, TARGETS(HOST), 1);
	sqlite3_close(intrude(b, "PRAGMA user_version = 99"));
	again(b);
	fake_build(b->h, "20260102-000000", b->dir, TARGETS(HOST), 1);
	assert_int_equal(b->said_count, 1);
	assert_non_null(strstr(b->said.data, "was written by a newer xtui"));
	assert_null(history_open_to_read(b->path, &err));
	assert_non_null(strstr(err.message, "was written by a newer xtui"));
	sqlite3_close(intrude(b, "PRAGMA user_version = 2"));
	again(b);
	assert_text(ids(b->h, (struct history_query){ 0 }), "20260101-000000 ");
	assert_false(file_exists(kept));
	free(kept);
}

/* A file that claims our version and has an early xtui's tables, or somebody else's: it is set aside
 * and said, and the next build is recorded; who only wants to read is told why that cannot be. */
static void
strange_tables_are_set_aside(void **state)
{
	static const char *const tables[] = {
		"DROP TABLE units; CREATE TABLE units (job INTEGER, crate TEXT);",
		"DROP TABLE units; CREATE TABLE units (job INTEGER, crate TEXT);"
		"PRAGMA user_version = 1",
		"DROP TABLE units; DROP TABLE artifacts; DROP TABLE jobs; DROP TABLE runs;"
		"CREATE TABLE songs (name TEXT); PRAGMA user_version = 1",
	};
	struct bench *b = *state;

	for (int i = 0; i < 3; i++) {
		char *kept = xasprintf("%s.broken-%d", b->path, i + 1);
		struct err err = ERR_INIT;

		sqlite3_close(intrude(b, tables[i]));
		history_close(b->h);
		b->h = NULL;
		assert_null(history_open_to_read(b->path, &err));
		assert_non_null(strstr(err.message, "has tables that are not this xtui's"));
		again(b);
		assert_non_null(strstr(b->said.data, "has tables that are not this xtui's: kept"));
		assert_true(file_exists(kept));
		fake_build(b->h, "20260101-000000", b->dir, TARGETS(HOST), 1);
		assert_text(ids(b->h, (struct history_query){ 0 }), "20260101-000000 ");
		free(kept);
	}
}

/* What a run is to build is kept with it, and that it was asked about. */
static void
order_is_kept(void **state)
{
	struct bench *b = *state;
	struct history_list list;

	fake_build(b->h, "20260101-000000", b->dir, TARGETS(HOST), 1);
	list = ask_all(b->h, (struct history_query){ 0 });
	assert_string_equal(list.runs.items[0].spec, "{}");
	assert_false(list.runs.items[0].was_asked);
	history_asked(b->h, &list.runs.items[0]);
	history_list_fini(&list);
	list = ask_all(b->h, (struct history_query){ 0 });
	assert_true(list.runs.items[0].was_asked);
	history_list_fini(&list);
}

/* An empty file, as a full disk may leave it, is brought up to date, also by who wants to read. */
static void
empty_is_brought_up(void **state)
{
	struct bench *b = *state;
	char *path = path_join(b->dir, "empty.db");
	struct history *h;

	assert_true(file_write(path, SPAN(""), NULL));
	h = history_open_to_read(path, NULL);
	assert_non_null(h);
	assert_text(ids(h, (struct history_query){ 0 }), "");
	history_close(h);
	h = history_open(path, hear, b);
	fake_build(h, "20260101-000000", b->dir, TARGETS(HOST), 1);
	assert_text(ids(h, (struct history_query){ 0 }), "20260101-000000 ");
	assert_int_equal(b->said_count, 0);
	history_close(h);
	free(path);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(all_is_told_again),
		TEST(runs_are_found),
		TEST(time_is_expected),
		TEST(running_is_seen),
		TEST(second_attempt_counts),
		TEST(commands_are_not_runs),
		TEST(absent_is_empty),
		TEST(damaged_is_set_aside),
		TEST(damage_in_the_middle),
		TEST(removed_is_begun_anew),
		TEST(nobody_hears_nothing_moves),
		TEST(locked_for_a_while),
		TEST(locked_to_the_end),
		TEST(locked_at_the_start),
		TEST(read_only_folder),
		TEST(impossible_folder),
		TEST(killed_is_interrupted),
		TEST(running_elsewhere_goes_on),
		TEST(other_machine_is_believed),
		TEST(number_given_again),
		TEST(many_writers),
		TEST(clock_set_back),
		TEST(newer_is_left_alone),
		TEST(strange_tables_are_set_aside),
		TEST(order_is_kept),
		TEST(empty_is_brought_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
