/* platforms: see platforms.h. The rows are the parsed document itself. */
#include "rust/platforms.h"
#include <stdlib.h>
#include <string.h>
#include "base/alloc.h"
#include "rust/targets.h"
#include "text/toml.h"

#define DATA_NAME "data/platforms.toml"

struct platforms {
	struct toml *doc;
	const struct toml_value *popular, *groups, *purposes;
};

static const struct {
	const char *id, *title;
} names[PLATFORM_COUNT] = {
	[PLATFORM_LINUX] = { "linux", "Linux" },
	[PLATFORM_LINUX_MUSL] = { "linux-musl", "Linux (musl)" },
	[PLATFORM_WINDOWS] = { "windows", "Windows" },
	[PLATFORM_MACOS] = { "macos", "macOS" },
	[PLATFORM_BSD] = { "bsd", "BSD" },
	[PLATFORM_ANDROID] = { "android", "Android" },
	[PLATFORM_IOS] = { "ios", "iOS and kin" },
	[PLATFORM_WASM] = { "wasm", "WebAssembly" },
	[PLATFORM_BARE] = { "bare", "Bare metal" },
	[PLATFORM_OTHER] = { "other", "Other" },
};

const char *
target_platform_name(enum target_platform p)
{
	return names[p].title;
}

static bool
any_matches(const struct toml_value *patterns, const char *triple)
{
	for (size_t i = 0; i < toml_count(patterns); i++)
		if (text_fits(triple, toml_string(toml_at(patterns, i), "")))
			return true;
	return false;
}

static const struct toml_value *
row_for(const struct toml_value *rows, const char *triple)
{
	for (size_t i = 0; i < toml_count(rows); i++) {
		const struct toml_value *row = toml_at(rows, i);

		if (any_matches(toml_get(row, "match"), triple) &&
			!any_matches(toml_get(row, "except"), triple))
			return row;
	}
	return NULL;
}

struct platforms *
platforms_load(struct err *err)
{
	struct platforms *p = xcalloc(1, sizeof(*p));

	p->doc = toml_read_data(DATA_NAME, err);
	if (!p->doc) {
		free(p);
		return NULL;
	}
	p->popular = toml_get(toml_root(p->doc), "popular");
	p->groups = toml_get(toml_root(p->doc), "platform");
	p->purposes = toml_get(toml_root(p->doc), "purpose");
	return p;
}

void
platforms_free(struct platforms *p)
{
	if (!p)
		return;
	toml_free(p->doc);
	free(p);
}

static enum target_platform
platform_of(const struct platforms *p, const char *triple)
{
	const char *id = toml_string(toml_get(row_for(p->groups, triple), "id"), "other");
	int i = 0;

	while (i < PLATFORM_OTHER && strcmp(names[i].id, id) != 0)
		i++;
	return (enum target_platform)i;
}

static int
popularity_of(const struct platforms *p, const char *triple)
{
	for (size_t i = 0; i < toml_count(p->popular); i++)
		if (strcmp(toml_string(toml_at(p->popular, i), ""), triple) == 0)
			return (int)i;
	return -1;
}

void
platforms_fill(const struct platforms *p, struct target *t, struct arena *arena)
{
	const struct toml_value *row = row_for(p->purposes, t->triple);

	t->platform = platform_of(p, t->triple);
	t->popularity = popularity_of(p, t->triple);
	t->purpose = arena_strdup(arena, toml_string(toml_get(row, "text"), NULL));
}
