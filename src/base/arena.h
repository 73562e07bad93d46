/* arena: many small allocations that are freed together.
 *
 * Blocks in a list, each 16-byte aligned; nothing is freed before arena_fini. */
#pragma once
#include <stddef.h>
#include "base/str.h"

struct arena_block;

struct arena {
	struct arena_block *last;
};

#define ARENA_INIT ((struct arena){ 0 })

void arena_fini(struct arena *a);
void *arena_alloc(struct arena *a, size_t size);       /* zeroed */
char *arena_strdup(struct arena *a, const char *text); /* NULL stays NULL */
/* Without what would act on a terminal: see utf8_clean. NULL stays NULL. */
char *arena_clean(struct arena *a, const char *text);
char *arena_strndup(struct arena *a, const char *text, size_t len);
char *arena_span(struct arena *a, struct span s);
char *arena_take(struct arena *a, struct str *text); /* the same, and the text is finished */
/* These texts, the last one is NULL, in one: what is asked for hundreds of times is joined in a tenth of
 * the time that printing it takes. */
char *arena_join(struct arena *a, const char *first, ...) __attribute__((sentinel));
char *arena_printf(struct arena *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#define arena_new(a, type) ((type *)arena_alloc((a), sizeof(type)))
#define arena_array(a, type, count) ((type *)arena_alloc((a), (count) * sizeof(type)))
