/* Functions and data of Mach-O files: nlist entries of LC_SYMTAB that lie in sections. Numbers by
 * <mach-o/loader.h> and <mach-o/nlist.h> of Apple's xnu. */
#include <stdio.h>
#include "artifact/addressed.h"
#include "artifact/macho_file.h"

#define SECTIONS_MAX 256 /* n_sect is a byte; 0 is none */

enum { SEGMENT = 1, SYMTAB = 2, SEGMENT_64 = 0x19 };
enum { STAB = 0xe0, TYPE = 0x0e, IN_SECTION = 0x0e };
enum { TYPE_MASK = 0xff, ZEROFILL = 1, GB_ZEROFILL = 0x0c, THREAD_ZEROFILL = 0x12 };

struct sections {
	struct addressed_section items[SECTIONS_MAX];
	size_t count; /* the first is none */
};

static bool
has_bytes(uint32_t flags)
{
	uint32_t type = flags & TYPE_MASK;

	return type != ZEROFILL && type != GB_ZEROFILL && type != THREAD_ZEROFILL;
}

/* "__TEXT,__const" of a section's names, which are sixteen bytes each. */
static void
read_name(const struct reader *r, uint64_t at, char *name)
{
	char section[17], segment[17];

	reader_copy_text(r, at, section, sizeof(section));
	reader_copy_text(r, at + 16, segment, sizeof(segment));
	snprintf(name, ADDRESSED_NAME_SIZE, "%s,%s", segment, section);
}

static void
read_segment(const struct reader *r, const struct macho_command *c, struct sections *s)
{
	bool wide = c->id == SEGMENT_64;
	uint64_t at = c->at + (wide ? 72 : 56), end = c->at + c->size;
	uint32_t count = reader_u32(r, c->at + (wide ? 64 : 48)), size = wide ? 80 : 68;

	for (; count && at + size <= end && s->count < SECTIONS_MAX; count--, at += size) {
		uint64_t address = reader_word(r, at + 32, wide ? 8 : 4);
		uint64_t bytes = reader_word(r, at + (wide ? 40 : 36), wide ? 8 : 4);
		struct addressed_section *section = &s->items[s->count++];

		if (!has_bytes(reader_u32(r, at + (wide ? 64 : 56))) || bytes > r->len ||
			address > UINT64_MAX - bytes)
			bytes = address = 0;
		section->begin = address;
		section->end = address + bytes;
		read_name(r, at, section->name);
	}
}

static void
read_symbols(const struct reader *r, uint64_t command, bool wide, struct addressed *a)
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

		if (!(type & STAB) && (type & TYPE) == IN_SECTION)
			addressed_add(a, &s);
	}
}

/* Symbols and their names, which are in no section. */
static void
tell_table(const struct reader *r, uint64_t command, bool wide, sized_visit *visit, void *arg)
{
	uint64_t bytes = (uint64_t)reader_u32(r, command + 12) * (wide ? 16 : 12) +
		reader_u32(r, command + 20);

	if (bytes && bytes <= r->len)
		visit(arg,
			&(struct sized_symbol){
				.name = "symbol table", .bytes = bytes, .is_rest = true });
}

void
macho_each_symbol(const struct reader *r, uint64_t base, sized_visit *visit, void *arg)
{
	struct reader own = *r;
	struct sections sections = { .count = 1 };
	struct addressed a = { .sections = sections.items };
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
		read_symbols(&own, table, h.wide, &a);
	addressed_tell(&a, &own, base, "_", visit, arg);
	if (table)
		tell_table(&own, table, h.wide, visit, arg);
	addressed_fini(&a);
}
