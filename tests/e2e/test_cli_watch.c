/* xtui build --dry-run and --watch, as a person runs them. */
#include "e2e/bench_cli.h"

#include "text/json.h"

/* A dry run prints a script: pasted into a shell it builds what was asked for, and before that nothing
 * is there. */
static void
dry_run(void **state)
{
	struct stage *s = *state;
	char *app;

	NEED_FIXTURE(s);
	stage_greet(s);
	xtui(s, "build", "--dry-run", "-t", HOST, "--preset", "small");
	assert_int_equal(s->code, 0);
	assert_non_null(strstr(str_cstr(&s->out), "# small, native: " HOST "\n"));
	app = path_joinf(s->dir, "target/%s/release/greet", HOST);
	assert_false(file_exists(app));
	stage_paste(s);
	assert_code(s, 0);
	assert_true(file_is_executable(app));
	free(app);
}

/* The same as JSON: tests are a cargo for each target. */
static void
dry_run_json(void **state)
{
	struct stage *s = *state;
	struct json *json;

	NEED_FIXTURE(s);
	stage_greet(s);
	xtui(s, "build", "--dry-run", "--json", "--mode", "test", "-t", HOST, "-t", MUSL);
	assert_int_equal(s->code, 0);
	json = stage_json(s, "DRY_RUN");
	assert_int_equal(json_count(json_get(json, "groups")), 2);
	json_free(json);
}

/* A mode that cargo does not have is a slip, with the known ones named. */
static void
unknown_mode(void **state)
{
	struct stage *s = *state;

	NEED_FIXTURE(s);
	stage_greet(s);
	xtui(s, "build", "--mode", "chek", "-t", HOST);
	assert_refused(s, 2, "one of build, check, test, clippy and doc");
}

/* A change of a source file builds again and says which; Ctrl-C leaves, also while nothing runs. */
static void
watch(void **state)
{
	struct stage *s = *state;
	struct running *r;
	char *source;

	NEED_FIXTURE(s);
	stage_greet(s);
	source = path_join(s->dir, "src/main.rs");
	r = stage_start(
		s, (const char *const[]){ "build", "--watch", "-t", HOST, NULL }, "1 ok in");
	assert_true(file_write(source, span_of("fn main() { missing() }\n"), NULL));
	stage_wait_text(r, "src/main.rs has changed");
	stage_wait_text(r, "1 failed in");
	assert_true(file_write(source, span_of("fn main() { let built_anew = 1; }\n"), NULL));
	stage_wait_text(r, "built_anew");
	stage_signal(r, SIGINT);
	stage_wait(r);
	assert_int_equal(s->code, 128 + SIGINT);
	assert_true(stage_is_alone(s));
	free(source);
}

/* A change of Cargo.toml, or of the choice, is heeded: the project is looked at anew. While it is broken
 * that is said, and nothing ends. */
static void
watch_renews(void **state)
{
	struct stage *s = *state;
	struct running *r;

	NEED_FIXTURE(s);
	bed_write(s->bed, "lone/Cargo.toml",
		"[package]\nname = \"lone\"\nversion = \"0.1.0\"\nedition = \"2021\"\n");
	bed_write(s->bed, "lone/src/main.rs", "fn main() {}\n");
	bed_write(s->bed, "lone/xtui.toml", "targets = [\"" HOST "\"]\n");
	free(s->dir);
	s->dir = xstrdup(bed_path(s->bed, "lone"));
	r = stage_start(s, (const char *const[]){ "build", "--watch", NULL }, "1 ok in");
	bed_write(s->bed, "lone/xtui.toml", "targets = [\"" HOST "\", \"" MUSL "\"]\n");
	stage_wait_text(r, "2 ok in");
	bed_write(s->bed, "lone/Cargo.toml", "[package\n");
	stage_wait_text(r, "xtui: Cargo.toml:1");
	bed_write(s->bed, "lone/more/src/lib.rs", "pub fn more() {}\n");
	bed_write(s->bed, "lone/more/Cargo.toml",
		"[package]\nname = \"more\"\nversion = \"0.2.0\"\nedition = \"2021\"\n");
	bed_write(s->bed, "lone/Cargo.toml",
		"[package]\nname = \"lone\"\nversion = \"0.1.0\"\nedition = \"2021\"\n"
		"[dependencies]\nmore = { path = \"more\" }\n");
	stage_wait_text(r, "Compiling more v0.2.0");
	stage_wait_text(r, "Compiling lone v0.1.0");
	stage_signal(r, SIGINT);
	stage_wait(r);
	assert_int_equal(s->code, 128 + SIGINT);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		STAGE_TEST(dry_run),
		STAGE_TEST(dry_run_json),
		STAGE_TEST(unknown_mode),
		STAGE_TEST(watch),
		STAGE_TEST(watch_renews),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
