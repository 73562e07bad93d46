#include "tests/unit/check.h"
#include "base/path.h"
#include <limits.h>
#include <unistd.h>

/* Names join with one slash; an absolute name stands for itself. */
static void
join(void **state)
{
	static const char *const cases[][3] = {
		{ "a", "b", "a/b" },
		{ "a/", "b", "a/b" },
		{ "/", "b", "/b" },
		{ "a", "/b", "/b" },
		{ "", "b", "b" },
		{ "a", "", "a" },
		{ "", "", "" },
	};

	for (size_t i = 0; i < COUNT(cases); i++)
		assert_text(path_join(cases[i][0], cases[i][1]), cases[i][2]);
	assert_text(path_joinf("/sys", "%s-%d", "cpu", 3), "/sys/cpu-3");
}

/* The folder and the last name of a path. */
static void
dirname_and_basename(void **state)
{
	static const char *const cases[][3] = {
		{ "/a/b", "/a", "b" },
		{ "a/b", "a", "b" },
		{ "a//b", "a", "b" },
		{ "a", ".", "a" },
		{ "/a", "/", "a" },
		{ "//a", "/", "a" },
		{ "/", "/", "" },
		{ "", ".", "" },
		{ "a/b/", "a", "" },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		assert_text(path_dirname(cases[i][0]), cases[i][1]);
		assert_string_equal(path_basename(cases[i][0]), cases[i][2]);
	}
}

/* A path is written in one way only, and writing it again changes nothing. */
static void
normal(void **state)
{
	static const char *const cases[][2] = {
		{ "", "." },
		{ ".", "." },
		{ "./", "." },
		{ "/", "/" },
		{ "//", "/" },
		{ "/..", "/" },
		{ "/../a", "/a" },
		{ "a//b/./c/", "a/b/c" },
		{ "a/b/..", "a" },
		{ "a/..", "." },
		{ "a/../..", ".." },
		{ "a/../../b", "../b" },
		{ "../..", "../.." },
		{ "../../a/..", "../.." },
		{ "/a/b/../../c", "/c" },
		{ "/a/..", "/" },
		{ "..a/.b", "..a/.b" },
		{ "a../..", "." },
		{ "...", "..." },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		assert_text(path_normal(cases[i][0]), cases[i][1]);
		assert_text(path_normal(cases[i][1]), cases[i][1]);
	}
}

/* A relative path is meant against the working directory. */
static void
absolute(void **state)
{
	char here[PATH_MAX];
	char *expected;

	assert_non_null(getcwd(here, sizeof here));
	expected = path_join(here, "a/c");
	assert_text(path_absolute("./a/b/../c"), expected);
	assert_text(path_absolute("/a/./b"), "/a/b");
	assert_text(path_absolute(""), here);
	free(expected);
}

/* Being below is a matter of whole names, and a folder is below itself. */
static void
is_below(void **state)
{
	static const struct {
		const char *path;
		const char *dir;
		bool is_below;
	} cases[] = {
		{ "/a/b", "/a", true },
		{ "/a", "/a", true },
		{ "/a/", "/a//", true },
		{ "/ab", "/a", false },
		{ "/a", "/a/b", false },
		{ "/a/../b", "/a", false },
		{ "/a", "/", true },
		{ "/", "/", true },
		{ "a", "/", false },
		{ "a/b", "a", true },
		{ "a", ".", true },
		{ ".", ".", true },
		{ "../a", ".", false },
		{ "..", ".", false },
		{ "..a", ".", true },
		{ "/a", ".", false },
	};

	for (size_t i = 0; i < COUNT(cases); i++)
		assert_int_equal(path_is_below(cases[i].path, cases[i].dir), cases[i].is_below);
}

/* A name is a component only as a whole. */
static void
has_component(void **state)
{
	assert_true(path_has_component("/a/target/b", SPAN("target")));
	assert_true(path_has_component("target", SPAN("target")));
	assert_true(path_has_component("a/target/", SPAN("target")));
	assert_false(path_has_component("/a/targets/b", SPAN("target")));
	assert_false(path_has_component("", SPAN("target")));
	assert_false(path_has_component("a//b", SPAN("")));
}

/* Paths are shown short: from the project when inside it, from home when below that. */
static void
shown(void **state)
{
	static const char *const cases[][3] = {
		{ "/home/ann/p/src/a.rs", "/home/ann/p", "src/a.rs" },
		{ "/home/ann/p", "/home/ann/p", "." },
		{ "/home/ann/q/x", "/home/ann/p", "~/q/x" },
		{ "/home/ann/q/x", NULL, "~/q/x" },
		{ "/home/ann", NULL, "~" },
		{ "/home/anna/x", NULL, "/home/anna/x" },
		{ "/usr//lib", NULL, "/usr/lib" },
	};

	setenv("HOME", "/home/ann/", 1);
	for (size_t i = 0; i < COUNT(cases); i++)
		assert_text(path_shown(cases[i][0], cases[i][1]), cases[i][2]);
	setenv("HOME", "/", 1);
	assert_text(path_shown("/usr/lib", NULL), "/usr/lib");
}

/* The XDG variables decide where files go; a relative or empty value counts as unset. */
static void
xdg_folders(void **state)
{
	static const struct {
		const char *variable;
		char *(*dir)(void);
		const char *by_default;
	} cases[] = {
		{ "XDG_CONFIG_HOME", path_config_dir, "/home/ann/.config/xtui" },
		{ "XDG_DATA_HOME", path_data_dir, "/home/ann/.local/share/xtui" },
		{ "XDG_STATE_HOME", path_state_dir, "/home/ann/.local/state/xtui" },
		{ "XDG_CACHE_HOME", path_cache_dir, "/home/ann/.cache/xtui" },
	};

	setenv("HOME", "/home/ann", 1);
	for (size_t i = 0; i < COUNT(cases); i++) {
		unsetenv(cases[i].variable);
		assert_text(cases[i].dir(), cases[i].by_default);
		setenv(cases[i].variable, "", 1);
		assert_text(cases[i].dir(), cases[i].by_default);
		setenv(cases[i].variable, "relative", 1);
		assert_text(cases[i].dir(), cases[i].by_default);
		setenv(cases[i].variable, "/x", 1);
		assert_text(cases[i].dir(), "/x/xtui");
		unsetenv(cases[i].variable);
	}
}

/* Without HOME the password file knows; when it does not, there is no home, and no crash. */
static void
home_unset(void **state)
{
	char *home;

	unsetenv("HOME");
	home = path_home();
	assert_true(!home || path_is_absolute(home));
	free(home);
	setenv("HOME", "/home/ann", 1);
	assert_text(path_home(), "/home/ann");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(join),
		cmocka_unit_test(dirname_and_basename),
		cmocka_unit_test(normal),
		cmocka_unit_test(absolute),
		cmocka_unit_test(is_below),
		cmocka_unit_test(has_component),
		cmocka_unit_test(shown),
		cmocka_unit_test(xdg_folders),
		cmocka_unit_test(home_unset),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
