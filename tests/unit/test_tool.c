#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/alloc.h"
#include "base/path.h"
#include "host/tool.h"
#include "io/file.h"
#include "io/loop.h"
#include "unit/folder.h"

static char *dir; /* a fresh folder for each test */

static int
setup(void **state)
{
	dir = folder_new();
	return 0;
}

static int
teardown(void **state)
{
	folder_remove(dir);
	return 0;
}

static void
put(const char *name, const char *text, unsigned mode)
{
	folder_put(dir, name, text, mode);
}

static void
assert_found(const struct tool_index *index, const char *name, const char *place)
{
	char *expected = place ? path_join(dir, place) : NULL;

	if (expected)
		assert_string_equal(tool_find(index, name), expected);
	else
		assert_null(tool_find(index, name));
	free(expected);
}

/* The first program on PATH that can be run is the one, as the shell has it. */
static void
first_on_path(void **state)
{
	put("a/both", "", 0755);
	put("b/both", "", 0755);
	put("a/plain", "", 0644);
	put("b/plain", "", 0755);
	put("b/only", "", 0755);
	put("a/text", "", 0644);
	put("a/folder/x", "", 0755);
	put("a/.hidden", "", 0755);
	char *link = path_join(dir, "a/link");
	assert_int_equal(symlink("../b/only", link), 0);
	char *dangling = path_join(dir, "a/dangling");
	assert_int_equal(symlink("nowhere", dangling), 0);
	char *path = xasprintf("/no/such/dir:%s/a:%s/b:%s/a", dir, dir, dir);
	struct tool_index *index = tool_index_new(path);

	assert_found(index, "both", "a/both");
	assert_found(index, "plain", "b/plain");
	assert_found(index, "only", "b/only");
	assert_found(index, "link", "a/link");
	assert_found(index, "text", NULL);
	assert_found(index, "folder", NULL);
	assert_found(index, "dangling", NULL);
	assert_found(index, "absent", NULL);
	assert_found(index, "", NULL);
	tool_index_free(index);
	tool_index_free(NULL);
	free(path);
	free(link);
	free(dangling);
}

/* A name with a slash is a path and is checked as one. */
static void
paths_are_checked(void **state)
{
	struct tool_index *index = tool_index_new("");
	char *tool = path_join(dir, "tool");

	put("tool", "", 0755);
	assert_string_equal(tool_find(index, tool), tool);
	assert_int_equal(chmod(tool, 0644), 0);
	assert_null(tool_find(index, tool));
	assert_null(tool_find(index, "sh"));
	free(tool);
	tool_index_free(index);
}

/* Without a path given, the environment's is read; asking for hundreds of names costs nothing. */
static void
path_of_the_environment(void **state)
{
	struct tool_index *index = tool_index_new(NULL);
	char name[] = "x00-linux-gnu-gcc";

	assert_non_null(tool_find(index, "sh"));
	for (int i = 0; i < 100; i++) {
		name[1] = (char)('0' + i / 10);
		name[2] = (char)('0' + i % 10);
		assert_null(tool_find(index, name));
	}
	tool_index_free(index);
}

/* What real tools print, and the version a person would read in it. */
static void
version_texts(void **state)
{
	static const struct {
		const char *text, *version;
	} cases[] = {
		{ "gcc (Debian 12.2.0-14+deb12u1) 12.2.0\nCopyright (C) 2022\n", "12.2.0" },
		{ "gcc (GCC) 14.2.1 20240801 (Red Hat 14.2.1-1)\n", "14.2.1" },
		{ "x86_64-w64-mingw32-gcc (GCC) 12-win32\nCopyright (C) 2022 Free\n", "12" },
		{ "cargo 1.96.0 (abc 2026-05-01)\n", "1.96.0" },
		{ "rustup 1.29.0 (2026-01-01)\ninfo: rustc 1.95.0\n", "1.29.0" },
		{ "qemu-x86_64 version 7.2.22 (Debian 1:7.2+dfsg-7)\n", "7.2.22" },
		{ "Docker version 20.10.24+dfsg1, build 297e128\n", "20.10.24" },
		{ "podman version 4.3.1\n", "4.3.1" },
		{ "wine-8.0 (Debian 8.0~repack-4)\n", "8.0" },
		{ "Debian LLD 14.0.6 (compatible with GNU linkers)\n", "14.0.6" },
		{ "\nThis is perl 5, version 36, subversion 0 (v5.36.0) built for x86_64\n",
			"5.36.0" },
		{ "libprotoc 3.21.12\n", "3.21.12" },
		{ "tmux 3.3a\n", "3.3" },
		{ "v20.20.2\n", "20.20.2" },
		{ "0.17.0-dev.1+abc\n", "0.17.0" },
		{ "1.8.1", "1.8.1" },
		{ "tool 5.\n", "5" },
		{ "x86_64 armv7.1 no2.5 version\n", NULL },
		{ "", NULL },
		{ "\n\n", NULL },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char *version = tool_version_in(cases[i].text);

		if (cases[i].version)
			assert_string_equal(version, cases[i].version);
		else
			assert_null(version);
		free(version);
	}
}

static void
assert_version(const char *program, const char *expected)
{
	char *path = path_join(dir, program);
	char *version = tool_version(path);

	if (expected)
		assert_string_equal(version, expected);
	else
		assert_null(version);
	free(version);
	free(path);
}

/* A program is asked in the way it knows; what fails or is no program has no version. */
static void
version_of_programs(void **state)
{
	put("plain", "#!/bin/sh\n[ \"$*\" = --version ] && echo plain 1.2.3\n", 0755);
	put("zig", "#!/bin/sh\n[ \"$*\" = version ] && echo 0.17.0\n", 0755);
	put("tmux", "#!/bin/sh\n[ \"$*\" = -V ] && echo tmux 3.4\n", 0755);
	put("on-stderr", "#!/bin/sh\necho it is 4.5 >&2\n", 0755);
	put("fails", "#!/bin/sh\necho 1.2.3\nexit 1\n", 0755);
	put("quiet", "#!/bin/sh\n", 0755);
	put("locale", "#!/bin/sh\necho \"$LC_ALL-1.0\" $RUSTUP_AUTO_INSTALL\n", 0755);
	assert_version("plain", "1.2.3");
	assert_version("zig", "0.17.0");
	assert_version("tmux", "3.4");
	assert_version("on-stderr", "4.5");
	assert_version("locale", "1.0");
	assert_version("fails", NULL);
	assert_version("quiet", NULL);
	assert_version("absent", NULL);
}

#define in_dir(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		in_dir(first_on_path),
		in_dir(paths_are_checked),
		cmocka_unit_test(path_of_the_environment),
		cmocka_unit_test(version_texts),
		in_dir(version_of_programs),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
