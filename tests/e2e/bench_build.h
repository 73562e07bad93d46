/* bench_build: a small real workspace, the real cargo over several standard libraries, and a run.
 *
 * The workspace: `app` (a program with a build script that uses `tool`), `core` (a library with a
 * warning), `derive` (a proc macro), all in a folder of the test's own. Skipped by name where the
 * Rust fixture could not be made. */
#pragma once
#include "build/job.h"
#include "build/run.h"
#include "ready/survey.h"
#include "rust/message.h"
#include "unit/rustbed.h"
#include "unit/triples.h"

#define NEED_RUST(b)                                                                               \
	if (!file_exists((b)->fixture) || !(b)->survey->toolchain)                                 \
	bed_skip("no Rust fixture below build/fixture")

struct note { /* an event, kept */
	enum run_event_kind kind;
	int job; /* id, 0 none */
	enum job_state state;
	char *text; /* crate, diagnostic, artefact's path */
	bool finished;
	uint64_t ms; /* of a unit that has finished */
	uint64_t at;
};

struct bench {
	struct bed *bed;
	char *ws; /* the workspace */
	char *fixture;
	struct loop *loop;
	struct survey *survey;
	struct run_spec spec; /* with a history the run is recorded there */
	struct run *run;
	VEC(struct note) notes;
	struct rules *rules;
};

int bench_setup(void **state);
int bench_teardown(void **state);

/* The survey is taken anew: after a change of configuration. */
void bench_survey(struct bench *b);
/* Starts a run for the targets (ends with NULL). */
void bench_start(struct bench *b, const char *const *targets);
void bench_wait_end(struct bench *b);
/* Turns the loop until `is_so` (or fails the test after a minute). */
void
bench_wait(struct bench *b, bool (*is_so)(struct bench *b, const char *text), const char *text);
void bench_free_run(struct bench *b);
/* Start, wait, for one press of `b`. */
void bench_build(struct bench *b, const char *const *targets);

struct job *bench_job(struct bench *b, const char *target);
/* The job's log as text without control sequences; caller frees. */
char *bench_log(struct bench *b, const char *target);
/* Runs plain cargo in the workspace for the targets as a person would; what it said, caller frees. */
char *bench_cargo(struct bench *b, const char *const *targets, int *exit_code);
/* Events of a kind for a job (0: any). */
int bench_count(struct bench *b, enum run_event_kind kind, int job);
/* Processes whose environment or arguments name the bench's folder, besides ourselves. */
int bench_children(struct bench *b);
/* Whether there is none, or soon none: what was killed takes a moment to be gone. */
bool bench_is_alone(struct bench *b);

/* A build script of `app` that sleeps for the targets whose triple holds `word`; and whether it does. */
void bench_write_sleeping_script(struct bench *b, const char *word);
bool bench_is_asleep(struct bench *b, const char *unused); /* for bench_wait */
void bench_wait_until_asleep(struct bench *b);

/* So many units, each of them built, and a good end. */
void assert_whole(struct job *job, int units);

#define BENCH_TEST(test) cmocka_unit_test_setup_teardown(test, bench_setup, bench_teardown)
#define TARGETS(...) ((const char *const[]){ __VA_ARGS__, NULL })
#define assert_job(b, target, expected)                                                            \
	assert_string_equal(job_state_name(bench_job(b, target)->state), job_state_name(expected))
#define assert_in_log(b, target, text)                                                             \
	do {                                                                                       \
		char *log_ = bench_log(b, target);                                                 \
		if (!strstr(log_, text))                                                           \
			fail_msg("\"%s\" is not in the log of %s:\n%s", text, target, log_);       \
		free(log_);                                                                        \
	} while (0)
#define assert_not_in_log(b, target, text)                                                         \
	do {                                                                                       \
		char *log_ = bench_log(b, target);                                                 \
		if (strstr(log_, text))                                                            \
			fail_msg("\"%s\" is in the log of %s:\n%s", text, target, log_);           \
		free(log_);                                                                        \
	} while (0)
