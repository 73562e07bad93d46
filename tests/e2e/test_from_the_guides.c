/* docs/from-the-guides.md: every command of its right column is run, and does what the left column's does. */
#include "e2e/bench_setup.h"
#include "e2e/bench_ways.h"

#define MAX_WORDS 32
#define ANY_CODE -1
#define WITH_UPX -2 /* what it says and 0; 3 where there is no upx */

/* What a row needs around it. Rows of one scene are run in their order in one project. */
enum scene {
	FRESH,     /* a toolchain for the host alone, no cross compiler */
	NOTHING,   /* no Rust at all */
	COMPILERS, /* the fixture's toolchain and the machine's cross compilers */
	ZIG,
	CONTAINERS,
	PYTHON,
};

struct row {
	enum scene scene;
	const char *command; /* as the page has it */
	const char *also; /* words that the test adds, or NULL: it must not change this machine */
	int code;
	const char *said[4]; /* on standard output; ends with NULL */
};

static const struct row rows[] = {
	/* set-up */
	{ NOTHING, "xtui setup x86_64-unknown-linux-gnu", "--dry-run", 0, { "rustup-init -y" } },
	{ FRESH, "xtui setup x86_64-unknown-linux-musl", "--dry-run", 0,
		{ "rustup target add x86_64-unknown-linux-musl", "musl-tools" } },
	{ FRESH, "xtui setup aarch64-unknown-linux-gnu", "--dry-run", 0,
		{ "rustup target add aarch64-unknown-linux-gnu", "gcc-aarch64-linux-gnu",
			"+linker = \"aarch64-linux-gnu-gcc\"" } },
	{ FRESH, "xtui setup armv7-unknown-linux-gnueabihf", "--dry-run", 0,
		{ "rustup target add armv7-unknown-linux-gnueabihf", "gcc-arm-linux-gnueabihf",
			"+linker = \"arm-linux-gnueabihf-gcc\"" } },
	{ FRESH, "xtui setup x86_64-pc-windows-gnu", "--dry-run", 0,
		{ "rustup target add x86_64-pc-windows-gnu", "mingw-w64" } },
	{ FRESH, "xtui setup aarch64-apple-darwin --backend zig", "--dry-run", 0,
		{ "rustup target add aarch64-apple-darwin", "install ziglang",
			"install cargo-zigbuild" } },
	{ FRESH, "xtui setup x86_64-unknown-freebsd", "--dry-run", 0,
		{ "rustup target add x86_64-unknown-freebsd", "clang", "base.txz", "--sysroot=" } },
	{ FRESH, "xtui sysroot add x86_64-unknown-freebsd --version 14.4", NULL, 0, { "14.4" } },
	{ FRESH, "xtui setup aarch64-unknown-linux-gnu --backend cross", "--dry-run", 0,
		{ "podman", "cargo install --locked cross" } },
	{ FRESH, "xtui setup aarch64-unknown-linux-gnu --backend maturin", "--dry-run", 0,
		{ "maturin", "ziglang" } },
	{ COMPILERS, "xtui targets --installed", NULL, 0, { "x86_64-unknown-linux-musl" } },
	{ CONTAINERS, "xtui doctor", NULL, ANY_CODE, { "Containers", "podman" } },

	/* build */
	{ COMPILERS, "xtui build -t x86_64-unknown-linux-musl", NULL, 0, { "1 ok" } },
	{ COMPILERS, "xtui build -t aarch64-unknown-linux-gnu -p greet", NULL, 0,
		{ "--package greet", "1 ok" } },
	{ COMPILERS, "xtui build -t armv7-unknown-linux-gnueabihf -p greet", NULL, 0, { "ok" } },
	{ COMPILERS, "xtui build -t x86_64-unknown-freebsd -p greet", "--dry-run", 0,
		{ "cargo build --release --target x86_64-unknown-freebsd" } },
	{ COMPILERS, "xtui build -t x86_64-pc-windows-gnu", NULL, 0, { "greet.exe" } },
	{ COMPILERS,
		"xtui build -t x86_64-unknown-linux-musl -t aarch64-unknown-linux-gnu -t "
		"armv7-unknown-linux-gnueabihf",
		NULL, 0, { "3 ok" } },
	{ COMPILERS, "xtui export script -t x86_64-unknown-linux-musl -o -", NULL, 0,
		{ "#!/bin/sh", "rustup target add", "--target x86_64-unknown-linux-musl" } },
	{ COMPILERS, "xtui build -t x86_64-unknown-linux-musl --crt-static true", "--dry-run", 0,
		{ "target-feature=+crt-static", "--target x86_64-unknown-linux-musl" } },
	{ COMPILERS, "xtui export cargo-config -t aarch64-unknown-linux-gnu -o -", NULL, 0,
		{ "[target.aarch64-unknown-linux-gnu]", "linker = \"aarch64-linux-gnu-gcc\"" } },
	{ CONTAINERS, "xtui build -t x86_64-unknown-freebsd -p greet --backend cross", "--dry-run",
		0,
		{ "cross build --release", "--target x86_64-unknown-freebsd", "--package greet" } },
	{ CONTAINERS, "xtui build -t aarch64-unknown-linux-gnu -p greet --backend cross", NULL, 0,
		{ "$ cross build --release", "--package greet", "1 ok" } },
	{ CONTAINERS, "xtui build -t armv7-unknown-linux-gnueabihf -p greet --backend cross",
		"--dry-run", 0,
		{ "cross build --release", "--target armv7-unknown-linux-gnueabihf" } },
	{ CONTAINERS, "xtui build -t x86_64-unknown-linux-musl -p greet --backend cross",
		"--dry-run", 0, { "cross build --release", "--target x86_64-unknown-linux-musl" } },
	{ CONTAINERS, "xtui build -t aarch64-unknown-linux-musl -p greet --backend cross",
		"--dry-run", 0,
		{ "cross build --release", "--target aarch64-unknown-linux-musl" } },
	{ CONTAINERS, "xtui build -t x86_64-pc-windows-gnu -p greet --backend cross", "--dry-run",
		0, { "cross build --release", "--target x86_64-pc-windows-gnu" } },
	{ CONTAINERS, "xtui export cross-toml -t aarch64-unknown-linux-gnu -o -", NULL, 0,
		{ "[target.aarch64-unknown-linux-gnu]", "image = " } },
	{ COMPILERS, "xtui export dockerfile -t aarch64-unknown-linux-gnu -o -", NULL, 0,
		{ "FROM ", "gcc-aarch64-linux-gnu", "rustup target add" } },
	{ CONTAINERS,
		"xtui build -t aarch64-unknown-linux-gnu --backend container --dockerfile "
		"Dockerfile.arm64",
		NULL, 0, { "$ podman run", "1 ok" } },
	{ ZIG, "xtui build -t aarch64-apple-darwin --backend zig --set debug=1", NULL, 0,
		{ "macOS", "1 ok" } },
	{ ZIG, "xtui build -t universal2-apple-darwin --backend zig --set debug=1", NULL, 0,
		{ "universal2-apple-darwin", "2 ok" } },
	{ ZIG,
		"xtui universal target/xtui/zig/aarch64-apple-darwin/release/greet "
		"target/xtui/zig/x86_64-apple-darwin/release/greet -o greet-universal",
		NULL, 0, { "greet-universal" } },

	/* Python */
	{ PYTHON, "xtui build -t aarch64-unknown-linux-gnu --backend maturin", NULL, 0,
		{ "--zig", ".whl" } },
	{ PYTHON, "xtui build -t x86_64-unknown-linux-musl --backend maturin", NULL, 0,
		{ "musllinux_1_2_x86_64.whl" } },
	{ PYTHON,
		"xtui build -t aarch64-unknown-linux-gnu --backend maturin --compatibility "
		"manylinux_2_28",
		NULL, 0, { "manylinux_2_28_aarch64.whl" } },
	{ PYTHON, "xtui build -t aarch64-unknown-linux-gnu --backend maturin --interpreter 3.11",
		"--dry-run", 0, { "--interpreter", "3.11" } },
	{ PYTHON, "xtui inspect target/wheels/hello-0.1.0-py3-none-musllinux_1_2_x86_64.whl", NULL,
		0, { "Python wheel", "hello 0.1.0 for py3" } },

	/* small, and looked at */
	{ COMPILERS,
		"xtui lab -t x86_64-unknown-linux-gnu --variant default --variant small --bin "
		"greet",
		NULL, 0, { "as configured", "small" } },
	{ COMPILERS, "xtui lab -t x86_64-unknown-linux-gnu --variant small --bin greet --upx", NULL,
		WITH_UPX, { "upx" } },
	{ COMPILERS, "xtui build -t x86_64-unknown-linux-gnu --set strip=symbols", NULL, 0,
		{ "1 ok" } },
	{ COMPILERS, "xtui history", NULL, 0, { "x86_64-unknown-linux-gnu" } },
	{ COMPILERS, "xtui inspect target/x86_64-unknown-linux-musl/release/greet", NULL, 0,
		{ "static", "any Linux" } },
	{ COMPILERS, "xtui inspect target/aarch64-unknown-linux-gnu/release/libgreet_ffi.so", NULL,
		0, { "shared library for aarch64", "libc.so.6" } },
	{ COMPILERS, "xtui explain --binary target/aarch64-unknown-linux-gnu/release/greet", NULL,
		-1, { "aarch64" } },
	{ COMPILERS, "xtui package -t x86_64-unknown-linux-musl -o dist", NULL, 0,
		{ "x86_64-unknown-linux-musl.tar.gz" } },
	{ COMPILERS, "xtui run -t aarch64-unknown-linux-gnu -- Ada", NULL, 0,
		{ "Hello, Ada!", "on aarch64 linux" } },
	{ COMPILERS, "xtui profile write --preset small", "--yes", 0,
		{ "+opt-level = \"z\"", "+codegen-units = 1" } },

	/* CI */
	{ COMPILERS,
		"xtui export github -t x86_64-unknown-linux-musl -t aarch64-unknown-linux-gnu -t "
		"x86_64-unknown-freebsd -o -",
		NULL, 0, { "fail-fast: false", "actions/upload-artifact", "vmactions/" } },
	{ COMPILERS,
		"xtui export gitlab -t x86_64-unknown-linux-musl -t aarch64-unknown-linux-gnu -o -",
		NULL, 0, { "extends:", "artifacts:" } },

	/* when it fails */
	{ COMPILERS, "xtui explain linker.log", NULL, 0, { "linker" } },
	{ COMPILERS, "xtui explain sysroot.log", NULL, 0, { "sysroot" } },
	{ COMPILERS, "xtui explain stack.log", NULL, 0, { "stack" } },
	{ COMPILERS, "xtui explain python.log", NULL, 0, { "Python" } },
	{ COMPILERS, "xtui explain openssl.log", NULL, 0, { "OpenSSL", "rustls" } },
	{ COMPILERS,
		"xtui inspect target/x86_64-unknown-linux-gnu/release/greet --target "
		"x86_64-unknown-linux-musl",
		NULL, 1, { "musl" } },
};

/* --- the page --- */

static const char *
page(struct stage *s)
{
	struct str text = STR_INIT;
	const char *kept;

	assert_true(file_read(arena_printf(&s->bed->arena, "%s/docs/from-the-guides.md", s->source),
		&text, NULL));
	kept = arena_strdup(&s->bed->arena, str_cstr(&text));
	str_fini(&text);
	return kept;
}

/* Each command of the page is in the table, and each of the table on the page, once. */
static void
page_and_table_are_one(void **state)
{
	struct stage *s = *state;
	const char *at = page(s);
	size_t count = 0;

	while ((at = strstr(at, "| `xtui "))) {
		struct span rest, command = span_cut(span_of(at + strlen("| `")), '`', &rest);
		bool found = false;

		at += strlen("| `xtui ");
		for (size_t i = 0; i < COUNT(rows); i++)
			found |= span_is(command, rows[i].command);
		if (!found)
			fail_msg("no test of: %.*s", (int)command.len, command.data);
		count++;
	}
	assert_int_equal(count, COUNT(rows));
}

/* --- running --- */

static void
run_row(struct stage *s, const struct row *row)
{
	const char *line = arena_printf(&s->bed->arena, "%s%s%s", row->command + strlen("xtui "),
		row->also ? " " : "", row->also ? row->also : "");
	const char *words[MAX_WORDS + 1] = { NULL };
	struct span rest = span_of(line);
	size_t count = 0;

	while (rest.len && count < MAX_WORDS)
		words[count++] = arena_span(&s->bed->arena, span_cut(rest, ' ', &rest));
	stage_run(s, words);
	print_message("%s\n", line);
	if (row->code == WITH_UPX && !stage_show(s, "upx")) {
		assert_refused(s, 3, "upx is not here");
		return;
	}
	if (row->code != ANY_CODE)
		assert_code(s, row->code == WITH_UPX ? 0 : row->code);
	for (size_t i = 0; i < COUNT(row->said) && row->said[i]; i++)
		assert_out(s, row->said[i]);
}

static void
run_scene(struct stage *s, enum scene scene)
{
	for (size_t i = 0; i < COUNT(rows); i++)
		if (rows[i].scene == scene)
			run_row(s, &rows[i]);
}

static void
hide_compilers(struct stage *s)
{
	static const char *const names[] = { "aarch64-linux-gnu-gcc", "arm-linux-gnueabihf-gcc",
		"musl-gcc", "x86_64-w64-mingw32-gcc", "x86_64-linux-musl-gcc" };

	for (size_t i = 0; i < COUNT(names); i++)
		stage_hide(s, names[i]);
}

static void
set_up(void **state)
{
	struct setting setting;
	struct stage *s = *state;
	const char *why;

	stage_greet(s);
	if (!setting_open(&setting, s, true, &why)) {
		print_message("SKIPPED %s\n", why);
		skip();
	}
	hide_compilers(s);
	run_scene(s, FRESH);
	setting_close(&setting);
}

static void
set_up_from_nothing(void **state)
{
	struct stage *s = *state;

	stage_greet(s);
	setenv("PATH", bed_path(s->bed, "bin"), 1);
	run_scene(s, NOTHING);
}

/* A log of the tests' own, under the page's name. */
static void
copy_log(struct stage *s, const char *to, const char *from)
{
	struct str text = STR_INIT;

	assert_true(
		file_read(arena_printf(&s->bed->arena, "%s/tests/fixture/logs/%s", s->source, from),
			&text, NULL));
	bed_write(s->bed, arena_printf(&s->bed->arena, "greet/%s", to), str_cstr(&text));
	str_fini(&text);
}

static void
with_compilers(void **state)
{
	struct stage *s = *state;

	if (!file_exists(s->fixture))
		bed_skip("no Rust fixture below build/fixture");
	stage_greet(s);
	copy_log(s, "linker.log", "wrong-host-linker/aarch64-with-host-cc-json.log");
	copy_log(s, "sysroot.log", "crt-startup-missing/freebsd-clang.log");
	copy_log(s, "stack.log", "stack-protector-undefined/ld.log");
	copy_log(s, "python.log", "pyo3-cross-config/python-h.log");
	copy_log(s, "openssl.log", "openssl-not-found/cross.log");
	run_scene(s, COMPILERS);
}

static void
with_zig(void **state)
{
	struct stage *s = *state;

	NEED_ZIG(s);
	stage_greet(s);
	stage_show_zig(s);
	run_scene(s, ZIG);
}

static void
with_containers(void **state)
{
	struct stage *s = *state;
	pid_t server;

	NEED_CROSS(s);
	stage_greet(s);
	server = stage_show_cross(s);
	bed_write(s->bed, "greet/Dockerfile.arm64",
		"FROM localhost/xtui-aarch64:2\nENV PATH=/opt/rust/bin:/usr/bin "
		"LD_LIBRARY_PATH=/opt/rust/lib\n");
	bed_write(s->bed, "greet/xtui.toml", "[target." ARM64 "]\nbackend = \"cross\"\n");
	run_scene(s, CONTAINERS);
	stage_end_server(server);
}

static void
with_python(void **state)
{
	struct stage *s = *state;

	NEED_ZIG(s);
	stage_python(s);
	stage_show_zig(s);
	run_scene(s, PYTHON);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WAYS_TEST(page_and_table_are_one),
		WAYS_TEST(set_up),
		WAYS_TEST(set_up_from_nothing),
		WAYS_TEST(with_compilers),
		WAYS_TEST(with_zig),
		WAYS_TEST(with_containers),
		WAYS_TEST(with_python),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
