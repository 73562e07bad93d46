/* vec: a growing array of any type.
 *
 *     VEC(const char *) names = VEC_INIT;
 *     vec_push(&names, "cc");
 *     for (size_t i = 0; i < names.len; i++) use(names.items[i]);
 *     vec_fini(&names);
 *
 * A pointer into items is good until the next push. */
#pragma once
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

/* clang-format off */
#define VEC(type)            \
	struct {             \
		type *items; \
		size_t len;  \
		size_t cap;  \
	}
#define VEC_INIT { 0 }

/* Makes room for one more of `size` bytes each; the new memory comes back. */
void *vec_grow(void *items, size_t *cap, size_t len, size_t extra, size_t size);

#define vec_reserve(v, extra)                                                         \
	((v)->len + (extra) <= (v)->cap                                               \
	 ? (void)0                                                                    \
	 : (void)((v)->items = vec_grow((v)->items, &(v)->cap, (v)->len, (extra),     \
			  sizeof(*(v)->items))))
#define vec_push(v, value) (vec_reserve(v, 1), (void)((v)->items[(v)->len++] = (value)))
/* A zeroed new last item, by address. */
#define vec_add(v)                                                                    \
	(vec_reserve(v, 1), memset(&(v)->items[(v)->len], 0, sizeof(*(v)->items)),    \
	 &(v)->items[(v)->len++])
#define vec_pop(v) ((v)->items[--(v)->len])
#define vec_remove(v, at)                                                             \
	(memmove(&(v)->items[at], &(v)->items[(at) + 1],                              \
	 ((v)->len - (at) - 1) * sizeof(*(v)->items)), (void)(v)->len--)
#define vec_clear(v) ((void)((v)->len = 0))
#define vec_fini(v) (free((v)->items), (v)->items = NULL, (void)((v)->len = (v)->cap = 0))
/* clang-format on */
