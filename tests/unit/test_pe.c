#include "artifact/pe.h"
#include <stdio.h>
#include "artifact/fits.h"
#include "artifact/runson.h"
#include "help_broken.h"
#include "help_readers.h"

#define PROGRAM "#include <stdio.h>\nint main(void) { puts(\"hello\"); return 0; }\n"
#define LIBRARY                                                                                    \
	"__declspec(dllexport) int greet(int a) { return a + 1; }\n"                               \
	"int __stdcall DllMain(void *a, unsigned b, void *c) { return 1; }\n"

static int
setup(void **state)
{
	if (objectbed_setup(state) != 0)
		return -1;
	objectbed_write("program.c", PROGRAM);
	objectbed_write("library.c", LIBRARY);
	return 0;
}

static const char *
detail(const struct card *card, const char *key)
{
	const struct card_detail *d = card_detail(card, key);

	return d ? d->value : NULL;
}

/* Makes with one line of a shell, and reads; the test is skipped where the tool is not there. */
static struct card *
made(const char *tool, const char *line)
{
	if (!objectbed_has(tool))
		objectbed_skip("a tool is missing");
	if (objectbed_shell(line) != 0)
		fail_msg("%s", line);
	return objectbed_card("out");
}

/* A program of MinGW says which DLLs it needs, which C library, how it is hardened, who made it. */
static void
program_of_mingw(void **state)
{
	struct card *card = made("x86_64-w64-mingw32-gcc",
		"x86_64-w64-mingw32-gcc -g -o out program.c && mv out.exe out 2>/dev/null; true");
	bool puts = false;

	assert_int_equal(card->format, FORMAT_PE);
	assert_int_equal(card->kind, KIND_EXECUTABLE);
	assert_int_equal(card->linkage, LINKAGE_DYNAMIC);
	assert_string_equal(card->arch, "x86_64");
	assert_int_equal(card->bits, 64);
	assert_string_equal(card->os, "windows");
	assert_string_equal(card->libc, "msvcrt");
	assert_int_equal(card->needed.len, 2);
	assert_string_equal(card->needed.items[0], "KERNEL32.dll");
	assert_string_equal(card->needed.items[1], "msvcrt.dll");
	for (size_t i = 0; i < card->imports.len; i++)
		puts |= text_is(card->imports.items[i].name, "puts") &&
			text_is(card->imports.items[i].library, "msvcrt.dll");
	assert_true(puts);
	assert_int_equal(card->pie, TELL_YES);
	assert_int_equal(card->nx, TELL_YES);
	assert_int_equal(card->stripped, TELL_NO);
	assert_int_equal(card->debug, DEBUG_FULL);
	assert_string_equal(detail(card, "subsystem"), "console");
	assert_true(card->producers.len >= 1);
	assert_true(text_starts(card->producers.items[0], "GCC: ("));
	assert_null(card_problem_of(card, "damaged"));
	card_free(card);
}

/* Each way to link a program is told: stripped, at a fixed address, without NX, for the desktop. */
static void
ways_to_link(void **state)
{
	static const struct {
		const char *flags;
		enum tell stripped, pie, nx;
		const char *subsystem, *version;
	} rows[] = {
		{ "-s", TELL_YES, TELL_YES, TELL_YES, "console", "5.2" },
		{ "-mwindows", TELL_NO, TELL_YES, TELL_YES, "GUI", "5.2" },
		{ "-Wl,--disable-dynamicbase", TELL_NO, TELL_NO, TELL_YES, "console", "5.2" },
		{ "-Wl,--disable-nxcompat", TELL_NO, TELL_YES, TELL_NO, "console", "5.2" },
		{ "-Wl,--major-subsystem-version,6,--minor-subsystem-version,1", TELL_NO, TELL_YES,
			TELL_YES, "console", "6.1" },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		char *line = xasprintf(
			"x86_64-w64-mingw32-gcc -o out.exe program.c %s && mv out.exe out",
			rows[i].flags);
		struct card *card = made("x86_64-w64-mingw32-gcc", line);

		print_message("%s\n", rows[i].flags);
		assert_int_equal(card->stripped, rows[i].stripped);
		assert_int_equal(card->pie, rows[i].pie);
		assert_int_equal(card->nx, rows[i].nx);
		assert_int_equal(card_problem_of(card, "no-aslr") != NULL, rows[i].pie == TELL_NO);
		assert_int_equal(
			card_problem_of(card, "executable-stack") != NULL, rows[i].nx == TELL_NO);
		assert_string_equal(detail(card, "subsystem"), rows[i].subsystem);
		assert_string_equal(card->min_windows_subsystem, rows[i].version);
		card_free(card);
		free(line);
	}
}

/* A DLL of every machine Windows has: its own name, where its debug information is, what it exports; its
 * objects and its import library's objects are known, too. */
static void
libraries(void **state)
{
	static const struct {
		const char *target, *arch;
		int bits;
	} rows[] = { { "x86_64", "x86_64", 64 }, { "i686", "x86", 32 },
		{ "aarch64", "aarch64", 64 }, { "armv7", "arm", 32 } };

	if (!objectbed_has("clang"))
		objectbed_skip("no clang");
	for (size_t i = 0; i < COUNT(rows); i++) {
		char *line = xasprintf(
			"clang --target=%s-pc-windows-msvc -gcodeview -c library.c -o library.obj "
			"&& "
			"lld-link /dll /noentry /debug library.obj /out:greet.dll /nodefaultlib "
			"/guard:cf && mv greet.dll out",
			rows[i].target);
		struct card *card = made("lld-link", line);

		assert_int_equal(card->kind, KIND_SHARED);
		assert_string_equal(card->arch, rows[i].arch);
		assert_int_equal(card->bits, rows[i].bits);
		assert_string_equal(card->soname, "greet.dll");
		assert_string_equal(card->min_windows_subsystem, "6.0");
		assert_int_equal(card->debug, DEBUG_ELSEWHERE);
		assert_true(text_ends(card->debug_link, "greet.pdb"));
		assert_int_equal(strlen(card->build_id), 33);
		assert_non_null(strstr(detail(card, "exports"), "1 by name"));
		card_free(card);
		card = objectbed_card("library.obj");
		assert_int_equal(card->format, FORMAT_PE);
		assert_int_equal(card->kind, KIND_OBJECT);
		assert_string_equal(card->arch, rows[i].arch);
		assert_non_null(strstr(detail(card, "directives"), "/EXPORT:"));
		card_free(card);
		free(line);
	}
}

/* What is loaded at the first call only is not needed to start; a number in place of a name is shown. */
static void
imports(void **state)
{
	struct card *card;

	if (!objectbed_has("clang") || !objectbed_has("lld-link"))
		objectbed_skip("no clang or no lld");
	objectbed_write("late.def", "LIBRARY late.dll\nEXPORTS\nlate\n");
	objectbed_write("soon.def", "LIBRARY soon.dll\nEXPORTS\nsoon @7 NONAME\n");
	objectbed_write("use.c",
		"__declspec(dllimport) int late(void); __declspec(dllimport) int soon(void);\n"
		"void *__delayLoadHelper2(void *a, void *b) { return 0; }\n"
		"int start(void) { return late() + soon(); }\n");
	card = made("llvm-dlltool",
		"llvm-dlltool -m i386:x86-64 -d late.def -l late.lib && "
		"llvm-dlltool -m i386:x86-64 -d soon.def -l soon.lib && "
		"clang --target=x86_64-pc-windows-msvc -c use.c -o use.obj && "
		"lld-link /entry:start /subsystem:console use.obj late.lib soon.lib /out:out "
		"/nodefaultlib /delayload:late.dll");
	assert_int_equal(card->needed.len, 1);
	assert_string_equal(card->needed.items[0], "soon.dll");
	assert_int_equal(card->imports.len, 2);
	assert_string_equal(card->imports.items[0].name, "#7");
	assert_false(card->imports.items[0].weak);
	assert_string_equal(card->imports.items[1].library, "late.dll");
	assert_string_equal(card->imports.items[1].name, "late");
	assert_true(card->imports.items[1].weak);
	card_free(card);
}

/* C libraries by the DLLs: the newer one, a debug one that may not be given on, two at once. */
static void
runtimes(void **state)
{
	static const struct {
		const char *dll, *libc, *problem;
	} rows[] = {
		{ "msvcrt.dll", "msvcrt", NULL },
		{ "UCRTBASE.DLL", "ucrt", NULL },
		{ "api-ms-win-crt-runtime-l1-1-0.dll", "ucrt", NULL },
		{ "ucrtbased.dll", "ucrt", "debug-runtime" },
		{ "VCRUNTIME140D.dll", NULL, "debug-runtime" },
		{ "VCRUNTIME140.dll", NULL, "extra-libraries" },
		{ "libgcc_s_seh-1.dll", NULL, "extra-libraries" },
		{ "cygwin1.dll", "cygwin", "extra-libraries" },
	};

	if (!objectbed_has("lld-link") || !objectbed_has("clang"))
		objectbed_skip("no clang or no lld");
	objectbed_write(
		"use.c", "__declspec(dllimport) int f(void); int start(void) { return f(); }\n");
	for (size_t i = 0; i < COUNT(rows); i++) {
		char *def = xasprintf("LIBRARY %s\nEXPORTS\nf\n", rows[i].dll);
		struct card *card;

		objectbed_write("one.def", def);
		card = made("llvm-dlltool",
			"llvm-dlltool -m i386:x86-64 -d one.def -l one.lib && "
			"clang --target=x86_64-pc-windows-msvc -c use.c -o use.obj && "
			"lld-link /entry:start /subsystem:console use.obj one.lib /out:out "
			"/nodefaultlib");
		print_message("%s\n", rows[i].dll);
		assert_true(text_is(card->libc, rows[i].libc));
		assert_int_equal(card->problems.len, rows[i].problem != NULL);
		if (rows[i].problem)
			assert_string_equal(card->problems.items[0].id, rows[i].problem);
		card_free(card);
		free(def);
	}
}

/* The oldest Windows is told by the subsystem version, or by a function that came later. */
static void
oldest_windows(void **state)
{
	static const struct {
		const char *function, *version, *min_os, *since;
	} rows[] = {
		{ "CreateFileW", "5.1", NULL, "XP" },
		{ "CreateFileW", "6.1", NULL, "7" },
		{ "WaitOnAddress", "6.0", "Windows 6.2", "8" },
		{ "ProcessPrng", "6.0", "Windows 6.2", "8" },
		{ "VirtualAlloc2", "6.0", "Windows 10.0", "10" },
		{ "SetThreadDescription", "6.0", "Windows 10.0.14393", "10" },
		{ "WaitOnAddress", "10.0", NULL, "10" },
	};
	struct runson *systems = runson_load(NULL);
	struct floor floor;

	assert_true(floor_parse(&floor, "windows-6.1", NULL));
	if (!objectbed_has("lld-link") || !objectbed_has("clang")) {
		runson_free(systems);
		objectbed_skip("no clang or no lld");
	}
	for (size_t i = 0; i < COUNT(rows); i++) {
		char *def = xasprintf("LIBRARY one.dll\nEXPORTS\n%s\n", rows[i].function);
		char *use = xasprintf(
			"__declspec(dllimport) int %s(void); int start(void) { return %s(); }\n",
			rows[i].function, rows[i].function);
		char *line =
			xasprintf("llvm-dlltool -m i386:x86-64 -d one.def -l one.lib && "
				  "clang --target=x86_64-pc-windows-msvc -c use.c -o use.obj && "
				  "lld-link /entry:start /subsystem:console,%s use.obj one.lib "
				  "/out:out /nodefaultlib",
				rows[i].version);
		struct card *card;

		objectbed_write("one.def", def);
		objectbed_write("use.c", use);
		card = made("llvm-dlltool", line);
		runson_fill(systems, card);
		fits_check(card, NULL, &floor);
		print_message("%s %s\n", rows[i].function, rows[i].version);
		assert_true(text_is(card->min_os, rows[i].min_os));
		assert_int_equal(card->runs_on.len, 1);
		assert_string_equal(card->runs_on.items[0].since, rows[i].since);
		assert_int_equal(card->fits,
			TELL(text_is(rows[i].since, "XP") || text_is(rows[i].since, "7")));
		card_free(card);
		free(def);
		free(use);
		free(line);
	}
	runson_free(systems);
}

/* A program that runs before any system is for UEFI, and asks for no Windows. */
static void
program_of_uefi(void **state)
{
	struct card *card;

	if (!objectbed_has("clang"))
		objectbed_skip("no clang");
	card = made("lld-link",
		"clang --target=x86_64-pc-windows-msvc -c library.c -o library.obj && "
		"lld-link /entry:DllMain /subsystem:efi_application library.obj /out:out "
		"/nodefaultlib");
	assert_string_equal(card->os, "uefi");
	assert_int_equal(card->kind, KIND_EXECUTABLE);
	assert_int_equal(card->linkage, LINKAGE_STATIC);
	assert_null(card->min_windows_subsystem);
	assert_string_equal(detail(card, "subsystem"), "EFI application");
	card_free(card);
}

/* --- as llvm-readobj reads them --- */

/* Sections, imports and headers are those that llvm-readobj finds. */
static void
as_readobj_does(void **state)
{
	static const char *const lines[] = {
		"x86_64-w64-mingw32-gcc -g -o out.exe program.c && mv out.exe out",
		"x86_64-w64-mingw32-gcc -shared -o out.dll library.c && mv out.dll out",
		("clang --target=i686-pc-windows-msvc -c library.c -o library.obj && "
		 "lld-link /dll /noentry library.obj /out:out /nodefaultlib"),
	};

	if (!readers_found() || !objectbed_has("x86_64-w64-mingw32-gcc"))
		objectbed_skip("no LLVM's readers or no compiler");
	for (size_t i = 0; i < COUNT(lines); i++) {
		card_free(made("lld-link", lines[i]));
		readers_compare("out");
	}
}

/* --- broken files --- */

/* Nothing that is wrong in a program, a DLL, an object or an import does harm. */
static void
broken(void **state)
{
	if (!objectbed_has("clang"))
		objectbed_skip("no clang");
	card_free(made("lld-link",
		"clang --target=x86_64-pc-windows-msvc -gcodeview -c library.c -o library.obj && "
		"lld-link /dll /noentry /debug library.obj /out:out /nodefaultlib"));
	broken_all("out", 1200);
	broken_all("library.obj", 600);
	if (!objectbed_has("x86_64-w64-mingw32-gcc"))
		return;
	card_free(made("x86_64-w64-mingw32-gcc",
		"x86_64-w64-mingw32-gcc -s -o out.exe program.c && mv out.exe out"));
	broken_all("out", 600);
}

/* Programs of DOS and cut headers are refused by name; tables beyond the end are told. */
static void
damage_is_told(void **state)
{
	char dos[64] = "MZ", *path = path_join(objectbed_dir, "dos.exe");
	struct err err = ERR_INIT;
	struct card *card;

	assert_true(file_write(path, (struct span){ dos, sizeof(dos) }, NULL));
	assert_null(object_inspect(path, &err));
	assert_non_null(strstr(err.message, path));
	assert_non_null(strstr(err.message, "DOS"));
	free(path);
	card = made("x86_64-w64-mingw32-gcc",
		"x86_64-w64-mingw32-gcc -s -o out.exe program.c && head -c 4000 out.exe > out");
	assert_non_null(card_problem_of(card, "damaged"));
	assert_string_equal(card->min_windows_subsystem, "5.2");
	card_free(card);
}

int
main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, setup, objectbed_teardown)
	const struct CMUnitTest tests[] = {
		CASE(program_of_mingw),
		CASE(ways_to_link),
		CASE(libraries),
		CASE(imports),
		CASE(runtimes),
		CASE(oldest_windows),
		CASE(program_of_uefi),
		CASE(as_readobj_does),
		CASE(broken),
		CASE(damage_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
