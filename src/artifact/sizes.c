/* sizes: see sizes.h. A table from the hash of a symbol's name without generic arguments to its bytes; the
 * name itself is made again, at the end, for the few rows that are shown. */
#include "artifact/sizes.h"
#include <stdlib.h>
#include <string.h>
#include "artifact/demangle.h"
#include "artifact/reader.h"
#include "artifact/sized_symbols.h"
#include "base/alloc.h"
#include "base/hash.h"
#include "base/map.h"

struct entry {
	uint64_t hash;
	uint64_t bytes;
	uint64_t largest; /* bytes of the largest copy */
	uint64_t place;   /* of one of its symbols */
	unsigned count;   /* 0: free */
};

struct gather {
	struct sizes *sizes;
	struct entry *entries; /* open addressing, a power of two of them */
	size_t size, used;
	struct map crates; /* name -> place in sizes->crates + 1 */
	struct str name;
	struct entry **top; /* the entries that are shown, the largest first */
	size_t top_count;
};

/* --- gathering --- */

static struct entry *
entry_for(struct entry *entries, size_t size, uint64_t hash)
{
	size_t at = (size_t)(hash ^ hash >> 32) & (size - 1);

	while (entries[at].count && entries[at].hash != hash)
		at = (at + 1) & (size - 1);
	return &entries[at];
}

static void
grow(struct gather *g)
{
	size_t size = g->size ? g->size * 2 : 4096;
	struct entry *entries = xcalloc(size, sizeof(*entries));

	for (size_t i = 0; i < g->size; i++)
		if (g->entries[i].count)
			*entry_for(entries, size, g->entries[i].hash) = g->entries[i];
	free(g->entries);
	g->entries = entries;
	g->size = size;
}

static void
add_crate(struct gather *g, struct span name, uint64_t bytes)
{
	size_t place = (size_t)(uintptr_t)map_get_span(&g->crates, name);
	struct size_row *row;

	if (!place) {
		row = vec_add(&g->sizes->crates);
		row->name = arena_span(&g->sizes->arena, name);
		place = g->sizes->crates.len;
		map_set(&g->crates, row->name, (void *)(uintptr_t)place);
	}
	row = &g->sizes->crates.items[place - 1];
	row->bytes += bytes;
	row->count++;
}

/* The name, and the crate, empty for what is not Rust's. */
static struct span
name_of(const char *symbol, struct str *name)
{
	str_clear(name);
	if (demangle(symbol, DEMANGLE_NO_ARGS, name))
		return demangle_crate(symbol);
	str_append(name, symbol);
	return (struct span){ NULL, 0 };
}

static void
gather_symbol(void *arg, const struct sized_symbol *s)
{
	struct gather *g = arg;
	struct entry *entry;
	struct span crate = name_of(s->name, &g->name);
	uint64_t hash = hash_bytes(HASH_INIT, g->name.data, g->name.len);

	if (g->used * 4 >= g->size * 3)
		grow(g);
	entry = entry_for(g->entries, g->size, hash);
	g->used += !entry->count;
	if (!entry->count)
		*entry = (struct entry){ .hash = hash, .place = s->place };
	entry->count++;
	entry->bytes += s->bytes;
	entry->largest = s->bytes > entry->largest ? s->bytes : entry->largest;
	g->sizes->told += s->bytes;
	if (crate.len)
		add_crate(g, crate, s->bytes);
	else
		g->sizes->other += s->bytes;
}

/* --- the largest --- */

static int
compare_entries(const void *a, const void *b)
{
	const struct entry *x = *(struct entry *const *)a, *y = *(struct entry *const *)b;

	if (x->bytes != y->bytes)
		return x->bytes < y->bytes ? 1 : -1;
	return x->place < y->place ? -1 : x->place > y->place;
}

static int
compare_rows(const void *a, const void *b)
{
	const struct size_row *x = a, *y = b;

	if (x->bytes != y->bytes)
		return x->bytes < y->bytes ? 1 : -1;
	return strcmp(x->name, y->name);
}

static void
pick_top(struct gather *g, size_t most)
{
	g->top = xcalloc(g->used + 1, sizeof(struct entry *));
	for (size_t i = 0; i < g->size; i++) {
		const struct entry *e = &g->entries[i];

		if (!e->count)
			continue;
		g->top[g->top_count++] = &g->entries[i];
		g->sizes->copies += e->count - 1;
		g->sizes->copied += e->bytes - e->largest;
	}
	qsort(g->top, g->top_count, sizeof(struct entry *), compare_entries);
	if (g->top_count > most)
		g->top_count = most;
	for (size_t i = 0; i < g->top_count; i++) {
		struct size_row *row = vec_add(&g->sizes->symbols);

		row->bytes = g->top[i]->bytes;
		row->count = g->top[i]->count;
	}
}

/* The second time each symbol comes by, those that are shown leave their names. */
static void
name_symbol(void *arg, const struct sized_symbol *s)
{
	struct gather *g = arg;
	struct arena *arena = &g->sizes->arena;

	for (size_t i = 0; i < g->top_count; i++) {
		struct size_row *row = &g->sizes->symbols.items[i];
		struct span crate;

		if (g->top[i]->place != s->place || row->name)
			continue;
		crate = name_of(s->name, &g->name);
		row->name = arena_strdup(arena, str_cstr(&g->name));
		row->crate = crate.len ? arena_span(arena, crate) : NULL;
		return;
	}
}

bool
sizes_read(struct sizes *s, const char *path, size_t most, struct err *err)
{
	struct gather g = { .sizes = s };
	struct reader r;
	bool ok = false;

	*s = (struct sizes){ 0 };
	if (!reader_open(&r, path, err))
		return false;
	s->file = r.len;
	if (!sized_symbols_each(&r, gather_symbol, &g, err)) {
		err_prefix(err, "%s", path);
		goto done;
	}
	pick_top(&g, most);
	ok = sized_symbols_each(&r, name_symbol, &g, err) && reader_check(&r, path, err);
	if (s->crates.len)
		qsort(s->crates.items, s->crates.len, sizeof(*s->crates.items), compare_rows);
done:
	reader_close(&r);
	map_fini(&g.crates);
	str_fini(&g.name);
	free(g.entries);
	free(g.top);
	return ok;
}

void
sizes_fini(struct sizes *s)
{
	vec_fini(&s->crates);
	vec_fini(&s->symbols);
	arena_fini(&s->arena);
}
