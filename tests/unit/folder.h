/* folder: a fresh temporary folder, gone with all in it after the test. */
#pragma once
#include <sys/stat.h>
#include "base/path.h"
#include "io/file.h"
#include "unit/check.h"

/* Below TMPDIR, else /tmp, by its real path. */
static inline char *
folder_new(void)
{
	const char *parent = getenv("TMPDIR");
	struct err err = ERR_INIT;
	char *made = file_make_temp_dir(parent && *parent ? parent : "/tmp", "xtui-test-", &err);
	char *dir;

	if (!made)
		fail_msg("%s", err.message);
	dir = file_real_path(made);
	free(made);
	return dir;
}

static inline void
folder_remove(char *dir)
{
	assert_true(file_remove_tree(dir, NULL) && !file_exists(dir));
	free(dir);
}

/* Around a test: its state is the folder's path. */
static inline int
folder_setup(void **state)
{
	*state = folder_new();
	return 0;
}

static inline int
folder_teardown(void **state)
{
	folder_remove(*state);
	return 0;
}

/* Writes a file of it, with its folders. */
static inline void
folder_put(const char *dir, const char *name, const char *text, unsigned mode)
{
	char *path = path_join(dir, name);
	struct err err = ERR_INIT;

	if (!file_write(path, span_of(text), &err))
		fail_msg("%s", err.message);
	assert_int_equal(chmod(path, mode), 0);
	free(path);
}

static inline size_t
folder_count(const char *dir)
{
	char **names;
	size_t count;

	assert_true(file_list(dir, &names, &count, NULL));
	file_list_free(names, count);
	return count;
}
