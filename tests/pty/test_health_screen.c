/* The Health screen of the real program, on a machine of a few scripts. */
#include <stdlib.h>
#include "base/alloc.h"
#include "base/path.h"
#include "pty/pty_bench.h"
#include "unit/check.h"

/* docker is somewhere else and never answers; musl-gcc does at once. */
static int
set_up(void **state)
{
	int result = bench_make(state);
	struct bench *b = *state;

	bench_write(b, "Cargo.toml", "[package]\nname = \"ill\"\nversion = \"1.0.0\"\n");
	bench_write(b, "src/lib.rs", "");
	bench_write(b, ".cargo/config", "[build]\njobs = 2\n[net]\nretry = \"3\"\n");
	bench_script(b, "bin/docker", "#!/bin/sh\nexec sleep 1000\n");
	bench_script(b, "bin/musl-gcc", "#!/bin/sh\necho 'gcc 12.34.5'\n");
	return result;
}

static struct pty *
launch(struct bench *b)
{
	const char *none[] = { NULL };
	char *path = xasprintf("%s/bin:/usr/bin:/bin", b->home);
	const struct pty_env env[] = {
		{ "CARGO_HOME", NULL },
		{ "RUSTUP_HOME", NULL },
		{ "PATH", path },
		{ "DOCKER_HOST", "tcp://127.0.0.1:9" },
		{ NULL },
	};

	bench_launch(b, none, env, &(struct pty_spec){ .rows = 60 });
	free(path);
	pty_wait_text(b->pty, "/nonexistent: not found"); /* there is no toolchain here, it says */
	pty_type(b->pty, "2");
	return b->pty;
}

static bool
cursor_moved(struct pty *p, const void *row)
{
	return pty_cursor(p).row != *(const int *)row;
}

/* A program that hangs costs its own line and nothing else: the others' answers come in, keys act at
 * once, and in the end it is said that it hangs. */
static void
hanging_tool(void **state)
{
	struct bench *b = *state;
	struct pty *p = launch(b);
	int row;

	pty_wait_text(p, "12.34.5");
	pty_wait_text(p, "being asked");
	row = pty_cursor(p).row;
	pty_key(p, VTERM_KEY_DOWN);
	pty_wait(p, cursor_moved, &row, "the cursor moves while docker hangs");
	pty_wait_text(p, "it hangs: no answer within 5 s");
	bench_quit(b);
}

/* Leaving does not wait for it either, and leaves nothing behind. */
static void
leaving_while_asking(void **state)
{
	struct bench *b = *state;
	struct pty *p = launch(b);

	pty_wait_text(p, "being asked");
	bench_quit(b);
}

/* Typed letters narrow the list, Enter tells a file's keys in full, a puts a fix into the plan. */
static void
from_check_to_plan(void **state)
{
	struct bench *b = *state;
	struct pty *p = launch(b);

	pty_wait_text(p, "12.34.5");
	pty_type(p, "/net.retry");
	pty_key(p, VTERM_KEY_ENTER);
	pty_wait_no_text(p, "12.34.5");
	pty_wait_text(p, "expected a whole number, found a string");
	pty_key(p, VTERM_KEY_ENTER);
	pty_wait_text(p, "net.retry = \"3\"");
	pty_key(p, VTERM_KEY_ESCAPE);
	pty_wait_no_text(p, "net.retry = \"3\"");
	pty_key(p, VTERM_KEY_ESCAPE);
	pty_wait_text(p, "12.34.5");
	pty_type(p, "/old name");
	pty_key(p, VTERM_KEY_ENTER);
	pty_wait_no_text(p, "12.34.5");
	pty_type(p, "a");
	pty_wait_text(p, "in the plan: mv .cargo/config .cargo/config.toml");
	bench_quit(b);
}

#define HEALTH_TEST(test) cmocka_unit_test_setup_teardown(test, set_up, bench_drop)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		HEALTH_TEST(hanging_tool),
		HEALTH_TEST(leaving_while_asking),
		HEALTH_TEST(from_check_to_plan),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
