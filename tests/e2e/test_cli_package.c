/* `xtui package` and the size limits of `xtui build`, on what the real cargo built. */
#include "e2e/bench_cli.h"

#include "e2e/bench_schema.h"
#include "io/proc.h"
#include "text/json.h"

#define TOP "greet-0.3.1-" HOST

static void
write_file(struct stage *s, const char *name, const char *text)
{
	char *path = path_join(s->dir, name);

	assert_true(file_write(path, span_of(text), NULL));
	free(path);
}

static char *
read_whole(struct stage *s, const char *name)
{
	char *path = path_join(s->dir, name);
	struct str text = STR_INIT;

	assert_true(file_read(path, &text, NULL));
	free(path);
	return str_take(&text);
}

static bool
is_there(struct stage *s, const char *name)
{
	char *path = path_join(s->dir, name);
	bool found = file_exists(path);

	free(path);
	return found;
}

/* A project with all that belongs beside a program, built. */
static void
build_whole(struct stage *s)
{
	stage_greet(s);
	write_file(s, "README.md", "# greet\n");
	write_file(s, "LICENSE-MIT", "MIT\n");
	write_file(s, "man/greet.1", ".TH greet 1\n");
	write_file(s, "completions/greet.bash", "complete greet\n");
	write_file(s, "extra/deep/notes.txt", "notes\n");
	write_file(s, "xtui.toml", "[package]\nfiles = [\"extra/\"]\n");
	xtui(s, "build", "-t", HOST, "-q");
	assert_code(s, 0);
}

/* Runs a program on the real machine's PATH in the stage's folder; its exit status. */
static int
run_tool(struct stage *s, const char *const *argv)
{
	struct proc_result result = { 0 };
	int code = -1;

	if (proc_capture(&(struct proc_spec){ .argv = argv,
				 .dir = s->dir,
				 .env = &(struct proc_env){ "PATH", s->bed->real_path },
				 .env_count = 1 },
		    65536, 60000, &result, NULL))
		code = result.end.exit_code;
	proc_result_fini(&result);
	return code;
}
#define tool(s, ...) run_tool(s, ((const char *const[]){ __VA_ARGS__, NULL }))

/* A package has the program, what belongs beside it and what xtui.toml names, below one folder of its own name;
 * its sum is right, and the program in it runs. */
static void
test_package_is_whole(void **state)
{
	struct stage *s = *state;
	struct json *doc;

	NEED_FIXTURE(s);
	build_whole(s);
	xtui(s, "package", "-t", HOST, "-o", "out");
	assert_code(s, 0);
	assert_out(s, TOP ".tar.gz");
	assert_out(s, "greet --version: exit 0");
	assert_int_equal(tool(s, "tar", "xzf", "out/" TOP ".tar.gz"), 0);
	assert_true(is_there(s, TOP "/greet"));
	assert_true(is_there(s, TOP "/libgreet_ffi.so"));
	assert_true(is_there(s, TOP "/README.md"));
	assert_true(is_there(s, TOP "/LICENSE-MIT"));
	assert_true(is_there(s, TOP "/man/greet.1"));
	assert_true(is_there(s, TOP "/completions/greet.bash"));
	assert_true(is_there(s, TOP "/extra/deep/notes.txt"));
	assert_int_equal(tool(s, TOP "/greet", "Ada"), 0);
	assert_int_equal(tool(s, "sh", "-c", "cd out && sha256sum -c --strict SHA256SUMS"), 0);
	xtui(s, "package", "-t", HOST, "-o", "out", "--json");
	assert_code(s, 0);
	doc = stage_json(s, "PACKAGED");
	assert_int_equal(json_count(json_get(doc, "packages")), 1);
	json_free(doc);
}

/* The manifest has the shape of its document, and no path of this machine in it. */
static void
test_manifest(void **state)
{
	struct stage *s = *state;
	struct json *doc;
	char *text;

	NEED_FIXTURE(s);
	build_whole(s);
	xtui(s, "package", "-t", HOST, "-o", "out");
	assert_code(s, 0);
	text = read_whole(s, "out/manifest.json");
	assert_null(strstr(text, s->dir));
	doc = json_parse(text, strlen(text), NULL);
	assert_non_null(doc);
	schema_check(s->schema, "MANIFEST", doc);
	json_free(doc);
	free(text);
}

/* The same files give the same archives in another folder, at another time, in another time zone, in every
 * format. */
static void
test_package_is_reproducible(void **state)
{
	static const char *const formats[] = { "tar.gz", "tar.xz", "tar.zst", "zip" };
	struct stage *s = *state;
	char *here, *there;

	NEED_FIXTURE(s);
	build_whole(s);
	assert_int_equal(tool(s, "sh", "-c", "mkdir ../copy && cp -r . ../copy/greet"), 0);
	assert_int_equal(
		tool(s, "sh", "-c", "find ../copy -type f -exec touch -d 2001-01-01 {} +"), 0);
	for (size_t i = 0; i < COUNT(formats); i++) {
		xtui(s, "package", "-t", HOST, "-o", "out", "--format", formats[i], "-q");
		assert_code(s, 0);
		setenv("TZ", "Asia/Tokyo", 1);
		xtui(s, "-C", "../copy/greet", "package", "-t", HOST, "-o", "out", "--format",
			formats[i], "-q");
		unsetenv("TZ");
		assert_code(s, 0);
		here = read_whole(s, "out/SHA256SUMS");
		there = read_whole(s, "../copy/greet/out/SHA256SUMS");
		assert_non_null(strstr(here, formats[i]));
		assert_string_equal(here, there);
		free(there);
		free(here);
	}
}

/* Two builds of one project, in folders of other names and one after the other, are packaged to the same bytes,
 * for every target: the only thing that a linker writes of the moment takes SOURCE_DATE_EPOCH. */
static void
test_two_builds_are_one_package(void **state)
{
	static const char *const folders[] = { "first", "second/of/another/depth" };
	struct stage *s = *state;
	char *sums[2];

	NEED_FIXTURE(s);
	build_whole(s);
	assert_int_equal(tool(s, "rm", "-r", "target"), 0);
	setenv("PATH", arena_printf(&s->bed->arena, "%s:%s", getenv("PATH"), s->bed->real_path), 1);
	for (size_t i = 0; i < COUNT(folders); i++) {
		const char *dir = arena_printf(&s->bed->arena, "../%s", folders[i]);

		assert_int_equal(tool(s, "mkdir", "-p", dir), 0);
		assert_int_equal(
			tool(s, "cp", "-r", ".", arena_printf(&s->bed->arena, "%s/greet", dir)), 0);
		dir = arena_printf(&s->bed->arena, "%s/greet", dir);
		setenv("SOURCE_DATE_EPOCH", "1700000000", 1);
		xtui(s, "-C", dir, "build", "-q", "--backend", "native", "-t", HOST, "-t", ARM64,
			"-t", MUSL, "-t", WINDOWS);
		assert_code(s, 0);
		xtui(s, "-C", dir, "package", "-t", HOST, "-t", ARM64, "-t", MUSL, "-t", WINDOWS,
			"-o", "out");
		assert_code(s, 0);
		assert_null(strstr(s->out.data, "the time of its link"));
		unsetenv("SOURCE_DATE_EPOCH");
		xtui(s, "-C", dir, "package", "-t", WINDOWS, "-o", "later");
		assert_out(s, "greet.exe holds the time of its link, 2023-11-14T22:13:20Z");
		sums[i] = read_whole(s, arena_printf(&s->bed->arena, "%s/out/SHA256SUMS", dir));
	}
	assert_non_null(strstr(sums[0], WINDOWS ".zip"));
	assert_string_equal(sums[0], sums[1]);
	free(sums[0]);
	free(sums[1]);
}

/* SOURCE_DATE_EPOCH gives the time, and a broken one is refused. */
static void
test_time_is_given(void **state)
{
	struct stage *s = *state;

	NEED_FIXTURE(s);
	build_whole(s);
	setenv("SOURCE_DATE_EPOCH", "1000000000", 1);
	xtui(s, "package", "-t", HOST, "-o", "out", "-q");
	assert_code(s, 0);
	assert_int_equal(
		tool(s, "sh", "-c",
			"tar tvzf out/" TOP ".tar.gz --utc | grep -q '0/0 .* 2001-09-09 01:46'"),
		0);
	setenv("SOURCE_DATE_EPOCH", "yesterday", 1);
	xtui(s, "package", "-t", HOST, "-o", "out");
	unsetenv("SOURCE_DATE_EPOCH");
	assert_refused(s, 2, "SOURCE_DATE_EPOCH: \"yesterday\" is no number of seconds");
}

/* What was not built, is not there or not known is refused with what to do. */
static void
test_package_refused(void **state)
{
	struct stage *s = *state;

	NEED_FIXTURE(s);
	build_whole(s);
	xtui(s, "package", "-t", ARM64);
	assert_refused(s, 1, "package: nothing has been built for " ARM64);
	assert_non_null(strstr(str_cstr(&s->err), "try: xtui build -t " ARM64));
	xtui(s, "package", "-t", HOST, "--format", "rar");
	assert_refused(s, 2, "there is no \"rar\"");
	xtui(s, "package", "-t", "x86_64-unknown-linux-gnux");
	assert_refused(s, 2, HOST);
	write_file(s, "xtui.toml", "[package]\nfiles = [\"nowhere.txt\"]\n");
	xtui(s, "package", "-t", HOST);
	assert_refused(s, 2, "there is no nowhere.txt");
}

/* The sums are signed by the tool that the settings name; when it fails, so does packaging. */
static void
test_sums_are_signed(void **state)
{
	struct stage *s = *state;

	NEED_FIXTURE(s);
	build_whole(s);
	assert_true(stage_show(s, "cp"));
	assert_true(stage_show(s, "false"));
	write_file(s, "signing.toml", "sign = \"cp -t out/signed\"\n");
	write_file(s, "out/signed/.keep", "");
	xtui(s, "--config", "signing.toml", "package", "-t", HOST, "-o", "out", "-q");
	assert_code(s, 0);
	assert_true(is_there(s, "out/signed/SHA256SUMS"));
	write_file(s, "signing.toml", "sign = \"false\"\n");
	xtui(s, "--config", "signing.toml", "package", "-t", HOST, "-o", "out", "-q");
	assert_refused(s, 1, "sign: false ended with 1");
}

/* A build whose file is larger than it may be ends with 1 and says by how much; a limit that holds is silent. */
static void
test_max_size(void **state)
{
	struct stage *s = *state;

	NEED_FIXTURE(s);
	stage_greet(s);
	xtui(s, "build", "-t", HOST, "-q", "--max-size", HOST "=900MB", "--max-growth", "0");
	assert_code(s, 0);
	assert_string_equal(str_cstr(&s->err), "");
	xtui(s, "build", "-t", HOST, "-q", "--max-size", "900MB", "--max-size", HOST "=9KiB");
	assert_refused(s, 1, "--max-size allows 9216");
	assert_non_null(strstr(str_cstr(&s->err), HOST ": greet has "));
	xtui(s, "build", "-t", HOST, "-q", "--max-size", ARM64 "=9M");
	assert_refused(s, 2, ARM64 " is not among the targets built");
	assert_string_equal(str_cstr(&s->out), "");
	xtui(s, "build", "-t", HOST, "--max-size", HOST "=much");
	assert_refused(s, 2, "--max-size: \"" HOST "=much\" is no");
	xtui(s, "build", "-t", HOST, "--max-growth", "x");
	assert_refused(s, 2, "--max-growth: \"x\" is no percentage");
}

/* Growth is against the last build of the same target and profile. */
static void
test_max_growth(void **state)
{
	struct stage *s = *state;

	NEED_FIXTURE(s);
	stage_greet(s);
	xtui(s, "build", "-t", HOST, "-q", "--max-growth", "5");
	assert_code(s, 0);
	write_file(s, "src/main.rs",
		"static LARGE: [u8; 4_000_000] = [7; 4_000_000];\n"
		"fn main() {\n    let at = std::env::args().count();\n"
		"    println!(\"{}\", std::hint::black_box(&LARGE)[at]);\n}\n");
	xtui(s, "build", "-t", HOST, "-q", "--max-growth", "5");
	assert_refused(s, 1, "greet has grown by ");
	assert_non_null(strstr(str_cstr(&s->err), "--max-growth allows 5 %"));
	xtui(s, "build", "-t", HOST, "-q", "--max-growth", "5");
	assert_code(s, 0); /* that is its size now */
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		STAGE_TEST(test_package_is_whole),
		STAGE_TEST(test_manifest),
		STAGE_TEST(test_package_is_reproducible),
		STAGE_TEST(test_two_builds_are_one_package),
		STAGE_TEST(test_time_is_given),
		STAGE_TEST(test_package_refused),
		STAGE_TEST(test_sums_are_signed),
		STAGE_TEST(test_max_size),
		STAGE_TEST(test_max_growth),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
