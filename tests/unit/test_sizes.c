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
		CASE(refusals),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
