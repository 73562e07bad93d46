#include "artifact/sizes.h"
#include <stdio.h>
#include "objectbed.h"

/* A function or datum of so many bytes, in a section of its own. */
static void
add_symbol(struct str *text, const char *name, const char *section, unsigned bytes)
{
	str_appendf(text,
		".section %s,\"a%s\",%%%s\n.globl \"%s\"\n.type \"%s\",%%%s\n\"%s\":\n.zero %u\n"
		".size \"%s\",%u\n",
		section, section[1] == 't' ? "x" : "w", section[1] == 'b' ? "nobits" : "progbits",
		name, name, section[1] == 't' ? "function" : "object", name, bytes, name, bytes);
}

/* Assembles and links what was written; false without the tools. */
static bool
make(const struct str *text)
{
	objectbed_write("s.s", text->data);
	return objectbed_has("gcc") &&
		objectbed_shell("gcc -c -o s.o s.s && ld -shared -o out s.o") == 0;
}

static void
read_sizes(struct sizes *s, const char *name, size_t most)
{
	char *path = path_join(objectbed_dir, name);
	struct err err = ERR_INIT;

	if (!sizes_read(s, path, most, &err))
		fail_msg("%s", err.message);
	free(path);
}

static void
assert_row(const struct size_row *row, const char *name, uint64_t bytes, unsigned count)
{
	assert_string_equal(row->name, name);
	assert_int_equal(row->bytes, bytes);
	assert_int_equal(row->count, count);
}

static void
assert_named(const size_rows *rows, const char *name, uint64_t bytes, unsigned count)
{
	for (size_t i = 0; i < rows->len; i++) {
		if (!text_is(rows->items[i].name, name))
			continue;
		assert_row(&rows->items[i], name, bytes, count);
		return;
	}
	fail_msg("no %s among them", name);
}

/* Bytes of the symbols themselves, which llvm-size does not count. */
static uint64_t
tables(const struct sizes *s)
{
	static const char *const names[] = { "symbol table", ".symtab", ".strtab", ".shstrtab" };
	uint64_t bytes = 0;

	for (size_t i = 0; i < s->rests.len; i++)
		for (size_t k = 0; k < COUNT(names); k++)
			if (text_is(s->rests.items[i].name, names[k]))
				bytes += s->rests.items[i].bytes;
	return bytes;
}

/* What the sections of "out" have in the file, as llvm-size says. */
static uint64_t
sections_by_llvm(void)
{
	char number[32] = "";
	char *path = path_join(objectbed_dir, "sum");
	FILE *f;

	assert_int_equal(objectbed_shell("llvm-size -A out | awk '$2 + 0 && $1 !~ /Total|bss/ "
					 "{ s += $2 } END { print s }' >sum"),
		0);
	assert_non_null(f = fopen(path, "r"));
	assert_non_null(fgets(number, sizeof(number), f));
	fclose(f);
	free(path);
	return strtoull(number, NULL, 10);
}

/* Crates and functions are summed, copies of a generic function under one name; aliases count once, what
 * takes no room in the file not at all. */
static void
sums(void **state)
{
	struct str text = STR_INIT;
	struct sizes s;

	add_symbol(&text, "_RINvC5serde4readhEC3app", ".text", 300);
	add_symbol(&text, "_RINvC5serde4readtEC3app", ".text", 500);
	add_symbol(&text, "_RNvC3app4main", ".text", 100);
	add_symbol(&text, "_ZN4core3fmt5write17h05af221e174051e9E", ".text", 250);
	add_symbol(&text, "deflate", ".text", 400);
	add_symbol(&text, "_RNvC3app5TABLE", ".data", 70);
	add_symbol(&text, "_RNvC3app6BUFFER", ".bss", 9000);
	str_append(&text,
		".globl again\n.type again,%object\n.set again,\"_RNvC3app5TABLE\"\n"
		".size again,70\n");
	if (!make(&text))
		objectbed_skip("no gcc or ld");
	read_sizes(&s, "out", 3);
	assert_int_equal(s.told, 1620);
	assert_int_equal(s.other, 400);
	assert_int_equal(s.copies, 1);
	assert_int_equal(s.copied, 300);
	assert_int_equal(s.crates.len, 3);
	assert_row(&s.crates.items[0], "serde", 800, 2);
	assert_row(&s.crates.items[1], "core", 250, 1);
	assert_row(&s.crates.items[2], "app", 170, 2);
	assert_int_equal(s.symbols.len, 3);
	assert_row(&s.symbols.items[0], "serde::read", 800, 2);
	assert_string_equal(s.symbols.items[0].crate, "serde");
	assert_row(&s.symbols.items[1], "deflate", 400, 1);
	assert_null(s.symbols.items[1].crate);
	assert_row(&s.symbols.items[2], "core::fmt::write", 250, 1);
	sizes_fini(&s);
	read_sizes(&s, "s.o", 1); /* an object, whose sections all begin at 0 */
	assert_int_equal(s.told, 1620);
	assert_int_equal(s.symbols.len, 1);
	sizes_fini(&s);
	assert_int_equal(objectbed_shell("strip s.o -o out"), 0);
	read_sizes(&s, "out", 5);
	assert_int_equal(s.told, 0);
	assert_int_equal(s.symbols.len, 0);
	assert_true(s.file > 1000);
	sizes_fini(&s);
	str_fini(&text);
}

/* A table of names larger than what is held at once gives the same sums. */
static void
many_names(void **state)
{
	enum { COUNT_OF_THEM = 40000, LONG = 300 };
	struct str text = STR_INIT, name = STR_INIT;
	struct sizes s;

	str_append(&text, ".text\n");
	for (int i = 0; i < COUNT_OF_THEM; i++) {
		str_clear(&name);
		str_appendf(&name, "_RNvC3app%d_f", LONG);
		str_appendf(&name, "%0*d", LONG - 1, i);
		str_appendf(&text, ".globl %s\n.type %s,%%function\n%s: .zero 16\n.size %s,%d\n",
			name.data, name.data, name.data, name.data, i % 2 ? 16 : 10);
	}
	if (!make(&text))
		objectbed_skip("no gcc or ld");
	read_sizes(&s, "out", 10);
	assert_int_equal(s.told, COUNT_OF_THEM * 13);
	assert_int_equal(s.crates.len, 1);
	assert_row(&s.crates.items[0], "app", COUNT_OF_THEM * 13, COUNT_OF_THEM);
	assert_int_equal(s.symbols.len, 10);
	for (size_t i = 0; i < 10; i++) {
		assert_int_equal(s.symbols.items[i].bytes, 16);
		assert_int_equal(strlen(s.symbols.items[i].name), strlen("app::") + LONG);
	}
	sizes_fini(&s);
	str_fini(&text);
	str_fini(&name);
}

/* Functions of other formats: Windows' and Apple's go on to the next one, WebAssembly says how large each is,
 * and so are its data. What is stripped has none. */
static void
other_formats(void **state)
{
	static const struct {
		const char *needs, *line, *first, *second;
		uint64_t first_bytes, second_bytes;
	} rows[] = {
		{ "x86_64-w64-mingw32-as",
			"x86_64-w64-mingw32-as -o o.o f.s && x86_64-w64-mingw32-ld -e app_main -o "
			"out o.o",
			"app::main", "deflate", 320, 48 },
		{ "clang", "clang --target=x86_64-apple-macos11 -c -o out a.s", "app::main",
			"deflate", 320, 48 },
		{ "wasm-ld",
			"clang --target=wasm32 -O1 -c -o o.o w.c && "
			"wasm-ld --no-entry --export=large --export=little -o out o.o",
			".rodata", "large", 0, 0 },
	};

	objectbed_write("f.s",
		".def _RNvC3app4main; .scl 2; .type 32; .endef\n.text\n.globl "
		"app_main\napp_main:\n.globl _RNvC3app4main\n_RNvC3app4main: .zero "
		"320\n"
		".globl deflate\ndeflate: .zero 48\n");
	objectbed_write("a.s",
		".text\n.globl __RNvC3app4main\n__RNvC3app4main: .zero 320\n"
		".globl _deflate\n_deflate: .zero 48\n");
	objectbed_write("w.c",
		"const char text[999] = { 1 };\nint little(int a) { return text[a]; }\n"
		"int large(int a, int b) { return a * b + a / b * (a ^ b) - text[b] * a % b; }\n");
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct sizes s;

		print_message("%s\n", rows[i].needs);
		if (!objectbed_has(rows[i].needs) || objectbed_shell(rows[i].line) != 0)
			continue;
		read_sizes(&s, "out", 9);
		assert_true(s.symbols.len >= 2);
		assert_string_equal(s.symbols.items[0].name, rows[i].first);
		assert_string_equal(s.symbols.items[1].name, rows[i].second);
		if (rows[i].first_bytes)
			assert_int_equal(s.symbols.items[0].bytes, rows[i].first_bytes);
		assert_true(s.symbols.items[0].bytes > s.symbols.items[1].bytes);
		assert_true(s.symbols.items[1].bytes >= rows[i].second_bytes);
		assert_true(s.symbols.items[1].bytes < rows[i].second_bytes + 64);
		sizes_fini(&s);
	}
	if (objectbed_has("x86_64-w64-mingw32-strip") && objectbed_shell(rows[0].line) == 0) {
		struct sizes s;

		assert_int_equal(objectbed_shell("x86_64-w64-mingw32-strip out"), 0);
		read_sizes(&s, "out", 9);
		assert_int_equal(s.symbols.len, 0);
		sizes_fini(&s);
	}
}

/* A function, data with and without names of their own, and bytes of a section that no symbol is for. `under` is
 * what the format puts before names, `sized` of a macro what it says of their sizes. */
#define DATA_SOURCE(under, sized, other, bss)                                                      \
	".macro begin name, kind, bytes\n.globl \\name\n" sized "\\name: .zero \\bytes\n.endm\n"   \
	".text\n"                                                                                  \
	"begin " under "_RNvC3app4main, function, 320\n"                                           \
	".data\nbegin " under "_RNvC3app5TABLE, object, 700\n"                                     \
	"begin " under "anon.3714ba34.1.llvm.45, object, 30\n"                                     \
	"begin " under "anon.3714ba34.2.llvm.45, object, 40\n"                                     \
	"begin " under "c_table, object, 512\n" other "\n.zero 1232\n" bss "\n"

/* Data count like functions, things without names of their own as one, and what no symbol is for is told by its
 * section: all of it together is what the sections have in the file. */
static void
nothing_is_left_out(void **state)
{
	static const struct {
		const char *needs, *line, *source, *rest;
	} rows[] = {
		{ "x86_64-w64-mingw32-as",
			"x86_64-w64-mingw32-as -o o.o d.s && "
			"x86_64-w64-mingw32-ld -e _RNvC3app4main --disable-reloc-section -o out "
			"o.o",
			DATA_SOURCE("", "", ".section .other,\"dr\"", ".bss\n.zero 9000"),
			".other" },
		{ "clang", "clang --target=x86_64-apple-macos11 -c -o out d.s",
			DATA_SOURCE("_", "", ".section __DATA,other",
				".zerofill __DATA,__bss,_Z,9000,4"),
			"__DATA,other" },
		{ "gcc", "gcc -c -o o.o d.s && ld -shared -o out o.o",
			DATA_SOURCE("", ".type \\name,%\\kind\n.size \\name,\\bytes\n",
				".section .other,\"a\",%progbits", ".bss\n.zero 9000"),
			".other" },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct sizes s;

		print_message("%s\n", rows[i].needs);
		objectbed_write("d.s", rows[i].source);
		if (!objectbed_has(rows[i].needs) || objectbed_shell(rows[i].line) != 0)
			continue;
		read_sizes(&s, "out", 9);
		assert_named(&s.symbols, "app::TABLE", 700, 1);
		assert_named(&s.symbols, "app::main", 320, 1);
		assert_named(&s.symbols, "(anonymous data)", 70, 2);
		assert_int_equal(s.copied, 0);
		assert_named(&s.crates, "app", 1020, 2);
		assert_named(&s.rests, rows[i].rest, 1232, 1);
		assert_true(s.told + s.rest <= s.file);
		if (objectbed_has("llvm-size"))
			assert_int_equal(s.told + s.rest - tables(&s), sections_by_llvm());
		sizes_fini(&s);
	}
}

/* A symbol whose name is empty, as in a damaged file, counts as one without a name. */
static void
nameless(void **state)
{
	struct str text = STR_INIT;
	struct sizes s;

	add_symbol(&text, "deflate", ".text", 400);
	if (!make(&text) ||
		objectbed_shell("sed -i 's/\\x00deflate\\x00/\\x00\\x00eflate\\x00/g' out"))
		objectbed_skip("no gcc, ld or sed");
	read_sizes(&s, "out", 3);
	assert_named(&s.symbols, "", 400, 1);
	sizes_fini(&s);
	str_fini(&text);
}

/* Of an archive all objects count, each with what is left of its sections under the section's common name; what is
 * no object is told by its own name. */
static void
archives(void **state)
{
	struct sizes s;

	objectbed_write("one.s",
		".section .text.a,\"ax\",%progbits\n.globl _RNvC3app1a\n"
		".type _RNvC3app1a,%function\n_RNvC3app1a: .zero 300\n.size _RNvC3app1a,300\n"
		".section .rodata.x,\"a\",%progbits\n.zero 40\n"
		".section .rodata.y,\"a\",%progbits\n.zero 24\n");
	objectbed_write("two.s",
		".text\n.globl deflate\n.type deflate,%function\ndeflate: .zero 200\n"
		".size deflate,200\n");
	objectbed_write("lib.rmeta", "what a Rust library tells of itself");
	if (!objectbed_has("gcc") || !objectbed_has("ar") ||
		objectbed_shell(
			"gcc -c one.s two.s && rm -f out && ar rc out one.o two.o lib.rmeta"))
		objectbed_skip("no gcc or ar");
	read_sizes(&s, "out", 9);
	assert_int_equal(s.told, 500);
	assert_named(&s.symbols, "app::a", 300, 1);
	assert_named(&s.symbols, "deflate", 200, 1);
	assert_named(&s.crates, "app", 300, 1);
	assert_named(&s.rests, ".rodata", 64, 2);
	assert_named(&s.rests, "lib.rmeta", 35, 1);
	assert_true(s.told + s.rest <= s.file);
	sizes_fini(&s);
}

/* What is no program, or not there, is refused by name. */
static void
refusals(void **state)
{
	char *path = path_join(objectbed_dir, "text");
	struct err err = ERR_INIT;
	struct sizes s;

	assert_false(sizes_read(&s, path, 1, &err));
	assert_non_null(strstr(err.message, path));
	sizes_fini(&s);
	objectbed_write("text", "hello\n");
	assert_false(sizes_read(&s, path, 1, &err));
	assert_non_null(strstr(err.message, path));
	sizes_fini(&s);
	free(path);
}

int
main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, objectbed_setup, objectbed_teardown)
	const struct CMUnitTest tests[] = {
		CASE(sums),
		CASE(many_names),
		CASE(other_formats),
		CASE(nothing_is_left_out),
		CASE(nameless),
		CASE(archives),
		CASE(refusals),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
