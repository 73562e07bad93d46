#include "artifact/addressed.h"

#include <stdlib.h>
#include "artifact/demangle.h"
#include "base/alloc.h"

#define NAME_SIZE (DEMANGLE_MAX + 1)

void
addressed_add(struct addressed *a, const struct addressed_symbol *s)
{
	if (a->symbols.len < ADDRESSED_MAX && s->section < a->section_count &&
		s->address >= a->sections[s->section].begin &&
		s->address < a->sections[s->section].end)
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
	if (a->is_mark != b->is_mark)
		return a->is_mark - b->is_mark;
	if (a->minor != b->minor)
		return a->minor - b->minor;
	return a->name < b->name ? -1 : a->name > b->name;
}

static void
read_name(const struct reader *r, const struct addressed_symbol *s, char *name)
{
	size_t size = s->name_len && s->name_len < NAME_SIZE ? s->name_len + 1 : NAME_SIZE;

	reader_copy_text(r, s->name, name, size);
}

/* One of each address; the others are names of the same. */
static void
drop_aliases(struct addressed *a)
{
	size_t kept = 0;

	for (size_t i = 0; i < a->symbols.len; i++) {
		const struct addressed_symbol *s = &a->symbols.items[i];
		const struct addressed_symbol *last = kept ? &a->symbols.items[kept - 1] : NULL;

		if (!last || last->section != s->section || last->address != s->address)
			a->symbols.items[kept++] = *s;
	}
	a->symbols.len = kept;
}

struct telling {
	const struct reader *r;
	uint64_t base;
	const char *skip;
	sized_visit *visit;
	void *arg;
	char *name;
};

static void
tell_symbol(const struct telling *t, const struct addressed_symbol *s, uint64_t bytes)
{
	struct sized_symbol told = { .name = t->name, .place = t->base + s->name, .bytes = bytes };

	read_name(t->r, s, t->name);
	if (*t->skip && t->name[0] == *t->skip)
		told.name++;
	t->visit(t->arg, &told);
}

/* The symbols of a section from the i-th on, and its rest; the place of the next section's first. */
static size_t
tell_section(const struct telling *t, const struct addressed *a, size_t section, size_t i)
{
	const struct addressed_section *own = &a->sections[section];
	uint64_t rest = own->end - own->begin;

	for (; i < a->symbols.len && a->symbols.items[i].section == section; i++) {
		const struct addressed_symbol *s = &a->symbols.items[i];
		bool is_last = i + 1 == a->symbols.len || s[1].section != section;
		uint64_t bytes = (is_last ? own->end : s[1].address) - s->address;

		if (s->is_mark)
			continue;
		rest -= bytes;
		tell_symbol(t, s, bytes);
	}
	if (rest)
		t->visit(t->arg,
			&(struct sized_symbol){
				.name = own->name, .bytes = rest, .is_rest = true });
	return i;
}

void
addressed_tell(struct addressed *a, const struct reader *r, uint64_t base, const char *skip,
	sized_visit *visit, void *arg)
{
	const struct telling t = { r, base, skip, visit, arg, xmalloc(NAME_SIZE) };
	size_t at = 0;

	if (a->symbols.len)
		qsort(a->symbols.items, a->symbols.len, sizeof(*a->symbols.items), compare);
	drop_aliases(a);
	for (size_t section = 0; section < a->section_count; section++)
		at = tell_section(&t, a, section, at);
	free(t.name);
}

void
addressed_fini(struct addressed *a)
{
	vec_fini(&a->symbols);
}
