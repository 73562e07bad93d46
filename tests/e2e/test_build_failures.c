/* Builds that fail with the real cargo: whose failure it is, what explains it, and building again. */
#include "e2e/bench_build.h"

#include "build/logstore.h"
#include "hint/explain.h"
#include "io/loop.h"
#include "ready/survey.h"

#define WRONG_FORMAT "file in wrong format"

/* The host's linker for a target that it cannot link. */
static void
take_linker_away(struct bench *b, const char *target)
{
	b->survey->states[survey_find(b->survey, target)].linker_env = NULL;
}

static bool
has_failed(struct bench *b, const char *target)
{
	return bench_job(b, target)->state == JOB_FAILED;
}

/* A link that fails is its target's alone: the others finish, and it is explained by what the linker
 * itself said. */
static void
failing_link(void **state)
{
	struct bench *b = *state;
	struct job *job;

	NEED_RUST(b);
	take_linker_away(b, ARM64);
	bench_build(b, TARGETS(HOST, ARM64, MUSL));
	assert_job(b, HOST, JOB_OK);
	assert_job(b, MUSL, JOB_OK);
	assert_job(b, ARM64, JOB_FAILED);
	job = bench_job(b, ARM64);
	assert_int_equal(job->exit_code, 101);
	assert_int_equal(job->errors, 1);
	assert_int_equal(job->done, 5);
	assert_int_equal(job->total, 6);
	assert_non_null(job->linker_output);
	assert_non_null(strstr(job->linker_output, WRONG_FORMAT));
	assert_null(strstr(job->linker_output, "-Wl,"));
	assert_int_equal(job->explanation->count, 1);
	assert_string_equal(job->explanation->hints[0].cause, "wrong-host-linker");
	assert_int_equal(bench_count(b, RUN_HINT, 0), 1);
	assert_int_equal(bench_count(b, RUN_HINT, job->id), 1);
	assert_in_log(b, ARM64, WRONG_FORMAT);
	assert_in_log(
		b, ARM64, "error: could not compile `app` (bin \"app\") due to 1 previous error");
	assert_not_in_log(b, HOST, "could not compile");
	assert_not_in_log(b, MUSL, "could not compile");
	assert_true(logstore_find_mark(job->log, -1, false, LOGMARK_ERROR) > 0);
	assert_int_equal(run_exit_code(b->run), 1);
}

/* ---- building again ---- */

/* Built again with the linker there it is ok: a new log, the others untouched. */
static void
retry_after_fix(void **state)
{
	struct bench *b = *state;
	uint64_t elapsed, again;
	struct err err = ERR_INIT;
	const char *linker;
	struct job *job;

	NEED_RUST(b);
	linker = b->survey->states[survey_find(b->survey, ARM64)].linker_env;
	take_linker_away(b, ARM64);
	bench_build(b, TARGETS(HOST, ARM64));
	assert_int_equal(run_exit_code(b->run), 1);
	b->survey->states[survey_find(b->survey, ARM64)].linker_env = linker;
	job = bench_job(b, ARM64);
	elapsed = run_elapsed_ms(b->run);
	for (uint64_t until = loop_clock() + 300000; loop_clock() < until;)
		loop_turn(b->loop, false);
	again = loop_clock();
	assert_true(run_retry(b->run, job, &err));
	elapsed = run_elapsed_ms(b->run) - elapsed;
	assert_true(
		elapsed <= (loop_clock() - again) / 1000 + 1); /* idle time is not the build's */
	assert_false(run_retry(b->run, job, &err));
	assert_int_equal(err.kind, ERR_USAGE);
	bench_wait_end(b);
	assert_job(b, ARM64, JOB_OK);
	assert_job(b, HOST, JOB_OK);
	assert_null(job->explanation);
	assert_null(job->linker_output);
	assert_int_equal(job->errors, 0);
	assert_whole(job, 6);
	assert_int_equal(job->group, 2);
	assert_int_equal(run_group_count(b->run), 2);
	assert_not_in_log(b, ARM64, WRONG_FORMAT);
	assert_int_equal(bench_count(b, RUN_FINISHED, 0), 2);
	assert_int_equal(run_exit_code(b->run), 0);
}

/* All that failed is built again together: one cargo for what one cargo had built. */
static void
retry_all_failed(void **state)
{
	struct bench *b = *state;
	struct err err = ERR_INIT;

	NEED_RUST(b);
	take_linker_away(b, ARM64);
	take_linker_away(b, ARMV7);
	bench_build(b, TARGETS(HOST, ARM64, ARMV7));
	assert_job(b, ARM64, JOB_FAILED);
	assert_job(b, ARMV7, JOB_FAILED);
	assert_int_equal(run_group_count(b->run), 1);
	assert_true(run_retry_failed(b->run, &err));
	bench_wait_end(b);
	assert_int_equal(run_group_count(b->run), 2);
	assert_int_equal(bench_job(b, HOST)->group, 1);
	assert_int_equal(bench_job(b, ARM64)->group, 2);
	assert_int_equal(bench_job(b, ARMV7)->group, 2);
	assert_job(b, HOST, JOB_OK);
	assert_job(b, ARM64, JOB_FAILED);
	assert_job(b, ARMV7, JOB_FAILED);
	assert_in_log(b, ARMV7, "error: linking with");
}

/* Where the folder of the logs takes no new file, nothing is built again, and what was said stays. */
static void
retry_without_a_log(void **state)
{
	struct bench *b = *state;
	struct err err = ERR_INIT;
	char *in_the_way;

	NEED_RUST(b);
	take_linker_away(b, ARM64);
	bench_build(b, TARGETS(HOST, ARM64));
	in_the_way = xasprintf("%s/%s.2.log", run_dir(b->run), ARM64);
	assert_true(file_make_dirs(in_the_way, 0755, NULL));
	assert_false(run_retry_failed(b->run, &err));
	assert_non_null(strstr(err.message, in_the_way));
	assert_true(run_is_over(b->run));
	assert_job(b, ARM64, JOB_FAILED);
	assert_in_log(b, ARM64, "error: linking with");
	assert_int_equal(rmdir(in_the_way), 0);
	free(in_the_way);
}

/* A job built again while others still run waits for its turn, and may be called off before it. */
static void
retry_while_others_run(void **state)
{
	struct bench *b = *state;
	struct err err = ERR_INIT;
	struct job *job;

	NEED_RUST(b);
	bench_write_sleeping_script(b, "x86_64");
	take_linker_away(b, ARM64);
	bench_start(b, TARGETS(ARM64, HOST));
	job = bench_job(b, ARM64);
	bench_wait_until_asleep(b);
	bench_wait(b, has_failed, ARM64);
	assert_true(run_retry(b->run, job, &err)); /* its cause may not have been found yet */
	assert_null(job->explanation);
	assert_int_equal(bench_count(b, RUN_JOB_FINISHED, job->id), 1);
	assert_int_equal(job->state, JOB_WAITING);
	run_cancel_job(b->run, job);
	assert_int_equal(job->state, JOB_CANCELLED);
	assert_true(run_retry(b->run, job, &err));
	assert_int_equal(run_group_count(b->run), 3);
	run_cancel_job(b->run, bench_job(b, HOST));
	bench_wait_end(b);
	assert_job(b, HOST, JOB_CANCELLED);
	assert_job(b, ARM64, JOB_FAILED); /* its linker is still not there */
	assert_non_null(job->explanation);
	assert_int_equal(bench_count(b, RUN_JOB_FINISHED, job->id), 3);
	assert_in_log(b, ARM64, WRONG_FORMAT);
	assert_int_equal(run_exit_code(b->run), 1);
}

/* ---- whose failure it is ---- */

/* An error in code for one architecture is told to that target only. */
static void
error_for_one_target(void **state)
{
	struct bench *b = *state;

	NEED_RUST(b);
	bed_write(b->bed, "ws/core/src/lib.rs",
		"#[cfg(target_arch = \"aarch64\")]\npub const X: u8 = 1000;\n"
		"pub fn answer() -> i32 {\n    42\n}\n");
	bench_build(b, TARGETS(HOST, ARM64));
	assert_job(b, HOST, JOB_OK);
	assert_job(b, ARM64, JOB_FAILED);
	assert_in_log(b, ARM64, "literal out of range for `u8`");
	assert_in_log(b, ARM64, "error: could not compile `core-lib` (lib)");
	assert_not_in_log(b, HOST, "error");
	assert_null(bench_job(b, ARM64)->linker_output);
	assert_int_equal(bench_count(b, RUN_HINT, 0), 0);
}

/* An error in what all targets share fails all of them, and each log says so. */
static void
error_for_the_host(void **state)
{
	struct bench *b = *state;

	NEED_RUST(b);
	bed_write(b->bed, "ws/tool/src/lib.rs", "pub fn run() { missing() }\n");
	bench_build(b, TARGETS(HOST, ARM64));
	for (size_t i = 0; i < 2; i++) {
		const char *target = run_job(b->run, i)->target;

		assert_job(b, target, JOB_FAILED);
		assert_in_log(b, target, "cannot find function `missing`");
		assert_in_log(b, target, "error: could not compile `tool` (lib)");
		assert_int_equal(run_job(b->run, i)->errors, 1);
	}
}

/* A build script that fails for some targets is told to those, with what it printed. */
static void
failing_build_script(void **state)
{
	struct bench *b = *state;

	NEED_RUST(b);
	bed_write(b->bed, "ws/app/build.rs",
		"fn main() {\n    let t = std::env::var(\"TARGET\").unwrap();\n"
		"    if !t.contains(\"gnu\") { eprintln!(\"no foo here\"); std::process::exit(3); "
		"}\n"
		"    tool::run();\n}\n");
	bench_build(b, TARGETS(HOST, ARM64, MUSL));
	assert_job(b, HOST, JOB_OK);
	assert_job(b, ARM64, JOB_OK);
	assert_job(b, MUSL, JOB_FAILED);
	assert_in_log(b, MUSL, "error: failed to run custom build command for `app v0.1.0");
	assert_in_log(b, MUSL, "  no foo here");
	assert_not_in_log(b, HOST, "no foo here");
	assert_not_in_log(b, ARM64, "no foo here");
	assert_int_equal(bench_job(b, MUSL)->errors, 1);
}

/* The same where it fails for all but one, and says for which. */
static void
scripts_that_name_their_target(void **state)
{
	struct bench *b = *state;

	NEED_RUST(b);
	bed_write(b->bed, "ws/app/build.rs",
		"fn main() {\n    let t = std::env::var(\"TARGET\").unwrap();\n"
		"    if t != std::env::var(\"HOST\").unwrap() { panic!(\"nothing for {t}\"); }\n"
		"    tool::run();\n}\n");
	bench_build(b, TARGETS(HOST, ARM64, MUSL));
	assert_job(b, HOST, JOB_OK);
	assert_job(b, ARM64, JOB_FAILED);
	assert_job(b, MUSL, JOB_FAILED);
	assert_in_log(b, ARM64, "nothing for " ARM64);
	assert_not_in_log(b, ARM64, "nothing for " MUSL);
	assert_in_log(b, MUSL, "nothing for " MUSL);
	assert_not_in_log(b, MUSL, "nothing for " ARM64);
}

/* A library that one target cannot make keeps cargo from beginning at all: that target has failed,
 * and the others are built without it. */
static void
cdylib_that_one_cannot_make(void **state)
{
	struct bench *b = *state;
	struct job *job;

	NEED_RUST(b);
	bed_write(b->bed, "ws/core/Cargo.toml",
		"[package]\nname = \"core-lib\"\nversion = \"0.2.0\"\nedition = \"2021\"\n"
		"[lib]\ncrate-type = [\"cdylib\"]\n");
	bed_write(b->bed, "ws/app/src/main.rs", "derive::nothing!();\nfn main() {}\n");
	bed_write(b->bed, "ws/app/Cargo.toml",
		"[package]\nname = \"app\"\nversion = \"0.1.0\"\nedition = "
		"\"2021\"\n[dependencies]\n"
		"derive = { path = \"../derive\" }\n[build-dependencies]\ntool = { path = "
		"\"../tool\" }\n");
	bench_survey(b);
	bench_build(b, TARGETS(HOST, MUSL, ARM64));
	assert_job(b, MUSL, JOB_FAILED);
	assert_in_log(b, MUSL, "cannot produce cdylib");
	assert_job(b, HOST, JOB_OK);
	assert_job(b, ARM64, JOB_OK);
	assert_not_in_log(b, HOST, "cannot produce cdylib");
	job = bench_job(b, ARM64);
	assert_whole(job, 6);
	assert_int_equal(job->artifacts.len, 2);
	for (size_t i = 0; i < 2; i++) {
		const struct job_artifact *a = &job->artifacts.items[i];

		assert_string_equal(a->kind, text_ends(a->path, ".so") ? "cdylib" : "bin");
	}
}

/* What cargo refuses for all is said to all. */
static void
refused_by_cargo(void **state)
{
	struct bench *b = *state;

	NEED_RUST(b);
	b->spec.features = "no-such-feature";
	bench_build(b, TARGETS(HOST, ARM64));
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(run_job(b->run, i)->state, JOB_FAILED);
		assert_in_log(b, run_job(b->run, i)->target, "no-such-feature");
		assert_int_equal(run_job(b->run, i)->exit_code, 101);
	}
	assert_int_equal(run_exit_code(b->run), 1);
}

/* With --fail-fast the first failure ends it: what others had not finished is skipped, not failed. */
static void
fail_fast(void **state)
{
	struct bench *b = *state;

	NEED_RUST(b);
	bed_write(b->bed, "ws/app/build.rs",
		"fn main() {\n    let t = std::env::var(\"TARGET\").unwrap();\n"
		"    if t.contains(\"musl\") { panic!(\"not for {t}\"); }\n"
		"    while !std::path::Path::new(\"../go\").exists() {\n"
		"        std::thread::sleep(std::time::Duration::from_millis(5));\n    }\n    "
		"tool::run();\n}\n");
	b->spec.fail_fast = true;
	b->spec.jobs = 1;
	bench_start(b, TARGETS(MUSL, ARM64));
	bed_write(b->bed, "ws/go", "");
	bench_wait_end(b);
	assert_job(b, MUSL, JOB_FAILED);
	assert_in_log(b, MUSL, "not for " MUSL);
	assert_true(
		bench_job(b, ARM64)->state == JOB_SKIPPED || bench_job(b, ARM64)->state == JOB_OK);
	assert_int_equal(run_exit_code(b->run), 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		BENCH_TEST(failing_link),
		BENCH_TEST(retry_after_fix),
		BENCH_TEST(retry_all_failed),
		BENCH_TEST(retry_without_a_log),
		BENCH_TEST(retry_while_others_run),
		BENCH_TEST(error_for_one_target),
		BENCH_TEST(error_for_the_host),
		BENCH_TEST(failing_build_script),
		BENCH_TEST(scripts_that_name_their_target),
		BENCH_TEST(cdylib_that_one_cannot_make),
		BENCH_TEST(refused_by_cargo),
		BENCH_TEST(fail_fast),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
