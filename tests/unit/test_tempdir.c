/* Temporary folders go with their owner, or with who comes after it. */
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>
#include "base/path.h"
#include "io/file.h"
#include "io/tempdir.h"
#include "check.h"
#include "unit/folder.h"

/* It is there while its owner is, also for a sweep, and gone with all in it afterwards. */
static void
goes_with_its_owner(void **state)
{
	struct err err = ERR_INIT;
	struct tempdir *t = tempdir_open(*state, "xtui-some-", &err);
	char *within = path_join(tempdir_path(t), "deep/file");

	assert_true(file_write(within, SPAN("text"), NULL));
	assert_int_equal(tempdir_sweep(*state), 0);
	assert_true(file_exists(within));
	tempdir_close(t);
	tempdir_close(NULL);
	assert_int_equal(folder_count(*state), 0);
	free(within);
}

/* What one left that was killed is removed; what is not ours, or says nothing of its owner, stays. */
static void
orphans_are_swept(void **state)
{
	char *foreign = path_join(*state, "other-xtui/file"), *mute = path_join(*state, "xtui-x/y");
	struct tempdir *mine;
	int ends[2];
	char ready;
	pid_t pid;

	assert_int_equal(pipe(ends), 0);
	if ((pid = fork()) == 0) {
		tempdir_open(*state, "xtui-one-", NULL);
		tempdir_open(*state, "xtui-two-", NULL);
		if (write(ends[1], "+", 1) == 1)
			pause();
		_exit(1);
	}
	assert_int_equal(read(ends[0], &ready, 1), 1);
	assert_true(file_write(foreign, SPAN(""), NULL));
	assert_true(file_write(mute, SPAN(""), NULL));
	mine = tempdir_open(*state, "xtui-mine-", NULL);
	assert_int_equal(tempdir_sweep(*state), 0);
	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	assert_int_equal(tempdir_sweep(*state), 2);
	assert_int_equal(tempdir_sweep(*state), 0);
	assert_true(file_exists(tempdir_path(mine)));
	assert_true(file_exists(foreign));
	assert_true(file_exists(mute));
	tempdir_close(mine);
	close(ends[0]);
	close(ends[1]);
	free(foreign);
	free(mute);
}

/* A folder that cannot be written or is not there is no place. */
static void
no_place(void **state)
{
	struct err err = ERR_INIT;

	assert_null(tempdir_open("/proc/nowhere", "xtui-", &err));
	assert_non_null(strstr(err.message, "/proc/nowhere"));
	assert_int_equal(tempdir_sweep("/proc/nowhere"), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(goes_with_its_owner, folder_setup, folder_teardown),
		cmocka_unit_test_setup_teardown(orphans_are_swept, folder_setup, folder_teardown),
		cmocka_unit_test_setup_teardown(no_place, folder_setup, folder_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
