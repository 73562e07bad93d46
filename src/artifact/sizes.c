/* sizes: see sizes.h. A table from the hash of a symbol's name without generic arguments to its bytes; the
 * name itself is made again, at the end, for the few rows that are shown. */
#include "artifact/sizes.h"
#include <stdlib.h>
#include <string.h>
#include "artifact/demangle.h"
#include "artifact/reader.h"
#include "artifact/sized_symbols.h"
#include "base/alloc.h"
#include "base/count.h"
#include "base/hash.h"
#include "base/map.h"

struct entry {
	uint64_t hash;
	uint64_t bytes;
	uint64_t largest; /* bytes of the largest copy */
	uint64_t place;   /* of one of its symbols */
	unsigned count;   /* 0: free */
	bool is_group;    /* of things that have no names of their own, and are no copies */
};

struct gather {
	struct sizes *sizes;
	struct entry *entries; /* open addressing, a power of two of them */
	size_t size, used;
	struct map crates; /* name -> place in sizes->crates + 1 */
	struct map rests;  /* name -> place in sizes->rests + 1 */
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

/* To the row of that name; `known` says where it is. */
static void
add_to(struct gather *g, size_rows *rows, struct map *known, struct span name, uint64_t bytes)
{
	size_t place = (size_t)(uintptr_t)map_get_span(known, name);
	struct size_row *row;

	if (!place) {
		row = vec_add(rows);
		row->name = arena_span(&g->sizes->arena, name);
		place = rows->len;
		map_set(known, row->name, (void *)(uintptr_t)place);
	}
	row = &rows->items[place - 1];
	row->bytes += bytes;
	row->count++;
}

/* What compilers number, or name by a hash: one of them says nothing. */
static const char *
common_name(const char *symbol)
{
	static const struct {
		const char *begin, *name;
	} rows[] = {
		{ "anon.", "(anonymous data)" },
		{ "l_anon.", "(anonymous data)" },
		{ "__unnamed_", "(anonymous data)" },
		{ "alloc_", "(anonymous data)" }, /* and a hash */
		{ "GCC_except_table", "(exception tables)" },
		{ "switch.table.", "(switch tables)" },
		{ "vtable.", "(vtables)" },
		{ "__imp_", "(imports)" },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		const char *rest = symbol + strlen(rows[i].begin);

		if (!text_starts(symbol, rows[i].begin))
			continue;
		if (text_starts(symbol, "alloc_") && strspn(rest, "0123456789abcdef") < 32)
			continue;
		return rows[i].name;
	}
	return symbol;
}

/* The name, and the crate, empty for what is not Rust's. */
static struct span
name_of(const char *symbol, struct str *name)
{
	str_clear(name);
	if (demangle(symbol, DEMANGLE_NO_ARGS, name))
		return demangle_crate(symbol);
	str_append(name, common_name(symbol));
	return (struct span){ NULL, 0 };
}

static void
gather_symbol(void *arg, const struct sized_symbol *s)
{
	struct gather *g = arg;
	struct entry *entry;
	struct span crate;
	uint64_t hash;

	if (s->is_rest) {
		add_to(g, &g->sizes->rests, &g->rests, span_of(s->name), s->bytes);
		g->sizes->rest += s->bytes;
		return;
	}
	crate = name_of(s->name, &g->name);
	hash = hash_bytes(HASH_INIT, g->name.data, g->name.len);
	if (g->used * 4 >= g->size * 3)
		grow(g);
	entry = entry_for(g->entries, g->size, hash);
	g->used += !entry->count;
	if (!entry->count)
		*entry = (struct entry){
			.hash = hash, .place = s->place, .is_group = *str_cstr(&g->name) == '('
		};
	entry->count++;
	entry->bytes += s->bytes;
	entry->largest = s->bytes > entry->largest ? s->bytes : entry->largest;
	g->sizes->told += s->bytes;
	if (crate.len)
		add_to(g, &g->sizes->crates, &g->crates, crate, s->bytes);
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
		if (e->is_group)
			continue;
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

	for (size_t i = 0; i < g->top_count && !s->is_rest; i++) {
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
	if (s->rests.len)
		qsort(s->rests.items, s->rests.len, sizeof(*s->rests.items), compare_rows);
done:
	reader_close(&r);
	map_fini(&g.rests);
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
	vec_fini(&s->rests);
	arena_fini(&s->arena);
}
