#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include "base/alloc.h"
#include "base/path.h"
#include "io/file.h"
#include "unit/folder.h"

static char *dir; /* a fresh folder for each test */

static int
setup(void **state)
{
	dir = folder_new();
	return 0;
}

static int
teardown(void **state)
{
	folder_remove(dir);
	return 0;
}

/* A name in the test's folder; good until the fourth call from now. */
static const char *
at(const char *name)
{
	static char *names[4];
	static unsigned next;

	free(names[next % 4]);
	return names[next++ % 4] = path_join(dir, name);
}

static void
put(const char *name, const char *text)
{
	struct err err = ERR_INIT;

	if (!file_write(at(name), span_of(text), &err))
		fail_msg("%s", err.message);
}

static void
assert_holds(const char *name, const char *text)
{
	struct str got = STR_INIT;

	assert_true(file_read(at(name), &got, NULL));
	assert_string_equal(str_cstr(&got), text);
	str_fini(&got);
}

static size_t
entries_in(const char *name)
{
	char **names;
	size_t count;

	assert_true(file_list(at(name), &names, &count, NULL));
	file_list_free(names, count);
	return count;
}

static unsigned
mode_of(const char *name)
{
	struct stat st;

	assert_int_equal(stat(at(name), &st), 0);
	return st.st_mode & 07777;
}

/* What is written is read back byte for byte, and nothing else is left beside it. */
static void
write_then_read(void **state)
{
	struct str all = STR_INIT, got = STR_INIT;

	for (int i = 0; i < 300000; i++)
		str_append_char(&all, (char)(i * 7));
	assert_true(file_write(at("a"), str_span(&all), NULL));
	str_append(&got, "kept:");
	assert_true(file_read(at("a"), &got, NULL));
	assert_int_equal(got.len, all.len + 5);
	assert_memory_equal(got.data, "kept:", 5);
	assert_memory_equal(got.data + 5, all.data, all.len);
	put("a", "");
	assert_holds("a", "");
	assert_int_equal(entries_in("."), 1);
	str_fini(&all);
	str_fini(&got);
}

/* Folders on the way are made. */
static void
write_makes_folders(void **state)
{
	put("x/y/z/file", "deep");
	assert_holds("x/y/z/file", "deep");
}

/* The mode the user gave the file stays; a new one follows the umask. */
static void
write_keeps_mode(void **state)
{
	mode_t before = umask(027);

	put("fresh", "1");
	assert_int_equal(mode_of("fresh"), 0640);
	assert_int_equal(chmod(at("fresh"), 0755), 0);
	put("fresh", "2");
	assert_int_equal(mode_of("fresh"), 0755);
	assert_holds("fresh", "2");
	umask(before);
}

/* A linked file is written where it really is, and the link stays: also through several links, also
 * when there is nothing at its end yet. */
static void
write_follows_links(void **state)
{
	struct stat st;
	static const char *const names[] = { "link", "through" };

	assert_true(file_make_dirs(at("real"), 0755, NULL));
	assert_int_equal(symlink("real/file", at("link")), 0);
	assert_int_equal(symlink("link", at("through")), 0);
	for (int i = 0; i < 2; i++) {
		put(names[i], names[i]);
		assert_holds("real/file", names[i]);
		assert_int_equal(lstat(at(names[i]), &st), 0);
		assert_true(S_ISLNK(st.st_mode));
	}
	assert_int_equal(entries_in("real"), 1);
}

/* One clear line where a file cannot be written, and the old state untouched. */
static void
write_errors(void **state)
{
	static const struct {
		const char *name, *why;
	} cases[] = {
		{ "folder", "is a folder" },
		{ "plain/file", "Not a directory" },
		{ "loop", "Too many levels" },
		{ "pipe", "not a regular file" },
	};

	put("plain", "old");
	assert_true(file_make_dirs(at("folder"), 0755, NULL));
	assert_int_equal(symlink("loop", at("loop")), 0);
	assert_int_equal(mkfifo(at("pipe"), 0600), 0);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct err err = ERR_INIT;

		assert_false(file_write(at(cases[i].name), SPAN("new"), &err));
		assert_int_equal(err.kind, ERR_ENVIRONMENT);
		assert_ptr_equal(strstr(err.message, dir), err.message);
		assert_non_null(strstr(err.message, cases[i].why));
	}
	assert_int_equal(entries_in("."), 4);
	assert_holds("plain", "old");
}

/* Runs fn in a child process without root's rights; its exit status. */
static int
as_nobody(int (*fn)(void))
{
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		if (geteuid() == 0 && (setgid(65534) < 0 || setuid(65534) < 0))
			_exit(99);
		_exit(fn());
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static int
write_in_read_only(void)
{
	struct err err = ERR_INIT;

	if (file_write(at("closed/file"), SPAN("new"), &err) ||
		file_write(at("closed/new"), SPAN(""), NULL))
		return 1;
	if (err.kind != ERR_ENVIRONMENT ||
		!strstr(err.message, "closed/file: cannot be written: Perm"))
		return 2;
	if (file_write(at("read-only"), SPAN("new"), &err) ||
		!strstr(err.message, "read-only: cannot"))
		return 3;
	if (file_make_dirs(at("closed/sub/dir"), 0755, &err) ||
		!strstr(err.message, "closed/sub: "))
		return 4;
	return file_make_temp_dir(at("closed"), "x", &err) ? 5 : 0;
}

/* Without rights in a folder, or on a file: one clear error, and nothing is left behind. */
static void
read_only_folder(void **state)
{
	put("closed/file", "old");
	put("read-only", "old");
	assert_int_equal(chmod(dir, 0777), 0);
	assert_int_equal(chmod(at("closed"), 0555), 0);
	assert_int_equal(chmod(at("closed/file"), 0666), 0);
	assert_int_equal(chmod(at("read-only"), 0444), 0);
	assert_int_equal(as_nobody(write_in_read_only), 0);
	assert_int_equal(chmod(at("closed"), 0755), 0);
	assert_int_equal(entries_in("closed"), 1);
	assert_holds("closed/file", "old");
	assert_holds("read-only", "old");
	assert_int_equal(entries_in("."), 2);
}

static int
write_on_full_disk(void)
{
	struct rlimit limit = { 1000, 1000 };
	struct str big = STR_INIT;
	struct err err = ERR_INIT;

	signal(SIGXFSZ, SIG_IGN);
	setrlimit(RLIMIT_FSIZE, &limit);
	str_append_repeat(&big, 'x', 100000);
	if (file_write(at("file"), str_span(&big), &err))
		return 1;
	str_fini(&big);
	return strstr(err.message, "file: cannot be written: File too large") ? 0 : 2;
}

/* A write that stops half-way (no room) leaves the old file whole and no piece of the new one. */
static void
no_room_left(void **state)
{
	put("file", "old and whole");
	assert_int_equal(chmod(dir, 0777), 0);
	assert_int_equal(chmod(at("file"), 0666), 0);
	assert_int_equal(as_nobody(write_on_full_disk), 0);
	assert_holds("file", "old and whole");
	assert_int_equal(entries_in("."), 1);
}

/* kill -9 at any moment leaves the old file or the new one, never a mixture. */
static void
killed_while_writing(void **state)
{
	char *texts[2] = { xmalloc(200001), xmalloc(200001) };
	struct str got = STR_INIT;

	for (int i = 0; i < 2; i++) {
		memset(texts[i], 'a' + i, 200000);
		texts[i][200000] = '\0';
	}
	put("file", texts[0]);
	for (int round = 0; round < 20; round++) {
		int ready[2];
		char byte;

		assert_int_equal(pipe(ready), 0);
		pid_t pid = fork();
		if (pid == 0)
			for (int i = 1;; i = !i) {
				file_write(at("file"), span_of(texts[i]), NULL);
				(void)!write(ready[1], "x", 1);
			}
		for (int i = 0; i <= round % 3; i++)
			assert_int_equal(read(ready[0], &byte, 1), 1);
		kill(pid, SIGKILL);
		assert_int_equal(waitpid(pid, NULL, 0), pid);
		close(ready[0]);
		close(ready[1]);
		str_clear(&got);
		assert_true(file_read(at("file"), &got, NULL));
		assert_int_equal(got.len, 200000);
		assert_memory_equal(got.data, texts[got.data[0] - 'a'], 200000);
	}
	str_fini(&got);
	free(texts[0]);
	free(texts[1]);
}

/* A file that is not there, or is no file, or is absurdly large, says so and leaves `out` alone. */
static void
read_errors(void **state)
{
	struct str out = STR_INIT;
	struct err err = ERR_INIT;

	str_append(&out, "kept");
	assert_false(file_read(at("absent"), &out, &err));
	assert_non_null(strstr(err.message, "absent: cannot be read: No such file"));
	assert_false(file_read(dir, &out, &err));
	assert_non_null(strstr(err.message, "Is a directory"));
	put("large", "");
	assert_int_equal(truncate(at("large"), FILE_READ_MAX + 1), 0);
	assert_false(file_read(at("large"), &out, &err));
	assert_non_null(strstr(err.message, "larger than 64 MiB"));
	assert_string_equal(str_cstr(&out), "kept");
	assert_int_equal(truncate(at("large"), FILE_READ_MAX), 0);
	assert_true(file_read(at("large"), &out, &err));
	assert_int_equal(out.len, FILE_READ_MAX + 4);
	str_fini(&out);
}

/* What a name stands for. */
static void
questions(void **state)
{
	put("script", "#!/bin/sh\n");
	assert_true(file_exists(at("script")));
	assert_false(file_exists(at("absent")));
	assert_false(file_is_dir(at("script")));
	assert_true(file_is_dir(dir));
	assert_false(file_is_executable(at("script")));
	assert_int_equal(chmod(at("script"), 0755), 0);
	assert_true(file_is_executable(at("script")));
	assert_false(file_is_executable(dir));
	assert_false(file_is_executable(at("absent")));
}

/* The identity of an untouched file stays, that of a rewritten one changes. */
static void
identity(void **state)
{
	struct file_identity a, b, c;

	put("file", "one");
	assert_true(file_identity(at("file"), &a));
	assert_true(file_identity(at("file"), &b));
	assert_memory_equal(&a, &b, sizeof(a));
	assert_int_equal(a.size, 3);
	put("file", "two");
	assert_true(file_identity(at("file"), &c));
	assert_memory_not_equal(&a, &c, sizeof(a));
	assert_false(file_identity(at("absent"), &c));
}

/* mkdir -p: there already is success, a file in the way is named. */
static void
make_dirs(void **state)
{
	struct err err = ERR_INIT;

	assert_true(file_make_dirs(at("a/b//c/"), 0700, NULL));
	assert_int_equal(mode_of("a/b/c"), 0700);
	assert_true(file_make_dirs(at("a/b/c"), 0755, NULL));
	put("a/file", "");
	assert_false(file_make_dirs(at("a/file/x"), 0755, &err));
	assert_non_null(strstr(err.message, "a/file: cannot be made: Not a directory"));
	assert_false(file_make_dirs(at("a/file"), 0755, NULL));
	assert_false(file_make_dirs("", 0755, NULL));
}

/* Links are followed to what they name; the name of nothing is NULL. */
static void
real_path(void **state)
{
	char *found;

	assert_int_equal(symlink(".", at("link")), 0);
	found = file_real_path(at("link"));
	assert_string_equal(found, dir);
	assert_null(file_real_path(at("absent")));
	free(found);
}

/* A tree is removed whole, links in it are not followed, read-only folders in it are no hindrance. */
static void
remove_tree(void **state)
{
	put("outside/precious", "kept");
	put("tree/a/b/c/file", "");
	put("tree/a/.hidden", "");
	put("tree/locked/file", "");
	assert_int_equal(symlink(at("outside"), at("tree/a/link")), 0);
	assert_int_equal(symlink("nowhere", at("tree/dangling")), 0);
	assert_int_equal(chmod(at("tree/locked"), 0555), 0);
	assert_true(file_remove_tree(at("tree"), NULL));
	assert_false(file_exists(at("tree")));
	assert_holds("outside/precious", "kept");
	assert_true(file_remove_tree(at("tree"), NULL));
	assert_int_equal(symlink("outside", at("alias")), 0);
	assert_true(file_remove_tree(at("alias"), NULL));
	assert_holds("outside/precious", "kept");
	assert_true(file_remove_tree(at("outside/precious"), NULL));
	assert_int_equal(entries_in("outside"), 0);
}

/* Names come sorted; an absent folder has none; what is no folder is an error. */
static void
list(void **state)
{
	static const char *const expected[] = { ".z", "B", "a", "ab" };
	struct err err = ERR_INIT;
	char **names;
	size_t count;

	for (int i = 3; i >= 0; i--)
		put(expected[i], "");
	assert_true(file_list(dir, &names, &count, NULL));
	assert_int_equal(count, 4);
	for (int i = 0; i < 4; i++)
		assert_string_equal(names[i], expected[i]);
	file_list_free(names, count);
	assert_true(file_list(at("absent"), &names, &count, NULL));
	assert_int_equal(count, 0);
	file_list_free(names, count);
	assert_false(file_list(at("a"), &names, &count, &err));
	assert_non_null(strstr(err.message, "a: cannot be listed: Not a directory"));
	assert_int_equal(count, 0);
}

/* Temporary folders are fresh and private. */
static void
temp_dirs(void **state)
{
	char *one = file_make_temp_dir(at("new/parent"), "run-", NULL);
	char *two = file_make_temp_dir(at("new/parent"), "run-", NULL);

	assert_non_null(one);
	assert_string_not_equal(one, two);
	assert_ptr_equal(strstr(path_basename(one), "run-"), path_basename(one));
	struct stat st;
	assert_int_equal(stat(one, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0700);
	free(one);
	free(two);
}

/* A relative name means the working directory. */
static void
relative_names(void **state)
{
	int here = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	assert_int_equal(chdir(dir), 0);
	assert_true(file_write("bare", SPAN("text"), NULL));
	assert_true(file_make_dirs("sub/dir", 0755, NULL));
	assert_int_equal(fchdir(here), 0);
	close(here);
	assert_holds("bare", "text");
	assert_true(file_is_dir(at("sub/dir")));
}

#define in_dir(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		in_dir(write_then_read),
		in_dir(write_makes_folders),
		in_dir(write_keeps_mode),
		in_dir(write_follows_links),
		in_dir(real_path),
		in_dir(write_errors),
		in_dir(read_only_folder),
		in_dir(no_room_left),
		in_dir(killed_while_writing),
		in_dir(read_errors),
		in_dir(questions),
		in_dir(identity),
		in_dir(make_dirs),
		in_dir(remove_tree),
		in_dir(list),
		in_dir(temp_dirs),
		in_dir(relative_names),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
