#include "artifact/universal.h"
#include <sys/stat.h>
#include "help_apple.h"

/* Joins two files of the folder into "out"; the error's text in *why, which may be NULL. */
static bool
join(const char *a, const char *b, struct err *err)
{
	char *paths[3] = { path_join(objectbed_dir, a), path_join(objectbed_dir, b),
		path_join(objectbed_dir, "out") };
	struct str machines = STR_INIT;
	uint64_t bytes = 0;
	bool ok = universal_write((const char *const *)paths, 2, paths[2], &machines, &bytes, err);

	if (ok)
		assert_string_equal(machines.data, "x86_64, arm64");
	for (int i = 0; i < 3; i++)
		free(paths[i]);
	str_fini(&machines);
	return ok;
}

static void
assert_as_lipo(const char *a, const char *b)
{
	struct err err = ERR_INIT;

	assert_int_equal(objectbed("./llvm-lipo", "-create", a, b, "-output", "expected"), 0);
	if (!join(a, b, &err))
		fail_msg("%s", err.message);
	assert_int_equal(objectbed("cmp", "out", "expected"), 0);
	if (!join(b, a, &err)) /* the order of the files does not matter */
		fail_msg("%s", err.message);
	assert_int_equal(objectbed("cmp", "out", "expected"), 0);
}

static void
make_both(const char *flags)
{
	apple_link("x86_64", "a", flags);
	apple_link("arm64", "b", flags);
}

/* Programs, dylibs, objects and static libraries are joined byte for byte as llvm-lipo does it. */
static void
as_lipo_does(void **state)
{
	if (!apple_has_tools())
		objectbed_skip("no clang, ld64.lld or llvm-lipo");
	make_both("");
	assert_as_lipo("a", "b");
	assert_as_lipo("a.o", "b.o");
	assert_int_equal(objectbed("./llvm-ar", "--format=darwin", "rcs", "a.a", "a.o"), 0);
	assert_int_equal(objectbed("./llvm-ar", "--format=darwin", "rcs", "b.a", "b.o"), 0);
	assert_as_lipo("a.a", "b.a");
	make_both("-dylib -install_name @rpath/libx.dylib");
	assert_as_lipo("a", "b");
}

/* What is made of programs can be run, and carries the signature as it was. */
static void
mode_and_signature(void **state)
{
	struct err err = ERR_INIT;
	struct card *card;
	struct stat st;
	char *path;

	if (!apple_has_tools())
		objectbed_skip("no clang, ld64.lld or llvm-lipo");
	make_both("");
	assert_true(join("a", "b", &err));
	path = path_join(objectbed_dir, "out");
	assert_int_equal(stat(path, &st), 0);
	assert_true(st.st_mode & S_IXUSR);
	card = objectbed_card("out");
	assert_string_equal(
		card_detail(card->parts.items[1], "signature")->value, "ad hoc, by the linker");
	assert_int_equal(card->problems.len, 0);
	card_free(card);
	free(path);
}

/* Files that do not belong together are refused by name, and nothing is written. */
static void
refusals(void **state)
{
	static const struct {
		const char *a, *b, *why;
	} rows[] = {
		{ "a", "b.o", "only files of one kind" },
		{ "a", "a2", "both for x86_64" },
		{ "a", "main.c", "neither a Mach-O file nor an archive" },
		{ "a", "absent", "cannot be read" },
		{ "mixed.a", "b.a", "several machines" },
		{ "elf.a", "b.a", "no Mach-O object" },
		{ "a", "fat", "both for x86_64" },
	};

	if (!apple_has_tools())
		objectbed_skip("no clang, ld64.lld or llvm-lipo");
	make_both("");
	assert_int_equal(
		objectbed_shell("cp a a2 && ./llvm-lipo -create a b -output fat && "
				"clang --target=x86_64-linux-gnu -c main.c -o e.o && "
				"./llvm-ar rcS mixed.a a.o b.o && ./llvm-ar rcS b.a b.o && "
				"./llvm-ar rcS elf.a e.o"),
		0);
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct err err = ERR_INIT;

		assert_false(join(rows[i].a, rows[i].b, &err));
		print_message("%s\n", err.message);
		assert_non_null(strstr(err.message, rows[i].why));
		assert_non_null(strstr(err.message, objectbed_dir));
		assert_int_not_equal(objectbed("test", "-e", "out"), 0);
	}
}

/* A file that is to be joined is never written over. */
static void
own_input(void **state)
{
	char *paths[2];
	struct str machines = STR_INIT;
	struct err err = ERR_INIT;
	uint64_t bytes;

	if (!apple_has_tools())
		objectbed_skip("no clang, ld64.lld or llvm-lipo");
	make_both("");
	paths[0] = path_join(objectbed_dir, "a");
	paths[1] = path_join(objectbed_dir, "b");
	assert_false(
		universal_write((const char *const *)paths, 2, paths[0], &machines, &bytes, &err));
	assert_non_null(strstr(err.message, "to be joined"));
	free(paths[0]);
	free(paths[1]);
	str_fini(&machines);
}

int
main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, apple_setup, objectbed_teardown)
	const struct CMUnitTest tests[] = {
		CASE(as_lipo_does),
		CASE(mode_and_signature),
		CASE(refusals),
		CASE(own_input),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
