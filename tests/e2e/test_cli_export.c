/* `xtui export`: the real program writes files, and those who read them judge them: actionlint, the
 * schemas of GitHub and GitLab, shellcheck, a POSIX shell, podman. */
#include "e2e/bench_cli.h"

#include "e2e/bench_schema.h"
#include "e2e/bench_ways.h"
#include "io/proc.h"
#include "text/json.h"

#define NEED_PROGRAM(s, name)                                                                      \
	if (!stage_show(s, name))                                                                  \
	bed_skip("no " name " on this machine")

/* Runs a shell's line on the real machine's PATH, behind the stage's own, in the stage's folder;
 * what it says goes to s->out. */
static int
run_line(struct stage *s, const char *line)
{
	const char *const argv[] = { "/bin/sh", "-c", line, NULL };
	struct proc_env env = { "PATH",
		arena_printf(&s->bed->arena, "%s:%s", getenv("PATH"), s->bed->real_path) };
	struct proc_result result = { 0 };
	int code = -1;

	str_clear(&s->out);
	str_clear(&s->err);
	if (proc_capture(
		    &(struct proc_spec){ .argv = argv, .dir = s->dir, .env = &env, .env_count = 1 },
		    1 << 20, 500000, &result, NULL))
		code = result.end.exit_code;
	str_append_span(&s->out, str_span(&result.out));
	str_append_span(&s->err, str_span(&result.err));
	proc_result_fini(&result);
	return s->code = code;
}

static void
write_choice(struct stage *s, const char *text)
{
	char *path = path_join(s->dir, "xtui.toml");

	assert_true(file_write(path, span_of(text), NULL));
	free(path);
}

static const char *
read_whole(struct stage *s, const char *name)
{
	char *path = path_join(s->dir, name);
	struct str text = STR_INIT;
	const char *kept;

	if (!file_read(path, &text, NULL))
		fail_msg("%s is not there", path);
	kept = arena_span(&s->bed->arena, str_span(&text));
	str_fini(&text);
	free(path);
	return kept;
}

static void
assert_says(struct stage *s, const char *name, const char *text)
{
	const char *whole = read_whole(s, name);

	if (!strstr(whole, text))
		fail_msg("%s: \"%s\" is not in:\n%s", name, text, whole);
}

/* ---- every combination ---- */

static const char *const sets[][8] = {
	{ HOST },
	{ MUSL },
	{ HOST, ARM64, ARMV7 },
	{ MUSL, ARM64_MUSL },
	{ WINDOWS, "x86_64-pc-windows-msvc", "aarch64-pc-windows-msvc" },
	{ MAC, "x86_64-apple-darwin", "aarch64-apple-ios" },
	{ FREEBSD, "aarch64-unknown-freebsd", "i686-unknown-freebsd" },
	{ "aarch64-linux-android", "armv7-linux-androideabi" },
	{ "wasm32-wasip1", "wasm32-unknown-unknown", "thumbv7em-none-eabi" },
	{ "riscv64gc-unknown-linux-gnu", "s390x-unknown-linux-gnu",
		"powerpc64le-unknown-linux-gnu" },
	{ HOST, ARM64, MUSL, WINDOWS, MAC, FREEBSD },
	{ "x86_64-unknown-netbsd", "arm-unknown-linux-gnueabihf", "x86_64-unknown-illumos" },
};

/* What the backend is for; the others are left to themselves. */
static bool
is_for(const char *backend, const char *triple)
{
	if (text_is(backend, "zig"))
		return (strstr(triple, "-linux-") && !strstr(triple, "android")) ||
			strstr(triple, "-darwin") || text_is(triple, FREEBSD);
	if (text_is(backend, "xwin"))
		return strstr(triple, "-windows-msvc");
	if (text_is(backend, "cross"))
		return (strstr(triple, "-linux-") || text_is(triple, FREEBSD) ||
			text_is(triple, WINDOWS) || strstr(triple, "netbsd"));
	return text_is(backend, "native");
}

/* Names and features that mean something to YAML, shells and expressions come with it. */
static void
choose(struct stage *s, const char *const *set, const char *backend, size_t number)
{
	struct str text = STR_INIT;

	str_append(&text, "targets = [");
	for (size_t i = 0; i < 8 && set[i]; i++)
		str_appendf(&text, "%s\"%s\"", i ? ", " : "", set[i]);
	str_append(&text, "]\n");
	if (number % 3 == 1)
		str_append(&text,
			"features = [\"a: b #c\", \"it's\", \"${{ x }}\", \"$(id)\", \"\\\"\"]\n");
	if (number % 2)
		str_append(&text, "[profile]\npreset = \"small\"\n");
	for (size_t i = 0; i < 8 && set[i]; i++) {
		if (!is_for(backend, set[i]))
			continue;
		str_appendf(&text, "[target.%s]\nbackend = \"%s\"\n", set[i], backend);
		if (text_is(backend, "zig") && strstr(set[i], "-linux-gnu") && number % 2)
			str_append(&text, "glibc = \"2.28\"\n");
	}
	write_choice(s, str_cstr(&text));
	str_fini(&text);
}

/* Each format for each combination, into out/FORMAT-N.EXT; a format that has nothing to say says
 * so. */
static void
export_all(struct stage *s)
{
	static const char *const backends[] = { "", "native", "zig", "cross", "xwin" };
	static const char *const formats[][2] = { { "github", "yml" }, { "gitlab", "yml" },
		{ "script", "sh" }, { "dockerfile", "txt" } };
	size_t number = 0;

	for (size_t i = 0; i < COUNT(sets); i++) {
		for (size_t b = 0; b < COUNT(backends); b++, number++) {
			choose(s, sets[i], backends[b], number);
			for (size_t f = 0; f < COUNT(formats); f++) {
				const char *file = arena_printf(&s->bed->arena, "out/%s-%zu.%s",
					formats[f][0], number, formats[f][1]);

				xtui(s, "export", formats[f][0], "-o", file, "-q");
				if (s->code != 0 &&
					!strstr(str_cstr(&s->err), "no package of Debian's") &&
					!strstr(str_cstr(&s->err), "only a Mac"))
					fail_msg("%s: %s", file, str_cstr(&s->err));
			}
		}
	}
}

/* Twelve sets of targets by each backend: GitHub's and GitLab's own schemas and actionlint, with
 * shellcheck for every step, have nothing to say against any of them. (SC2016: a $ in single quotes
 * is one; it is meant.) */
static void
ci_files_are_accepted(void **state)
{
	struct stage *s = *state;

	NEED_FIXTURE(s);
	NEED(s, "linters/bin/actionlint", "no actionlint below build/fixture");
	NEED(s, "linters/bin/check-jsonschema", "no check-jsonschema below build/fixture");
	stage_greet(s);
	export_all(s);
	run_line(s,
		arena_printf(&s->bed->arena, "%s -no-color -ignore SC2016 out/github-*.yml",
			stage_fixture(s, "linters/bin/actionlint")));
	assert_code(s, 0);
	run_line(s,
		arena_printf(&s->bed->arena,
			"%s --builtin-schema vendor.github-workflows out/github-*.yml",
			stage_fixture(s, "linters/bin/check-jsonschema")));
	assert_code(s, 0);
	run_line(s,
		arena_printf(&s->bed->arena,
			"%s --builtin-schema vendor.gitlab-ci out/gitlab-*.yml",
			stage_fixture(s, "linters/bin/check-jsonschema")));
	assert_code(s, 0);
	run_line(s, "ls out/github-*.yml | wc -l");
	assert_true(atoi(str_cstr(&s->out)) >= 55);
}

static void check_dockerfile(const char *text);

/* A workspace below a repository's top, with blanks in its name, whose Python project is in a
 * folder of its own. */
static void
write_odd_project(struct stage *s)
{
	bed_dirs(s->bed, "repo/.git");
	free(s->dir);
	s->dir = xstrdup(bed_path(s->bed, "repo/the work"));
	bed_write(s->bed, "repo/the work/Cargo.toml",
		"[workspace]\nmembers = [\"rust\"]\nresolver = \"2\"\n");
	bed_write(s->bed, "repo/the work/rust/Cargo.toml",
		"[package]\nname = \"hello\"\nversion = \"0.1.0\"\nedition = \"2021\"\n");
	bed_write(s->bed, "repo/the work/rust/src/main.rs", "fn main() {}\n");
	bed_write(s->bed, "repo/the work/rust/pyproject.toml",
		"[build-system]\nrequires = [\"maturin>=1,<2\"]\nbuild-backend = \"maturin\"\n"
		"[project]\nname = \"hello\"\nversion = \"0.1.0\"\n");
	bed_write(s->bed, "repo/the work/in a box/Dockerfile", "FROM example.org/x:1\n");
	write_choice(s,
		"targets = [\"" HOST "\", \"" ARM64_MUSL "\", \"universal2-apple-darwin\", \"" ARMV7
		"\", \"thumbv7em-none-eabi\", \"" ARM64 "\"]\n"
		"[target." HOST "]\nbackend = \"maturin\"\nglibc = \"2.17\"\n"
		"[target." ARM64_MUSL "]\nbackend = \"maturin\"\ninterpreter = \"3.11 3.12\"\n"
		"[target." ARMV7
		"]\nbackend = \"container\"\ndockerfile = \"in a box/Dockerfile\"\n"
		"[target.thumbv7em-none-eabi]\nbuild-std = \"core\"\n"
		"[target." ARM64 "]\nrustflags = [\"--cfg\", \"a b\"]\n");
}

/* A program that wants features is kept where the default ones bring them, and only there. */
static void
programs_that_want_features(void **state)
{
	struct stage *s = *state;

	NEED_FIXTURE(s);
	free(s->dir);
	s->dir = xstrdup(bed_path(s->bed, "count"));
	bed_write(s->bed, "count/src/main.rs", "fn main() {}\n");
	bed_write(s->bed, "count/src/bin/more.rs", "fn main() {}\n");
	bed_write(s->bed, "count/Cargo.toml",
		"[package]\nname = \"count\"\nversion = \"0.1.0\"\nedition = \"2021\"\n"
		"[features]\ndefault = [\"all\"]\nall = [\"cli\"]\ncli = []\nextra = []\n"
		"[[bin]]\nname = \"count\"\npath = \"src/main.rs\"\nrequired-features = [\"cli\"]\n"
		"[[bin]]\nname = \"more\"\nrequired-features = [\"extra\"]\n");
	xtui(s, "export", "script", "-t", HOST, "-o", "-");
	assert_code(s, 0);
	assert_out(s, "keep " HOST " count\n");
}

/* What both Apple targets make is one file in every format that builds them: GitLab and the Dockerfile join it by
 * LLVM's lipo. */
static void
both_macs_in_one_file(void **state)
{
	struct stage *s = *state;

	NEED_ZIG(s);
	NEED(s, "linters/bin/check-jsonschema", "no check-jsonschema below build/fixture");
	stage_greet(s);
	stage_show_zig(s);
	write_choice(s,
		"targets = [\"universal2-apple-darwin\", \"" ARM64 "\"]\n"
		"[target.aarch64-apple-darwin]\nbackend = \"zig\"\n"
		"[target.x86_64-apple-darwin]\nbackend = \"zig\"\n");
	xtui(s, "export", "gitlab");
	assert_code(s, 0);
	assert_says(s, ".gitlab-ci.yml", "\nuniversal:\n  extends: .build\n");
	assert_says(s, ".gitlab-ci.yml", "/greet-universal2-apple-darwin.tar.gz");
	assert_says(s, ".gitlab-ci.yml", "    - universal\n");
	xtui(s, "export", "dockerfile");
	assert_code(s, 0);
	check_dockerfile(read_whole(s, "Dockerfile"));
	assert_says(s, "Dockerfile", "FROM base AS universal\n");
	assert_says(s, "Dockerfile", "COPY --from=universal /home/builder/dist/ /\n");
	run_line(s,
		arena_printf(&s->bed->arena, "%s --builtin-schema vendor.gitlab-ci .gitlab-ci.yml",
			stage_fixture(s, "linters/bin/check-jsonschema")));
	assert_code(s, 0);
}

/* Wheels, a container of one's own, a standard library that is built along, both kinds of Mac in
 * one file, from a workspace below its repository's top: all of it is accepted, too. */
static void
odd_projects_are_accepted(void **state)
{
	struct stage *s = *state;

	NEED_FIXTURE(s);
	NEED(s, "linters/bin/actionlint", "no actionlint below build/fixture");
	NEED(s, "linters/bin/check-jsonschema", "no check-jsonschema below build/fixture");
	NEED_PROGRAM(s, "shellcheck");
	write_odd_project(s);
	xtui(s, "export", "github");
	assert_code(s, 0);
	xtui(s, "export", "gitlab");
	assert_code(s, 0);
	xtui(s, "export", "script");
	assert_code(s, 0);
	xtui(s, "export", "dockerfile");
	assert_code(s, 0);
	check_dockerfile(read_whole(s, "Dockerfile"));
	run_line(s,
		arena_printf(&s->bed->arena,
			"%s -no-color ../.github/workflows/xtui.yml && shellcheck build-targets.sh "
			"&& "
			"%s --builtin-schema vendor.github-workflows ../.github/workflows/xtui.yml "
			"&& "
			"%s --builtin-schema vendor.gitlab-ci ../.gitlab-ci.yml",
			stage_fixture(s, "linters/bin/actionlint"),
			stage_fixture(s, "linters/bin/check-jsonschema"),
			stage_fixture(s, "linters/bin/check-jsonschema")));
	assert_code(s, 0);
}

/* The shell's own reading, dash's where it is here, and shellcheck's. */
static void
scripts_are_sound(void **state)
{
	struct stage *s = *state;

	NEED_FIXTURE(s);
	NEED_PROGRAM(s, "shellcheck");
	stage_greet(s);
	export_all(s);
	run_line(s, "for f in out/script-*.sh; do sh -n \"$f\" || exit; done");
	assert_code(s, 0);
	if (stage_show(s, "dash")) {
		run_line(s, "for f in out/script-*.sh; do dash -n \"$f\" || exit; done");
		assert_code(s, 0);
	}
	run_line(s, "shellcheck -e SC2016 out/script-*.sh");
	assert_code(s, 0);
}

/* ---- Dockerfiles by the rules of those who read many ---- */

static bool
names_stage(const struct str *stages, struct span image)
{
	char *line = xasprintf("\n%.*s\n", (int)image.len, image.data);
	bool is = span_find(str_span(stages), span_of(line)) >= 0;

	free(line);
	return is;
}

/* FROM: an image with a tag that is not latest, an argument, an earlier stage, or nothing at all. */
static void
check_from(struct span rest, struct str *stages)
{
	struct span image = span_cut(rest, ' ', &rest), as = span_cut(rest, ' ', &rest);
	bool is_pinned = span_find(image, SPAN(":")) >= 0 && span_find(image, SPAN(":latest")) < 0;

	if (!is_pinned && !span_is(image, "scratch") && !span_is(image, "${RUST_IMAGE}") &&
		!names_stage(stages, image))
		fail_msg("FROM %.*s", (int)image.len, image.data);
	assert_true(span_is(as, "AS"));
	str_appendf(stages, "%.*s\n", (int)rest.len, rest.data);
}

static void
check_run(const char *line, bool is_root)
{
	if (strstr(line, "apt-get install"))
		assert_true(strstr(line, "apt-get update") &&
			strstr(line, "--no-install-recommends") &&
			strstr(line, "rm -rf /var/lib/apt/lists/*"));
	if (strstr(line, "curl -"))
		assert_true(strstr(line, "curl -fsSL") && strstr(line, "sha256sum -c"));
	if (strstr(line, "pip install"))
		assert_non_null(strstr(line, "--no-cache-dir"));
	if (strstr(line, "cargo build") || strstr(line, "cargo zigbuild") ||
		strstr(line, "cargo xwin"))
		assert_true(!is_root && strstr(line, "--mount=type=cache"));
	assert_null(strstr(line, " | ")); /* a failure before a pipe would be lost */
	assert_null(strstr(line, "sudo "));
}

/* One instruction, its lines joined. */
static void
check_instruction(const char *line, struct str *stages, bool *is_root)
{
	assert_false(text_starts(line, "ADD "));
	if (text_starts(line, "FROM ")) {
		check_from(span_of(line + 5), stages);
		*is_root = true;
	} else if (text_starts(line, "USER ")) {
		*is_root = text_is(line, "USER root");
	} else if (text_starts(line, "RUN ")) {
		check_run(line, *is_root);
	} else if (text_starts(line, "ARG RUST_IMAGE=")) {
		assert_non_null(strchr(line, ':'));
	}
}

static void
check_dockerfile(const char *text)
{
	struct str line = STR_INIT, stages = STR_INIT;
	bool is_root = true;

	str_append_char(&stages, '\n');
	for (struct span rest = span_of(text); rest.len;) {
		struct span part = span_cut(rest, '\n', &rest);

		if (span_starts(part, "#"))
			continue;
		str_append_span(&line, part);
		if (span_ends(part, "\\")) {
			str_truncate(&line, line.len - 1);
			continue;
		}
		check_instruction(str_cstr(&line), &stages, &is_root);
		str_clear(&line);
	}
	assert_true(span_ends(str_span(&stages), "\ndist\n"));
	str_fini(&line);
	str_fini(&stages);
}

/* Pinned images, no root where the project is built, nothing fetched that is not checked, no lists
 * of packages left, no ADD, no pipes. */
static void
dockerfiles_keep_the_rules(void **state)
{
	struct stage *s = *state;
	int checked = 0;

	NEED_FIXTURE(s);
	stage_greet(s);
	export_all(s);
	for (size_t i = 0; i < COUNT(sets) * 5; i++) {
		const char *name = arena_printf(&s->bed->arena, "out/dockerfile-%zu.txt", i);
		char *path = path_join(s->dir, name);

		if (file_exists(path)) {
			check_dockerfile(read_whole(s, name));
			checked++;
		}
		free(path);
	}
	assert_true(checked >= 50);
}

/* ---- the command ---- */

/* Written where it belongs; a second time nothing changes; one that says something else stays,
 * shown as a diff, until it is forced, and can be put back. */
static void
never_overwritten_unasked(void **state)
{
	struct stage *s = *state;

	NEED_FIXTURE(s);
	stage_greet(s);
	write_choice(s, "targets = [\"" ARM64 "\"]\n");
	xtui(s, "export", "gitlab");
	assert_code(s, 0);
	assert_out(s, ".gitlab-ci.yml is written");
	xtui(s, "export", "gitlab");
	assert_code(s, 0);
	assert_out(s, ".gitlab-ci.yml is what the choice says already");
	bed_write(s->bed, "greet/.gitlab-ci.yml", "mine: {}\n");
	xtui(s, "export", "gitlab");
	assert_refused(
		s, 1, ".gitlab-ci.yml: it is there and says something else: nothing was written");
	assert_out(s, "-mine: {}\n");
	assert_string_equal(read_whole(s, ".gitlab-ci.yml"), "mine: {}\n");
	xtui(s, "export", "gitlab", "--force");
	assert_code(s, 0);
	xtui(s, "export", "gitlab", "--check");
	assert_code(s, 0);
	xtui(s, "setup", "--undo", "2", "--yes");
	assert_code(s, 0);
	assert_string_equal(read_whole(s, ".gitlab-ci.yml"), "mine: {}\n");
}

/* For CI: 0 while the file is what the choice says, 1 with the line that is not when it has
 * changed, and when there is none; an option that made it is told in it. */
static void
check_for_ci(void **state)
{
	struct stage *s = *state;

	NEED_FIXTURE(s);
	stage_greet(s);
	write_choice(s, "targets = [\"" ARM64 "\"]\n");
	xtui(s, "export", "github", "--check");
	assert_refused(s, 1, ".github/workflows/xtui.yml: there is no such file");
	xtui(s, "export", "github", "-t", MUSL, "-o", "ci/one file.yml");
	assert_code(s, 0);
	assert_non_null(strstr(read_whole(s, "ci/one file.yml"),
		"# `xtui export github -t " MUSL " -o 'ci/one file.yml' --check` tells"));
	xtui(s, "export", "github", "-t", MUSL, "-o", "ci/one file.yml", "--check");
	assert_code(s, 0);
	write_choice(s, "targets = [\"" ARM64 "\"]\nfeatures = [\"x\"]\n");
	xtui(s, "export", "github", "-t", MUSL, "-o", "ci/one file.yml", "--check");
	assert_refused(s, 1,
		"ci/one file.yml:3: not what the choice says: found \"# profile release\", "
		"expected \"# profile release; features x\"");
}

/* A file to which something was added differs where that begins. */
static void
check_of_a_longer_file(void **state)
{
	struct stage *s = *state;
	struct str text = STR_INIT;

	NEED_FIXTURE(s);
	stage_greet(s);
	xtui(s, "export", "script", "-t", MUSL, "-o", "make.sh");
	assert_code(s, 0);
	assert_true(file_read(bed_path(s->bed, "greet/make.sh"), &text, NULL));
	str_append(&text, "echo more\n");
	bed_write(s->bed, "greet/make.sh", str_cstr(&text));
	str_fini(&text);
	xtui(s, "export", "script", "-t", MUSL, "-o", "make.sh", "--check");
	assert_refused(s, 1, "found \"echo more\", expected \"\"");
}

/* What it says of itself as JSON; -o - prints the file alone. */
static void
json_and_print(void **state)
{
	struct stage *s = *state;
	struct json *doc;

	NEED_FIXTURE(s);
	stage_greet(s);
	write_choice(s, "targets = [\"" HOST "\", \"aarch64-apple-ios\"]\n");
	xtui(s, "export", "dockerfile", "--json");
	assert_code(s, 0);
	doc = stage_json(s, "EXPORT");
	assert_string_equal(json_string(json_get(doc, "state"), ""), "written");
	assert_int_equal(json_count(json_get(doc, "left_out")), 1);
	assert_string_equal(read_whole(s, "Dockerfile"), json_string(json_get(doc, "text"), ""));
	json_free(doc);
	xtui(s, "export", "dockerfile", "-o", "-");
	assert_code(s, 0);
	assert_string_equal(str_cstr(&s->out), read_whole(s, "Dockerfile"));
	assert_non_null(strstr(str_cstr(&s->err), "xtui: left out: aarch64-apple-ios: only a Mac"));
	xtui(s, "export", "dokerfile");
	assert_refused(s, 2, "there is no format \"dokerfile\"");
	xtui(s, "export");
	assert_refused(s, 2, "say which file");
}

/* ---- the script does the same ---- */

static void
build_here_and_by_script(struct stage *s, const char *choice)
{
	write_choice(s, choice);
	xtui(s, "build", "-q");
	assert_code(s, 0);
	xtui(s, "export", "script");
	assert_code(s, 0);
	run_line(s, "mv target ../xtui-target && ./build-targets.sh");
	assert_code(s, 0);
}

/* In a fresh clone the script makes what xtui made, byte for byte; a second run has nothing to do. */
static void
script_makes_the_same(void **state)
{
	struct stage *s = *state;

	NEED_RUSTUP(s);
	NEED_PROGRAM(s, "aarch64-linux-gnu-gcc");
	NEED_PROGRAM(s, "musl-gcc");
	stage_greet(s);
	build_here_and_by_script(s,
		"targets = [\"" HOST "\", \"" ARM64 "\", \"" MUSL "\"]\n"
		"[profile]\nset = [\"opt-level=2\", \"debug=1\"]\n");
	run_line(s,
		"for t in " HOST " " ARM64 " " MUSL "; do\n"
		"cmp dist/$t/greet ../xtui-target/$t/release/greet || exit; done\n"
		"cmp dist/" ARM64 "/libgreet_ffi.so ../xtui-target/" ARM64
		"/release/libgreet_ffi.so");
	assert_code(s, 0);
	run_line(s, "./build-targets.sh " ARM64);
	assert_code(s, 0);
	assert_null(strstr(str_cstr(&s->err), "Compiling"));
	run_line(s, "./build-targets.sh x86-nothing");
	assert_code(s, 2);
	xtui(s, "export", "script", "-o", "ci/deep/make.sh");
	assert_code(s, 0);
	run_line(s, "rm -r dist && cd / && \"$OLDPWD/ci/deep/make.sh\" " MUSL);
	assert_code(s, 0);
	assert_true(file_exists(bed_path(s->bed, "greet/dist/" MUSL "/greet")));
}

/* By zig too, with a floor that holds. */
static void
script_by_zig(void **state)
{
	struct stage *s = *state;

	NEED_RUSTUP(s);
	NEED(s, "tools/packages", "no zig below build/fixture");
	stage_greet(s);
	setenv("PATH",
		arena_printf(
			&s->bed->arena, "%s:%s", getenv("PATH"), stage_fixture(s, "tools/bin")),
		1);
	setenv("ZIG_GLOBAL_CACHE_DIR", stage_fixture(s, "zig-cache"), 1);
	build_here_and_by_script(s,
		"targets = [\"" ARM64 "\"]\n[target." ARM64
		"]\nbackend = \"zig\"\nglibc = \"2.17\"\n");
	unsetenv("ZIG_GLOBAL_CACHE_DIR");
	run_line(s, "cmp dist/" ARM64 "/greet ../xtui-target/xtui/zig/" ARM64 "/release/greet");
	assert_code(s, 0);
	xtui(s, "inspect", "dist/" ARM64 "/greet", "--floor", "glibc-2.17");
	assert_code(s, 0);
}

/* With clang and FreeBSD's base, which the script fetches, checks and unpacks: here from the
 * fixture's mirror, whose archive has another hash. One that is not what it should be is not
 * unpacked. */
static void
script_for_freebsd(void **state)
{
	struct stage *s = *state;
	const char *archive =
		stage_fixture(s, "freebsd/releases/amd64/amd64/14.4-RELEASE/base.txz");

	NEED_RUSTUP(s);
	NEED(s, "freebsd/done", "no mirror of FreeBSD below build/fixture");
	NEED_PROGRAM(s, "clang");
	NEED_PROGRAM(s, "ld.lld");
	NEED_PROGRAM(s, "llvm-ar");
	stage_greet(s);
	xtui(s, "sysroot", "add", FREEBSD, "--version", "14.4", "--from", archive);
	assert_code(s, 0);
	write_choice(s, "targets = [\"" FREEBSD "\"]\n");
	xtui(s, "build", "-q");
	assert_code(s, 0);
	xtui(s, "export", "script");
	assert_code(s, 0);
	run_line(s,
		arena_printf(&s->bed->arena,
			"mv target ../xtui-target && sed 's,https://[^ ]*base.txz,file://%s,' "
			"build-targets.sh "
			">fixture.sh && sh fixture.sh",
			archive));
	assert_code(s, 1);
	assert_false(
		file_exists(bed_path(s->bed, "greet/target/export/sysroots/" FREEBSD "/14.4")));
	run_line(s,
		arena_printf(&s->bed->arena,
			"sum=$(sha256sum %s) && sed -i \"s,\\(base.txz\\) [0-9a-f]*,\\1 ${sum%%%% "
			"*},\" fixture.sh && "
			"sh fixture.sh",
			archive));
	assert_code(s, 0);
	run_line(s, "cmp dist/" FREEBSD "/greet ../xtui-target/" FREEBSD "/release/greet");
	assert_code(s, 0);
	xtui(s, "inspect", "dist/" FREEBSD "/greet", "--target", FREEBSD);
	assert_code(s, 0);
}

/* ---- the Dockerfile builds ---- */

/* Stands for the image of Rust: the fixture's, with programs that change nothing in place of those
 * that would ask a network. */
static void
make_image(struct stage *s)
{
	bed_script(s->bed, "image/programs/apt-get", "#!/bin/sh\n");
	bed_script(s->bed, "image/programs/rustup", "#!/bin/sh\n[ \"$1 $2\" = 'target add' ]\n");
	bed_script(s->bed, "image/programs/useradd",
		"#!/bin/sh\necho 'builder:x:1000:1000::/home/builder:/bin/sh' >>/etc/passwd\n"
		"echo 'builder:x:1000:' >>/etc/group\n"
		"mkdir -p /home/builder && chown 1000:1000 /home/builder\n");
	bed_write(s->bed, "image/Dockerfile",
		"FROM localhost/xtui-aarch64:2\n"
		"COPY programs/ /usr/local/bin/\n"
		"RUN ln -s /opt/rust /rust && ln -s /rust/bin/cargo /rust/bin/rustc "
		"/usr/local/bin/ "
		"&& mkdir -p /usr/local/rustup /usr/local/cargo && chmod 777 /usr/local/cargo\n"
		"ENV CARGO_HOME=/usr/local/cargo\n");
	run_line(s, "podman build -q -t localhost/xtui-export:1 ../image");
}

/* podman builds it from this machine's own packages, in a container for each way; what comes out is
 * in dist, a folder for each target, and no root has built it. */
static void
dockerfile_builds(void **state)
{
	struct stage *s = *state;

	NEED_FIXTURE(s);
	NEED(s, "containers/ready", "no container fixture below build/fixture");
	stage_greet(s);
	setenv("CONTAINERS_CONF", stage_fixture(s, "containers/containers.conf"), 1);
	setenv("CONTAINERS_STORAGE_CONF", stage_fixture(s, "containers/storage.conf"), 1);
	make_image(s);
	assert_code(s, 0);
	write_choice(s,
		"targets = [\"" HOST "\", \"" ARM64 "\"]\n[profile]\nset = [\"opt-level=1\"]\n"
		"[target." ARM64 "]\nbackend = \"cross\"\nimage = \"localhost/xtui-export:1\"\n");
	xtui(s, "export", "dockerfile");
	assert_code(s, 0);
	assert_non_null(strstr(
		read_whole(s, "Dockerfile"), "FROM localhost/xtui-export:1 AS cross-" ARM64));
	run_line(s,
		"podman build --build-arg RUST_IMAGE=localhost/xtui-export:1 --no-cache --output "
		"dist .");
	assert_code(s, 0);
	xtui(s, "inspect", "dist/" HOST "/greet", "--target", HOST);
	assert_code(s, 0);
	xtui(s, "inspect", "dist/" ARM64 "/greet", "dist/" ARM64 "/libgreet_ffi.so", "--target",
		ARM64);
	assert_code(s, 0);
	run_line(s,
		"[ $(stat -c %u dist/" HOST
		"/greet) = 1000 ]; podman rmi -f localhost/xtui-export:1");
	unsetenv("CONTAINERS_CONF");
	unsetenv("CONTAINERS_STORAGE_CONF");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		STAGE_TEST(ci_files_are_accepted),
		STAGE_TEST(programs_that_want_features),
		STAGE_TEST(both_macs_in_one_file),
		STAGE_TEST(odd_projects_are_accepted),
		STAGE_TEST(scripts_are_sound),
		STAGE_TEST(dockerfiles_keep_the_rules),
		STAGE_TEST(never_overwritten_unasked),
		STAGE_TEST(check_for_ci),
		STAGE_TEST(check_of_a_longer_file),
		STAGE_TEST(json_and_print),
		STAGE_TEST(script_makes_the_same),
		STAGE_TEST(script_by_zig),
		STAGE_TEST(script_for_freebsd),
		STAGE_TEST(dockerfile_builds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
