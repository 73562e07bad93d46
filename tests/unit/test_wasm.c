#include "artifact/wasm.h"
#include "artifact/fits.h"
#include "help_apple.h"
#include "rust/targets.h"

static int
setup(void **state)
{
	if (objectbed_setup(state) != 0)
		return -1;
	objectbed_write("wasi.c",
		"__attribute__((import_module(\"wasi_snapshot_preview1\"),"
		"import_name(\"proc_exit\"))) void leave(int);\n"
		"void _start(void) { leave(0); }\n");
	objectbed_write("plain.c",
		"struct pair { int a, b; };\n"
		"__attribute__((export_name(\"add\"))) int add(struct pair *p) "
		"{ return p->a + p->b; }\n");
	return 0;
}

static const char *
detail(const struct card *card, const char *key)
{
	const struct card_detail *d = card_detail(card, key);

	return d ? d->value : NULL;
}

static struct card *
made(const char *line)
{
	if (objectbed_shell(line) != 0)
		fail_msg("%s", line);
	return objectbed_card("out");
}

static bool
has_tools(void)
{
	return objectbed_has("clang") && objectbed_llvm("wasm-ld");
}

/* A command for WASI says so: what it imports, its memory, who made it, whether names were kept. */
static void
command_of_wasi(void **state)
{
	struct card *card;

	if (!has_tools())
		objectbed_skip("no clang or no wasm-ld");
	card = made("clang --target=wasm32-wasi -g -c wasi.c -o wasi.o && "
		    "./wasm-ld wasi.o -o out --initial-memory=131072 --max-memory=262144");
	assert_int_equal(card->format, FORMAT_WASM);
	assert_int_equal(card->kind, KIND_EXECUTABLE);
	assert_string_equal(card->arch, "wasm32");
	assert_string_equal(card->os, "wasi");
	assert_string_equal(detail(card, "wasi"), "preview 1");
	assert_string_equal(detail(card, "wasm"), "module, a command");
	assert_string_equal(detail(card, "memory"), "2 pages (131 kB), at most 4");
	assert_int_equal(card->needed.len, 1);
	assert_string_equal(card->imports.items[0].library, "wasi_snapshot_preview1");
	assert_string_equal(card->imports.items[0].name, "proc_exit");
	assert_int_equal(card->stripped, TELL_NO);
	assert_int_not_equal(card->debug, DEBUG_NONE);
	assert_true(card->producers.len >= 1);
	assert_int_equal(card->problems.len, 0);
	card_free(card);
}

/* Objects, libraries without a start, stripped ones and those of 64 bits are told apart. */
static void
kinds(void **state)
{
	static const struct {
		const char *line;
		enum card_kind kind;
		const char *wasm, *arch;
		enum tell stripped;
		enum card_debug debug;
	} rows[] = {
		{ "clang --target=wasm32 -c plain.c -o out", KIND_OBJECT, "module, an object",
			"wasm32", TELL_NO, DEBUG_NONE },
		{ "clang --target=wasm64 -c plain.c -o out", KIND_OBJECT, "module, an object",
			"wasm64", TELL_NO, DEBUG_NONE },
		{ "clang --target=wasm32 -g -c plain.c -o p.o && ./wasm-ld --no-entry p.o -o out",
			KIND_SHARED, "module", "wasm32", TELL_NO, DEBUG_FULL },
		{ "clang --target=wasm32 -g -c plain.c -o p.o && ./wasm-ld -s --no-entry p.o -o "
		  "out",
			KIND_SHARED, "module", "wasm32", TELL_YES, DEBUG_NONE },
	};

	if (!has_tools())
		objectbed_skip("no clang or no wasm-ld");
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct card *card = made(rows[i].line);

		print_message("%s\n", rows[i].line);
		assert_int_equal(card->kind, rows[i].kind);
		assert_string_equal(detail(card, "wasm"), rows[i].wasm);
		assert_string_equal(card->arch, rows[i].arch);
		assert_int_equal(card->stripped, rows[i].stripped);
		assert_int_equal(card->debug, rows[i].debug);
		assert_null(card->os);
		card_free(card);
	}
}

/* Imports are those that node finds in the module. */
static void
as_node_does(void **state)
{
	struct str told = STR_INIT, ours = STR_INIT;
	struct card *card;

	if (!has_tools() || !objectbed_has("node"))
		objectbed_skip("no clang, wasm-ld or node");
	objectbed_write("ask.js",
		"const m = new WebAssembly.Module(require('fs').readFileSync('out'));\n"
		"for (const i of WebAssembly.Module.imports(m)) console.log(i.module, i.name);\n");
	objectbed_write("many.c",
		"#define F(m, n) __attribute__((import_module(m), import_name(#n))) int n(int);\n"
		"F(\"env\", one) F(\"js\", two) F(\"env\", three)\n"
		"int f(int a) { return one(a) + two(a) + three(a); }\n");
	card = made("clang --target=wasm32 -c many.c -o many.o && ./wasm-ld --no-entry "
		    "--export=f --import-memory --import-table many.o -o out");
	assert_int_equal(objectbed_ask(&told, "node", "ask.js"), 0);
	for (size_t i = 0; i < card->imports.len; i++)
		str_appendf(&ours, "%s %s\n", card->imports.items[i].library,
			card->imports.items[i].name);
	assert_string_equal(ours.data, told.data);
	assert_non_null(strstr(detail(card, "memory"), "imported"));
	card_free(card);
	str_fini(&told);
	str_fini(&ours);
}

/* A component with an import, an export and a module within; every length is that of a string here. */
#define NAME_IN "wasi:io/streams@0.2.3"
#define NAME_OUT "wasi:cli/run@0.2.3"
#define MODULE                                                                                     \
	"\0asm\1\0\0\0"                                                                            \
	"\5\3\1\0\1"
#define COMPONENT                                                                                  \
	"\0asm\x0d\0\1\0"                                                                          \
	"\x0a\x1a\1\0\x15" NAME_IN "\5\0"                                                          \
	"\1\x0d" MODULE "\x0b\x18\1\0\x12" NAME_OUT "\5\0\0"

static struct card *
component(const char *bytes, size_t len)
{
	char *path = path_join(objectbed_dir, "out");

	assert_true(file_write(path, (struct span){ bytes, len }, NULL));
	free(path);
	return objectbed_card("out");
}

/* A component lists the interfaces that it imports with their version; the module within is read, too. */
static void
components(void **state)
{
	static const char bytes[] = COMPONENT;
	struct card *card = component(bytes, sizeof(bytes) - 1);

	assert_int_equal(card->problems.len, 0);
	assert_int_equal(card->kind, KIND_EXECUTABLE);
	assert_string_equal(detail(card, "wasm"), "component");
	assert_string_equal(detail(card, "modules"), "1 module");
	assert_string_equal(detail(card, "exports"), "1");
	assert_string_equal(detail(card, "wasi"), "0.2.3");
	assert_string_equal(detail(card, "memory"), "1 page (66 kB)");
	assert_string_equal(card->os, "wasi");
	assert_int_equal(card->imports.len, 1);
	assert_string_equal(card->imports.items[0].library, NAME_IN);
	card_free(card);
}

/* A module does not fit where components run, nor a component where modules do, nor WASI's without WASI. */
static void
targets_of_wasm(void **state)
{
	static const char bytes[] = COMPONENT, bare[] = MODULE;
	static const struct {
		struct target target;
		bool module, component;
	} rows[] = {
		{ { .triple = "wasm32-wasip1", .arch = "wasm32", .os = "wasi", .env = "p1" }, true,
			false },
		{ { .triple = "wasm32-wasip2", .arch = "wasm32", .os = "wasi", .env = "p2" }, false,
			true },
		{ { .triple = "wasm32-unknown-unknown",
			  .arch = "wasm32",
			  .os = "unknown",
			  .env = "" },
			true, false },
	};

	for (size_t i = 0; i < COUNT(rows); i++)
		for (int whole = 0; whole < 2; whole++) {
			struct card *card = whole ? component(bytes, sizeof(bytes) - 1)
						  : component(bare, sizeof(bare) - 1);

			fits_check(card, &rows[i].target, NULL);
			assert_int_equal(
				card->fits, TELL(whole ? rows[i].component : rows[i].module));
			card_free(card);
		}
}

/* A module that still waits for wasm-bindgen says so. */
static void
unfinished(void **state)
{
	static const char bytes[] = "\0asm\1\0\0\0"
				    "\2\x1e\1\x18__wbindgen_placeholder__"
				    "\1x"
				    "\0\0";
	struct card *card = component(bytes, sizeof(bytes) - 1);

	assert_non_null(card_problem_of(card, "wasm-bindgen"));
	assert_null(card_problem_of(card, "damaged"));
	card_free(card);
}

/* Nothing that is wrong in a module or a component does harm; what is cut off is told. */
static void
broken(void **state)
{
	static const char bytes[] = COMPONENT;
	struct card *card = component(bytes, sizeof(bytes) - 4);

	assert_non_null(card_problem_of(card, "damaged"));
	card_free(card);
	card_free(component(bytes, sizeof(bytes) - 1));
	broken_all("out", sizeof(bytes));
	if (!has_tools())
		objectbed_skip("no clang or no wasm-ld");
	card_free(made("clang --target=wasm32-wasi -g -c wasi.c -o wasi.o && "
		       "./wasm-ld wasi.o -o out"));
	broken_all("out", 512);
	broken_all("wasi.o", 512);
}

/* Another version is refused by name. */
static void
other_version(void **state)
{
	struct err err = ERR_INIT;
	char *path = path_join(objectbed_dir, "out");

	assert_true(file_write(path, SPAN("\0asm\7\0\0\0"), NULL));
	assert_null(object_inspect(path, &err));
	assert_non_null(strstr(err.message, path));
	assert_non_null(strstr(err.message, "version 0x7"));
	free(path);
}

int
main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, setup, objectbed_teardown)
	const struct CMUnitTest tests[] = {
		CASE(command_of_wasi),
		CASE(kinds),
		CASE(as_node_does),
		CASE(components),
		CASE(targets_of_wasm),
		CASE(unfinished),
		CASE(broken),
		CASE(other_version),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
