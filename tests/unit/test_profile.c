/* profile: the options of a build profile, as cargo would take them. */
#include "rust/profile.h"
#include "rust/profile_known.h"
#include "rust/toolchain.h"
#include "text/toml.h"
#include "rust/cargoconf.h"
#include "rust/workspace.h"
#include "rustbed.h"

#define PACKAGE "[package]\nname = 'p'\nversion = '0.1.0'\nedition = '2021'\n"

static struct profile *
load_plain(const char *name)
{
	struct err err = ERR_INIT;
	struct profile *p = profile_load(name, NULL, NULL, &err);

	if (!p)
		fail_msg("%s", err.message);
	return p;
}

/* The profile of the project in the bed's folder p; NULL with err. */
static struct profile *
load_project(struct bed *b, const char *name, struct err *err)
{
	struct workspace ws = { .root = bed_path(b, "p") };
	struct cargoconf *conf = cargoconf_load(ws.root, err);
	struct profile *p = conf ? profile_load(name, &ws, conf, err) : NULL;

	cargoconf_free(conf);
	return p;
}

static const struct profile_setting *
setting(const struct profile *p, const char *key)
{
	return &p->settings[profile_option_find(key) - profile_options];
}

static void
assert_setting(const struct profile *p, const char *key, const char *value, const char *origin)
{
	assert_string_equal(setting(p, key)->value, value);
	assert_string_equal(setting(p, key)->origin, origin);
}

/* Without a project the defaults of cargo stand in the table, and each is a value it allows. */
static void
defaults_are_allowed(void **state)
{
	struct profile *p = load_plain("release");

	assert_setting(p, "opt-level", "3", "default");
	assert_setting(p, "codegen-units", "16", "default");
	for (size_t i = 0; i < profile_option_count; i++) {
		struct err err = ERR_INIT;
		const struct profile_option *o = &profile_options[i];

		assert_true(profile_set(p, o->key, o->dev_default, &err));
		assert_true(profile_set(p, o->key, o->release_default, &err));
		assert_false(p->settings[i].is_changed);
		assert_true(strlen(o->effect) > 20 && strlen(o->effect) < 110);
	}
	profile_free(p);
	p = load_plain("test");
	assert_setting(p, "debug", "2", "default");
	profile_free(p);
}

/* Environment before configuration before Cargo.toml before inherited before built in. */
static void
values_say_where_they_come_from(void **state)
{
	struct bed *b = *state;
	struct err err = ERR_INIT;
	struct profile *p;
	struct str origin = STR_INIT;

	bed_write(b, "p/Cargo.toml",
		PACKAGE
		"[profile.release]\nlto = true\npanic = 'abort'\nstrip = true\nopt-level = 's'\n"
		"[profile]\ndist = { # in TOML 1.1\ninherits = 'release', opt-level = 2,\n"
		"debug = 'limited',\n}\n");
	bed_write(b, "p/.cargo/config.toml",
		"[profile.release]\npanic = 'unwind'\nstrip = 'debuginfo'\n[profile.dist]\nrpath = "
		"true\n");
	setenv("CARGO_PROFILE_RELEASE_STRIP", "none", 1);
	setenv("CARGO_PROFILE_DIST_DEBUG", "line-tables-only", 1);
	if (!(p = load_project(b, "dist", &err)))
		fail_msg("%s", err.message);
	str_appendf(&origin, "%s:2", bed_path(b, "p/.cargo/config.toml"));
	assert_setting(p, "lto", "\"fat\"", "Cargo.toml:6");
	assert_setting(p, "panic", "\"unwind\"", origin.data);
	assert_setting(p, "strip", "\"none\"", "CARGO_PROFILE_RELEASE_STRIP");
	assert_setting(p, "opt-level", "2", "Cargo.toml:12");
	assert_setting(p, "debug", "\"line-tables-only\"", "CARGO_PROFILE_DIST_DEBUG");
	assert_string_equal(setting(p, "rpath")->value, "true");
	assert_setting(p, "incremental", "false", "default");
	unsetenv("CARGO_PROFILE_RELEASE_STRIP");
	unsetenv("CARGO_PROFILE_DIST_DEBUG");
	str_fini(&origin);
	profile_free(p);
}

/* CARGO_INCREMENTAL goes before what profiles say, and only 1 means yes. */
static void
incremental_is_overruled(void **state)
{
	struct bed *b = *state;
	struct err err = ERR_INIT;
	struct profile *p;

	bed_write(b, "p/Cargo.toml", PACKAGE "[profile.release]\nincremental = true\n");
	setenv("CARGO_INCREMENTAL", "0", 1);
	p = load_project(b, "release", &err);
	assert_non_null(p);
	assert_setting(p, "incremental", "false", "CARGO_INCREMENTAL");
	unsetenv("CARGO_INCREMENTAL");
	profile_free(p);
}

/* A value that cargo would refuse is named with its file, line and column. */
static void
bad_values_are_named(void **state)
{
	static const struct {
		const char *manifest, *profile, *message;
		enum err_kind kind;
	} rows[] = {
		{ "[profile.release]\nopt-level = 'fast'\n", "release",
			"Cargo.toml:6:13: expected 0, 1, 2, 3, \"s\" or \"z\" for opt-level, found "
			"\"fast\"",
			ERR_PARSE },
		{ "[profile.release]\nlto = 1\n", "release",
			"Cargo.toml:6:7: expected false, \"off\", \"thin\" or \"fat\" for lto, "
			"found 1",
			ERR_PARSE },
		{ "[profile.release]\ncodegen-units = 0\n", "release",
			"Cargo.toml:6:17: expected a number from 1 for codegen-units, found 0",
			ERR_PARSE },
		{ "[profile.release]\nstrip = []\n", "release",
			"Cargo.toml:6:9: expected \"none\", \"debuginfo\" or \"symbols\" for "
			"strip, found []",
			ERR_PARSE },
		{ "[profile.a]\ninherits = 'b'\n[profile.b]\ninherits = 'a'\n", "a",
			"profile \"a\": inherits in a circle", ERR_PARSE },
		{ "[profile.a]\ninherits = 'none'\n", "a",
			"profile \"a\": inherits from \"none\", which there is not", ERR_PARSE },
		{ "[profile.a]\nlto = true\n", "a",
			"Cargo.toml:5:1: [profile.a] says not what it inherits from", ERR_PARSE },
		{ "[profile.dist]\ninherits = 'release'\n", "dits",
			"profile \"dits\": there is no such profile; there are dev, release, test, "
			"bench, dist",
			ERR_USAGE },
	};
	struct bed *b = *state;

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct err err = ERR_INIT;
		struct str text = STR_INIT;

		str_appendf(&text, PACKAGE "%s", rows[i].manifest);
		bed_write(b, "p/Cargo.toml", text.data);
		assert_null(load_project(b, rows[i].profile, &err));
		assert_string_equal(err.message, rows[i].message);
		assert_int_equal(err.kind, rows[i].kind);
		if (err.kind == ERR_USAGE)
			assert_string_equal(err.remedy, "--profile dist");
		str_fini(&text);
	}
}

/* A bad value in a variable is named by the variable. */
static void
bad_variables_are_named(void **state)
{
	struct bed *b = *state;
	struct err err = ERR_INIT;

	bed_write(b, "p/Cargo.toml", PACKAGE);
	setenv("CARGO_PROFILE_RELEASE_PANIC", "never", 1);
	assert_null(load_project(b, "release", &err));
	unsetenv("CARGO_PROFILE_RELEASE_PANIC");
	assert_string_equal(err.message,
		"CARGO_PROFILE_RELEASE_PANIC: expected \"unwind\" or "
		"\"abort\" for panic, found never");
}

/* Words need no quotes, and every spelling of cargo's means the same value. */
static void
words_are_taken(void **state)
{
	static const struct {
		const char *pair, *value; /* NULL: refused */
	} rows[] = {
		{ "opt-level=z", "\"z\"" },
		{ "opt-level=\"z\"", "\"z\"" },
		{ "opt-level = 2", "2" },
		{ "opt-level=\"2\"", NULL },
		{ "opt-level=4", NULL },
		{ "opt-level=", NULL },
		{ "lto=true", "\"fat\"" },
		{ "lto=thin", "\"thin\"" },
		{ "lto=none", "\"off\"" },
		{ "lto=false", "false" },
		{ "lto=\"true\"", NULL },
		{ "debug=full", "2" },
		{ "debug=true", "2" },
		{ "debug=limited", "1" },
		{ "debug=3", NULL },
		{ "strip=true", "\"symbols\"" },
		{ "strip=x", NULL },
		{ "codegen-units=1", "1" },
		{ "codegen-units=007", "7" },
		{ "codegen-units=-1", NULL },
		{ "codegen-units=4294967296", NULL },
		{ "codegen-units=99999999999999999999", NULL },
		{ "codegen-units=1x", NULL },
		{ "rpath=yes", NULL },
		{ "panic=immediate-abort", "\"immediate-abort\"" }, /* marked, rust/profile_known */
		{ "panik=abort", NULL },
		{ "lto", NULL },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct profile *p = load_plain("release");
		struct err err = ERR_INIT;
		struct span key =
			span_trim(span_cut(span_of(rows[i].pair), '=', &(struct span){ 0 }));
		bool ok = profile_set_pair(p, rows[i].pair, &err);
		char *name = span_dup(key);

		assert_int_equal(ok, rows[i].value != NULL);
		if (ok)
			assert_string_equal(setting(p, name)->value, rows[i].value);
		else
			assert_int_equal(err.kind, ERR_USAGE);
		free(name);
		profile_free(p);
	}
}

/* Setting the value that is in force already changes nothing, resetting undoes everything. */
static void
changes_can_be_undone(void **state)
{
	struct profile *p = load_plain("release");
	struct str flags = STR_INIT;

	assert_true(profile_set(p, "lto", "fat", NULL));
	assert_true(profile_set(p, "panic", "abort", NULL));
	assert_true(profile_is_changed(p));
	assert_int_equal(profile_config_flags(p, &flags), 2);
	assert_string_equal(flags.data, "profile.release.lto=\"fat\"");
	assert_string_equal(flags.data + strlen(flags.data) + 1, "profile.release.panic=\"abort\"");
	assert_true(profile_set(p, "lto", "false", NULL));
	assert_false(setting(p, "lto")->is_changed);
	profile_reset(p);
	assert_false(profile_is_changed(p));
	assert_string_equal(setting(p, "panic")->value, "\"unwind\"");
	str_clear(&flags);
	assert_int_equal(profile_config_flags(p, &flags), 0);
	str_fini(&flags);
	profile_free(p);
}

/* A variant is called by the shortest name that is true. */
static void
variants_have_names(void **state)
{
	static const struct {
		const char *preset, *pairs[3], *name;
	} rows[] = {
		{ NULL, { NULL }, "as configured" },
		{ "default", { NULL }, "as configured" },
		{ "small", { NULL }, "small" },
		{ "fast", { NULL }, "fast" },
		{ "debuggable", { NULL }, "debuggable" },
		{ "small", { "lto=thin" }, "small +lto=thin" },
		{ "small", { "opt-level=s" }, "small-fast" },
		{ NULL, { "opt-level=z", "lto=fat" }, "opt-level=z lto=fat" },
		{ NULL, { "codegen-units=4" }, "codegen-units=4" },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct profile *p = load_plain("release");
		struct err err = ERR_INIT;

		if (rows[i].preset)
			assert_true(profile_apply_preset(p, rows[i].preset, &err));
		for (size_t k = 0; k < 3 && rows[i].pairs[k]; k++)
			assert_true(profile_set_pair(p, rows[i].pairs[k], &err));
		assert_text(profile_variant_name(p), rows[i].name);
		profile_free(p);
	}
}

/* Presets of one's own stand beside xtui's, or in place of one; those of the file read last count. */
static void
presets_of_ones_own(void **state)
{
	static const struct {
		const char *text, *message;
	} broken[] = {
		{ "[preset.x]\nset = [\"lto=far\"]\n",
			"f.toml:2:8: expected false, \"off\", \"thin\" or \"fat\" for lto, found "
			"far" },
		{ "[preset.x]\nset = [\"opt=1\"]\n",
			"f.toml:2:8: opt: there is no such option of a profile" },
		{ "[preset.x]\nwhat = \"\"\n",
			"f.toml:1:1: expected for preset \"x\" an array: set = [\"lto=fat\"]" },
		{ "[preset.default]\nset = []\n",
			"f.toml:1:1: the preset \"default\" is what the project has configured, "
			"and "
			"nothing else" },
	};
	static const char text[] = "[preset.tiny]\nwhat = \"for the boot loader\"\n"
				   "set = [\"opt-level=z\", \"package.serde.opt-level=3\"]\n"
				   "[preset.fast]\nset = [\"opt-level=3\", \"lto=thin\"]\n";
	struct toml *doc = toml_parse(text, strlen(text), "f.toml", NULL);
	struct profile *p = load_plain("release");
	size_t count = p->preset_count;

	assert_true(profile_read_presets(p, NULL, NULL));
	assert_true(profile_read_presets(p, doc, NULL));
	assert_int_equal(p->preset_count, count + 1);
	assert_string_equal(p->presets[count].what, "for the boot loader");
	assert_true(profile_apply_preset(p, "fast", NULL));
	assert_string_equal(setting(p, "lto")->value, "\"thin\"");
	assert_string_equal(setting(p, "codegen-units")->value, "16");
	assert_text(profile_variant_name(p), "fast");
	assert_true(profile_apply_preset(p, "tiny", NULL));
	assert_text(profile_variant_name(p), "tiny");
	assert_true(profile_set_pair(p, "lto=fat", NULL));
	assert_text(profile_variant_name(p), "tiny +lto=fat");
	toml_free(doc);
	profile_free(p);
	for (size_t i = 0; i < COUNT(broken); i++) {
		struct err err = ERR_INIT;

		p = load_plain("release");
		doc = toml_parse(broken[i].text, strlen(broken[i].text), "f.toml", NULL);
		assert_false(profile_read_presets(p, doc, &err));
		assert_string_equal(err.message, broken[i].message);
		toml_free(doc);
		profile_free(p);
	}
}

/* What a toolchain does not know is marked with what would: by its release, or a nightly's feature. */
static void
unknown_options_are_marked(void **state)
{
	static const struct {
		const char *key, *value, *release, *channel, *lack;
	} rows[] = {
		{ "strip", "none", "1.58.1", "stable", "cargo 1.59" },
		{ "strip", "none", "1.59.0", "stable", NULL },
		{ "debug", "line-tables-only", "1.70.0", "stable", "cargo 1.71" },
		{ "debug", "1", "1.70.0", "stable", NULL },
		{ "split-debuginfo", "packed", "1.50.0", "stable", "cargo 1.51" },
		{ "package.serde.debug", "1", "1.40.0", "stable", "cargo 1.41" },
		{ "build-override.debug", "1", "1.41.0", "stable", NULL },
		{ "panic", "immediate-abort", "1.96.0", "stable",
			"a nightly cargo, with cargo-features = [\"panic-immediate-abort\"]" },
		{ "panic", "abort", "1.30.0", "stable", NULL },
		{ "trim-paths", "all", "1.96.0", "beta",
			"a nightly cargo, with cargo-features = [\"trim-paths\"]" },
		{ "trim-paths", "all", "1.97.0", "nightly", NULL },
		{ "hint-mostly-unused", "true", "1.96.0", "stable",
			"a nightly cargo, with -Z profile-hint-mostly-unused" },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct toolchain tc = { .release = (char *)rows[i].release,
			.channel = (char *)rows[i].channel };
		struct profile *p = load_plain("release");
		struct arena arena = ARENA_INIT;
		const struct profile_setting *s = NULL;

		assert_true(profile_set(p, rows[i].key, rows[i].value, NULL));
		for (size_t k = 0; k < profile_setting_count(p); k++) {
			struct str key = STR_INIT;

			profile_setting_key(profile_setting_at(p, k), &key);
			if (text_is(key.data, rows[i].key))
				s = profile_setting_at(p, k);
			str_fini(&key);
		}
		assert_non_null(s);
		if (!text_is(profile_lack(s, &tc, &arena), rows[i].lack))
			fail_msg("row %zu: %s", i, profile_lack(s, &tc, &arena));
		assert_null(profile_lack(s, NULL, &arena));
		arena_fini(&arena);
		profile_free(p);
	}
}

/* A preset that does not exist is answered with the nearest one. */
static void
unknown_presets_are_named(void **state)
{
	struct profile *p = load_plain("release");
	struct err err = ERR_INIT;

	assert_false(profile_apply_preset(p, "smal", &err));
	assert_int_equal(err.kind, ERR_USAGE);
	assert_string_equal(err.message, "preset \"smal\": there is no such preset");
	assert_string_equal(err.remedy, "small");
	profile_free(p);
}

/* --- the real cargo --- */

static bool
cargo_takes(struct bed *b, const char *config)
{
	const char *const argv[] = { "cargo", "rustc", "--release", "--offline", "--quiet",
		"--config", config, "--", "--emit=metadata", NULL };
	struct str out = STR_INIT;
	bool ok = bed_run(bed_path(b, "p"), argv, &out) == 0;

	str_fini(&out);
	return ok;
}

static void
make_package(struct bed *b)
{
	bed_write(b, "p/Cargo.toml", PACKAGE "[workspace]\n");
	bed_write(b, "p/src/lib.rs", "");
}

/* Every value of the table is one that the real cargo takes by --config. */
static void
cargo_takes_every_value(void **state)
{
	struct bed *b = *state;

	bed_use_real(b);
	if (!bed_has("cargo"))
		bed_skip("no cargo");
	make_package(b);
	if (!cargo_takes(b, "profile.release.debug=\"line-tables-only\""))
		bed_skip("this cargo is older than 1.71, or cannot compile here");
	for (size_t i = 0; i < profile_option_count; i++) {
		const struct profile_option *o = &profile_options[i];

		for (size_t k = 0; !o->is_nightly && o->values && o->values[k]; k++) {
			char *config = xasprintf("profile.release.%s=%s", o->key, o->values[k]);
			if (!cargo_takes(b, config))
				fail_msg("cargo refuses %s", config);
			free(config);
		}
	}
	assert_true(cargo_takes(b, "profile.release.codegen-units=3"));
}

/* What we refuse, cargo or rustc refuses too (cargo drops an unknown split-debuginfo silently). */
static void
cargo_refuses_what_we_refuse(void **state)
{
	static const char *const pairs[] = { "opt-level=4", "opt-level=\"2\"", "opt-level=\"fast\"",
		"lto=\"true\"", "lto=1", "debug=3", "debug=\"1\"", "strip=\"x\"", "strip=1",
		"panic=\"never\"", "codegen-units=0", "codegen-units=-1", "rpath=1",
		"incremental=\"true\"", "overflow-checks=1" };
	struct bed *b = *state;
	struct profile *p;

	bed_use_real(b);
	if (!bed_has("cargo"))
		bed_skip("no cargo");
	make_package(b);
	p = load_plain("release");
	for (size_t i = 0; i < COUNT(pairs); i++) {
		char *config = xasprintf("profile.release.%s", pairs[i]);

		if (cargo_takes(b, config))
			fail_msg("cargo takes %s", config);
		assert_false(profile_set_pair(p, pairs[i], NULL));
		free(config);
	}
	profile_free(p);
}

int
main(void)
{
#define BED_TEST(fn) cmocka_unit_test_setup_teardown(fn, bed_setup, bed_teardown)
	const struct CMUnitTest tests[] = {
		BED_TEST(defaults_are_allowed),
		BED_TEST(values_say_where_they_come_from),
		BED_TEST(incremental_is_overruled),
		BED_TEST(bad_values_are_named),
		BED_TEST(bad_variables_are_named),
		BED_TEST(words_are_taken),
		BED_TEST(changes_can_be_undone),
		BED_TEST(variants_have_names),
		BED_TEST(presets_of_ones_own),
		BED_TEST(unknown_options_are_marked),
		BED_TEST(unknown_presets_are_named),
		BED_TEST(cargo_takes_every_value),
		BED_TEST(cargo_refuses_what_we_refuse),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
