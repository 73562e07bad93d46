/* Functions and data of PE files: the COFF symbols that GNU's linker leaves in them; Microsoft's puts them into the
 * .pdb. Numbers by https://learn.microsoft.com/windows/win32/debug/pe-format. */
#include <stdlib.h>
#include <string.h>
#include "artifact/addressed.h"

#define SECTIONS_MAX 96 /* what Windows loads */
#define SYMBOL_SIZE 18u
#define MACHINE_X86 0x14c /* names begin with "_" there */

enum { EXTERNAL = 2, STATIC = 3 };
enum { FUNCTION = 0x20 }; /* type of symbols; the linker's own marks have none */

struct tables {
	uint64_t header;         /* of COFF */
	uint64_t symbols, names; /* where they stand; 0: there are none */
	struct addressed_section sections[SECTIONS_MAX + 1];
	size_t count; /* sections are counted from 1 */
};

/* Longer than eight bytes it stands behind the symbols, at "/NUMBER". */
static void
read_section_name(const struct reader *r, const struct tables *t, uint64_t at, char *name)
{
	char own[9];

	reader_copy_text(r, at, own, sizeof(own));
	if (own[0] == '/' && t->names)
		reader_copy_text(
			r, t->names + strtoul(own + 1, NULL, 10), name, ADDRESSED_NAME_SIZE);
	else
		memcpy(name, own, sizeof(own));
}

static bool
read_sections(const struct reader *r, struct tables *t)
{
	uint32_t pe = reader_u32(r, 0x3c);
	uint64_t at;

	t->header = (uint64_t)pe + 4;
	if (!reader_starts(r, pe, SPAN("PE\0\0")))
		return false;
	t->count = 1 + (size_t)reader_u16(r, t->header + 2);
	if (t->count > SECTIONS_MAX + 1)
		t->count = SECTIONS_MAX + 1;
	t->symbols = reader_u32(r, t->header + 8);
	if (t->symbols)
		t->names = t->symbols + (uint64_t)reader_u32(r, t->header + 12) * SYMBOL_SIZE;
	at = t->header + 20 + reader_u16(r, t->header + 16);
	for (size_t i = 1; i < t->count; i++, at += 40) {
		uint32_t memory = reader_u32(r, at + 8), file = reader_u32(r, at + 16);
		uint64_t bytes = memory && memory < file ? memory : file;

		t->sections[i].end = reader_has(r, reader_u32(r, at + 20), bytes) ? bytes : 0;
		read_section_name(r, t, at, t->sections[i].name);
	}
	return true;
}

/* Eight bytes, or 0 and the name's place in the table behind the symbols. */
static void
take_name(const struct reader *r, uint64_t at, uint64_t names, struct addressed_symbol *s)
{
	if (reader_u32(r, at) == 0) {
		s->name = names + reader_u32(r, at + 4);
	} else {
		s->name = at;
		s->name_len = 8;
	}
}

static void
read_symbols(const struct reader *r, const struct tables *t, struct addressed *a)
{
	uint64_t at = t->symbols;
	uint32_t count = at ? reader_u32(r, t->header + 12) : 0;

	for (uint32_t i = 0; i < count && reader_has(r, at, SYMBOL_SIZE);) {
		unsigned storage = reader_u8(r, at + 16), more = reader_u8(r, at + 17);
		struct addressed_symbol s = {
			.address = reader_u32(r, at + 8),
			.section = reader_u16(r, at + 12),
		};

		take_name(r, at, t->names, &s);
		s.minor = (reader_u16(r, at + 14) != FUNCTION) +
			reader_starts(r, s.name, SPAN("__")); /* "__data_start__" */
		s.is_mark = reader_u8(r, s.name) == '.';      /* where an object's part begins */
		if ((storage == EXTERNAL || storage == STATIC) && s.section)
			addressed_add(a, &s);
		i += 1 + more;
		at += (1 + (uint64_t)more) * SYMBOL_SIZE;
	}
}

/* They are in no section. The first word of the names is their length. */
static void
tell_tables(const struct reader *r, const struct tables *t, sized_visit *visit, void *arg)
{
	uint64_t end = t->names + reader_u32(r, t->names);

	if (!t->symbols)
		return;
	if (end > r->len || end < t->names)
		end = r->len;
	if (end > t->symbols)
		visit(arg,
			&(struct sized_symbol){ .name = "symbol table",
				.bytes = end - t->symbols,
				.is_rest = true });
}

void
pe_each_symbol(const struct reader *r, sized_visit *visit, void *arg)
{
	struct tables t = { 0 };
	struct addressed a = { .sections = t.sections };

	if (!read_sections(r, &t))
		return;
	a.section_count = t.count;
	read_symbols(r, &t, &a);
	addressed_tell(&a, r, 0, reader_u16(r, t.header) == MACHINE_X86 ? "_" : "", visit, arg);
	tell_tables(r, &t, visit, arg);
	addressed_fini(&a);
}
