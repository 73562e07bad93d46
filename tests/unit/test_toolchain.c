/* toolchain: the rustc and cargo that rustup and cargo themselves would use. */
#include "rust/toolchain.h"
#include "rust/rustup.h"
#include "rustbed.h"
#include "unit/triples.h"

/* A program that answers like a rustc and notes in `ran` that it was asked. */
static void
fake_rustc(struct bed *b, const char *name, const char *release)
{
	char *text = xasprintf("#!/bin/sh\necho asked >>'%s/ran'\n"
			       "case $1 in\n-vV) cat <<'END'\nrustc %s (abc 2026-01-02)\n"
			       "binary: rustc\ncommit-hash: c0ffee%s\ncommit-date: 2026-01-02\n"
			       "host: " HOST "\nrelease: %s\nLLVM version: 21.1.0\nEND\n;;\n"
			       "--print) echo '%s/system' ;;\nesac\n",
		b->dir, release, release, release, b->dir);

	bed_script(b, name, text);
	free(text);
}

static void
fake_toolchain(struct bed *b, const char *name, const char *release)
{
	char *rustc = xasprintf("rustup-home/toolchains/%s/bin/rustc", name);
	char *cargo = xasprintf("rustup-home/toolchains/%s/bin/cargo", name);

	fake_rustc(b, rustc, release);
	bed_script(b, cargo, "#!/bin/sh\n");
	free(rustc);
	free(cargo);
}

/* A rustup with three toolchains, and cargo and rustc as its proxies on PATH. */
static void
fake_rustup(struct bed *b)
{
	bed_script(b, "cargo-home/bin/rustup", "#!/bin/sh\nexit 99\n");
	assert_int_equal(symlink("rustup", bed_path(b, "cargo-home/bin/cargo")), 0);
	assert_int_equal(symlink("rustup", bed_path(b, "cargo-home/bin/rustc")), 0);
	bed_set_path(b, "cargo-home/bin", true);
	bed_write(b, "rustup-home/settings.toml",
		"version = '12'\ndefault_toolchain = 'stable-" HOST "'\n"
		"default_host_triple = '" HOST "'\n[overrides]\n");
	fake_toolchain(b, "stable-" HOST, "1.95.0");
	fake_toolchain(b, "nightly-2026-01-02-" HOST, "1.97.0-nightly");
	fake_toolchain(b, "1.80-" HOST, "1.80.1");
	fake_toolchain(b, "stable-x86_64-unknown-linux-musl", "1.95.0");
	fake_toolchain(b, "mine", "1.99.0-dev");
}

static struct toolchain *
find(struct bed *b, const char *dir, const char *override, struct err *err)
{
	struct toolchain_query query = { .dir = bed_path(b, dir), .override = override };

	*err = ERR_INIT;
	bed_dirs(b, dir);
	return toolchain_find(&query, err);
}

static struct toolchain *
find_one(struct bed *b, const char *dir)
{
	struct err err;
	struct toolchain *tc = find(b, dir, NULL, &err);

	if (!tc)
		fail_msg("%s", err.message);
	return tc;
}

/* A toolchain's name is filled up from the host as rustup does it. */
static void
names_are_filled_up(void **state)
{
	static const struct {
		const char *name, *host, *full;
	} rows[] = {
		{ "stable", HOST, "stable-" HOST },
		{ "1.80", HOST, "1.80-" HOST },
		{ "1.80.1", HOST, "1.80.1-" HOST },
		{ "nightly-2026-01-31", HOST, "nightly-2026-01-31-" HOST },
		{ "1.80.0-beta.3", HOST, "1.80.0-beta.3-" HOST },
		{ "beta-2026-01-31", "aarch64-apple-darwin",
			"beta-2026-01-31-aarch64-apple-darwin" },
		{ "stable-musl", HOST, "stable-x86_64-unknown-linux-musl" },
		{ "stable-aarch64", HOST, "stable-aarch64-unknown-linux-gnu" },
		{ "nightly-2026-01-31-i686", HOST, "nightly-2026-01-31-i686-unknown-linux-gnu" },
		{ "stable-x86_64-apple-darwin", HOST, "stable-x86_64-apple-darwin" },
		{ "stable-msvc", "x86_64-pc-windows-gnu", "stable-x86_64-pc-windows-msvc" },
		{ "stable-" HOST, "aarch64-apple-darwin", "stable-" HOST },
		{ "mine", HOST, "mine" },
		{ "stable2", HOST, "stable2" },
		{ "1", HOST, "1" },
		{ "1.80.", HOST, "1.80." },
		{ "1.80x", HOST, "1.80x" },
		{ "1.8000", HOST, "1.8000" },
		{ "", HOST, "" },
	};

	for (size_t i = 0; i < COUNT(rows); i++)
		assert_text(rustup_full_name(rows[i].name, rows[i].host), rows[i].full);
}

/* Whatever names a toolchain, the one that rustup would take is taken. */
static void
pins_choose_as_rustup_does(void **state)
{
	static const struct {
		const char *file, *text; /* a toolchain file, below p */
		const char *override, *variable;
		const char *name, *origin; /* origin below the bed begins with "/" */
	} rows[] = {
		{ NULL, NULL, NULL, NULL, "stable-" HOST, "default" },
		{ NULL, NULL, "1.80", NULL, "1.80-" HOST, "--toolchain" },
		{ NULL, NULL, "+1.80", "mine", "1.80-" HOST, "--toolchain" },
		{ NULL, NULL, NULL, "mine", "mine", "RUSTUP_TOOLCHAIN" },
		{ NULL, NULL, NULL, "stable-musl", "stable-x86_64-unknown-linux-musl",
			"RUSTUP_TOOLCHAIN" },
		{ NULL, NULL, NULL, "", "stable-" HOST, "default" },
		{ "rust-toolchain", "1.80\n", NULL, NULL, "1.80-" HOST, "/p/rust-toolchain" },
		{ "rust-toolchain", "  mine  ", NULL, NULL, "mine", "/p/rust-toolchain" },
		{ "rust-toolchain", "[toolchain]\nchannel = '1.80'\n", NULL, NULL, "1.80-" HOST,
			"/p/rust-toolchain" },
		{ "rust-toolchain.toml", "[toolchain]\nchannel = 'nightly-2026-01-02'\n", NULL,
			NULL, "nightly-2026-01-02-" HOST, "/p/rust-toolchain.toml" },
		{ "rust-toolchain.toml", "[toolchain]\nchannel = '1.80'\nbogus = 1\n", NULL, "mine",
			"mine", "RUSTUP_TOOLCHAIN" },
		{ "rust-toolchain.toml", "[toolchain]\ncomponents = ['rustfmt']\n", NULL, NULL,
			"stable-" HOST, "default" },
		{ "rust-toolchain.toml",
			"[toolchain]\nchannel = 'stable-x86_64-unknown-linux-musl'\n", NULL, NULL,
			"stable-x86_64-unknown-linux-musl", "/p/rust-toolchain.toml" },
		{ "rust-toolchain.toml", "toolchain = {\n channel = \"1.\\x380\",\n}\n", NULL, NULL,
			"1.80-" HOST, "/p/rust-toolchain.toml" },
		{ "deep/rust-toolchain", "1.80", NULL, NULL, "stable-" HOST, "default" },
	};
	struct bed *b = *state;

	fake_rustup(b);
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct err err;
		struct toolchain *tc;
		char *file = rows[i].file ? xasprintf("p/%s", rows[i].file) : NULL;

		bed_dirs(b, "p");
		if (file)
			bed_write(b, file, rows[i].text);
		if (rows[i].variable)
			setenv("RUSTUP_TOOLCHAIN", rows[i].variable, 1);
		tc = find(b, "p/q", rows[i].override, &err);
		if (!tc)
			fail_msg("row %zu: %s", i, err.message);
		assert_string_equal(tc->name, rows[i].name);
		assert_string_equal(tc->origin,
			rows[i].origin[0] == '/' ? bed_path(b, rows[i].origin + 1)
						 : rows[i].origin);
		assert_int_equal(tc->kind, TOOLCHAIN_RUSTUP);
		assert_false(tc->is_mixed);
		toolchain_free(tc);
		unsetenv("RUSTUP_TOOLCHAIN");
		if (file)
			unlink(bed_path(b, file));
		free(file);
	}
}

/* The nearest folder decides; in one folder the override, then rust-toolchain, then the .toml. */
static void
the_nearest_pin_decides(void **state)
{
	struct bed *b = *state;
	struct toolchain *tc;
	char *settings;

	fake_rustup(b);
	settings = xasprintf("default_toolchain = 'stable'\ndefault_host_triple = '" HOST "'\n"
			     "[overrides]\n'%s/p' = 'mine'\n",
		b->dir);
	bed_write(b, "rustup-home/settings.toml", settings);
	free(settings);
	bed_write(b, "p/rust-toolchain", "1.80");
	bed_write(b, "p/q/rust-toolchain.toml", "[toolchain]\nchannel = 'nightly-2026-01-02'");
	bed_write(b, "p/q/r/rust-toolchain", "1.80");
	bed_write(b, "p/q/r/rust-toolchain.toml", "[toolchain]\nchannel = 'mine'");

	tc = find_one(b, "p");
	assert_string_equal(tc->name, "mine");
	assert_non_null(strstr(tc->origin, "rustup override for"));
	toolchain_free(tc);
	tc = find_one(b, "p/q");
	assert_string_equal(tc->name, "nightly-2026-01-02-" HOST);
	toolchain_free(tc);
	tc = find_one(b, "p/q/r/s");
	assert_string_equal(tc->name, "1.80-" HOST);
	toolchain_free(tc);
	tc = find_one(b, "elsewhere");
	assert_string_equal(tc->name, "stable-" HOST);
	toolchain_free(tc);
}

/* `path = …` names a toolchain's folder. */
static void
a_path_toolchain_is_taken(void **state)
{
	struct bed *b = *state;
	struct toolchain *tc;
	char *text;

	fake_rustup(b);
	fake_rustc(b, "own/bin/rustc", "1.98.0-dev");
	text = xasprintf("[toolchain]\npath = '%s/own'\n", b->dir);
	bed_write(b, "p/rust-toolchain.toml", text);
	free(text);
	tc = find_one(b, "p");
	assert_string_equal(tc->name, bed_path(b, "own"));
	assert_string_equal(tc->rustc, bed_path(b, "own/bin/rustc"));
	assert_string_equal(tc->channel, "dev");
	assert_string_equal(tc->cargo, /* a folder without cargo gets stable's, as rustup does */
		bed_path(b, "rustup-home/toolchains/stable-" HOST "/bin/cargo"));
	toolchain_free(tc);
}

/* A pin that cannot be met names its place and what to do. */
static void
unmet_pins_are_named(void **state)
{
	static const struct {
		const char *file, *text, *variable, *override;
		const char *message, *remedy;
		enum err_kind kind;
	} rows[] = {
		{ "p/rust-toolchain.toml", "\n[toolchain]\nchannel = '1.81'\n", NULL, NULL,
			"rust-toolchain.toml:3: the toolchain 1.81-" HOST " is not installed",
			"rustup toolchain install 1.81", ERR_ENVIRONMENT },
		{ "p/rust-toolchain", "beta", NULL, NULL,
			"rust-toolchain:1: the toolchain beta-" HOST " is not installed",
			"rustup toolchain install beta", ERR_ENVIRONMENT },
		{ "p/rust-toolchain", "theirs", NULL, NULL,
			"rust-toolchain:1: the toolchain theirs is not installed",
			"rustup toolchain link theirs FOLDER", ERR_ENVIRONMENT },
		{ "p/x", "", "1.70.0", NULL,
			"RUSTUP_TOOLCHAIN: the toolchain 1.70.0-" HOST " is not installed",
			"rustup toolchain install 1.70.0", ERR_ENVIRONMENT },
		{ "p/x", "", NULL, "nightly",
			"--toolchain: the toolchain nightly-" HOST " is not installed",
			"rustup toolchain install nightly", ERR_ENVIRONMENT },
		{ "p/x", "", NULL, "a/b", "--toolchain: \"a/b\" is no name of a toolchain", "",
			ERR_USAGE },
		{ "p/rust-toolchain.toml", "[toolchain]\nchannel = 'stable-aarch64-apple-darwin'\n",
			NULL, NULL,
			"rust-toolchain.toml:2: a target triple in the channel name "
			"stable-aarch64-apple-darwin",
			"leave the triple out: the file is shared between hosts", ERR_ENVIRONMENT },
		{ "p/rust-toolchain.toml", "[toolchain]\npath = '/nowhere/at/all'\n", NULL, NULL,
			"rust-toolchain.toml:2: /nowhere/at/all holds no toolchain (no bin/rustc)",
			"", ERR_ENVIRONMENT },
		{ "p/rust-toolchain.toml", "[toolchain]\npath = 'x'\n", NULL, NULL,
			"rust-toolchain.toml:2:8: the path of a toolchain must be absolute", "",
			ERR_PARSE },
		{ "p/rust-toolchain.toml", "[toolchain]\nchannel = 'a'\npath = '/x'\n", NULL, NULL,
			"rust-toolchain.toml:3:8: channel and path cannot both be given", "",
			ERR_PARSE },
		{ "p/rust-toolchain.toml", "[toolchain]\nchannel = 1\n", NULL, NULL,
			"rust-toolchain.toml:2:11: expected a string, found an integer", "",
			ERR_PARSE },
		{ "p/rust-toolchain", " \n", NULL, NULL,
			"rust-toolchain: the toolchain file is empty",
			"remove it, or write the channel into it", ERR_PARSE },
	};
	struct bed *b = *state;

	fake_rustup(b);
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct err err;

		bed_write(b, rows[i].file, rows[i].text);
		if (rows[i].variable)
			setenv("RUSTUP_TOOLCHAIN", rows[i].variable, 1);
		assert_null(find(b, "p", rows[i].override, &err));
		assert_string_equal(err.message, rows[i].message);
		assert_string_equal(err.remedy, rows[i].remedy);
		assert_int_equal(err.kind, rows[i].kind);
		unsetenv("RUSTUP_TOOLCHAIN");
		unlink(bed_path(b, rows[i].file));
	}
	assert_false(file_exists(bed_path(b, "ran")));
}

/* A file of TOML that is broken is named with line and column. */
static void
broken_files_are_named(void **state)
{
	struct bed *b = *state;
	struct err err;

	fake_rustup(b);
	bed_write(b, "p/rust-toolchain.toml", "[toolchain]\nchannel = \n");
	assert_null(find(b, "p", NULL, &err));
	assert_int_equal(err.kind, ERR_PARSE);
	assert_non_null(strstr(err.message, "rust-toolchain.toml:2:"));
	unlink(bed_path(b, "p/rust-toolchain.toml"));
	bed_write(b, "rustup-home/settings.toml", "[");
	assert_null(find(b, "p", NULL, &err));
	assert_non_null(strstr(err.message, "settings.toml:1:"));
	bed_write(b, "rustup-home/settings.toml", "version = '12'\n");
	assert_null(find(b, "p", NULL, &err));
	assert_int_equal(err.kind, ERR_ENVIRONMENT);
	assert_string_equal(err.remedy, "rustup default stable");
}

static const char *
env_of(const struct toolchain *tc, const char *name)
{
	struct proc_env env[TOOLCHAIN_ENV_MAX];
	size_t count = toolchain_env(tc, env, 0);

	assert_true(count <= TOOLCHAIN_ENV_MAX);
	for (size_t i = 0; i < count; i++)
		if (text_is(env[i].name, name))
			return env[i].value;
	return NULL;
}

/* Children get what rustup would give them, and nothing is ever installed. */
static void
children_use_the_same_toolchain(void **state)
{
	struct bed *b = *state;
	struct toolchain *tc;

	fake_rustup(b);
	tc = find_one(b, "p");
	assert_string_equal(env_of(tc, "RUSTUP_TOOLCHAIN"), "stable-" HOST);
	assert_string_equal(env_of(tc, "RUSTUP_AUTO_INSTALL"), "0");
	assert_null(env_of(tc, "RUSTC"));
	assert_null(env_of(tc, "PATH"));
	assert_string_equal(env_of(tc, "CARGO_HOME"), bed_path(b, "cargo-home"));
	toolchain_free(tc);
}

/* Without rustup the system's programs are taken, and children need nothing. */
static void
the_system_is_taken(void **state)
{
	struct bed *b = *state;
	struct toolchain *tc;

	fake_rustc(b, "bin/rustc", "1.96.0");
	bed_script(b, "bin/cargo", "#!/bin/sh\n");
	bed_set_path(b, "bin", true);
	tc = find_one(b, "p");
	assert_int_equal(tc->kind, TOOLCHAIN_SYSTEM);
	assert_string_equal(tc->name, "system");
	assert_string_equal(tc->origin, "PATH");
	assert_string_equal(tc->sysroot, bed_path(b, "system"));
	assert_string_equal(tc->release, "1.96.0");
	assert_string_equal(tc->channel, "stable");
	assert_string_equal(tc->host, HOST);
	assert_string_equal(tc->commit, "c0ffee1.96.0");
	assert_string_equal(tc->commit_date, "2026-01-02");
	assert_string_equal(tc->llvm, "21.1.0");
	assert_false(tc->is_mixed);
	assert_null(env_of(tc, "RUSTUP_TOOLCHAIN"));
	toolchain_free(tc);
}

/* A system's cargo before rustup's rustc on PATH: both are taken as cargo takes them, and told. */
static void
mixed_toolchains_are_told(void **state)
{
	struct bed *b = *state;
	struct toolchain *tc;

	fake_rustup(b);
	bed_script(b, "sys/cargo", "#!/bin/sh\n");
	assert_int_equal(symlink("../cargo-home/bin/rustc", bed_path(b, "sys/rustc")), 0);
	bed_set_path(b, "sys", true);
	tc = find_one(b, "p");
	assert_true(tc->is_mixed);
	assert_int_equal(tc->kind, TOOLCHAIN_RUSTUP);
	assert_string_equal(tc->cargo, bed_path(b, "sys/cargo"));
	assert_string_equal(
		tc->rustc, bed_path(b, "rustup-home/toolchains/stable-" HOST "/bin/rustc"));
	assert_string_equal(env_of(tc, "RUSTUP_TOOLCHAIN"), "stable-" HOST);
	toolchain_free(tc);
}

/* RUSTC names the compiler, whatever is on PATH. */
static void
rustc_may_be_named(void **state)
{
	struct bed *b = *state;
	struct toolchain *tc;
	struct err err;

	fake_rustup(b);
	fake_rustc(b, "other/rustc-1.90", "1.90.0");
	setenv("RUSTC", bed_path(b, "other/rustc-1.90"), 1);
	tc = find_one(b, "p");
	assert_string_equal(tc->rustc, bed_path(b, "other/rustc-1.90"));
	assert_string_equal(tc->origin, "RUSTC");
	assert_int_equal(tc->kind, TOOLCHAIN_SYSTEM);
	assert_true(tc->is_mixed);
	toolchain_free(tc);
	setenv("RUSTC", bed_path(b, "rustup-home/toolchains/mine/bin/rustc"), 1);
	tc = find_one(b, "p");
	assert_int_equal(tc->kind, TOOLCHAIN_RUSTUP);
	assert_string_equal(tc->name, "mine");
	assert_string_equal(tc->sysroot, bed_path(b, "rustup-home/toolchains/mine"));
	assert_true(tc->is_mixed); /* stable's cargo */
	toolchain_free(tc);
	setenv("RUSTUP_TOOLCHAIN", "mine", 1);
	tc = find_one(b, "p");
	assert_false(tc->is_mixed);
	toolchain_free(tc);
	unsetenv("RUSTUP_TOOLCHAIN");
	setenv("RUSTC", bed_path(b, "cargo-home/bin/rustc"), 1); /* a proxy again */
	tc = find_one(b, "p");
	assert_string_equal(tc->name, "stable-" HOST);
	assert_false(tc->is_mixed);
	toolchain_free(tc);
	setenv("RUSTC", "no-such-rustc", 1);
	assert_null(find(b, "p", NULL, &err));
	assert_string_equal(err.message, "RUSTC: no-such-rustc: not found");
	unsetenv("RUSTC");
}

/* --toolchain works with a system's cargo first on PATH too, where there is a rustup. */
static void
a_named_toolchain_is_reached(void **state)
{
	struct bed *b = *state;
	struct toolchain *tc;
	struct err err;

	fake_rustup(b);
	fake_rustc(b, "sys/rustc", "1.60.0");
	bed_script(b, "sys/cargo", "#!/bin/sh\n");
	bed_script(b, "sys/rustup", "#!/bin/sh\n# another size than cargo\n");
	bed_set_path(b, "sys", true);
	tc = find(b, "p", "1.80", &err);
	assert_non_null(tc);
	assert_string_equal(
		tc->cargo, bed_path(b, "rustup-home/toolchains/1.80-" HOST "/bin/cargo"));
	assert_string_equal(env_of(tc, "RUSTC"), tc->rustc);
	assert_non_null(env_of(tc, "PATH"));
	assert_false(tc->is_mixed);
	toolchain_free(tc);

	unlink(bed_path(b, "sys/rustup"));
	bed_set_path(b, "sys", false);
	assert_null(find(b, "p", "1.80", &err));
	assert_int_equal(err.kind, ERR_ENVIRONMENT);
	assert_non_null(strstr(err.message, "--toolchain 1.80: there is no rustup here"));
}

/* Where there is no cargo, one line says so and how to get one. */
static void
an_absent_cargo_is_told(void **state)
{
	struct bed *b = *state;
	struct err err;

	bed_dirs(b, "empty");
	bed_set_path(b, "empty", false);
	assert_null(find(b, "p", NULL, &err));
	assert_int_equal(err.kind, ERR_ENVIRONMENT);
	assert_string_equal(err.message, "no cargo found on PATH");
	assert_non_null(strstr(err.remedy, "rustup"));
	bed_script(b, "empty/cargo", "#!/bin/sh\n");
	assert_null(find(b, "p", NULL, &err));
	assert_non_null(strstr(err.message, "no rustc found on PATH"));
}

/* Where rustup's own folder has one and PATH does not lead there, that is what is wrong: nothing is to be
 * installed. */
static void
a_cargo_beside_path_is_told(void **state)
{
	struct bed *b = *state;
	struct err err;

	fake_rustup(b);
	bed_dirs(b, "empty");
	bed_set_path(b, "empty", false);
	assert_null(find(b, "p", NULL, &err));
	assert_int_equal(err.kind, ERR_ENVIRONMENT);
	assert_non_null(strstr(err.message, "no cargo found on PATH, though there is one in "));
	assert_non_null(strstr(err.remedy, "export PATH=\""));
	assert_non_null(strstr(err.remedy, "/cargo-home/bin:$PATH\""));
}

/* A rustc that cannot tell what it is, is named with its own words. */
static void
a_broken_rustc_is_named(void **state)
{
	struct bed *b = *state;
	struct err err;

	bed_script(b, "bin/cargo", "#!/bin/sh\n");
	bed_script(b, "bin/rustc", "#!/bin/sh\necho 'error: libLLVM.so: not there' >&2\nexit 1\n");
	bed_set_path(b, "bin", true);
	assert_null(find(b, "p", NULL, &err));
	assert_int_equal(err.kind, ERR_ENVIRONMENT);
	assert_non_null(strstr(err.message, "bin/rustc -vV: error: libLLVM.so: not there"));
	bed_script(b, "bin/rustc", "#!/bin/sh\necho hello\n");
	assert_null(find(b, "p", NULL, &err));
	assert_non_null(strstr(err.message, "says no host and release"));
}

static size_t
times_asked(struct bed *b)
{
	struct str text = STR_INIT;
	size_t count = 0;

	if (file_exists(bed_path(b, "ran")))
		assert_true(file_read(bed_path(b, "ran"), &text, NULL));
	for (size_t i = 0; i < text.len; i++)
		count += text.data[i] == '\n';
	str_fini(&text);
	return count;
}

/* The only file in the cache. */
static const char *
cache_file(struct bed *b)
{
	char **names;
	size_t count;
	char *name;
	const char *path;

	assert_true(file_list(bed_path(b, "cache/xtui"), &names, &count, NULL));
	assert_int_equal(count, 1);
	name = xasprintf("cache/xtui/%s", names[0]);
	path = bed_path(b, name);
	free(name);
	file_list_free(names, count);
	return path;
}

/* rustc is asked once; a first frame never asks; a new or touched rustc is asked again. */
static void
answers_are_kept(void **state)
{
	struct bed *b = *state;
	struct toolchain_query quick = { .quick = true };
	struct toolchain *tc;
	struct err err = ERR_INIT;

	fake_rustup(b);
	bed_dirs(b, "p");
	quick.dir = bed_path(b, "p");
	assert_null(toolchain_find(&quick, &err));
	assert_int_equal(err.kind, ERR_NONE);
	assert_int_equal(times_asked(b), 0);
	toolchain_free(find_one(b, "p"));
	toolchain_free(find_one(b, "p"));
	assert_int_equal(times_asked(b), 1);
	quick.dir = bed_path(b, "p");
	tc = toolchain_find(&quick, &err);
	assert_non_null(tc);
	assert_string_equal(tc->release, "1.95.0");
	assert_string_equal(tc->llvm, "21.1.0");
	toolchain_free(tc);
	fake_toolchain(b, "stable-" HOST, "1.96.0");
	tc = find_one(b, "p");
	assert_string_equal(tc->release, "1.96.0");
	toolchain_free(tc);
}

/* A cache file that is cut, foreign or empty is passed over and written anew. */
static void
a_broken_cache_is_replaced(void **state)
{
	static const char *const texts[] = { "", "xtui-rustc 1\n", "junk\njunk\n",
		"xtui-rustc 0\nx\ty\n" };
	struct bed *b = *state;
	struct str whole = STR_INIT;
	const char *path;

	fake_rustup(b);
	toolchain_free(find_one(b, "p"));
	path = cache_file(b);
	assert_true(file_read(path, &whole, NULL));
	for (size_t i = 0; i <= COUNT(texts); i++) {
		size_t asked = times_asked(b);
		struct span text = i < COUNT(texts) ? span_of(texts[i])
						    : (struct span){ whole.data, whole.len / 2 };
		struct str now = STR_INIT;

		assert_true(file_write(path, text, NULL));
		toolchain_free(find_one(b, "p"));
		assert_int_equal(times_asked(b), asked + 1);
		assert_true(file_read(path, &now, NULL));
		assert_string_equal(now.data, whole.data);
		str_fini(&now);
	}
	str_fini(&whole);
}

/* The shim of a version manager is asked each time: it answers by folder. */
static void
shims_are_not_kept(void **state)
{
	struct bed *b = *state;

	fake_rustc(b, "asdf/shim", "1.90.0");
	bed_script(b, "bin/cargo", "#!/bin/sh\n");
	assert_int_equal(symlink("../asdf/shim", bed_path(b, "bin/rustc")), 0);
	bed_set_path(b, "bin", true);
	toolchain_free(find_one(b, "p"));
	toolchain_free(find_one(b, "p"));
	assert_int_equal(times_asked(b), 4); /* -vV and the sysroot, twice */
}

/* --- the machine's own rustup --- */

/* What `rustup show active-toolchain` prints before its first blank; NULL when it refuses. */
static char *
real_choice(const char *dir)
{
	const char *const argv[] = { "rustup", "show", "active-toolchain", NULL };
	struct proc_spec spec = { .argv = argv, .dir = dir };
	struct proc_result result = { 0 };
	struct err err = ERR_INIT;
	char *name = NULL;

	if (!proc_capture(&spec, 65536, 60000, &result, &err))
		fail_msg("%s", err.message);
	if (result.end.exit_code == 0)
		name = span_dup(span_cut(str_span(&result.out), ' ', &(struct span){ 0 }));
	proc_result_fini(&result);
	return name;
}

/* The real rustup chooses the same toolchain, and refuses what we refuse. */
static void
rustup_agrees(void **state)
{
	static const struct {
		const char *file, *text;
	} rows[] = {
		{ "x", "" },
		{ "rust-toolchain", "%s\n" },
		{ "rust-toolchain", "%s\n\n" },
		{ "rust-toolchain", "  %s  " },
		{ "rust-toolchain", "" },
		{ "rust-toolchain", "[toolchain]\nchannel = \"%s\"\n" },
		{ "rust-toolchain", "1.0.0\n" },
		{ "rust-toolchain", "unheard-of\n" },
		{ "rust-toolchain.toml", "[toolchain]\nchannel = \"%s\"\n" },
		{ "rust-toolchain.toml", "[toolchain]\nchannel = \"%s\"\nprofile = \"minimal\"\n" },
		{ "rust-toolchain.toml", "%s\n" },
		{ "rust-toolchain.toml", "[toolchain]\n" },
		{ "rust-toolchain.toml", "[tool]\nx = 1\n" },
		{ "rust-toolchain.toml", "[toolchain]\ncomponents = []\n" },
		{ "rust-toolchain.toml", "[toolchain]\nchannel = \"stable-i686\"\n" },
		{ "rust-toolchain.toml", "[toolchain]\npath = \"relative\"\n" },
		{ "rust-toolchain.toml", "[toolchain]\npath = \"/nowhere\"\n" },
	};
	struct bed *b = *state;
	struct err err;
	struct toolchain *tc = NULL;
	char *name;

	bed_use_real(b);
	if (!bed_has("rustup") || !(tc = find(b, "p", NULL, &err)))
		bed_skip("no rustup with a default toolchain");
	name = xstrdup(tc->name);
	toolchain_free(tc);
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct str text = STR_INIT;
		const char *hole = strstr(rows[i].text, "%s");
		char *file = xasprintf("p/%s", rows[i].file), *theirs;

		str_append_bytes(&text, rows[i].text,
			hole ? (size_t)(hole - rows[i].text) : strlen(rows[i].text));
		str_appendf(&text, "%s%s", hole ? name : "", hole ? hole + 2 : "");
		bed_write(b, file, str_cstr(&text));
		theirs = real_choice(bed_path(b, "p"));
		tc = find(b, "p", NULL, &err);
		if (!text_is(tc ? tc->name : NULL, theirs))
			fail_msg("%s \"%s\": rustup says %s, we say %s %s", file, str_cstr(&text),
				theirs, tc ? tc->name : NULL, tc ? "" : err.message);
		toolchain_free(tc);
		free(theirs);
		unlink(bed_path(b, file));
		free(file);
		str_fini(&text);
	}
	free(name);
}

/* The real rustc says of itself what we keep of it. */
static void
rustc_agrees(void **state)
{
	struct bed *b = *state;
	struct err err;
	struct toolchain *tc;
	struct str out = STR_INIT;

	bed_use_real(b);
	if (!(tc = find(b, "p", NULL, &err)))
		bed_skip("no toolchain");
	const char *const argv[] = { "rustc", "--print", "sysroot", NULL };
	assert_int_equal(bed_run(bed_path(b, "p"), argv, &out), 0);
	assert_span(span_trim(str_span(&out)), tc->sysroot);
	assert_true(file_is_executable(tc->rustc) && file_is_executable(tc->cargo));
	assert_true(strchr(tc->release, '.') && strchr(tc->host, '-'));
	str_fini(&out);
	toolchain_free(tc);
}

int
main(void)
{
#define BED_TEST(fn) cmocka_unit_test_setup_teardown(fn, bed_setup, bed_teardown)
	const struct CMUnitTest tests[] = {
		BED_TEST(names_are_filled_up),
		BED_TEST(pins_choose_as_rustup_does),
		BED_TEST(the_nearest_pin_decides),
		BED_TEST(a_path_toolchain_is_taken),
		BED_TEST(unmet_pins_are_named),
		BED_TEST(broken_files_are_named),
		BED_TEST(children_use_the_same_toolchain),
		BED_TEST(the_system_is_taken),
		BED_TEST(mixed_toolchains_are_told),
		BED_TEST(rustc_may_be_named),
		BED_TEST(a_named_toolchain_is_reached),
		BED_TEST(an_absent_cargo_is_told),
		BED_TEST(a_cargo_beside_path_is_told),
		BED_TEST(a_broken_rustc_is_named),
		BED_TEST(answers_are_kept),
		BED_TEST(a_broken_cache_is_replaced),
		BED_TEST(shims_are_not_kept),
		BED_TEST(rustup_agrees),
		BED_TEST(rustc_agrees),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
