/* Two builds at once in one workspace: another xtui, or a plain cargo. */
#include "e2e/bench_cli.h"

#include <sys/wait.h>
#include "build/turn.h"
#include "unit/wait.h"

/* A build that takes until the gate is opened, and a second one that waits for it. */
static void
start_two(struct stage *s, struct running **first, struct running **second)
{
	stage_slow(s);
	*first = stage_start(s, WORDS("build", "-t", HOST), "Compiling slow");
	*second = stage_start(s, WORDS("build", "-t", HOST), "waiting for another xtui");
}

/* The second says whom it waits for, and builds when that one is done. */
static void
second_waits(void **state)
{
	struct stage *s = *state;
	struct running *first, *second;

	NEED_FIXTURE(s);
	stage_slow(s);
	first = stage_start(s, WORDS("build", "-t", HOST), "Compiling slow");
	second = stage_start(s, WORDS("build", "-t", HOST, "-t", MUSL),
		"xtui: waiting for another xtui that builds here (process ");
	stage_wait_text(second, MUSL " |      Waiting for another xtui");
	stage_wait_text(second, "for " HOST ")");
	stage_open_gate(s);
	stage_wait(first);
	assert_code(s, 0);
	stage_wait(second);
	assert_code(s, 0);
	assert_false(bed_says_blocked(str_span(&s->out)));
}

/* kill -9 of the first lets the second begin. */
static void
killed_gives_way(void **state)
{
	struct stage *s = *state;
	struct running *first, *second;

	NEED_FIXTURE(s);
	start_two(s, &first, &second);
	stage_signal(first, SIGKILL);
	stage_wait(first);
	stage_wait_text(second, "$ cargo build");
	stage_open_gate(s);
	stage_wait(second);
	assert_code(s, 0);
}

/* A second that waits can be stopped. */
static void
waiting_is_stopped(void **state)
{
	struct stage *s = *state;
	struct running *first, *second;

	NEED_FIXTURE(s);
	start_two(s, &first, &second);
	stage_signal(second, SIGINT);
	stage_wait(second);
	assert_code(s, 128 + SIGINT);
	assert_out(s, "cancelled");
	stage_open_gate(s);
	stage_wait(first);
	assert_code(s, 0);
}

/* Told to, it builds beside the first, and says where; or does not start at all. */
static void
separate_and_refuse(void **state)
{
	struct stage *s = *state;
	struct running *first;
	const char *place = "slow/target/xtui/beside-1/" HOST "/release/quick.d";

	NEED_FIXTURE(s);
	stage_slow(s);
	first = stage_start(s, WORDS("build", "-t", HOST), "Compiling slow");
	xtui(s, "build", "-t", HOST, "--if-busy", "refuse");
	assert_refused(s, 3, "another xtui builds here (process ");
	xtui(s, "build", "-t", HOST, "--if-busy", "separate", "-p", "quick", "--", "--lib");
	assert_code(s, 0);
	assert_non_null(strstr(str_cstr(&s->err), "building in "));
	if (!file_exists(bed_path(s->bed, place)) &&
		!file_is_dir(bed_path(s->bed, "slow/target/xtui/beside-1/" HOST "/release")))
		fail_msg("nothing in %s:\n%s", place, str_cstr(&s->out));
	xtui(s, "build", "-t", HOST, "--if-busy", "perhaps");
	assert_refused(s, 2, "one of wait, separate and refuse");
	stage_open_gate(s);
	stage_wait(first);
	assert_code(s, 0);
}

/* A plain cargo that builds there is waited for, as cargo does; whose turn it is, is said. */
static void
plain_cargo(void **state)
{
	struct stage *s = *state;
	struct running *r;
	pid_t cargo;

	NEED_FIXTURE(s);
	stage_slow(s);
	if ((cargo = fork()) == 0) {
		int null = open("/dev/null", O_RDWR);

		dup2(null, 1);
		dup2(null, 2);
		if (chdir(s->dir) == 0)
			execlp("cargo", "cargo", "build", "--release", NULL);
		_exit(127);
	}
	wait_until(turn_cargo(bed_path(s->bed, "slow/target"), "release"));
	r = stage_start(s, WORDS("build", "-t", HOST), "Waiting for another cargo (process ");
	stage_wait_text(r, ") that holds the ");
	stage_open_gate(s);
	stage_wait(r);
	assert_code(s, 0);
	assert_int_equal(waitpid(cargo, NULL, 0), cargo);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		STAGE_TEST(second_waits),
		STAGE_TEST(killed_gives_way),
		STAGE_TEST(waiting_is_stopped),
		STAGE_TEST(separate_and_refuse),
		STAGE_TEST(plain_cargo),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
