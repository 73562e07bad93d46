/* cargoconf: the values that cargo itself would take. */
#include "rust/cargoconf.h"
#include "rustbed.h"
#include "unit/triples.h"
#include "corpus.h"
#include "tests/fuzz/fuzz_config.c"

static struct cargoconf *
load(struct bed *b, const char *dir)
{
	struct err err = ERR_INIT;
	struct cargoconf *conf;

	bed_dirs(b, dir);
	conf = cargoconf_load(bed_path(b, dir), &err);
	if (!conf)
		fail_msg("%s", err.message);
	return conf;
}

static void
assert_value(const struct cargoconf *conf, const char *key, const char *text)
{
	struct conf_value value;

	if (!text) {
		assert_false(cargoconf_get(conf, key, &value));
		return;
	}
	assert_true(cargoconf_get(conf, key, &value));
	assert_string_equal(value.text, text);
}

/* The items with blanks between them, as one text. */
static void
assert_items(const struct conf_value *value, const char *expected)
{
	struct str joined = STR_INIT;

	assert_non_null(value->items);
	for (size_t i = 0; value->items[i]; i++)
		str_appendf(&joined, "%s%s", i ? " " : "", value->items[i]);
	assert_string_equal(str_cstr(&joined), expected);
	str_fini(&joined);
}

/* A value in a deeper folder goes before one further out, and CARGO_HOME comes last. */
static void
deeper_files_decide(void **state)
{
	struct bed *b = *state;
	struct cargoconf *conf;

	bed_write(b, "cargo-home/config.toml",
		"[build]\njobs = 1\nrustc-wrapper = 'home'\n[net]\nretry = 9\n");
	bed_write(b, "p/.cargo/config.toml", "[build]\njobs = 2\nrustc-wrapper = 'outer'\n");
	bed_write(b, "p/q/.cargo/config.toml", "[build]\njobs = 3\n");
	conf = load(b, "p/q/r");

	assert_value(conf, "build.jobs", "3");
	assert_value(conf, "build.rustc-wrapper", "outer");
	assert_value(conf, "net.retry", "9");
	assert_value(conf, "build.target", NULL);
	assert_int_equal(cargoconf_file_count(conf), 3);
	assert_string_equal(cargoconf_file(conf, 0), bed_path(b, "p/q/.cargo/config.toml"));
	assert_string_equal(cargoconf_file(conf, 2), bed_path(b, "cargo-home/config.toml"));
	cargoconf_free(conf);
}

/* A variable decides over every file, and the answer names it. */
static void
the_environment_decides(void **state)
{
	struct bed *b = *state;
	struct conf_value value;
	struct cargoconf *conf;

	bed_write(b, "p/.cargo/config.toml",
		"[build]\ntarget-dir = 'file'\n[profile.release]\nlto = true\n");
	setenv("CARGO_TARGET_DIR", "from-env", 1);
	setenv("CARGO_BUILD_TARGET_DIR", "less", 1);
	setenv("CARGO_PROFILE_RELEASE_LTO", "thin", 1);
	conf = load(b, "p");

	assert_true(cargoconf_get(conf, "build.target-dir", &value));
	assert_string_equal(value.text, bed_path(b, "p/from-env"));
	assert_string_equal(value.path, "environment");
	assert_string_equal(value.name, "CARGO_TARGET_DIR");
	assert_int_equal(value.line, 0);
	assert_value(conf, "profile.release.lto", "thin");
	unsetenv("CARGO_PROFILE_RELEASE_LTO");
	cargoconf_free(conf);
}

/* A value from a file says in which line it stands and whether it was a string. */
static void
places_are_told(void **state)
{
	struct bed *b = *state;
	struct conf_value value;
	struct cargoconf *conf;

	bed_write(b, "p/.cargo/config.toml",
		"# first\n[profile.release]\nlto = 'fat'\nopt-level = 2\n");
	conf = load(b, "p");
	assert_true(cargoconf_get(conf, "profile.release.lto", &value));
	assert_true(value.is_string);
	assert_int_equal(value.line, 3);
	assert_int_equal(value.column, 7);
	assert_string_equal(value.path, bed_path(b, "p/.cargo/config.toml"));
	assert_true(cargoconf_get(conf, "profile.release.opt-level", &value));
	assert_false(value.is_string);
	assert_string_equal(value.text, "2");
	cargoconf_free(conf);
}

/* Paths count from the folder that holds .cargo, bare names are looked for on PATH. */
static void
paths_count_from_the_project(void **state)
{
	struct bed *b = *state;
	struct conf_value value;
	struct cargoconf *conf;

	bed_write(b, "p/.cargo/config.toml",
		"[build]\ntarget-dir = 'out'\n"
		"[target." HOST "]\nlinker = 'tools/ld'\nrunner = ['tools/run', '-x', 'a/b']\n"
		"[target." ARM64
		"]\nlinker = 'aarch64-linux-gnu-gcc'\nrunner = 'qemu-aarch64 -L /x'\n");
	conf = load(b, "p/q");
	assert_value(conf, "build.target-dir", bed_path(b, "p/out"));
	assert_true(cargoconf_target(conf, HOST, "linker", &value));
	assert_string_equal(value.text, bed_path(b, "p/tools/ld"));
	assert_true(cargoconf_target(conf, HOST, "runner", &value));
	assert_null(value.text);
	assert_string_equal(value.items[0], bed_path(b, "p/tools/run"));
	assert_string_equal(value.items[2], "a/b");
	assert_true(cargoconf_target(conf, ARM64, "linker", &value));
	assert_string_equal(value.text, "aarch64-linux-gnu-gcc");
	assert_null(value.items);
	assert_true(cargoconf_target(conf, ARM64, "runner", &value));
	assert_items(&value, "qemu-aarch64 -L /x");
	assert_value(conf, "target." ARM64 ".linker", "aarch64-linux-gnu-gcc");
	assert_false(cargoconf_target(conf, "wasm32-wasip1", "linker", &value));
	cargoconf_free(conf);
}

/* A triple with a dot in it is found like any other. */
static void
a_dotted_triple_is_found(void **state)
{
	struct bed *b = *state;
	struct cargoconf *conf;

	bed_write(b, "p/.cargo/config.toml", "[target.'thumbv8m.main-none-eabi']\nlinker = 'x'\n");
	conf = load(b, "p");
	assert_value(conf, "target.thumbv8m.main-none-eabi.linker", "x");
	cargoconf_free(conf);
	assert_text(cargoconf_env_triple("thumbv8m.main-none-eabi"), "THUMBV8M_MAIN_NONE_EABI");
}

/* Included files count, the including one and later includes before them. */
static void
includes_count(void **state)
{
	struct bed *b = *state;
	struct conf_value value;
	struct cargoconf *conf;

	bed_write(b, "p/.cargo/config.toml",
		"include = ['one.toml', { path = 'sub/two.toml' }, { path = 'no.toml', optional = "
		"true }]\n"
		"[build]\nrustflags = ['own']\n");
	bed_write(b, "p/.cargo/one.toml", "[build]\nrustflags = ['one']\njobs = 1\ntarget = 'a'\n");
	bed_write(b, "p/.cargo/sub/two.toml",
		"[build]\nrustflags = ['two']\njobs = 2\ntarget-dir = 'out'\n");
	conf = load(b, "p");
	assert_value(conf, "build.jobs", "2");
	assert_value(conf, "build.target", "a");
	assert_value(conf, "build.target-dir", bed_path(b, "p/.cargo/out"));
	assert_true(cargoconf_get(conf, "build.rustflags", &value));
	assert_items(&value, "one two own");
	cargoconf_free(conf);
}

/* The old name without extension is read, and goes before the new one. */
static void
the_old_name_counts(void **state)
{
	struct bed *b = *state;
	struct cargoconf *conf;

	bed_write(b, "p/.cargo/config.toml", "[build]\njobs = 1\n");
	bed_write(b, "p/.cargo/config", "[build]\njobs = 2\n");
	conf = load(b, "p");
	assert_value(conf, "build.jobs", "2");
	cargoconf_free(conf);
}

/* A file that cargo would refuse is named with line and column. */
static void
broken_files_are_named(void **state)
{
	static const struct {
		const char *text, *message;
	} rows[] = {
		{ "[build\n", ".cargo/config.toml:1:" },
		{ "include = 'x.toml'\n", ".cargo/config.toml:1:11: expected an array of paths" },
		{ "include = ['x']\n", ".cargo/config.toml:1:12: the path of an include must end" },
		{ "a = 1\ninclude = ['x.toml']\n", ".cargo/config.toml:2:12: there is no file" },
		{ "include = ['config.toml']\n",
			".cargo/config.toml:1:12: config.toml is included" },
		{ "include = [{ optional = true }]\n", ".cargo/config.toml:1:12: expected a path" },
		{ "[build]\nrustflags = 'x'\n",
			"../.cargo/config.toml:2:13: expected a string as in" },
	};
	struct bed *b = *state;

	bed_dirs(b, "p/q");
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct err err = ERR_INIT;
		bool is_last = i + 1 == COUNT(rows);

		bed_write(b, "p/q/.cargo/config.toml", rows[i].text);
		if (is_last)
			bed_write(b, "p/.cargo/config.toml", "[build]\nrustflags = ['x']\n");
		assert_null(cargoconf_load(bed_path(b, "p/q"), &err));
		assert_int_equal(err.kind, ERR_PARSE);
		if (!strstr(err.message,
			    is_last ? "expected a string as in .cargo/config.toml:2"
				    : rows[i].message))
			fail_msg("%s\n is not: %s", err.message, rows[i].message);
	}
}

/* target.'cfg(…)' tables count for the targets that meet them, and only for those. */
static void
conditions_are_met(void **state)
{
	static const struct {
		const char *condition, *triple;
		bool met;
	} rows[] = {
		{ "cfg(unix)", HOST, true },
		{ "cfg(unix)", "x86_64-pc-windows-gnu", false },
		{ "cfg(windows)", "x86_64-pc-windows-msvc", true },
		{ "cfg(not(windows))", "aarch64-apple-darwin", true },
		{ "cfg(target_os = \"macos\")", "aarch64-apple-darwin", true },
		{ "cfg(target_arch = \"arm\")", "armv7-unknown-linux-gnueabihf", true },
		{ "cfg(target_env = \"musl\")", "x86_64-unknown-linux-musl", true },
		{ "cfg(target_env=\"musl\")", HOST, false },
		{ "cfg(target_family = \"wasm\")", "wasm32-wasip1", true },
		{ "cfg(target_vendor = \"apple\")", "aarch64-apple-ios", true },
		{ "cfg(target_pointer_width = \"32\")", "i686-pc-windows-gnu", true },
		{ "cfg(target_endian = \"big\")", "s390x-unknown-linux-gnu", true },
		{ "cfg(target_abi = \"eabihf\")", "armv7-unknown-linux-gnueabihf", true },
		{ "cfg(all())", HOST, true },
		{ "cfg(any())", HOST, false },
		{ "cfg(all(unix, target_arch = \"x86_64\",))", HOST, true },
		{ "cfg(all(unix, any(windows, target_env = \"gnu\"), not(target_os = \"macos\")))",
			HOST, true },
		{ "cfg(any(target_os = \"android\", target_os = \"none\"))",
			"thumbv7em-none-eabihf", true },
		{ "cfg(true)", HOST, true },
		{ "cfg(false)", HOST, false },
		{ "cfg(target_feature = \"avx\")", HOST, false },
		{ "cfg(unix", HOST, false },
		{ "cfg(not(unix, windows))", HOST, false },
		{ "cfg()", HOST, false },
	};
	struct bed *b = *state;

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct conf_value value;
		struct str text = STR_INIT;
		struct cargoconf *conf;

		str_appendf(&text, "[target.'%s']\nlinker = 'yes'\n", rows[i].condition);
		bed_write(b, "p/.cargo/config.toml", text.data);
		conf = load(b, "p");
		if (cargoconf_target(conf, rows[i].triple, "linker", &value) != rows[i].met)
			fail_msg("%s for %s", rows[i].condition, rows[i].triple);
		cargoconf_free(conf);
		str_fini(&text);
	}
}

/* The triple's own linker goes before a condition's. */
static void
a_triple_goes_before_conditions(void **state)
{
	struct bed *b = *state;
	struct conf_value value;
	struct cargoconf *conf;

	bed_write(b, "p/.cargo/config.toml",
		"[target.'cfg(unix)']\nlinker = 'any'\n[target." HOST "]\nlinker = 'own'\n");
	conf = load(b, "p");
	assert_true(cargoconf_target(conf, HOST, "linker", &value));
	assert_string_equal(value.text, "own");
	assert_true(cargoconf_target(conf, ARM64, "linker", &value));
	assert_string_equal(value.text, "any");
	cargoconf_free(conf);
	setenv("CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER", "sub/env-ld", 1);
	conf = load(b, "p");
	assert_true(cargoconf_target(conf, ARM64, "linker", &value));
	assert_string_equal(value.text, bed_path(b, "p/sub/env-ld"));
	unsetenv("CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER");
	cargoconf_free(conf);
}

/* The flags that rustc gets: one source decides, in cargo's order. */
static void
flags_come_from_one_source(void **state)
{
	static const struct {
		const char *encoded, *plain, *target, *build, *expected;
	} rows[] = {
		{ "-C\x1flink-arg=a b", "-p", "-t", "-b", "-C link-arg=a b" },
		{ "", "-p", "-t", "-b", "" },
		{ NULL, " -p  -q ", "-t", "-b", "-p -q" },
		{ NULL, "", "-t", "-b", "" },
		{ NULL, NULL, "-t", "-b", "-t -v" },
		{ NULL, NULL, NULL, "-b -c", "-b -c" },
		{ NULL, NULL, NULL, NULL, NULL },
	};
	struct bed *b = *state;

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct conf_value value;
		struct str text = STR_INIT;
		struct cargoconf *conf;
		bool found;

		if (rows[i].build)
			str_appendf(&text, "[build]\nrustflags = '%s'\n", rows[i].build);
		if (rows[i].target)
			str_appendf(&text, "[target." HOST "]\nrustflags = ['%s', '-v']\n",
				rows[i].target);
		bed_write(b, "p/.cargo/config.toml", str_cstr(&text));
		if (rows[i].encoded)
			setenv("CARGO_ENCODED_RUSTFLAGS", rows[i].encoded, 1);
		if (rows[i].plain)
			setenv("RUSTFLAGS", rows[i].plain, 1);
		conf = load(b, "p");
		found = cargoconf_rustflags(conf, HOST, &value);
		assert_int_equal(found, rows[i].expected != NULL);
		if (found)
			assert_items(&value, rows[i].expected);
		unsetenv("CARGO_ENCODED_RUSTFLAGS");
		unsetenv("RUSTFLAGS");
		cargoconf_free(conf);
		str_fini(&text);
	}
}

/* Flags of files, of the variable and of conditions are put together in cargo's order. */
static void
flags_are_joined(void **state)
{
	struct bed *b = *state;
	struct conf_value value;
	struct cargoconf *conf;

	bed_write(b, "p/.cargo/config.toml",
		"[target." HOST
		"]\nrustflags = ['outer']\n[target.'cfg(unix)']\nrustflags = ['u']\n");
	bed_write(b, "p/q/.cargo/config.toml",
		"[target." HOST
		"]\nrustflags = ['inner']\n[target.'cfg(all())']\nrustflags = 'a b'\n"
		"[target.'cfg(windows)']\nrustflags = ['w']\n");
	setenv("CARGO_TARGET_X86_64_UNKNOWN_LINUX_GNU_RUSTFLAGS", "env", 1);
	conf = load(b, "p/q");
	assert_true(cargoconf_rustflags(conf, HOST, &value));
	assert_items(&value, "outer inner env a b u");
	unsetenv("CARGO_TARGET_X86_64_UNKNOWN_LINUX_GNU_RUSTFLAGS");
	cargoconf_free(conf);
}

/* What cargo says a key is, as one word or a list in brackets; NULL when it is not set. */
static char *
real_value(struct bed *b, const char *dir, const char *key)
{
	const char *const argv[] = { "cargo", "-Zunstable-options", "config", "get", "--format",
		"json-value", key, NULL };
	struct str out = STR_INIT;
	int code;

	setenv("RUSTC_BOOTSTRAP", "1", 1);
	code = bed_run(bed_path(b, dir), argv, &out);
	unsetenv("RUSTC_BOOTSTRAP");
	if (code != 0) {
		str_fini(&out);
		return NULL;
	}
	return str_take(&out);
}

/* The same as JSON, of ours. */
static char *
our_value(const struct conf_value *v)
{
	struct str out = STR_INIT;

	if (v->text) {
		str_appendf(&out, v->is_string ? "\"%s\"\n" : "%s\n", v->text);
		return str_take(&out);
	}
	str_append(&out, "[");
	for (size_t i = 0; v->items[i]; i++)
		str_appendf(&out, "%s\"%s\"", i ? "," : "", v->items[i]);
	str_append(&out, "]\n");
	return str_take(&out);
}

/* The real cargo gives the same values for a tree of files. */
static void
cargo_agrees(void **state)
{
	static const char *const keys[] = { "build.jobs", "build.rustflags", "build.target",
		"net.retry", "target." HOST ".rustflags", "term.verbose", "build.none",
		"net.offline" };
	struct bed *b = *state;
	struct cargoconf *conf;
	char *probe;

	bed_use_real(b);
	bed_write(b, "cargo-home/config.toml", "[build]\njobs = 1\nrustflags = ['h']\n");
	bed_write(b, "p/.cargo/config.toml",
		"include = ['i.toml']\n[build]\njobs = 2\nrustflags = ['o', 'p q']\n"
		"[target." HOST "]\nrustflags = ['x']\n[term]\nverbose = true\n");
	bed_write(b, "p/.cargo/i.toml", "[build]\nrustflags = ['i']\ntarget = '" ARM64 "'\n");
	bed_write(b, "p/q/.cargo/config.toml", "[build]\nrustflags = ['n']\n[net]\nretry = 5\n");
	bed_dirs(b, "p/q");
	if (!bed_has("cargo"))
		bed_skip("no cargo");
	if (!(probe = real_value(b, "p/q", "build.jobs")))
		bed_skip("this cargo has no `config get`, or no `include`");
	free(probe);
	conf = load(b, "p/q");
	for (size_t i = 0; i < COUNT(keys); i++) {
		struct conf_value value;
		char *theirs = real_value(b, "p/q", keys[i]);
		char *ours = cargoconf_get(conf, keys[i], &value) ? our_value(&value) : NULL;

		if (!text_is(ours, theirs))
			fail_msg("%s: cargo says %s, we say %s", keys[i], theirs, ours);
		free(ours);
		free(theirs);
	}
	cargoconf_free(conf);
}

/* A configuration in TOML 1.1 is no broken one; where cargo reads it, it reads the same. */
static void
newer_files_are_read(void **state)
{
	static const char *const keys[][2] = { { "build.rustflags", "[\"A\",\"b\"]\n" },
		{ "target." HOST ".linker", "\"cc\"\n" }, { "net.retry", "3\n" } };
	struct bed *b = *state;
	struct cargoconf *conf;

	bed_use_real(b);
	bed_write(b, "p/.cargo/config.toml",
		"build = { rustflags = [\"\\x41\", 'b'], }\n"
		"[target]\n" HOST " = { # ours\n  linker = 'cc', # gcc\n}\n"
		"[net]\nretry = 3\n");
	conf = load(b, "p");
	for (size_t i = 0; i < COUNT(keys); i++) {
		struct conf_value value;
		char *theirs = bed_has("cargo") ? real_value(b, "p", keys[i][0]) : NULL;

		assert_true(cargoconf_get(conf, keys[i][0], &value));
		assert_text(our_value(&value), keys[i][1]);
		if (theirs)
			assert_string_equal(theirs, keys[i][1]);
		free(theirs);
	}
	cargoconf_free(conf);
}

/* Files that a fuzzer began with, or once went wrong, go well. */
static void
replayed_files(void **state)
{
	corpus_replay("tests/corpus/config");
}

int
main(void)
{
#define BED_TEST(fn) cmocka_unit_test_setup_teardown(fn, bed_setup, bed_teardown)
	const struct CMUnitTest tests[] = {
		BED_TEST(deeper_files_decide),
		BED_TEST(the_environment_decides),
		BED_TEST(places_are_told),
		BED_TEST(paths_count_from_the_project),
		BED_TEST(a_dotted_triple_is_found),
		BED_TEST(includes_count),
		BED_TEST(the_old_name_counts),
		BED_TEST(broken_files_are_named),
		BED_TEST(conditions_are_met),
		BED_TEST(a_triple_goes_before_conditions),
		BED_TEST(flags_come_from_one_source),
		BED_TEST(flags_are_joined),
		BED_TEST(cargo_agrees),
		BED_TEST(newer_files_are_read),
		BED_TEST(replayed_files),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
