/* elf_file: see elf_file.h. */
#include "artifact/elf_file.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include "base/alloc.h"
#include "base/count.h"

#define SECTIONS_MAX                                                                               \
	200000 /* an object of a whole crate with a section for each function has fewer */
#define EXTENDED_COUNT 0xffff /* the true number stands in section 0 */
#define EXTENDED_INDEX 0xffff

/* Where the fields stand, in files of 32 and of 64 bits. */
struct layout {
	unsigned word; /* bytes of an address */
	unsigned header, entry, ph_off, sh_off, flags, ph_ent_size;
	unsigned segment, section; /* sizes */
};
static const struct layout layouts[2] = {
	{ 4, 52, 24, 28, 32, 36, 42, 32, 40 },
	{ 8, 64, 24, 32, 40, 48, 54, 56, 64 },
};

static bool
check_header(const struct reader *r, struct err *err)
{
	unsigned class = reader_u8(r, 4), order = reader_u8(r, 5);
	unsigned needed = layouts[class == 2].header;

	if (!reader_has(r, 0, 16))
		return err_set(
			err, ERR_PARSE, "an ELF header cut short, %" PRIu64 " bytes of 16", r->len);
	if (class != 1 && class != 2)
		return err_set(
			err, ERR_PARSE, "ELF header: class %u is neither 32 nor 64 bits", class);
	if (order != 1 && order != 2)
		return err_set(err, ERR_PARSE,
			"ELF header: byte order %u is neither little nor big endian", order);
	if (!reader_has(r, 0, needed))
		return err_set(err, ERR_PARSE, "an ELF header cut short, %" PRIu64 " bytes of %u",
			r->len, needed);
	return true;
}

static void
read_section(const struct elf *e, uint64_t at, struct elf_section *s)
{
	const struct reader *r = e->r;
	unsigned word = e->wide ? 8 : 4;

	s->name = reader_u32(r, at);
	s->type = reader_u32(r, at + 4);
	s->flags = reader_word(r, at + 8, word);
	s->addr = reader_word(r, at + 8 + word, word);
	s->offset = reader_word(r, at + 8 + 2 * word, word);
	s->size = reader_word(r, at + 8 + 3 * word, word);
	s->link = reader_u32(r, at + 8 + 4 * word);
	s->info = reader_u32(r, at + 12 + 4 * word);
	s->align = reader_word(r, at + 16 + 4 * word, word);
	s->entry_size = reader_word(r, at + 16 + 5 * word, word);
}

static void
read_segment(const struct elf *e, uint64_t at, struct elf_segment *p)
{
	const struct reader *r = e->r;
	unsigned word = e->wide ? 8 : 4, first = e->wide ? 8 : 4;

	p->type = reader_u32(r, at);
	p->flags = reader_u32(r, at + (e->wide ? 4 : 24));
	p->offset = reader_word(r, at + first, word);
	p->vaddr = reader_word(r, at + first + word, word);
	p->file_size = reader_word(r, at + first + 3 * word, word);
	p->memory_size = reader_word(r, at + first + 4 * word, word);
	p->align = reader_word(r, at + (e->wide ? 48 : 28), word);
}

/* How many of `count` entries of a table are within the file; what is not is damage. */
static size_t
count_within(struct elf *e, const char *what, uint64_t offset, uint64_t count, unsigned size)
{
	uint64_t room = offset < e->r->len ? (e->r->len - offset) / size : 0;

	if (count <= room)
		return (size_t)count;
	card_add_damage(e->card,
		"the table of %s (%" PRIu64 " at offset %" PRIu64 ") reaches beyond the file's end",
		what, count, offset);
	return (size_t)room;
}

/* Sections carry names for people and linkers; a program runs without them. */
static void
read_sections(struct elf *e, const struct layout *l)
{
	uint64_t offset = reader_word(e->r, l->sh_off, l->word);
	uint64_t count = reader_u16(e->r, l->ph_ent_size + 6);
	unsigned size = reader_u16(e->r, l->ph_ent_size + 4);
	uint32_t names = reader_u16(e->r, l->ph_ent_size + 8);
	struct elf_section zero;

	if (!offset)
		return;
	if (size != l->section) {
		card_add_damage(
			e->card, "sections of %u bytes, where %u are right", size, l->section);
		return;
	}
	read_section(e, offset, &zero);
	if (count == 0)
		count = zero.size;
	if (names == EXTENDED_INDEX)
		names = zero.link;
	count = count_within(e, "sections", offset, count, size);
	if (count > SECTIONS_MAX)
		count = SECTIONS_MAX;
	if (count < 2)
		return;
	e->sections = xcalloc(count - 1, sizeof(*e->sections));
	e->section_count = (size_t)count - 1;
	for (size_t i = 0; i < e->section_count; i++)
		read_section(e, offset + (i + 1) * size, &e->sections[i]);
	if (names > 0 && names <= e->section_count)
		e->names = elf_section_bytes(e, &e->sections[names - 1]);
}

static void
read_segments(struct elf *e, const struct layout *l)
{
	uint64_t offset = reader_word(e->r, l->ph_off, l->word);
	uint64_t count = reader_u16(e->r, l->ph_ent_size + 2);
	unsigned size = reader_u16(e->r, l->ph_ent_size);
	struct elf_section zero;

	if (!offset || !count)
		return;
	if (size != l->segment) {
		card_add_damage(
			e->card, "segments of %u bytes, where %u are right", size, l->segment);
		return;
	}
	if (count == EXTENDED_COUNT) {
		read_section(e, reader_word(e->r, l->sh_off, l->word), &zero);
		count = zero.info;
	}
	e->segment_count = count_within(e, "segments", offset, count, size);
	e->segments = xcalloc(e->segment_count + 1, sizeof(*e->segments));
	for (size_t i = 0; i < e->segment_count; i++)
		read_segment(e, offset + i * size, &e->segments[i]);
}

/* --- dynamic entries --- */

static const struct {
	uint64_t number;
	enum elf_tag tag;
} tags[] = {
	{ 2, TAG_PLTRELSZ },
	{ 4, TAG_HASH },
	{ 5, TAG_STRTAB },
	{ 6, TAG_SYMTAB },
	{ 7, TAG_RELA },
	{ 8, TAG_RELASZ },
	{ 10, TAG_STRSZ },
	{ 14, TAG_SONAME },
	{ 17, TAG_REL },
	{ 18, TAG_RELSZ },
	{ 20, TAG_PLTREL },
	{ 21, TAG_DEBUG },
	{ 22, TAG_TEXTREL },
	{ 23, TAG_JMPREL },
	{ 24, TAG_BIND_NOW },
	{ 30, TAG_FLAGS },
	{ 36, TAG_RELR },
	{ 0x6fffe000, TAG_ANDROID_RELR },
	{ 0x6ffffef5, TAG_GNU_HASH },
	{ 0x6ffffff0, TAG_VERSYM },
	{ 0x6ffffffb, TAG_FLAGS_1 },
	{ 0x6ffffffe, TAG_VERNEED },
	{ 0x6fffffff, TAG_VERNEEDNUM },
};
enum { DT_NULL = 0, DT_NEEDED = 1, DT_RPATH = 15, DT_RUNPATH = 29 };
#define NAMES_MAX 4096    /* of NEEDED and of run paths */
#define NAME_MAX_LEN 4096 /* bytes of one */

static void
take_tag(struct elf *e, uint64_t number, uint64_t value)
{
	for (size_t i = 0; i < COUNT(tags); i++) {
		if (tags[i].number != number || e->has[tags[i].tag])
			continue;
		e->has[tags[i].tag] = true;
		e->tag[tags[i].tag] = value;
		return;
	}
}

static struct reader
dynamic_bytes(const struct elf *e)
{
	const struct elf_segment *p = elf_segment(e, PT_DYNAMIC);
	const struct elf_section *s = elf_section_of_type(e, SHT_DYNAMIC);
	struct reader part;

	if (!p)
		return elf_section_bytes(e, s);
	if (!reader_slice(e->r, p->offset, p->file_size, &part))
		card_add_damage(e->card, "the dynamic segment reaches beyond the file's end");
	return part;
}

/* A colon separates folders, as the loader has it. */
static void
add_paths(struct card *card, card_list *list, const char *text)
{
	struct span rest = span_of(text);

	while (rest.len && list->len < NAMES_MAX) {
		struct span dir = span_cut(rest, ':', &rest);

		if (dir.len)
			vec_push(list, arena_span(&card->arena, dir));
	}
}

static void
take_name(struct elf *e, uint64_t number, uint64_t value)
{
	struct card *card = e->card;
	const char *name;

	if (number != DT_NEEDED && number != DT_RPATH && number != DT_RUNPATH)
		return;
	if (value >= e->dynamic_names.len) {
		card_add_damage(card, "the name of a library lies outside the table of names");
		return;
	}
	name = reader_text(&e->dynamic_names, value, NAME_MAX_LEN, &card->arena);
	if (number == DT_NEEDED)
		vec_push(&card->needed, name);
	else
		add_paths(card, number == DT_RPATH ? &card->rpath : &card->runpath, name);
}

/* Calls `take` for each entry up to DT_NULL. */
static void
each_entry(struct elf *e, const struct reader *part,
	void (*take)(struct elf *e, uint64_t number, uint64_t value))
{
	unsigned word = e->wide ? 8 : 4;
	size_t problems = e->card->problems.len;

	for (uint64_t at = 0; reader_has(part, at, 2 * word); at += 2 * word) {
		uint64_t number = reader_word(part, at, word);

		if (number == DT_NULL || e->card->problems.len > problems ||
			e->card->needed.len >= NAMES_MAX)
			return;
		take(e, number, reader_word(part, at + word, word));
	}
}

static void
read_dynamic(struct elf *e)
{
	struct reader part = dynamic_bytes(e);

	if (!part.len)
		return;
	e->has_dynamic = true;
	each_entry(e, &part, take_tag);
	if (e->has[TAG_STRTAB]) {
		struct reader rest = elf_at_address(e, e->tag[TAG_STRTAB]);

		reader_slice(&rest, 0, e->has[TAG_STRSZ] ? e->tag[TAG_STRSZ] : rest.len,
			&e->dynamic_names);
	}
	each_entry(e, &part, take_name);
}

/* --- the whole --- */

/* `objcopy --only-keep-debug` leaves the tables of the program and takes the bytes away. */
static bool
has_no_program(const struct elf *e)
{
	bool has_code = false;

	for (size_t i = 0; i < e->section_count; i++) {
		const struct elf_section *s = &e->sections[i];

		if (!(s->flags & SHF_ALLOC) || s->type == SHT_NOTE)
			continue;
		if (s->type != SHT_NOBITS)
			return false;
		has_code |= (s->flags & SHF_EXECINSTR) != 0;
	}
	return has_code;
}

bool
elf_open(struct elf *e, struct reader *r, struct card *card, struct err *err)
{
	const struct layout *l;

	*e = (struct elf){ .r = r, .card = card };
	e->names = e->dynamic_names = (struct reader){ .source = r->source };
	if (!check_header(r, err))
		return false;
	r->big_endian = reader_u8(r, 5) == 2;
	e->wide = reader_u8(r, 4) == 2;
	e->os_abi = reader_u8(r, 7);
	l = &layouts[e->wide];
	e->type = reader_u16(r, 16);
	e->machine = reader_u16(r, 18);
	e->entry = reader_word(r, l->entry, l->word);
	e->flags = reader_u32(r, l->flags);
	read_sections(e, l);
	read_segments(e, l);
	e->is_debug_only = has_no_program(e);
	if (!e->is_debug_only)
		read_dynamic(e);
	return true;
}

void
elf_close(struct elf *e)
{
	free(e->segments);
	free(e->sections);
	*e = (struct elf){ 0 };
}

bool
elf_section_is(const struct elf *e, const struct elf_section *s, const char *name)
{
	return reader_starts(&e->names, s->name, (struct span){ name, strlen(name) + 1 });
}

const struct elf_section *
elf_section(const struct elf *e, const char *name)
{
	for (size_t i = 0; i < e->section_count; i++)
		if (elf_section_is(e, &e->sections[i], name))
			return &e->sections[i];
	return NULL;
}

const struct elf_section *
elf_section_of_type(const struct elf *e, uint32_t type)
{
	for (size_t i = 0; i < e->section_count; i++)
		if (e->sections[i].type == type)
			return &e->sections[i];
	return NULL;
}

struct reader
elf_section_bytes(const struct elf *e, const struct elf_section *s)
{
	struct reader part = { .source = e->r->source };

	if (s && s->type != SHT_NOBITS)
		reader_slice(e->r, s->offset, s->size, &part);
	return part;
}

const struct elf_segment *
elf_segment(const struct elf *e, uint32_t type)
{
	for (size_t i = 0; i < e->segment_count; i++)
		if (e->segments[i].type == type)
			return &e->segments[i];
	return NULL;
}

struct reader
elf_at_address(const struct elf *e, uint64_t vaddr)
{
	struct reader part = { .source = e->r->source };

	for (size_t i = 0; i < e->segment_count; i++) {
		const struct elf_segment *p = &e->segments[i];
		uint64_t into = vaddr - p->vaddr;

		if (p->type != PT_LOAD || vaddr < p->vaddr || into >= p->file_size ||
			p->offset > UINT64_MAX - into)
			continue;
		reader_slice(e->r, p->offset + into, p->file_size - into, &part);
		return part;
	}
	return part;
}

struct elf_symbol
elf_symbol(const struct elf *e, const struct reader *table, uint64_t i)
{
	uint64_t at = i * ELF_SYMBOL_SIZE(e);

	if (e->wide)
		return (struct elf_symbol){ reader_u32(table, at), reader_u8(table, at + 4),
			reader_u8(table, at + 5), reader_u16(table, at + 6),
			reader_u64(table, at + 8), reader_u64(table, at + 16) };
	return (struct elf_symbol){ reader_u32(table, at), reader_u8(table, at + 12),
		reader_u8(table, at + 13), reader_u16(table, at + 14), reader_u32(table, at + 4),
		reader_u32(table, at + 8) };
}
