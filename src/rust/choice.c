/* choice: the document of xtui.toml is the state; what is asked for is read from it each time.
 *
 * A change edits the document and is kept in a list until it is saved: when the file was written by
 * someone else meanwhile, the changes are made to that one. */
#include "base/alloc.h"
#include "base/arena.h"
#include "base/count.h"
#include "base/map.h"
#include "base/path.h"
#include "base/vec.h"
#include "io/file.h"
#include "rust/choice.h"
#include "rust/profile.h"
#include "text/fuzzy.h"
#include "text/toml.h"
#include <stdlib.h>

#define PATH_LEN 3 /* keys that lead to the deepest setting */

enum change_kind {
	CHANGE_SET,     /* value: TOML */
	CHANGE_REMOVE,  /* without value */
	CHANGE_INCLUDE, /* value: a text that the array at the path has … */
	CHANGE_EXCLUDE, /* … or has not */
};

struct change {
	enum change_kind kind;
	char *path[PATH_LEN + 1]; /* ends with NULL */
	char *value;
};

struct choice {
	char *path;
	struct str saved; /* the file's bytes as they were read or written last; empty: none */
	struct toml *doc;
	VEC(struct change) changes; /* since then */
	struct err failure;         /* of a change that could not be made; choice_save tells it */
	struct texts {
		struct map known; /* each kept once, by itself */
		struct arena arena;
	} * texts; /* that came back and stand so in no document */
};

enum shape {
	SHAPE_TEXT,
	SHAPE_TEXTS,
	SHAPE_TRUTH,
	SHAPE_WORDS, /* a text, or an array of texts */
	SHAPE_TABLE
};

/* What may stand in a table. */
struct field {
	const char *name; /* NULL: any */
	enum shape shape;
	const char *what; /* one line for the manual; of a table of any name what the name is */
	const struct field *fields; /* of a table */
	size_t count;
};

/* clang-format off */
static const struct field profile_fields[] = {
	{ "name",   SHAPE_TEXT,  "the cargo profile; without it release", NULL, 0 },
	{ "preset", SHAPE_TEXT,  "a preset of its options: fast, small …, or one of your own", NULL, 0 },
	{ "set",    SHAPE_TEXTS, "single options: [\"lto=thin\", \"package.serde.opt-level=3\"]", NULL, 0 },
};
static const struct field package_fields[] = {
	{ "files",       SHAPE_TEXTS, "files and folders that archives hold besides", NULL, 0 },
	{ "man",         SHAPE_TEXTS, "manual pages, besides those found by their names", NULL, 0 },
	{ "completions", SHAPE_TEXTS, "completion scripts, besides those found by their names", NULL, 0 },
};
static const struct field target_fields[] = {
	{ "backend",       SHAPE_TEXT,  "the way the target is built: native, zig, cross …", NULL, 0 },
	{ "glibc",         SHAPE_TEXT,  "the oldest glibc to run on: \"2.17\"", NULL, 0 },
	{ "image",         SHAPE_TEXT,  "the image of its container", NULL, 0 },
	{ "dockerfile",    SHAPE_TEXT,  "the file that its container is made of", NULL, 0 },
	{ "engine",        SHAPE_TEXT,  "where its container runs: docker, podman:CONNECTION …", NULL, 0 },
	{ "build-std",     SHAPE_TEXT,  "parts of the standard library that are built along: \"std\"", NULL, 0 },
	{ "sdk",           SHAPE_TEXT,  "the folder of Apple's SDK, for zig", NULL, 0 },
	{ "api",           SHAPE_TEXT,  "the oldest API level of Android: \"21\"", NULL, 0 },
	{ "compatibility", SHAPE_TEXT,  "of wheels: manylinux_2_17, musllinux_1_2, pypi", NULL, 0 },
	{ "interpreter",   SHAPE_TEXT,  "the Pythons of wheels: \"3.11 3.12\"", NULL, 0 },
	{ "linker",        SHAPE_TEXT,  "the program that links it; with a slash, from the workspace's root", NULL, 0 },
	{ "target-cpu",    SHAPE_TEXT,  "its oldest processor: rustc --print target-cpus", NULL, 0 },
	{ "crt-static",    SHAPE_TRUTH, "true: the C library is linked in", NULL, 0 },
	{ "rustflags",     SHAPE_WORDS, "more flags of rustc's, behind those of cargo's configuration", NULL, 0 },
};
static const struct field any_target[] = {
	{ NULL, SHAPE_TABLE, "TRIPLE", target_fields, COUNT(target_fields) },
};
static const struct field preset_fields[] = {
	{ "what", SHAPE_TEXT,  "one line on what the preset is for", NULL, 0 },
	{ "set",  SHAPE_TEXTS, "its options, as in profile.set", NULL, 0 },
};
static const struct field any_preset[] = {
	{ NULL, SHAPE_TABLE, "NAME", preset_fields, COUNT(preset_fields) },
};
static const struct field root_fields[] = {
	{ "targets",  SHAPE_TEXTS, "the targets that are marked", NULL, 0 },
	{ "packages", SHAPE_TEXTS, "the packages that are built; without it cargo's default members", NULL, 0 },
	{ "bins",     SHAPE_TEXTS, "programs, where not all are wanted", NULL, 0 },
	{ "examples", SHAPE_TEXTS, "examples to build", NULL, 0 },
	{ "features", SHAPE_TEXTS, "features that are turned on: \"greet/tls\"", NULL, 0 },
	{ "profile",  SHAPE_TABLE, NULL, profile_fields, COUNT(profile_fields) },
	{ "preset",   SHAPE_TABLE, NULL, any_preset, COUNT(any_preset) },
	{ "package",  SHAPE_TABLE, NULL, package_fields, COUNT(package_fields) },
	{ "target",   SHAPE_TABLE, NULL, any_target, COUNT(any_target) },
};
/* clang-format on */
#define FIELDS_MAX 32
_Static_assert(COUNT(target_fields) <= FIELDS_MAX && COUNT(root_fields) <= FIELDS_MAX &&
		COUNT(profile_fields) <= FIELDS_MAX,
	"a table has more keys than refuse_key has room for");

static const struct field root_field = { NULL, SHAPE_TABLE, NULL, root_fields, COUNT(root_fields) };

static bool check_value(const struct toml *doc, const struct toml_value *v, const char *key,
	const struct field *field, struct err *err);

static bool
check_text(const struct toml *doc, const struct toml_value *v, const char *key, struct err *err)
{
	if (toml_kind(v) != TOML_STRING)
		return toml_err(doc, v, err, "expected a string for \"%s\", found %s", key,
			toml_kind_name(toml_kind(v)));
	if (toml_text(v).len == 0)
		return toml_err(doc, v, err, "an empty text for \"%s\"", key);
	return span_is(toml_text(v), toml_string(v, "")) ||
		toml_err(doc, v, err, "a NUL within the text for \"%s\"", key);
}

static bool
check_texts(const struct toml *doc, const struct toml_value *v, const char *key, struct err *err)
{
	if (toml_kind(v) != TOML_ARRAY)
		return toml_err(doc, v, err, "expected an array of strings for \"%s\", found %s",
			key, toml_kind_name(toml_kind(v)));
	for (size_t i = 0; i < toml_count(v); i++) {
		if (!check_text(doc, toml_at(v, i), key, err))
			return false;
		for (size_t k = 0; k < i; k++)
			if (span_equal(toml_text(toml_at(v, i)), toml_text(toml_at(v, k))))
				return toml_err(doc, toml_at(v, i), err,
					"\"%s\" is listed twice in \"%s\"",
					toml_string(toml_at(v, i), ""), key);
	}
	return true;
}

/* As check_texts, for words of which one may come twice. */
static bool
check_words(const struct toml *doc, const struct toml_value *v, const char *key, struct err *err)
{
	if (toml_kind(v) != TOML_ARRAY)
		return toml_kind(v) == TOML_STRING
			? check_text(doc, v, key, err)
			: toml_err(doc, v, err,
				  "expected a string or an array of strings for \"%s\", found %s",
				  key, toml_kind_name(toml_kind(v)));
	for (size_t i = 0; i < toml_count(v); i++) {
		if (!check_text(doc, toml_at(v, i), key, err))
			return false;
	}
	return true;
}

static bool
check_truth(const struct toml *doc, const struct toml_value *v, const char *key, struct err *err)
{
	return toml_kind(v) == TOML_BOOL ||
		toml_err(doc, v, err, "expected true or false for \"%s\", found %s", key,
			toml_kind_name(toml_kind(v)));
}

static bool
refuse_key(const struct toml *doc, const struct toml_value *table, size_t i,
	const struct field *known, struct err *err)
{
	const char *names[FIELDS_MAX];
	const char *key = toml_key_at(table, i);
	const char *nearest;

	for (size_t n = 0; n < known->count; n++)
		names[n] = known->fields[n].name;
	nearest = fuzzy_nearest(key, names, known->count);
	toml_err_key(doc, table, i, err, "there is no key \"%s\" here", key);
	return nearest ? err_try(err, "%s", nearest) : false;
}

static bool
check_table(const struct toml *doc, const struct toml_value *table, const char *key,
	const struct field *known, struct err *err)
{
	if (toml_kind(table) != TOML_TABLE)
		return toml_err(doc, table, err, "expected a table for \"%s\", found %s", key,
			toml_kind_name(toml_kind(table)));
	for (size_t i = 0; i < toml_count(table); i++) {
		const char *name = toml_key_at(table, i);
		size_t n = 0;

		while (n < known->count && known->fields[n].name &&
			!text_is(known->fields[n].name, name))
			n++;
		if (n == known->count)
			return refuse_key(doc, table, i, known, err);
		if (!check_value(doc, toml_at(table, i), name, &known->fields[n], err))
			return false;
	}
	return true;
}

static bool
check_value(const struct toml *doc, const struct toml_value *v, const char *key,
	const struct field *field, struct err *err)
{
	switch (field->shape) {
	case SHAPE_TEXT: return check_text(doc, v, key, err);
	case SHAPE_TEXTS: return check_texts(doc, v, key, err);
	case SHAPE_TRUTH: return check_truth(doc, v, key, err);
	case SHAPE_WORDS: return check_words(doc, v, key, err);
	default: return check_table(doc, v, key, field, err);
	}
}

static void
describe_table(const struct field *table, const char *path, struct str *out)
{
	static const char *const shapes[] = { "text", "list", "true or false", "text or list" };

	for (size_t i = 0; i < table->count; i++) {
		const struct field *f = &table->fields[i];
		char *name =
			xasprintf("%s%s%s", path, *path ? "." : "", f->name ? f->name : f->what);

		if (f->shape == SHAPE_TABLE)
			describe_table(f, name, out);
		else
			str_appendf(out, "%-27s %s\n    %s\n", name, shapes[f->shape], f->what);
		free(name);
	}
}

void
choice_describe(struct str *out)
{
	describe_table(&root_field, "", out);
}

/* The file as it is now: its bytes and its document; an absent one is empty. */
static struct toml *
read_file(const char *path, struct str *bytes, struct err *err)
{
	struct toml *doc;

	if (file_exists(path) && !file_read(path, bytes, err))
		return NULL;
	doc = toml_parse(str_cstr(bytes), bytes->len, path_basename(path), err);
	if (doc && !check_value(doc, toml_root(doc), "", &root_field, err)) {
		toml_free(doc);
		return NULL;
	}
	return doc;
}

struct choice *
choice_load(const char *root, struct err *err)
{
	struct choice *c = xcalloc(1, sizeof *c);

	c->texts = xcalloc(1, sizeof *c->texts);
	c->path = path_join(root, "xtui.toml");
	if (!(c->doc = read_file(c->path, &c->saved, err))) {
		choice_free(c);
		return NULL;
	}
	return c;
}

static void
forget_changes(struct choice *c)
{
	for (size_t i = 0; i < c->changes.len; i++) {
		for (size_t k = 0; k < PATH_LEN; k++)
			free(c->changes.items[i].path[k]);
		free(c->changes.items[i].value);
	}
	vec_clear(&c->changes);
}

void
choice_free(struct choice *c)
{
	if (!c)
		return;
	forget_changes(c);
	vec_fini(&c->changes);
	toml_free(c->doc);
	str_fini(&c->saved);
	map_fini(&c->texts->known);
	arena_fini(&c->texts->arena);
	free(c->texts);
	free(c->path);
	free(c);
}

const char *
choice_path(const struct choice *c)
{
	return c->path;
}

/* Where `text` is in an array, or its length. */
static size_t
find_text(const struct toml_value *array, const char *text)
{
	size_t i = 0;

	while (i < toml_count(array) && !text_is(toml_string(toml_at(array, i), ""), text))
		i++;
	return i;
}

static const struct toml_value *
find_path(const struct toml *doc, const char *const *path)
{
	const struct toml_value *v = toml_root(doc);

	for (size_t i = 0; path[i]; i++)
		v = toml_get(v, path[i]);
	return v;
}

/* Removes the value, and the tables that held nothing else. */
static bool
remove_value(struct toml *doc, const char *const *path, struct err *err)
{
	const char *above[PATH_LEN + 1] = { NULL };
	size_t len = 0;

	for (; path[len]; len++)
		above[len] = path[len];
	for (;;) {
		if (!toml_remove(doc, above, err))
			return false;
		above[--len] = NULL;
		if (len == 0 || !find_path(doc, above) || toml_count(find_path(doc, above)) > 0)
			return true;
	}
}

static bool
include_text(struct toml *doc, const char *const *path, const char *text, struct err *err)
{
	const struct toml_value *array = find_path(doc, path);
	struct str literal = STR_INIT;
	bool ok;

	if (find_text(array, text) < toml_count(array))
		return true;
	toml_quote(&literal, span_of(text));
	ok = toml_array_add(doc, path, str_cstr(&literal), err);
	str_fini(&literal);
	return ok;
}

static bool
exclude_text(struct toml *doc, const char *const *path, const char *text, struct err *err)
{
	const struct toml_value *array = find_path(doc, path);
	size_t i = find_text(array, text);

	return i == toml_count(array) || toml_array_remove(doc, path, i, err);
}

static bool
make_change(struct toml *doc, const struct change *change, struct err *err)
{
	const char *const *path = (const char *const *)change->path;

	switch (change->kind) {
	case CHANGE_SET: return toml_set(doc, path, change->value, err);
	case CHANGE_REMOVE: return remove_value(doc, path, err);
	case CHANGE_INCLUDE: return include_text(doc, path, change->value, err);
	default: return exclude_text(doc, path, change->value, err);
	}
}

/* Makes the change now and keeps it for the file. */
static void
add_change(struct choice *c, enum change_kind kind, const char *const *path, const char *value)
{
	struct change change = { .kind = kind, .value = xstrdup(value) };

	for (size_t i = 0; path[i]; i++)
		change.path[i] = xstrdup(path[i]);
	make_change(c->doc, &change, &c->failure);
	vec_push(&c->changes, change);
}

/* Puts the changes into what the file holds by now, if that is not what it was. */
static bool
catch_up(struct choice *c, struct err *err)
{
	struct str bytes = STR_INIT;
	struct toml *doc = read_file(c->path, &bytes, err);
	bool ok = doc != NULL;

	if (doc && span_equal(str_span(&bytes), str_span(&c->saved)))
		goto done;
	for (size_t i = 0; ok && i < c->changes.len; i++)
		ok = make_change(doc, &c->changes.items[i], err);
	if (ok) {
		struct toml *old = c->doc;
		struct str old_bytes = c->saved;

		c->doc = doc;
		c->saved = bytes;
		doc = old;
		bytes = old_bytes;
	}
done:
	toml_free(doc);
	str_fini(&bytes);
	return ok;
}

bool
choice_save(struct choice *c, struct err *err)
{
	if (c->changes.len == 0)
		return true;
	if (c->failure.kind != ERR_NONE) {
		if (err)
			*err = c->failure;
		return false;
	}
	if (!catch_up(c, err))
		return false;
	if (!span_equal(toml_bytes(c->doc), str_span(&c->saved)) &&
		!file_write(c->path, toml_bytes(c->doc), err))
		return false;
	str_clear(&c->saved);
	str_append_span(&c->saved, toml_bytes(c->doc));
	forget_changes(c);
	return true;
}

static const struct toml_value *
value_of(const struct choice *c, const char *first, const char *second)
{
	const struct toml_value *v = toml_get(toml_root(c->doc), first);

	return second ? toml_get(v, second) : v;
}

static const char *const list_keys[CHOICE_LIST_COUNT] = {
	[CHOICE_TARGETS] = "targets",
	[CHOICE_PACKAGES] = "packages",
	[CHOICE_BINS] = "bins",
	[CHOICE_EXAMPLES] = "examples",
	[CHOICE_FEATURES] = "features",
};

size_t
choice_list_count(const struct choice *c, enum choice_list list)
{
	return toml_count(value_of(c, list_keys[list], NULL));
}

const char *
choice_list_get(const struct choice *c, enum choice_list list, size_t i)
{
	return toml_string(toml_at(value_of(c, list_keys[list], NULL), i), NULL);
}

bool
choice_list_has(const struct choice *c, enum choice_list list, const char *name)
{
	return find_text(value_of(c, list_keys[list], NULL), name) < choice_list_count(c, list);
}

void
choice_list_mark(struct choice *c, enum choice_list list, const char *name, bool marked)
{
	const char *path[] = { list_keys[list], NULL };

	if (choice_list_has(c, list, name) != marked)
		add_change(c, marked ? CHANGE_INCLUDE : CHANGE_EXCLUDE, path, name);
}

size_t
choice_target_count(const struct choice *c)
{
	return choice_list_count(c, CHOICE_TARGETS);
}

const char *
choice_target(const struct choice *c, size_t i)
{
	return choice_list_get(c, CHOICE_TARGETS, i);
}

bool
choice_has_target(const struct choice *c, const char *triple)
{
	return choice_list_has(c, CHOICE_TARGETS, triple);
}

void
choice_mark(struct choice *c, const char *triple, bool marked)
{
	choice_list_mark(c, CHOICE_TARGETS, triple, marked);
}

/* Each word with a separator behind it; NULL: there is none. */
static const char *
joined(const struct choice *c, const struct toml_value *words)
{
	struct str text = STR_INIT;
	char *kept;

	for (size_t i = 0; i < toml_count(words); i++)
		str_appendf(&text, "%s%c", toml_string(toml_at(words, i), ""), CHOICE_SEPARATOR);
	if (text.len && !map_has(&c->texts->known, text.data))
		map_set(&c->texts->known, text.data, arena_strdup(&c->texts->arena, text.data));
	kept = map_get(&c->texts->known, str_cstr(&text));
	str_fini(&text);
	return kept;
}

const char *
choice_option(const struct choice *c, const char *triple, const char *key)
{
	const struct toml_value *v = toml_get(value_of(c, "target", triple), key);

	if (!v)
		return NULL;
	switch (toml_kind(v)) {
	case TOML_BOOL: return toml_bool(v, false) ? "true" : "false";
	case TOML_ARRAY: return joined(c, v);
	default: return toml_string(v, NULL);
	}
}

int
choice_option_line(const struct choice *c, const char *triple, const char *key)
{
	const struct toml_value *v = toml_get(value_of(c, "target", triple), key);

	return v ? toml_line(v) : 0;
}

const char *
choice_tuned(const struct choice *c, size_t i)
{
	const struct toml_value *targets = value_of(c, "target", NULL);

	return i < toml_count(targets) ? toml_key_at(targets, i) : NULL;
}

static enum shape
option_shape(const char *key)
{
	for (size_t i = 0; i < COUNT(target_fields); i++) {
		if (text_is(target_fields[i].name, key))
			return target_fields[i].shape;
	}
	return SHAPE_TEXT;
}

/* `text`, as choice_option gives it, in TOML. */
void
choice_append_literal(struct str *out, const char *key, const char *text)
{
	enum shape shape = option_shape(key);
	struct span rest = span_of(text);

	if (shape == SHAPE_TRUTH) {
		str_append(out, text);
		return;
	}
	if (shape != SHAPE_WORDS || !strchr(text, CHOICE_SEPARATOR)) {
		toml_quote(out, rest);
		return;
	}
	str_append_char(out, '[');
	while (rest.len) {
		str_append(out, out->data[out->len - 1] == '[' ? "" : ", ");
		toml_quote(out, span_cut(rest, CHOICE_SEPARATOR, &rest));
	}
	str_append_char(out, ']');
}

const char *
choice_backend(const struct choice *c, const char *triple)
{
	return choice_option(c, triple, "backend");
}

/* Sets a text to a new value, NULL to remove it. */
static void
change_text(struct choice *c, const char *const *path, const char *now, const char *text)
{
	struct str literal = STR_INIT;

	if (text_is(now, text))
		return;
	if (text)
		toml_quote(&literal, span_of(text));
	add_change(c, text ? CHANGE_SET : CHANGE_REMOVE, path, str_cstr(&literal));
	str_fini(&literal);
}

void
choice_set_option(struct choice *c, const char *triple, const char *key, const char *text)
{
	const char *path[] = { "target", triple, key, NULL };
	struct str literal = STR_INIT;

	if (text_is(choice_option(c, triple, key), text))
		return;
	if (text)
		choice_append_literal(&literal, key, text);
	add_change(c, text ? CHANGE_SET : CHANGE_REMOVE, path, str_cstr(&literal));
	str_fini(&literal);
}

void
choice_set_backend(struct choice *c, const char *triple, const char *backend)
{
	choice_set_option(c, triple, "backend", backend);
}

const char *
choice_profile_name(const struct choice *c)
{
	return toml_string(value_of(c, "profile", "name"), "release");
}

void
choice_set_profile(struct choice *c, const char *name)
{
	const char *path[] = { "profile", "name", NULL };

	change_text(c, path, toml_string(value_of(c, "profile", "name"), NULL), name);
}

const char *
choice_preset(const struct choice *c)
{
	return toml_string(value_of(c, "profile", "preset"), NULL);
}

size_t
choice_setting_count(const struct choice *c)
{
	return toml_count(value_of(c, "profile", "set"));
}

const char *
choice_setting(const struct choice *c, size_t i)
{
	return toml_string(toml_at(value_of(c, "profile", "set"), i), NULL);
}

static bool
has_settings(const struct choice *c, const char *const *settings, size_t count)
{
	if (choice_setting_count(c) != count)
		return false;
	for (size_t i = 0; i < count; i++)
		if (!text_is(choice_setting(c, i), settings[i]))
			return false;
	return true;
}

/* ["lto=thin", "strip=true"]; caller frees. */
static char *
settings_literal(const char *const *settings, size_t count)
{
	struct str literal = STR_INIT;

	for (size_t i = 0; i < count; i++) {
		str_append(&literal, i == 0 ? "[" : ", ");
		toml_quote(&literal, span_of(settings[i]));
	}
	str_append_char(&literal, ']');
	return str_take(&literal);
}

/* All arguments are read before anything changes: they may be borrowed from the document. */
void
choice_set_variant(struct choice *c, const char *preset, const char *const *set, size_t count)
{
	const char *preset_path[] = { "profile", "preset", NULL };
	const char *set_path[] = { "profile", "set", NULL };
	bool same = has_settings(c, set, count);
	char *literal = settings_literal(set, count);

	change_text(c, preset_path, choice_preset(c), preset);
	if (!same)
		add_change(c, count > 0 ? CHANGE_SET : CHANGE_REMOVE, set_path, literal);
	free(literal);
}

bool
choice_give_presets(const struct choice *c, struct profile *p, struct err *err)
{
	return profile_read_presets(p, c->doc, err);
}

/* What was said of an option of the command line is said of the value in the file. */
static bool
err_at(const struct choice *c, const struct toml_value *v, struct err *err)
{
	struct err said = *err;
	const char *blank = text_starts(said.message, "--") ? strchr(said.message, ' ') : NULL;

	toml_err(c->doc, v, err, "%s", blank ? blank + 1 : said.message);
	return err_try(err, "%s", said.remedy);
}

bool
choice_apply(const struct choice *c, struct profile *p, struct err *err)
{
	struct err own = ERR_INIT;

	if (!err)
		err = &own;
	if (choice_preset(c) && !profile_apply_preset(p, choice_preset(c), err))
		return err_at(c, value_of(c, "profile", "preset"), err);
	for (size_t i = 0; i < choice_setting_count(c); i++) {
		if (!profile_set_pair(p, choice_setting(c, i), err))
			return err_at(c, toml_at(value_of(c, "profile", "set"), i), err);
	}
	return true;
}

bool
choice_err_target(const struct choice *c, const char *triple, struct err *err)
{
	const struct toml_value *list = value_of(c, list_keys[CHOICE_TARGETS], NULL);
	size_t i = find_text(list, triple);

	return i < toml_count(list) && err_at(c, toml_at(list, i), err);
}

bool
choice_err_option(const struct choice *c, const char *triple, const char *key, struct err *err)
{
	return err_at(c, toml_get(value_of(c, "target", triple), key), err);
}

const char *
choice_package_file(const struct choice *c, enum choice_pack kind, size_t i)
{
	static const char *const keys[] = { "files", "man", "completions" };
	const struct toml_value *list = value_of(c, "package", keys[kind]);

	return i < toml_count(list) ? toml_string(toml_at(list, i), NULL) : NULL;
}
