/* Functions of PE files: the COFF symbols that GNU's linker leaves in them; Microsoft's puts them into the
 * .pdb. Numbers by https://learn.microsoft.com/windows/win32/debug/pe-format. */
#include <string.h>
#include "artifact/addressed.h"

#define SECTIONS_MAX 96 /* what Windows loads */
#define SYMBOL_SIZE 18u
#define MACHINE_X86 0x14c /* names begin with "_" there */

enum { EXTERNAL = 2, STATIC = 3 };
enum { CODE = 0x20 };     /* of sections */
enum { FUNCTION = 0x20 }; /* type of symbols; the linker's own marks have none */

struct tables {
	uint64_t header; /* of COFF */
	uint64_t ends[SECTIONS_MAX + 1];
	size_t count; /* sections are counted from 1 */
};

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
	at = t->header + 20 + reader_u16(r, t->header + 16);
	for (size_t i = 1; i < t->count; i++, at += 40) {
		uint32_t memory = reader_u32(r, at + 8), file = reader_u32(r, at + 16);
		bool is_code = reader_u32(r, at + 36) & CODE;

		t->ends[i] = is_code ? (memory && memory < file ? memory : file) : 0;
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
	uint64_t at = reader_u32(r, t->header + 8);
	uint32_t count = reader_u32(r, t->header + 12);
	uint64_t names = at + (uint64_t)count * SYMBOL_SIZE;

	if (!at)
		return;
	for (uint32_t i = 0; i < count && reader_has(r, at, SYMBOL_SIZE);) {
		unsigned storage = reader_u8(r, at + 16), more = reader_u8(r, at + 17);
		struct addressed_symbol s = { .address = reader_u32(r, at + 8),
			.section = reader_u16(r, at + 12),
			.is_minor = reader_u16(r, at + 14) != FUNCTION };

		take_name(r, at, names, &s);
		if ((storage == EXTERNAL || storage == STATIC) && s.section &&
			reader_u8(r, s.name) != '.') /* a section's own */
			addressed_add(a, &s);
		i += 1 + more;
		at += (1 + (uint64_t)more) * SYMBOL_SIZE;
	}
}

void
pe_each_symbol(const struct reader *r, sized_visit *visit, void *arg)
{
	struct tables t = { 0 };
	struct addressed a = { .ends = t.ends };

	if (!read_sections(r, &t))
		return;
	a.section_count = t.count;
	read_symbols(r, &t, &a);
	addressed_tell(&a, r, 0, reader_u16(r, t.header) == MACHINE_X86 ? "_" : "", visit, arg);
	addressed_fini(&a);
}
