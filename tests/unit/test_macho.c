#include "artifact/fits.h"
#include "artifact/macho.h"
#include "artifact/runson.h"
#include "help_apple.h"
#include "help_readers.h"

static const char *
detail(const struct card *card, const char *key)
{
	const struct card_detail *d = card_detail(card, key);

	return d ? d->value : NULL;
}

/* A program says which macOS it asks for, what it loads, how it is signed, where its debug information is. */
static void
programs(void **state)
{
	static const struct {
		const char *arch, *rustc, *signature;
	} rows[] = {
		{ "x86_64", "x86_64", "none" },
		{ "arm64", "aarch64", "ad hoc, by the linker" },
	};
	struct runson *systems = runson_load(NULL);

	if (!apple_has_tools()) {
		runson_free(systems);
		objectbed_skip("no clang or no ld64.lld");
	}
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct card *card;

		apple_link(rows[i].arch, "out", "-rpath @loader_path/lib -rpath /home/ada/lib");
		card = objectbed_card("out");
		runson_fill(systems, card);
		assert_int_equal(card->format, FORMAT_MACHO);
		assert_int_equal(card->kind, KIND_EXECUTABLE);
		assert_int_equal(card->linkage, LINKAGE_DYNAMIC);
		assert_string_equal(card->arch, rows[i].rustc);
		assert_int_equal(card->bits, 64);
		assert_string_equal(card->os, "macos");
		assert_string_equal(card->libc, "libSystem");
		assert_string_equal(card->min_macos, "11.0");
		assert_string_equal(card->sdk, "14.4");
		assert_string_equal(card->interpreter, "/usr/lib/dyld");
		assert_int_equal(card->needed.len, 1);
		assert_string_equal(card->needed.items[0], "/usr/lib/libSystem.B.dylib");
		assert_int_equal(card->rpath.len, 2);
		assert_non_null(strstr(card_problem_of(card, "run-path")->text, "/home/ada/lib"));
		assert_int_equal(card->pie, TELL_YES);
		assert_int_equal(card->nx, TELL_YES);
		assert_int_equal(card->stripped, TELL_NO);
		assert_int_equal(card->debug, DEBUG_ELSEWHERE);
		assert_int_equal(strlen(card->build_id), 36);
		assert_string_equal(detail(card, "signature"), rows[i].signature);
		assert_null(card_problem_of(card, "damaged"));
		assert_null(card_problem_of(card, "unsigned"));
		assert_int_equal(card->runs_on.len, 1);
		assert_true(text_starts(card->runs_on.items[0].since, "11 "));
		card_free(card);
	}
	runson_free(systems);
}

/* A library says its own name and versions; weak ones are not needed to start; what is passed on is told. */
static void
libraries(void **state)
{
	struct card *card;

	if (!apple_has_tools())
		objectbed_skip("no clang or no ld64.lld");
	apple_link("arm64", "libone.dylib",
		"-dylib -install_name @rpath/libone.dylib -current_version 1.2.3 "
		"-compatibility_version 1.0");
	apple_link("arm64", "libtwo.dylib",
		"-dylib -install_name /home/ada/libtwo.dylib -weak_library libone.dylib");
	card = objectbed_card("libone.dylib");
	assert_int_equal(card->kind, KIND_SHARED);
	assert_string_equal(card->soname, "@rpath/libone.dylib");
	assert_string_equal(detail(card, "current_version"), "1.2.3");
	assert_string_equal(detail(card, "compatibility_version"), "1.0");
	assert_null(card_problem_of(card, "install-name"));
	card_free(card);
	card = objectbed_card("libtwo.dylib");
	assert_non_null(card_problem_of(card, "install-name"));
	assert_int_equal(card->needed.len, 1);
	for (size_t i = 0; i < card->imports.len; i++)
		assert_int_equal(card->imports.items[i].weak,
			text_is(card->imports.items[i].library, "@rpath/libone.dylib"));
	card_free(card);
}

/* A program for Apple silicon without a signature would be killed there: that is grave. */
static void
unsigned_program(void **state)
{
	struct card *card;

	if (!apple_has_tools())
		objectbed_skip("no clang or no ld64.lld");
	apple_link("arm64", "out", "-no_adhoc_codesign");
	card = objectbed_card("out");
	assert_string_equal(detail(card, "signature"), "none");
	assert_true(card_problem_of(card, "unsigned")->grave);
	card_free(card);
}

/* Objects of each of Apple's systems are told apart, the simulators' from the devices'. */
static void
platforms(void **state)
{
	static const struct {
		const char *target, *arch, *os, *platform, *min_macos, *min_os;
	} rows[] = {
		{ "x86_64-apple-macos10.12", "x86_64", "macos", "macOS 10.12", "10.12", NULL },
		{ "arm64-apple-macos12", "aarch64", "macos", "macOS 12.0", "12.0", NULL },
		{ "arm64-apple-ios14", "aarch64", "ios", "iOS 14.0", NULL, "iOS 14.0" },
		{ "arm64-apple-ios14-simulator", "aarch64", "ios", "iOS simulator 14.0", NULL,
			"iOS simulator 14.0" },
		{ "x86_64-apple-ios13.1-macabi", "x86_64", "ios", "Mac Catalyst 13.1", NULL,
			"Mac Catalyst 13.1" },
		{ "arm64-apple-tvos14", "aarch64", "tvos", "tvOS 14.0", NULL, "tvOS 14.0" },
		{ "arm64_32-apple-watchos7", "aarch64", "watchos", "watchOS 7.0", NULL,
			"watchOS 7.0" },
		{ "armv7k-apple-watchos5", "arm", "watchos", "watchOS 5.0", NULL, "watchOS 5.0" },
	};

	if (!objectbed_has("clang"))
		objectbed_skip("no clang");
	objectbed_write("f.c", "int f(int a) { return a + 1; }\n");
	for (size_t i = 0; i < COUNT(rows); i++) {
		char *line = xasprintf("clang --target=%s -c f.c -o out", rows[i].target);
		struct card *card;

		assert_int_equal(objectbed_shell(line), 0);
		card = objectbed_card("out");
		print_message("%s\n", rows[i].target);
		assert_int_equal(card->kind, KIND_OBJECT);
		assert_string_equal(card->arch, rows[i].arch);
		assert_string_equal(card->os, rows[i].os);
		assert_string_equal(detail(card, "platform"), rows[i].platform);
		assert_true(text_is(card->min_macos, rows[i].min_macos));
		assert_true(text_is(card->min_os, rows[i].min_os));
		card_free(card);
		free(line);
	}
}

/* Programs and libraries for both machines read as LLVM's readers read them. */
static void
as_readobj_does(void **state)
{
	if (!apple_has_tools() || !readers_found())
		objectbed_skip("no clang, ld64.lld or LLVM's readers");
	apple_link("arm64", "out", "");
	readers_compare("out");
	apple_link("x86_64", "library", "-dylib -install_name @rpath/library -rpath @loader_path");
	readers_compare("library");
	readers_compare("library.o");
}

/* A fat file has a card for each slice; what they have alike is the file's. */
static void
fat_files(void **state)
{
	struct floor floor;
	struct card *card;

	if (!apple_has_tools())
		objectbed_skip("no clang or no ld64.lld");
	apple_link("x86_64", "a", "");
	apple_link("arm64", "b", "");
	assert_int_equal(objectbed("./llvm-lipo", "-create", "a", "b", "-output", "out"), 0);
	card = objectbed_card("out");
	assert_int_equal(card->parts.len, 2);
	assert_int_equal(card->kind, KIND_EXECUTABLE);
	assert_string_equal(card->os, "macos");
	assert_null(card->arch);
	assert_string_equal(card->parts.items[0]->arch, "x86_64");
	assert_string_equal(card->parts.items[1]->arch, "aarch64");
	assert_int_equal(card->problems.len, 0);
	assert_true(floor_parse(&floor, "macos-10.12", NULL));
	fits_check(card, NULL, &floor);
	assert_int_equal(card->fits, TELL_NO);
	card_free(card);
}

/* A class file of Java begins like a fat file, and is none. */
static void
class_file(void **state)
{
	static const char class[] = "\xca\xfe\xba\xbe\0\0\0\x34\0\x1d\n\0\x06\0\x0f";
	struct reader r;

	reader_init_bytes(&r, class, sizeof(class));
	assert_false(macho_is_fat(&r));
	reader_close(&r);
}

/* Nothing that is wrong in a program, an object or a fat file does harm. */
static void
broken(void **state)
{
	if (!apple_has_tools())
		objectbed_skip("no clang or no ld64.lld");
	apple_link("x86_64", "a", "");
	apple_link("arm64", "b", "");
	assert_int_equal(objectbed("./llvm-lipo", "-create", "a.o", "b.o", "-output", "out"), 0);
	broken_all("a", 1800);
	broken_all("b.o", 1200);
	broken_all("out", 64);
}

/* What is cut off is told; the rest of the card stands. */
static void
damage_is_told(void **state)
{
	struct card *card;

	if (!apple_has_tools())
		objectbed_skip("no clang or no ld64.lld");
	apple_link("arm64", "out", "");
	assert_int_equal(objectbed_shell("head -c 20000 out > cut"), 0);
	card = objectbed_card("cut");
	assert_non_null(card_problem_of(card, "damaged"));
	assert_string_equal(card->min_macos, "11.0");
	card_free(card);
}

int
main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, apple_setup, objectbed_teardown)
	const struct CMUnitTest tests[] = {
		CASE(programs),
		CASE(libraries),
		CASE(unsigned_program),
		CASE(platforms),
		CASE(as_readobj_does),
		CASE(fat_files),
		CASE(class_file),
		CASE(broken),
		CASE(damage_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
