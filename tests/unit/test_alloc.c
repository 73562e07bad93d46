#include "tests/unit/check.h"
#include "base/alloc.h"
#include <sys/wait.h>
#include <unistd.h>

/* Sizes of zero give memory that can be freed, and counted memory is zeroed. */
static void
zero_sizes_and_zeroes(void **state)
{
	unsigned char *zeroed = xcalloc(16, 4);

	free(xmalloc(0));
	free(xcalloc(0, 8));
	free(xrealloc(NULL, 0));
	for (size_t i = 0; i < 64; i++)
		assert_int_equal(zeroed[i], 0);
	free(zeroed);
}

/* Copies of text are whole, cut or absent as the original is. */
static void
copies_of_text(void **state)
{
	assert_null(xstrdup(NULL));
	assert_null(xstrndup(NULL, 3));
	assert_text(xstrdup("musl"), "musl");
	assert_text(xstrndup("musl", 2), "mu");
	assert_text(xstrndup("musl", 9), "musl");
	assert_text(xasprintf("%s-%d", "gnu", 32), "gnu-32");
}

static void
say_bye(void)
{
	if (write(STDERR_FILENO, "bye\n", 4) < 0)
		_exit(99);
}

/* Runs `end` in a child with stderr in a pipe; its output goes to `said`, its status comes back. */
static int
status_of(void (*end)(void), char said[256])
{
	int ends[2];
	int status;
	size_t len = 0;
	ssize_t got;
	pid_t pid;

	assert_int_equal(pipe(ends), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		dup2(ends[1], STDERR_FILENO);
		close(ends[0]);
		close(ends[1]);
		end();
		_exit(0);
	}
	close(ends[1]);
	while ((got = read(ends[0], said + len, 255 - len)) > 0)
		len += (size_t)got;
	said[len] = '\0';
	close(ends[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void
die_of_hunger(void)
{
	die_set_hook(say_bye);
	die("out of %s", "bread");
}

static void
die_of_overflow(void)
{
	free(xreallocarray(NULL, SIZE_MAX / 2, 3));
}

/* Out of memory: the terminal is given back first, then one line, then exit status 3. */
static void
death_is_orderly(void **state)
{
	char said[256];

	assert_int_equal(status_of(die_of_hunger, said), 3);
	assert_string_equal(said, "bye\nxtui: out of bread\n");
}

/* A size that cannot be counted ends the program; it never wraps around to a small one. */
static void
overflow_is_death(void **state)
{
	char said[256];

	assert_int_equal(status_of(die_of_overflow, said), 3);
	assert_non_null(strstr(said, "xtui: out of memory"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(zero_sizes_and_zeroes),
		cmocka_unit_test(copies_of_text),
		cmocka_unit_test(death_is_orderly),
		cmocka_unit_test(overflow_is_death),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
