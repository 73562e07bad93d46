/* profile, held against the real cargo: its unit graph says what each crate is compiled with. */
#include "rust/cargoconf.h"
#include "rust/profile.h"
#include "rust/workspace.h"
#include "text/json.h"
#include "dice.h"
#include "rustbed.h"

#define PACKAGE(name) "[package]\nname = '" name "'\nversion = '0.1.0'\nedition = '2021'\n"
#define ROUNDS 40

/* Options that the unit graph shows, and how it spells a literal of ours. */
static const struct shown {
	const char *key, *graph;
	const char *values[6];
} shown[] = {
	{ "opt-level", "opt_level", { "0", "1", "2", "3", "\"s\"", "\"z\"" } },
	{ "lto", "lto", { "true", "\"thin\"", "\"off\"", "false" } },
	{ "codegen-units", "codegen_units", { "1", "4", "16" } },
	{ "panic", "panic", { "\"abort\"", "\"unwind\"" } },
	{ "debug", "debuginfo", { "0", "1", "2", "\"line-tables-only\"" } },
	{ "split-debuginfo", "split_debuginfo", { "\"off\"", "\"packed\"" } },
	{ "debug-assertions", "debug_assertions", { "true", "false" } },
	{ "overflow-checks", "overflow_checks", { "true", "false" } },
	{ "rpath", "rpath", { "true", "false" } },
};

static bool
can_be_asked(struct bed *b)
{
	bed_use_real(b);
	return bed_has("cargo") && bed_has("rustc");
}

/* A member with a build script, and a dependency that is none of the workspace. */
static void
make_packages(struct bed *b, const char *profiles)
{
	char *manifest = arena_printf(&b->arena,
		PACKAGE("member") "[dependencies]\nfriend = { path = '../friend' "
				  "}\n[workspace]\n%s",
		profiles);

	bed_write(b, "w/p/Cargo.toml", manifest);
	bed_write(b, "w/p/src/main.rs", "fn main() {}");
	bed_write(b, "w/p/build.rs", "fn main() {}");
	bed_write(b, "w/friend/Cargo.toml", PACKAGE("friend"));
	bed_write(b, "w/friend/src/lib.rs", "");
}

static struct json *
ask_cargo(struct bed *b, const char *profile, const char *config, struct str *said)
{
	const char *const argv[] = { "cargo", "build", "--offline", "--quiet", "--profile", profile,
		"--unit-graph", "-Z", "unstable-options", config ? "--config" : NULL, config,
		NULL };
	struct json *graph = NULL;

	setenv("RUSTC_BOOTSTRAP", "1", 1);
	if (bed_run(bed_path(b, "w/p"), argv, said) == 0)
		graph = json_parse(
			said->data, span_cut(str_span(said), '\n', &(struct span){ 0 }).len, NULL);
	unsetenv("RUSTC_BOOTSTRAP");
	return graph;
}

static struct profile *
load_with(struct bed *b, const char *name, const char *config, struct err *err)
{
	char *member = bed_path(b, "w/p/Cargo.toml");
	struct package package = { .name = "member", .manifest = member };
	struct workspace ws = {
		.root = bed_path(b, "w/p"), .packages = &package, .package_count = 1
	};
	struct cargoconf *conf = cargoconf_load(ws.root, err);
	bool ok = conf && (!config || cargoconf_add_argument(conf, ws.root, config, err));
	struct profile *p = ok ? profile_load(name, &ws, conf, err) : NULL;

	cargoconf_free(conf);
	return p;
}

static struct profile *
load(struct bed *b, const char *name, struct err *err)
{
	return load_with(b, name, NULL, err);
}

/* --- layers at random --- */

static const char *
any_value(struct dice *d, const struct shown *s)
{
	size_t count = 0;

	while (count < COUNT(s->values) && s->values[count])
		count++;
	return s->values[dice_below(d, count)];
}

/* Some options of a table, each with some value; `whole`: also those of the whole program. */
static void
append_options(struct dice *d, struct str *out, bool whole)
{
	for (size_t i = 0; i < COUNT(shown); i++) {
		if (dice_below(d, 4) == 0 &&
			(whole || !profile_option_find(shown[i].key)->is_whole))
			str_appendf(out, "%s = %s\n", shown[i].key, any_value(d, &shown[i]));
	}
}

static void
append_profiles(struct dice *d, struct str *out)
{
	static const char *const names[] = { "release", "dev", "dist", "quick" };
	static const char *const tables[] = { "build-override", "package.member", "package.friend",
		"package.\"*\"" };

	for (size_t i = 0; i < COUNT(names); i++) {
		str_appendf(out, "[profile.%s]\n", names[i]);
		if (i >= 2)
			str_appendf(out, "inherits = \"%s\"\n", i == 2 ? "release" : "dist");
		append_options(d, out, true);
		for (size_t k = 0; k < COUNT(tables); k++) {
			if (dice_below(d, 3))
				continue;
			str_appendf(out, "[profile.%s.%s]\n", names[i], tables[k]);
			append_options(d, out, false);
		}
	}
}

static const char *
profiles_text(struct bed *b, struct dice *d)
{
	struct str out = STR_INIT;
	const char *kept;

	append_profiles(d, &out);
	kept = arena_strdup(&b->arena, out.data);
	str_fini(&out);
	return kept;
}

static const char *const variables[] = { "CARGO_PROFILE_RELEASE_OPT_LEVEL",
	"CARGO_PROFILE_DIST_OPT_LEVEL", "CARGO_PROFILE_QUICK_OPT_LEVEL",
	"CARGO_PROFILE_RELEASE_BUILD_OVERRIDE_OPT_LEVEL",
	"CARGO_PROFILE_DIST_PACKAGE_FRIEND_OPT_LEVEL" };

static void
set_variables(struct dice *d)
{
	static const char *const levels[] = { "0", "1", "2", "3", "s", "z" };

	for (size_t i = 0; i < COUNT(variables); i++) {
		if (dice_below(d, 3) == 0)
			setenv(variables[i], levels[dice_below(d, COUNT(levels))], 1);
	}
}

static void
clear_variables(void)
{
	for (size_t i = 0; i < COUNT(variables); i++)
		unsetenv(variables[i]);
}

/* "profile.dist.opt-level=1", or none. */
static const char *
argument(struct bed *b, struct dice *d)
{
	static const char *const tables[] = { "release", "dist", "quick", "release.build-override",
		"dist.package.friend" };
	const struct shown *s = &shown[dice_below(d, COUNT(shown))];
	const char *table = tables[dice_below(d, COUNT(tables))];

	if (dice_below(d, 2) || (strchr(table, '.') && profile_option_find(s->key)->is_whole))
		return NULL;
	return arena_printf(&b->arena, "profile.%s.%s=%s", table, s->key, any_value(d, s));
}

/* --- what cargo says, in our words --- */

static const char *
in_our_words(struct bed *b, const struct shown *s, const struct json *v)
{
	if (json_is_null(v))
		return NULL;
	if (json_string(v, NULL)) {
		bool is_bare =
			strchr("0123", *json_string(v, "")) && strlen(json_string(v, "")) == 1;
		const char *text = json_string(v, "");

		if (text_is(s->key, "lto") && text_is(text, "true"))
			return "\"fat\"";
		return arena_printf(
			&b->arena, is_bare || text_is(text, "false") ? "%s" : "\"%s\"", text);
	}
	if (text_is(s->key, "debug") || text_is(s->key, "codegen-units"))
		return arena_printf(&b->arena, "%d", (int)json_integer(v, 0));
	return json_bool(v, false) ? "true" : "false";
}

struct unit {
	const char *package;
	bool is_member, is_for_host;
};

static void
compare(struct bed *b, struct profile *p, const struct unit *u, const struct json *profile,
	const char *context)
{
	for (size_t i = 0; i < COUNT(shown); i++) {
		const struct profile_option *option = profile_option_find(shown[i].key);
		const struct profile_setting *s =
			profile_decides(p, option, u->package, u->is_member, u->is_for_host);
		const char *cargo = in_our_words(b, &shown[i], json_get(profile, shown[i].graph));
		const char *ours = s ? s->value : text_is(option->key, "opt-level") ? "0" : NULL;

		if (u->is_for_host &&
			(!s || option->is_whole)) /* cargo has no panic, lto for them */
			continue;
		if (!cargo) /* rustc's own default: nobody says anything */
			cargo = option->values ? "\"off\"" : text_is(ours, "256") ? "256" : "16";
		if (text_is(option->key, "codegen-units") && s && text_is(s->origin, "default"))
			continue;
		if (!text_is(cargo, ours))
			fail_msg("%s of %s%s: cargo %s, we %s\n%s", option->key, u->package,
				u->is_for_host ? " (build script)" : "", cargo, ours, context);
	}
}

static bool
has_kind(const struct json *unit, const char *kind)
{
	return text_is(
		json_string(json_at(json_get(json_get(unit, "target"), "kind"), 0), ""), kind);
}

static void
compare_all(struct bed *b, struct profile *p, const struct json *graph, const char *context)
{
	size_t compared = 0;

	for (const struct json *u = json_first(json_get(graph, "units")); u; u = json_next(u)) {
		bool is_member = strstr(json_string(json_get(u, "pkg_id"), ""), "/w/p#") != NULL;
		struct unit unit = { is_member ? "member" : "friend", is_member,
			has_kind(u, "custom-build") };

		if (text_is(json_string(json_get(u, "mode"), ""), "run-custom-build"))
			continue;
		compare(b, p, &unit, json_get(u, "profile"), context);
		compared++;
	}
	assert_int_equal(compared, 3);
}

/* Whatever stands where, each crate is compiled with what we say it is. */
static void
precedence_is_cargos(void **state)
{
	static const char *const names[] = { "release", "dev", "dist", "quick" };
	struct bed *b = *state;
	struct dice d = { 20261121 };

	if (!can_be_asked(b))
		bed_skip("no cargo");
	for (int i = 0; i < ROUNDS; i++) {
		const char *name = names[dice_below(&d, COUNT(names))];
		const char *manifest = profiles_text(b, &d), *inner = profiles_text(b, &d);
		const char *outer = profiles_text(b, &d), *config;
		struct str said = STR_INIT;
		struct err err = ERR_INIT;
		struct json *graph;
		struct profile *p;

		make_packages(b, manifest);
		bed_write(b, "w/p/.cargo/config.toml", dice_below(&d, 2) ? inner : "");
		bed_write(b, "w/.cargo/config.toml", dice_below(&d, 2) ? outer : "");
		set_variables(&d);
		config = argument(b, &d);
		graph = ask_cargo(b, name, config, &said);
		p = load_with(b, name, config, &err);
		clear_variables();
		if (!graph)
			fail_msg("round %d, %s: cargo refuses: %s", i, name, str_cstr(&said));
		if (!p)
			fail_msg("round %d, %s: %s", i, name, err.message);
		compare_all(b, p, graph, arena_printf(&b->arena, "round %d, profile %s", i, name));
		profile_free(p);
		json_free(graph);
		str_fini(&said);
	}
}

/* --- what is refused --- */

static const struct refusal {
	const char *manifest, *profile;
	const char *ours; /* part of our message; NULL: both take it */
} refusals[] = {
	{ "[profile.release]\nopt-level = 'x'\n", "release", "found \"x\"" },
	{ "[profile.release]\nopt-level = '3'\n", "release", "found \"3\"" },
	{ "[profile.release]\nopt-level = true\n", "release", "found true" },
	{ "[profile.release]\nlto = 3\n", "release", "for lto, found 3" },
	{ "[profile.release]\nlto = 'true'\n", "release", "found \"true\"" },
	{ "[profile.release]\ncodegen-units = -1\n", "release", "a number from 1" },
	{ "[profile.release]\ncodegen-units = '1'\n", "release", "a number from 1" },
	{ "[profile.release]\ncodegen-units = 4294967296\n", "release", "a number from 1" },
	{ "[profile.release]\npanic = 'foo'\n", "release", "\"unwind\" or \"abort\"" },
	{ "[profile.release]\nstrip = 1\n", "release", "found 1" },
	{ "[profile.release]\ndebug = 3\n", "release", "found 3" },
	{ "[profile.release]\ndebug = '1'\n", "release", "found \"1\"" },
	{ "[profile.release]\nsplit-debuginfo = true\n", "release", "found true" },
	{ "[profile.release]\ndebug-assertions = 1\n", "release", "found 1" },
	{ "[profile.release]\noverflow-checks = 'x'\n", "release", "found \"x\"" },
	{ "[profile.release]\nincremental = 1\n", "release", "found 1" },
	{ "[profile.release]\nrpath = 'yes'\n", "release", "found \"yes\"" },
	{ "[profile.release]\nlto = 'no'\ndebug = 'full'\nstrip = false\n", "release", NULL },
	{ "[profile.release]\nnonsense = 1\n", "release", NULL },
	{ "[profile.release]\ninherits = 'dev'\n", "release", "one of the roots" },
	{ "[profile.dev]\nopt-level = 'x'\n", "release", "Cargo.toml:9:13: expected 0" },
	{ "[profile.release.package.friend]\npanic = 'abort'\n", "release",
		"panic is of the whole" },
	{ "[profile.release.package.friend]\nlto = true\n", "release",
		"lto is of the whole program" },
	{ "[profile.release.package.friend]\nrpath = true\n", "release", "rpath is of the whole" },
	{ "[profile.release.build-override]\nlto = true\n", "release", "set for build-override" },
	{ "[profile.release.package.friend.build-override]\nopt-level = 1\n", "release",
		"cannot stand within" },
	{ "[profile.release.package.friend]\nopt-level = 'fast'\n", "release", "found \"fast\"" },
	{ "[profile.release.package.'*']\nopt-level = 1\n", "release", NULL },
	{ "[profile.a]\ninherits = 'none'\n", "a", "which there is not" },
	{ "[profile.a]\nlto = true\n", "a", "says not what it inherits from" },
	{ "[profile.a]\ninherits = 'b'\n[profile.b]\ninherits = 'a'\n", "a", "in a circle" },
	{ "[profile.debug]\ninherits = 'dev'\n", "release", "reserved" },
	{ "[profile.build]\ninherits = 'dev'\n", "release", "reserved" },
	{ "[profile.cargo-x]\ninherits = 'dev'\n", "release", "reserved" },
	{ "[profile.Target]\ninherits = 'dev'\n", "release", "reserved" },
	{ "[profile.'a b']\ninherits = 'dev'\n", "release", "\" \" in the name" },
	{ "[profile.bench]\ninherits = 'dev'\n", "bench", NULL },
	{ "[profile.my_dist-2]\ninherits = 'release'\n", "my_dist-2", NULL },
};

/* What cargo refuses we refuse before it, with file and line; what it takes we take. */
static void
refusals_are_cargos(void **state)
{
	struct bed *b = *state;

	if (!can_be_asked(b))
		bed_skip("no cargo");
	for (size_t i = 0; i < COUNT(refusals); i++) {
		const struct refusal *r = &refusals[i];
		struct str said = STR_INIT;
		struct err err = ERR_INIT;
		struct json *graph;
		struct profile *p;

		make_packages(b, r->manifest);
		graph = ask_cargo(b, r->profile, NULL, &said);
		p = load(b, r->profile, &err);
		if ((graph != NULL) != !r->ours)
			fail_msg("row %zu: cargo %s: %s", i, graph ? "takes it" : "refuses it",
				str_cstr(&said));
		if ((p != NULL) != !r->ours || (r->ours && !strstr(err.message, r->ours)))
			fail_msg("row %zu: we say: %s", i, p ? "it is right" : err.message);
		profile_free(p);
		json_free(graph);
		str_fini(&said);
	}
}

/* --- places --- */

/* Each value says what it wins over, in the order in which they would count. */
static void
layers_are_kept(void **state)
{
	struct bed *b = *state;
	struct err err = ERR_INIT;
	const struct profile_setting *s;
	struct profile *p;

	make_packages(b,
		"[profile.release]\nlto = true\n[profile.dist]\ninherits = 'release'\nlto = "
		"'thin'\n");
	bed_write(b, "w/p/.cargo/config.toml", "[profile.release]\nlto = 'off'\n");
	setenv("CARGO_PROFILE_DIST_LTO", "false", 1);
	p = load(b, "dist", &err);
	unsetenv("CARGO_PROFILE_DIST_LTO");
	assert_non_null(p);
	s = &p->settings[profile_option_find("lto") - profile_options];
	assert_string_equal(s->value, "false");
	assert_string_equal(s->origin, "CARGO_PROFILE_DIST_LTO");
	assert_int_equal(s->under_count, 4);
	assert_string_equal(s->under[0].value, "\"thin\"");
	assert_string_equal(s->under[0].origin, "Cargo.toml:12");
	assert_string_equal(s->under[1].value, "\"off\"");
	assert_true(text_ends(s->under[1].origin, "/w/p/.cargo/config.toml:2"));
	assert_string_equal(s->under[2].value, "\"fat\"");
	assert_string_equal(s->under[3].origin, "default");
	assert_int_equal(p->chain_len, 2);
	assert_string_equal(p->chain[1], "release");
	profile_free(p);
}

/* Overrides are found with their places, and those that fit no package of Cargo.lock are told apart. */
static void
overrides_are_found(void **state)
{
	struct bed *b = *state;
	struct err err = ERR_INIT;
	struct profile *p;

	make_packages(b,
		"[profile.release.package.friend]\nopt-level = "
		"1\n[profile.release.package.'*']\ndebug = 1\n"
		"[profile.release.package.nobody]\ndebug = "
		"1\n[profile.release.build-override]\nopt-level = 3\n");
	bed_write(b, "w/p/Cargo.lock",
		"version = 4\n\n[[package]]\nname = \"friend\"\nversion = \"0.1.0\"\n");
	p = load(b, "release", &err);
	assert_non_null(p);
	assert_int_equal(p->override_count, 4);
	assert_string_equal(p->overrides[0].table, "package.friend");
	assert_string_equal(p->overrides[0].settings[0].origin, "Cargo.toml:9");
	assert_string_equal(p->overrides[1].table, "package.\"*\"");
	assert_false(p->overrides[0].is_idle || p->overrides[1].is_idle || p->overrides[3].is_idle);
	assert_true(p->overrides[2].is_idle);
	assert_true(profile_set_pair(p, "package.serde.debug=1", NULL));
	assert_true(p->overrides[4].is_idle);
	profile_reset(p);
	assert_string_equal(p->overrides[3].table, "build-override");
	assert_string_equal(p->overrides[3].settings[0].value, "3");
	profile_free(p);
}

/* Profiles of a member are pointed out: cargo ignores them. */
static void
profiles_of_members(void **state)
{
	struct bed *b = *state;
	struct err err = ERR_INIT;
	struct package packages[2];
	struct workspace ws = { .packages = packages, .package_count = 2 };
	struct profile *p;

	make_packages(b, "[profile.release]\nlto = true\n");
	bed_write(b, "w/p/in/Cargo.toml", PACKAGE("inner") "\n[profile.release]\nlto = false\n");
	packages[0] = (struct package){ .manifest = bed_path(b, "w/p/Cargo.toml") };
	packages[1] = (struct package){ .manifest = bed_path(b, "w/p/in/Cargo.toml") };
	ws.root = bed_path(b, "w/p");
	p = profile_load("release", &ws, NULL, &err);
	assert_non_null(p);
	assert_int_equal(p->ignored_count, 1);
	assert_string_equal(p->ignored[0], "in/Cargo.toml:6");
	assert_string_equal(p->settings[1].value, "\"fat\"");
	profile_free(p);
}

/* --- changes of overrides --- */

/* A change for one package becomes a flag that the real cargo obeys. */
static void
changes_of_packages(void **state)
{
	struct bed *b = *state;
	struct err err = ERR_INIT;
	struct str flags = STR_INIT, said = STR_INIT;
	struct profile *p;
	const char *flag;

	if (!can_be_asked(b))
		bed_skip("no cargo");
	make_packages(b, "");
	p = load(b, "release", &err);
	assert_true(profile_set_pair(p, "package.friend.opt-level=z", &err));
	assert_true(profile_set_pair(p, "package.\"*\".debug=1", &err));
	assert_true(profile_set_pair(p, "build-override.opt-level=2", &err));
	assert_int_equal(profile_config_flags(p, &flags), 3);
	flag = flags.data;
	const char *argv[] = { "cargo", "build", "--release", "--offline", "--unit-graph", "-Z",
		"unstable-options", "--config", flag, "--config", flag + strlen(flag) + 1,
		"--config", NULL, NULL };
	argv[12] = argv[10] + strlen(argv[10]) + 1;
	setenv("RUSTC_BOOTSTRAP", "1", 1);
	assert_int_equal(bed_run(bed_path(b, "w/p"), argv, &said), 0);
	unsetenv("RUSTC_BOOTSTRAP");
	assert_non_null(strstr(said.data, "\"opt_level\":\"z\""));
	assert_non_null(strstr(said.data, "\"opt_level\":\"2\""));
	assert_false(profile_set_pair(p, "package.friend.lto=fat", &err));
	assert_non_null(strstr(err.message, "lto is of the whole program"));
	assert_false(profile_set_pair(p, "packge.friend.debug=1", NULL));
	assert_false(profile_set_pair(p, "package..debug=1", NULL));
	profile_reset(p);
	assert_false(profile_is_changed(p));
	profile_free(p);
	str_fini(&said);
	str_fini(&flags);
}

int
main(void)
{
#define BED_TEST(fn) cmocka_unit_test_setup_teardown(fn, bed_setup, bed_teardown)
	const struct CMUnitTest tests[] = {
		BED_TEST(precedence_is_cargos),
		BED_TEST(refusals_are_cargos),
		BED_TEST(layers_are_kept),
		BED_TEST(overrides_are_found),
		BED_TEST(profiles_of_members),
		BED_TEST(changes_of_packages),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
