#include "tests/unit/check.h"
#include "base/alloc.h"
#include "base/path.h"
#include "build/logstore.h"
#include "build/recording.h"
#include "build/run.h"
#include "hint/explain.h"
#include "hint/rules.h"
#include "io/file.h"
#include "io/loop.h"

#define JOBS                                                                                       \
	"{\"schema\":1,\"speed\":2,\"host\":\"x86_64-unknown-linux-gnu\",\"jobs\":["               \
	"{\"target\":\"x86_64-unknown-linux-gnu\",\"variant\":\"small\",\"backend\":\"native\"},"  \
	"{\"target\":\"aarch64-unknown-linux-gnu\",\"variant\":\"small\",\"backend\":\"native\"}]" \
	",\"events\":["

/* A run that replays a text. */
struct bench {
	char *dir;
	struct loop *loop;
	struct rules *rules;
	struct recording *recording;
	struct run *run;
	struct str told; /* a letter an event */
};

static int
setup(void **state)
{
	struct bench *b = xcalloc(1, sizeof(*b));

	b->dir = file_make_temp_dir("/tmp", "xtui-replay-", NULL);
	b->loop = loop_new();
	b->rules = rules_load(NULL, NULL);
	*state = b;
	return 0;
}

static int
teardown(void **state)
{
	struct bench *b = *state;

	run_free(b->run);
	recording_free(b->recording);
	rules_free(b->rules);
	loop_free(b->loop);
	assert_true(file_remove_tree(b->dir, NULL));
	str_fini(&b->told);
	free(b->dir);
	free(b);
	return 0;
}

static void
observe(void *arg, const struct run_event *event)
{
	static const char letters[] = {
		[RUN_STARTED] = 'S',
		[RUN_JOB_STARTED] = 's',
		[RUN_UNIT] = 'u',
		[RUN_PROGRESS] = 'p',
		[RUN_LOG] = 'l',
		[RUN_DIAGNOSTIC] = 'd',
		[RUN_HINT] = 'h',
		[RUN_ARTIFACT] = 'a',
		[RUN_JOB_FINISHED] = 'f',
		[RUN_FINISHED] = 'F',
	};
	struct bench *b = arg;

	str_append_char(&b->told, letters[event->kind]);
	if (event->kind == RUN_FINISHED)
		loop_stop(b->loop);
}

static void
play(struct bench *b, const char *events)
{
	struct run_spec spec = { .rules = b->rules, .log_dir = b->dir };
	char *text = xasprintf(JOBS "%s]}", events);

	b->recording = recording_parse(span_of(text), "test", NULL);
	assert_non_null(b->recording);
	free(text);
	b->run = run_start_recording(b->loop, &spec, b->recording, observe, b, NULL);
	assert_non_null(b->run);
}

/* The built-in recording shows what it is for: three targets, of which one fails at its link. */
static void
test_demo(void **state)
{
	struct err err = ERR_INIT;
	struct recording *r = recording_demo(&err);
	int ends[JOB_SKIPPED + 1] = { 0 };

	assert_non_null(r);
	assert_int_equal(r->jobs.len, 3);
	for (size_t i = 0; i < r->events.len; i++) {
		const struct recorded_event *e = &r->events.items[i];

		assert_true(e->at < 30000); /* nobody watches longer */
		ends[e->state] += e->kind == RECORDED_END;
	}
	assert_int_equal(ends[JOB_OK], 2);
	assert_int_equal(ends[JOB_FAILED], 1);
	recording_free(r);
}

/* A text that is no recording is refused with the place and the reason. */
static void
test_broken(void **state)
{
	static const struct {
		const char *text, *message;
	} cases[] = {
		{ JOBS "{\"event\":\"log\",\"at\":1,\"job\":3}]}", "test: event 1: no job 3" },
		{ JOBS "{\"event\":\"dance\",\"at\":1,\"job\":1}]}",
			"test: event 1: \"dance\" is none" },
		{ JOBS "{\"event\":\"log\",\"at\":9,\"job\":1},"
		       "{\"event\":\"log\",\"at\":8,\"job\":1}]}",
			"test: event 2: earlier than the one before" },
		{ "{", "test: " },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct err err = ERR_INIT;

		assert_null(recording_parse(span_of(cases[i].text), "test", &err));
		assert_int_equal(err.kind, ERR_PARSE);
		assert_true(text_starts(err.message, cases[i].message));
	}
}

/* What happened happens again: units, progress, bytes of the log, artefacts, and the failed job's
 * cause is found in its log. */
static void
test_replay(void **state)
{
	struct bench *b = *state;
	struct job *job;

	play(b,
		"{\"event\":\"unit\",\"at\":0,\"job\":1,\"crate\":\"greet\",\"state\":\"started\"},"
		"{\"event\":\"progress\",\"at\":1,\"job\":1,\"done\":1,\"total\":1},"
		"{\"event\":\"artifact\",\"at\":1,\"job\":1,\"path\":\"/p/greet\",\"kind\":\"bin\","
		"\"bytes\":5},"
		"{\"event\":\"diagnostic\",\"at\":1,\"job\":2,\"level\":\"error\"},"
		"{\"event\":\"log\",\"at\":2,\"job\":2,\"stream\":\"stderr\",\"text\":\"error: "
		"linker `aarch64-linux-gnu-gcc` not found\\n\"},"
		"{\"event\":\"job_finished\",\"at\":3,\"job\":1,\"status\":\"ok\",\"exit_code\":0},"
		"{\"event\":\"job_finished\",\"at\":3,\"job\":2,\"status\":\"failed\",\"exit_"
		"code\":"
		"101}");
	while (!run_is_over(b->run))
		loop_run(b->loop);
	job = run_job(b->run, 0);
	assert_int_equal(job->state, JOB_OK);
	assert_int_equal(job->done, 1);
	assert_string_equal(job->variant, "small");
	assert_int_equal(job->artifacts.items[0].bytes, 5);
	job = run_job(b->run, 1);
	assert_int_equal(job->state, JOB_FAILED);
	assert_int_equal(job->exit_code, 101);
	assert_int_equal(job->errors, 1);
	assert_string_equal(job->explanation->hints[0].cause, "linker-not-found");
	assert_int_equal(run_exit_code(b->run), 1);
	assert_int_equal(str_cstr(&b->told)[0], 'S');
	assert_true(strchr(str_cstr(&b->told), 'h') < strrchr(str_cstr(&b->told), 'f'));
	assert_int_equal(str_cstr(&b->told)[b->told.len - 1], 'F');
}

/* A replay that is stopped stops at once, though the recording goes on for long; nothing of it is built
 * again. */
static void
test_cancel(void **state)
{
	struct bench *b = *state;
	struct err err = ERR_INIT;

	play(b,
		"{\"event\":\"job_finished\",\"at\":0,\"job\":1,\"status\":\"ok\",\"exit_code\":0},"
		"{\"event\":\"job_finished\",\"at\":9000000,\"job\":2,\"status\":\"ok\",\"exit_"
		"code\":"
		"0}");
	while (!job_is_over(run_job(b->run, 0)))
		loop_turn(b->loop, true);
	run_cancel(b->run);
	assert_true(run_is_over(b->run));
	assert_int_equal(run_job(b->run, 0)->state, JOB_OK);
	assert_int_equal(run_job(b->run, 1)->state, JOB_CANCELLED);
	assert_false(run_retry(b->run, run_job(b->run, 1), &err));
	assert_int_equal(err.kind, ERR_USAGE);
}

/* A recording that was cut off ends its jobs as cancelled, and the run with them. */
static void
test_cut_off(void **state)
{
	struct bench *b = *state;

	play(b, "{\"event\":\"progress\",\"at\":0,\"job\":1,\"done\":1,\"total\":2}");
	while (!run_is_over(b->run))
		loop_run(b->loop);
	assert_int_equal(run_job(b->run, 0)->state, JOB_CANCELLED);
	assert_int_equal(run_job(b->run, 1)->state, JOB_CANCELLED);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_demo),
		cmocka_unit_test(test_broken),
		cmocka_unit_test_setup_teardown(test_replay, setup, teardown),
		cmocka_unit_test_setup_teardown(test_cancel, setup, teardown),
		cmocka_unit_test_setup_teardown(test_cut_off, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
