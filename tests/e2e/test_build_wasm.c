/* WebAssembly, with C in it: a program for WASI that node runs, and a library that a page would load. */
#include "e2e/bench_ways.h"

#define WASI "wasm32-wasip1"
#define BARE "wasm32-unknown-unknown"

/* clang and lld know every target; GNU's ar would leave out the index of such objects. */
static void
show_tools(struct stage *s)
{
	static const char *const programs[] = { "clang", "llvm-ar", "node" };

	if (!file_is_dir(arena_printf(
		    &s->bed->arena, "%s/std/lib/rustlib/" WASI "/lib/self-contained", s->fixture)))
		bed_skip("no standard library for WASI below build/fixture");
	for (size_t i = 0; i < COUNT(programs); i++)
		if (!stage_show(s, programs[i]))
			bed_skip("no clang, llvm-ar or node");
	if (!stage_show(s, "lld"))
		bed_skip("no lld");
}

/* A workspace with C code is built for WASI and runs: its C finds WASI's headers, its program node's WASI. */
static void
program_for_wasi(void **state)
{
	struct stage *s = *state;

	stage_greet(s);
	show_tools(s);
	if (!file_exists("/usr/lib/wasm32-wasi/libc.a"))
		bed_skip("no wasi-libc");
	xtui(s, "doctor", WASI, "--probe");
	assert_out(s, WASI "  ready  ");
	xtui(s, "build", "-t", WASI);
	assert_code(s, 0);
	assert_out(s, "release/greet.wasm  WASI");
	xtui(s, "run", "-t", WASI, "--", "Ada");
	assert_code(s, 0);
	assert_out(s, "Hello, Ada!");
	xtui(s, "inspect", "--target", WASI, "target/" WASI "/release/greet.wasm");
	assert_code(s, 0);
	assert_out(s, "executable for wasm32 WASI");
	xtui(s, "inspect", "--target", BARE, "target/" WASI "/release/greet.wasm");
	assert_code(s, 1);
}

/* A library with C in it for no system at all is one that JavaScript can call. */
static void
library_for_a_page(void **state)
{
	static const char build_script[] =
		"use std::{env, process::Command};\n"
		"fn main() {\n"
		"    let of = |name: &str| env::var(format!(\"{name}_wasm32_unknown_unknown\"));\n"
		"    let object = format!(\"{}/twice.o\", env::var(\"OUT_DIR\").unwrap());\n"
		"    let status = Command::new(of(\"CC\").unwrap()).args(of(\"CFLAGS\").unwrap()\n"
		"        .split_whitespace()).args([\"-c\", \"twice.c\", \"-o\", "
		"&object]).status();\n"
		"    assert!(status.unwrap().success());\n"
		"    println!(\"cargo:rustc-link-arg={object}\");\n"
		"}\n";
	static const char call[] =
		"WebAssembly.instantiate(require('fs').readFileSync('target/" BARE
		"/release/page.wasm'))"
		".then(m => console.log('six is', m.instance.exports.thrice(2)))";
	struct stage *s = *state;
	struct str said = STR_INIT;

	free(s->dir);
	s->dir = xstrdup(bed_path(s->bed, "page"));
	bed_write(s->bed, "page/Cargo.toml",
		"[package]\nname = \"page\"\nversion = \"0.1.0\"\nedition = \"2021\"\n"
		"[lib]\ncrate-type = [\"cdylib\"]\n");
	bed_write(s->bed, "page/build.rs", build_script);
	bed_write(s->bed, "page/twice.c", "int twice(int a) { return a * 2; }\n");
	bed_write(s->bed, "page/src/lib.rs",
		"extern \"C\" { fn twice(a: i32) -> i32; }\n"
		"#[no_mangle]\npub extern \"C\" fn thrice(a: i32) -> i32 {\n"
		"    unsafe { twice(a) + a }\n}\n");
	show_tools(s);
	xtui(s, "build", "-t", BARE);
	assert_code(s, 0);
	assert_int_equal(
		bed_run(s->dir, ((const char *const[]){ "node", "-e", call, NULL }), &said), 0);
	assert_string_equal(said.data, "six is 6\n");
	str_fini(&said);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		STAGE_TEST(program_for_wasi),
		STAGE_TEST(library_for_a_page),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
