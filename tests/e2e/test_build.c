/* Builds with the real cargo: whose line is whose, what is counted, what stays fresh, what is left. */
#include "e2e/bench_build.h"

#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include "build/history.h"
#include "build/logstore.h"
#include "build/order.h"
#include "hint/explain.h"
#include "io/loop.h"
#include "ready/survey.h"
#include "unit/wait.h"

#define NEED_FIXTURE(b)                                                                            \
	if (!file_exists((b)->fixture) || !(b)->survey->toolchain)                                 \
	bed_skip("no Rust fixture below build/fixture")
#define WRONG_FORMAT "file in wrong format"

/* The host's linker for a target that it cannot link. */
static void
take_linker_away(struct bench *b, const char *target)
{
	b->survey->states[survey_find(b->survey, target)].linker_env = NULL;
}

/* Whoever says which targets matter learns of them what whoever asks for all does, and of no other that
 * there were a way. */
static void
survey_of_some(void **state)
{
	struct bench *b = *state;
	struct survey *some;

	NEED_FIXTURE(b);
	some = survey_take(&(struct survey_query){ .dir = b->ws, .leaves_targets = true });
	survey_assess(some, (const char *const[]){ HOST, "no-such-target", ARM64 }, 3);
	for (size_t i = 0; i < some->targets->len; i++) {
		const char *triple = some->targets->items[i].triple;
		const struct target_state *one = &some->states[i], *same = &b->survey->states[i];

		if (!text_is(triple, HOST) && !text_is(triple, ARM64)) {
			assert_int_equal(one->readiness, IMPOSSIBLE);
			assert_null(one->backend);
			continue;
		}
		assert_int_equal(one->readiness, same->readiness);
		assert_string_equal(one->backend, same->backend);
		assert_string_equal(one->summary, same->summary);
		assert_int_equal(one->need_count, same->need_count);
		assert_true(text_is(one->linker_path, same->linker_path));
	}
	survey_free(some);
}

static int
count_text(const char *text, const char *word)
{
	int count = 0;

	for (; (text = strstr(text, word)); text += strlen(word))
		count++;
	return count;
}

static void
assert_whole(struct job *job, int total)
{
	assert_int_equal(job->done, total);
	assert_int_equal(job->total, total);
	assert_true(job->total_is_exact);
	assert_int_equal(job->exit_code, 0);
}

static void
write_sleeping_script(struct bench *b, const char *word)
{
	char *text = xasprintf(
		"fn main() {\n    let t = std::env::var(\"TARGET\").unwrap();\n"
		"    if t.contains(\"%s\") {\n"
		"        std::fs::write(\"../asleep\", \"\").unwrap();\n"
		"        std::thread::sleep(std::time::Duration::from_secs(600));\n    }\n"
		"    tool::run();\n}\n",
		word);

	bed_write(b->bed, "ws/app/build.rs", text);
	free(text);
}

static bool
is_asleep(struct bench *b, const char *text)
{
	return file_exists(bed_path(b->bed, "ws/asleep"));
}

/* A timer that keeps the loop turning while a file is waited for. */
static void
do_nothing(void *arg)
{
}

static void
wait_until_asleep(struct bench *b)
{
	struct loop_timer *tick = loop_timer_start(b->loop, 5, 5, do_nothing, NULL);

	bench_wait(b, is_asleep, "a build script to fall asleep");
	loop_timer_stop(tick);
}

static bool
has_failed(struct bench *b, const char *target)
{
	return bench_job(b, target)->state == JOB_FAILED;
}

/* Several targets build in one cargo, each to its end, every unit counted: the host's three for each
 * and its own three; each log has what cargo would have said of that target alone, once. */
static void
all_told_apart(void **state)
{
	static const char *const once[] = { "   Compiling tool v0.4.0 (/", "/tool) (host)\n",
		"   Compiling derive v0.3.0 (/", "   Compiling app v0.1.0 (/",
		"   Compiling core-lib v0.2.0 (/", "warning: unused variable: `idle`" };
	struct bench *b = *state;

	NEED_FIXTURE(b);
	bench_build(b, TARGETS(HOST, ARM64, MUSL));
	assert_int_equal(run_job_count(b->run), 3);
	assert_int_equal(run_group_count(b->run), 1);
	assert_int_equal(run_exit_code(b->run), 0);
	for (size_t i = 0; i < run_job_count(b->run); i++) {
		struct job *job = run_job(b->run, i);
		char *log = bench_log(b, job->target);

		assert_job(b, job->target, JOB_OK);
		assert_whole(job, 6);
		assert_int_equal(job->fresh, 0);
		assert_int_equal(job->warnings, 1);
		assert_int_equal(job->errors, 0);
		for (size_t w = 0; w < COUNT(once); w++)
			assert_int_equal(count_text(log, once[w]), 1);
		assert_null(strstr(log, "Building"));
		assert_int_equal(bench_count(b, RUN_DIAGNOSTIC, job->id), 1);
		assert_int_equal(bench_count(b, RUN_JOB_FINISHED, job->id), 1);
		free(log);
	}
}

/* The program of each target is told of, in its final place; the host's runs. */
static void
artifacts_told(void **state)
{
	struct bench *b = *state;
	struct str out = STR_INIT;
	struct job *job;

	NEED_FIXTURE(b);
	bench_build(b, TARGETS(HOST, ARM64));
	for (size_t i = 0; i < 2; i++) {
		char *path;

		job = run_job(b->run, i);
		path = xasprintf("%s/target/%s/release/app", b->ws, job->target);
		assert_int_equal(job->artifacts.len, 1);
		assert_string_equal(job->artifacts.items[0].kind, "bin");
		assert_string_equal(job->artifacts.items[0].path, path);
		assert_true(job->artifacts.items[0].bytes > 1000);
		assert_int_equal(bench_count(b, RUN_ARTIFACT, job->id), 1);
		free(path);
	}
	job = bench_job(b, HOST);
	assert_int_equal(bed_run(b->ws, TARGETS(job->artifacts.items[0].path), &out), 0);
	assert_string_equal(str_cstr(&out), "42\n");
	str_fini(&out);
}

/* The first event is the run's beginning, the last its end, and nothing is told of a job after it
 * has finished. */
static void
events_in_order(void **state)
{
	struct bench *b = *state;
	bool finished[3] = { false };

	NEED_FIXTURE(b);
	bench_start(b, TARGETS(HOST, ARM64));
	assert_int_equal(b->notes.len, 0);
	bench_wait_end(b);
	assert_int_equal(b->notes.items[0].kind, RUN_STARTED);
	assert_int_equal(b->notes.items[1].kind, RUN_JOB_STARTED);
	assert_int_equal(b->notes.items[2].kind, RUN_JOB_STARTED);
	assert_int_equal(b->notes.items[b->notes.len - 1].kind, RUN_FINISHED);
	for (size_t i = 1; i < b->notes.len; i++) {
		const struct note *note = &b->notes.items[i];

		assert_true(note->at >= b->notes.items[i - 1].at);
		assert_false(finished[note->job]);
		finished[note->job] = note->kind == RUN_JOB_FINISHED;
	}
	assert_int_equal(bench_count(b, RUN_STARTED, 0), 1);
	assert_int_equal(bench_count(b, RUN_FINISHED, 0), 1);
}

/* After a build of ours plain cargo has nothing to do, even for a target whose linker it does not
 * know: no fingerprint tells of xtui. */
static void
cargo_finds_ours_fresh(void **state)
{
	struct bench *b = *state;
	char *said;
	int code;

	NEED_FIXTURE(b);
	bench_build(b, TARGETS(HOST, ARM64));
	assert_non_null(b->survey->states[survey_find(b->survey, ARM64)].linker_env);
	assert_job(b, ARM64, JOB_OK);
	said = bench_cargo(b, TARGETS(HOST, ARM64), &code);
	assert_int_equal(code, 0);
	assert_null(strstr(said, "Compiling"));
	assert_non_null(strstr(said, "Finished"));
	free(said);
}

/* The other way round: what plain cargo built is fresh for us, with its warnings shown again; of a
 * target that it could not link only the link is left to do. */
static void
ours_finds_cargos_fresh(void **state)
{
	struct bench *b = *state;
	char *said;
	int code;

	NEED_FIXTURE(b);
	said = bench_cargo(b, TARGETS(HOST, MUSL), &code);
	assert_int_equal(code, 0);
	free(said);
	said = bench_cargo(b, TARGETS(ARM64), &code);
	assert_int_not_equal(code, 0);
	assert_non_null(strstr(said, "linking with"));
	free(said);
	bench_build(b, TARGETS(HOST, MUSL, ARM64));
	for (size_t i = 0; i < 3; i++) {
		struct job *job = run_job(b->run, i);

		assert_job(b, job->target, JOB_OK);
		assert_whole(job, 6);
		/* fresh are the artefacts: all units but the build script's run */
		assert_int_equal(job->fresh, text_is(job->target, ARM64) ? 4 : 5);
		assert_int_equal(job->warnings, 1);
		assert_in_log(b, job->target, "unused variable: `idle`");
		assert_int_equal(
			bench_count(b, RUN_UNIT, job->id), text_is(job->target, ARM64) ? 2 : 0);
	}
}

/* A link that fails is its target's alone: the others finish, and it is explained by what the linker
 * itself said. */
static void
failing_link(void **state)
{
	struct bench *b = *state;
	struct job *job;

	NEED_FIXTURE(b);
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

/* Built again with the linker there it is ok: a new log, the others untouched. */
static void
retry_after_fix(void **state)
{
	struct bench *b = *state;
	uint64_t elapsed;
	struct err err = ERR_INIT;
	const char *linker;
	struct job *job;

	NEED_FIXTURE(b);
	linker = b->survey->states[survey_find(b->survey, ARM64)].linker_env;
	take_linker_away(b, ARM64);
	bench_build(b, TARGETS(HOST, ARM64));
	assert_int_equal(run_exit_code(b->run), 1);
	b->survey->states[survey_find(b->survey, ARM64)].linker_env = linker;
	job = bench_job(b, ARM64);
	elapsed = run_elapsed_ms(b->run);
	for (uint64_t until = loop_clock() + 300000; loop_clock() < until;)
		loop_turn(b->loop, false);
	assert_true(run_retry(b->run, job, &err));
	assert_true(run_elapsed_ms(b->run) - elapsed < 250); /* idle time is not the build's */
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

	NEED_FIXTURE(b);
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

	NEED_FIXTURE(b);
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

	NEED_FIXTURE(b);
	write_sleeping_script(b, "x86_64");
	take_linker_away(b, ARM64);
	bench_start(b, TARGETS(ARM64, HOST));
	job = bench_job(b, ARM64);
	wait_until_asleep(b);
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

/* An error in code for one architecture is told to that target only. */
static void
error_for_one_target(void **state)
{
	struct bench *b = *state;

	NEED_FIXTURE(b);
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

	NEED_FIXTURE(b);
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

	NEED_FIXTURE(b);
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

	NEED_FIXTURE(b);
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

	NEED_FIXTURE(b);
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

	NEED_FIXTURE(b);
	b->spec.features = "no-such-feature";
	bench_build(b, TARGETS(HOST, ARM64));
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(run_job(b->run, i)->state, JOB_FAILED);
		assert_in_log(b, run_job(b->run, i)->target, "no-such-feature");
		assert_int_equal(run_job(b->run, i)->exit_code, 101);
	}
	assert_int_equal(run_exit_code(b->run), 1);
}

/* A proc macro that prints is heard by each target once, on whichever stream. */
static void
printing_macro(void **state)
{
	struct bench *b = *state;

	NEED_FIXTURE(b);
	bed_write(b->bed, "ws/derive/src/lib.rs",
		"use proc_macro::TokenStream;\n#[proc_macro]\npub fn nothing(_: TokenStream) -> "
		"TokenStream {\n"
		"    eprintln!(\"heard on stderr\");\n    TokenStream::new()\n}\n");
	bench_build(b, TARGETS(HOST, ARM64));
	for (size_t i = 0; i < 2; i++) {
		char *log = bench_log(b, run_job(b->run, i)->target);

		assert_int_equal(count_text(log, "heard on stderr\n"), 1);
		free(log);
	}
}

/* Only what is asked for is built: a package, a profile. */
static void
selection(void **state)
{
	struct bench *b = *state;
	struct job *job;

	NEED_FIXTURE(b);
	b->spec.packages = TARGETS("core-lib");
	b->spec.package_count = 1;
	b->spec.jobs = 1;
	b->spec.cargo_args = TARGETS("--quiet");
	b->spec.cargo_arg_count = 1;
	bench_build(b, TARGETS(HOST));
	job = bench_job(b, HOST);
	assert_job(b, HOST, JOB_OK);
	assert_whole(job, 1);
	assert_int_equal(job->artifacts.len, 0);
	assert_string_equal(run_command(b->run, 1),
		"cargo build --release --target " HOST
		" --package core-lib --keep-going --jobs 1 --quiet");
}

/* A name that the workspace does not have is refused with the nearest one, before anything runs. */
static void
unknown_names(void **state)
{
	struct bench *b = *state;
	struct err err = ERR_INIT;

	NEED_FIXTURE(b);
	b->spec.targets = TARGETS(HOST);
	b->spec.target_count = 1;
	b->spec.packages = TARGETS("core-lob");
	b->spec.package_count = 1;
	assert_null(run_start(b->loop, &b->spec, NULL, NULL, &err));
	assert_int_equal(err.kind, ERR_USAGE);
	assert_non_null(strstr(err.message, "core-lob"));
	assert_non_null(strstr(err.remedy, "core-lib"));
	b->spec.package_count = 0;
	b->spec.bins = TARGETS("ap");
	b->spec.bin_count = 1;
	assert_null(run_start(b->loop, &b->spec, NULL, NULL, &err));
	assert_int_equal(err.kind, ERR_USAGE);
	assert_non_null(strstr(err.remedy, "app"));
	b->spec.bin_count = 0;
	b->spec.targets = TARGETS("aarch64-unknown-linux-gno");
	assert_null(run_start(b->loop, &b->spec, NULL, NULL, &err));
	assert_int_equal(err.kind, ERR_USAGE);
}

/* With --fail-fast the first failure ends it: what others had not finished is skipped, not failed. */
static void
fail_fast(void **state)
{
	struct bench *b = *state;

	NEED_FIXTURE(b);
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

/* ---- stopping ---- */

/* Cancelling stops everything: each job says so, and no process is left, not even a build script. */
static void
cancel_all(void **state)
{
	struct bench *b = *state;

	NEED_FIXTURE(b);
	write_sleeping_script(b, "linux");
	bench_start(b, TARGETS(HOST, ARM64));
	wait_until_asleep(b);
	assert_true(bench_children(b) > 0);
	run_cancel(b->run);
	bench_wait_end(b);
	assert_job(b, HOST, JOB_CANCELLED);
	assert_job(b, ARM64, JOB_CANCELLED);
	assert_int_equal(run_exit_code(b->run), 130);
	assert_int_equal(bench_count(b, RUN_HINT, 0), 0);
	assert_true(bench_is_alone(b));
}

/* A target cancelled out of a group leaves the others' artefacts untouched: they are built without
 * it, what was done stays done. */
static void
cancel_one(void **state)
{
	struct bench *b = *state;
	struct job *job;

	NEED_FIXTURE(b);
	write_sleeping_script(b, "musl");
	bench_start(b, TARGETS(MUSL, HOST, ARM64));
	wait_until_asleep(b);
	run_cancel_job(b->run, bench_job(b, MUSL));
	bench_wait_end(b);
	assert_job(b, MUSL, JOB_CANCELLED);
	assert_job(b, HOST, JOB_OK);
	assert_job(b, ARM64, JOB_OK);
	job = bench_job(b, ARM64);
	assert_whole(job, 6);
	assert_int_equal(job->artifacts.len, 1);
	assert_int_equal(bench_count(b, RUN_JOB_FINISHED, 0), 3);
	assert_int_equal(run_exit_code(b->run), 130);
	assert_null(strstr(run_command(b->run, 1), MUSL));
	assert_true(bench_is_alone(b));
}

/* A run thrown away in the middle leaves nothing behind either. */
static void
free_in_the_middle(void **state)
{
	struct bench *b = *state;

	NEED_FIXTURE(b);
	write_sleeping_script(b, "linux");
	bench_start(b, TARGETS(HOST));
	wait_until_asleep(b);
	bench_free_run(b);
	assert_true(bench_is_alone(b));
}

/* Whether the log of the only run below `dir` says that of a target. */
static bool
log_holds(const char *dir, const char *target, const char *text)
{
	struct str log = STR_INIT;
	size_t count = 0;
	char **names, *path;
	bool found = false;

	if (!file_list(dir, &names, &count, NULL))
		return false;
	if (count == 1) {
		path = xasprintf("%s/%s/%s.log", dir, names[0], target);
		found = file_read(path, &log, NULL) && strstr(str_cstr(&log), text);
		free(path);
	}
	file_list_free(names, count);
	str_fini(&log);
	return found;
}

/* xtui killed in the middle of a build: its logs can be read, and no process outlives it for long. */
static void
killed_parent(void **state)
{
	struct bench *b = *state;
	char *logs;
	pid_t pid;

	NEED_FIXTURE(b);
	write_sleeping_script(b, "linux");
	b->spec.log_dir = logs = path_join(b->bed->dir, "logs");
	if ((pid = fork()) == 0) {
		struct loop *own = loop_new();

		b->loop = own;
		bench_start(b, TARGETS(HOST, ARM64));
		loop_run(own);
		_exit(0);
	}
	wait_until(log_holds(logs, ARM64, "app v0.1.0"));
	wait_until(is_asleep(b, NULL));
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	assert_true(bench_is_alone(b));
	assert_true(log_holds(logs, ARM64, "app v0.1.0"));
	free(logs);
}

/* What a killed build was at is known to the next start, which can go on with just that: its packages,
 * its settings and no others, whatever the project's are by then. */
static void
killed_goes_on(void **state)
{
	static const char *const config[] = { "profile.release.opt-level=1" };
	static const struct run_variant variants[] = { { "opt-level=1", config, 1 } };
	struct bench *b = *state;
	const char *path = bed_path(b->bed, "history.db");
	struct history_list list;
	struct history *h;
	struct order order;
	pid_t pid;

	NEED_FIXTURE(b);
	write_sleeping_script(b, "linux");
	if ((pid = fork()) == 0) {
		b->loop = loop_new();
		b->spec.history = history_open(path, NULL, NULL);
		b->spec.packages = TARGETS("app");
		b->spec.package_count = 1;
		b->spec.variants = variants;
		b->spec.variant_count = 1;
		bench_start(b, TARGETS(HOST, ARM64));
		loop_run(b->loop);
		_exit(0);
	}
	wait_until(is_asleep(b, NULL));
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	assert_true(bench_is_alone(b));
	h = history_open(path, NULL, NULL);
	assert_true(history_ask(h, &(struct history_query){ .limit = 1 }, &list, NULL));
	assert_int_equal(list.runs.len, 1);
	assert_string_equal(list.runs.items[0].status, "interrupted");
	assert_true(order_read(&order, list.runs.items[0].spec));
	bed_write(b->bed, "ws/app/build.rs", "fn main() {}\n");
	order.run.survey = b->survey;
	order.run.dir = b->ws;
	b->spec = order.run;
	bench_build(b, TARGETS(HOST, ARM64));
	assert_job(b, HOST, JOB_OK);
	assert_job(b, ARM64, JOB_OK);
	assert_string_equal(bench_job(b, HOST)->variant, "opt-level=1");
	assert_non_null(strstr(run_command(b->run, 1), "--package app"));
	assert_non_null(strstr(run_command(b->run, 1), "opt-level=1"));
	bench_free_run(b);
	order_fini(&order);
	b->spec = (struct run_spec){ 0 };
	history_list_fini(&list);
	history_close(h);
}

/* ---- wrappers ---- */

/* A wrapper of the user's (as sccache is) still stands before rustc, by variable or configuration. */
static void
users_wrapper(void **state)
{
	struct bench *b = *state;
	char *script;
	struct str seen = STR_INIT;

	NEED_FIXTURE(b);
	script = xasprintf(
		"#!/bin/sh\necho \"$@\" >> '%s'\nexec \"$@\"\n", bed_path(b->bed, "seen"));
	bed_script(b->bed, "wrapper", script);
	setenv("RUSTC_WRAPPER", bed_path(b->bed, "wrapper"), 1);
	bench_build(b, TARGETS(HOST));
	unsetenv("RUSTC_WRAPPER");
	assert_job(b, HOST, JOB_OK);
	assert_whole(bench_job(b, HOST), 6);
	assert_true(file_read(bed_path(b->bed, "seen"), &seen, NULL));
	assert_non_null(strstr(str_cstr(&seen), "rustc --crate-name core_lib"));
	assert_non_null(strstr(str_cstr(&seen), "rustc --crate-name app"));
	assert_null(strstr(str_cstr(&seen), "xtui-rustc"));
	str_clear(&seen);
	unlink(bed_path(b->bed, "seen"));
	bed_write(b->bed, "ws/.cargo/config.toml", "[build]\nrustc-wrapper = \"../wrapper\"\n");
	bed_write(b->bed, "ws/core/src/lib.rs", "pub fn answer() -> i32 {\n    43\n}\n");
	bench_survey(b);
	bench_build(b, TARGETS(HOST));
	assert_job(b, HOST, JOB_OK);
	assert_true(file_read(bed_path(b->bed, "seen"), &seen, NULL));
	assert_non_null(strstr(str_cstr(&seen), "rustc --crate-name core_lib"));
	str_fini(&seen);
	free(script);
}

/* Without the shim the build is the same; what cargo tells is enough for counts and warnings. */
static void
without_shim(void **state)
{
	struct bench *b = *state;

	NEED_FIXTURE(b);
	setenv("XTUI_RUSTC", bed_path(b->bed, "nowhere"), 1);
	bench_build(b, TARGETS(HOST, ARM64));
	for (size_t i = 0; i < 2; i++) {
		struct job *job = run_job(b->run, i);

		assert_job(b, job->target, JOB_OK);
		assert_whole(job, 6);
		assert_int_equal(job->warnings, 1);
		assert_in_log(b, job->target, "unused variable: `idle`");
	}
}

/* A project in a folder that is called like a target is no riddle. */
static void
folder_called_like_a_target(void **state)
{
	struct bench *b = *state;

	NEED_FIXTURE(b);
	free(b->ws);
	bed_dirs(b->bed, ARM64);
	b->ws = xstrdup(bed_path(b->bed, ARM64 "/ws"));
	assert_int_equal(rename(bed_path(b->bed, "ws"), b->ws), 0);
	bench_survey(b);
	bench_build(b, TARGETS(HOST, ARM64));
	assert_job(b, HOST, JOB_OK);
	assert_job(b, ARM64, JOB_OK);
	assert_whole(bench_job(b, HOST), 6);
	assert_whole(bench_job(b, ARM64), 6);
	assert_int_equal(bench_job(b, HOST)->artifacts.len, 1);
}

#define BENCH_TEST(test) cmocka_unit_test_setup_teardown(test, bench_setup, bench_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		BENCH_TEST(survey_of_some),
		BENCH_TEST(all_told_apart),
		BENCH_TEST(artifacts_told),
		BENCH_TEST(events_in_order),
		BENCH_TEST(cargo_finds_ours_fresh),
		BENCH_TEST(ours_finds_cargos_fresh),
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
		BENCH_TEST(printing_macro),
		BENCH_TEST(selection),
		BENCH_TEST(unknown_names),
		BENCH_TEST(fail_fast),
		BENCH_TEST(cancel_all),
		BENCH_TEST(cancel_one),
		BENCH_TEST(free_in_the_middle),
		BENCH_TEST(killed_parent),
		BENCH_TEST(killed_goes_on),
		BENCH_TEST(users_wrapper),
		BENCH_TEST(without_shim),
		BENCH_TEST(folder_called_like_a_target),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
