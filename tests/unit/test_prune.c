#include "tests/unit/check.h"
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include "tests/unit/help_history.h"
#include "build/prune.h"

#define HOUR (3600 * INT64_C(1000))
#define DAY (24 * HOUR)
#define NOW (20000 * DAY)
#define MB (1u << 20)

static const struct prune_limits plenty = { 30, 1000 };

/* A folder of logs, and a history. */
struct bench {
	char *dir, *logs;
	struct history *h;
};

static int
setup(void **state)
{
	struct bench *b = xcalloc(1, sizeof(*b));
	char *path;

	b->dir = file_make_temp_dir("/tmp", "xtui-prune-", NULL);
	b->logs = path_join(b->dir, "logs");
	path = path_join(b->dir, "history.db");
	b->h = history_open(path, NULL, NULL);
	free(path);
	*state = b;
	return 0;
}

static int
teardown(void **state)
{
	struct bench *b = *state;
	bool ok = file_remove_tree(b->dir, NULL);

	history_close(b->h);
	free(b->logs);
	free(b->dir);
	free(b);
	return ok ? 0 : -1;
}

static void
set_age(const char *path, int64_t age)
{
	struct timespec then = { .tv_sec = (NOW - age) / 1000 };

	assert_int_equal(utimensat(AT_FDCWD, path, (struct timespec[]){ then, then }, 0), 0);
}

/* A run's folder with a log of so many bytes, last written to `age` ms before NOW. */
static void
add_folder(struct bench *b, const char *name, size_t bytes, int64_t age)
{
	char *dir = path_join(b->logs, name), *log = path_join(dir, "a.log");

	assert_true(file_write(log, SPAN(""), NULL));
	assert_int_equal(truncate(log, (off_t)bytes), 0);
	set_age(log, age);
	set_age(dir, age);
	free(log);
	free(dir);
}

/* What is left, each name with a blank behind it; caller frees. */
static char *
left(struct bench *b)
{
	char **names;
	size_t count;
	struct str text = STR_INIT;

	assert_true(file_list(b->logs, &names, &count, NULL));
	str_append(&text, "");
	for (size_t i = 0; i < count; i++)
		str_appendf(&text, "%s ", names[i]);
	file_list_free(names, count);
	return str_take(&text);
}

/* Logs older than so many days go, the others stay. */
static void
old_ones_go(void **state)
{
	struct bench *b = *state;

	add_folder(b, "20260101-000000", 10, 40 * DAY);
	add_folder(b, "20260102-000000", 10, 30 * DAY);
	add_folder(b, "20260103-000000-2", 10, 29 * DAY);
	assert_int_equal(prune_logs(b->h, b->logs, &plenty, NOW), 2);
	assert_text(left(b), "20260103-000000-2 ");
	assert_int_equal(prune_logs(b->h, b->logs, &plenty, NOW), 0);
}

/* Beyond so many megabytes the oldest go, by when they were written, until the rest fits. */
static void
too_much_goes(void **state)
{
	const struct prune_limits limits = { 30, 10 };
	struct bench *b = *state;

	add_folder(b, "20260101-000000", 4 * MB, 2 * DAY);
	add_folder(b, "20260102-000000", 4 * MB, 4 * DAY);
	add_folder(b, "20260103-000000", 4 * MB, 3 * DAY);
	add_folder(b, "20260104-000000", 4 * MB, DAY);
	assert_int_equal(prune_logs(b->h, b->logs, &limits, NOW), 2);
	assert_text(left(b), "20260101-000000 20260104-000000 ");
}

/* What was written to within the last hour, or by a clock ahead of ours, stays, whatever the limits. */
static void
fresh_ones_stay(void **state)
{
	const struct prune_limits tight = { 1, 1 };
	struct bench *b = *state;

	add_folder(b, "20260101-000000", 9 * MB, HOUR / 2);
	add_folder(b, "20260102-000000", 9 * MB, -3 * DAY);
	add_folder(b, "20260103-000000", 1, 2 * HOUR);
	assert_int_equal(prune_logs(b->h, b->logs, &tight, NOW), 1);
	assert_text(left(b), "20260101-000000 20260102-000000 ");
}

/* Whatever else lies in the folder is nobody's business. */
static void
others_stay(void **state)
{
	struct bench *b = *state;
	char *file = path_join(b->logs, "20260101-notes");

	add_folder(b, "keep", 10, 90 * DAY);
	add_folder(b, "2026-01-01", 10, 90 * DAY);
	assert_true(file_write(file, SPAN("mine"), NULL));
	set_age(file, 90 * DAY);
	assert_int_equal(prune_logs(b->h, b->logs, &plenty, NOW), 0);
	assert_text(left(b), "2026-01-01 20260101-notes keep ");
	free(file);
}

static size_t
units_of(struct bench *b, const char *id)
{
	struct history_list list;
	size_t count;

	assert_true(history_ask(
		b->h, &(struct history_query){ .id = id, .in_detail = true }, &list, NULL));
	assert_int_equal(list.runs.len, 1);
	count = list.runs.items[0].jobs[0].unit_count;
	history_list_fini(&list);
	return count;
}

static struct run *
start_in(struct bench *b, const char *id, char **dir)
{
	struct run *r = fake_run(id, b->dir, TARGETS(HOST));

	add_folder(b, id, 10, 90 * DAY);
	*dir = path_join(b->logs, id);
	r->dir = *dir;
	fake_start(b->h, r);
	fake_unit(b->h, r, 0, "app", 3000);
	return r;
}

/* A run that goes on keeps its logs however quiet it is; of one that is over, the units go with the
 * logs, and the run itself is remembered. */
static void
running_keeps_its_logs(void **state)
{
	struct bench *b = *state;
	char *dirs[2];
	struct run *over = start_in(b, "20260101-000000", &dirs[0]);
	struct run *going = start_in(b, "20260102-000000", &dirs[1]);

	fake_end_job(b->h, over, 0, JOB_OK);
	fake_end(b->h, over, 0);
	assert_int_equal(units_of(b, over->id), 1);
	assert_int_equal(prune_logs(b->h, b->logs, &plenty, NOW), 1);
	assert_text(left(b), "20260102-000000 ");
	assert_int_equal(units_of(b, over->id), 0);
	assert_int_equal(units_of(b, going->id), 1);
	history_leave(b->h, going);
	assert_int_equal(prune_logs(b->h, b->logs, &plenty, NOW), 1);
	assert_text(left(b), "");
	history_leave(b->h, over);
	fake_free(going);
	fake_free(over);
	free(dirs[0]);
	free(dirs[1]);
}

/* Where the history cannot say what goes on, nothing is removed. */
static void
silence_removes_nothing(void **state)
{
	struct bench *b = *state;
	char *path = path_join(b->dir, "history.db/below");
	struct history *h = history_open(path, NULL, NULL);

	add_folder(b, "20260101-000000", 10, 90 * DAY);
	assert_int_equal(prune_logs(h, b->logs, &plenty, NOW), 0);
	assert_text(left(b), "20260101-000000 ");
	history_close(h);
	free(path);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(old_ones_go),
		TEST(too_much_goes),
		TEST(fresh_ones_stay),
		TEST(others_stay),
		TEST(running_keeps_its_logs),
		TEST(silence_removes_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
