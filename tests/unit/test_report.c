/* Tests of cli/report: what a run tells on standard output, line for line. */
#include "unit/check.h"
#include "unit/triples.h"

#include <stdio.h>
#include <unistd.h>
#include "base/alloc.h"
#include "build/run.h"
#include "cli/report.h"
#include "hint/explain.h"
#include "rust/message.h"
#include "text/json.h"

/* Two jobs and what was told of them. */
struct told {
	struct cli cli;
	struct report *report;
	struct job *job, *other;
	struct str out;
};

static int
told_setup(void **state)
{
	struct told *t = xcalloc(1, sizeof(*t));

	t->job = job_new(1, ARM64, "as configured", "native");
	t->other = job_new(2, MUSL, "as configured", "native");
	*state = t;
	return 0;
}

static int
told_teardown(void **state)
{
	struct told *t = *state;

	report_free(t->report);
	job_free(t->job);
	job_free(t->other);
	str_fini(&t->out);
	free(t);
	return 0;
}

static void
begin(struct told *t, bool json)
{
	report_free(t->report);
	t->report = report_new(&t->cli, json);
	str_clear(&t->out);
}

/* Tells the event; what it printed is added to t->out. */
static void
tell(struct told *t, const struct run_event *event)
{
	FILE *file = tmpfile();
	int out = dup(STDOUT_FILENO);
	char buffer[4096];
	size_t len;

	fflush(stdout);
	dup2(fileno(file), STDOUT_FILENO);
	assert_true(report_event(t->report, NULL, event));
	dup2(out, STDOUT_FILENO);
	close(out);
	rewind(file);
	while ((len = fread(buffer, 1, sizeof(buffer), file)) > 0)
		str_append_bytes(&t->out, buffer, len);
	fclose(file);
}

static void
tell_log(struct told *t, struct job *job, const char *text)
{
	tell(t,
		&(struct run_event){ .kind = RUN_LOG,
			.job = job,
			.stream = "stderr",
			.text = text,
			.text_len = strlen(text) });
}

static void
finish(struct told *t, struct job *job, enum job_state state)
{
	job->state = state;
	job->done = 3;
	job->total = 5;
	job->started_ms = 1000;
	job->ended_ms = 2500;
	job->exit_code = state == JOB_OK ? 0 : 101;
	tell(t, &(struct run_event){ .kind = RUN_JOB_FINISHED, .job = job, .at = 2500 });
}

#define assert_told(t, text)                                                                       \
	do {                                                                                       \
		assert_string_equal(str_cstr(&(t)->out), text);                                    \
		str_clear(&(t)->out);                                                              \
	} while (0)

/* Lines of several builds come whole, however they were cut, each begun with its target. */
static void
lines_stay_whole(void **state)
{
	struct told *t = *state;

	begin(t, false);
	tell_log(t, t->job, "   Compiling gre");
	tell_log(t, t->other, "   Compiling core v0.2.0\nwarn");
	tell_log(t, t->job, "et v0.3.1\n");
	assert_told(t, MUSL " |    Compiling core v0.2.0\n" ARM64 " |    Compiling greet v0.3.1\n");
	finish(t, t->other, JOB_FAILED);
	assert_told(t, MUSL " | warn\n" MUSL " | failed 3/5 units in 1.5 s\n");
}

/* Into a pipe goes no control byte; a terminal gets the compiler's colours, ended at each line. */
static void
colours_of_the_compiler(void **state)
{
	struct told *t = *state;

	begin(t, false);
	tell_log(
		t, t->job, "\033[1m\033[31merror\033[0m: \033]8;;http://x\033\\no\033]8;;\033\\\n");
	assert_told(t, ARM64 " | error: no\n");
	t->cli.color = true;
	tell_log(t, t->job, "\033[31mred\n");
	assert_told(t, "\033[36m" ARM64 "\033[0m | \033[0;31mred\033[0m\n");
}

/* A finished job says its state, units, time and warnings. */
static void
ends_of_jobs(void **state)
{
	struct told *t = *state;

	begin(t, false);
	t->job->warnings = 1;
	finish(t, t->job, JOB_OK);
	assert_told(t, ARM64 " | ok 3/5 units in 1.5 s, 1 warning\n");
	t->other->warnings = 2;
	finish(t, t->other, JOB_CANCELLED);
	assert_told(t, MUSL " | cancelled 3/5 units in 1.5 s, 2 warnings\n");
}

/* What was built is named with its kind and size. */
static void
artifacts(void **state)
{
	char path[] = "/t/greet", kind[] = "bin";
	struct job_artifact a = { .path = path, .kind = kind, .bytes = 1234567 };
	struct told *t = *state;
	struct run_event event = { .kind = RUN_ARTIFACT, .at = 7, .job = t->job, .artifact = &a };

	begin(t, false);
	tell(t, &event);
	assert_told(t, ARM64 " | bin 1.23 MB /t/greet\n");
	begin(t, true);
	tell(t, &event);
	assert_told(t,
		"{\"event\":\"artifact\",\"at\":7,\"job\":1,\"path\":\"/t/greet\",\"kind\":\"bin\","
		"\"bytes\":1234567,\"sha256\":null,\"card\":null}\n");
}

static struct hint linker_hint = {
	.id = "linker-not-found",
	.cause = "linker-not-found",
	.title = "aarch64-linux-gnu-gcc is not installed",
	.text = "The linker is missing.",
	.why = "rustc calls it to link.",
	.confidence = HINT_CERTAIN,
	.line = 12,
	.excerpt = "error: linker `aarch64-linux-gnu-gcc` not found",
	.refs = (const char *const[]){ NULL },
};

/* The cause of a failure is told among the lines of its job, and as one object a hint. */
static void
hints(void **state)
{
	struct explanation e = { .hints = &linker_hint, .count = 1 };
	struct told *t = *state;
	struct run_event event = { .kind = RUN_HINT, .at = 9, .job = t->job };
	struct span rest;

	t->job->explanation = &e;
	begin(t, false);
	tell(t, &event);
	assert_non_null(strstr(str_cstr(&t->out), "aarch64-linux-gnu-gcc is not installed"));
	rest = str_span(&t->out);
	while (rest.len)
		assert_true(span_starts(span_cut(rest, '\n', &rest), ARM64 " |"));
	begin(t, true);
	tell(t, &event);
	assert_non_null(strstr(str_cstr(&t->out), "\"cause\":\"linker-not-found\""));
	assert_non_null(strstr(str_cstr(&t->out), "\"event\":\"hint\""));
	assert_non_null(strstr(str_cstr(&t->out), "\"job\":1"));
	t->job->explanation = NULL;
}

static void
tell_diagnostic(struct told *t, const char *level, const char *rendered)
{
	struct message m = { .level = level, .text = "no such name", .rendered = rendered };

	tell(t, &(struct run_event){ .kind = RUN_DIAGNOSTIC, .job = t->job, .message = &m });
}

/* -q leaves errors, hints and failed jobs. */
static void
quiet(void **state)
{
	struct told *t = *state;

	t->cli.quiet = true;
	begin(t, false);
	tell_log(t, t->job, "   Compiling greet\n");
	tell_diagnostic(t, "warning", "warning: unused\n");
	tell(t, &(struct run_event){ .kind = RUN_STARTED });
	finish(t, t->other, JOB_OK);
	tell(t, &(struct run_event){ .kind = RUN_FINISHED });
	assert_told(t, "");
	tell_diagnostic(t, "error", "\033[31merror\033[0m: no such name\n --> a.rs:1:2\n");
	assert_told(t, ARM64 " | error: no such name\n" ARM64 " |  --> a.rs:1:2\n");
	finish(t, t->job, JOB_FAILED);
	assert_told(t, ARM64 " | failed 3/5 units in 1.5 s\n");
}

/* A diagnostic is told once: by the lines of the log, or as an object. */
static void
diagnostics(void **state)
{
	struct told *t = *state;

	begin(t, false);
	tell_diagnostic(t, "error", "error: no such name\n");
	assert_told(t, "");
	begin(t, true);
	tell_diagnostic(t, "error", "error: \"x\"\n");
	assert_told(t,
		"{\"event\":\"diagnostic\",\"at\":0,\"job\":1,\"level\":\"error\",\"message\":\"no "
		"such name\","
		"\"rendered\":\"error: \\\"x\\\"\\n\",\"file\":null,\"line\":null}\n");
}

/* Each event is one line of JSON with the keys that docs/json.md names. */
static void
json_events(void **state)
{
	struct told *t = *state;

	begin(t, true);
	t->job->done = 2;
	t->job->total = 5;
	tell(t, &(struct run_event){ .kind = RUN_JOB_STARTED, .job = t->job, .at = 1 });
	assert_told(t, "{\"event\":\"job_started\",\"at\":1,\"job\":1}\n");
	tell(t, &(struct run_event){ .kind = RUN_UNIT, .job = t->job, .at = 2, .crate = "core" });
	assert_told(t,
		"{\"event\":\"unit\",\"at\":2,\"job\":1,\"crate\":\"core\",\"state\":\"started\","
		"\"ms\":null}\n");
	tell(t,
		&(struct run_event){ .kind = RUN_UNIT,
			.job = t->job,
			.at = 3,
			.crate = "core",
			.unit_finished = true,
			.unit_ms = 40 });
	assert_told(t,
		"{\"event\":\"unit\",\"at\":3,\"job\":1,\"crate\":\"core\",\"state\":\"finished\","
		"\"ms\":40}\n");
	tell(t, &(struct run_event){ .kind = RUN_PROGRESS, .job = t->job, .at = 4 });
	assert_told(t, "{\"event\":\"progress\",\"at\":4,\"job\":1,\"done\":2,\"total\":5}\n");
	finish(t, t->job, JOB_FAILED);
	assert_told(t,
		"{\"event\":\"job_finished\",\"at\":2500,\"job\":1,\"status\":\"failed\",\"ms\":"
		"1500,\"units\":3,"
		"\"fresh\":0,\"exit_code\":101,\"log\":null,\"cache\":null}\n");
	t->other->exit_code = -1;
	t->other->state = JOB_SKIPPED;
	tell(t, &(struct run_event){ .kind = RUN_JOB_FINISHED, .job = t->other });
	assert_non_null(strstr(str_cstr(&t->out), "\"exit_code\":null"));
}

/* Log pieces are in the JSON only with -v, as they came; bytes that are no text do not break it. */
static void
json_log(void **state)
{
	struct told *t = *state;
	struct json *line;

	begin(t, true);
	tell_log(t, t->job, "quiet\n");
	assert_told(t, "");
	t->cli.verbose = true;
	tell_log(t, t->job, "a\xff\033[1m\n");
	line = json_parse(t->out.data, t->out.len, NULL);
	assert_non_null(line);
	assert_string_equal(json_string(json_get(line, "event"), ""), "log");
	assert_string_equal(json_string(json_get(line, "stream"), ""), "stderr");
	assert_string_equal(json_string(json_get(line, "text"), ""), "a\xef\xbf\xbd\033[1m\n");
	json_free(line);
}

#define TOLD_TEST(test) cmocka_unit_test_setup_teardown(test, told_setup, told_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TOLD_TEST(lines_stay_whole),
		TOLD_TEST(colours_of_the_compiler),
		TOLD_TEST(ends_of_jobs),
		TOLD_TEST(artifacts),
		TOLD_TEST(hints),
		TOLD_TEST(quiet),
		TOLD_TEST(diagnostics),
		TOLD_TEST(json_events),
		TOLD_TEST(json_log),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
