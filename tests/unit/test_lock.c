/* A file that one process at a time holds. */
#include <signal.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>
#include "base/alloc.h"
#include "base/path.h"
#include "build/turn.h"
#include "io/file.h"
#include "io/lock.h"
#include "unit/rustbed.h"
#include "unit/wait.h"
#include "unit/folder.h"

#define ONE ((const char *const[]){ "x86_64-unknown-linux-gnu" })
#define FIVE ((const char *const[]){ "a", "b", "c", "d", "e" })

/* A process that takes the lock, says so by its status on a pipe, and stays until it is killed. */
static pid_t
hold_in_child(const char *path)
{
	int ends[2];
	char is_taken = 0;
	pid_t pid;

	assert_int_equal(pipe(ends), 0);
	if ((pid = fork()) == 0) {
		bool is_held;

		is_taken = lock_try(path, "the child", &is_held, NULL) ? 1 : 0;
		if (write(ends[1], &is_taken, 1) == 1)
			pause();
		_exit(1);
	}
	assert_int_equal(read(ends[0], &is_taken, 1), 1);
	assert_int_equal(is_taken, 1);
	close(ends[0]);
	close(ends[1]);
	return pid;
}

static void
end_child(pid_t pid)
{
	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
}

/* One holds it and says who it is; kill -9 gives it to the next. */
static void
one_at_a_time(void **state)
{
	char *path = path_join(*state, "deep/er/lock");
	struct str words = STR_INIT;
	struct err err = ERR_INIT;
	struct lock *lock;
	bool is_held;
	pid_t pid;

	assert_false(lock_is_held(path, NULL));
	pid = hold_in_child(path);
	assert_null(lock_try(path, "me", &is_held, &err));
	assert_true(is_held);
	assert_true(lock_is_held(path, &words));
	assert_string_equal(str_cstr(&words), "the child");
	if (file_exists("/proc/locks"))
		assert_int_equal(lock_holder(path), pid);
	end_child(pid);
	assert_false(lock_is_held(path, NULL));
	assert_non_null(lock = lock_try(path, "me", &is_held, &err));
	assert_true(lock_is_held(path, NULL));
	lock_release(lock);
	assert_false(lock_is_held(path, NULL));
	str_fini(&words);
	free(path);
}

/* Who removes the file of another's lock has one of his own; a child does not inherit it. */
static void
removed_and_inherited(void **state)
{
	char *path = path_join(*state, "lock");
	struct lock *first, *second;
	bool is_held;
	pid_t pid;

	first = lock_try(path, "one", &is_held, NULL);
	assert_int_equal(unlink(path), 0);
	assert_false(lock_is_held(path, NULL));
	assert_non_null(second = lock_try(path, "two", &is_held, NULL));
	if ((pid = fork()) == 0)
		execlp("sleep", "sleep", "60", NULL);
	lock_release(second);
	lock_release(first);
	wait_until(!lock_is_held(path, NULL)); /* until it is sleep */
	end_child(pid);
	free(path);
}

/* Where no file can be made, that is said: nobody holds it. */
static void
no_place(void **state)
{
	struct err err = ERR_INIT;
	bool is_held = true;

	assert_null(lock_try("/proc/nowhere/lock", "me", &is_held, &err));
	assert_false(is_held);
	assert_non_null(strstr(err.message, "/proc/nowhere"));
}

/* The second is told who builds in the folder, and finds one beside; when the first is done it is free. */
static void
turns(void **state)
{
	char *target = path_join(*state, "target"), *tag = path_join(target, "CACHEDIR.TAG"), *dir;
	struct turn *first = turn_take(target, FIVE, 5, NULL), *second, *third;
	struct str who = STR_INIT;

	assert_non_null(first);
	assert_true(file_exists(tag));
	assert_null(turn_take(target, ONE, 1, &who));
	assert_non_null(strstr(str_cstr(&who), "for a, b, c and 2 more"));
	assert_true(turn_is_taken(target, NULL));
	second = turn_take_beside(target, ONE, 1, &dir);
	assert_true(text_ends(dir, "target/xtui/beside-1"));
	free(dir);
	third = turn_take_beside(target, ONE, 1, &dir);
	assert_true(text_ends(dir, "target/xtui/beside-2"));
	free(dir);
	turn_end(third);
	turn_end(second);
	turn_end(first);
	assert_false(turn_is_taken(target, NULL));
	str_fini(&who);
	free(tag);
	free(target);
}

/* A folder in which nothing can be written is nobody's: the build itself will say so. */
static void
closed_folder(void **state)
{
	struct turn *t = turn_take("/proc/nowhere", ONE, 1, NULL);

	assert_non_null(t);
	assert_false(turn_is_taken("/proc/nowhere", NULL));
	turn_end(t);
	turn_end(NULL);
}

/* A cargo is found by what it has locked. */
static void
cargo_is_found(void **state)
{
	char *lock = path_join(*state, "release/.cargo-build-lock");
	pid_t pid;

	if (!file_exists("/proc/locks"))
		bed_skip("no /proc/locks");
	assert_int_equal(turn_cargo(*state, "release"), 0);
	pid = hold_in_child(lock);
	assert_int_equal(turn_cargo(*state, "release"), pid);
	assert_int_equal(turn_cargo(*state, "debug"), 0);
	end_child(pid);
	free(lock);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, folder_setup, folder_teardown)
	const struct CMUnitTest tests[] = {
		TEST(one_at_a_time),
		TEST(removed_and_inherited),
		TEST(no_place),
		TEST(turns),
		TEST(closed_folder),
		TEST(cargo_is_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
