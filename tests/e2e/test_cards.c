/* Cards of real files, field by field as others read them: what cargo builds for every target of the fixture,
 * Rust's own libraries, MinGW's DLLs, archives and import libraries. */
#include "e2e/bench_ways.h"

#include <dirent.h>
#include "unit/help_readers.h"

static int
setup(void **state)
{
	return objectbed_setup(state) == 0 ? stage_setup(state) : -1;
}

static int
teardown(void **state)
{
	int code = stage_teardown(state);

	stage_hide_ways();
	return objectbed_teardown(state) == 0 ? code : -1;
}

/* --- what is built here --- */

/* Each artefact that the run told of is read as others read it; how many there were. */
static int
compare_built(struct stage *s)
{
	int count = 0;

	for (const char *at = s->out.data; (at = strstr(at, "\"event\":\"artifact\"")); count++) {
		char *path = readers_behind(at, "\"path\":\"", '"');

		readers_compare(path);
		free(path);
		at++;
	}
	return count;
}

/* The machine's own PATH again, and zig: a linker for each target, and the readers. */
static void
show_machine(struct stage *s)
{
	stage_add_to_path(s, s->bed->real_path);
	stage_show_zig(s);
}

/* Programs and libraries for Linux with two C libraries on three machines, and for Windows, by the machine's
 * cross compilers. */
static void
built_natively(void **state)
{
	struct stage *s = *state;

	if (!file_exists(s->fixture))
		bed_skip("no Rust fixture below build/fixture");
	stage_greet(s);
	show_machine(s);
	if (!readers_found())
		objectbed_skip("no readelf, file or LLVM's readers");
	xtui(s, "build", "--backend", "native", "-t", HOST, "-t", ARM64, "-t", ARMV7, "-t", MUSL,
		"-t", WINDOWS, "--json");
	assert_code(s, 0);
	assert_in_range(compare_built(s), 9, 40);
}

/* The same for what zig links: an older glibc, FreeBSD, macOS. */
static void
built_by_zig(void **state)
{
	struct stage *s = *state;

	NEED_ZIG(s);
	stage_greet(s);
	show_machine(s);
	if (!readers_found())
		objectbed_skip("no readelf, file or LLVM's readers");
	xtui(s, "build", "--backend", "zig", "--glibc", "2.17", "--set", "debug=1", "-t", ARM64,
		"-t", ARM64_MUSL, "-t", FREEBSD, "-t", MAC, "--json");
	assert_code(s, 0);
	assert_in_range(compare_built(s), 7, 40);
}

/* --- what the machine has --- */

/* Files of a folder whose names end so, at most `most`; how many there were. */
static int
compare_folder(const char *folder, const char *ending, int most)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;
	int count = 0;

	while (dir && count < most && (entry = readdir(dir))) {
		char *path;

		if (!text_ends(entry->d_name, ending))
			continue;
		path = path_join(folder, entry->d_name);
		readers_compare(path);
		free(path);
		count++;
	}
	if (dir)
		closedir(dir);
	return count;
}

/* Rust's own libraries for every target of the fixture, each an archive of that target's objects. */
static void
libraries_of_rust(void **state)
{
	struct stage *s = *state;
	const char *lib = stage_fixture(s, "std/lib/rustlib");
	DIR *dir = opendir(lib);
	struct dirent *entry;
	int count = 0;

	if (!dir)
		bed_skip("no standard libraries below build/fixture");
	show_machine(s);
	if (!readers_found())
		objectbed_skip("no readelf, file or LLVM's readers");
	while ((entry = readdir(dir)))
		if (entry->d_name[0] != '.')
			count += compare_folder(
				arena_printf(&s->bed->arena, "%s/%s/lib", lib, entry->d_name),
				".rlib", 40);
	closedir(dir);
	assert_in_range(count, 20, 1000);
}

/* DLLs, import libraries, archives and objects of MinGW and of the cross compilers, as Debian has them. */
static void
files_of_cross_compilers(void **state)
{
	static const struct {
		const char *folder, *ending;
	} rows[] = {
		{ "/usr/x86_64-w64-mingw32/lib", ".dll" },
		{ "/usr/x86_64-w64-mingw32/lib", ".a" },
		{ "/usr/x86_64-w64-mingw32/lib", ".o" },
		{ "/usr/lib/gcc/x86_64-w64-mingw32/12-win32", ".dll" },
		{ "/usr/lib/gcc/x86_64-w64-mingw32/12-posix", ".dll" },
		{ "/usr/aarch64-linux-gnu/lib", ".a" },
		{ "/usr/aarch64-linux-gnu/lib", ".o" },
		{ "/usr/arm-linux-gnueabihf/lib", ".a" },
		{ "/usr/arm-linux-gnueabihf/lib", ".o" },
		{ "/usr/lib/x86_64-linux-musl", ".a" },
		{ "/usr/lib/x86_64-linux-musl", ".o" },
		{ "/usr/lib/x86_64-linux-musl", ".so" },
	};
	int count = 0;

	show_machine(*state);
	if (!readers_found())
		objectbed_skip("no readelf, file or LLVM's readers");
	for (size_t i = 0; i < COUNT(rows); i++)
		count += compare_folder(rows[i].folder, rows[i].ending, 25);
	if (!count)
		objectbed_skip("no cross compiler's files");
}

int
main(void)
{
#define CARD_TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
	const struct CMUnitTest tests[] = {
		CARD_TEST(built_natively),
		CARD_TEST(built_by_zig),
		CARD_TEST(libraries_of_rust),
		CARD_TEST(files_of_cross_compilers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
