/* help_history_bench: a history in a folder of its own, what was said of it, and another program at its
 * file. */
#pragma once
#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>
#include "unit/help_history.h"

/* A folder of its own for each test, what was said, and the history in it. */
struct bench {
	char *dir;
	char *path;
	struct history *h;
	struct str said; /* a line for each trouble */
	int said_count;
};

static inline void
hear(void *arg, const struct err *what)
{
	struct bench *b = arg;

	b->said_count++;
	str_appendf(&b->said, "%s\n", what->message);
}

static inline void
again(struct bench *b)
{
	history_close(b->h);
	b->h = history_open(b->path, hear, b);
}

static inline int
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

static inline int
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

static inline struct history_list
ask_all(struct history *h, struct history_query query)
{
	struct history_list list;
	struct err err = ERR_INIT;

	if (!history_ask(h, &query, &list, &err))
		fail_msg("%s", err.message);
	return list;
}

/* The ids of runs in order, each with a blank behind it; caller frees. */
static inline char *
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
static inline char *
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

static inline size_t
unit_count(struct history *h, const char *id, size_t job)
{
	struct history_list list =
		ask_all(h, (struct history_query){ .id = id, .in_detail = true });
	size_t count = list.runs.items[0].jobs[job].unit_count;

	history_list_fini(&list);
	return count;
}

/* Another program at the same file. */
static inline sqlite3 *
intrude(struct bench *b, const char *sql)
{
	sqlite3 *db;

	assert_int_equal(sqlite3_open(b->path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	return db;
}

static inline void
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

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
