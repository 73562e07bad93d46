/* screen_build: the timeline. */
#include "unit/help_build_screen.h"

/* ---- the timeline ---- */

static void
build_units(struct bench *b)
{
	unit(b, 0, "serde", 100, false);
	unit(b, 1, "serde", 120, false);
	unit(b, 0, "serde", 4100, true);
	unit(b, 0, "regex_automata", 4100, false);
	unit(b, 1, "serde", 9000, true);
	unit(b, 1, "ring", 9001, false);
	unit(b, 0, "regex_automata", 20000, true);
	unit(b, 0, "greet", 20001, false);
	unit(b, 0, "greet", 22400, true);
}

/* T shows when each unit was compiled, names the one under the cursor with its seconds; T or Esc
 * brings the panes back. */
static void
timeline(void **state)
{
	struct bench *b = *state;

	begin_three(b);
	press(b, ACT_TIMELINE);
	assert_is_drawn(b, "no unit was compiled yet");
	assert_int_equal(press(b, ACT_COPY), FX_BELL);
	press(b, ACT_SAVE_LOG);
	assert_string_equal(str_cstr(&b->store.message), "there is no timeline to save yet");
	build_units(b);
	assert_is_drawn(b, "serde for x86_64-unknown-linux-gnu: took 4.0 s, from 0.1 s on");
	press(b, ACT_BOTTOM);
	assert_is_drawn(b, "ring for x86_64-unknown-linux-musl: going for 32.2 s, from 9.0 s on");
	golden(b, "timeline", 24, 80);
	assert_true(press(b, ACT_COPY) & FX_COPY);
	assert_true(text_starts(str_cstr(&b->store.request.text), "ring for "));
	assert_true(press(b, ACT_BACK));
	assert_is_drawn(b, " 1 x86_64");
	screen_build.run_event(b->screen, &(struct run_event){ .kind = RUN_STARTED });
	press(b, ACT_TIMELINE);
	assert_is_drawn(b, "no unit was compiled yet");
	press(b, ACT_TIMELINE);
	assert_is_drawn(b, " 1 x86_64");
}

/* What is built in a container has no times, and it is said why, below its name. */
static void
container_has_none(void **state)
{
	struct bench *b = *state;
	struct job *job;

	begin_three(b);
	job = run_job(b->store.run, 2);
	free(job->backend);
	job->backend = xstrdup("cross");
	press(b, ACT_TIMELINE);
	assert_is_drawn(b, "no times: xtui-rustc, of this machine's libc, cannot be run in its");
	build_units(b);
	assert_is_drawn(b, "no times: xtui-rustc, of this machine's libc, cannot be run in its");
	assert_is_drawn(b, "serde for x86_64-unknown-linux-gnu: took 4.0 s, from 0.1 s on");
}

/* S saves the timeline as text and as a page, beside the logs. */
static void
timeline_saved(void **state)
{
	struct bench *b = *state;
	char *text = path_join(b->run.jobs.dir, "timeline.txt");
	char *page = path_join(b->run.jobs.dir, "timeline.html");

	begin_three(b);
	build_units(b);
	press(b, ACT_TIMELINE);
	press(b, ACT_SAVE_LOG);
	assert_true(text_starts(str_cstr(&b->store.message),
		"saved timeline.txt and .html in /tmp/xtui-test-jobs-"));
	assert_true(file_exists(text));
	assert_true(file_exists(page));
	free(page);
	free(text);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(timeline),
		TEST(container_has_none),
		TEST(timeline_saved),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
