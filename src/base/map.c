#include "base/map.h"
#include "base/alloc.h"
#include "base/hash.h"
#include "base/vec.h"
#include <stdlib.h>

/* The high half is folded in because the slots are taken from the low bits. */
static size_t
hash_of(struct span key)
{
	uint64_t hash = hash_bytes(HASH_INIT, key.data, key.len);

	return (size_t)(hash ^ (hash >> 32));
}

/* The slot that holds key, or the free one where it belongs. */
static unsigned *
slot_of(const struct map *m, struct span key)
{
	size_t mask = m->slot_count - 1;
	size_t i = hash_of(key) & mask;

	while (m->slots[i] && !span_is(key, m->entries[m->slots[i] - 1].key))
		i = (i + 1) & mask;
	return &m->slots[i];
}

static void
rehash(struct map *m)
{
	free(m->slots);
	m->slot_count = m->slot_count ? m->slot_count * 2 : 16;
	m->slots = xcalloc(m->slot_count, sizeof *m->slots);
	for (size_t i = 0; i < m->len; i++)
		*slot_of(m, span_of(m->entries[i].key)) = (unsigned)i + 1;
}

void
map_fini(struct map *m)
{
	for (size_t i = 0; i < m->len; i++)
		free(m->entries[i].key);
	free(m->entries);
	free(m->slots);
	*m = MAP_INIT;
}

void *
map_set(struct map *m, const char *key, void *value)
{
	unsigned *slot;

	if ((m->len + 1) * 4 > m->slot_count * 3)
		rehash(m);
	slot = slot_of(m, span_of(key));
	if (*slot) {
		void *before = m->entries[*slot - 1].value;

		m->entries[*slot - 1].value = value;
		return before;
	}
	if (m->len == m->cap)
		m->entries = vec_grow(m->entries, &m->cap, m->len, 1, sizeof *m->entries);
	m->entries[m->len++] = (struct map_entry){ xstrdup(key), value };
	*slot = (unsigned)m->len;
	return NULL;
}

static const struct map_entry *
entry_of(const struct map *m, struct span key)
{
	unsigned slot = m->len ? *slot_of(m, key) : 0;

	return slot ? &m->entries[slot - 1] : NULL;
}

void *
map_get(const struct map *m, const char *key)
{
	return map_get_span(m, span_of(key));
}

void *
map_get_span(const struct map *m, struct span key)
{
	const struct map_entry *entry = entry_of(m, key);

	return entry ? entry->value : NULL;
}

bool
map_has(const struct map *m, const char *key)
{
	return entry_of(m, span_of(key)) != NULL;
}
