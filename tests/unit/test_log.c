#include "tests/unit/check.h"
#include "base/log.h"
#include "base/path.h"
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

/* A log that was never opened, or cannot be, costs nothing and breaks nothing. */
static void
off_is_silent(void **state)
{
	log_line("nobody hears %d", 1);
	assert_false(log_is_on());
	log_open("/nowhere/at/all/xtui.log");
	assert_false(log_is_on());
	log_line("still %s", "nobody");
	log_close();
}

/* Lines are appended with the time since the start, over several openings, errno untouched. */
static void
lines_are_appended(void **state)
{
	char dir[] = "/tmp/xtui-log-XXXXXX";
	char line[128];
	char *path;
	FILE *in;
	int ms;

	assert_non_null(mkdtemp(dir));
	path = path_join(dir, "xtui.log");
	for (int i = 0; i < 2; i++) {
		log_open(path);
		assert_true(log_is_on());
		errno = EINTR;
		log_line("run %d", i);
		assert_int_equal(errno, EINTR);
		log_close();
	}
	in = fopen(path, "r");
	assert_non_null(in);
	for (int i = 0; i < 2; i++) {
		char expected[32];

		snprintf(expected, sizeof expected, " run %d\n", i);
		assert_non_null(fgets(line, sizeof line, in));
		assert_int_equal(sscanf(line, "%d", &ms), 1);
		assert_true(ms >= 0);
		assert_string_equal(strchr(line, ' '), expected);
	}
	assert_null(fgets(line, sizeof line, in));
	fclose(in);
	unlink(path);
	rmdir(dir);
	free(path);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(off_is_silent),
		cmocka_unit_test(lines_are_appended),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
