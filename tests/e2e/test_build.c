/* Builds with the real cargo: whose line is whose, what is counted, what stays fresh. */
#include "e2e/bench_build.h"

#include "ready/survey.h"

/* Whoever says which targets matter learns of them what whoever asks for all does, and of no other that
 * there were a way. */
static void
survey_of_some(void **state)
{
	struct bench *b = *state;
	struct survey *some;

	NEED_RUST(b);
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

/* Several targets build in one cargo, each to its end, every unit counted: the host's three for each
 * and its own three; each log has what cargo would have said of that target alone, once. */
static void
all_told_apart(void **state)
{
	static const char *const once[] = { "   Compiling tool v0.4.0 (/", "/tool) (host)\n",
		"   Compiling derive v0.3.0 (/", "   Compiling app v0.1.0 (/",
		"   Compiling core-lib v0.2.0 (/", "warning: unused variable: `idle`" };
	struct bench *b = *state;

	NEED_RUST(b);
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

	NEED_RUST(b);
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

	NEED_RUST(b);
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

	NEED_RUST(b);
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

	NEED_RUST(b);
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

/* A proc macro that prints is heard by each target once, on whichever stream. */
static void
printing_macro(void **state)
{
	struct bench *b = *state;

	NEED_RUST(b);
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

	NEED_RUST(b);
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

	NEED_RUST(b);
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

/* ---- wrappers ---- */

/* A wrapper of the user's (as sccache is) still stands before rustc, by variable or configuration. */
static void
users_wrapper(void **state)
{
	struct bench *b = *state;
	char *script;
	struct str seen = STR_INIT;

	NEED_RUST(b);
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

	NEED_RUST(b);
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

	NEED_RUST(b);
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
		BENCH_TEST(printing_macro),
		BENCH_TEST(selection),
		BENCH_TEST(unknown_names),
		BENCH_TEST(users_wrapper),
		BENCH_TEST(without_shim),
		BENCH_TEST(folder_called_like_a_target),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
