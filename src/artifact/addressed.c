#include "artifact/addressed.h"

#include <stdlib.h>
#include "artifact/demangle.h"
#include "base/alloc.h"

#define NAME_SIZE (DEMANGLE_MAX + 1)

void
addressed_add(struct addressed *a, const struct addressed_symbol *s)
{
	if (a->symbols.len < ADDRESSED_MAX && s->section < a->section_count &&
		s->address < a->ends[s->section])
		vec_push(&a->symbols, *s);
}

static int
compare(const void *left, const void *right)
{
	const struct addressed_symbol *a = left, *b = right;

	if (a->section != b->section)
		return a->section < b->section ? -1 : 1;
	if (a->address != b->address)
		return a->address < b->address ? -1 : 1;
	if (a->is_minor != b->is_minor)
		return a->is_minor ? 1 : -1;
	return a->name < b->name ? -1 : a->name > b->name;
}

static uint64_t
end_of(const struct addressed *a, size_t at)
{
	const struct addressed_symbol *s = &a->symbols.items[at];

	for (size_t i = at + 1; i < a->symbols.len; i++) {
		const struct addressed_symbol *next = &a->symbols.items[i];

		if (next->section != s->section)
			break;
		if (next->address != s->address)
			return next->address;
	}
	return a->ends[s->section];
}

static void
read_name(const struct reader *r, const struct addressed_symbol *s, char *name)
{
	size_t size = s->name_len && s->name_len < NAME_SIZE ? s->name_len + 1 : NAME_SIZE;

	reader_copy_text(r, s->name, name, size);
}

void
addressed_tell(struct addressed *a, const struct reader *r, uint64_t base, const char *skip,
	sized_visit *visit, void *arg)
{
	char *name = xmalloc(NAME_SIZE);

	if (a->symbols.len)
		qsort(a->symbols.items, a->symbols.len, sizeof(*a->symbols.items), compare);
	for (size_t i = 0; i < a->symbols.len; i++) {
		const struct addressed_symbol *s = &a->symbols.items[i];
		uint64_t end = end_of(a, i);
		struct sized_symbol told = {
			.name = name, .place = base + s->name, .bytes = end - s->address
		};

		if (i && s[-1].section == s->section && s[-1].address == s->address)
			continue; /* another name of the same */
		read_name(r, s, name);
		if (*skip && name[0] == *skip)
			told.name++;
		visit(arg, &told);
	}
	free(name);
}

void
addressed_fini(struct addressed *a)
{
	vec_fini(&a->symbols);
}
