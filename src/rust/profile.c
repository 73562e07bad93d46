/* profile: see profile.h.
 *
 * A profile is one setting per row of the table. Each is looked for along the chain of profiles
 * that inherit from each other, at every one in the environment and the configuration first, then
 * in the workspace's Cargo.toml. */
#include "rust/profile.h"
#include <stdlib.h>
#include <string.h>
#include "base/alloc.h"
#include "base/path.h"
#include "rust/cargoconf.h"
#include "rust/workspace.h"
#include "text/fuzzy.h"
#include "text/toml.h"

#define CHAIN_MAX 16 /* profiles that inherit from each other */

#define VALUES(...) ((const char *const[]){ __VA_ARGS__, NULL })
#define TRUTH VALUES("false", "true")

/* clang-format off */
const struct profile_option profile_options[] = {
	{ "opt-level", VALUES("0", "1", "2", "3", "\"s\"", "\"z\""), "3", "0",
	  "3 runs fastest, s and z make it smaller; 0 and 1 compile fastest" },
	{ "lto", VALUES("false", "\"off\"", "\"thin\"", "\"fat\""), "false", "false",
	  "optimises across crates: fat is smallest and fastest, thin comes near it and links sooner" },
	{ "codegen-units", NULL, "16", "256",
	  "1 lets the compiler see a whole crate at once: smaller and faster code, a slower build" },
	{ "panic", VALUES("\"unwind\"", "\"abort\""), "\"unwind\"", "\"unwind\"",
	  "abort leaves the unwinding code out: smaller, but a panic ends the program at once" },
	{ "strip", VALUES("\"none\"", "\"debuginfo\"", "\"symbols\""), "\"none\"", "\"none\"",
	  "symbols makes the file smallest; backtraces then have no names" },
	{ "debug", VALUES("0", "\"line-directives-only\"", "\"line-tables-only\"", "1", "2"),
	  "0", "2",
	  "2 is for debuggers, line tables give backtraces with lines, 0 keeps the file small" },
	{ "split-debuginfo", VALUES("\"off\"", "\"packed\"", "\"unpacked\""), "\"off\"", "\"off\"",
	  "packed puts debug info into a file beside the program, unpacked leaves it in objects" },
	{ "debug-assertions", TRUTH, "false", "true",
	  "true checks debug_assert! and the like: finds mistakes, runs slower" },
	{ "overflow-checks", TRUTH, "false", "true",
	  "true panics where arithmetic overflows instead of wrapping: safer, a little slower" },
	{ "incremental", TRUTH, "false", "true",
	  "true makes building again faster; takes disk space and some optimisation" },
	{ "rpath", TRUTH, "false", "false",
	  "true writes where the libraries were found into the program" },
};
/* clang-format on */
const size_t profile_option_count = sizeof(profile_options) / sizeof(profile_options[0]);

/* Other spellings that cargo takes for the same value. */
static const struct spelling {
	const char *key, *written, *value;
} spellings[] = {
	{ "lto", "true", "\"fat\"" },
	{ "lto", "\"n\"", "\"off\"" },
	{ "lto", "\"no\"", "\"off\"" },
	{ "lto", "\"none\"", "\"off\"" },
	{ "strip", "true", "\"symbols\"" },
	{ "strip", "false", "\"none\"" },
	{ "debug", "false", "0" },
	{ "debug", "\"none\"", "0" },
	{ "debug", "\"limited\"", "1" },
	{ "debug", "true", "2" },
	{ "debug", "\"full\"", "2" },
};

const struct profile_preset profile_presets[] = {
	{ "default", "as the project has it", VALUES(NULL) },
	{ "fast", "fastest code: level 3, fat LTO, one unit",
		VALUES("opt-level=3", "lto=fat", "codegen-units=1") },
	{ "small", "smallest file: level z, fat LTO, one unit, stripped, abort on panic",
		VALUES("opt-level=z", "lto=fat", "codegen-units=1", "strip=symbols",
			"panic=abort") },
	{ "small-fast", "small file, faster code: as small, with level s",
		VALUES("opt-level=s", "lto=fat", "codegen-units=1", "strip=symbols",
			"panic=abort") },
	{ "debuggable", "release code with line tables in a file beside it",
		VALUES("debug=line-tables-only", "split-debuginfo=packed", "strip=none") },
};
const size_t profile_preset_count = sizeof(profile_presets) / sizeof(profile_presets[0]);

static const struct {
	const char *name, *inherits; /* NULL: a root, with its column of defaults */
} built_in[] = {
	{ "dev", NULL },
	{ "release", NULL },
	{ "test", "dev" },
	{ "bench", "release" },
	{ "debug", "dev" },
};
#define BUILT_IN_COUNT (sizeof(built_in) / sizeof(built_in[0]))

const char *
profile_folder(const char *name)
{
	if (text_is(name, "dev") || text_is(name, "test"))
		return "debug";
	return text_is(name, "bench") ? "release" : name;
}

const struct profile_option *
profile_option_find(const char *key)
{
	for (size_t i = 0; i < profile_option_count; i++)
		if (strcmp(profile_options[i].key, key) == 0)
			return &profile_options[i];
	return NULL;
}

/* --- values --- */

static char *
quoted(const char *text)
{
	struct str out = STR_INIT;

	toml_quote(&out, span_of(text));
	return str_take(&out);
}

/* A whole number from 1 to what a u32 holds. */
static char *
number_literal(const char *text)
{
	char *end;
	unsigned long long n;

	if (*text < '0' || *text > '9')
		return NULL;
	n = strtoull(text, &end, 10);
	return *end || n < 1 || n > UINT32_MAX ? NULL : xasprintf("%llu", n);
}

/* The one spelling for a TOML literal; NULL when cargo or rustc would refuse it. */
static char *
literal_normal(const struct profile_option *option, const char *literal)
{
	if (!option->values)
		return number_literal(literal);
	for (const char *const *v = option->values; *v; v++)
		if (strcmp(*v, literal) == 0)
			return xstrdup(literal);
	for (size_t i = 0; i < sizeof(spellings) / sizeof(spellings[0]); i++)
		if (strcmp(spellings[i].key, option->key) == 0 &&
			strcmp(spellings[i].written, literal) == 0)
			return xstrdup(spellings[i].value);
	return NULL;
}

/* As literal_normal, for a text that need not be quoted: z, thin. */
static char *
word_normal(const struct profile_option *option, const char *word)
{
	char *literal = literal_normal(option, word), *text;

	if (literal || *word == '"')
		return literal;
	text = quoted(word);
	literal = literal_normal(option, text);
	free(text);
	return literal;
}

/* "0, 1, "s" or "z"" */
static void
describe_values(const struct profile_option *option, struct str *out)
{
	if (!option->values)
		str_append(out, "a number from 1");
	for (const char *const *v = option->values; v && *v; v++)
		str_appendf(out, "%s%s", v == option->values ? "" : v[1] ? ", " : " or ", *v);
}

static bool
err_value(const struct profile_option *option, const char *found, const char *place,
	enum err_kind kind, struct err *err)
{
	struct str values = STR_INIT;

	describe_values(option, &values);
	err_set(err, kind, "%s: expected %s for %s, found %s", place, values.data, option->key,
		found);
	str_fini(&values);
	return false;
}

static char *
literal_of(const struct toml_value *v)
{
	switch (toml_kind(v)) {
	case TOML_STRING: return quoted(toml_string(v, ""));
	case TOML_BOOL: return xstrdup(toml_bool(v, false) ? "true" : "false");
	case TOML_INTEGER: return xasprintf("%lld", (long long)toml_integer(v, 0));
	default: return xstrdup(toml_kind_name(toml_kind(v)));
	}
}

/* --- loading --- */

struct source {
	const struct cargoconf *conf; /* or NULL */
	struct toml *manifest;        /* or NULL */
	const char *chain[CHAIN_MAX]; /* the profile, what it inherits from, … the root */
	size_t len;
	bool is_release; /* which column of defaults the root has */
};

static const struct toml_value *
manifest_profile(const struct source *s, const char *name)
{
	return s->manifest ? toml_find(toml_root(s->manifest), "profile", name, NULL) : NULL;
}

static bool
conf_profile(const struct source *s, const char *name, const char *key, struct conf_value *value)
{
	char *dotted = xasprintf("profile.%s.%s", name, key);
	bool found = s->conf && cargoconf_get(s->conf, dotted, value);

	free(dotted);
	return found;
}

/* What a profile inherits from: NULL at the root. False when there is no such profile. */
static bool
find_parent(const struct source *s, const char *name, const char **parent)
{
	struct conf_value value;

	for (size_t i = 0; i < BUILT_IN_COUNT; i++)
		if (strcmp(built_in[i].name, name) == 0) {
			*parent = built_in[i].inherits;
			return true;
		}
	*parent = toml_string(toml_get(manifest_profile(s, name), "inherits"), NULL);
	if (conf_profile(s, name, "inherits", &value))
		*parent = value.text;
	return *parent != NULL;
}

static bool
err_unknown(const struct source *s, const char *name, struct err *err)
{
	const struct toml_value *own =
		s->manifest ? toml_get(toml_root(s->manifest), "profile") : NULL;
	size_t count = 0;
	const char **names = xcalloc(BUILT_IN_COUNT + toml_count(own), sizeof(*names));
	struct str list = STR_INIT;
	const char *nearest, *parent;

	for (size_t i = 0; i < BUILT_IN_COUNT - 1; i++) /* debug is of the newest cargo only */
		names[count++] = built_in[i].name;
	for (size_t i = 0; i < toml_count(own); i++)
		if (toml_get(toml_at(own, i), "inherits") &&
			find_parent(s, toml_key_at(own, i), &parent))
			names[count++] = toml_key_at(own, i);
	for (size_t i = 0; i < count; i++)
		str_appendf(&list, "%s%s", i ? ", " : "", names[i]);
	err_set(err, ERR_USAGE, "profile \"%s\": there is no such profile; there are %s", name,
		list.data);
	if ((nearest = fuzzy_nearest(name, names, count)))
		err_try(err, "--profile %s", nearest);
	str_fini(&list);
	free(names);
	return false;
}

static bool
follow_chain(struct source *s, const char *name, struct err *err)
{
	const char *parent = NULL;

	if (!find_parent(s, name, &parent)) {
		if (manifest_profile(s, name))
			return toml_err(s->manifest, manifest_profile(s, name), err,
				"[profile.%s] says not what it inherits from", name);
		return err_unknown(s, name, err);
	}
	for (;;) {
		s->chain[s->len++] = name;
		s->is_release = strcmp(name, "release") == 0;
		if (!parent)
			return true;
		if (s->len == CHAIN_MAX)
			return err_set(err, ERR_PARSE, "profile \"%s\": inherits in a circle",
				s->chain[0]);
		name = parent;
		if (!find_parent(s, name, &parent))
			return err_set(err, ERR_PARSE,
				"profile \"%s\": inherits from \"%s\", "
				"which there is not",
				s->chain[s->len - 1], name);
	}
}

/* Takes a literal found at `place` as what is configured; origin is shown to people. */
static bool
configure(struct profile_setting *setting, char *value, const char *found, const char *origin,
	const char *place, struct err *err)
{
	if (!value && strcmp(setting->option->key, "panic") == 0 &&
		strstr(found, "immediate-abort"))
		value = xstrdup("\"immediate-abort\""); /* of nightly cargo */
	if (!value)
		return err_value(setting->option, found, place, ERR_PARSE, err);
	setting->configured = value;
	setting->value = xstrdup(value);
	setting->origin = xstrdup(origin);
	return true;
}

static bool
configure_from_conf(struct profile_setting *setting, const struct conf_value *v, struct err *err)
{
	const char *text = v->text ? v->text : "an array";
	char *literal = v->is_string ? quoted(text) : xstrdup(text);
	char *value = v->line ? literal_normal(setting->option, literal)
			      : word_normal(setting->option, text);
	char *origin = v->line ? xasprintf("%s:%d", v->path, v->line) : xstrdup(v->name);
	char *place = v->line ? xasprintf("%s:%d", origin, v->column) : xstrdup(v->name);
	bool ok = configure(setting, value, literal, origin, place, err);

	free(place);
	free(origin);
	free(literal);
	return ok;
}

static bool
configure_from_manifest(struct profile_setting *setting, const struct source *s,
	const struct toml_value *v, struct err *err)
{
	char *literal = literal_of(v);
	char *origin = xasprintf("Cargo.toml:%d", toml_line(v));
	char *place = xasprintf("%s:%d:%d", toml_name(s->manifest), toml_line(v), toml_column(v));
	bool ok = configure(
		setting, literal_normal(setting->option, literal), literal, origin, place, err);

	free(place);
	free(origin);
	free(literal);
	return ok;
}

/* CARGO_INCREMENTAL and build.incremental go before every profile. */
static bool
is_overruled(const struct source *s, const struct profile_option *option, struct conf_value *value)
{
	if (strcmp(option->key, "incremental") != 0 || !s->conf ||
		!cargoconf_get(s->conf, "build.incremental", value))
		return false;
	if (!value->line) /* cargo takes only 1 for yes */
		value->text = strcmp(value->text, "1") == 0 ? "true" : "false";
	return true;
}

static bool
load_setting(struct profile_setting *setting, const struct source *s, struct err *err)
{
	const struct profile_option *option = setting->option;
	struct conf_value value;

	if (is_overruled(s, option, &value))
		return configure_from_conf(setting, &value, err);
	for (size_t i = 0; i < s->len; i++) {
		const struct toml_value *own =
			toml_get(manifest_profile(s, s->chain[i]), option->key);

		if (conf_profile(s, s->chain[i], option->key, &value))
			return configure_from_conf(setting, &value, err);
		if (own)
			return configure_from_manifest(setting, s, own, err);
	}
	setting->value = xstrdup(s->is_release ? option->release_default : option->dev_default);
	setting->configured = xstrdup(setting->value);
	setting->origin = xstrdup("default");
	return true;
}

struct profile *
profile_load(
	const char *name, const struct workspace *ws, const struct cargoconf *conf, struct err *err)
{
	struct profile *p = xcalloc(1, sizeof(*p));
	struct source s = { .conf = conf };
	char *path = ws ? path_join(ws->root, "Cargo.toml") : NULL;
	char *shown = path ? path_shown(path, ws->root) : NULL;
	bool ok = !path || (s.manifest = toml_read_dialect(path, shown, TOML_1_1, err));

	p->name = xstrdup(name);
	p->settings = xcalloc(profile_option_count, sizeof(*p->settings));
	ok = ok && follow_chain(&s, name, err);
	for (size_t i = 0; ok && i < profile_option_count; i++) {
		p->settings[i].option = &profile_options[i];
		ok = load_setting(&p->settings[i], &s, err);
	}
	toml_free(s.manifest);
	free(shown);
	free(path);
	if (ok)
		return p;
	profile_free(p);
	return NULL;
}

void
profile_free(struct profile *p)
{
	if (!p)
		return;
	for (size_t i = 0; i < profile_option_count; i++) {
		free(p->settings[i].value);
		free(p->settings[i].configured);
		free(p->settings[i].origin);
	}
	free(p->settings);
	free(p->name);
	free(p);
}

/* --- changing --- */

static struct profile_setting *
setting_find(const struct profile *p, const char *key)
{
	const struct profile_option *option = profile_option_find(key);

	return option ? &p->settings[option - profile_options] : NULL;
}

static void
setting_take(struct profile_setting *setting, char *value)
{
	free(setting->value);
	setting->value = value;
	setting->is_changed = strcmp(value, setting->configured) != 0;
}

static bool
err_unknown_key(const char *key, struct err *err)
{
	const char *names[sizeof(profile_options) / sizeof(profile_options[0])];
	const char *nearest;

	for (size_t i = 0; i < profile_option_count; i++)
		names[i] = profile_options[i].key;
	nearest = fuzzy_nearest(key, names, profile_option_count);
	err_set(err, ERR_USAGE, "--set %s: there is no such option of a profile", key);
	return nearest ? err_try(err, "%s", nearest) : false;
}

bool
profile_set(struct profile *p, const char *key, const char *value, struct err *err)
{
	struct profile_setting *setting = setting_find(p, key);
	char *literal;

	if (!setting)
		return err_unknown_key(key, err);
	if (!(literal = word_normal(setting->option, value)))
		return err_value(setting->option, value, "--set", ERR_USAGE, err);
	setting_take(setting, literal);
	return true;
}

bool
profile_set_pair(struct profile *p, const char *key_value, struct err *err)
{
	struct span value, key = span_trim(span_cut(span_of(key_value), '=', &value));
	char *name, *text;
	bool ok;

	if (!strchr(key_value, '=')) {
		err_set(err, ERR_USAGE, "--set %s: expected KEY=VALUE", key_value);
		return err_try(err, "--set lto=fat");
	}
	name = span_dup(key);
	text = span_dup(span_trim(value));
	ok = profile_set(p, name, text, err);
	free(text);
	free(name);
	return ok;
}

void
profile_reset(struct profile *p)
{
	for (size_t i = 0; i < profile_option_count; i++)
		setting_take(&p->settings[i], xstrdup(p->settings[i].configured));
}

bool
profile_is_changed(const struct profile *p)
{
	for (size_t i = 0; i < profile_option_count; i++)
		if (p->settings[i].is_changed)
			return true;
	return false;
}

/* --- presets --- */

bool
profile_apply_preset(struct profile *p, const char *name, struct err *err)
{
	const char *names[sizeof(profile_presets) / sizeof(profile_presets[0])];
	const char *nearest;

	for (size_t i = 0; i < profile_preset_count; i++) {
		names[i] = profile_presets[i].name;
		if (strcmp(names[i], name) != 0)
			continue;
		profile_reset(p);
		for (const char *const *pair = profile_presets[i].pairs; *pair; pair++)
			if (!profile_set_pair(p, *pair, err))
				return false;
		return true;
	}
	nearest = fuzzy_nearest(name, names, profile_preset_count);
	err_set(err, ERR_USAGE, "--preset %s: there is no such preset", name);
	return err_try(err, "--preset %s", nearest ? nearest : "small");
}

size_t
profile_config_flags(const struct profile *p, struct str *out)
{
	size_t count = 0;

	for (size_t i = 0; i < profile_option_count; i++) {
		const struct profile_setting *s = &p->settings[i];

		if (!s->is_changed)
			continue;
		str_appendf(out, "profile.%s.%s=%s", p->name, s->option->key, s->value);
		str_append_char(out, '\0');
		count++;
	}
	return count;
}

/* --- names of variants --- */

/* The literal that a preset gives an option; NULL when it leaves it alone. */
static char *
preset_value(const struct profile_preset *preset, const struct profile_option *option)
{
	for (const char *const *pair = preset->pairs; *pair; pair++) {
		struct span value, key = span_cut(span_of(*pair), '=', &value);

		if (span_is(key, option->key))
			return word_normal(option, value.data);
	}
	return NULL;
}

/* Whether the setting is not as the preset makes it (NULL: as configured). */
static bool
differs(const struct profile_setting *s, const struct profile_preset *preset)
{
	char *value = preset ? preset_value(preset, s->option) : NULL;
	bool is_other = strcmp(s->value, value ? value : s->configured) != 0;

	free(value);
	return is_other;
}

static size_t
count_differences(const struct profile *p, const struct profile_preset *preset)
{
	size_t count = 0;

	for (size_t i = 0; i < profile_option_count; i++)
		count += differs(&p->settings[i], preset);
	return count;
}

/* The preset that names the changes in fewest words; NULL when none does it better than a list. */
static const struct profile_preset *
nearest_preset(const struct profile *p)
{
	const struct profile_preset *best = NULL;
	size_t fewest = count_differences(p, NULL);

	for (size_t i = 1; i < profile_preset_count; i++) {
		size_t count = count_differences(p, &profile_presets[i]);

		if (count + 1 < fewest || count == 0) {
			best = &profile_presets[i];
			fewest = count;
		}
	}
	return best;
}

char *
profile_variant_name(const struct profile *p)
{
	const struct profile_preset *preset = nearest_preset(p);
	struct str out = STR_INIT;

	if (!profile_is_changed(p))
		return xstrdup("as configured");
	if (preset)
		str_append(&out, preset->name);
	for (size_t i = 0; i < profile_option_count; i++) {
		const struct profile_setting *s = &p->settings[i];
		struct span bare = span_of(s->value);

		if (!differs(s, preset))
			continue;
		if (bare.data[0] == '"')
			bare.data++, bare.len -= 2;
		str_appendf(&out, "%s%s%s=%.*s", out.len ? " " : "", preset ? "+" : "",
			s->option->key, (int)bare.len, bare.data);
	}
	return str_take(&out);
}
