/* A history whose file is damaged, locked, closed, strange, or of another version. */
#include <stdio.h>
#include <sys/stat.h>
#include "unit/help_history_bench.h"

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

/* ---- versions ---- */

static int
version_of(struct bench *b)
{
	sqlite3 *db;
	sqlite3_stmt *st;
	int version;

	assert_int_equal(sqlite3_open(b->path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(db, "PRAGMA user_version", -1, &st, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(st), SQLITE_ROW);
	version = sqlite3_column_int(st, 0);
	sqlite3_finalize(st);
	sqlite3_close(db);
	return version;
}

/* A file of a newer xtui is neither written nor set aside. */
static void
newer_is_left_alone(void **state)
{
	struct bench *b = *state;
	struct err err = ERR_INIT;
	char *kept = xasprintf("%s.broken-1", b->path), back[48];
	int version;

	fake_build(b->h, "20260101-000000", b->dir, TARGETS(HOST), 1);
	version = version_of(b);
	sqlite3_close(intrude(b, "PRAGMA user_version = 99"));
	again(b);
	fake_build(b->h, "20260102-000000", b->dir, TARGETS(HOST), 1);
	assert_int_equal(b->said_count, 1);
	assert_non_null(strstr(b->said.data, "was written by a newer xtui"));
	assert_null(history_open_to_read(b->path, &err));
	assert_non_null(strstr(err.message, "was written by a newer xtui"));
	snprintf(back, sizeof(back), "PRAGMA user_version = %d", version);
	sqlite3_close(intrude(b, back));
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

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(damaged_is_set_aside),
		TEST(damage_in_the_middle),
		TEST(removed_is_begun_anew),
		TEST(nobody_hears_nothing_moves),
		TEST(locked_for_a_while),
		TEST(locked_to_the_end),
		TEST(locked_at_the_start),
		TEST(read_only_folder),
		TEST(impossible_folder),
		TEST(newer_is_left_alone),
		TEST(strange_tables_are_set_aside),
		TEST(order_is_kept),
		TEST(empty_is_brought_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
