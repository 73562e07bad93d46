#include "tests/unit/check.h"
#include "base/err.h"
#include "base/path.h"
#include "io/file.h"
#include "rust/choice.h"
#include "unit/triples.h"

struct project {
	char dir[32];
	char *path;
};

static int
project_make(void **state)
{
	struct project *p = calloc(1, sizeof *p);

	*p = (struct project){ .dir = "/tmp/test_choice_XXXXXX" };
	assert_non_null(mkdtemp(p->dir));
	p->path = path_join(p->dir, "xtui.toml");
	*state = p;
	return 0;
}

static int
project_clear(void **state)
{
	struct project *p = *state;

	file_remove_tree(p->dir, NULL);
	free(p->path);
	free(p);
	return 0;
}

static void
write_file(const struct project *p, const char *text)
{
	struct err err = ERR_INIT;

	assert_true(file_write(p->path, span_of(text), &err));
}

static void
assert_file(const struct project *p, const char *text)
{
	struct err err = ERR_INIT;
	struct str bytes = STR_INIT;

	assert_true(file_read(p->path, &bytes, &err));
	assert_string_equal(str_cstr(&bytes), text);
	str_fini(&bytes);
}

static struct choice *
loaded(const struct project *p)
{
	struct err err = ERR_INIT;
	struct choice *c = choice_load(p->dir, &err);

	if (!c)
		fail_msg("%s", err.message);
	return c;
}

static void
assert_saves(struct choice *c)
{
	struct err err = ERR_INIT;

	if (!choice_save(c, &err))
		fail_msg("%s", err.message);
}

/* A workspace without xtui.toml has an empty choice, and looking at it writes nothing. */
static void
absent_file_is_empty(void **state)
{
	struct project *p = *state;
	struct choice *c = loaded(p);

	assert_string_equal(choice_path(c), p->path);
	assert_int_equal(choice_target_count(c), 0);
	assert_int_equal(choice_setting_count(c), 0);
	assert_null(choice_target(c, 0));
	assert_null(choice_backend(c, ARM64));
	assert_null(choice_preset(c));
	assert_string_equal(choice_profile_name(c), "release");
	assert_false(choice_has_target(c, ARM64));
	choice_mark(c, ARM64, false);
	choice_set_backend(c, ARM64, NULL);
	choice_set_variant(c, NULL, NULL, 0);
	assert_saves(c);
	assert_false(file_exists(p->path));
	choice_free(c);
	choice_free(NULL);
}

/* Everything that the file can say is read. */
static void
file_is_read(void **state)
{
	struct project *p = *state;
	struct choice *c;

	write_file(p,
		"targets = ['" HOST "', '" ARM64 "']\npackages = [\"greet\"]\n"
		"bins = [\"one\"]\nexamples = [\"two\"]\nfeatures = [\"greet/tls\", \"x\"]\n"
		"[profile]\n"
		"name = \"dist\"\npreset = \"small\"\nset = [\"lto=thin\", \"strip=true\"]\n"
		"[target." ARM64 "]\nbackend = \"zig\"\n");
	c = loaded(p);
	assert_int_equal(choice_target_count(c), 2);
	assert_string_equal(choice_target(c, 1), ARM64);
	assert_true(choice_has_target(c, HOST));
	assert_int_equal(choice_list_count(c, CHOICE_PACKAGES), 1);
	assert_string_equal(choice_list_get(c, CHOICE_PACKAGES, 0), "greet");
	assert_true(choice_list_has(c, CHOICE_BINS, "one"));
	assert_true(choice_list_has(c, CHOICE_EXAMPLES, "two"));
	assert_false(choice_list_has(c, CHOICE_EXAMPLES, "one"));
	assert_string_equal(choice_list_get(c, CHOICE_FEATURES, 1), "x");
	assert_string_equal(choice_profile_name(c), "dist");
	assert_string_equal(choice_preset(c), "small");
	assert_int_equal(choice_setting_count(c), 2);
	assert_string_equal(choice_setting(c, 0), "lto=thin");
	assert_string_equal(choice_backend(c, ARM64), "zig");
	assert_null(choice_backend(c, HOST));
	choice_free(c);
}

/* The first marks make a file that a person would have written. */
static void
first_save(void **state)
{
	struct project *p = *state;
	const char *const settings[] = { "lto=thin", "opt-level=z" };
	struct choice *c = loaded(p);

	choice_mark(c, HOST, true);
	choice_mark(c, ARM64, true);
	choice_mark(c, ARM64, true);
	choice_set_backend(c, ARM64, "zig");
	choice_set_variant(c, "small", settings, 2);
	assert_saves(c);
	assert_file(p,
		"targets = [\"" HOST "\", \"" ARM64 "\"]\n\n[target." ARM64
		"]\nbackend = \"zig\"\n\n"
		"[profile]\npreset = \"small\"\nset = [\"lto=thin\", \"opt-level=z\"]\n");
	choice_free(c);
	c = loaded(p);
	assert_true(choice_has_target(c, ARM64));
	assert_string_equal(choice_backend(c, ARM64), "zig");
	choice_free(c);
}

/* What was chosen can be taken back, and leaves nothing behind. */
static void
all_taken_back(void **state)
{
	struct project *p = *state;
	struct choice *c;

	write_file(p,
		"targets = [\"" ARM64
		"\"]\n\n[profile]\npreset = \"small\"\nset = [\"lto=thin\"]\n\n"
		"[target." ARM64 "]\nbackend = \"zig\"\n");
	c = loaded(p);
	choice_mark(c, choice_target(c, 0), false);
	choice_set_backend(c, ARM64, NULL);
	choice_set_variant(c, NULL, NULL, 0);
	assert_int_equal(choice_target_count(c), 0);
	assert_null(choice_backend(c, ARM64));
	assert_null(choice_preset(c));
	assert_saves(c);
	assert_file(p, "targets = []\n");
	choice_free(c);
}

/* Comments, order and layout of the user's file stay as they are. */
static void
layout_is_kept(void **state)
{
	struct project *p = *state;
	struct choice *c;

	write_file(p,
		"# what we ship\r\n[target]\r\n" ARM64
		".backend = 'native' # fast\r\n\r\n[profile]\r\n"
		"  preset   =   'small'   # users on phones\r\n");
	c = loaded(p);
	choice_mark(c, HOST, true);
	choice_set_backend(c, ARM64, "zig");
	choice_set_backend(c, HOST, "native");
	choice_set_variant(c, "fast", NULL, 0);
	assert_saves(c);
	assert_file(p,
		"targets = [\"" HOST "\"]\r\n\r\n# what we ship\r\n[target]\r\n" ARM64
		".backend = \"zig\" # fast\r\n\r\n[target." HOST "]\r\nbackend = \"native\"\r\n"
		"\r\n[profile]\r\n  preset   =   \"fast\"   # users on phones\r\n");
	choice_free(c);
}

/* In a list of lines a mark is a line, and the comments of the others stay beside them. */
static void
marks_are_lines(void **state)
{
	struct project *p = *state;
	struct choice *c;

	write_file(p, "targets = [\n\t\"" HOST "\", # laptops\n\t\"" ARM64 "\", # the fleet\n]\n");
	c = loaded(p);
	choice_mark(c, MUSL, true);
	choice_mark(c, HOST, false);
	assert_saves(c);
	assert_file(p, "targets = [\n\t\"" ARM64 "\", # the fleet\n\t\"" MUSL "\",\n]\n");
	choice_free(c);
}

/* What someone else wrote into the file meanwhile stays. */
static void
other_writers_are_kept(void **state)
{
	struct project *p = *state;
	struct choice *c;

	write_file(p, "targets = [\"" HOST "\"]\n");
	c = loaded(p);
	choice_mark(c, ARM64, true);
	choice_set_backend(c, ARM64, "zig");
	write_file(p, "# mine\ntargets = [\"" HOST "\", \"" MUSL "\"]\npackages = [\"greet\"]\n");
	assert_saves(c);
	assert_file(p,
		"# mine\ntargets = [\"" HOST "\", \"" MUSL "\", \"" ARM64
		"\"]\npackages = [\"greet\"]\n\n[target." ARM64 "]\nbackend = \"zig\"\n");
	assert_int_equal(choice_target_count(c), 3);
	assert_string_equal(choice_list_get(c, CHOICE_PACKAGES, 0), "greet");
	choice_free(c);
}

/* A file that was broken meanwhile is left alone, and saved once it is whole again. */
static void
broken_meanwhile(void **state)
{
	struct project *p = *state;
	struct err err = ERR_INIT;
	struct choice *c = loaded(p);

	choice_mark(c, ARM64, true);
	write_file(p, "targets = [\n");
	assert_false(choice_save(c, &err));
	assert_int_equal(err.kind, ERR_PARSE);
	assert_string_equal(err.message, "xtui.toml:1:11: this array has no closing ]");
	assert_file(p, "targets = [\n");
	assert_true(choice_has_target(c, ARM64));
	write_file(p, "targets = []\n");
	assert_saves(c);
	assert_file(p, "targets = [\"" ARM64 "\"]\n");
	choice_free(c);
}

/* Saving twice writes once: nothing changed since. */
static void
saves_only_changes(void **state)
{
	struct project *p = *state;
	struct choice *c = loaded(p);

	choice_mark(c, ARM64, true);
	assert_saves(c);
	write_file(p, "# newer\n");
	assert_saves(c);
	assert_file(p, "# newer\n");
	choice_free(c);
}

/* A mistake in the file is named with its place, and the file is left alone. */
static void
mistakes_are_named(void **state)
{
	static const struct {
		const char *text;
		const char *message;
		const char *remedy;
	} cases[] = {
		{ "tagets = []\n", "xtui.toml:1:1: there is no key \"tagets\" here", "targets" },
		{ "targets = 'x'\n",
			"xtui.toml:1:11: expected an array of strings for \"targets\", found a "
			"string",
			"" },
		{ "targets = ['x', 1]\n",
			"xtui.toml:1:17: expected a string for \"targets\", found an integer", "" },
		{ "targets = ['x', 'x']\n", "xtui.toml:1:17: \"x\" is listed twice in \"targets\"",
			"" },
		{ "packages = ['']\n", "xtui.toml:1:13: an empty text for \"packages\"", "" },
		{ "packages = [\"a\\u0000\"]\n",
			"xtui.toml:1:13: a NUL within the text for \"packages\"", "" },
		{ "profile = 'x'\n",
			"xtui.toml:1:11: expected a table for \"profile\", found a string", "" },
		{ "[profile]\nset = 'lto=thin'\n",
			"xtui.toml:2:7: expected an array of strings for \"set\", found a string",
			"" },
		{ "[profile]\nlto = 'thin'\n", "xtui.toml:2:1: there is no key \"lto\" here", "" },
		{ "[[target]]\n", "xtui.toml:1:1: expected a table for \"target\", found an array",
			"" },
		{ "[target]\nx = 'zig'\n",
			"xtui.toml:2:5: expected a table for \"x\", found a string", "" },
		{ "[target.x]\nbackend = true\n",
			"xtui.toml:2:11: expected a string for \"backend\", found a boolean", "" },
		{ "[target.x]\nbackends = ''\n", "xtui.toml:2:1: there is no key \"backends\" here",
			"backend" },
		{ "targets = [\n", "xtui.toml:1:11: this array has no closing ]", "" },
	};
	struct project *p = *state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct err err = ERR_INIT;

		write_file(p, cases[i].text);
		assert_null(choice_load(p->dir, &err));
		assert_int_equal(err.kind, ERR_PARSE);
		assert_string_equal(err.message, cases[i].message);
		assert_string_equal(err.remedy, cases[i].remedy);
		assert_file(p, cases[i].text);
	}
}

/* Options of a target come back in one spelling and are written in TOML's own: truth bare, words in a list. */
static void
target_options_have_kinds(void **state)
{
	const struct project *p = *state;
	struct choice *c;

	write_file(p,
		"[target." ARM64 "]\ncrt-static = false # why\nrustflags = \"-C link-arg=-s\"\n");
	c = loaded(p);
	assert_string_equal(choice_option(c, ARM64, "crt-static"), "false");
	assert_string_equal(choice_option(c, ARM64, "rustflags"), "-C link-arg=-s");
	assert_null(choice_option(c, ARM64, "linker"));
	assert_null(choice_option(c, MUSL, "crt-static"));
	choice_set_option(c, ARM64, "crt-static", "true");
	choice_set_option(c, ARM64, "rustflags", "-C\x1flink-arg=a b\x1f");
	choice_set_option(c, ARM64, "target-cpu", "neoverse-n1");
	assert_string_equal(choice_option(c, ARM64, "rustflags"), "-C\x1flink-arg=a b\x1f");
	assert_true(choice_save(c, NULL));
	assert_file(p,
		"[target." ARM64 "]\ncrt-static = true # why\n"
		"rustflags = [\"-C\", \"link-arg=a b\"]\ntarget-cpu = \"neoverse-n1\"\n");
	assert_string_equal(choice_tuned(c, 0), ARM64);
	assert_null(choice_tuned(c, 1));
	for (int i = 0; i < 3; i++)
		choice_set_option(c, ARM64,
			(const char *const[]){ "crt-static", "rustflags", "target-cpu" }[i], NULL);
	assert_null(choice_tuned(c, 0));
	choice_free(c);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, project_make, project_clear)
	const struct CMUnitTest tests[] = {
		TEST(absent_file_is_empty),
		TEST(file_is_read),
		TEST(first_save),
		TEST(all_taken_back),
		TEST(layout_is_kept),
		TEST(marks_are_lines),
		TEST(other_writers_are_kept),
		TEST(broken_meanwhile),
		TEST(saves_only_changes),
		TEST(mistakes_are_named),
		TEST(target_options_have_kinds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
