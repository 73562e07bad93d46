/* elf_symbols: see elf_symbols.h. The table of names is held piece by piece; the symbols are walked once
 * for each piece, which is cheap, for they stand in a row. */
#include "artifact/elf_symbols.h"
#include <stdlib.h>
#include <string.h>
#include "artifact/elf_file.h"
#include "base/alloc.h"
#include "base/str.h"

#define PIECE (8u << 20)
#define SECTION_NAME_SIZE 128
#define NAME_MAX_LEN 65536u /* a name that begins in a piece may go on behind it so far */
#define SEEN_MAX (1u << 21) /* addresses; a file with more has some counted twice */

/* A set of addresses: open addressing, 0 is free. */
struct seen {
	uint64_t *slots;
	size_t mask, count;
};

struct symbols {
	struct elf e;
	struct reader table, names;
	uint64_t base; /* of places: where the file and its names begin */
	uint64_t count;
	uint64_t *told; /* bytes of symbols, of each section */
	struct seen seen;
	void (*visit)(void *arg, const struct sized_symbol *s);
	void *arg;
};

/* False when the key was in it already. */
static bool
seen_add(struct seen *s, uint64_t key)
{
	size_t at = (size_t)(key * 0x9e3779b97f4a7c15u >> 20) & s->mask;

	for (; s->slots[at]; at = (at + 1) & s->mask)
		if (s->slots[at] == key)
			return false;
	if (s->count < SEEN_MAX && s->count < s->mask) {
		s->slots[at] = key;
		s->count++;
	}
	return true;
}

static void
seen_init(struct seen *s, uint64_t count)
{
	size_t size = 1024;

	while (size < count + count / 2 && size < SEEN_MAX * 2)
		size *= 2;
	*s = (struct seen){ .slots = xcalloc(size, sizeof(*s->slots)), .mask = size - 1 };
}

/* Functions and data that the file holds; not what is 0 at the start, nor what others define. */
static bool
has_bytes(const struct symbols *s, const struct elf_symbol *symbol)
{
	unsigned type = ELF_SYMBOL_TYPE(symbol);
	const struct elf_section *section;

	if (!symbol->size || !symbol->section || symbol->section > s->e.section_count)
		return false;
	if (type != STT_FUNC && type != STT_OBJECT && type != STT_TLS && type != STT_GNU_IFUNC)
		return false;
	section = &s->e.sections[symbol->section - 1];
	return section->type != SHT_NOBITS && section->flags & SHF_ALLOC &&
		symbol->size <= section->size;
}

/* In an object addresses count from the beginning of each section. */
static uint64_t
address_key(const struct symbols *s, const struct elf_symbol *symbol)
{
	uint64_t key = symbol->value + 1;

	return s->e.type == ELF_REL ? key ^ (uint64_t)symbol->section << 48 : key;
}

/* The symbols whose names begin in [from, from + PIECE), which stand in `bytes`. */
static void
walk(struct symbols *s, uint64_t from, const char *bytes, size_t len)
{
	for (uint64_t i = 1; i < s->count; i++) {
		uint64_t at = i * ELF_SYMBOL_SIZE(&s->e), name = reader_u32(&s->table, at);
		struct elf_symbol symbol;

		if (name < from || name - from >= PIECE || name - from >= len)
			continue;
		symbol = elf_symbol(&s->e, &s->table, i);
		if (!has_bytes(s, &symbol) || !seen_add(&s->seen, address_key(s, &symbol)))
			continue;
		s->told[symbol.section - 1] += symbol.size;
		s->visit(s->arg,
			&(struct sized_symbol){ .name = bytes + (name - from),
				.place = s->base + name,
				.bytes = symbol.size });
	}
}

static void
walk_all(struct symbols *s)
{
	char *bytes = xmalloc(PIECE + NAME_MAX_LEN + 1);

	seen_init(&s->seen, s->count);
	for (uint64_t from = 0; from < s->names.len; from += PIECE) {
		size_t len = reader_copy(&s->names, from, bytes, PIECE + NAME_MAX_LEN);

		bytes[len] = '\0';
		walk(s, from, bytes, len);
	}
	free(s->seen.slots);
	free(bytes);
}

/* The full table, else the dynamic one. */
static const struct elf_section *
find_table(const struct elf *e)
{
	const struct elf_section *full = elf_section_of_type(e, SHT_SYMTAB);

	return full ? full : elf_section_of_type(e, SHT_DYNSYM);
}

/* Objects have a section for each function and datum, ".text.name", and relocations for each of them: they stand
 * under the first part, as a linker would sum them. */
static void
shorten(char *name)
{
	static const char *const whole[] = { ".data.rel.ro", ".note", ".debug", ".rela", ".rel" };
	size_t len = 0;
	char *dot;

	for (size_t i = 0; i < sizeof(whole) / sizeof(*whole) && !len; i++)
		len = text_starts(name, whole[i]) ? strlen(whole[i]) : 0;
	dot = *name ? strchr(name + (len ? len : 1), '.') : NULL;
	if (dot)
		*dot = '\0';
}

static void
tell_rests(const struct symbols *s)
{
	char name[SECTION_NAME_SIZE];

	for (size_t i = 0; i < s->e.section_count; i++) {
		const struct elf_section *section = &s->e.sections[i];
		uint64_t bytes = elf_section_bytes(&s->e, section).len;
		struct sized_symbol rest = { .name = name, .is_rest = true };

		if (bytes <= s->told[i])
			continue;
		rest.bytes = bytes - s->told[i];
		reader_copy_text(&s->e.names, section->name, name, sizeof(name));
		if (s->e.type == ELF_REL)
			shorten(name);
		s->visit(s->arg, &rest);
	}
}

bool
elf_each_symbol(struct reader *r, uint64_t base,
	void (*visit)(void *arg, const struct sized_symbol *s), void *arg, struct err *err)
{
	struct symbols s = { .base = base, .visit = visit, .arg = arg };
	struct card *card = card_new("");
	const struct elf_section *table;
	bool ok = elf_open(&s.e, r, card, err);

	table = ok ? find_table(&s.e) : NULL;
	s.told = xcalloc(s.e.section_count + 1, sizeof(*s.told));
	if (table && table->link > 0 && table->link <= s.e.section_count) {
		s.table = elf_section_bytes(&s.e, table);
		s.names = elf_section_bytes(&s.e, &s.e.sections[table->link - 1]);
		s.base += s.e.sections[table->link - 1].offset;
		s.count = s.table.len / ELF_SYMBOL_SIZE(&s.e);
		walk_all(&s);
	}
	if (ok)
		tell_rests(&s);
	free(s.told);
	elf_close(&s.e);
	card_free(card);
	return ok;
}
