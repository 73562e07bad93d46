#include "artifact/elf.h"
#include "artifact/elf_users.h"
#include "artifact/missing.h"
#include <dirent.h>
#include "dice.h"
#include "help_readers.h"

#define PROGRAM "#include <stdio.h>\nint main(void) { puts(\"hello\"); return 0; }\n"
#define LIBRARY "#include <stdio.h>\nint greet(void) { return puts(\"hello\"); }\n"

static int
setup(void **state)
{
	if (objectbed_setup(state) != 0)
		return -1;
	objectbed_write("program.c", PROGRAM);
	objectbed_write("library.c", LIBRARY);
	objectbed_write("start.c", "void _start(void) { for (;;) {} }\n");
	return 0;
}

/* --- what linkers make --- */

/* Each way to link a program gives a card that says how it was linked. */
static void
ways_to_link(void **state)
{
	static const struct {
		const char *tool, *line;
		enum card_kind kind;
		enum card_linkage linkage;
		enum tell pie, nx;
		enum card_relro relro;
		const char *arch, *libc;
	} rows[] = {
		{ "gcc", "gcc -o out program.c -pie -fPIE -Wl,-z,relro,-z,now", KIND_EXECUTABLE,
			LINKAGE_DYNAMIC, TELL_YES, TELL_YES, RELRO_FULL, NULL, "glibc" },
		{ "gcc", "gcc -o out program.c -no-pie -fno-pie -Wl,-z,relro,-z,lazy",
			KIND_EXECUTABLE, LINKAGE_DYNAMIC, TELL_NO, TELL_YES, RELRO_PARTIAL, NULL,
			"glibc" },
		{ "gcc", "gcc -o out program.c -no-pie -Wl,-z,norelro", KIND_EXECUTABLE,
			LINKAGE_DYNAMIC, TELL_NO, TELL_YES, RELRO_OFF, NULL, "glibc" },
		{ "gcc", "gcc -o out program.c -pie -Wl,-z,execstack", KIND_EXECUTABLE,
			LINKAGE_DYNAMIC, TELL_YES, TELL_NO, RELRO_PARTIAL, NULL, "glibc" },
		{ "gcc", "gcc -o out program.c -static", KIND_EXECUTABLE, LINKAGE_STATIC, TELL_NO,
			TELL_YES, RELRO_PARTIAL, NULL, "glibc" },
		{ "gcc", "gcc -o out program.c -static-pie", KIND_EXECUTABLE, LINKAGE_STATIC_PIE,
			TELL_YES, TELL_YES, RELRO_PARTIAL, NULL, "glibc" },
		{ "gcc", "gcc -o out library.c -shared -fPIC", KIND_SHARED, LINKAGE_DYNAMIC,
			TELL_UNKNOWN, TELL_YES, RELRO_PARTIAL, NULL, "glibc" },
		{ "gcc", "gcc -o out -c program.c", KIND_OBJECT, LINKAGE_NONE, TELL_UNKNOWN,
			TELL_YES, RELRO_NONE, NULL, NULL },
		{ "ld.lld", "clang -fuse-ld=lld -o out program.c -pie -Wl,-z,now", KIND_EXECUTABLE,
			LINKAGE_DYNAMIC, TELL_YES, TELL_YES, RELRO_FULL, NULL, "glibc" },
		{ "ld.lld", "clang -fuse-ld=lld -o out library.c -fPIC -shared", KIND_SHARED,
			LINKAGE_DYNAMIC, TELL_UNKNOWN, TELL_YES, RELRO_PARTIAL, NULL, "glibc" },
		{ "aarch64-linux-gnu-gcc", "aarch64-linux-gnu-gcc -o out program.c",
			KIND_EXECUTABLE, LINKAGE_DYNAMIC, TELL_YES, TELL_YES, RELRO_PARTIAL,
			"aarch64", "glibc" },
		{ "arm-linux-gnueabihf-gcc", "arm-linux-gnueabihf-gcc -o out program.c -static",
			KIND_EXECUTABLE, LINKAGE_STATIC, TELL_NO, TELL_YES, RELRO_PARTIAL, "arm",
			"glibc" },
		{ "musl-gcc", "musl-gcc -o out program.c -static -no-pie -Wl,-z,relro",
			KIND_EXECUTABLE, LINKAGE_STATIC, TELL_NO, TELL_YES, RELRO_FULL, NULL,
			NULL },
		{ "musl-gcc", "musl-gcc -o out program.c -Wl,-z,lazy", KIND_EXECUTABLE,
			LINKAGE_DYNAMIC, TELL_YES, TELL_YES, RELRO_PARTIAL, NULL, "musl" },
	};

	if (!objectbed_has("gcc"))
		objectbed_skip("no gcc");
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct card *card;

		if (!objectbed_has(rows[i].tool))
			continue;
		print_message("%s\n", rows[i].line);
		if (objectbed_shell(rows[i].line) != 0)
			fail_msg("%s", rows[i].line);
		card = objectbed_card("out");
		assert_int_equal(card->format, FORMAT_ELF);
		assert_int_equal(card->kind, rows[i].kind);
		assert_int_equal(card->linkage, rows[i].linkage);
		assert_int_equal(card->pie, rows[i].pie);
		assert_int_equal(card->nx, rows[i].nx);
		assert_int_equal(card->relro, rows[i].relro);
		if (rows[i].arch)
			assert_string_equal(card->arch, rows[i].arch);
		if (rows[i].libc)
			assert_string_equal(card->libc, rows[i].libc);
		assert_int_equal(
			card_problem_of(card, "executable-stack") != NULL, rows[i].nx == TELL_NO);
		assert_null(card_problem_of(card, "damaged"));
		card_free(card);
	}
}

/* A library says its name, where it looks for others and which they are; runpath is told from rpath. */
static void
names_and_paths(void **state)
{
	struct card *card;

	if (!objectbed_has("gcc"))
		objectbed_skip("no gcc");
	assert_int_equal(
		objectbed_shell(
			"gcc -shared -fPIC library.c -o libone.so -Wl,-soname,libone.so.1 && "
			"gcc -shared -fPIC library.c -o libtwo.so -Wl,--no-as-needed -L. "
			"-lone -Wl,-soname,libtwo.so.2 -Wl,-rpath,'$ORIGIN/lib:/home/ada/x' "
			"-Wl,--enable-new-dtags && "
			"gcc -shared -fPIC library.c -o libold.so -Wl,-rpath,/opt/x "
			"-Wl,--disable-new-dtags"),
		0);
	card = objectbed_card("libtwo.so");
	assert_string_equal(card->soname, "libtwo.so.2");
	assert_int_equal(card->needed.len, 2);
	assert_string_equal(card->needed.items[0], "libone.so.1");
	assert_string_equal(card->needed.items[1], "libc.so.6");
	assert_int_equal(card->rpath.len, 0);
	assert_int_equal(card->runpath.len, 2);
	assert_string_equal(card->runpath.items[0], "$ORIGIN/lib");
	assert_string_equal(card->runpath.items[1], "/home/ada/x");
	assert_non_null(strstr(card_problem_of(card, "run-path")->text, "/home/ada/x"));
	card_free(card);
	card = objectbed_card("libold.so");
	assert_int_equal(card->rpath.len, 1);
	assert_string_equal(card->rpath.items[0], "/opt/x");
	assert_null(card_problem_of(card, "run-path"));
	card_free(card);
}

/* What was thrown away is told: symbols, debug information, and where it has gone. */
static void
symbols_and_debug(void **state)
{
	static const struct {
		const char *line;
		enum tell stripped;
		enum card_debug debug;
	} rows[] = {
		{ "gcc -o out program.c", TELL_NO, DEBUG_NONE },
		{ "gcc -o out program.c -g", TELL_NO, DEBUG_FULL },
		{ "gcc -o out program.c -g -gdwarf-4", TELL_NO, DEBUG_FULL },
		{ "gcc -o out program.c -g1", TELL_NO, DEBUG_LINES },
		{ "gcc -o out program.c -g -gz", TELL_NO, DEBUG_FULL },
		{ "gcc -o out program.c -g -s", TELL_YES, DEBUG_NONE },
		{ "gcc -o out program.c -g && strip -g out", TELL_NO, DEBUG_NONE },
		{ "gcc -o out program.c -g -gsplit-dwarf", TELL_NO, DEBUG_ELSEWHERE },
		{ "gcc -o out program.c -g && objcopy --only-keep-debug out out.debug && "
		  "strip out && objcopy --add-gnu-debuglink=out.debug out",
			TELL_YES, DEBUG_ELSEWHERE },
	};
	struct card *card;

	if (!objectbed_has("gcc") || !objectbed_has("objcopy"))
		objectbed_skip("no gcc or no objcopy");
	for (size_t i = 0; i < COUNT(rows); i++) {
		print_message("%s\n", rows[i].line);
		assert_int_equal(objectbed_shell(rows[i].line), 0);
		card = objectbed_card("out");
		assert_int_equal(card->stripped, rows[i].stripped);
		assert_int_equal(card->debug, rows[i].debug);
		card_free(card);
	}
	card = objectbed_card("out");
	assert_string_equal(card->debug_link, "out.debug");
	card_free(card);
	card = objectbed_card("out.debug");
	assert_int_equal(card->debug, DEBUG_FULL);
	assert_non_null(card_problem_of(card, "debug-only"));
	assert_int_equal(card->needed.len, 0);
	assert_null(card_problem_of(card, "damaged"));
	card_free(card);
}

/* The oldest glibc is the newest version asked for, and the symbol that asks for it is named. */
static void
floor_of_glibc(void **state)
{
	struct card *card;

	if (!objectbed_has("gcc") || objectbed_shell("ldd --version 2>&1 | grep -qi glibc") != 0)
		objectbed_skip("no gcc with glibc");
	objectbed_write("old.c",
		"#include <stdio.h>\n"
		"__asm__(\".symver fake, memcpy@GLIBC_2.14\");\n"
		"void *fake(void *, const void *, unsigned long);\n"
		"int greet(char *a, const char *b) { fake(a, b, 3); return puts(a); }\n");
	if (objectbed_shell("gcc -shared -fPIC -O0 -nostartfiles -o out old.c") != 0)
		objectbed_skip("this machine's memcpy has no version 2.14");
	card = objectbed_card("out");
	assert_string_equal(card->min_glibc, "2.14");
	assert_string_equal(card->min_glibc_symbol, "memcpy@GLIBC_2.14");
	assert_int_equal(card->versions.len, 2);
	assert_string_equal(card->versions.items[0].library, "libc.so.6");
	card_free(card);
}

/* Packed relocations ask for a glibc that unpacks them, also where no version of a symbol does. */
static void
packed_relocations(void **state)
{
	struct card *card;

	if (!objectbed_has("clang") ||
		objectbed_shell("clang -fuse-ld=lld -fPIC -shared -o out library.c "
				"-Wl,--pack-dyn-relocs=relr 2>/dev/null") != 0 ||
		objectbed_shell("readelf -dW out | grep -q RELR") != 0)
		objectbed_skip("no clang with lld");
	card = objectbed_card("out");
	assert_string_equal(card->min_glibc, "2.36");
	assert_string_equal(card->min_glibc_symbol, "packed relocations (DT_RELR)");
	card_free(card);
}

/* What must not be shipped is a problem with a name. */
static void
problems(void **state)
{
	static const struct {
		const char *id, *line, *text;
	} rows[] = {
		{ "text-relocations",
			"printf '.data\\n.globl d\\nd: .quad 1\\n.text\\n.globl f\\nf: movabs $d, "
			"%%rax\\n"
			"ret\\n.section .note.GNU-stack,\"\"\\n' > t.s && "
			"gcc -shared -nostdlib -o out t.s -Wl,-z,notext",
			"DT_TEXTREL" },
		{ "executable-stack", "gcc -shared -fPIC -o out library.c -Wl,-z,execstack",
			"stack is executable" },
		{ "writable-code", "gcc -static -nostdlib -o out start.c -Wl,-N 2>/dev/null",
			"at once" },
		{ "build-paths",
			"mkdir -p home && printf 'const char *p = "
			"\"/home/ada/.cargo/registry/src/x/"
			"lib.rs\"; int main(void){return 0;}' > p.c && gcc -o out p.c",
			"/home/ada/.cargo/registry/src/x/lib.rs" },
		{ "loader", "gcc -o out program.c -Wl,--dynamic-linker=/nix/store/abc/ld.so",
			"/nix/store/abc/ld.so" },
		{ "mixed-libc",
			"gcc -o out program.c -Wl,--dynamic-linker=/lib/ld-musl-x86_64.so.1",
			"libc.so.6" },
		{ "packed",
			"printf '\\177ELF\\2\\1\\1' > out && head -c 200 /dev/zero >> out && "
			"printf 'UPX!' >> out",
			"UPX" },
	};

	if (!objectbed_has("gcc") || objectbed_shell("gcc -dumpmachine | grep -q x86_64") != 0)
		objectbed_skip("no gcc for x86-64");
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct card_problem *problem;
		struct card *card;

		print_message("%s\n", rows[i].id);
		assert_int_equal(objectbed_shell(rows[i].line), 0);
		card = objectbed_card("out");
		problem = card_problem_of(card, rows[i].id);
		assert_non_null(problem);
		if (!strstr(problem->text, rows[i].text))
			fail_msg("%s: %s", rows[i].id, problem->text);
		card_free(card);
	}
	assert_int_equal(objectbed_shell("gcc -o out program.c"), 0);
	struct card *card = objectbed_card("out");
	assert_int_equal(card->problems.len, 0);
	card_free(card);
}

/* A library that this machine lacks is named, one that stands beside the program or in the system is not;
 * what is in the loader's cache is found. */
static void
missing_libraries(void **state)
{
	struct card *card;
	char *path;

	if (!objectbed_has("gcc") || objectbed_shell("ldd --version 2>&1 | grep -qi glibc") != 0)
		objectbed_skip("no gcc with glibc");
	assert_int_equal(
		objectbed_shell(
			"mkdir -p lib bin root/far/away root/etc && "
			"gcc -shared -fPIC library.c -o lib/libgone.so -Wl,-soname,libgone.so.1 && "
			"gcc program.c -o bin/out -Wl,--no-as-needed lib/libgone.so "
			"-Wl,-rpath,'$ORIGIN/../lib' && ln -s bin/out link"),
		0);
	card = objectbed_card("bin/out");
	missing_check(card);
	assert_non_null(strstr(card_problem_of(card, "missing-library")->text, "libgone.so.1"));
	assert_int_equal(card->problems.len, 2); /* libc is there; the other note is of the same */
	assert_non_null(card_problem_of(card, "extra-libraries"));
	card_free(card);
	assert_int_equal(objectbed_shell("ln -s libgone.so lib/libgone.so.1"), 0);
	card = objectbed_card("link"); /* beside the program itself, not the link */
	missing_check(card);
	assert_null(card_problem_of(card, "missing-library"));
	card_free(card);
	path = path_join(objectbed_dir, "root");
	card = objectbed_card("bin/out");
	missing_check_below(card, path);
	assert_non_null(strstr(card_problem_of(card, "missing-library")->text, "libc.so.6"));
	card_free(card);
	if (objectbed_shell(
		    "cp $(gcc -print-file-name=libc.so.6) root/far/away/ && "
		    "PATH=$PATH:/sbin:/usr/sbin ldconfig -r root -C /etc/ld.so.cache -f /dev/null "
		    "/far/away") == 0) {
		card = objectbed_card("bin/out");
		missing_check_below(card, path);
		assert_null(card_problem_of(card, "missing-library"));
		card_free(card);
	}
	free(path);
}

/* Who uses a library's symbol is found through slots and the PLT, as function and as crate. */
static void
users_of_symbols(void **state)
{
	static const struct {
		const char *tool, *line;
	} rows[] = {
		{ "gcc", "gcc -O1 -o out u.c" },
		{ "gcc", "gcc -O1 -fno-plt -o out u.c" },
		{ "gcc", "gcc -O1 -no-pie -fno-pie -o out u.c -Wl,-z,lazy" },
		{ "gcc", "gcc -O1 -fcf-protection=full -o out u.c -Wl,-z,lazy,-z,ibtplt" },
		{ "ld.lld", "clang -fuse-ld=lld -O1 -o out u.c" },
		{ "aarch64-linux-gnu-gcc", "aarch64-linux-gnu-gcc -O1 -o out u.c" },
		{ "aarch64-linux-gnu-gcc", "aarch64-linux-gnu-gcc -O1 -fno-plt -o out u.c" },
		{ "aarch64-linux-gnu-gcc",
			"aarch64-linux-gnu-gcc -O1 -mbranch-protection=standard -o out u.c" },
	};

	if (!objectbed_has("gcc") || objectbed_shell("gcc -dumpmachine | grep -q x86_64") != 0)
		objectbed_skip("no gcc for x86-64");
	objectbed_write("u.c",
		"#include <stdlib.h>\n#include <stdio.h>\n#include <unistd.h>\n"
		"__attribute__((noinline)) void f(void) __asm__(\"_RNvNtC3app3run4main\");\n"
		"void f(void) { abort(); }\n"
		"__attribute__((noinline)) void plain(const char *s) { puts(s); puts(s); }\n"
		"int main(int n, char **a) { plain(a[0]); if (n > 3) f(); return getpid(); }\n");
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct arena arena = ARENA_INIT;
		struct reader r;
		char *path = path_join(objectbed_dir, "out");
		char *stripped = xasprintf("%s -s", rows[i].line);

		if (!objectbed_has(rows[i].tool))
			goto next;
		print_message("%s\n", rows[i].line);
		assert_int_equal(objectbed_shell(rows[i].line), 0);
		assert_true(reader_open(&r, path, NULL));
		assert_string_equal(elf_users(&r, "abort", &arena), "app (app::run::main)");
		assert_string_equal(elf_users(&r, "puts", &arena), "plain");
		assert_string_equal(elf_users(&r, "getpid", &arena), "main");
		assert_null(elf_users(&r, "fork", &arena));
		reader_close(&r);
		assert_int_equal(objectbed_shell(stripped), 0);
		assert_true(reader_open(&r, path, NULL));
		assert_null(elf_users(&r, "puts", &arena));
		reader_close(&r);
		arena_fini(&arena);
	next:
		free(path);
		free(stripped);
	}
}

/* --- every architecture that LLVM writes --- */

/* An object of each architecture says which one it is, by rustc's name, and what its flags mean. */
static void
architectures(void **state)
{
	static const struct {
		const char *target, *arch;
		int bits;
		enum card_endian endian;
		const char *note; /* within arch_note, or NULL */
	} rows[] = {
		{ "x86_64-linux-gnu", "x86_64", 64, ENDIAN_LITTLE, NULL },
		{ "x86_64-linux-gnux32", "x86_64", 32, ENDIAN_LITTLE, "x32" },
		{ "i686-linux-gnu", "x86", 32, ENDIAN_LITTLE, NULL },
		{ "aarch64-linux-gnu", "aarch64", 64, ENDIAN_LITTLE, NULL },
		{ "aarch64_be-linux-gnu", "aarch64", 64, ENDIAN_BIG, NULL },
		{ "armv7-linux-gnueabihf", "arm", 32, ENDIAN_LITTLE, "ARMv7-A, hard float" },
		{ "armv5te-linux-gnueabi -mfloat-abi=soft", "arm", 32, ENDIAN_LITTLE, "ARMv5TE" },
		{ "armv6-linux-gnueabihf", "arm", 32, ENDIAN_LITTLE, "ARMv6" },
		{ "thumbv7em-none-eabihf", "arm", 32, ENDIAN_LITTLE, "ARMv7E-M, hard float" },
		{ "thumbv6m-none-eabi", "arm", 32, ENDIAN_LITTLE, "ARMv6" },
		{ "thumbv8m.main-none-eabi", "arm", 32, ENDIAN_LITTLE, "ARMv8-M mainline" },
		{ "armebv7r-none-eabi", "arm", 32, ENDIAN_BIG, "ARMv7-R" },
		{ "mips-linux-gnu", "mips", 32, ENDIAN_BIG, "MIPS32r2, o32, FPXX" },
		{ "mipsel-linux-gnu", "mips", 32, ENDIAN_LITTLE, "MIPS32r2, o32" },
		{ "mipsisa32r6-linux-gnu -march=mips32r6", "mips32r6", 32, ENDIAN_BIG, "MIPS32r6" },
		{ "mips64-linux-gnuabi64", "mips64", 64, ENDIAN_BIG, "MIPS64r2, n64" },
		{ "mips64el-linux-gnuabin32", "mips64", 32, ENDIAN_LITTLE, "n32" },
		{ "mipsel-linux-musl -msoft-float", "mips", 32, ENDIAN_LITTLE, "soft float" },
		{ "powerpc-linux-gnu", "powerpc", 32, ENDIAN_BIG, NULL },
		{ "powerpc64-linux-gnu", "powerpc64", 64, ENDIAN_BIG, NULL },
		{ "powerpc64le-linux-gnu", "powerpc64", 64, ENDIAN_LITTLE, "ELFv2" },
		{ "riscv32-linux-gnu -march=rv32imac -mabi=ilp32", "riscv32", 32, ENDIAN_LITTLE,
			"soft float ABI, compressed" },
		{ "riscv64-linux-gnu -march=rv64gc -mabi=lp64d", "riscv64", 64, ENDIAN_LITTLE,
			"double float ABI, compressed" },
		{ "riscv64-linux-gnu -march=rv64if -mabi=lp64f", "riscv64", 64, ENDIAN_LITTLE,
			"single float ABI" },
		{ "s390x-linux-gnu", "s390x", 64, ENDIAN_BIG, NULL },
		{ "sparc-linux-gnu", "sparc", 32, ENDIAN_BIG, NULL },
		{ "sparcv9-linux-gnu", "sparc64", 64, ENDIAN_BIG, NULL },
		{ "m68k-linux-gnu", "m68k", 32, ENDIAN_BIG, NULL },
		{ "loongarch64-linux-gnu", "loongarch64", 64, ENDIAN_LITTLE, "double float ABI" },
		{ "hexagon-unknown-linux-musl", "hexagon", 32, ENDIAN_LITTLE, NULL },
		{ "bpfel-unknown-none", "bpf", 64, ENDIAN_LITTLE, NULL },
		{ "bpfeb-unknown-none", "bpf", 64, ENDIAN_BIG, NULL },
		{ "avr-unknown-none -mmcu=atmega328p", "avr", 32, ENDIAN_LITTLE,
			"AVR architecture 5" },
		{ "msp430-none-elf", "msp430", 32, ENDIAN_LITTLE, NULL },
		{ "lanai-unknown-unknown", "lanai", 32, ENDIAN_BIG, NULL },
		{ "ve-unknown-linux", "ve", 64, ENDIAN_LITTLE, NULL },
		{ "amdgcn-amd-amdhsa -mcpu=gfx900 -nogpulib", "amdgpu", 64, ENDIAN_LITTLE, NULL },
	};
	int seen = 0;

	if (!objectbed_has("clang"))
		objectbed_skip("no clang");
	objectbed_write("f.c", "int f(int a) { return a + 1; }\n");
	for (size_t i = 0; i < COUNT(rows); i++) {
		char *line =
			xasprintf("clang --target=%s -c -o out f.c 2>/dev/null", rows[i].target);
		struct card *card;
		int code = objectbed_shell(line);

		free(line);
		if (code != 0)
			continue; /* a backend that this LLVM lacks */
		seen++;
		print_message("%s\n", rows[i].target);
		card = objectbed_card("out");
		assert_int_equal(card->kind, KIND_OBJECT);
		assert_string_equal(card->arch, rows[i].arch);
		assert_int_equal(card->bits, rows[i].bits);
		assert_int_equal(card->endian, rows[i].endian);
		if (rows[i].note && (!card->arch_note || !strstr(card->arch_note, rows[i].note)))
			fail_msg("%s: %s", rows[i].target, card->arch_note);
		assert_null(card_problem_of(card, "damaged"));
		card_free(card);
	}
	print_message("%d of %zu architectures\n", seen, COUNT(rows));
	assert_true(seen > 10);
}

/* --- against readelf --- */

static bool
is_dynamic_elf(const char *path)
{
	struct reader r;
	bool is = false;

	if (!reader_open(&r, path, NULL))
		return false;
	is = elf_is(&r) && reader_u16(&r, 16) <= 3;
	reader_close(&r);
	return is;
}

/* Every library that the machine has for itself and for others reads as readelf reads it. */
static void
as_readelf_does(void **state)
{
	static const char *const dirs[] = { "/lib/x86_64-linux-gnu", "/usr/aarch64-linux-gnu/lib",
		"/usr/arm-linux-gnueabihf/lib", "/usr/lib/x86_64-linux-musl", "/usr/bin" };
	enum { EACH_MAX = 40 };
	int seen = 0;

	if (!readers_found())
		objectbed_skip("no readelf, file or LLVM's readers");
	setenv("LC_ALL", "C", 1);
	for (size_t i = 0; i < COUNT(dirs); i++) {
		DIR *dir = opendir(dirs[i]);
		struct dirent *entry;

		for (int n = 0; dir && n < EACH_MAX && (entry = readdir(dir));) {
			char *path = path_join(dirs[i], entry->d_name);

			if (is_dynamic_elf(path)) {
				readers_compare(path);
				n++;
				seen++;
			}
			free(path);
		}
		if (dir)
			closedir(dir);
	}
	print_message("%d files\n", seen);
	if (!seen)
		objectbed_skip("no library to read");
}

/* --- notes --- */

/* Which system a program is for is read from its note, and since which of its versions. */
static void
notes_of_systems(void **state)
{
	static const struct {
		const char *owner;
		unsigned words[4], count;
		const char *os, *min_os, *min_kernel;
	} rows[] = {
		{ "FreeBSD", { 1302001 }, 1, "freebsd", "FreeBSD 13.2", NULL },
		{ "NetBSD", { 1001000000 }, 1, "netbsd", "NetBSD 10.1", NULL },
		{ "OpenBSD", { 0 }, 1, "openbsd", NULL, NULL },
		{ "DragonFly", { 600000 }, 1, "dragonfly", NULL, NULL },
		{ "Android", { 21 }, 1, "android", "Android API 21", NULL },
		{ "GNU", { 0, 3, 2, 0 }, 4, "linux", NULL, "3.2.0" },
	};

	if (!objectbed_has("clang") || !objectbed_has("ld.lld"))
		objectbed_skip("no clang or no lld");
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct str text = STR_INIT;
		struct card *card;

		str_appendf(&text,
			".section .note.abi,\"a\",%%note\n.balign 4\n.long 2f-1f\n.long 4f-3f\n"
			".long 1\n1: .asciz \"%s\"\n2: .balign 4\n3:\n",
			rows[i].owner);
		for (unsigned k = 0; k < rows[i].count; k++)
			str_appendf(&text, ".long %u\n", rows[i].words[k]);
		str_append(&text, "4: .balign 4\n.text\n.globl _start\n_start: .long 0\n");
		objectbed_write("note.s", text.data);
		str_fini(&text);
		for (int big = 0; big < 2; big++) {
			if (objectbed_shell(
				    big ? "clang --target=powerpc-linux-gnu -c -o note.o note.s "
					  "2>/dev/null && ld.lld -o out note.o"
					: "clang --target=x86_64-linux-gnu -c -o note.o note.s && "
					  "ld.lld -o out note.o") != 0)
				continue;
			card = objectbed_card("out");
			assert_int_equal(card->endian, big ? ENDIAN_BIG : ENDIAN_LITTLE);
			assert_string_equal(card->os, rows[i].os);
			assert_true(text_is(card->min_os, rows[i].min_os));
			assert_true(text_is(card->min_kernel, rows[i].min_kernel));
			card_free(card);
		}
	}
}

/* Segments of an Android library that fit pages of 4 KiB only are a problem; of 16 KiB are not. */
static void
android_pages(void **state)
{
	static const struct {
		const char *size;
		bool is_problem;
	} rows[] = { { "4096", true }, { "16384", false }, { "65536", false } };

	if (!objectbed_has("clang") || !objectbed_has("ld.lld"))
		objectbed_skip("no clang or no lld");
	objectbed_write("note.s",
		".section .note.android.ident,\"a\",%note\n.balign 4\n.long 8\n.long 4\n.long 1\n"
		".asciz \"Android\"\n.long 24\n.text\n.globl f\nf: .long 0\n");
	for (size_t i = 0; i < COUNT(rows); i++) {
		char *line = xasprintf(
			"clang --target=aarch64-linux-android -c -o note.o note.s && "
			"ld.lld -shared -o out note.o -z max-page-size=%s -z common-page-size=4096",
			rows[i].size);
		struct card *card;

		assert_int_equal(objectbed_shell(line), 0);
		card = objectbed_card("out");
		assert_string_equal(card->os, "android");
		assert_string_equal(card->libc, "bionic");
		assert_int_equal(card_problem_of(card, "page-size") != NULL, rows[i].is_problem);
		card_free(card);
		free(line);
	}
}

/* --- broken files --- */

/* Reads bytes as a file; whatever they are, it comes back. */
static void
read_bytes(const char *bytes, size_t len)
{
	struct card *card = card_new("bytes");
	struct reader r;

	reader_init_bytes(&r, bytes, len);
	object_read(&r, card, NULL);
	reader_close(&r);
	card_free(card);
}

static void
load(const char *name, struct str *out)
{
	char *path = path_join(objectbed_dir, name);

	assert_true(file_read(path, out, NULL));
	free(path);
}

/* Small files of both widths and byte orders, linked and not. */
static size_t
make_samples(struct str *samples, size_t max)
{
	static const char *const lines[] = {
		"gcc -o out program.c -g",
		"gcc -shared -fPIC -o out library.c -Wl,-soname,libx.so.1,--hash-style=gnu",
		"gcc -c -o out program.c -g",
		"arm-linux-gnueabihf-gcc -o out program.c",
		"clang --target=powerpc-linux-gnu -c -o out f.c -g",
		"clang --target=mips64-linux-gnuabi64 -c -o out f.c",
		"clang --target=riscv32-linux-gnu -c -o out f.c",
	};
	size_t count = 0;

	objectbed_write("f.c", "int f(int a) { return a + 1; }\n");
	for (size_t i = 0; i < COUNT(lines) && count < max; i++) {
		char *quiet = xasprintf("%s 2>/dev/null", lines[i]);

		if (objectbed_shell(quiet) == 0)
			load("out", &samples[count++]);
		free(quiet);
	}
	return count;
}

/* A file cut anywhere is read as far as it goes. */
static void
cut_files(void **state)
{
	struct str samples[8] = { 0 };
	size_t count = make_samples(samples, COUNT(samples));

	if (!count)
		objectbed_skip("no compiler");
	for (size_t i = 0; i < count; i++) {
		for (size_t len = 0; len < samples[i].len; len += 64) {
			char *exact = xmalloc(len + !len); /* so that a read beyond it is seen */

			memcpy(exact, samples[i].data, len);
			read_bytes(exact, len);
			free(exact);
		}
		str_fini(&samples[i]);
	}
}

/* No number in a file is believed: each word of its header and tables, set to what no file has. */
static void
extreme_numbers(void **state)
{
	static const uint64_t values[] = { 0, 1, 2, 0x7f, 0x80, 0xff, 0x7fff, 0xffff, 0x7fffffff,
		0x80000000, 0xffffffff, 0x7fffffffffffffff, 0x8000000000000000, UINT64_MAX - 7,
		UINT64_MAX };
	struct str samples[8] = { 0 };
	size_t count = make_samples(samples, COUNT(samples));

	if (!count)
		objectbed_skip("no compiler");
	for (size_t i = 0; i < count; i++) {
		/* the header with the segments behind it, and the sections at the end */
		size_t ends[2][2] = { { 0, 1024 }, { samples[i].len - 2048, samples[i].len } };

		for (size_t part = 0; part < 2; part++)
			for (size_t at = ends[part][0]; at + 8 <= ends[part][1]; at += 4)
				for (size_t v = 0; v < COUNT(values); v++) {
					char kept[8];

					memcpy(kept, samples[i].data + at, 8);
					memcpy(samples[i].data + at, &values[v], at % 8 ? 4 : 8);
					read_bytes(samples[i].data, samples[i].len);
					memcpy(samples[i].data + at, kept, 8);
				}
		str_fini(&samples[i]);
	}
}

/* Bytes thrown at random into a file make no harm. */
static void
random_damage(void **state)
{
	struct dice dice = { 20 };
	struct str samples[8] = { 0 };
	size_t count = make_samples(samples, COUNT(samples));

	if (!count)
		objectbed_skip("no compiler");
	for (int round = 0; round < 3000; round++) {
		struct str *s = &samples[dice_below(&dice, count)];
		char *copy = xmalloc(s->len);

		memcpy(copy, s->data, s->len);
		for (size_t n = dice_below(&dice, 20); n > 0; n--)
			copy[dice_below(&dice, s->len)] = (char)dice_roll(&dice);
		read_bytes(copy, s->len);
		free(copy);
	}
	for (size_t i = 0; i < count; i++)
		str_fini(&samples[i]);
}

/* A file that claims tables beyond its end gets a card that says so; one without a header, an error that
 * names it. */
static void
damage_is_told(void **state)
{
	struct str file = STR_INIT;
	struct err err = ERR_INIT;
	struct card *card;
	char *path;

	if (!objectbed_has("gcc"))
		objectbed_skip("no gcc");
	assert_int_equal(objectbed_shell("gcc -o out program.c && head -c 4000 out > cut"), 0);
	card = objectbed_card("cut");
	assert_non_null(card_problem_of(card, "damaged"));
	assert_string_equal(card->interpreter, "/lib64/ld-linux-x86-64.so.2");
	card_free(card);
	path = path_join(objectbed_dir, "head");
	assert_true(file_write(path, SPAN("\177ELF\2\1\1\0\0\0\0\0\0\0\0\0\0\0"), NULL));
	assert_null(object_inspect(path, &err));
	assert_non_null(strstr(err.message, path));
	assert_non_null(strstr(err.message, "cut short"));
	assert_int_equal(err_exit_code(&err), 2);
	free(path);
	str_fini(&file);
}

/* A program that upx packed is a program, known as packed by upx's own record, with its size before. */
static void
packed_program(void **state)
{
	const struct card_detail *was;
	struct card *card;

	assert_int_equal(
		objectbed_shell("printf '\\177ELF\\2\\1\\1' > out && "
				"head -c 9 /dev/zero >> out && "
				"printf '\\3\\0\\076\\0\\1\\0\\0\\0\\1\\0\\0\\0' >> out && "
				"head -c 4 /dev/zero >> out && printf '\\100' >> out && "
				"head -c 19 /dev/zero >> out && "
				"printf '\\100\\0\\070\\0' >> out && "
				"head -c 12 /dev/zero >> out && printf 'UPX!' >> out && "
				"head -c 8 /dev/zero >> out && "
				"printf '\\0\\0\\1\\0' >> out && head -c 100 /dev/zero >> out"),
		0);
	card = objectbed_card("out");
	assert_non_null(card_problem_of(card, "packed"));
	assert_int_equal(card->kind, KIND_EXECUTABLE);
	assert_int_equal(card->linkage, LINKAGE_NONE);
	was = card_detail(card, "unpacked_bytes");
	assert_non_null(was);
	assert_string_equal(was->value, "65536 bytes");
	card_free(card);
	if (!objectbed_has("upx") || !objectbed_has("gcc"))
		objectbed_skip("no upx, or no gcc");
	assert_int_equal(
		objectbed_shell("gcc -static -o big program.c && upx -q -q -o out2 big"), 0);
	card = objectbed_card("out2");
	assert_non_null(card_problem_of(card, "packed"));
	assert_int_equal(card->kind, KIND_EXECUTABLE);
	assert_non_null(card_detail(card, "unpacked_bytes"));
	card_free(card);
}

int
main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, setup, objectbed_teardown)
	const struct CMUnitTest tests[] = {
		CASE(ways_to_link),
		CASE(names_and_paths),
		CASE(symbols_and_debug),
		CASE(floor_of_glibc),
		CASE(packed_relocations),
		CASE(problems),
		CASE(packed_program),
		CASE(missing_libraries),
		CASE(users_of_symbols),
		CASE(architectures),
		CASE(as_readelf_does),
		CASE(notes_of_systems),
		CASE(android_pages),
		CASE(cut_files),
		CASE(extreme_numbers),
		CASE(random_damage),
		CASE(damage_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
