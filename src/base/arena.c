#include "base/arena.h"
#include "base/alloc.h"
#include "base/utf8.h"
#include <stdalign.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK_SIZE ((size_t)16 * 1024)
#define ALIGNMENT 16u

struct arena_block {
	struct arena_block *before;
	size_t used;
	size_t size;
	alignas(ALIGNMENT) char bytes[];
};

void
arena_fini(struct arena *a)
{
	while (a->last) {
		struct arena_block *before = a->last->before;

		free(a->last);
		a->last = before;
	}
}

static struct arena_block *
block_new(size_t size)
{
	struct arena_block *block = xcalloc(1, sizeof *block + size);

	block->size = size;
	return block;
}

/* A big piece gets a block of its own behind the last one, whose room stays in use. */
static void *
alloc_big(struct arena *a, size_t size)
{
	struct arena_block *block = block_new(size);

	block->used = size;
	if (a->last) {
		block->before = a->last->before;
		a->last->before = block;
	} else {
		a->last = block;
	}
	return block->bytes;
}

void *
arena_alloc(struct arena *a, size_t size)
{
	struct arena_block *block = a->last;
	void *piece;

	if (size > SIZE_MAX / 2)
		die("out of memory (%zu bytes wanted)", size);
	size = (size + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
	if (size > BLOCK_SIZE / 4)
		return alloc_big(a, size);
	if (!block || block->size - block->used < size) {
		block = block_new(BLOCK_SIZE);
		block->before = a->last;
		a->last = block;
	}
	piece = block->bytes + block->used;
	block->used += size;
	return piece;
}

char *
arena_strdup(struct arena *a, const char *text)
{
	return text ? arena_span(a, span_of(text)) : NULL;
}

char *
arena_clean(struct arena *a, const char *text)
{
	struct str clean = STR_INIT;
	char *copy;

	utf8_clean(&clean, text, SIZE_MAX);
	copy = text ? arena_span(a, str_span(&clean)) : NULL;
	str_fini(&clean);
	return copy;
}

char *
arena_strndup(struct arena *a, const char *text, size_t len)
{
	return text ? arena_span(a, (struct span){ text, strnlen(text, len) }) : NULL;
}

char *
arena_span(struct arena *a, struct span s)
{
	char *copy = arena_alloc(a, s.len + 1);

	if (s.len > 0)
		memcpy(copy, s.data, s.len);
	return copy;
}

/* Puts a piece behind another; where the next one goes. */
static char *
put(char *to, struct span piece)
{
	memcpy(to, piece.data, piece.len);
	return to + piece.len;
}

char *
arena_join(struct arena *a, const char *first, ...)
{
	size_t len = strlen(first);
	const char *piece;
	va_list pieces;
	char *joined, *end;

	va_start(pieces, first);
	while ((piece = va_arg(pieces, const char *)))
		len += strlen(piece);
	va_end(pieces);
	joined = arena_alloc(a, len + 1);
	end = put(joined, span_of(first));
	va_start(pieces, first);
	while ((piece = va_arg(pieces, const char *)))
		end = put(end, span_of(piece));
	va_end(pieces);
	return joined;
}

char *
arena_take(struct arena *a, struct str *text)
{
	char *copy = arena_span(a, str_span(text));

	str_fini(text);
	return copy;
}

char *
arena_printf(struct arena *a, const char *fmt, ...)
{
	struct str text = STR_INIT;
	va_list args;

	va_start(args, fmt);
	str_appendv(&text, fmt, args);
	va_end(args);
	return arena_take(a, &text);
}
