/* targets: every target of a toolchain, from whichever source there is. */
#include "rust/targets.h"
#include "rust/toolchain.h"
#include "rustbed.h"
#include "unit/triples.h"

/* A toolchain whose rustc is a script of the bed; its sysroot is the folder "root". */
static struct toolchain
fake(struct bed *b, enum toolchain_kind kind)
{
	static char name[] = "fake", release[] = "1.96.0", commit[] = "c0ffee", host[] = HOST;

	bed_dirs(b, "root/lib/rustlib");
	return (struct toolchain){ .kind = kind,
		.name = name,
		.rustc = bed_path(b, "rustc"),
		.sysroot = bed_path(b, "root"),
		.release = release,
		.commit = commit,
		.host = host };
}

#define SPEC_ARM                                                                                   \
	"\"" ARM64                                                                                 \
	"\":{\"arch\":\"aarch64\",\"os\":\"linux\",\"env\":\"gnu\",\"linker-flavor\":\"gnu-cc\","  \
	"\"target-pointer-width\":64,\"dynamic-linking\":true,\"target-family\":[\"unix\"],"       \
	"\"metadata\":{\"description\":\"ARM64\\tLinux\",\"host_tools\":true,\"std\":true,"        \
	"\"tier\":1}}"
#define SPEC_NEW                                                                                   \
	"\"new-unknown-none\":{\"arch\":\"new\",\"linker-flavor\":\"gnu-lld\",\"linker\":\"rust-"  \
	"lld\","                                                                                   \
	"\"target-pointer-width\":\"16\",\"target-endian\":\"big\","                               \
	"\"metadata\":{\"description\":null,\"host_tools\":null,\"std\":false,\"tier\":3}}"
#define SPEC_MUSL                                                                                  \
	"\"" MUSL "\":{\"arch\":\"x86_64\",\"os\":\"linux\",\"env\":\"musl\",\"linker-flavor\":"   \
	"\"gnu-cc\",\"crt-objects-fallback\":\"musl\",\"crt-static-default\":true,"                \
	"\"target-pointer-width\":64,\"metadata\":{\"description\":\"musl\",\"std\":true,"         \
	"\"tier\":2}}"

/* A rustc that prints three specifications out of order, and notes that it was asked. */
static void
fake_rustc(struct bed *b)
{
	char *text = xasprintf(
		"#!/bin/sh\necho asked >>'%s/ran'\n"
		"[ \"$RUSTC_BOOTSTRAP\" = 1 ] && [ \"$3\" = all-target-specs-json ] || exit 1\n"
		"cat <<'END'\n{" SPEC_NEW "," SPEC_MUSL "," SPEC_ARM "}\nEND\n",
		b->dir);

	bed_script(b, "rustc", text);
	free(text);
}

static void
install_std(struct bed *b, const char *triple, const char *file)
{
	char *name = xasprintf("root/lib/rustlib/%s/lib/%s", triple, file);

	bed_write(b, name, "");
	free(name);
}

static enum std_state
std_of(const struct target_table *table, const char *triple)
{
	const struct target *t = targets_find(table, triple);

	if (!t)
		fail_msg("%s is not there", triple);
	return t->std;
}

/* Without a toolchain there is a whole table, sorted, with tiers and descriptions. */
static void
the_built_in_table_is_whole(void **state)
{
	struct target_table *table = targets_load(NULL, true);
	const struct target *t = targets_find(table, HOST);

	assert_true(table->len > 300);
	assert_true(text_starts(table->source, "the built-in table of rustc 1."));
	for (size_t i = 1; i < table->len; i++)
		assert_true(strcmp(table->items[i - 1].triple, table->items[i].triple) < 0);
	assert_int_equal(t->tier, 1);
	assert_true(t->host_tools && t->has_std && t->dynamic_linking && !t->big_endian);
	assert_int_equal(t->pointer_width, 64);
	assert_string_equal(t->linker, "cc");
	assert_string_equal(t->env, "gnu");
	assert_non_null(strstr(t->description, "glibc"));
	assert_int_equal(t->std, STD_AVAILABLE);
	assert_int_equal(std_of(table, "avr-none"), STD_NONE);
	assert_int_equal(std_of(table, "riscv64gc-unknown-freebsd"), STD_SOURCE);
	assert_int_equal(std_of(table, "thumbv7em-none-eabihf"), STD_AVAILABLE);
	targets_free(table);
}

/* Each target lies in the group where a person looks for it, and the common ones lead. */
static void
targets_are_grouped(void **state)
{
	static const struct {
		const char *triple;
		enum target_platform platform;
	} rows[] = {
		{ HOST, PLATFORM_LINUX },
		{ "riscv64gc-unknown-linux-gnu", PLATFORM_LINUX },
		{ "aarch64-unknown-linux-ohos", PLATFORM_LINUX },
		{ MUSL, PLATFORM_LINUX_MUSL },
		{ "armv7-unknown-linux-musleabihf", PLATFORM_LINUX_MUSL },
		{ "x86_64-pc-windows-gnullvm", PLATFORM_WINDOWS },
		{ "aarch64-apple-darwin", PLATFORM_MACOS },
		{ "aarch64-apple-ios-sim", PLATFORM_IOS },
		{ "aarch64-apple-watchos", PLATFORM_IOS },
		{ "x86_64-unknown-freebsd", PLATFORM_BSD },
		{ "armv7-unknown-netbsd-eabihf", PLATFORM_BSD },
		{ "armv7-linux-androideabi", PLATFORM_ANDROID },
		{ "wasm32-wasip1", PLATFORM_WASM },
		{ "wasm32v1-none", PLATFORM_WASM },
		{ "wasm32-wali-linux-musl", PLATFORM_WASM },
		{ "thumbv7em-none-eabihf", PLATFORM_BARE },
		{ "x86_64-unknown-uefi", PLATFORM_BARE },
		{ "x86_64-unknown-linux-none", PLATFORM_BARE },
		{ "x86_64-unknown-haiku", PLATFORM_OTHER },
		{ "x86_64-unknown-illumos", PLATFORM_OTHER },
	};
	struct target_table *table = targets_load(NULL, true);
	bool seen[20] = { false };
	size_t popular = 0;

	for (size_t i = 0; i < COUNT(rows); i++)
		if (targets_find(table, rows[i].triple)->platform != rows[i].platform)
			fail_msg("%s is in %s", rows[i].triple,
				target_platform_name(
					targets_find(table, rows[i].triple)->platform));
	for (size_t i = 0; i < table->len; i++) {
		const struct target *t = &table->items[i];

		assert_true(t->popularity >= -1 && t->popularity < 20);
		if (t->popularity < 0)
			continue;
		assert_false(seen[t->popularity]);
		seen[t->popularity] = true;
		popular++;
		assert_non_null(t->purpose);
	}
	assert_int_equal(popular, 20);
	assert_int_equal(targets_find(table, HOST)->popularity, 0);
	assert_string_equal(targets_find(table, MUSL)->purpose,
		"one static file that runs on any Linux: Alpine, containers, old servers");
	for (int p = 0; p < PLATFORM_COUNT; p++)
		assert_true(strlen(target_platform_name((enum target_platform)p)) > 2);
	targets_free(table);
}

/* Where rustc names no linker, the one stands that it would start. */
static void
linkers_are_those_of_rustc(void **state)
{
	static const struct {
		const char *triple, *linker;
	} rows[] = {
		{ "x86_64-pc-windows-msvc", "link.exe" },
		{ "x86_64-pc-windows-gnu", "x86_64-w64-mingw32-gcc" },
		{ "wasm32-unknown-unknown", "rust-lld" },
		{ "wasm32-unknown-emscripten", "emcc" },
		{ "aarch64-apple-darwin", "cc" },
		{ "thumbv7em-none-eabihf", "rust-lld" },
		{ "bpfel-unknown-none", "bpf-linker" },
		{ "x86_64-unknown-freebsd", "cc" },
	};
	struct target_table *table = targets_load(NULL, true);

	for (size_t i = 0; i < COUNT(rows); i++)
		assert_string_equal(targets_find(table, rows[i].triple)->linker, rows[i].linker);
	targets_free(table);
}

/* What rustc prints becomes the table, is kept, and is not asked for again. */
static void
rustc_is_asked_once(void **state)
{
	struct bed *b = *state;
	struct toolchain tc = fake(b, TOOLCHAIN_SYSTEM);
	struct target_table *table;
	struct str ran = STR_INIT;

	fake_rustc(b);
	bed_set_path(b, "none", true);
	table = targets_load(&tc, true);
	assert_true(text_starts(table->source, "the built-in table")); /* quick and cold */
	targets_free(table);
	for (int warm = 0; warm < 3; warm++) {
		const struct target *t;

		table = targets_load(&tc, warm == 2);
		assert_string_equal(table->source, "rustc 1.96.0");
		assert_int_equal(table->len, 3);
		t = &table->items[0];
		assert_string_equal(t->triple, ARM64);
		assert_string_equal(t->description, "ARM64 Linux");
		assert_string_equal(t->families, "unix");
		assert_string_equal(t->linker, "cc");
		assert_int_equal(t->tier, 1);
		assert_true(t->host_tools && t->dynamic_linking && !t->crt_static_default);
		t = &table->items[1];
		assert_string_equal(t->os, "none");
		assert_string_equal(t->vendor, "unknown");
		assert_string_equal(t->linker, "rust-lld");
		assert_int_equal(t->pointer_width, 16);
		assert_true(t->big_endian && !t->has_std);
		t = &table->items[2];
		assert_true(t->crt_static_default && t->self_contained_crt);
		targets_free(table);
	}
	assert_true(file_read(bed_path(b, "ran"), &ran, NULL));
	assert_string_equal(ran.data, "asked\n");
	str_fini(&ran);
}

/* A cache file cut at any byte is never taken for a whole one. */
static void
a_cut_cache_is_not_taken(void **state)
{
	struct bed *b = *state;
	struct toolchain tc = fake(b, TOOLCHAIN_SYSTEM);
	struct str whole = STR_INIT;
	char **names, *path;
	size_t count;

	fake_rustc(b);
	bed_set_path(b, "none", true);
	targets_free(targets_load(&tc, false));
	assert_true(file_list(bed_path(b, "cache/xtui"), &names, &count, NULL));
	assert_int_equal(count, 1);
	path = path_join(bed_path(b, "cache/xtui"), names[0]);
	file_list_free(names, count);
	assert_true(file_read(path, &whole, NULL));
	for (size_t cut = 0; cut <= whole.len; cut += cut < 80 ? 1 : 13) {
		struct target_table *table;

		assert_true(file_write(path, (struct span){ whole.data, cut }, NULL));
		table = targets_load(&tc, true);
		assert_int_equal(text_starts(table->source, "rustc"), cut == whole.len);
		assert_true(table->len == 3 || table->len > 300);
		targets_free(table);
	}
	str_fini(&whole);
	free(path);
}

/* A compiler too old for specifications gives its names; facts come from the built-in table. */
static void
an_old_rustc_gives_its_names(void **state)
{
	struct bed *b = *state;
	struct toolchain tc = fake(b, TOOLCHAIN_SYSTEM);
	struct target_table *table;

	bed_script(b, "rustc",
		"#!/bin/sh\n[ \"$2\" = target-list ] || exit 1\n"
		"printf '" HOST "\\nz80-acme-cpm\\n" ARM64 "\\n'\n");
	bed_set_path(b, "none", true);
	table = targets_load(&tc, false);
	assert_int_equal(table->len, 3);
	assert_string_equal(table->items[0].triple, ARM64);
	assert_int_equal(table->items[1].tier, 1);
	assert_string_equal(table->items[2].arch, "z80");
	assert_string_equal(table->items[2].os, "cpm");
	assert_int_equal(table->items[2].tier, 0);
	targets_free(table);
}

/* A rustc that fails leaves the built-in table, and nothing is kept. */
static void
a_failing_rustc_leaves_the_built_in_table(void **state)
{
	struct bed *b = *state;
	struct toolchain tc = fake(b, TOOLCHAIN_SYSTEM);
	struct target_table *table;

	bed_script(b, "rustc", "#!/bin/sh\nexit 1\n");
	bed_set_path(b, "none", true);
	table = targets_load(&tc, false);
	assert_true(table->len > 300);
	assert_true(text_starts(table->source, "the built-in table"));
	assert_false(file_exists(bed_path(b, "cache/xtui")));
	targets_free(table);
}

/* Installed, to be had by rustup, to be built, not there at all: as the files say. */
static void
std_is_where_the_files_say(void **state)
{
	struct bed *b = *state;
	struct toolchain tc = fake(b, TOOLCHAIN_RUSTUP);
	struct target_table *table;

	install_std(b, HOST, "libstd-0123.rlib");
	install_std(b, "thumbv6m-none-eabi", "libcore-0123.rlib");
	install_std(b, "aarch64-apple-darwin", "libstd-0123.rmeta"); /* does not link */
	bed_write(b, "root/lib/rustlib/multirust-channel-manifest.toml",
		"manifest-version = \"2\"\n[pkg.rust-std]\nversion = \"1\"\n"
		"[pkg.rust-std.target." ARM64 "]\navailable = true\nurl = \"x\"\n\n"
		"[pkg.rust-std.target." MUSL "]\navailable = false\n"
		"[pkg.rust-std.target.\"thumbv8m.main-none-eabi\"]\navailable = true\n"
		"[pkg.rustc.target.i686-unknown-linux-gnu]\navailable = true\n");
	table = targets_load(&tc, true);
	assert_int_equal(std_of(table, HOST), STD_INSTALLED);
	assert_int_equal(std_of(table, "thumbv6m-none-eabi"), STD_INSTALLED);
	assert_int_equal(std_of(table, ARM64), STD_AVAILABLE);
	assert_int_equal(std_of(table, "thumbv8m.main-none-eabi"), STD_AVAILABLE);
	assert_int_equal(std_of(table, MUSL), STD_SOURCE);
	assert_int_equal(std_of(table, "aarch64-apple-darwin"), STD_SOURCE);
	assert_int_equal(std_of(table, "i686-unknown-linux-gnu"), STD_SOURCE);
	assert_int_equal(std_of(table, "thumbv7m-none-eabi"), STD_NONE);
	targets_free(table);
	tc.kind = TOOLCHAIN_SYSTEM; /* the manifest of another does not count */
	table = targets_load(&tc, true);
	assert_int_equal(std_of(table, ARM64), STD_SOURCE);
	targets_free(table);
}

/* An installed musl std without its crt objects needs the host's. */
static void
missing_crt_objects_are_seen(void **state)
{
	struct bed *b = *state;
	struct toolchain tc = fake(b, TOOLCHAIN_SYSTEM);
	struct target_table *table;

	install_std(b, MUSL, "libstd-0123.rlib");
	table = targets_load(&tc, true);
	assert_false(targets_find(table, MUSL)->self_contained_crt);
	assert_true(targets_find(table, "aarch64-unknown-linux-musl")->self_contained_crt);
	targets_free(table);
	install_std(b, MUSL, "self-contained/crt1.o");
	table = targets_load(&tc, true);
	assert_true(targets_find(table, MUSL)->self_contained_crt);
	targets_free(table);
}

/* A short name leaves out what says nothing, and only that. */
static void
short_names(void **state)
{
	static const char *const cases[][2] = {
		{ "x86_64-unknown-linux-gnu", "x86_64-linux-gnu" },
		{ "x86_64-pc-windows-msvc", "x86_64-windows-msvc" },
		{ "aarch64-apple-darwin", "aarch64-apple-darwin" },
		{ "aarch64-linux-android", "aarch64-linux-android" },
		{ "wasm32-unknown-unknown", "wasm32-unknown" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct str name = STR_INIT;

		targets_short_name(cases[i][0], &name);
		assert_string_equal(str_cstr(&name), cases[i][1]);
		str_fini(&name);
	}
}

/* A name that is not there is answered with the nearest ones. */
static void
unknown_names_get_an_answer(void **state)
{
	static const struct {
		const char *typed, *remedy; /* how the remedy begins */
	} rows[] = {
		{ "x86_64-unknown-linux-gn", HOST ", " },
		{ "aarch64-linux-gnu", ARM64 ", " },
		{ "linux-musl", MUSL ", aarch64-unknown-linux-musl, " },
		{ "windows", "x86_64-pc-windows-gnu, x86_64-pc-windows-msvc, " },
		{ "wasm32-unkown-unknown", "wasm32-unknown-unknown" },
		{ "???", "xtui targets" },
		{ "", HOST },
	};
	struct target_table *table = targets_load(NULL, true);

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct err err = ERR_INIT;

		assert_false(targets_err_unknown(table, rows[i].typed, &err));
		assert_int_equal(err.kind, ERR_USAGE);
		assert_non_null(strstr(err.message, "knows no such target"));
		if (!text_starts(err.remedy, rows[i].remedy))
			fail_msg("%s: %s", rows[i].typed, err.remedy);
	}
	targets_free(table);
}

/* The guess for an unknown triple takes its parts. */
static void
a_guess_takes_the_parts(void **state)
{
	struct arena arena = ARENA_INIT;
	struct target t;

	targets_guess(&t, &arena, "i686-acme-windows-gnu");
	assert_string_equal(t.arch, "x86");
	assert_string_equal(t.os, "windows");
	assert_string_equal(t.families, "windows");
	assert_int_equal(t.pointer_width, 32);
	targets_guess(&t, &arena, "one");
	assert_string_equal(t.os, "none");
	assert_string_equal(t.env, "");
	arena_fini(&arena);
}

/* --- the machine's own toolchain --- */

static struct toolchain *
real_toolchain(struct bed *b)
{
	struct toolchain_query query = { .dir = b->dir };
	struct err err = ERR_INIT;

	bed_use_real(b);
	return toolchain_find(&query, &err);
}

static size_t
count_lines(const struct str *text)
{
	size_t count = 0;

	for (size_t i = 0; i < text->len; i++)
		count += text->data[i] == '\n';
	return count;
}

/* The real rustc knows the same names, and its host's std is installed. */
static void
rustc_agrees(void **state)
{
	struct bed *b = *state;
	struct toolchain *tc = real_toolchain(b);
	struct target_table *table;
	struct str out = STR_INIT;
	struct span rest;

	if (!tc)
		bed_skip("no toolchain");
	table = targets_load(tc, false);
	const char *const argv[] = { tc->rustc, "--print", "target-list", NULL };
	assert_int_equal(bed_run(b->dir, argv, &out), 0);
	assert_int_equal(count_lines(&out), table->len);
	for (rest = str_span(&out); rest.len;) {
		char *triple = span_dup(span_cut(rest, '\n', &rest));
		assert_non_null(targets_find(table, triple));
		free(triple);
	}
	assert_int_equal(std_of(table, tc->host), STD_INSTALLED);
	str_fini(&out);
	targets_free(table);
	toolchain_free(tc);
}

/* The real rustup offers and has the same targets. */
static void
rustup_agrees(void **state)
{
	struct bed *b = *state;
	struct toolchain *tc = real_toolchain(b);
	struct target_table *table;
	struct str out = STR_INIT;
	size_t ours = 0;
	struct span rest;

	if (!tc || tc->kind != TOOLCHAIN_RUSTUP) {
		toolchain_free(tc);
		bed_skip("no rustup");
	}
	const char *const argv[] = { "rustup", "target", "list", "--toolchain", tc->name, NULL };
	table = targets_load(tc, false);
	if (bed_run(b->dir, argv, &out) != 0) {
		str_fini(&out);
		targets_free(table);
		toolchain_free(tc);
		bed_skip("rustup lists no targets of this toolchain");
	}
	for (rest = str_span(&out); rest.len;) {
		struct span mark, name = span_cut(span_cut(rest, '\n', &rest), ' ', &mark);
		char *triple = span_dup(name);

		assert_int_equal(std_of(table, triple), mark.len ? STD_INSTALLED : STD_AVAILABLE);
		free(triple);
	}
	for (size_t i = 0; i < table->len; i++)
		ours += table->items[i].std <= STD_AVAILABLE;
	assert_int_equal(ours, count_lines(&out));
	str_fini(&out);
	targets_free(table);
	toolchain_free(tc);
}

int
main(void)
{
#define BED_TEST(fn) cmocka_unit_test_setup_teardown(fn, bed_setup, bed_teardown)
	const struct CMUnitTest tests[] = {
		BED_TEST(the_built_in_table_is_whole),
		BED_TEST(targets_are_grouped),
		BED_TEST(linkers_are_those_of_rustc),
		BED_TEST(rustc_is_asked_once),
		BED_TEST(a_cut_cache_is_not_taken),
		BED_TEST(an_old_rustc_gives_its_names),
		BED_TEST(a_failing_rustc_leaves_the_built_in_table),
		BED_TEST(std_is_where_the_files_say),
		BED_TEST(missing_crt_objects_are_seen),
		cmocka_unit_test(short_names),
		BED_TEST(unknown_names_get_an_answer),
		BED_TEST(a_guess_takes_the_parts),
		BED_TEST(rustc_agrees),
		BED_TEST(rustup_agrees),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
