/* `xtui build` as a person runs it, with the real cargo and cross compilers. */
#include "e2e/bench_cli.h"

#include "text/json.h"

static const char *
artifact(struct stage *s, const char *target, const char *name)
{
	return bed_path(
		s->bed, arena_printf(&s->bed->arena, "greet/target/%s/release/%s", target, name));
}

/* Runs a program that was built, under `runner` where one is needed; what it printed, for the caller to
 * free, or NULL where the runner is not on this machine. */
static char *
said_by(struct stage *s, const char *runner, const char *sysroot, const char *program)
{
	const char *const argv[] = { runner, "-L", sysroot, program, "Ada", NULL };
	struct str said = STR_INIT;

	if (runner && !bed_has(runner))
		return NULL;
	assert_int_equal(bed_run(s->dir, runner ? argv : argv + 3, &said), 0);
	return str_take(&said);
}

static void
assert_says(struct stage *s, const char *runner, const char *sysroot, const char *target,
	const char *arch)
{
	char *said = said_by(s, runner, sysroot, artifact(s, target, "greet"));
	char *expected = xasprintf("3 letters, on %s linux\n", arch);

	if (said && !strstr(said, expected))
		fail_msg("%s: %s", target, said);
	free(expected);
	free(said);
}

/* How a target's job ended, by its lines; "" when they do not say. */
static const char *
ended(struct stage *s, const char *target)
{
	static const char *const states[] = { "ok", "failed", "cancelled", "skipped" };

	for (size_t i = 0; i < COUNT(states); i++)
		if (strstr(str_cstr(&s->out),
			    arena_printf(&s->bed->arena, "%s | %s ", target, states[i])))
			return states[i];
	return "";
}

/* Five targets of a workspace with C code and a cdylib in one cargo; what can run here, runs. */
static void
five_targets(void **state)
{
	struct stage *s = *state;

	NEED_FIXTURE(s);
	stage_greet(s);
	xtui(s, "build", "-t", HOST, "-t", ARM64, "-t", ARMV7, "-t", MUSL, "-t", WINDOWS);
	assert_code(s, 0);
	assert_out(s, "$ cargo build --release");
	assert_null(strstr(strstr(str_cstr(&s->out), "$ cargo") + 1, "$ cargo"));
	assert_out(s, "5 ok in ");
	assert_out(s, ARM64 " |    Compiling greet v0.3.1");
	assert_not_out(s, "\033");
	assert_says(s, NULL, NULL, HOST, "x86_64");
	assert_says(s, NULL, NULL, MUSL, "x86_64");
	assert_says(s, "qemu-aarch64-static", "/usr/aarch64-linux-gnu", ARM64, "aarch64");
	assert_says(s, "qemu-arm-static", "/usr/arm-linux-gnueabihf", ARMV7, "arm");
	assert_true(file_exists(artifact(s, WINDOWS, "greet.exe")));
	assert_true(file_exists(artifact(s, WINDOWS, "greet_ffi.dll")));
	assert_true(file_exists(artifact(s, ARM64, "libgreet_ffi.so")));
}

/* With the linker of one of them gone, that one alone fails, with its cause; the others finish. */
static void
linker_hidden(void **state)
{
	struct stage *s = *state;
	const char *gcc = "/usr/bin/aarch64-linux-gnu-gcc", *ar = "/usr/bin/aarch64-linux-gnu-ar";

	NEED_FIXTURE(s);
	stage_greet(s);
	stage_hide(s, "aarch64-linux-gnu-gcc");
	setenv("CC_aarch64_unknown_linux_gnu", gcc,
		1); /* C compiles, so that linking comes to it */
	setenv("AR_aarch64_unknown_linux_gnu", ar, 1);
	xtui(s, "build", "-t", HOST, "-t", ARM64, "-t", MUSL, "--json");
	assert_code(s, 1);
	assert_int_equal(stage_events(s, "job_finished", NULL, NULL), 3);
	assert_int_equal(stage_events(s, "job_finished", "status", "ok"), 2);
	assert_int_equal(stage_events(s, "job_finished", "status", "failed"), 1);
	assert_int_equal(stage_events(s, "hint", "cause", "wrong-host-linker"), 1);
	assert_int_equal(stage_events(s, "run_finished", "status", "failed"), 1);

	xtui(s, "build", "-t", HOST, "-t", ARM64, "-t", MUSL);
	assert_code(s, 1);
	assert_string_equal(ended(s, HOST), "ok");
	assert_string_equal(ended(s, MUSL), "ok");
	assert_string_equal(ended(s, ARM64), "failed");
	assert_out(s, "2 ok, 1 failed in ");
	unsetenv("CC_aarch64_unknown_linux_gnu");
	unsetenv("AR_aarch64_unknown_linux_gnu");
}

/* A linker that the configuration names and that is not there: its name is the cause. */
static void
linker_not_found(void **state)
{
	struct stage *s = *state;

	NEED_FIXTURE(s);
	stage_greet(s);
	bed_write(s->bed, "greet/.cargo/config.toml",
		"[target." ARM64 "]\nlinker = \"no-such-gcc\"\n");
	xtui(s, "build", "-q", "-t", ARM64, "-t", HOST);
	assert_code(s, 1);
	assert_out(s, ARM64 " | error: linker `no-such-gcc` not found");
	assert_out(s, ARM64 " | failed ");
	assert_not_out(s, HOST);
	assert_not_out(s, "Compiling");
	xtui(s, "build", "-t", ARM64, "-t", HOST, "--json");
	assert_code(s, 1);
	assert_int_equal(stage_events(s, "hint", "cause", "linker-not-found"), 1);
	assert_int_equal(stage_events(s, "job_finished", "status", "ok"), 1);
}

/* The line of the artefact at this place has a digest and a card with these words, which fits its target. */
static void
assert_card(const struct stage *s, const char *place, const char *words)
{
	struct span rest = str_span(&s->out);

	while (rest.len) {
		char *line = span_dup(span_cut(rest, '\n', &rest));
		bool is = strstr(line, "\"event\":\"artifact\"") && strstr(line, place);
		bool has = strstr(line, words) && strstr(line, "\"fits\":true") &&
			!strstr(line, "\"sha256\":null");

		if (is && !has)
			fail_msg("%s: %s", words, line);
		free(line);
		if (is)
			return;
	}
	fail_msg("no artefact at %s", place);
}

/* Every line of --json is of a shape that docs/json.md has; log lines only with -v. */
static void
json_lines(void **state)
{
	struct stage *s = *state;
	struct span first;
	struct span rest;

	NEED_FIXTURE(s);
	stage_greet(s);
	xtui(s, "build", "-t", HOST, "-t", MUSL, "--json");
	assert_code(s, 0);
	first = span_cut(str_span(&s->out), '\n', &rest);
	assert_true(span_find(first, SPAN("\"event\":\"run_started\"")) >= 0);
	assert_true(span_find(first, SPAN("\"schema\":1")) >= 0);
	assert_int_equal(stage_events(s, "run_started", NULL, NULL), 1);
	assert_int_equal(stage_events(s, "job_started", NULL, NULL), 2);
	assert_int_equal(stage_events(s, "artifact", "kind", "bin"), 2);
	assert_int_equal(stage_events(s, "artifact", "kind", "cdylib"), 1); /* musl has none */
	assert_card(s, HOST "/release/greet\"", "\"linkage\":\"dynamic\"");
	assert_card(s, MUSL "/release/greet\"", "\"linkage\":\"static");
	assert_int_equal(stage_events(s, "unit", "state", "started"),
		stage_events(s, "unit", "state", "finished"));
	assert_true(stage_events(s, "progress", NULL, NULL) > 0);
	assert_int_equal(stage_events(s, "log", NULL, NULL), 0);
	assert_int_equal(stage_events(s, "run_finished", "status", "ok"), 1);
	xtui(s, "-v", "build", "--json");
	assert_true(stage_events(s, "log", "stream", "stderr") > 0);
	assert_int_equal(
		stage_events(s, "job_started", NULL, NULL), 1); /* nothing chosen: the host */
}

/* The options reach cargo: packages, programs, features, profile, presets, what follows `--`. */
static void
options_reach_cargo(void **state)
{
	struct stage *s = *state;

	NEED_FIXTURE(s);
	stage_greet(s);
	xtui(s, "build", "-p", "greet-words", "--", "--locked");
	assert_code(s, 0);
	assert_out(s,
		"$ cargo build --release --target " HOST
		" --package greet-words --keep-going --locked\n");
	assert_not_out(s, "Compiling greet v");
	xtui(s, "build", "--bin", "greet", "-j1", "--profile=dev");
	assert_code(s, 0);
	assert_out(s, "--bin greet");
	assert_out(s, "--jobs 1");
	assert_true(file_exists(bed_path(s->bed, "greet/target/" HOST "/debug/greet")));
	assert_not_out(s, "greet-ffi");
	xtui(s, "build", "--dry-run", "--features", "a,b", "--features", "c");
	assert_out(s, " --features a,b,c ");
	xtui(s, "build", "--features", "no-such-feature");
	assert_code(s, 1);
	assert_out(s, "no-such-feature");
}

/* A preset and a single option over it change this build, and no file. */
static void
preset_for_this_build(void **state)
{
	struct stage *s = *state;
	struct str before = STR_INIT, after = STR_INIT;

	NEED_FIXTURE(s);
	stage_greet(s);
	file_read(bed_path(s->bed, "greet/Cargo.toml"), &before, NULL);
	xtui(s, "build", "--preset", "small", "--set", "lto=thin");
	assert_code(s, 0);
	assert_out(s, "profile.release.opt-level=\"z\"");
	assert_out(s, "profile.release.lto=\"thin\"");
	assert_says(s, NULL, NULL, HOST, "x86_64");
	file_read(bed_path(s->bed, "greet/Cargo.toml"), &after, NULL);
	assert_string_equal(str_cstr(&after), str_cstr(&before));
	assert_false(file_exists(bed_path(s->bed, "greet/xtui.toml")));
	str_fini(&before);
	str_fini(&after);
}

/* Without -t the project's choice is built, with its profile where the line says nothing of it. */
static void
choice_of_the_project(void **state)
{
	struct stage *s = *state;

	NEED_FIXTURE(s);
	stage_greet(s);
	bed_write(s->bed, "greet/xtui.toml",
		"targets = [\"" MUSL "\"]\npackages = [\"greet-words\"]\n"
		"[profile]\npreset = \"small\"\n");
	xtui(s, "build");
	assert_code(s, 0);
	assert_out(s, "--target " MUSL " --package greet-words");
	assert_out(s, "profile.release.opt-level=\"z\"");
	/* from a member's folder as well, and with another profile */
	xtui(s, "-C", "crates/words", "build", "-t", HOST, "--set", "lto=thin");
	assert_code(s, 0);
	assert_string_equal(ended(s, HOST), "ok");
	assert_out(s, "profile.release.lto=\"thin\"");
	assert_not_out(s, "opt-level");
}

/* Where no target is named or chosen cargo's build.target counts, else this machine's own. */
static void
targets_without_choice(void **state)
{
	struct stage *s = *state;

	NEED_FIXTURE(s);
	stage_greet(s);
	xtui(s, "build", "--dry-run");
	assert_out(s, " --target " HOST " ");
	bed_write(s->bed, "greet/.cargo/config.toml",
		"[build]\ntarget = [\"" ARM64 "\", \"my.json\", \"" MUSL "\"]\n");
	xtui(s, "build", "--dry-run");
	assert_out(s, " --target " ARM64 " --target " MUSL " ");
	assert_not_out(s, " --target " HOST " ");
	xtui(s, "build", "--dry-run", "-t", ARMV7);
	assert_out(s, " --target " ARMV7 " ");
	assert_not_out(s, ARM64);
	bed_write(s->bed, "greet/xtui.toml", "targets = [\"" HOST "\"]\n");
	xtui(s, "build", "--dry-run");
	assert_out(s, " --target " HOST " ");
	assert_not_out(s, ARM64);
	unlink(bed_path(s->bed, "greet/xtui.toml"));
	bed_write(s->bed, "greet/.cargo/config.toml", "[build]\ntarget = \"" ARM64 "\"\n");
	xtui(s, "run");
	assert_refused(s, 1, "not been built for " ARM64);
	xtui(s, "package");
	assert_refused(s, 1, "nothing has been built for " ARM64);
}

/* What xtui.toml says of programs, examples and features is what is built; without it the default
 * members, with libraries of all kinds as artefacts. What the line says comes before. */
static void
chosen_parts(void **state)
{
	static const char *const files[][2] = {
		{ "parts/Cargo.toml",
			"[workspace]\nmembers = [\"app\", \"other\"]\ndefault-members = [\"app\"]\n"
			"resolver = \"2\"\n" },
		{ "parts/app/Cargo.toml",
			"[package]\nname = \"app\"\nversion = \"0.1.0\"\nedition = \"2021\"\n"
			"[features]\nextra = []\n"
			"[lib]\ncrate-type = [\"rlib\", \"cdylib\", \"staticlib\"]\n" },
		{ "parts/app/src/lib.rs", "" },
		{ "parts/app/src/main.rs",
			"#[cfg(not(feature = \"extra\"))]\ncompile_error!(\"no extra\");\n"
			"fn main() {}\n" },
		{ "parts/app/examples/loop.rs", "fn main() {}\n" },
		{ "parts/other/Cargo.toml",
			"[package]\nname = \"other\"\nversion = \"0.1.0\"\nedition = \"2021\"\n" },
		{ "parts/other/src/main.rs", "fn main() {}\n" },
	};
	struct stage *s = *state;

	NEED_FIXTURE(s);
	for (size_t i = 0; i < COUNT(files); i++)
		bed_write(s->bed, files[i][0], files[i][1]);
	free(s->dir);
	s->dir = xstrdup(bed_path(s->bed, "parts"));
	xtui(s, "build", "-t", HOST);
	assert_code(s, 1);
	assert_out(s, "no extra");
	bed_write(s->bed, "parts/xtui.toml", "features = [\"app/extra\"]\n");
	xtui(s, "build", "-t", HOST);
	assert_code(s, 0);
	assert_out(s, "| bin ");
	assert_out(s, "| cdylib ");
	assert_out(s, "| staticlib ");
	assert_not_out(s, "other");
	bed_write(s->bed, "parts/xtui.toml",
		"packages = [\"app\"]\nexamples = [\"loop\"]\nfeatures = [\"app/extra\"]\n");
	xtui(s, "build", "-t", HOST);
	assert_code(s, 0);
	assert_out(s, "| example ");
	assert_not_out(s, "| bin ");
	xtui(s, "build", "-t", HOST, "-p", "other", "--features", "");
	assert_code(s, 0);
	assert_out(s, "/release/other");
	assert_not_out(s, "| example ");
}

/* The logs are where they are asked to be, whole. */
static void
log_dir(void **state)
{
	struct stage *s = *state;
	struct str found = STR_INIT;
	char *pattern;

	NEED_FIXTURE(s);
	stage_greet(s);
	bed_write(s->bed, "greet/src/main.rs", "fn main() { nonsense(); }\n");
	xtui(s, "build", "--log-dir", "../logs");
	assert_code(s, 1);
	setenv("PATH", s->bed->real_path, 1);
	pattern = xasprintf("cat $(find '%s' -name '*.log')", bed_path(s->bed, "logs"));
	assert_int_equal(
		bed_run(s->dir, ((const char *const[]){ "sh", "-c", pattern, NULL }), &found), 0);
	assert_non_null(strstr(str_cstr(&found), "cannot find function"));
	assert_out(s, "logs/");
	free(pattern);
	str_fini(&found);
}

/* ---- stopping ---- */

/* A build script that says it is there and stays until it is stopped. */
static void
write_endless(struct stage *s)
{
	free(s->dir);
	s->dir = xstrdup(bed_path(s->bed, "endless"));
	bed_write(s->bed, "endless/Cargo.toml",
		"[package]\nname = \"endless\"\nversion = \"0.1.0\"\nedition = \"2021\"\n");
	bed_write(s->bed, "endless/src/main.rs", "fn main() {}\n");
	bed_write(s->bed, "endless/build.rs",
		"fn main() {\n    std::fs::write(\"here\", \"\").unwrap();\n"
		"    loop {\n        std::thread::sleep(std::time::Duration::from_millis(20));\n   "
		" }\n}\n");
}

static struct running *
start_endless(struct stage *s, const char *const *words)
{
	struct running *r;

	write_endless(s);
	r = stage_start(s, words, "Compiling endless");
	stage_wait_file(r, bed_path(s->bed, "endless/here"));
	return r;
}

/* Ctrl-C stops the builds, which say so; nothing is left running; the exit status is the signal's. */
static void
interrupted_once(void **state)
{
	struct stage *s = *state;
	struct running *r;

	NEED_FIXTURE(s);
	r = start_endless(s, (const char *const[]){ "build", "-t", HOST, "-t", MUSL, NULL });
	stage_signal(r, SIGINT);
	stage_wait(r);
	assert_code(s, 130);
	assert_string_equal(ended(s, HOST), "cancelled");
	assert_string_equal(ended(s, MUSL), "cancelled");
	assert_out(s, "2 cancelled in ");
	assert_true(stage_is_alone(s));
}

/* The same in JSON, and for the signal of a machine that goes down. */
static void
terminated(void **state)
{
	struct stage *s = *state;
	struct running *r;

	NEED_FIXTURE(s);
	write_endless(s);
	r = stage_start(s, (const char *const[]){ "build", "--json", NULL }, "\"unit\"");
	stage_wait_file(r, bed_path(s->bed, "endless/here"));
	stage_signal(r, SIGTERM);
	stage_wait(r);
	assert_code(s, 143);
	assert_int_equal(stage_events(s, "job_finished", "status", "cancelled"), 1);
	assert_int_equal(stage_events(s, "run_finished", "status", "cancelled"), 1);
	assert_true(stage_is_alone(s));
}

/* A cargo that hears of Ctrl-C and goes on. */
static void
put_deaf_cargo(struct stage *s)
{
	char *path = xasprintf("%s:%s/system/bin:%s", bed_path(s->bed, "deaf"), s->fixture,
		bed_path(s->bed, "bin"));
	char *script =
		xasprintf("#!/bin/sh\n"
			  "case \"$*\" in *--keep-going*--message-format*) ;;\n"
			  "*) exec '%s/system/bin/cargo' \"$@\" ;; esac\n"
			  "trap ': >\"$HOME/heard\"' INT\ntrap '' TERM HUP\n: >\"$HOME/here\"\n"
			  "while :; do read -r x <\"$HOME/never\"; done\n",
			s->fixture);

	bed_script(s->bed, "deaf/cargo", script);
	assert_int_equal(mkfifo(bed_path(s->bed, "never"), 0600), 0);
	setenv("PATH", path, 1);
	unsetenv("RUSTUP_HOME");
	unsetenv("CARGO_HOME");
	free(script);
	free(path);
}

/* A second Ctrl-C quits at once, though a build does not listen; nothing is left running. */
static void
interrupted_twice(void **state)
{
	struct stage *s = *state;
	struct running *r;

	NEED_FIXTURE(s);
	write_endless(s);
	put_deaf_cargo(s);
	bed_write(s->bed, "config/xtui/config.toml", "kill-grace = 600000\n");
	r = stage_start(s, (const char *const[]){ "build", NULL }, "$ cargo build");
	stage_wait_file(r, bed_path(s->bed, "here"));
	stage_signal(r, SIGINT);
	stage_wait_file(r, bed_path(s->bed, "heard"));
	stage_signal(r, SIGINT);
	stage_wait(r);
	assert_code(s, 130);
	assert_true(stage_is_alone(s));
}

/* A reader that goes away stops the build; nothing is left running, nothing is said. */
static void
closed_pipe(void **state)
{
	struct stage *s = *state;
	struct str said = STR_INIT;
	char *line;

	NEED_FIXTURE(s);
	write_endless(s);
	stage_show(s, "head");
	line = xasprintf("{ '%s' build; echo \"ended with $?\" >&2; } | head -n 1", s->program);
	assert_int_equal(
		bed_run(s->dir, ((const char *const[]){ "sh", "-c", line, NULL }), &said), 0);
	assert_true(text_starts(str_cstr(&said), "$ cargo build"));
	assert_non_null(strstr(str_cstr(&said), "ended with 141\n"));
	assert_null(strstr(str_cstr(&said), "xtui:"));
	assert_true(stage_is_alone(s));
	str_fini(&said);
	free(line);
}

/* A disk that is full is told as that, with the builds stopped. */
static void
full_output(void **state)
{
	struct stage *s = *state;
	struct str said = STR_INIT;
	char *line;

	NEED_FIXTURE(s);
	if (!file_exists("/dev/full"))
		bed_skip("no /dev/full on this machine");
	stage_greet(s);
	line = xasprintf("'%s' build >/dev/full", s->program);
	assert_int_equal(
		bed_run(s->dir, ((const char *const[]){ "sh", "-c", line, NULL }), &said), 3);
	assert_string_equal(str_cstr(&said), "xtui: standard output: No space left on device\n");
	assert_true(stage_is_alone(s));
	str_fini(&said);
	free(line);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		STAGE_TEST(targets_without_choice),
		STAGE_TEST(five_targets),
		STAGE_TEST(linker_hidden),
		STAGE_TEST(linker_not_found),
		STAGE_TEST(json_lines),
		STAGE_TEST(options_reach_cargo),
		STAGE_TEST(preset_for_this_build),
		STAGE_TEST(choice_of_the_project),
		STAGE_TEST(chosen_parts),
		STAGE_TEST(log_dir),
		STAGE_TEST(interrupted_once),
		STAGE_TEST(terminated),
		STAGE_TEST(interrupted_twice),
		STAGE_TEST(closed_pipe),
		STAGE_TEST(full_output),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
