/* Functions and data of WebAssembly modules, and of those within components: their bytes stand in the sections
 * of code and data, their names in the custom section "name" behind them
 * (https://webassembly.github.io/spec/core/appendix/custom.html#name-section). */
#include <stdlib.h>
#include "artifact/demangle.h"
#include "artifact/sized_symbols.h"
#include "base/alloc.h"
#include "base/vec.h"

#define NAME_SIZE (DEMANGLE_MAX + 1)
#define BODIES_MAX (1u << 22)
#define DEPTH_MAX 4 /* modules in components in components */

enum { CUSTOM = 0, IMPORT = 2, CODE = 10, DATA = 11, NESTED_MODULE = 1, NESTED_COMPONENT = 4 };
enum { NAMES_OF_FUNCTIONS = 1, NAMES_OF_DATA = 9 };
enum { KIND_FUNC, KIND_TABLE, KIND_MEMORY, KIND_GLOBAL, KIND_TAG };

typedef VEC(uint64_t) sizes_list;

struct module {
	uint64_t base;
	uint64_t code_rest, data_rest, other; /* bytes of the sections that no name stands for */
	uint64_t imported;                    /* functions, whose numbers come first */
	sizes_list functions, data;
	sized_visit *visit;
	void *arg;
	char *name;
};

/* A place in a part; `is_bad` once something was not there. */
struct cursor {
	const struct reader *r;
	uint64_t at, end;
	bool is_bad;
};

static uint64_t
take(struct cursor *c)
{
	uint64_t value = 0;

	if (c->at >= c->end || !reader_uleb(c->r, &c->at, &value))
		c->is_bad = true;
	return c->is_bad ? 0 : value;
}

static unsigned
take_byte(struct cursor *c)
{
	c->is_bad |= c->at >= c->end;
	return c->is_bad ? 0 : reader_u8(c->r, c->at++);
}

static void
skip(struct cursor *c, uint64_t bytes)
{
	if (c->is_bad || bytes > c->end - c->at)
		c->is_bad = true;
	else
		c->at += bytes;
}

static void
take_limits(struct cursor *c)
{
	unsigned flags = take_byte(c);

	take(c);
	if (flags & 1)
		take(c);
}

static void
take_type(struct cursor *c)
{
	unsigned type = take_byte(c);

	if (type == 0x63 || type == 0x64)
		take(c);
}

static void
read_imports(struct cursor *c, struct module *m)
{
	for (uint64_t count = take(c); count && !c->is_bad; count--) {
		skip(c, take(c));
		skip(c, take(c));
		switch (take_byte(c)) {
		case KIND_FUNC:
			take(c);
			m->imported++;
			break;
		case KIND_TABLE:
			take_type(c);
			take_limits(c);
			break;
		case KIND_MEMORY: take_limits(c); break;
		case KIND_GLOBAL:
			take_type(c);
			take_byte(c);
			break;
		case KIND_TAG:
			take_byte(c);
			take(c);
			break;
		default: c->is_bad = true;
		}
	}
}

/* The bytes of each, with the number before them. */
static void
read_bodies(struct cursor *c, sizes_list *sizes)
{
	for (uint64_t count = take(c); count && !c->is_bad && sizes->len < BODIES_MAX; count--) {
		uint64_t begun = c->at;

		skip(c, take(c));
		vec_push(sizes, c->is_bad ? 0 : c->at - begun);
	}
}

/* A segment's bytes; before them where they go, an expression up to its end. */
static void
read_data(struct cursor *c, sizes_list *sizes)
{
	for (uint64_t count = take(c); count && !c->is_bad && sizes->len < BODIES_MAX; count--) {
		uint64_t begun = c->at, flags = take(c);

		if (flags == 2)
			take(c);
		if (flags != 1) {
			unsigned op = take_byte(c);

			take(c); /* i32.const, i64.const, global.get: a number */
			c->is_bad |=
				(op != 0x41 && op != 0x42 && op != 0x23) || take_byte(c) != 0x0b;
		}
		skip(c, take(c));
		vec_push(sizes, c->is_bad ? 0 : c->at - begun);
	}
}

static void
tell_names(
	struct cursor *c, struct module *m, const sizes_list *sizes, uint64_t first, uint64_t *rest)
{
	for (uint64_t count = take(c); count && !c->is_bad; count--) {
		uint64_t number = take(c), len = take(c), at = c->at;
		uint64_t size = len < NAME_SIZE ? len + 1 : NAME_SIZE;
		struct sized_symbol s = { .name = m->name, .place = m->base + at };

		skip(c, len);
		if (c->is_bad || number < first || number - first >= sizes->len)
			continue;
		s.bytes = sizes->items[number - first];
		reader_copy_text(c->r, at, m->name, (size_t)size);
		if (!s.bytes)
			continue;
		*rest -= s.bytes < *rest ? s.bytes : *rest;
		m->visit(m->arg, &s);
	}
}

static void
read_names(struct cursor *c, struct module *m)
{
	while (c->at < c->end && !c->is_bad) {
		unsigned id = take_byte(c);
		uint64_t len = take(c);
		struct cursor part = { c->r, c->at, c->at + len, false };

		skip(c, len);
		if (c->is_bad)
			return;
		if (id == NAMES_OF_FUNCTIONS)
			tell_names(&part, m, &m->functions, m->imported, &m->code_rest);
		else if (id == NAMES_OF_DATA)
			tell_names(&part, m, &m->data, 0, &m->data_rest);
	}
}

static void
tell_rest(struct module *m, const char *name, uint64_t bytes)
{
	if (bytes)
		m->visit(m->arg,
			&(struct sized_symbol){ .name = name, .bytes = bytes, .is_rest = true });
}

static void
read_custom(struct cursor *c, struct module *m)
{
	uint64_t whole = c->end - c->at, len = take(c), at = c->at;
	uint64_t size = len < NAME_SIZE ? len + 1 : NAME_SIZE;

	skip(c, len);
	if (c->is_bad)
		return;
	reader_copy_text(c->r, at, m->name, (size_t)size);
	tell_rest(m, m->name, whole);
	if (text_is(m->name, "name"))
		read_names(c, m);
}

static void each_section(const struct reader *r, struct module *m, int depth);

static void
read_section(struct cursor *part, unsigned id, bool is_component, struct module *m, int depth)
{
	struct reader inner;

	if (is_component) {
		if ((id == NESTED_MODULE || id == NESTED_COMPONENT) && depth < DEPTH_MAX &&
			reader_slice(part->r, part->at, part->end - part->at, &inner)) {
			struct module nested = { .base = m->base + part->at,
				.visit = m->visit,
				.arg = m->arg,
				.name = m->name };

			each_section(&inner, &nested, depth + 1);
			vec_fini(&nested.functions);
			vec_fini(&nested.data);
		}
		return;
	}
	switch (id) {
	case IMPORT:
		m->other += part->end - part->at;
		read_imports(part, m);
		break;
	case CODE:
		m->code_rest += part->end - part->at;
		read_bodies(part, &m->functions);
		break;
	case DATA:
		m->data_rest += part->end - part->at;
		read_data(part, &m->data);
		break;
	case CUSTOM: read_custom(part, m); break;
	default: m->other += part->end - part->at;
	}
}

static void
each_section(const struct reader *r, struct module *m, int depth)
{
	struct cursor c = { r, 8, r->len, false };
	bool is_component = reader_u16(r, 6) == 1;

	while (c.at < c.end && !c.is_bad) {
		unsigned id = take_byte(&c);
		uint64_t len = take(&c);
		struct cursor part = { r, c.at, 0, false };

		skip(&c, len);
		part.end = c.at;
		if (!c.is_bad)
			read_section(&part, id, is_component, m, depth);
	}
	tell_rest(m, "code", m->code_rest);
	tell_rest(m, "data", m->data_rest);
	tell_rest(m, "types, imports, exports", m->other);
}

void
wasm_each_symbol(const struct reader *r, uint64_t base, sized_visit *visit, void *arg)
{
	struct module m = { .base = base, .visit = visit, .arg = arg, .name = xmalloc(NAME_SIZE) };

	if (r->len > 8)
		each_section(r, &m, 0);
	vec_fini(&m.functions);
	vec_fini(&m.data);
	free(m.name);
}
