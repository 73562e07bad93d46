#include "base/vec.h"
#include "base/alloc.h"

void *
vec_grow(void *items, size_t *cap, size_t len, size_t extra, size_t size)
{
	size_t wanted;
	size_t doubled = *cap < 8 ? 8 : *cap * 2;

	if (__builtin_add_overflow(len, extra, &wanted))
		die("out of memory (%zu more items wanted)", extra);
	if (wanted < doubled)
		wanted = doubled;
	items = xreallocarray(items, wanted, size);
	*cap = wanted;
	return items;
}
