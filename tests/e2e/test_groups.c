/* Groups with the real cargo: variants side by side, one CPU budget, lines for a shell, other modes. */
#include "e2e/bench_build.h"

#include "build/history.h"
#include "build/logstore.h"
#include "build/preview.h"
#include "io/loop.h"
#include "ready/survey.h"

static const char *const small_config[] = { "profile.release.opt-level=\"z\"",
	"profile.release.codegen-units=1" };
static const char *const fat_config[] = { "profile.release.lto=\"fat\"" };
static const char *const quick_config[] = { "profile.release.opt-level=1" };
static const struct run_variant two_variants[] = {
	{ "as configured", NULL, 0 },
	{ "small", small_config, 2 },
};

static void
use_variants(struct bench *b, const struct run_variant *variants, size_t count)
{
	b->spec.variants = variants;
	b->spec.variant_count = count;
}

static struct job *
job_of(struct bench *b, const char *target, const char *variant)
{
	for (size_t i = 0; i < run_job_count(b->run); i++) {
		struct job *job = run_job(b->run, i);

		if (text_is(job->target, target) && text_is(job->variant, variant))
			return job;
	}
	fail_msg("no job for %s, %s", target, variant);
	return NULL;
}

static void
assert_all_ok(struct bench *b)
{
	for (size_t i = 0; i < run_job_count(b->run); i++) {
		struct job *job = run_job(b->run, i);
		struct str log = STR_INIT;

		if (job->state == JOB_OK)
			continue;
		logstore_tail(job->log, 4096, &log);
		fail_msg("%s, %s: %s\n%s", job->target, job->variant, job_state_name(job->state),
			str_cstr(&log));
	}
}

/* All logs of the run, cargo's own too; in the bed's memory. */
static struct span
all_logs(struct bench *b)
{
	char **names;
	size_t count;
	struct str all = STR_INIT;
	struct span kept;

	assert_true(file_list(run_dir(b->run), &names, &count, NULL));
	assert_true(count >= run_job_count(b->run));
	for (size_t i = 0; i < count; i++) {
		char *path = path_join(run_dir(b->run), names[i]);
		struct str log = STR_INIT;

		file_read(path, &log, NULL);
		str_append_span(&all, str_span(&log));
		str_append_char(&all, '\n');
		str_fini(&log);
		free(path);
	}
	file_list_free(names, count);
	kept = (struct span){ arena_span(&b->bed->arena, str_span(&all)), all.len };
	str_fini(&all);
	return kept;
}

static bool
any_log_says(struct bench *b, const char *text)
{
	return span_find(all_logs(b), span_of(text)) >= 0;
}

/* Two variants of two targets are two groups that run at the same time without waiting for a lock, and
 * the second time there is nothing to do for either. */
static void
side_by_side(void **state)
{
	struct bench *b = *state;

	NEED_RUST(b);
	use_variants(b, two_variants, 2);
	b->spec.jobs = 2;
	for (int round = 0; round < 2; round++) {
		bench_start(b, TARGETS(HOST, ARM64));
		assert_int_equal(run_job_count(b->run), 4);
		assert_int_equal(run_group_count(b->run), 2);
		bench_wait_end(b);
		assert_all_ok(b);
		assert_false(bed_says_blocked(all_logs(b)));
		assert_false(any_log_says(b, "warning: a `-j` argument"));
		if (!round)
			assert_true(job_of(b, HOST, "small")->started_ms <
				job_of(b, HOST, "as configured")->ended_ms);
		for (size_t i = 0; round && i < 4; i++)
			assert_int_equal(run_job(b->run, i)->fresh, 5);
	}
}

/* What is as configured lies where cargo puts it; another variant's programs lie below target/xtui,
 * and its job tells where. */
static void
artifacts_apart(void **state)
{
	struct bench *b = *state;
	char *usual, *apart;

	NEED_RUST(b);
	use_variants(b, two_variants, 2);
	bench_build(b, TARGETS(HOST));
	usual = path_joinf(b->ws, "target/%s/release/app", HOST);
	apart = path_joinf(b->ws, "target/xtui/small/%s/release/app", HOST);
	assert_int_equal(job_of(b, HOST, "as configured")->artifacts.len, 1);
	assert_string_equal(job_of(b, HOST, "as configured")->artifacts.items[0].path, usual);
	assert_int_equal(job_of(b, HOST, "small")->artifacts.len, 1);
	assert_string_equal(job_of(b, HOST, "small")->artifacts.items[0].path, apart);
	assert_true(file_is_executable(usual));
	assert_true(file_is_executable(apart));
	free(usual);
	free(apart);
}

/* A build folder that the configuration sets apart is no lock that variants wait for. */
static void
build_dir_apart(void **state)
{
	struct bench *b = *state;

	NEED_RUST(b);
	bed_write(b->bed, "ws/.cargo/config.toml", "[build]\nbuild-dir = \"between\"\n");
	bench_survey(b);
	use_variants(b, two_variants, 2);
	bench_build(b, TARGETS(HOST));
	assert_all_ok(b);
	assert_false(bed_says_blocked(all_logs(b)));
	assert_true(file_is_dir(bed_path(b->bed, "ws/between")));
	assert_true(file_is_dir(bed_path(b->bed, "ws/target/xtui/small/build")));
}

/* Variants that would share a folder are refused before anything is built. */
static void
names_must_differ(void **state)
{
	static const struct run_variant twins[] = { { "a b", small_config, 1 },
		{ "a/b", fat_config, 1 } };
	struct bench *b = *state;
	struct err err = ERR_INIT;

	NEED_RUST(b);
	use_variants(b, twins, 2);
	b->spec.targets = TARGETS(HOST);
	b->spec.target_count = 1;
	assert_null(run_start(b->loop, &b->spec, NULL, NULL, &err));
	assert_int_equal(err.kind, ERR_USAGE);
	assert_non_null(strstr(err.message, "a/b"));
}

/* ---- one CPU budget ---- */

/* Only the program's crate is slow: it waits until the file is there. */
static void
make_app_wait(struct bench *b)
{
	bed_write(b->bed, "ws/app/build.rs",
		"fn main() {\n    println!(\"cargo:rerun-if-changed=build.rs\");\n"
		"    let out = std::env::var(\"OUT_DIR\").unwrap();\n"
		"    if !out.contains(\"small\") { return; }\n"
		"    while !std::path::Path::new(\"../go\").exists() {\n"
		"        std::thread::sleep(std::time::Duration::from_millis(20));\n    }\n}\n");
}

static bool
usual_is_over(struct bench *b, const char *text)
{
	return job_is_over(job_of(b, HOST, "as configured"));
}

static bool
has_begun_unit(struct bench *b, const char *text)
{
	return job_of(b, HOST, "small")->done >= 3;
}

/* One group is cancelled: the other goes on to its end, with every CPU. */
static void
cancel_one_group(void **state)
{
	struct bench *b = *state;

	NEED_RUST(b);
	make_app_wait(b);
	use_variants(b, two_variants, 2);
	b->spec.jobs = 2;
	bench_start(b, TARGETS(HOST));
	bench_wait(b, usual_is_over, "the group as configured");
	assert_string_equal(job_state_name(job_of(b, HOST, "as configured")->state), "ok");
	bench_wait(b, has_begun_unit, "units of the other");
	assert_false(job_is_over(job_of(b, HOST, "small")));
	run_cancel_job(b->run, job_of(b, HOST, "small"));
	bench_wait_end(b);
	assert_string_equal(job_state_name(job_of(b, HOST, "small")->state), "cancelled");
	bed_write(b->bed, "ws/go", "");
	assert_true(run_retry(b->run, job_of(b, HOST, "small"), &(struct err){ 0 }));
	bench_wait_end(b);
	assert_all_ok(b);
}

/* With one CPU two groups take turns: never more cargos than CPUs. */
static void
one_cpu(void **state)
{
	struct bench *b = *state;
	struct job *first, *second;

	NEED_RUST(b);
	use_variants(b, two_variants, 2);
	b->spec.jobs = 1;
	bench_build(b, TARGETS(HOST));
	assert_all_ok(b);
	first = job_of(b, HOST, "as configured");
	second = job_of(b, HOST, "small");
	assert_true(second->started_ms >= first->ended_ms);
}

#define CPUS 2

/* A wrapper of the user's that notes in `seen` when a compiler begins and, before cargo can know of it, when
 * it has ended. */
static void
note_compilers(struct bench *b)
{
	bed_script(b->bed, "noting",
		arena_printf(&b->bed->arena,
			"#!/bin/sh\ncase \"$*\" in *--emit*) ;; *) exec \"$@\" ;; esac\n"
			"echo + >>'%s'\n\"$@\"\nstatus=$?\necho - >>'%s'\nexit $status\n",
			bed_path(b->bed, "seen"), bed_path(b->bed, "seen")));
	setenv("RUSTC_WRAPPER", bed_path(b->bed, "noting"), 1);
}

static int
most_compilers(struct bench *b)
{
	struct str seen = STR_INIT;
	int now = 0, most = 0;

	assert_true(file_read(bed_path(b->bed, "seen"), &seen, NULL));
	for (size_t i = 0; i < seen.len; i++) {
		now += (seen.data[i] == '+') - (seen.data[i] == '-');
		most = now > most ? now : most;
	}
	assert_int_equal(now, 0);
	str_fini(&seen);
	return most;
}

/* However many groups, no more compilers are at work than CPUs were given. */
static void
no_more_compilers_than_cpus(void **state)
{
	static const struct run_variant three[] = { { "as configured", NULL, 0 },
		{ "small", small_config, 2 }, { "quick", quick_config, 1 } };
	struct bench *b = *state;

	NEED_RUST(b);
	use_variants(b, three, 3);
	b->spec.jobs = CPUS;
	note_compilers(b);
	bench_build(b, TARGETS(HOST, ARM64, MUSL));
	unsetenv("RUSTC_WRAPPER");
	assert_all_ok(b);
	assert_int_equal(run_group_count(b->run), 3);
	assert_false(bed_says_blocked(all_logs(b)));
	assert_in_range(most_compilers(b), 2, CPUS);
}

/* Links of the program that ran at the same time. */
static int
links_that_met(struct bench *b)
{
	uint64_t ends[8], begins[8];
	size_t count = 0;
	int met = 0;

	for (size_t i = 0; i < b->notes.len && count < COUNT(ends); i++) {
		const struct note *n = &b->notes.items[i];

		if (n->kind != RUN_UNIT || !n->finished ||
			(!text_is(n->text, "app") && !text_is(n->text, "second")))
			continue;
		ends[count] = n->at;
		begins[count++] = n->at - n->ms;
	}
	assert_true(count > 1);
	for (size_t i = 0; i < count; i++) {
		for (size_t k = 0; k < i; k++)
			met += begins[i] + 20 < ends[k] && begins[k] + 20 < ends[i];
	}
	return met;
}

/* Two programs whose links take a while. */
static void
slow_links(struct bench *b)
{
	bed_script(b->bed, "slow-gcc", "#!/bin/sh\nsleep 0.3\nexec cc \"$@\"\n");
	bed_write(b->bed, "ws/.cargo/config.toml",
		arena_printf(&b->bed->arena, "[target." HOST "]\nlinker = \"%s\"\n",
			bed_path(b->bed, "slow-gcc")));
	bed_write(b->bed, "ws/app/src/bin/second.rs", "fn main() {}\n");
	bench_survey(b);
}

/* Fat links that memory has no room for do not meet, neither those of several variants nor those of
 * one cargo; the job says what it waits for. With room they do. */
static void
fat_links_take_turns(void **state)
{
	static const struct run_variant fat[] = { { "fat-a", fat_config, 1 },
		{ "fat-b", fat_config, 1 } };
	struct bench *b = *state;

	NEED_RUST(b);
	slow_links(b);
	use_variants(b, fat, 2);
	b->spec.jobs = 2;
	b->spec.link_memory = 1ull << 50;
	bench_build(b, TARGETS(HOST));
	assert_all_ok(b);
	assert_int_equal(links_that_met(b), 0);
	use_variants(b, fat, 1);
	file_remove_tree(bed_path(b->bed, "ws/target"), NULL);
	bench_build(b, TARGETS(HOST));
	assert_all_ok(b);
	assert_int_equal(links_that_met(b), 0);
	assert_true(any_log_says(b, "for memory: a link with fat LTO takes about"));
	b->spec.link_memory = 1;
	file_remove_tree(bed_path(b->bed, "ws/target"), NULL);
	bench_build(b, TARGETS(HOST));
	assert_all_ok(b);
	assert_true(links_that_met(b) > 0);
	assert_false(any_log_says(b, "for memory: a link"));
}

/* What links took in past runs is what is reckoned with: no guess, where there was one. */
static void
memory_is_remembered(void **state)
{
	static const struct run_variant fat[] = { { "fat-a", fat_config, 1 } };
	struct bench *b = *state;
	struct history *h;

	NEED_RUST(b);
	h = history_open(bed_path(b->bed, "history.db"), NULL, NULL);
	b->spec.history = h;
	use_variants(b, fat, 1);
	bench_start(b, TARGETS(HOST));
	assert_int_equal(bench_job(b, HOST)->link_memory, 0);
	bench_wait_end(b);
	assert_all_ok(b);
	bench_start(b, TARGETS(HOST));
	assert_in_range(bench_job(b, HOST)->link_memory, 20u << 20, 4000u << 20);
	bench_wait_end(b);
	bench_free_run(b);
	b->spec.history = NULL;
	history_close(h);
}

/* ---- lines for a shell ---- */

static void
run_in_shell(void *arg, const struct preview *p)
{
	struct str *said = arg;

	assert_true(p->target_count >= 1);
	if (bed_run("/", TARGETS("/bin/sh", "-c", p->command), said) != 0)
		fail_msg("%s\n%s", p->command, str_cstr(said));
	str_appendf(said, "[%s]\n", p->variant);
}

/* The lines that a dry run prints build the same things when they are pasted into a shell. */
static void
dry_run_lines(void **state)
{
	struct bench *b = *state;
	struct str said = STR_INIT;
	struct err err = ERR_INIT;

	NEED_RUST(b);
	use_variants(b, two_variants, 2);
	b->spec.targets = TARGETS(HOST, ARM64);
	b->spec.target_count = 2;
	if (!preview_run(&b->spec, run_in_shell, &said, &err))
		fail_msg("%s", err.message);
	assert_non_null(strstr(str_cstr(&said), "[as configured]"));
	assert_non_null(strstr(str_cstr(&said), "[small]"));
	assert_null(strstr(str_cstr(&said), "warning: unused config"));
	assert_true(file_is_executable(bed_path(b->bed, "ws/target/" HOST "/release/app")));
	assert_true(file_is_executable(bed_path(b->bed, "ws/target/" ARM64 "/release/app")));
	assert_true(
		file_is_executable(bed_path(b->bed, "ws/target/xtui/small/" ARM64 "/release/app")));
	str_fini(&said);
}

/* A dry run starts nothing and leaves nothing. */
static void
ignore_preview(void *arg, const struct preview *p)
{
	++*(int *)arg;
}

static void
dry_run_leaves_nothing(void **state)
{
	struct bench *b = *state;
	int groups = 0;

	NEED_RUST(b);
	b->spec.targets = TARGETS(HOST, ARM64);
	b->spec.target_count = 2;
	b->spec.mode = MODE_TEST;
	assert_true(preview_run(&b->spec, ignore_preview, &groups, NULL));
	assert_int_equal(groups, 2);
	assert_false(file_exists(bed_path(b->bed, "ws/target")));
	assert_false(file_exists(bed_path(b->bed, "state")));
}

/* ---- modes ---- */

/* A check tells the same diagnostics, whole counts, and no artefact. */
static void
check(void **state)
{
	struct bench *b = *state;

	NEED_RUST(b);
	b->spec.mode = MODE_CHECK;
	bench_build(b, TARGETS(HOST, ARM64));
	assert_all_ok(b);
	assert_int_equal(run_group_count(b->run), 1);
	assert_int_equal(bench_job(b, ARM64)->warnings, 1);
	assert_int_equal(bench_job(b, ARM64)->artifacts.len, 0);
	assert_int_equal(bench_job(b, ARM64)->done, bench_job(b, ARM64)->total);
	assert_in_log(b, ARM64, "    Checking core-lib v0.2.0");
	assert_not_in_log(b, ARM64, "Compiling core-lib");
	assert_in_log(b, ARM64, "   Compiling derive v0.3.0");
	assert_not_in_log(b, ARM64, "Checking derive");
}

/* Tests run for each target, the foreign one's through its runner; one that fails is its target's. */
static void
tests(void **state)
{
	struct bench *b = *state;

	NEED_RUST(b);
	bed_write(b->bed, "ws/core/Cargo.toml",
		"[package]\nname = \"core-lib\"\nversion = \"0.2.0\"\nedition = \"2021\"\n"
		"[[test]]\nname = \"plain\"\nharness = false\n");
	bed_write(b->bed, "ws/core/tests/plain.rs",
		"fn main() {\n    println!(\"said on {}\", std::env::consts::ARCH);\n"
		"    assert!(cfg!(target_arch = \"x86_64\"), \"only there\");\n}\n");
	b->spec.mode = MODE_TEST;
	b->spec.packages = TARGETS("core-lib");
	b->spec.package_count = 1;
	b->spec.cargo_args = TARGETS("--test", "plain");
	b->spec.cargo_arg_count = 2;
	if (!*b->survey->states[survey_find(b->survey, ARM64)].runner)
		bed_skip("no runner for " ARM64);
	bench_build(b, TARGETS(HOST, ARM64));
	assert_int_equal(run_group_count(b->run), 2);
	assert_in_log(b, HOST, "said on x86_64");
	assert_job(b, HOST, JOB_OK);
	assert_in_log(b, ARM64, "said on aarch64");
	assert_in_log(b, ARM64, "only there");
	assert_job(b, ARM64, JOB_FAILED);
	assert_not_in_log(b, HOST, "aarch64");
	assert_int_equal(run_exit_code(b->run), 1);
}

/* The documentation lies where cargo puts it. */
static void
doc(void **state)
{
	struct bench *b = *state;

	NEED_RUST(b);
	if (!file_is_executable("/usr/bin/rustdoc"))
		bed_skip("no rustdoc");
	setenv("RUSTDOC", "/usr/bin/rustdoc", 1);
	b->spec.mode = MODE_DOC;
	b->spec.packages = TARGETS("core-lib");
	b->spec.package_count = 1;
	bench_build(b, TARGETS(HOST));
	assert_all_ok(b);
	assert_true(file_exists(bed_path(b->bed, "ws/target/" HOST "/doc/core_lib/index.html")));
}

/* clippy's own lints are told where it is installed. */
static void
clippy(void **state)
{
	struct bench *b = *state;

	NEED_RUST(b);
	bed_use_real(b->bed);
	if (!bed_has("cargo-clippy") || !bed_has("clippy-driver"))
		bed_skip("no clippy");
	bench_survey(b);
	if (!b->survey->toolchain)
		bed_skip("no toolchain that clippy belongs to");
	bed_write(b->bed, "ws/core/src/lib.rs",
		"pub fn answer() -> i32 {\n    let x = 42;\n    return x;\n}\n");
	b->spec.mode = MODE_CLIPPY;
	bench_build(b, TARGETS(b->survey->host));
	if (any_log_says(b, "is not installed"))
		bed_skip("this toolchain has no clippy");
	assert_all_ok(b);
	assert_in_log(b, b->survey->host, "needless_return");
}

int
main(void)
{
	const struct CMUnitTest all[] = {
		BENCH_TEST(side_by_side),
		BENCH_TEST(artifacts_apart),
		BENCH_TEST(build_dir_apart),
		BENCH_TEST(names_must_differ),
		BENCH_TEST(cancel_one_group),
		BENCH_TEST(one_cpu),
		BENCH_TEST(no_more_compilers_than_cpus),
		BENCH_TEST(fat_links_take_turns),
		BENCH_TEST(memory_is_remembered),
		BENCH_TEST(dry_run_lines),
		BENCH_TEST(dry_run_leaves_nothing),
		BENCH_TEST(check),
		BENCH_TEST(tests),
		BENCH_TEST(doc),
		BENCH_TEST(clippy),
	};

	return cmocka_run_group_tests(all, NULL, NULL);
}
