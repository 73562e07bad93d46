/* cause: why jobs have failed is found while the loop goes on. */
#include "build/cause.h"
#include "build/run.h"
#include "hint/rules.h"
#include "io/loop.h"
#include "unit/folder.h"
#include "unit/help_jobs.h"
#include "unit/wait.h"

#define LARGE (10u << 20) /* more than is looked at: the root cause is far from the end of it */

struct bench {
	struct loop *loop;
	struct rules *rules;
	struct causes *causes;
	struct jobs jobs;
	struct loop_timer *timer;
	int ticks;           /* of the timer, since the last question */
	struct job *told[4]; /* in the order in which they were */
	int told_count;
};

static void
on_tick(void *arg)
{
	struct bench *b = arg;

	b->ticks++;
}

static void
on_found(void *arg, struct job *job)
{
	struct bench *b = arg;

	assert_non_null(job->explanation);
	b->told[b->told_count++] = job;
}

static int
setup(void **state)
{
	struct bench *b = xcalloc(1, sizeof(*b));

	b->loop = loop_new();
	b->rules = rules_expect_for(NULL, NULL);
	b->causes = causes_new(b->loop, on_found, b);
	b->timer = loop_timer_start(b->loop, 1, 1, on_tick, b);
	jobs_open(&b->jobs);
	*state = b;
	return 0;
}

static int
teardown(void **state)
{
	struct bench *b = *state;

	causes_free(b->causes);
	rules_free(b->rules);
	loop_timer_stop(b->timer);
	loop_free(b->loop);
	for (size_t i = 0; i < b->jobs.count; i++)
		explanation_free(b->jobs.items[i]->explanation);
	jobs_close(&b->jobs);
	free(b);
	return 0;
}

/* A failed job whose log is `bytes` of a linker's errors, with the words that tell why at its end. */
static struct job *
failed_job(struct bench *b, size_t bytes)
{
	static const char line[] =
		"/usr/bin/ld: app.o: undefined reference to `a_name_of_some_length'\n";
	struct job *job = jobs_add(&b->jobs, "aarch64-unknown-linux-gnu", JOB_FAILED);

	for (size_t at = 0; at < bytes; at += sizeof(line) - 1)
		logstore_append(job->log, line, sizeof(line) - 1);
	logstore_append(job->log, log_of_failure, sizeof(log_of_failure) - 1);
	return job;
}

static void
ask(struct bench *b, struct job *job)
{
	b->ticks = 0;
	causes_ask(b->causes, job, b->rules, NULL, "x86_64-unknown-linux-gnu");
}

static void
wait_for_answers(struct bench *b, int count)
{
	uint64_t end = loop_clock() + WAIT_US;

	while (b->told_count < count) {
		assert_true(loop_clock() < end);
		loop_turn(b->loop, true);
	}
}

/* While the largest part of a log that is looked at is matched, keys and timers are served. */
static void
loop_goes_on(void **state)
{
	struct bench *b = *state;
	struct job *job = failed_job(b, LARGE);

	ask(b, job);
	assert_int_equal(b->told_count, 0);
	assert_null(job->explanation);
	assert_true(causes_are_open(b->causes));
	wait_for_answers(b, 1);
	assert_true(b->ticks > 0);
	assert_ptr_equal(b->told[0], job);
	assert_false(causes_are_open(b->causes));
	assert_true(job->explanation->count > 0);
}

/* A hint's line is the log's, also where only the end of it is looked at. */
static void
lines_are_the_logs(void **state)
{
	struct bench *b = *state;
	struct job *small = failed_job(b, 0), *large = failed_job(b, LARGE);
	long before = (long)(logstore_lines(large->log) - logstore_lines(small->log));

	ask(b, small);
	ask(b, large);
	wait_for_answers(b, 2);
	assert_ptr_equal(b->told[0], small);
	assert_ptr_equal(b->told[1], large);
	for (size_t i = 0; i < small->explanation->count; i++)
		assert_true(small->explanation->hints[i].line <= 12);
	assert_string_equal(small->explanation->hints[0].cause, "wrong-host-linker");
	for (size_t i = 0; i < large->explanation->count; i++)
		if (text_is(large->explanation->hints[i].cause, "wrong-host-linker")) {
			assert_int_equal(large->explanation->hints[i].line,
				small->explanation->hints[0].line + before);
			return;
		}
	fail_msg("the cause was not found");
}

/* The rules serve who asks on the loop's thread meanwhile, a step of a set-up for one. */
static void
rules_serve_two(void **state)
{
	struct bench *b = *state;
	struct job *job = failed_job(b, LARGE / 4);
	struct explanation *e;

	ask(b, job);
	e = explain(b->rules, span_of(log_of_failure), NULL);
	assert_string_equal(e->hints[0].cause, "wrong-host-linker");
	explanation_free(e);
	wait_for_answers(b, 1);
	assert_true(job->explanation->count > 0);
}

/* What is said after the question is no part of the answer, and does not disturb it. */
static void
log_goes_on(void **state)
{
	struct bench *b = *state;
	struct job *job = failed_job(b, 0);

	ask(b, job);
	for (int i = 0; i < 100; i++)
		logstore_append(job->log, log_of_success, sizeof(log_of_success) - 1);
	assert_true(logstore_flush(job->log, NULL));
	wait_for_answers(b, 1);
	assert_string_equal(job->explanation->hints[0].cause, "wrong-host-linker");
	assert_int_equal(job->explanation->hints[0].line, 7);
}

/* An answer that is not wanted any more is not given, though the job is gone by then; others are. */
static void
forgotten_job_is_not_told(void **state)
{
	struct bench *b = *state;
	struct job *gone = failed_job(b, LARGE), *unread = failed_job(b, LARGE),
		   *kept = failed_job(b, 0);

	ask(b, gone);
	ask(b, unread);
	ask(b, kept);
	assert_true(causes_forget(b->causes, gone));
	assert_true(causes_forget(b->causes, unread));
	assert_false(causes_forget(b->causes, unread));
	b->jobs.items[0] = b->jobs.items[2];
	b->jobs.count = 1;
	job_free(gone);
	job_free(unread);
	wait_for_answers(b, 1);
	assert_ptr_equal(b->told[0], kept);
	assert_false(causes_forget(b->causes, kept));
}

/* Who leaves in the midst of it frees nothing that is still read, and hears of nothing. */
static void
leaving_in_the_midst(void **state)
{
	struct bench *b = *state;

	for (int i = 0; i < 4; i++)
		ask(b, failed_job(b, LARGE));
	causes_free(b->causes);
	b->causes = NULL;
	assert_int_equal(b->told_count, 0);
}

/* ---- a run ---- */

struct hearing {
	struct bench *bench;
	struct run *run;
	struct str order; /* a letter an event */
	bool was_over;    /* before the job was told to be */
};

static void
observe(void *arg, const struct run_event *event)
{
	static const char letters[] = {
		[RUN_STARTED] = 'S',
		[RUN_JOB_STARTED] = 's',
		[RUN_HINT] = 'h',
		[RUN_JOB_FINISHED] = 'f',
		[RUN_FINISHED] = 'F',
	};
	struct hearing *h = arg;

	if (event->kind < sizeof(letters) && letters[event->kind])
		str_append_char(&h->order, letters[event->kind]);
	if (event->kind == RUN_HINT || event->kind == RUN_JOB_FINISHED)
		h->was_over |= run_is_over(h->run);
}

/* A command that says what a failed build would, many times over, and fails. */
static struct run *
start_run(struct hearing *h, const char *dir)
{
	static const char *const targets[] = { "one", "two" };
	char *path = path_join(dir, "said");
	struct str text = STR_INIT;
	struct run_spec spec = { .targets = targets,
		.target_count = COUNT(targets),
		.log_dir = dir,
		.rules = h->bench->rules };

	while (text.len < LARGE)
		str_append(&text, log_of_failure);
	assert_true(file_write(path, str_span(&text), NULL));
	h->run = run_start_command(h->bench->loop, &spec,
		(const char *const[]){ "sh", "-c", "cat \"$0\"; exit 1", path, NULL }, observe, h,
		NULL);
	assert_non_null(h->run);
	str_fini(&text);
	free(path);
	return h->run;
}

static bool
has_failed(const struct run *r)
{
	return run_job(r, 0)->state == JOB_FAILED;
}

/* A run is over when all hints are there, each before its job is told to have finished, and the loop goes
 * on between a job's end and its hint. */
static void
run_ends_with_its_hints(void **state)
{
	struct bench *b = *state;
	struct hearing h = { .bench = b };
	char *dir = folder_new();
	struct run *r = start_run(&h, dir);

	while (!has_failed(r))
		loop_turn(b->loop, true);
	assert_null(run_job(r, 0)->explanation);
	b->ticks = 0;
	while (!run_job(r, 0)->explanation)
		loop_turn(b->loop, true);
	assert_true(b->ticks > 0);
	while (!run_is_over(r))
		loop_turn(b->loop, true);
	assert_string_equal(str_cstr(&h.order), "SsshfhfF");
	assert_false(h.was_over);
	assert_int_equal(run_exit_code(r), 1);
	run_free(r);
	str_fini(&h.order);
	folder_remove(dir);
}

/* A run may be freed while its hints are looked for. */
static void
run_is_left_in_the_midst(void **state)
{
	struct bench *b = *state;
	struct hearing h = { .bench = b };
	char *dir = folder_new();
	struct run *r = start_run(&h, dir);

	while (!has_failed(r))
		loop_turn(b->loop, true);
	run_free(r);
	assert_null(strchr(str_cstr(&h.order), 'F'));
	str_fini(&h.order);
	folder_remove(dir);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(loop_goes_on, setup, teardown),
		cmocka_unit_test_setup_teardown(lines_are_the_logs, setup, teardown),
		cmocka_unit_test_setup_teardown(rules_serve_two, setup, teardown),
		cmocka_unit_test_setup_teardown(log_goes_on, setup, teardown),
		cmocka_unit_test_setup_teardown(forgotten_job_is_not_told, setup, teardown),
		cmocka_unit_test_setup_teardown(leaving_in_the_midst, setup, teardown),
		cmocka_unit_test_setup_teardown(run_ends_with_its_hints, setup, teardown),
		cmocka_unit_test_setup_teardown(run_is_left_in_the_midst, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
