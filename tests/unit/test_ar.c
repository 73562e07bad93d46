#include "artifact/ar.h"
#include "help_apple.h"

#define LONG_NAME "a_name_that_is_longer_than_sixteen_characters.o"

static int
setup(void **state)
{
	if (objectbed_setup(state) != 0)
		return -1;
	objectbed_write("f.c", "int f(int a) { return a + 1; }\n");
	return 0;
}

static const char *
detail(const struct card *card, const char *key)
{
	const struct card_detail *d = card_detail(card, key);

	return d ? d->value : NULL;
}

static bool
has_tools(void)
{
	return objectbed_has("clang") && objectbed_llvm("llvm-ar");
}

/* Every flavour of archive lists its members by their whole names, and says for which machine it is. */
static void
flavours(void **state)
{
	static const struct {
		const char *target, *format, *flavour, *arch;
		enum card_format member;
	} rows[] = {
		{ "x86_64-linux-gnu", "--format=gnu", "GNU", "x86_64", FORMAT_ELF },
		{ "aarch64-linux-gnu", "--format=bsd", "BSD", "aarch64", FORMAT_ELF },
		{ "arm64-apple-macos11", "--format=darwin", "BSD", "aarch64", FORMAT_MACHO },
		{ "x86_64-pc-windows-msvc", "--format=gnu", "GNU", "x86_64", FORMAT_PE },
	};

	if (!has_tools())
		objectbed_skip("no clang or no llvm-ar");
	for (size_t i = 0; i < COUNT(rows); i++) {
		char *line = xasprintf("rm -f out *.o; clang --target=%s -c f.c -o f.o && cp f.o "
				       "%s && ./llvm-ar rcs %s out f.o %s",
			rows[i].target, LONG_NAME, rows[i].format, LONG_NAME);
		struct card *card;

		assert_int_equal(objectbed_shell(line), 0);
		print_message("%s %s\n", rows[i].target, rows[i].format);
		card = objectbed_card("out");
		assert_int_equal(card->format, FORMAT_AR);
		assert_int_equal(card->kind, KIND_STATIC_LIB);
		assert_string_equal(card->arch, rows[i].arch);
		assert_string_equal(detail(card, "archive"), rows[i].flavour);
		assert_int_equal(card->members.len, 2);
		assert_string_equal(card->members.items[0].name, "f.o");
		assert_string_equal(card->members.items[1].name, LONG_NAME);
		assert_int_equal(card->members.items[1].format, rows[i].member);
		assert_string_equal(card->members.items[1].arch, rows[i].arch);
		assert_int_equal(card->problems.len, 0);
		card_free(card);
		free(line);
	}
}

/* A thin archive names its members, and warns that they are elsewhere. */
static void
thin(void **state)
{
	struct card *card;

	if (!has_tools())
		objectbed_skip("no clang or no llvm-ar");
	assert_int_equal(objectbed_shell("clang -c f.c -o f.o && cp f.o " LONG_NAME
					 " && ./llvm-ar rcsT out f.o " LONG_NAME),
		0);
	card = objectbed_card("out");
	assert_string_equal(detail(card, "archive"), "GNU, thin");
	assert_int_equal(card->members.len, 2);
	assert_string_equal(card->members.items[1].name, LONG_NAME);
	assert_non_null(card_problem_of(card, "thin"));
	card_free(card);
}

/* Objects of two machines in one archive are a grave problem that names both. */
static void
mixed(void **state)
{
	const struct card_problem *p;
	struct card *card;

	if (!has_tools())
		objectbed_skip("no clang or no llvm-ar");
	assert_int_equal(objectbed_shell("clang --target=x86_64-linux-gnu -c f.c -o one.o && "
					 "clang --target=aarch64-linux-gnu -c f.c -o two.o && "
					 "./llvm-ar rcS out one.o two.o"),
		0);
	card = objectbed_card("out");
	p = card_problem_of(card, "mixed-arch");
	assert_true(p && p->grave);
	assert_non_null(strstr(p->text, "one.o is for x86_64"));
	assert_non_null(strstr(p->text, "two.o for aarch64"));
	card_free(card);
}

/* The import library of a DLL says so, and what it imports from. */
static void
import_library(void **state)
{
	struct card *card;

	if (!objectbed_llvm("llvm-dlltool"))
		objectbed_skip("no llvm-dlltool");
	objectbed_write("k.def", "LIBRARY KERNEL32.dll\nEXPORTS\nExitProcess\nSleep\n");
	assert_int_equal(
		objectbed("./llvm-dlltool", "-m", "i386:x86-64", "-d", "k.def", "-l", "out"), 0);
	card = objectbed_card("out");
	assert_string_equal(detail(card, "archive"), "COFF");
	assert_string_equal(detail(card, "import_library"), "KERNEL32.dll, 2 functions");
	assert_string_equal(card->arch, "x86_64");
	assert_string_equal(card->os, "windows");
	card_free(card);
}

/* A cut archive gives what is there, and says where it ends. */
static void
damage_is_told(void **state)
{
	struct card *card;

	if (!has_tools())
		objectbed_skip("no clang or no llvm-ar");
	assert_int_equal(objectbed_shell("clang --target=x86_64-linux-gnu -c f.c -o f.o && cp f.o "
					 "g.o && ./llvm-ar rcs all f.o g.o && "
					 "head -c -100 all > out"),
		0);
	card = objectbed_card("out");
	assert_int_equal(card->members.len, 2);
	assert_string_equal(card->arch, "x86_64");
	assert_non_null(card_problem_of(card, "damaged"));
	card_free(card);
}

/* Nothing that is wrong in an archive does harm. */
static void
broken(void **state)
{
	if (!has_tools())
		objectbed_skip("no clang or no llvm-ar");
	assert_int_equal(
		objectbed_shell("clang --target=x86_64-linux-gnu -c f.c -o f.o && cp f.o " LONG_NAME
				" && ./llvm-ar rcs gnu f.o " LONG_NAME
				" && ./llvm-ar rcs --format=bsd bsd f.o " LONG_NAME
				" && ./llvm-ar rcsT thin f.o " LONG_NAME),
		0);
	broken_all("gnu", 400);
	broken_all("bsd", 400);
	broken_all("thin", 400);
}

int
main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, setup, objectbed_teardown)
	const struct CMUnitTest tests[] = {
		CASE(flavours),
		CASE(thin),
		CASE(mixed),
		CASE(import_library),
		CASE(damage_is_told),
		CASE(broken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
