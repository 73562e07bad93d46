#include "tests/unit/check.h"
#include "tests/unit/rustbed.h"
#include "io/lock.h"
#include "plan/undo.h"

static void
change(struct bed *b, const char *name, const char *before, const char *after)
{
	struct undo_change c = { .file = bed_path(b, name),
		.project = b->dir,
		.what = "test",
		.exists = before != NULL,
		.before = before ? span_of(before) : (struct span){ 0 },
		.after = span_of(after) };
	struct err err = ERR_INIT;

	if (!undo_write(&c, &err))
		fail_msg("%s", err.message);
}

static void
assert_file(struct bed *b, const char *name, const char *text)
{
	struct str bytes = STR_INIT;

	assert_true(file_read(bed_path(b, name), &bytes, NULL));
	assert_string_equal(str_cstr(&bytes), text);
	str_fini(&bytes);
}

/* "3 ready, 1 buried": numbers and states, the newest first. */
static void
assert_list(const char *expected)
{
	static const char *const names[] = {
		[UNDO_READY] = "ready", [UNDO_BURIED] = "buried", [UNDO_CHANGED] = "changed"
	};
	struct str text = STR_INIT;
	struct undo_list list;

	assert_true(undo_list_load(&list, NULL));
	for (size_t i = 0; i < list.len; i++)
		str_appendf(&text, "%s%u %s", i ? ", " : "", list.items[i].number,
			names[list.items[i].state]);
	assert_string_equal(str_cstr(&text), expected);
	undo_list_fini(&list);
	str_fini(&text);
}

/* The newest edit of each file can be put back, then the one below it, down to the first bytes. */
static void
edits_are_put_back_one_by_one(void **state)
{
	struct bed *b = *state;
	struct err err = ERR_INIT;

	bed_write(b, "a", "1");
	change(b, "a", "1", "2");
	change(b, "b", NULL, "x");
	change(b, "a", "2", "3");
	assert_list("3 ready, 2 ready, 1 buried");
	assert_false(undo_put_back(1, &err));
	assert_non_null(strstr(err.message, "was edited again after edit 1"));
	assert_string_equal(err.remedy, "xtui setup --undo 3");
	assert_true(undo_put_back(3, &err));
	assert_file(b, "a", "2");
	assert_list("2 ready, 1 ready");
	assert_true(undo_put_back(1, &err));
	assert_file(b, "a", "1");
	assert_true(undo_put_back(2, &err));
	assert_false(file_exists(bed_path(b, "b")));
	assert_list("");
}

/* A file that somebody else changed, or took away, since is left alone. */
static void
what_others_changed_is_left_alone(void **state)
{
	struct bed *b = *state;
	struct err err = ERR_INIT;

	bed_write(b, "a", "1");
	bed_write(b, "b", "1");
	change(b, "a", "1", "2");
	change(b, "a", "2", "3");
	change(b, "b", "1", "2");
	bed_write(b, "a", "3, and mine");
	unlink(bed_path(b, "b"));
	assert_list("3 changed, 2 changed, 1 changed");
	assert_false(undo_put_back(2, &err));
	assert_non_null(strstr(err.message, "has changed since edit 2, and is left alone"));
	assert_file(b, "a", "3, and mine");
	assert_false(undo_put_back(3, &err));
	assert_false(file_exists(bed_path(b, "b")));
	bed_write(b, "a", "3");
	assert_list("3 changed, 2 ready, 1 buried");
	assert_false(undo_put_back(9, &err));
	assert_int_equal(err.kind, ERR_USAGE);
}

/* Folders that were made for a file go with it, unless something else is in them by then. */
static void
folders_go_where_they_are_empty(void **state)
{
	struct bed *b = *state;

	change(b, "x/y/a", NULL, "1");
	assert_true(undo_put_back(1, NULL));
	assert_false(file_exists(bed_path(b, "x")));
	change(b, "x/y/a", NULL, "1");
	bed_write(b, "x/other", "");
	assert_true(undo_put_back(1, NULL));
	assert_false(file_exists(bed_path(b, "x/y")));
	assert_true(file_exists(bed_path(b, "x/other")));
}

/* Bytes of any kind come back: none, NULs, no last line end. */
static void
bytes_of_any_kind(void **state)
{
	struct bed *b = *state;
	struct undo_change c = { .file = bed_path(b, "a"),
		.what = "test",
		.exists = true,
		.before = { "a\0b\xff", 4 },
		.after = { "", 0 } };
	struct str bytes = STR_INIT;

	assert_true(file_write(c.file, c.before, NULL));
	assert_true(undo_write(&c, NULL));
	assert_true(undo_put_back(1, NULL));
	assert_true(file_read(c.file, &bytes, NULL));
	assert_int_equal(bytes.len, 4);
	assert_memory_equal(bytes.data, "a\0b\xff", 4);
	str_fini(&bytes);
}

/* What putting back would change can be seen before. */
static void
the_diff_of_putting_back(void **state)
{
	struct bed *b = *state;
	struct str diff = STR_INIT;

	bed_write(b, "a", "1\n");
	change(b, "a", "1\n", "2\n");
	change(b, "b", NULL, "x\n");
	assert_true(undo_diff(1, &diff, NULL));
	assert_string_equal(str_cstr(&diff), "--- a/a\n+++ b/a\n@@ -1,1 +1,1 @@\n-2\n+1\n");
	str_clear(&diff);
	assert_true(undo_diff(2, &diff, NULL));
	assert_string_equal(str_cstr(&diff), "--- a/b\n+++ /dev/null\n@@ -1,1 +0,0 @@\n-x\n");
	str_fini(&diff);
}

/* A broken entry hides no other, and what a file has already makes no entry. */
static void
entries_that_are_none(void **state)
{
	struct bed *b = *state;

	change(b, "a", NULL, "1");
	change(b, "a", "0", "1");
	bed_write(b, ".local/state/xtui/undo/2/entry.json", "{ broken");
	bed_write(b, ".local/state/xtui/undo/3/entry.json", "{\"file\":\"relative\"}");
	assert_list("1 ready");
}

/* One at a time: a second one waits, and says who holds it when that takes too long; whatever becomes of the
 * holder, it is free again. */
static void
a_lock_is_held_by_one(void **state)
{
	struct bed *b = *state;
	char *path = bed_path(b, "folder/lock");
	struct err err = ERR_INIT;
	struct lock *lock = lock_take(path, 0, &err);
	char *who = xasprintf("held by process %ld", (long)getpid());

	assert_non_null(lock);
	assert_null(lock_take(path, 20, &err));
	assert_int_equal(err.kind, ERR_FAILED);
	assert_non_null(strstr(err.message, who));
	lock_release(lock);
	lock = lock_take(path, 0, &err);
	assert_non_null(lock);
	lock_release(lock);
	free(who);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define BED(test) cmocka_unit_test_setup_teardown(test, bed_setup, bed_teardown)
		BED(edits_are_put_back_one_by_one),
		BED(what_others_changed_is_left_alone),
		BED(folders_go_where_they_are_empty),
		BED(bytes_of_any_kind),
		BED(the_diff_of_putting_back),
		BED(entries_that_are_none),
		BED(a_lock_is_held_by_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
