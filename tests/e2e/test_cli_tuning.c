/* Options of single targets: what rustc is really given, beside what the user's own configuration says. */
#include "e2e/bench_cli.h"

#include <stdlib.h>
#include "text/json.h"

#define OURS "[target." HOST "]\nrustflags = [\"--cfg=ours\"]\n"
#define BUILD "[build]\nrustflags = [\"--cfg=build\"]\n"
#define NAMED "[target." HOST "]\nrustflags = [\"--cfg=named\"]\n"
#define NAMED_TEXT "[target." HOST "]\nrustflags = \"--cfg=named\"\n"
#define CFG "[target.'cfg(unix)']\nrustflags = [\"--cfg=fits\"]\n"
#define VARIABLE "CARGO_TARGET_X86_64_UNKNOWN_LINUX_GNU_RUSTFLAGS"

/* A program and a build script, which must get none of it. */
static void
make_package(struct stage *s)
{
	bed_write(s->bed, "p/Cargo.toml",
		"[package]\nname = 'p'\nversion = '0.1.0'\nedition = '2021'\n[workspace]\n");
	bed_write(s->bed, "p/src/main.rs", "fn main() {}\n");
	bed_write(s->bed, "p/build.rs",
		"#[cfg(ours)] compile_error!(\"a flag reached the host\"); fn main() {}\n");
	free(s->dir);
	s->dir = xstrdup(bed_path(s->bed, "p"));
}

/* The names of the --cfg flags that the program was compiled with, in their order. */
static char *
flags_given(struct stage *s)
{
	struct str names = STR_INIT;
	struct span rest = str_span(&s->out);

	while (rest.len) {
		struct span line = span_cut(rest, '\n', &rest), word;

		if (span_find(line, SPAN("--crate-name p ")) < 0)
			continue;
		str_clear(&names);
		while (line.len) {
			word = span_cut(line, ' ', &line);
			if (span_starts(word, "--cfg="))
				str_appendf(&names, "%s%.*s", names.len ? " " : "",
					(int)strcspn(word.data + 6, " `"), word.data + 6);
		}
	}
	return str_take(&names);
}

static const struct joined {
	const char *config;       /* of the user's .cargo/config.toml */
	const char *name, *value; /* a variable; or NULL */
	const char *expected;
} joined[] = {
	{ "", NULL, NULL, "ours" },
	{ NAMED, NULL, NULL, "named ours" },
	{ NAMED_TEXT, NULL, NULL, "named ours" },
	{ BUILD, NULL, NULL, "build ours" },
	{ BUILD NAMED, NULL, NULL, "named ours" },
	{ CFG, NULL, NULL, "fits ours" },
	{ CFG NAMED, NULL, NULL, "named fits ours" },
	{ "", VARIABLE, "--cfg=own", "own ours" },
	{ NAMED, VARIABLE, "--cfg=own", "named own ours" },
	{ BUILD, "CARGO_BUILD_RUSTFLAGS", "--cfg=more", "build more ours" },
	{ NAMED, "RUSTFLAGS", "--cfg=all", "all ours" },
	{ BUILD, "RUSTFLAGS", "", "ours" },
	{ NAMED, "CARGO_ENCODED_RUSTFLAGS", "--cfg=one\x1f--cfg=two", "one two ours" },
};

/* Whatever the user has configured stays, in cargo's order, and ours come last; build scripts get none. */
static void
test_joined(void **state)
{
	struct stage *s = *state;

	NEED_FIXTURE(s);
	make_package(s);
	bed_write(s->bed, "p/xtui.toml", OURS);
	for (size_t i = 0; i < COUNT(joined); i++) {
		char *given;

		file_remove_tree(bed_path(s->bed, "p/target"), NULL);
		bed_write(s->bed, "p/.cargo/config.toml", joined[i].config);
		if (joined[i].name)
			setenv(joined[i].name, joined[i].value, 1);
		xtui(s, "build", "-t", HOST, "--", "-v");
		if (joined[i].name)
			unsetenv(joined[i].name);
		assert_code(s, 0);
		given = flags_given(s);
		if (strcmp(given, joined[i].expected) != 0)
			fail_msg("row %zu: rustc got \"%s\", not \"%s\"\n%s", i, given,
				joined[i].expected, str_cstr(&s->out));
		free(given);
	}
}

/* The line for a shell does the same, and a flag with a blank stays one. */
static void
test_shell_line(void **state)
{
	struct stage *s = *state;
	char *given;

	NEED_FIXTURE(s);
	make_package(s);
	bed_write(s->bed, "p/xtui.toml",
		"[target." HOST "]\nrustflags = [\"--cfg=ours\", \"--cfg\", "
		"'name=\"a b\"']\n");
	bed_write(s->bed, "p/.cargo/config.toml", NAMED);
	xtui(s, "build", "-t", HOST, "--dry-run", "--", "-v");
	assert_code(s, 0);
	assert_out(s, "CARGO_ENCODED_RUSTFLAGS=");
	bed_write(s->bed, "line.sh", str_cstr(&s->out));
	str_clear(&s->out);
	const char *const argv[] = { "sh", bed_path(s->bed, "line.sh"), NULL };
	assert_int_equal(bed_run(s->dir, argv, &s->out), 0);
	given = flags_given(s);
	assert_string_equal(given, "named ours");
	assert_out(s, "name=\"a b\"");
	free(given);
}

/* The processor, the C runtime and the linker of one target are obeyed, and no other target hears of them. */
static void
test_obeyed(void **state)
{
	struct stage *s = *state;

	NEED_FIXTURE(s);
	if (!stage_show(s, "aarch64-linux-gnu-gcc"))
		bed_skip("no aarch64-linux-gnu-gcc");
	make_package(s);
	bed_script(s->bed, "p/tools/arm-gcc",
		"#!/bin/sh\n: >\"${0%/*}/used\"\nexec aarch64-linux-gnu-gcc \"$@\"\n");
	bed_write(s->bed, "p/xtui.toml",
		"[target." ARM64 "]\nlinker = \"tools/arm-gcc\"\ntarget-cpu = \"neoverse-n1\"\n");
	xtui(s, "build", "-t", HOST, "-t", ARM64, "--", "-v");
	assert_code(s, 0);
	assert_true(file_exists(bed_path(s->bed, "p/tools/used")));
	for (struct span rest = str_span(&s->out); rest.len;) {
		struct span line = span_cut(rest, '\n', &rest);
		bool is_tuned = span_find(line, SPAN("target-cpu=neoverse-n1")) >= 0;

		if (span_find(line, SPAN("--crate-name p ")) >= 0)
			assert_int_equal(is_tuned, span_find(line, SPAN("--target " ARM64)) >= 0);
	}
}

/* doctor knows what a build would do: a linker of xtui.toml that is not there is why a target is not ready, with
 * its place; one that is there makes it ready, and the probe links with it and with the flags beside it. */
static void
test_ready_by_it(void **state)
{
	struct stage *s = *state;

	NEED_FIXTURE(s);
	if (!stage_show(s, "aarch64-linux-gnu-gcc"))
		bed_skip("no aarch64-linux-gnu-gcc");
	make_package(s);
	bed_write(s->bed, "p/xtui.toml",
		"[target." ARM64 "]\nlinker = \"tools/arm-gcc\"\n"
		"rustflags = [\"-C\", \"link-arg=-Wl,--build-id=sha1\"]\n");
	xtui(s, "doctor", ARM64);
	assert_code(s, 1);
	assert_out(s, ARM64 "  missing");
	assert_out(s, "tools/arm-gcc: named in xtui.toml:2, not found");
	xtui(s, "targets", ARM64);
	assert_out(s, "linker");
	bed_script(s->bed, "p/tools/arm-gcc",
		"#!/bin/sh\necho \"$@\" >>\"${0%/*}/used\"\nexec aarch64-linux-gnu-gcc \"$@\"\n");
	xtui(s, "doctor", "--probe", ARM64);
	assert_code(s, 0);
	assert_out(s, ARM64 "  ready");
	assert_out(s, "named in xtui.toml:2");
	str_clear(&s->out);
	assert_true(file_read(bed_path(s->bed, "p/tools/used"), &s->out, NULL));
	assert_out(s, "-Wl,--build-id=sha1");
	xtui(s, "targets", ARM64, "--json");
	assert_out(s, "\"readiness\":\"ready\"");
	bed_write(s->bed, "p/xtui.toml",
		"[target." ARM64 "]\nlinker = \"tools/arm-gcc\"\ntarget-cpu = \"cortex-a533\"\n");
	xtui(s, "doctor", "--probe", ARM64);
	assert_code(s, 1);
	assert_out(s, "xtui.toml:3: rustc knows no processor");
	assert_out(s, "target-cpu = \"cortex-a53\" in xtui.toml:3");
}

/* What cannot be is refused before anything is built, with what would do. */
static void
test_refused(void **state)
{
	struct stage *s = *state;

	NEED_FIXTURE(s);
	make_package(s);
	xtui(s, "build", "-t", HOST, "--target-cpu", "x86-64-v33");
	assert_refused(s, 2, "rustc knows no processor \"x86-64-v33\" for this target");
	assert_non_null(strstr(str_cstr(&s->err), "--target-cpu " HOST "=x86-64-v3"));
	xtui(s, "build", "-t", ARM64, "--target-cpu", "native");
	assert_refused(s, 2, "the target is for another");
	xtui(s, "build", "-t", HOST, "--linker", "no-such-linker");
	assert_refused(s, 2, HOST ": linker no-such-linker: not found on PATH");
	xtui(s, "build", "-t", HOST, "--crt-static", "maybe");
	assert_refused(s, 2, "crt-static \"maybe\": true or false was expected");
	xtui(s, "build", "-t", ARM64, "--backend", "zig", "--linker", "cc");
	assert_refused(s, 2, "zig links by itself, not with cc");
	bed_write(s->bed, "p/xtui.toml", "[target." HOST "]\ncrt-static = \"yes\"\n");
	xtui(s, "build", "-t", HOST);
	assert_refused(s, 2, "xtui.toml:2:14: expected true or false for \"crt-static\"");
}

/* Written by the command line they stand in xtui.toml, comments kept, and can be taken out and put back. */
static void
test_written(void **state)
{
	struct stage *s = *state;
	struct str text = STR_INIT;
	struct json *doc;

	NEED_FIXTURE(s);
	make_package(s);
	bed_write(s->bed, "p/xtui.toml", "# ours\ntargets = [\"" HOST "\"]\n");
	xtui(s, "profile", "diff", "--target-cpu", "x86-64-v3", "--json");
	assert_code(s, 0);
	doc = stage_json(s, "PROFILE_CHANGE");
	assert_true(json_is_null(json_get(doc, "path")));
	assert_int_equal(json_count(json_get(doc, "targets")), 1);
	json_free(doc);
	xtui(s, "profile", "write", "--target-cpu", "x86-64-v3", "--crt-static", "no",
		"--rustflags", "-C link-arg=-s", "--yes");
	assert_code(s, 0);
	assert_true(file_read(bed_path(s->bed, "p/xtui.toml"), &text, NULL));
	assert_string_equal(text.data,
		"# ours\ntargets = [\"" HOST "\"]\n\n[target." HOST
		"]\ntarget-cpu = \"x86-64-v3\"\n"
		"crt-static = false\nrustflags = [\"-C\", \"link-arg=-s\"]\n");
	xtui(s, "profile", "--json");
	doc = stage_json(s, "PROFILE");
	assert_int_equal(
		json_count(json_get(json_at(json_get(doc, "targets"), 0), "rustflags")), 6);
	json_free(doc);
	xtui(s, "profile", "write", "--target-cpu", "", "--crt-static", "", "--rustflags", "",
		"--yes");
	assert_code(s, 0);
	str_clear(&text);
	assert_true(file_read(bed_path(s->bed, "p/xtui.toml"), &text, NULL));
	assert_null(strstr(text.data, "rustflags"));
	xtui(s, "setup", "--undo", "2", "--yes");
	assert_code(s, 0);
	str_clear(&text);
	assert_true(file_read(bed_path(s->bed, "p/xtui.toml"), &text, NULL));
	assert_non_null(strstr(text.data, "target-cpu = \"x86-64-v3\""));
	str_fini(&text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		STAGE_TEST(test_joined),
		STAGE_TEST(test_shell_line),
		STAGE_TEST(test_obeyed),
		STAGE_TEST(test_ready_by_it),
		STAGE_TEST(test_refused),
		STAGE_TEST(test_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
