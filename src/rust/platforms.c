/* platforms: see platforms.h. */
#include "rust/platforms.h"
#include <stdlib.h>
#include <string.h>
#include "base/alloc.h"
#include "base/arena.h"
#include "base/str.h"
#include "rust/targets.h"
#include "text/toml_keep.h"

#define DATA_NAME "data/platforms.toml"

struct row {
	const char *const *match, *const *except;
	const char *says; /* the group's id, or the purpose */
};

struct rows {
	struct row *items;
	size_t count;
};

struct platforms {
	struct arena arena;
	const char *const *popular;
	struct rows groups, purposes;
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

static const char *
says_of(const struct rows *rows, const char *triple, const char *otherwise)
{
	for (size_t i = 0; i < rows->count; i++) {
		const struct row *row = &rows->items[i];

		if (text_fits_any(triple, row->match) && !text_fits_any(triple, row->except))
			return row->says;
	}
	return otherwise;
}

static struct rows
read_rows(struct arena *arena, const struct toml_value *list, const char *key)
{
	size_t count = toml_count(list);
	struct rows rows = { arena_array(arena, struct row, count + 1), count };

	for (size_t i = 0; i < count; i++) {
		const struct toml_value *v = toml_at(list, i);

		rows.items[i] = (struct row){ toml_keep_texts(arena, toml_get(v, "match")),
			toml_keep_texts(arena, toml_get(v, "except")),
			toml_keep_text(arena, v, key) };
	}
	return rows;
}

struct platforms *
platforms_load(struct err *err)
{
	struct toml *doc = toml_read_data(DATA_NAME, err);
	struct platforms *p;

	if (!doc)
		return NULL;
	p = xcalloc(1, sizeof(*p));
	p->popular = toml_keep_texts(&p->arena, toml_get(toml_root(doc), "popular"));
	p->groups = read_rows(&p->arena, toml_get(toml_root(doc), "platform"), "id");
	p->purposes = read_rows(&p->arena, toml_get(toml_root(doc), "purpose"), "text");
	toml_free(doc);
	return p;
}

void
platforms_free(struct platforms *p)
{
	if (!p)
		return;
	arena_fini(&p->arena);
	free(p);
}

static enum target_platform
platform_of(const struct platforms *p, const char *triple)
{
	const char *id = says_of(&p->groups, triple, "other");
	int i = 0;

	while (i < PLATFORM_OTHER && strcmp(names[i].id, id) != 0)
		i++;
	return (enum target_platform)i;
}

static int
popularity_of(const struct platforms *p, const char *triple)
{
	for (size_t i = 0; p->popular[i]; i++)
		if (strcmp(p->popular[i], triple) == 0)
			return (int)i;
	return -1;
}

void
platforms_fill(const struct platforms *p, struct target *t, struct arena *arena)
{
	t->platform = platform_of(p, t->triple);
	t->popularity = popularity_of(p, t->triple);
	t->purpose = arena_strdup(arena, says_of(&p->purposes, t->triple, NULL));
}
