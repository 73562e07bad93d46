/* Functions of Mach-O files: nlist entries of LC_SYMTAB that lie in sections of code. Numbers by
 * <mach-o/loader.h> and <mach-o/nlist.h> of Apple's xnu. */
#include <string.h>
#include "artifact/addressed.h"
#include "artifact/macho_file.h"

#define SECTIONS_MAX 256 /* n_sect is a byte; 0 is none */

enum { SEGMENT = 1, SYMTAB = 2, SEGMENT_64 = 0x19 };
enum { STAB = 0xe0, TYPE = 0x0e, IN_SECTION = 0x0e };
#define CODE 0x80000400u /* S_ATTR_PURE_INSTRUCTIONS, S_ATTR_SOME_INSTRUCTIONS */

struct sections {
	uint64_t begins[SECTIONS_MAX], ends[SECTIONS_MAX];
	size_t count; /* the first is none */
};

static void
read_segment(const struct reader *r, const struct macho_command *c, struct sections *s)
{
	bool wide = c->id == SEGMENT_64;
	uint64_t at = c->at + (wide ? 72 : 56), end = c->at + c->size;
	uint32_t count = reader_u32(r, c->at + (wide ? 64 : 48)), size = wide ? 80 : 68;

	for (; count && at + size <= end && s->count < SECTIONS_MAX; count--, at += size) {
		uint64_t address = reader_word(r, at + 32, wide ? 8 : 4);
		uint64_t bytes = reader_word(r, at + (wide ? 40 : 36), wide ? 8 : 4);
		bool is_code = reader_u32(r, at + (wide ? 64 : 56)) & CODE;

		if (!is_code || bytes > r->len || address > UINT64_MAX - bytes)
			bytes = address = 0;
		s->begins[s->count] = address;
		s->ends[s->count++] = address + bytes;
	}
}

static void
read_symbols(const struct reader *r, uint64_t command, bool wide, const struct sections *sections,
	struct addressed *a)
{
	uint64_t at = reader_u32(r, command + 8), names = reader_u32(r, command + 16);
	uint32_t count = reader_u32(r, command + 12), size = wide ? 16 : 12;

	for (; count && reader_has(r, at, size); count--, at += size) {
		unsigned type = reader_u8(r, at + 4);
		struct addressed_symbol s = {
			.address = reader_word(r, at + 8, wide ? 8 : 4),
			.name = names + reader_u32(r, at),
			.section = reader_u8(r, at + 5),
		};

		/* the header's own symbol lies before the section that it is said to be in */
		if (!(type & STAB) && (type & TYPE) == IN_SECTION &&
			s.address >= sections->begins[s.section])
			addressed_add(a, &s);
	}
}

void
macho_each_symbol(const struct reader *r, uint64_t base, sized_visit *visit, void *arg)
{
	struct reader own = *r;
	struct sections sections = { .count = 1 };
	struct addressed a = { .ends = sections.ends };
	struct macho_command c = { 0 };
	struct macho_header h;
	uint64_t table = 0;
	bool is_damaged;

	if (!macho_header_read(&own, &h))
		return;
	while (macho_command_next(&own, &h, &c, &is_damaged)) {
		if (c.id == SEGMENT || c.id == SEGMENT_64)
			read_segment(&own, &c, &sections);
		else if (c.id == SYMTAB)
			table = c.at;
	}
	a.section_count = sections.count;
	if (table)
		read_symbols(&own, table, h.wide, &sections, &a);
	addressed_tell(&a, &own, base, "_", visit, arg);
	addressed_fini(&a);
}
