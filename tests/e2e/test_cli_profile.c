/* `xtui profile diff` and `write` on a workspace, judged by what the real cargo then does. */
#include "e2e/bench_cli.h"

#include "text/json.h"

static char *
manifest_text(struct stage *s)
{
	char *path = path_join(s->dir, "Cargo.toml");
	struct str text = STR_INIT;

	assert_true(file_read(path, &text, NULL));
	free(path);
	return str_take(&text);
}

/* Diff shows what a preset would change, and changes nothing. */
static void
test_diff(void **state)
{
	struct stage *s = *state;
	struct json *doc;
	char *before, *after;

	NEED_FIXTURE(s);
	stage_greet(s);
	before = manifest_text(s);
	xtui(s, "profile", "diff", "--preset", "small");
	assert_code(s, 0);
	assert_out(s, "+opt-level = \"z\"");
	xtui(s, "profile", "diff", "--preset", "small", "--json");
	assert_code(s, 0);
	doc = stage_json(s, "PROFILE_CHANGE");
	assert_int_equal(json_count(json_get(doc, "changes")), 5);
	assert_false(json_bool(json_get(doc, "written"), true));
	json_free(doc);
	after = manifest_text(s);
	assert_string_equal(before, after);
	free(after);
	free(before);
}

/* Write asks, or wants --yes; what it wrote is what cargo builds with, a second time there is nothing
 * to write, and undo gives the first bytes back. */
static void
test_write(void **state)
{
	struct stage *s = *state;
	char *before, *after;

	NEED_FIXTURE(s);
	stage_greet(s);
	before = manifest_text(s);
	xtui(s, "profile", "write", "--preset", "small");
	assert_refused(s, 2, "profile write: nobody can be asked here, so nothing was written");
	xtui(s, "profile", "write", "--preset", "small", "--yes");
	assert_code(s, 0);
	xtui(s, "profile", "show");
	assert_out(s, "Cargo.toml:");
	xtui(s, "build", "-t", HOST, "-q");
	assert_code(s, 0);
	xtui(s, "profile", "write", "--preset", "small", "--yes");
	assert_code(s, 0);
	assert_out(s, "nothing to change");
	xtui(s, "setup", "--undo", "1", "--yes");
	assert_code(s, 0);
	after = manifest_text(s);
	assert_string_equal(before, after);
	free(after);
	free(before);
}

/* A package is asked about: its own table before "*", which is not for members, before the profile. */
static void
test_package(void **state)
{
	struct stage *s = *state;
	const struct json *package;
	struct json *doc;
	char *text;

	NEED_FIXTURE(s);
	stage_greet(s);
	text = manifest_text(s);
	bed_write(s->bed, "greet/Cargo.toml",
		arena_printf(&s->bed->arena,
			"%s\n[profile.release.package.greet-words]\nopt-level = 1\n"
			"[profile.release.package.\"*\"]\nopt-level = 2\n",
			text));
	free(text);
	xtui(s, "profile", "-p", "greet-words");
	assert_code(s, 0);
	assert_out(s, "package.greet-words");
	xtui(s, "profile", "-p", "greet-words", "--json");
	doc = stage_json(s, "PROFILE");
	package = json_get(doc, "package");
	assert_true(json_bool(json_get(package, "member"), false));
	assert_string_equal(
		json_string(json_get(json_at(json_get(package, "options"), 0), "value"), ""), "1");
	json_free(doc);
	xtui(s, "profile", "-p", "elsewhere", "--json");
	doc = stage_json(s, "PROFILE");
	package = json_get(doc, "package");
	assert_string_equal(
		json_string(json_get(json_at(json_get(package, "options"), 0), "value"), ""), "2");
	json_free(doc);
	xtui(s, "profile", "-t", "nonsense-target");
	assert_refused(s, 2, "nonsense-target");
}

/* What a configuration file sets counts more than Cargo.toml, which is said. */
static void
test_shadowed(void **state)
{
	struct stage *s = *state;

	NEED_FIXTURE(s);
	stage_greet(s);
	bed_write(s->bed, "greet/.cargo/config.toml", "[profile.release]\nlto = \"thin\"\n");
	xtui(s, "profile", "diff", "--set", "lto=fat");
	assert_code(s, 0);
	assert_non_null(strstr(str_cstr(&s->err),
		"config.toml:2 sets it, which counts more than "
		"Cargo.toml: it stays \"thin\""));
}

/* A verb that is none, a manifest that is broken: one line, and nothing is changed. */
static void
test_refused(void **state)
{
	struct stage *s = *state;

	NEED_FIXTURE(s);
	stage_greet(s);
	xtui(s, "profile", "write", "--set", "trim-paths=all",
		"--yes"); /* a stable cargo stops at it */
	assert_refused(
		s, 2, "this cargo would refuse Cargo.toml with it: it needs a nightly cargo");
	xtui(s, "profile", "write", "--set", "package.nowhere.opt-level=1", "--yes");
	assert_code(s, 0);
	assert_out(s, "xtui setup --undo 1 puts it back");
	assert_non_null(strstr(str_cstr(&s->err), "Cargo.lock has no such package"));
	xtui(s, "profile", "wite");
	assert_refused(s, 2, "profile: unknown verb \"wite\": show, diff or write");
	bed_write(s->bed, "broken/Cargo.toml", "[package]\nname = \n");
	free(s->dir);
	s->dir = xstrdup(bed_path(s->bed, "broken"));
	xtui(s, "profile", "write", "--preset", "small", "--yes");
	assert_refused(s, 2, "Cargo.toml:2:");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		STAGE_TEST(test_diff),
		STAGE_TEST(test_write),
		STAGE_TEST(test_package),
		STAGE_TEST(test_shadowed),
		STAGE_TEST(test_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
