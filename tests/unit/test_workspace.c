/* workspace: packages, folders and mistakes of a Cargo workspace, with and without cargo. */
#include "rust/workspace.h"
#include "rust/toolchain.h"
#include "rustbed.h"

#define PACKAGE(name) "[package]\nname = '" name "'\nversion = '0.1.0'\nedition = '2021'\n"

/* A workspace with a root package, two members by pattern, one by path, one left out. */
static void
make_workspace(struct bed *b)
{
	bed_write(b, "w/Cargo.toml",
		PACKAGE("app") "[workspace]\nmembers = ['crates/*']\nexclude = ['crates/old']\n"
			       "default-members = ['.', 'crates/ffi']\n"
			       "[workspace.package]\nversion = '2.3.4'\n"
			       "[dependencies]\nbeside = { path = 'beside' }\n");
	bed_write(b, "w/src/main.rs", "fn main() {}\n");
	bed_write(b, "w/src/bin/tool.rs", "fn main() {}\n");
	bed_write(b, "w/src/bin/more/main.rs", "fn main() {}\n");
	bed_write(b, "w/crates/ffi/Cargo.toml",
		"[package]\nname = 'my-ffi'\nversion.workspace = true\nedition = '2021'\n"
		"[lib]\ncrate-type = ['cdylib', 'rlib']\n");
	bed_write(b, "w/crates/ffi/src/lib.rs", "");
	bed_write(b, "w/crates/mac/Cargo.toml", PACKAGE("mac") "[lib]\nproc-macro = true\n");
	bed_write(b, "w/crates/mac/src/lib.rs", "");
	bed_write(b, "w/crates/old/Cargo.toml", PACKAGE("old"));
	bed_write(b, "w/crates/old/src/lib.rs", "");
	bed_write(b, "w/crates/README", "no crate");
	bed_write(b, "w/beside/Cargo.toml",
		PACKAGE("beside") "[[bin]]\nname = 'named'\npath = 'src/other.rs'\n");
	bed_write(b, "w/beside/src/lib.rs", "");
	bed_write(b, "w/beside/src/other.rs", "fn main() {}\n");
}

static struct workspace *
load(struct bed *b, const char *dir, const struct toolchain *tc, struct err *err)
{
	struct workspace_query query = { .dir = bed_path(b, dir), .quick = !tc };

	*err = ERR_INIT;
	return workspace_load(&query, tc, err);
}

static struct workspace *
load_one(struct bed *b, const char *dir, const struct toolchain *tc)
{
	struct err err;
	struct workspace *ws = load(b, dir, tc, &err);

	if (!ws)
		fail_msg("%s", err.message);
	return ws;
}

/* "app 0.1.0 * app/bin more/bin" per package, sorted, as one text; `*` marks the default ones. */
static char *
describe(const struct workspace *ws)
{
	struct str out = STR_INIT;
	bool *done = xcalloc(ws->package_count + 1, sizeof(*done));

	for (size_t n = 0; n < ws->package_count; n++) {
		size_t best = ws->package_count;

		for (size_t i = 0; i < ws->package_count; i++)
			if (!done[i] &&
				(best == ws->package_count ||
					strcmp(ws->packages[i].name, ws->packages[best].name) < 0))
				best = i;
		done[best] = true;
		const struct package *p = &ws->packages[best];
		str_appendf(&out, "%s %s%s:", p->name, p->version, p->is_default ? " *" : "");
		for (size_t t = 0; t < p->target_count; t++)
			str_appendf(&out, " %s/%s", p->targets[t].name, p->targets[t].kind);
		str_append(&out, "\n");
	}
	free(done);
	return str_take(&out);
}

/* The machine's own; NULL when there is none. */
static struct toolchain *
real_toolchain(struct bed *b)
{
	struct toolchain_query query = { .dir = b->dir };
	struct err err = ERR_INIT;

	bed_use_real(b);
	return toolchain_find(&query, &err);
}

static const char whole[] = "app 0.1.0 *: app/bin more/bin tool/bin\n"
			    "beside 0.1.0: beside/lib named/bin\n"
			    "mac 0.1.0: mac/proc-macro\n"
			    "my-ffi 2.3.4 *: my_ffi/cdylib my_ffi/rlib\n";

/* Cargo.toml files alone give members, versions, targets and defaults. */
static void
files_alone_tell_the_workspace(void **state)
{
	struct bed *b = *state;
	struct workspace *ws;

	make_workspace(b);
	ws = load_one(b, "w", NULL);
	assert_text(describe(ws), whole);
	assert_string_equal(ws->root, bed_path(b, "w"));
	assert_string_equal(ws->name, "app");
	assert_string_equal(ws->version, "0.1.0");
	assert_string_equal(ws->target_dir, bed_path(b, "w/target"));
	assert_string_equal(ws->build_dir, ws->target_dir);
	assert_false(ws->complete);
	assert_false(ws->has_c_code);
	workspace_free(ws);
}

/* cargo tells the same as the files do, target by target. */
static void
cargo_tells_the_same(void **state)
{
	static const char *const dirs[] = { "w", "w/src", "w/crates/ffi", "w/crates/mac/src",
		"w/crates/old", "w/beside" };
	struct bed *b = *state;
	struct toolchain *tc = real_toolchain(b);

	if (!tc)
		bed_skip("no cargo");
	make_workspace(b);
	for (size_t i = 0; i < COUNT(dirs); i++) {
		struct workspace *quick = load_one(b, dirs[i], NULL);
		struct workspace *full = load_one(b, dirs[i], tc);
		char *ours = describe(quick), *theirs = describe(full);

		assert_string_equal(ours, theirs);
		assert_string_equal(quick->root, full->root);
		assert_string_equal(quick->name, full->name);
		assert_string_equal(quick->target_dir, full->target_dir);
		assert_string_equal(quick->build_dir, full->build_dir);
		assert_true(text_is(quick->version, full->version));
		assert_true(full->complete);
		free(ours);
		free(theirs);
		workspace_free(quick);
		workspace_free(full);
	}
	toolchain_free(tc);
}

/* A workspace without a package of its own has all members as default, and the folder's name. */
static void
a_virtual_workspace_is_read(void **state)
{
	struct bed *b = *state;
	struct toolchain *tc = real_toolchain(b);
	struct workspace *ws;

	bed_write(b, "v/Cargo.toml", "[workspace]\nmembers = ['a', 'b']\nresolver = '2'\n");
	bed_write(b, "v/a/Cargo.toml", PACKAGE("a"));
	bed_write(b, "v/a/src/lib.rs", "");
	bed_write(b, "v/b/Cargo.toml", PACKAGE("b"));
	bed_write(b, "v/b/src/main.rs", "fn main() {}\n");
	for (int full = 0; full < (tc ? 2 : 1); full++) {
		ws = load_one(b, "v", full ? tc : NULL);
		assert_text(describe(ws), "a 0.1.0 *: a/lib\nb 0.1.0 *: b/bin\n");
		assert_string_equal(ws->name, "v");
		assert_null(ws->version);
		workspace_free(ws);
		ws = load_one(b, "v/b", full ? tc : NULL);
		assert_text(describe(ws), "a 0.1.0: a/lib\nb 0.1.0 *: b/bin\n");
		assert_string_equal(ws->root, bed_path(b, "v"));
		workspace_free(ws);
	}
	toolchain_free(tc);
}

/* The configuration and the environment move the target folder, also before cargo was asked. */
static void
the_target_folder_is_known(void **state)
{
	struct bed *b = *state;
	struct toolchain *tc = real_toolchain(b);
	struct workspace *ws;

	bed_write(b, "p/Cargo.toml", PACKAGE("p") "[workspace]\n");
	bed_write(b, "p/src/lib.rs", "");
	bed_write(b, "p/.cargo/config.toml", "[build]\ntarget-dir = 'out'\n");
	for (int full = 0; full < (tc ? 2 : 1); full++) {
		ws = load_one(b, "p", full ? tc : NULL);
		assert_string_equal(ws->target_dir, bed_path(b, "p/out"));
		workspace_free(ws);
		setenv("CARGO_TARGET_DIR", "env", 1);
		ws = load_one(b, "p", full ? tc : NULL);
		assert_string_equal(ws->target_dir, bed_path(b, "p/env"));
		workspace_free(ws);
		unsetenv("CARGO_TARGET_DIR");
	}
	toolchain_free(tc);
}

/* A mistake in a manifest is named with file, line and column, whoever finds it. */
static void
mistakes_are_named(void **state)
{
	static const struct {
		const char *manifest, *member, *message;
		bool needs_cargo;
	} rows[] = {
		{ "[package\n", "", "Cargo.toml:1:", false },
		{ PACKAGE("a") "[dependencies]\nx = \n", "", "Cargo.toml:6:", false },
		{ "[workspace]\nmembers = ['m']\n", "[package]\nname = m\n",
			"m/Cargo.toml:2:", false },
		{ "[x]\n", "", "Cargo.toml:1:1: neither", false },
		{ PACKAGE("a") "[workspace]\n[lib]\npath = 'none.rs'\n", "", "", true },
		{ "[package]\nname = 'a'\nversion = '1.0.0'\nedition = '2077'\n[workspace]\n", "",
			"w/Cargo.toml: supported edition values", true },
	};
	struct bed *b = *state;
	struct toolchain *tc = real_toolchain(b);

	for (size_t i = 0; i < COUNT(rows); i++) {
		bed_write(b, "w/Cargo.toml", rows[i].manifest);
		bed_write(b, "w/src/lib.rs", "");
		bed_write(b, "w/m/Cargo.toml", rows[i].member);
		for (int full = rows[i].needs_cargo; full < (tc ? 2 : 1); full++) {
			struct err err;
			struct workspace *ws = load(b, "w", full ? tc : NULL, &err);

			if (!*rows[i].message) { /* cargo minds only when it builds */
				workspace_free(ws);
				continue;
			}
			assert_null(ws);
			if (err.kind != ERR_PARSE || !strstr(err.message, rows[i].message) ||
				strchr(err.message, '\n'))
				fail_msg("row %zu, full %d: %s", i, full, err.message);
		}
	}
	toolchain_free(tc);
}

/* A setting that cargo cannot take is blamed on its file, not on the Cargo.toml. */
static void
a_broken_setting_names_its_file(void **state)
{
	struct bed *b = *state;
	struct toolchain *tc = real_toolchain(b);
	struct err err;

	if (!tc)
		bed_skip("no cargo");
	make_workspace(b);
	bed_write(b, "w/.cargo/config.toml", "[build]\ntarget = 3\n");
	assert_null(load(b, "w", tc, &err));
	if (!strstr(err.message, "w/.cargo/config.toml: ") || strstr(err.message, "Cargo.toml"))
		fail_msg("%s", err.message);
	assert_int_equal(err.kind, ERR_PARSE);
	toolchain_free(tc);
}

/* No Cargo.toml anywhere above is told as such; a wrong --manifest-path is a mistake of usage. */
static void
absence_is_told(void **state)
{
	struct bed *b = *state;
	struct err err;
	struct workspace_query query = { .dir = bed_path(b, "empty"), .quick = true };

	bed_dirs(b, "empty/deep");
	assert_null(load(b, "empty/deep", NULL, &err));
	assert_int_equal(err.kind, ERR_ENVIRONMENT);
	assert_non_null(strstr(err.message, "no Cargo.toml here or in a folder above"));
	assert_null(workspace_find_manifest(&query));
	query.manifest = "x/Cargo.toml";
	assert_null(workspace_load(&query, NULL, &err));
	assert_int_equal(err.kind, ERR_USAGE);
	assert_text(workspace_find_manifest(&query), bed_path(b, "empty/x/Cargo.toml"));
}

/* --manifest-path leads to another folder's workspace. */
static void
a_named_manifest_is_read(void **state)
{
	struct bed *b = *state;
	struct toolchain *tc = real_toolchain(b);
	struct err err = ERR_INIT;

	make_workspace(b);
	for (int full = 0; full < (tc ? 2 : 1); full++) {
		struct workspace_query query = { .dir = b->dir, .quick = !full };
		struct workspace *ws;

		query.manifest = "w/crates/mac/Cargo.toml";
		ws = workspace_load(&query, tc, &err);
		if (!ws)
			fail_msg("%s", err.message);
		assert_string_equal(ws->root, bed_path(b, "w"));
		assert_string_equal(ws->manifest, bed_path(b, "w/crates/mac/Cargo.toml"));
		workspace_free(ws);
	}
	toolchain_free(tc);
}

/* C code is seen by the lock file, by build dependencies and by C beside a build script. */
static void
c_code_is_seen(void **state)
{
	static const struct {
		const char *manifest, *file, *text;
		bool has_c;
	} rows[] = {
		{ PACKAGE("p"), "p/x", "", false },
		{ PACKAGE("p"), "p/Cargo.lock", "[[package]]\nname = \"serde\"\n", false },
		{ PACKAGE("p"), "p/Cargo.lock", "[[package]]\nname = \"windows-sys\"\n", false },
		{ PACKAGE("p"), "p/Cargo.lock", "[[package]]\nname = \"cc\"\nversion = \"1\"\n",
			true },
		{ PACKAGE("p"), "p/Cargo.lock", "[[package]]\r\nname = \"cmake\"\r\n", true },
		{ PACKAGE("p") "[build-dependencies]\ncc = '1'\n", "p/build.rs", "fn main() {}",
			true },
		{ PACKAGE("p"), "p/src/hello.c", "", false },
		{ PACKAGE("p") "build = 'src/lib.rs'\n", "p/src/hello.c", "", true },
		{ PACKAGE("p") "build = 'src/lib.rs'\n", "p/native/hello.cpp", "", true },
	};
	struct bed *b = *state;
	struct toolchain *tc = real_toolchain(b);

	for (size_t i = 0; i < COUNT(rows); i++) {
		bed_write(b, "p/Cargo.toml", rows[i].manifest);
		bed_write(b, "p/src/lib.rs", "");
		bed_write(b, rows[i].file, rows[i].text);
		for (int full = 0; full < (tc ? 2 : 1); full++) {
			struct workspace *ws = load_one(b, "p", full ? tc : NULL);

			if (ws->has_c_code != rows[i].has_c)
				fail_msg("row %zu, full %d", i, full);
			workspace_free(ws);
		}
		assert_true(file_remove_tree(bed_path(b, "p"), NULL));
	}
	toolchain_free(tc);
}

/* A project that maturin builds is known by its pyproject.toml, here or above within the workspace. */
static void
python_is_seen(void **state)
{
	static const struct {
		const char *file, *text;
		bool is_python;
	} rows[] = {
		{ "p/pyproject.toml", "[build-system]\nbuild-backend = \"maturin\"\n", true },
		{ "p/pyproject.toml", "[tool.maturin]\nbindings = \"pyo3\"\n", true },
		{ "p/pyproject.toml", "[build-system]\nbuild-backend = \"hatchling\"\n", false },
		{ "p/pyproject.toml", "[build-system\n", false },
		{ "pyproject.toml", "[build-system]\nbuild-backend = \"maturin\"\n", false },
	};
	struct bed *b = *state;

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct workspace *ws;

		bed_write(b, "p/Cargo.toml", PACKAGE("p"));
		bed_write(b, "p/src/lib.rs", "");
		bed_write(b, rows[i].file, rows[i].text);
		ws = load_one(b, "p", NULL);
		if ((ws->pyproject != NULL) != rows[i].is_python)
			fail_msg("row %zu", i);
		workspace_free(ws);
		assert_true(file_remove_tree(bed_path(b, "p"), NULL));
	}
}

/* A member may name its workspace, and a folder may be left out of one above it. */
static void
the_root_is_found_as_cargo_finds_it(void **state)
{
	struct bed *b = *state;
	struct toolchain *tc = real_toolchain(b);

	bed_write(b, "x/Cargo.toml", "[workspace]\nmembers = ['../y']\nresolver = '2'\n");
	bed_write(b, "y/Cargo.toml", PACKAGE("y") "workspace = '../x'\n");
	bed_write(b, "y/src/lib.rs", "");
	bed_write(b, "x/out/Cargo.toml", PACKAGE("out") "[workspace]\n");
	bed_write(b, "x/out/src/lib.rs", "");
	for (int full = 0; full < (tc ? 2 : 1); full++) {
		struct workspace *ws = load_one(b, "y", full ? tc : NULL);

		assert_string_equal(ws->root, bed_path(b, "x"));
		assert_int_equal(ws->package_count, 1);
		workspace_free(ws);
		ws = load_one(b, "x/out", full ? tc : NULL);
		assert_string_equal(ws->root, bed_path(b, "x/out"));
		workspace_free(ws);
	}
	toolchain_free(tc);
}

/* Patterns of members mean what they mean to cargo. */
static void
members_may_be_patterns(void **state)
{
	static const struct {
		const char *pattern, *found;
	} rows[] = {
		{ "m/a?", "a1 0.1.0 *: a1/lib\na2 0.1.0 *: a2/lib\n" },
		{ "m/a[2-9]", "a2 0.1.0 *: a2/lib\n" },
		{ "m/[!a]*", "b 0.1.0 *: b/lib\nhidden 0.1.0 *: hidden/lib\n" },
		{ "*/a1", "a1 0.1.0 *: a1/lib\n" },
	};
	struct bed *b = *state;
	struct toolchain *tc = real_toolchain(b);

	bed_write(b, "w/m/a1/Cargo.toml", PACKAGE("a1"));
	bed_write(b, "w/m/a1/src/lib.rs", "");
	bed_write(b, "w/m/a2/Cargo.toml", PACKAGE("a2"));
	bed_write(b, "w/m/a2/src/lib.rs", "");
	bed_write(b, "w/m/b/Cargo.toml", PACKAGE("b"));
	bed_write(b, "w/m/b/src/lib.rs", "");
	bed_write(b, "w/m/.hidden/Cargo.toml", PACKAGE("hidden"));
	bed_write(b, "w/m/.hidden/src/lib.rs", "");
	for (size_t i = 0; i < COUNT(rows); i++) {
		char *manifest = xasprintf(
			"[workspace]\nresolver = '2'\nmembers = ['%s']\n", rows[i].pattern);

		bed_write(b, "w/Cargo.toml", manifest);
		free(manifest);
		for (int full = 0; full < (tc ? 2 : 1); full++) {
			struct workspace *ws = load_one(b, "w", full ? tc : NULL);

			assert_text(describe(ws), rows[i].found);
			workspace_free(ws);
		}
	}
	toolchain_free(tc);
}

/* A manifest in TOML 1.1 is no broken one: cargo reads it since 1.94. */
static void
newer_manifests_are_read(void **state)
{
	static const char found[] = "a 0.1.0 *: a/lib\nx 0.1.0: x/lib\n";
	struct bed *b = *state;
	struct toolchain *tc = real_toolchain(b);
	struct workspace *ws;
	struct err err;

	bed_write(b, "w/Cargo.toml",
		PACKAGE("a") "metadata.at = 07:32\n[workspace]\n"
			     "[dependencies]\nx = { # here\n\tpath = \"\\x78\",\n}\n");
	bed_write(b, "w/src/lib.rs", "");
	bed_write(b, "w/x/Cargo.toml", PACKAGE("x") "metadata = { a = 1, }\n");
	bed_write(b, "w/x/src/lib.rs", "");
	ws = load_one(b, "w", NULL);
	assert_text(describe(ws), found);
	workspace_free(ws);
	if (tc && (ws = load(b, "w", tc, &err))) {
		assert_text(describe(ws), found);
		workspace_free(ws);
	} else if (tc) {
		assert_int_equal(err.kind, ERR_PARSE); /* an older cargo */
	}
	toolchain_free(tc);
}

int
main(void)
{
#define BED_TEST(fn) cmocka_unit_test_setup_teardown(fn, bed_setup, bed_teardown)
	const struct CMUnitTest tests[] = {
		BED_TEST(files_alone_tell_the_workspace),
		BED_TEST(cargo_tells_the_same),
		BED_TEST(a_virtual_workspace_is_read),
		BED_TEST(the_target_folder_is_known),
		BED_TEST(mistakes_are_named),
		BED_TEST(a_broken_setting_names_its_file),
		BED_TEST(absence_is_told),
		BED_TEST(a_named_manifest_is_read),
		BED_TEST(c_code_is_seen),
		BED_TEST(python_is_seen),
		BED_TEST(the_root_is_found_as_cargo_finds_it),
		BED_TEST(members_may_be_patterns),
		BED_TEST(newer_manifests_are_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
