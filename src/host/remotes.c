/* remotes: one table of keys, as host/settings has one of options. */
#include "host/remotes.h"

#include <stdlib.h>
#include <string.h>
#include "base/alloc.h"
#include "base/count.h"
#include "base/str.h"
#include "text/fuzzy.h"
#include "text/toml.h"

#define SLOTS_MAX 64

/* What a value is used for, and so what must not be in it. */
enum key_shape {
	KEY_HOST,
	KEY_PATH, /* goes through the shell of another machine, and through rsync's */
	KEY_TEXT,
	KEY_PATTERNS,
	KEY_COUNT,
};

struct key {
	const char *name;
	enum key_shape shape;
	size_t field;
	const char *standard; /* for people */
	const char *help;
};

#define FIELD(name) offsetof(struct remote, name)

static const struct key keys[] = {
	{ "host", KEY_HOST, FIELD(host), "NAME",
		"a machine that builds by ssh, as ssh has it: me@machine, a Host of its config" },
	{ "folder", KEY_PATH, FIELD(folder), ".cache/xtui/remote",
		"where sources are kept there; below the home folder" },
	{ "xtui", KEY_PATH, FIELD(xtui), "xtui", "the program there, if it is not on PATH" },
	{ "toolchain", KEY_TEXT, FIELD(toolchain), "its own", "the toolchain that builds there" },
	{ "targets", KEY_PATTERNS, FIELD(targets), "[\"*\"]",
		"what it is asked for: [\"*-apple-*\"]" },
	{ "slots", KEY_COUNT, FIELD(slots), "1", "of several machines: its share of the targets" },
	{ "ssh-config", KEY_TEXT, FIELD(ssh_config), "ssh's own", "a file for ssh -F" },
};
#define KEY_ROWS (COUNT(keys))

static const struct key *
key_find(const char *name)
{
	for (size_t i = 0; i < KEY_ROWS; i++) {
		if (text_is(keys[i].name, name))
			return &keys[i];
	}
	return NULL;
}

static bool
refuse_key(const struct toml *doc, const struct toml_value *table, size_t i, struct err *err)
{
	const char *names[KEY_ROWS], *key = toml_key_at(table, i), *nearest;

	for (size_t n = 0; n < KEY_ROWS; n++)
		names[n] = keys[n].name;
	nearest = fuzzy_nearest(key, names, KEY_ROWS);
	toml_err_key(doc, table, i, err, "a remote has no key \"%s\"", key);
	return nearest ? err_try(err, "%s", nearest) : false;
}

/* ---- values ---- */

#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"

static bool
is_made_of(const char *text, const char *characters)
{
	return *text && *text != '-' && text[strspn(text, characters)] == '\0';
}

/* A host that begins with a dash would be an option to ssh. */
static bool
is_good(enum key_shape shape, const char *text)
{
	if (shape == KEY_HOST)
		return is_made_of(text, LETTERS "@%._:-[]");
	if (shape == KEY_PATH)
		return is_made_of(text, LETTERS "/._+~-");
	return *text && *text != '-';
}

static bool
read_text(struct remotes *r, const struct toml *doc, const struct toml_value *v,
	const struct key *key, struct remote *to, struct err *err)
{
	const char *text = toml_string(v, "");

	if (toml_kind(v) != TOML_STRING)
		return toml_err(doc, v, err, "expected a string for \"%s\", found %s", key->name,
			toml_kind_name(toml_kind(v)));
	if (!span_is(toml_text(v), text) || !is_good(key->shape, text))
		return toml_err(doc, v, err,
			"\"%s\" cannot be \"%s\": letters, digits and a few signs are expected",
			key->name, text);
	*(const char **)((char *)to + key->field) = arena_strdup(&r->arena, text);
	return true;
}

static bool
read_patterns(struct remotes *r, const struct toml *doc, const struct toml_value *v,
	struct remote *to, struct err *err)
{
	const char **patterns = arena_array(&r->arena, const char *, toml_count(v) + 1);

	if (toml_kind(v) != TOML_ARRAY)
		return toml_err(doc, v, err,
			"expected an array of strings for \"targets\", found %s",
			toml_kind_name(toml_kind(v)));
	for (size_t i = 0; i < toml_count(v); i++) {
		if (toml_kind(toml_at(v, i)) != TOML_STRING)
			return toml_err(doc, toml_at(v, i), err,
				"expected a target or a pattern such as \"*-apple-*\"");
		patterns[i] = arena_strdup(&r->arena, toml_string(toml_at(v, i), ""));
	}
	to->targets = patterns;
	return true;
}

static bool
read_slots(const struct toml *doc, const struct toml_value *v, struct remote *to, struct err *err)
{
	int64_t slots = toml_integer(v, 0);

	if (slots < 1 || slots > SLOTS_MAX)
		return toml_err(doc, v, err, "\"slots\" must be from 1 to %d", SLOTS_MAX);
	to->slots = (int)slots;
	return true;
}

static bool
read_key(struct remotes *r, const struct toml *doc, const struct toml_value *table, size_t i,
	struct remote *to, struct err *err)
{
	const struct key *key = key_find(toml_key_at(table, i));
	const struct toml_value *v = toml_at(table, i);

	if (!key)
		return refuse_key(doc, table, i, err);
	if (key->shape == KEY_PATTERNS)
		return read_patterns(r, doc, v, to, err);
	return key->shape == KEY_COUNT ? read_slots(doc, v, to, err)
				       : read_text(r, doc, v, key, to, err);
}

/* ---- machines ---- */

static bool
read_remote(struct remotes *r, const struct toml *doc, const struct toml_value *table, size_t i,
	struct err *err)
{
	static const char *const all[] = { "*", NULL };
	const struct toml_value *own = toml_at(table, i);
	const char *name = arena_strdup(&r->arena, toml_key_at(table, i));
	struct remote *to = &r->items[r->count++];

	if (toml_kind(own) != TOML_TABLE)
		return toml_err(doc, own, err, "expected a table for the remote \"%s\", found %s",
			name, toml_kind_name(toml_kind(own)));
	if (!is_made_of(name, LETTERS "._-"))
		return toml_err_key(doc, table, i, err,
			"the name of a remote is made of letters, digits, dots and dashes");
	*to = (struct remote){ .name = name,
		.host = name,
		.folder = ".cache/xtui/remote",
		.xtui = "xtui",
		.targets = all,
		.slots = 1 };
	for (size_t k = 0; k < toml_count(own); k++) {
		if (!read_key(r, doc, own, k, to, err))
			return false;
	}
	return true;
}

struct remotes *
remotes_read(const struct toml *doc, const struct toml_value *table, struct err *err)
{
	struct remotes *r = xcalloc(1, sizeof(*r));

	r->items = arena_array(&r->arena, struct remote, toml_count(table) + 1);
	for (size_t i = 0; i < toml_count(table); i++) {
		if (read_remote(r, doc, table, i, err))
			continue;
		remotes_free(r);
		return NULL;
	}
	return r;
}

void
remotes_free(struct remotes *r)
{
	if (!r)
		return;
	arena_fini(&r->arena);
	free(r);
}

const struct remote *
remotes_find(const struct remotes *r, const char *name)
{
	for (size_t i = 0; r && i < r->count; i++) {
		if (text_is(r->items[i].name, name))
			return &r->items[i];
	}
	return NULL;
}

bool
remote_serves(const struct remote *r, const char *triple)
{
	return text_fits_any(triple, r->targets);
}

void
remotes_describe(struct str *out)
{
	static const char *const shapes[] = { [KEY_HOST] = "text",
		[KEY_PATH] = "text",
		[KEY_TEXT] = "text",
		[KEY_PATTERNS] = "list",
		[KEY_COUNT] = "1 to 64" };

	for (size_t i = 0; i < KEY_ROWS; i++)
		str_appendf(out, REMOTES_TABLE ".NAME.%s %s, without it %s\n    %s\n", keys[i].name,
			shapes[keys[i].shape], keys[i].standard, keys[i].help);
}
