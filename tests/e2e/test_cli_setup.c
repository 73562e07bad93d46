/* `xtui setup` on real projects: its plans, and the script that does the same. */
#include "e2e/bench_cli.h"

#include "io/proc.h"
#include "text/json.h"

static const struct json *
step_in(const struct json *doc, const char *id)
{
	for (const struct json *t = json_first(json_get(doc, "plan")); t; t = json_next(t))
		if (text_is(json_string(json_get(t, "id"), ""), id))
			return t;
	return NULL;
}

static void
write_here(struct stage *s, const char *name, const char *text)
{
	char *path = path_join(s->dir, name);

	assert_true(file_write(path, span_of(text), NULL));
	free(path);
}

/* The plan of a first target: what is missing, why, the exact edit; and nothing is touched. */
static void
first_plan(void **state)
{
	struct stage *s = *state;
	char *config;

	NEED_FIXTURE(s);
	stage_greet(s);
	xtui(s, "setup", ARM64, "--dry-run");
	assert_code(s, 0);
	assert_out(s, "Reach: " ARM64 "\n");
	assert_out(s, ".cargo/config.toml  [edit, +2]\n");
	assert_out(s, "     +linker = \"aarch64-linux-gnu-gcc\"\n");
	assert_out(s, "xtui doctor --probe " ARM64 "\n");
	config = path_join(s->dir, ".cargo");
	assert_false(file_exists(config));
	free(config);
}

/* The JSON is as docs/json.md says. */
static void
plan_as_json(void **state)
{
	struct stage *s = *state;
	struct json *doc;

	NEED_FIXTURE(s);
	stage_greet(s);
	xtui(s, "setup", ARM64, "x86_64-unknown-freebsd", "x86_64-pc-windows-msvc",
		"aarch64-linux-android", "--dry-run", "--json");
	assert_code(s, 0);
	doc = stage_json(s, "SETUP");
	assert_non_null(step_in(doc, "config:" ARM64));
	assert_non_null(step_in(doc, "download:android-ndk"));
	assert_string_equal(json_string(json_get(step_in(doc, "probe:" ARM64), "kind"), ""), "run");
	json_free(doc);
}

/* Without a target: what the project has chosen, else what its files name, else a clear line. */
static void
what_the_project_wants(void **state)
{
	struct stage *s = *state;

	NEED_FIXTURE(s);
	stage_greet(s);
	xtui(s, "setup", "--dry-run");
	assert_refused(s, 2, "no target is named, chosen in xtui.toml, or found in the project's");
	write_here(s, ".github/workflows/ci.yml", "matrix:\n  target: [" ARMV7 "]\n");
	xtui(s, "setup", "--dry-run");
	assert_out(s, "Reach: " ARMV7 " (named in .github/workflows/ci.yml:2)\n");
	write_here(s, "xtui.toml", "targets = [\"" ARM64 "\"]\n");
	xtui(s, "setup", "--dry-run");
	assert_out(s, "Reach: " ARM64 " (chosen in xtui.toml)\n");
}

/* Where what the project wants cannot be read, the file is named, and not a target asked for. */
static void
broken_files_are_named(void **state)
{
	struct stage *s = *state;

	NEED_FIXTURE(s);
	stage_greet(s);
	write_here(s, ".cargo/config.toml", "[target." ARM64 "\nlinker = \"x\"\n");
	xtui(s, "setup", "--dry-run");
	assert_refused(s, 2, ".cargo/config.toml:1:34: expected \"]\" after the name");
	xtui(s, "doctor");
	assert_out(s, "cargo stops at its configuration, see Config\n");
	write_here(s, ".cargo/config.toml", "");
	write_here(s, "Cargo.toml", "[package\n");
	xtui(s, "setup", "--dry-run");
	assert_refused(s, 2, "Cargo.toml:1:9: expected \"]\" after the name");
}

/* Goals give targets; what is unknown is named with what could be meant. */
static void
goals_and_mistakes(void **state)
{
	struct stage *s = *state;

	NEED_FIXTURE(s);
	stage_greet(s);
	xtui(s, "setup", "--goal", "raspberry-pi", "--dry-run");
	assert_out(s, "Reach: " ARM64 ", " ARMV7 "\n");
	xtui(s, "setup", "--goal", "rasberry-pi", "--dry-run");
	assert_refused(s, 2, "unknown goal \"rasberry-pi\": did you mean raspberry-pi?");
	xtui(s, "setup", "aarch64-unknown-linux-gun", "--dry-run");
	assert_refused(s, 2, "aarch64-unknown-linux-gun");
	xtui(s, "setup", WINDOWS, "--backend", "xwin", "--dry-run");
	assert_refused(s, 2, WINDOWS ": xwin cannot build for it from here");
	xtui(s, "setup", ARM64, "--json", "--script");
	assert_refused(s, 2, "--json and --script");
}

/* A project's oddities are met as they are: the old name of the file, a broken one, a pinned
 * toolchain that is not here, a linker that is not there. */
static void
odd_projects(void **state)
{
	struct stage *s = *state;

	NEED_FIXTURE(s);
	NEED_RUSTUP(s);
	stage_greet(s);
	write_here(s, ".cargo/config", "[build]\njobs = 2\n");
	xtui(s, "setup", ARM64, "--dry-run");
	assert_out(s, "  .cargo/config  [edit, +3]\n");
	write_here(s, ".cargo/config", "[target." ARM64 "]\nlinker = \"/opt/cross/bin/gcc\"\n");
	xtui(s, "setup", ARM64, "--dry-run");
	assert_out(s, "[edit, conflict]");
	assert_out(s, "target." ARM64 ".linker is \"/opt/cross/bin/gcc\" (.cargo/config:2), not ");
	write_here(s, ".cargo/config", "[target." ARM64 "\n");
	xtui(s, "setup", ARM64, "--dry-run");
	assert_refused(s, 2, ".cargo/config:1:");
	write_here(s, ".cargo/config", "");
	write_here(s, "rust-toolchain.toml", "[toolchain]\nchannel = \"1.80.0\"\n");
	xtui(s, "setup", ARM64, "--dry-run");
	assert_out(s, "rustup toolchain install 1.80.0\n");
	assert_out(s, "rustup target add " ARM64 " --toolchain 1.80.0\n");
}

/* ---- the script, with the real rustup ---- */

/* Runs a line of shell in the project with a rustup of its own; what it said is kept. */
static void
with_rustup(struct stage *s, const char *line)
{
	const char *const argv[] = { "sh",
		arena_printf(&s->bed->arena, "%s/tests/fixture/own_rustup.sh", s->source),
		s->fixture, bed_path(s->bed, "own"), "sh", "-c", line, NULL };
	char *build = path_dirname(s->program);
	char *path = xasprintf("%s:%s:%s:%s", bed_path(s->bed, "own/cargo/bin"), build,
		bed_path(s->bed, "bin"), s->bed->real_path);
	const struct proc_env env[] = { { "PATH", path } };
	struct proc_spec spec = { .argv = argv, .dir = s->dir, .env = env, .env_count = 1 };
	struct proc_result result;
	struct err err = ERR_INIT;

	str_clear(&s->out);
	str_clear(&s->err);
	s->code = -1;
	if (proc_capture(&spec, 1 << 20, 300000, &result, &err))
		s->code = result.end.exit_code;
	str_append_span(&s->out, str_span(&result.out));
	str_append_span(&s->err, str_span(&result.err));
	if (err.kind != ERR_NONE)
		str_append(&s->err, err.message);
	proc_result_fini(&result);
	free(path);
	free(build);
}

/* From a toolchain without the standard library to one that links: by the script alone, and plain
 * cargo builds afterwards. */
static void
script_works(void **state)
{
	struct stage *s = *state;

	NEED_FIXTURE(s);
	NEED_RUSTUP(s);
	stage_greet(s);
	with_rustup(s, "rustup target remove " ARM64 " " MUSL);
	assert_code(s, 0);
	with_rustup(s, "cargo build --target " ARM64);
	assert_code(s, 101);
	with_rustup(s, "xtui setup " ARM64 " " MUSL " --script > setup.sh");
	assert_code(s, 0);
	with_rustup(s, "sh setup.sh");
	assert_code(s, 0);
	assert_out(s, " probe    linked in ");
	with_rustup(s, "cargo build --target " ARM64 " --target " MUSL);
	assert_code(s, 0);
	with_rustup(s, "sh setup.sh && xtui setup " ARM64 " " MUSL " --dry-run");
	assert_code(s, 0);
	assert_out(s, "nothing to do: all of it is ready\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		STAGE_TEST(first_plan),
		STAGE_TEST(plan_as_json),
		STAGE_TEST(what_the_project_wants),
		STAGE_TEST(broken_files_are_named),
		STAGE_TEST(goals_and_mistakes),
		STAGE_TEST(odd_projects),
		STAGE_TEST(script_works),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
