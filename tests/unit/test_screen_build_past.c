/* screen_build: past builds, out of the history. */
#include "unit/help_build_screen.h"

static struct history_unit units[] = { { "serde", 0, 2000, 0 }, { "greet", 2000, 1500, 0 } };
static struct history_artifact artifacts[] = { { "/t/release/greet", "bin", 2412345 } };

static struct history_job jobs_of_failure[] = {
	{ .number = 1,
		.target = "x86_64-unknown-linux-gnu",
		.status = "ok",
		.done = 2,
		.total = 2,
		.ms = 3500,
		.units = units,
		.unit_count = 2,
		.artifacts = artifacts,
		.artifact_count = 1 },
	{ .number = 2,
		.target = "aarch64-unknown-linux-gnu",
		.status = "failed",
		.done = 1,
		.total = 2,
		.ms = 2100,
		.log = "/nonexistent/aarch64.log",
		.units = units,
		.unit_count = 1 },
};
static struct history_job jobs_of_check[] = {
	{ .number = 1, .target = "x86_64-pc-windows-gnu", .status = "interrupted", .ms = 900 },
};

static struct job *kept; /* whose log the first one has */

/* Two past builds, the newer one with a log that is there and one that is gone, and the run at hand,
 * when there is one. */
static void
fill_history(struct bench *b)
{
	kept = jobs_add(&b->run.jobs, "x86_64-unknown-linux-gnu", JOB_OK);
	setenv("TZ", "UTC", 1);
	job_say(kept, log_of_success);
	logstore_flush(kept->log, NULL);
	jobs_of_failure[0].log = logstore_path(kept->log);
	b->run.jobs.count = 0;                  /* it is no job of the run at hand */
	b->store.history = (struct history *)b; /* only asked whether there is one */
	vec_push(&past_builds.runs,
		((struct history_run){ .row = 7,
			.id = "20261121-102330",
			.started = 1795256610000,
			.ms = 3800,
			.status = "failed",
			.profile = "release",
			.mode = "build",
			.logs = "/nonexistent",
			.jobs = jobs_of_failure,
			.job_count = 2 }));
	vec_push(&past_builds.runs,
		((struct history_run){ .row = 6,
			.id = "20261120-080000",
			.started = 1795161600000,
			.ms = 900,
			.status = "interrupted",
			.profile = "dev",
			.mode = "check",
			.logs = "/nonexistent",
			.jobs = jobs_of_check,
			.job_count = 1 }));
}

static int
clear_history(void **state)
{
	job_free(kept);
	kept = NULL;
	history_list_fini(&past_builds);
	past_builds = (struct history_list){ 0 };
	return tear_down(state);
}

/* Any past build is in the list with its end; Enter shows its panes, logs and artefacts; nothing can
 * be done to it; Esc goes back to now. */
static void
past_build_is_shown(void **state)
{
	struct bench *b = *state;

	fill_history(b);
	assert_is_drawn(b, "H shows past builds");
	press(b, ACT_HISTORY);
	assert_is_drawn(b, "21 Nov 10:23  failed          3.8s   2 jobs");
	assert_is_drawn(
		b, "20 Nov 08:00  interrupted     0.9s   1 job   check: x86_64-pc-windows-gnu");
	press(b, ACT_OPEN);
	assert_is_drawn(b, "past build of 21 Nov 10:23 · release · 2 targets");
	assert_is_drawn(b, "1 failed · 1 ok · 3.8s");
	assert_is_drawn(b, "Compiling serde v1.0.219");
	assert_is_drawn(b, "greet 2.41 MB");
	assert_is_drawn(b, "✖ failed 1/2  2.1s");
	assert_is_drawn(b, "its log is gone: logs are kept for a time");
	assert_false(press(b, ACT_AGAIN) & FX_RETRY_JOB);
	assert_false(press(b, ACT_AGAIN_FAILED) & FX_RETRY_FAILED);
	assert_string_equal(
		str_cstr(&b->store.message), "this build is past; Esc goes back to now");
	assert_null(b->store.focused_job);
	press(b, ACT_BACK);
	assert_is_drawn(b, "Nothing has been built since xtui began.");
}

/* The kept log of a failed job is explained anew: its pane has the hint, with the line it is about, and
 * f shows the fixes, which are not applied to what is past. */
static void
past_failure_is_explained(void **state)
{
	struct bench *b = *state;
	const char *gone = jobs_of_failure[1].log;

	fill_history(b);
	kept->state = JOB_FAILED;
	job_say_lines(kept, 1, 100);
	job_say(kept, log_of_failure);
	assert_true(logstore_flush(kept->log, NULL));
	jobs_of_failure[1].log = logstore_path(kept->log);
	press(b, ACT_HISTORY);
	press(b, ACT_OPEN);
	jobs_of_failure[1].log = gone;
	while (loop_turn(b->store.loop, true))
		; /* until its cause is found */
	screen_build.update(b->screen, STORE_JOBS);
	assert_is_drawn(b, "The host's linker was used for aarch64");
	assert_is_drawn(b, "greet.o: Relocations in generic ELF");
	press_number(b, 2);
	assert_int_equal(press(b, ACT_FIX), FX_SHOW);
	assert_non_null(strstr(str_cstr(&b->store.request.text), "The host's linker was used"));
}

/* q closes the list of past builds and leaves the screen as it was; the screen's own keys rest while it is
 * open, help does not. */
static void
list_is_closed(void **state)
{
	struct bench *b = *state;

	fill_history(b);
	press(b, ACT_HISTORY);
	assert_is_drawn(b, "21 Nov 10:23");
	assert_int_equal(press(b, ACT_HELP), 0);
	assert_int_equal(press(b, ACT_TIMELINE), FX_DONE);
	assert_int_equal(press(b, ACT_QUIT), FX_REDRAW);
	assert_not_drawn(b, "21 Nov 10:23");
	assert_is_drawn(b, "Nothing has been built since xtui began.");
	assert_int_equal(press(b, ACT_QUIT), 0);
}

/* A job that was going when xtui was killed is told as that, not as one that somebody stopped. */
static void
killed_build_is_interrupted(void **state)
{
	struct bench *b = *state;

	fill_history(b);
	press(b, ACT_HISTORY);
	press(b, ACT_DOWN);
	press(b, ACT_OPEN);
	assert_is_drawn(b, "past build of 20 Nov 08:00 · check · dev · 1 target");
	assert_is_drawn(b, "1 interrupted · 0.9s");
	assert_is_drawn(b, "! interrupted");
	assert_not_drawn(b, "cancelled");
}

/* T, where nothing was built yet, shows the timeline of the last build. */
static void
timeline_of_the_last_build(void **state)
{
	struct bench *b = *state;

	press(b, ACT_TIMELINE);
	assert_string_equal(str_cstr(&b->store.message), "there is no history of builds here");
	fill_history(b);
	press(b, ACT_TIMELINE);
	assert_is_drawn(b, "timeline: 3.8 s");
	assert_is_drawn(b, "serde for x86_64-unknown-linux-gnu: took 2.0 s, from 0.0 s on");
	press(b, ACT_DOWN);
	press(b, ACT_DOWN);
	assert_is_drawn(b, "serde for aarch64-unknown-linux-gnu: took 2.0 s");
	press(b, ACT_TIMELINE);
	assert_is_drawn(b, "past build of 21 Nov 10:23");
}

/* A build that begins is what people want to see; the past ones are still there beside it. */
static void
new_build_wins(void **state)
{
	struct bench *b = *state;

	fill_history(b);
	press(b, ACT_HISTORY);
	press(b, ACT_OPEN);
	begin_three(b);
	assert_is_drawn(b, " 3 aarch64-unknown-linux-gnu");
	vec_push(&past_builds.runs,
		((struct history_run){ .row = 8,
			.id = "20261121-103000",
			.status = "running",
			.mode = "build",
			.jobs = jobs_of_check,
			.job_count = 1 }));
	press(b, ACT_HISTORY);
	press(b, ACT_TOP);
	press(b, ACT_OPEN);
	assert_is_drawn(b, "past build of 2");
	press(b, ACT_HISTORY);
	press(b, ACT_BOTTOM);
	press(b, ACT_OPEN); /* the one at hand */
	assert_is_drawn(b, " 3 aarch64-unknown-linux-gnu");
	assert_not_drawn(b, "past build");
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, clear_history)
	const struct CMUnitTest tests[] = {
		TEST(past_build_is_shown),
		TEST(list_is_closed),
		TEST(past_failure_is_explained),
		TEST(killed_build_is_interrupted),
		TEST(timeline_of_the_last_build),
		TEST(new_build_wins),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
