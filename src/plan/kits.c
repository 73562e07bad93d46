/* kits: a table read once for each plan; places are spelled out against the environment. */
#include "plan/kits.h"

#include <stdlib.h>
#include <string.h>
#include "base/data.h"
#include "base/path.h"
#include "text/toml.h"

#define FILE_NAME "data/kits.toml"

static const char *const *
read_list(struct arena *arena, const struct toml_value *entry, const char *key)
{
	const struct toml_value *array = toml_get(entry, key);
	size_t count = toml_count(array);
	const char **list = arena_array(arena, const char *, count + 1);

	for (size_t i = 0; i < count; i++)
		list[i] = arena_strdup(arena, toml_string(toml_at(array, i), ""));
	return list;
}

static const char *
read_text(struct arena *arena, const struct toml_value *entry, const char *key)
{
	return arena_strdup(arena, toml_string(toml_get(entry, key), NULL));
}

static bool
read_kit(struct arena *arena, const struct toml *doc, const struct toml_value *entry,
	struct kit *kit, struct err *err)
{
	const struct toml_value *license = toml_get(entry, "license");

	*kit = (struct kit){ .name = read_text(arena, entry, "name"),
		.title = read_text(arena, entry, "title"),
		.backend = read_text(arena, entry, "backend"),
		.targets = read_list(arena, entry, "targets"),
		.hosts = read_list(arena, entry, "hosts"),
		.url = read_text(arena, entry, "url"),
		.sha256 = read_text(arena, entry, "sha256"),
		.bytes = toml_integer(toml_get(entry, "bytes"), -1),
		.disk_bytes = toml_integer(toml_get(entry, "disk"), -1),
		.into = read_list(arena, entry, "into"),
		.strip = (int)toml_integer(toml_get(entry, "strip"), 0),
		.run = read_list(arena, entry, "run"),
		.tell = read_text(arena, entry, "tell"),
		.license = { read_text(arena, license, "name"), read_text(arena, license, "url"),
			read_text(arena, license, "text") } };
	if (!kit->name || !kit->title || !kit->backend || !*kit->targets)
		return toml_err(doc, entry, err,
			"a [[kit]] needs `name`, `title`, `backend` and `targets`");
	if (kit->url ? !kit->sha256 || !*kit->into : !*kit->run)
		return toml_err(doc, entry, err,
			"a [[kit]] needs `url`, `sha256` and `into`, or else `run`");
	if (!kit->license.name || !kit->license.url || !kit->license.text)
		return toml_err(
			doc, entry, err, "a [[kit]] needs a `license` with name, url and text");
	return true;
}

bool
kits_load(struct arena *arena, struct kits *out, struct err *err)
{
	const struct data_file *file = data_find(FILE_NAME);
	struct toml *doc = toml_parse(file->bytes, file->len, FILE_NAME, err);
	const struct toml_value *entries;
	bool ok = doc != NULL;

	*out = (struct kits){ 0 };
	if (!doc)
		return false;
	entries = toml_get(toml_root(doc), "kit");
	out->items = arena_array(arena, struct kit, toml_count(entries) + 1);
	for (; ok && out->count < toml_count(entries); out->count++)
		ok = read_kit(
			arena, doc, toml_at(entries, out->count), &out->items[out->count], err);
	toml_free(doc);
	return ok;
}

static bool
any_fits(const char *const *globs, const char *text)
{
	for (; *globs; globs++)
		if (text_fits(text, *globs))
			return true;
	return false;
}

const struct kit *
kits_find(const struct kits *kits, const char *backend, const char *triple, const char *host)
{
	for (size_t i = 0; i < kits->count; i++) {
		const struct kit *kit = &kits->items[i];

		if (text_is(kit->backend, backend) && any_fits(kit->targets, triple) &&
			(!*kit->hosts || any_fits(kit->hosts, host)))
			return kit;
	}
	return NULL;
}

/* "$NAME/rest" and "~/rest" spelled out; NULL when the variable is not set. */
static const char *
spelled_out(const char *place, struct arena *arena)
{
	const char *rest = place + strcspn(place, "/"), *value, *result;
	char *home;

	if (*place == '$') {
		value = getenv(arena_strndup(arena, place + 1, (size_t)(rest - place - 1)));
		return value && *value ? arena_printf(arena, "%s%s", value, rest) : NULL;
	}
	if (*place != '~')
		return place;
	home = path_home();
	result = home ? arena_printf(arena, "%s%s", home, rest) : NULL;
	free(home);
	return result;
}

const char *
kit_destination(const struct kit *kit, struct arena *arena)
{
	for (const char *const *place = kit->into; *place; place++) {
		const char *path = spelled_out(*place, arena);

		if (path)
			return path;
	}
	return NULL;
}
