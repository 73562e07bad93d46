/* map: text to pointer, keeping the order of first insertion.
 *
 * Keys are copied; values are the caller's. Open addressing over an array of entries. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include "base/str.h"

struct map_entry {
	char *key;
	void *value;
};

struct map {
	struct map_entry *entries; /* in order of insertion */
	size_t len;
	size_t cap;
	unsigned *slots; /* index + 1 into entries, 0 free; a power of two of them */
	size_t slot_count;
};

#define MAP_INIT ((struct map){ 0 })

void map_fini(struct map *m); /* values are not freed */
/* Sets key to value; returns the value that was there before, or NULL. */
void *map_set(struct map *m, const char *key, void *value);
void *map_get(const struct map *m, const char *key); /* NULL when absent */
void *map_get_span(const struct map *m, struct span key);
bool map_has(const struct map *m, const char *key);
