/* profile_load: what is configured, read from all places.
 *
 * A setting is looked for along the chain of profiles that inherit from each other, at every one in the
 * environment and the configuration first, then in the workspace's Cargo.toml. Each place that says
 * something is a layer; the first one counts. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include "base/alloc.h"
#include "base/count.h"
#include "base/path.h"
#include "base/vec.h"
#include "io/file.h"
#include "rust/cargoconf.h"
#include "rust/conffiles.h"
#include "rust/profile_parts.h"
#include "rust/workspace.h"
#include "text/fuzzy.h"
#include "text/toml.h"

#define CHAIN_MAX 16 /* profiles that inherit from each other */

static const struct {
	const char *name, *inherits; /* NULL: a root, with its column of defaults */
} built_in[] = {
	{ "dev", NULL }, { "release", NULL }, { "test", "dev" }, { "bench", "release" },
	{ "debug", "dev" }, /* of the newest cargo only */
};
#define BUILT_IN_COUNT (COUNT(built_in))
#define NAMED_COUNT (BUILT_IN_COUNT - 1)

struct source {
	const struct cargoconf *conf; /* or NULL */
	struct toml *manifest;        /* or NULL */
	struct arena arena;
	const char *chain[CHAIN_MAX]; /* the profile, what it inherits from, … the root */
	size_t len;
	bool is_release; /* which column of defaults the root has */
};

/* One place where something is said. */
struct found {
	const struct toml_value *value; /* NULL: a variable */
	const char *text;               /* of the variable */
	const char *origin;             /* for people */
	const char *place;              /* for errors: with the column */
};

typedef VEC(struct found) founds;

/* --- places --- */

static size_t
file_count(const struct source *s)
{
	return s->conf ? cargoconf_files(s->conf)->len : 0;
}

static const struct toml_value *
profile_in(const struct toml *doc, const char *name)
{
	return doc ? toml_find(toml_root(doc), "profile", name, NULL) : NULL;
}

static const struct toml_value *
profile_in_file(const struct source *s, size_t i, const char *name)
{
	return profile_in(cargoconf_files(s->conf)->items[i].doc, name);
}

/* Where a setting stands: a table of the profile, and its key. */
struct spot {
	const char *table; /* "package", "build-override"; NULL: the profile's own */
	const char *spec;  /* of a package, else NULL */
	const char *key;
};

static const struct toml_value *
value_at(const struct toml_value *profile, const struct spot *at)
{
	if (at->table)
		profile = toml_get(profile, at->table);
	if (at->spec)
		profile = toml_get(profile, at->spec);
	return toml_get(profile, at->key);
}

/* "CARGO_PROFILE_RELEASE_BUILD_OVERRIDE_OPT_LEVEL"; packages have none. */
static const char *
variable_of(struct source *s, const char *name, const struct spot *at)
{
	char *text;

	if (at->spec)
		return NULL;
	text = arena_printf(&s->arena, "CARGO_PROFILE_%s_%s%s%s", name, at->table ? at->table : "",
		at->table ? "_" : "", at->key);
	for (char *c = text; *c; c++)
		*c = *c == '-' ? '_' : (char)toupper((unsigned char)*c);
	return text;
}

static void
push_variable(struct source *s, founds *list, const char *name)
{
	const char *text = name ? getenv(name) : NULL;

	if (text)
		vec_push(list, ((struct found){ .text = text, .origin = name, .place = name }));
}

static void
push_value(struct source *s, founds *list, const char *shown, const char *path,
	const struct toml_value *v)
{
	int line = v ? toml_line(v) : 0;
	bool is_line = strcmp(shown, "--config") == 0;

	if (v)
		vec_push(list,
			((struct found){ .value = v,
				.origin = is_line ? shown
						  : arena_printf(&s->arena, "%s:%d", shown, line),
				.place = arena_printf(
					&s->arena, "%s:%d:%d", path, line, toml_column(v)) }));
}

/* Those stand first among the files. */
static size_t
argument_count(const struct source *s)
{
	size_t count = 0;

	while (count < file_count(s) && cargoconf_files(s->conf)->items[count].is_argument)
		count++;
	return count;
}

static void
collect_files(struct source *s, const char *name, const struct spot *at, size_t from, size_t to,
	founds *list)
{
	for (size_t i = from; i < to; i++) {
		const char *path = cargoconf_files(s->conf)->items[i].path;

		push_value(s, list, path, path, value_at(profile_in_file(s, i, name), at));
	}
}

/* All that is said of a setting by one profile of the chain. */
static void
collect_of(struct source *s, const char *name, const struct spot *at, founds *list)
{
	size_t first = argument_count(s);

	collect_files(s, name, at, 0, first, list);
	push_variable(s, list, variable_of(s, name, at));
	collect_files(s, name, at, first, file_count(s), list);
	if (s->manifest)
		push_value(s, list, "Cargo.toml", toml_name(s->manifest),
			value_at(profile_in(s->manifest, name), at));
}

/* CARGO_INCREMENTAL and build.incremental go before every profile; cargo takes only 1 for yes. */
static void
collect_overruling(struct source *s, const struct spot *at, founds *list)
{
	const char *variable = getenv("CARGO_INCREMENTAL");

	if (at->table || strcmp(at->key, "incremental") != 0)
		return;
	if (variable)
		vec_push(list,
			((struct found){ .text = text_is(variable, "1") ? "true" : "false",
				.origin = "CARGO_INCREMENTAL",
				.place = "CARGO_INCREMENTAL" }));
	push_variable(s, list, "CARGO_BUILD_INCREMENTAL");
	for (size_t i = 0; i < file_count(s); i++) {
		const struct conf_file *file = &cargoconf_files(s->conf)->items[i];

		push_value(s, list, file->path, file->path,
			toml_find(toml_root(file->doc), "build", "incremental", NULL));
	}
}

static void
collect(struct source *s, const struct spot *at, founds *list)
{
	collect_overruling(s, at, list);
	for (size_t i = 0; i < s->len; i++)
		collect_of(s, s->chain[i], at, list);
}

/* --- which profiles there are --- */

/* What a profile inherits from: NULL at the root. False when there is no such profile. */
static bool
find_parent(struct source *s, const char *name, const char **parent)
{
	const struct spot inherits = { .key = "inherits" };
	founds list = VEC_INIT;
	bool is_known = false;

	*parent = NULL;
	for (size_t i = 0; i < BUILT_IN_COUNT; i++) {
		if (strcmp(built_in[i].name, name) != 0)
			continue;
		is_known = true;
		*parent = built_in[i].inherits;
	}
	collect_of(s, name, &inherits, &list);
	if (list.len && (!is_known || *parent))
		*parent = list.items[0].value ? toml_string(list.items[0].value, NULL)
					      : list.items[0].text;
	vec_fini(&list);
	return is_known || *parent;
}

typedef VEC(const char *) names;

static void
push_name(names *list, const char *name)
{
	for (size_t i = 0; i < list->len; i++) {
		if (strcmp(list->items[i], name) == 0)
			return;
	}
	vec_push(list, name);
}

static void
push_names(struct source *s, names *list, const struct toml *doc)
{
	const struct toml_value *profiles = doc ? toml_get(toml_root(doc), "profile") : NULL;
	const char *parent;

	for (size_t i = 0; i < toml_count(profiles); i++) {
		if (find_parent(s, toml_key_at(profiles, i), &parent))
			push_name(list, toml_key_at(profiles, i));
	}
}

static void
list_names(struct source *s, names *list)
{
	for (size_t i = 0; i < NAMED_COUNT; i++)
		vec_push(list, built_in[i].name);
	push_names(s, list, s->manifest);
	for (size_t i = 0; i < file_count(s); i++)
		push_names(s, list, cargoconf_files(s->conf)->items[i].doc);
}

static bool
err_unknown(struct source *s, const char *name, struct err *err)
{
	struct str list = STR_INIT;
	names known = VEC_INIT;
	const char *nearest;

	list_names(s, &known);
	for (size_t i = 0; i < known.len; i++)
		str_appendf(&list, "%s%s", i ? ", " : "", known.items[i]);
	err_set(err, ERR_USAGE, "profile \"%s\": there is no such profile; there are %s", name,
		list.data);
	if ((nearest = fuzzy_nearest(name, known.items, known.len)))
		err_try(err, "--profile %s", nearest);
	vec_fini(&known);
	str_fini(&list);
	return false;
}

static bool
follow_chain(struct source *s, const char *name, struct err *err)
{
	const char *parent = NULL;

	if (!find_parent(s, name, &parent)) {
		const struct toml_value *own = profile_in(s->manifest, name);

		return own ? toml_err(s->manifest, own, err,
				     "[profile.%s] says not what it inherits from", name)
			   : err_unknown(s, name, err);
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

/* --- what cargo would refuse although it may count for nothing --- */

static bool
is_reserved(const char *name)
{
	static const char *const reserved[] = { "build", "check", "clean", "config", "debug",
		"fetch", "fix", "install", "metadata", "package", "publish", "report", "root",
		"run", "rust", "rustc", "rustdoc", "target", "tmp", "uninstall", "build-override",
		NULL };

	for (size_t i = 0; reserved[i]; i++) {
		if (strcasecmp(reserved[i], name) == 0)
			return true;
	}
	return strncasecmp(name, "cargo", 5) == 0;
}

static bool
check_name(
	const struct toml *doc, const struct toml_value *profile, const char *name, struct err *err)
{
	for (const char *c = name; *c; c++) {
		if ((unsigned char)*c < 0x80 && !isalnum((unsigned char)*c) && *c != '_' &&
			*c != '-')
			return toml_err(doc, profile, err,
				"\"%c\" in the name of profile \"%s\": letters, digits, _ and - "
				"can be",
				*c, name);
	}
	if (!is_reserved(name))
		return true;
	toml_err(doc, profile, err, "the profile name \"%s\" is reserved by cargo", name);
	return strcmp(name, "debug") == 0 ? err_try(err, "[profile.dev]") : false;
}

static bool
check_values(const struct toml *doc, const struct toml_value *table, struct err *err)
{
	for (size_t i = 0; i < profile_option_count; i++) {
		const struct profile_option *option = &profile_options[i];
		const struct toml_value *v = toml_get(table, option->key);
		char *literal, *place;

		if (!v || profile_takes(option, v))
			continue;
		literal = profile_literal_of(v);
		place = xasprintf("%s:%d:%d", toml_name(doc), toml_line(v), toml_column(v));
		profile_err_value(option, literal, place, ERR_PARSE, err);
		free(place);
		free(literal);
		return false;
	}
	return true;
}

/* `what` is "package" or "build-override". */
static bool
check_override(
	const struct toml *doc, const struct toml_value *table, const char *what, struct err *err)
{
	static const char *const nested[] = { "package", "build-override" };

	for (size_t i = 0; i < 2; i++) {
		if (toml_get(table, nested[i]))
			return toml_err(doc, toml_get(table, nested[i]), err,
				"%s tables cannot stand within one of %s", nested[i], what);
	}
	for (size_t i = 0; i < profile_option_count; i++) {
		const struct toml_value *v = toml_get(table, profile_options[i].key);

		if (v && profile_options[i].is_whole)
			return toml_err(doc, v, err,
				"%s is of the whole program: it cannot be set for %s",
				profile_options[i].key,
				strcmp(what, "package") == 0 ? "a package" : "build-override");
	}
	return check_values(doc, table, err);
}

static bool
check_profile(const struct toml *doc, const struct toml_value *profile, struct err *err)
{
	const struct toml_value *packages = toml_get(profile, "package");
	const struct toml_value *build = toml_get(profile, "build-override");

	for (size_t i = 0; i < toml_count(packages); i++) {
		if (!check_override(doc, toml_at(packages, i), "package", err))
			return false;
	}
	return (!build || check_override(doc, build, "build-override", err)) &&
		check_values(doc, profile, err);
}

static bool
is_root(const char *name)
{
	return strcmp(name, "dev") == 0 || strcmp(name, "release") == 0;
}

/* cargo reads all of the manifest's profiles, whichever is built. */
static bool
check_manifest(const struct toml *doc, struct err *err)
{
	const struct toml_value *profiles = toml_get(toml_root(doc), "profile");

	for (size_t i = 0; i < toml_count(profiles); i++) {
		const struct toml_value *p = toml_at(profiles, i);
		const char *name = toml_key_at(profiles, i);

		if (!check_name(doc, p, name, err) || !check_profile(doc, p, err))
			return false;
		if (is_root(name) && toml_get(p, "inherits"))
			return toml_err(doc, toml_get(p, "inherits"), err,
				"[profile.%s] inherits from none: it is one of the roots", name);
	}
	return true;
}

/* Of the configuration it reads those of the chain. */
static bool
check_chain(const struct source *s, struct err *err)
{
	for (size_t i = 0; i < s->len; i++) {
		for (size_t k = 0; k < file_count(s); k++) {
			const struct toml *doc = cargoconf_files(s->conf)->items[k].doc;
			const struct toml_value *p = profile_in(doc, s->chain[i]);

			if (p && !check_profile(doc, p, err))
				return false;
		}
	}
	return true;
}

/* --- settings --- */

static char *
literal_of(const struct profile_option *option, const struct found *f)
{
	char *written, *literal;

	if (!f->value)
		return profile_literal_of_word(option, f->text);
	written = profile_literal_of(f->value);
	literal = profile_literal(option, written);
	free(written);
	return literal;
}

static void
add_layer(struct profile_setting *setting, char *value, const char *origin)
{
	setting->under[setting->under_count++] = (struct profile_layer){ value, xstrdup(origin) };
}

/* What does not count may be a value that rustc would refuse. */
static void
add_layers(struct profile_setting *setting, const founds *list, size_t first, const char *built)
{
	setting->under = xcalloc(list->len + 1, sizeof(*setting->under));
	for (size_t i = first; i < list->len; i++) {
		const struct found *f = &list->items[i];
		char *literal = literal_of(setting->option, f);

		if (!literal)
			literal = f->value ? profile_literal_of(f->value) : xstrdup(f->text);
		add_layer(setting, literal, f->origin);
	}
	if (built)
		add_layer(setting, xstrdup(built), "default");
}

static bool
err_found(const struct profile_option *option, const struct found *f, struct err *err)
{
	char *literal = f->value ? profile_literal_of(f->value) : xstrdup(f->text);

	profile_err_value(option, literal, f->place, ERR_PARSE, err);
	free(literal);
	return false;
}

static void
configure(struct profile_setting *setting, char *value, const char *origin)
{
	setting->configured = value;
	setting->value = xstrdup(value);
	setting->origin = xstrdup(origin);
}

/* `built`: the value that is built in; NULL: none. */
static bool
load_setting(struct profile_setting *setting, struct source *s, const struct spot *at,
	const char *built, struct err *err)
{
	founds list = VEC_INIT;
	char *literal = NULL;
	bool ok = true;

	collect(s, at, &list);
	if (list.len && !(literal = literal_of(setting->option, &list.items[0])))
		ok = err_found(setting->option, &list.items[0], err);
	else if (literal)
		configure(setting, literal, list.items[0].origin);
	else if (built)
		configure(setting, xstrdup(built), "default");
	if (ok && list.len)
		add_layers(setting, &list, 1, built);
	vec_fini(&list);
	return ok;
}

static bool
load_own(struct profile *p, struct source *s, struct err *err)
{
	p->settings = profile_settings_new("", NULL);
	for (size_t i = 0; i < profile_option_count; i++) {
		const struct profile_option *option = &profile_options[i];

		if (!load_setting(&p->settings[i], s, &(struct spot){ .key = option->key },
			    s->is_release ? option->release_default : option->dev_default, err))
			return false;
	}
	return true;
}

/* --- overrides --- */

static bool
load_override(struct profile *p, struct source *s, const char *spec, struct err *err)
{
	struct profile_override *o = profile_override_get(p, spec);

	for (size_t i = 0; i < profile_option_count; i++) {
		struct spot at = { spec ? "package" : "build-override", spec,
			profile_options[i].key };

		if (!profile_options[i].is_whole &&
			!load_setting(&o->settings[i], s, &at, NULL, err))
			return false;
	}
	return true;
}

static void
push_specs(names *list, const struct toml_value *profile)
{
	const struct toml_value *packages = toml_get(profile, "package");

	for (size_t i = 0; i < toml_count(packages); i++)
		push_name(list, toml_key_at(packages, i));
}

static bool
load_overrides(struct profile *p, struct source *s, struct err *err)
{
	names specs = VEC_INIT;
	bool ok = true;

	for (size_t i = 0; i < s->len; i++) {
		push_specs(&specs, profile_in(s->manifest, s->chain[i]));
		for (size_t k = 0; k < file_count(s); k++)
			push_specs(&specs, profile_in_file(s, k, s->chain[i]));
	}
	for (size_t i = 0; i < specs.len && ok; i++)
		ok = load_override(p, s, specs.items[i], err);
	ok = ok && load_override(p, s, NULL, err);
	if (ok && profile_override_is_empty(&p->overrides[p->override_count - 1]))
		profile_override_drop(p, p->override_count - 1);
	vec_fini(&specs);
	return ok;
}

/* --- members --- */

static void
add_ignored(struct profile *p, char *place)
{
	p->ignored = xrealloc(p->ignored, (p->ignored_count + 1) * sizeof(*p->ignored));
	p->ignored[p->ignored_count++] = place;
}

/* Most members have none, which is seen before anything is parsed. */
static void
look_into_member(struct profile *p, const char *manifest, const char *root)
{
	struct str text = STR_INIT;
	struct toml *doc = NULL;
	const struct toml_value *profiles;
	char *shown = path_shown(manifest, root);

	if (file_read(manifest, &text, NULL) && span_find(str_span(&text), SPAN("profile")) >= 0)
		doc = toml_parse_dialect(text.data, text.len, shown, TOML_1_1, NULL);
	profiles = doc ? toml_get(toml_root(doc), "profile") : NULL;
	if (profiles)
		add_ignored(p, xasprintf("%s:%d", shown, toml_line(profiles)));
	toml_free(doc);
	free(shown);
	str_fini(&text);
}

static void
find_ignored(struct profile *p, const struct workspace *ws)
{
	char *root = path_join(ws->root, "Cargo.toml");

	for (size_t i = 0; i < ws->package_count; i++) {
		if (!text_is(ws->packages[i].manifest, root))
			look_into_member(p, ws->packages[i].manifest, ws->root);
	}
	free(root);
}

/* --- the whole --- */

static bool
source_open(
	struct source *s, const struct workspace *ws, const struct cargoconf *conf, struct err *err)
{
	char *path = ws ? path_join(ws->root, "Cargo.toml") : NULL;
	char *shown = path ? path_shown(path, ws->root) : NULL;
	bool ok;

	*s = (struct source){ .conf = conf };
	ok = !path || (s->manifest = toml_read_dialect(path, shown, TOML_1_1, err));
	free(shown);
	free(path);
	return ok;
}

static void
source_close(struct source *s)
{
	toml_free(s->manifest);
	arena_fini(&s->arena);
}

static void
read_lock(struct profile *p, const struct workspace *ws)
{
	char *path = path_join(ws->root, "Cargo.lock");
	struct str text = STR_INIT;

	if (file_read(path, &text, NULL))
		p->lock = str_take(&text);
	str_fini(&text);
	free(path);
}

static void
keep_chain(struct profile *p, const struct source *s)
{
	p->chain = xcalloc(s->len, sizeof(*p->chain));
	for (size_t i = 0; i < s->len; i++)
		p->chain[p->chain_len++] = xstrdup(s->chain[i]);
}

struct profile *
profile_load(
	const char *name, const struct workspace *ws, const struct cargoconf *conf, struct err *err)
{
	struct profile *p = xcalloc(1, sizeof(*p));
	struct source s;
	bool ok = source_open(&s, ws, conf, err);

	p->name = xstrdup(name);
	profile_presets_init(p);
	if (ws)
		read_lock(p, ws);
	ok = ok && (!s.manifest || check_manifest(s.manifest, err)) &&
		follow_chain(&s, p->name, err) && check_chain(&s, err);
	if (ok)
		keep_chain(p, &s);
	ok = ok && load_own(p, &s, err) && load_overrides(p, &s, err);
	if (ok && ws)
		find_ignored(p, ws);
	source_close(&s);
	if (ok)
		return p;
	profile_free(p);
	return NULL;
}

const char *const *
profile_names(const struct workspace *ws, const struct cargoconf *conf, struct arena *arena,
	size_t *count)
{
	names list = VEC_INIT;
	struct source s;
	const char **kept;

	source_open(&s, ws, conf, NULL);
	list_names(&s, &list);
	kept = arena_array(arena, const char *, list.len + 1);
	for (*count = 0; *count < list.len; (*count)++)
		kept[*count] = arena_strdup(arena, list.items[*count]);
	vec_fini(&list);
	source_close(&s);
	return kept;
}
