/* kits: a table read once for each plan; places are spelled out against the environment. */
#include "plan/kits.h"

#include <stdlib.h>
#include <string.h>
#include "base/path.h"
#include "text/toml_keep.h"

#define FILE_NAME "data/kits.toml"

static bool
read_kit(struct arena *arena, const struct toml *doc, const struct toml_value *entry,
	struct kit *kit, struct err *err)
{
	const struct toml_value *license = toml_get(entry, "license");

	*kit = (struct kit){ .name = toml_keep_text(arena, entry, "name"),
		.title = toml_keep_text(arena, entry, "title"),
		.backend = toml_keep_text(arena, entry, "backend"),
		.targets = toml_keep_texts(arena, toml_get(entry, "targets")),
		.hosts = toml_keep_texts(arena, toml_get(entry, "hosts")),
		.url = toml_keep_text(arena, entry, "url"),
		.sha256 = toml_keep_text(arena, entry, "sha256"),
		.bytes = toml_integer(toml_get(entry, "bytes"), -1),
		.disk_bytes = toml_integer(toml_get(entry, "disk"), -1),
		.into = toml_keep_texts(arena, toml_get(entry, "into")),
		.strip = (int)toml_integer(toml_get(entry, "strip"), 0),
		.run = toml_keep_texts(arena, toml_get(entry, "run")),
		.tell = toml_keep_text(arena, entry, "tell"),
		.license = { toml_keep_text(arena, license, "name"),
			toml_keep_text(arena, license, "url"),
			toml_keep_text(arena, license, "text") } };
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
	struct toml *doc = toml_read_data(FILE_NAME, err);
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

const struct kit *
kits_find(const struct kits *kits, const char *backend, const char *triple, const char *host)
{
	for (size_t i = 0; i < kits->count; i++) {
		const struct kit *kit = &kits->items[i];

		if (text_is(kit->backend, backend) && text_fits_any(triple, kit->targets) &&
			(!*kit->hosts || text_fits_any(host, kit->hosts)))
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
