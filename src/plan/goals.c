/* goals: the table, read into an arena. */
#include "plan/goals.h"

#include <stdlib.h>
#include "base/alloc.h"
#include "text/fuzzy.h"
#include "text/toml_keep.h"

#define FILE_NAME "data/goals.toml"

static bool
is_for(const struct toml_value *entry, const char *host)
{
	const struct toml_value *hosts = toml_get(entry, "hosts");

	for (size_t i = 0; i < toml_count(hosts); i++)
		if (text_fits(host, toml_string(toml_at(hosts, i), "")))
			return true;
	return !hosts;
}

static bool
read_goal(struct arena *arena, const struct toml *doc, const struct toml_value *entry,
	struct goal *goal, struct err *err)
{
	const struct toml_value *list = toml_get(entry, "reach");
	struct reach *reach = arena_array(arena, struct reach, toml_count(list) + 1);

	for (size_t i = 0; i < toml_count(list); i++) {
		reach[i].triple = toml_keep_text(arena, toml_at(list, i), "target");
		reach[i].backend = toml_keep_text(arena, toml_at(list, i), "backend");
		if (!reach[i].triple)
			return toml_err(doc, toml_at(list, i), err, "expected a `target`");
	}
	*goal = (struct goal){ .name = toml_keep_text(arena, entry, "name"),
		.title = toml_keep_text(arena, entry, "title"),
		.why = toml_keep_text(arena, entry, "why"),
		.reach = reach,
		.count = toml_count(list) };
	if (!goal->name || !goal->title || !goal->why || !goal->count)
		return toml_err(
			doc, entry, err, "a [[goal]] needs `name`, `title`, `why` and `reach`");
	return true;
}

bool
goals_load(struct arena *arena, const char *host, struct goals *out, struct err *err)
{
	struct toml *doc = toml_read_data(FILE_NAME, err);
	const struct toml_value *entries;
	bool ok = doc != NULL;

	*out = (struct goals){ 0 };
	if (!doc)
		return false;
	entries = toml_get(toml_root(doc), "goal");
	out->items = arena_array(arena, struct goal, toml_count(entries) + 1);
	for (size_t i = 0; ok && i < toml_count(entries); i++) {
		const struct toml_value *entry = toml_at(entries, i);
		if (is_for(entry, host))
			ok = read_goal(arena, doc, entry, &out->items[out->count++], err);
	}
	toml_free(doc);
	return ok;
}

const struct goal *
goals_find(const struct goals *goals, const char *name, struct err *err)
{
	const char **names = xcalloc(goals->count + 1, sizeof(*names));
	const char *nearest;

	for (size_t i = 0; i < goals->count; i++) {
		if (text_is(goals->items[i].name, name)) {
			free(names);
			return &goals->items[i];
		}
		names[i] = goals->items[i].name;
	}
	nearest = fuzzy_nearest(name, names, goals->count);
	free(names);
	err_set(err, ERR_USAGE,
		nearest ? "unknown goal \"%s\": did you mean %s?" : "unknown goal \"%s\"", name,
		nearest);
	err_try(err, "xtui help setup");
	return NULL;
}
