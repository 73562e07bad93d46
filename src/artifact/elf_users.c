/* elf_users: see elf_users.h. From slots to entries of the PLT to places in the code to functions to crates. */
#include "artifact/elf_users.h"
#include <stdlib.h>
#include <string.h>
#include "artifact/demangle.h"
#include "artifact/elf_file.h"
#include "base/alloc.h"

#define CHUNK (1u << 20)
#define TARGETS_MAX 8 /* slots and entries of the PLT */
#define HITS_MAX 64   /* places in the code; more would not say more */
#define CRATES_MAX 3
#define NAME_MAX_LEN 4096

struct addresses {
	uint64_t items[HITS_MAX];
	size_t len, max;
};

struct search {
	struct elf e;
	struct addresses slots, entries, hits;
};

static void
add_address(struct addresses *a, uint64_t address)
{
	for (size_t i = 0; i < a->len; i++)
		if (a->items[i] == address)
			return;
	if (a->len < a->max)
		a->items[a->len++] = address;
}

static bool
has_address(const struct addresses *a, uint64_t address)
{
	for (size_t i = 0; i < a->len; i++)
		if (a->items[i] == address)
			return true;
	return false;
}

/* --- slots --- */

/* The place of a dynamic symbol in its table; 0 when there is none. */
static uint64_t
symbol_index(const struct elf *e, const char *name)
{
	const struct elf_section *s = elf_section_of_type(e, SHT_DYNSYM);
	struct reader table = elf_section_bytes(e, s);
	uint64_t count = table.len / ELF_SYMBOL_SIZE(e);
	struct span with_end = { name, strlen(name) + 1 };

	for (uint64_t i = 1; i < count; i++)
		if (reader_starts(&e->dynamic_names, reader_u32(&table, i * ELF_SYMBOL_SIZE(e)),
			    with_end))
			return i;
	return 0;
}

/* Entries of a table of relocations that are of the symbol. */
static void
read_slots(struct search *s, enum elf_tag at_tag, enum elf_tag size_tag, bool has_addend,
	uint64_t index)
{
	const struct elf *e = &s->e;
	struct reader table = elf_at_address(e, e->tag[at_tag]);
	uint64_t size = e->wide ? (has_addend ? 24 : 16) : has_addend ? 12 : 8;
	uint64_t end = e->tag[size_tag] < table.len ? e->tag[size_tag] : table.len;

	if (!e->has[at_tag])
		return;
	for (uint64_t at = 0; at + size <= end; at += size) {
		unsigned word = e->wide ? 8 : 4;
		uint64_t info = reader_word(&table, at + word, word);

		if (info >> (e->wide ? 32 : 8) == index)
			add_address(&s->slots, reader_word(&table, at, word));
	}
}

static void
find_slots(struct search *s, const char *symbol)
{
	enum { DT_RELA = 7 };
	uint64_t index = symbol_index(&s->e, symbol);

	if (!index)
		return;
	read_slots(s, TAG_RELA, TAG_RELASZ, true, index);
	read_slots(s, TAG_REL, TAG_RELSZ, false, index);
	read_slots(s, TAG_JMPREL, TAG_PLTRELSZ, s->e.tag[TAG_PLTREL] == DT_RELA, index);
}

/* --- code --- */

struct piece {
	const unsigned char *bytes;
	size_t len;
	uint64_t address;
};

/* Calls `found` for each place of the piece that refers to a slot, or branches to an entry. `from` is the
 * address of where the reference begins. */
typedef void (*finder)(struct search *s, const struct piece *p,
	void (*found)(struct search *s, uint64_t from, uint64_t target));

static uint32_t
little32(const unsigned char *p)
{
	return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

/* Calls and jumps have their four bytes right behind the opcode, data behind a byte that says "relative to
 * here"; both count from behind themselves. */
static bool
refers(const unsigned char *p, size_t at, bool is_slot)
{
	return is_slot ? (p[at - 1] & 0xc7) == 0x05 : (p[at - 1] & 0xfe) == 0xe8;
}

static void
find_x86_64_one(struct search *s, const struct piece *p, uint64_t target, bool is_slot,
	void (*found)(struct search *s, uint64_t from, uint64_t target))
{
	uint32_t wanted = (uint32_t)(target - p->address - 4);

	for (size_t i = 1; i + 4 <= p->len; i++)
		if (little32(p->bytes + i) == wanted - (uint32_t)i && refers(p->bytes, i, is_slot))
			found(s, p->address + i, target);
}

static void
find_x86_64(struct search *s, const struct piece *p,
	void (*found)(struct search *s, uint64_t from, uint64_t target))
{
	size_t entries =
		s->entries.len; /* those that are found meanwhile are for the next section */

	for (size_t i = 0; i < s->slots.len; i++)
		find_x86_64_one(s, p, s->slots.items[i], true, found);
	for (size_t i = 0; i < entries; i++)
		find_x86_64_one(s, p, s->entries.items[i], false, found);
}

static int64_t
signed_bits(uint32_t value, unsigned bits)
{
	return (int64_t)((uint64_t)value << (64 - bits)) >> (64 - bits);
}

/* adrp sets a page, ldr and add go on from there; b and bl branch. */
static void
find_aarch64(struct search *s, const struct piece *p,
	void (*found)(struct search *s, uint64_t from, uint64_t target))
{
	struct {
		uint64_t page, at;
	} pages[32] = { { 0, 0 } };

	for (size_t i = 0; i + 4 <= p->len; i += 4) {
		uint32_t code = little32(p->bytes + i);
		uint64_t pc = p->address + i, target;
		unsigned from = code >> 5 & 31;

		if ((code & 0x9f000000) == 0x90000000) {
			uint32_t page = (code >> 5 & 0x7ffff) << 2 | (code >> 29 & 3);

			pages[code & 31].page =
				(pc & ~UINT64_C(0xfff)) + (uint64_t)signed_bits(page, 21) * 4096;
			pages[code & 31].at = pc;
		} else if ((code & 0xffc00000) == 0xf9400000 || (code & 0xffc00000) == 0x91000000) {
			unsigned scale = (code & 0xffc00000) == 0xf9400000 ? 8 : 1;

			target = pages[from].page + (code >> 10 & 0xfff) * scale;
			if (pages[from].at && has_address(&s->slots, target))
				found(s, pages[from].at, target);
		} else if ((code & 0x7c000000) == 0x14000000) {
			target = pc + (uint64_t)signed_bits(code & 0x3ffffff, 26) * 4;
			if (has_address(&s->entries, target))
				found(s, pc, target);
		}
	}
}

/* On x86-64 an entry is a jump of 8 or 16 bytes, or 16 bytes in which endbr64 stands before the jump. */
static void
take_entry(struct search *s, uint64_t from, uint64_t target)
{
	if (s->e.machine == EM_X86_64) {
		add_address(&s->entries, (from - 2) % 8 ? from & ~UINT64_C(15) : from - 2);
		return;
	}
	add_address(&s->entries, from);
	add_address(&s->entries, from - 4); /* one that begins with bti */
}

static void
take_hit(struct search *s, uint64_t from, uint64_t target)
{
	add_address(&s->hits, from);
}

/* Pieces overlap by a little, so that no instruction is cut. */
static void
scan_section(struct search *s, const struct elf_section *section, finder find,
	void (*found)(struct search *s, uint64_t from, uint64_t target))
{
	struct reader part = elf_section_bytes(&s->e, section);
	unsigned char *bytes = xmalloc(CHUNK + 8);

	for (uint64_t at = 0; at < part.len && s->hits.len < HITS_MAX; at += CHUNK) {
		struct piece p = { bytes, reader_copy(&part, at, bytes, CHUNK + 8),
			section->addr + at };

		find(s, &p, found);
	}
	free(bytes);
}

static bool
is_plt(const struct elf *e, const struct elf_section *s)
{
	return elf_section_is(e, s, ".plt") || elf_section_is(e, s, ".plt.sec") ||
		elf_section_is(e, s, ".plt.got") || elf_section_is(e, s, ".iplt");
}

static void
scan(struct search *s, finder find)
{
	for (int plt = 1; plt >= 0; plt--)
		for (size_t i = 0; i < s->e.section_count; i++) {
			const struct elf_section *section = &s->e.sections[i];

			if (section->type == SHT_PROGBITS && section->flags & SHF_EXECINSTR &&
				is_plt(&s->e, section) == (plt == 1))
				scan_section(s, section, find, plt ? take_entry : take_hit);
		}
}

/* --- functions and crates --- */

struct users {
	struct str crates, function;
	unsigned count;
};

static void
take_user(struct users *u, const char *symbol)
{
	struct span crate = demangle_crate(symbol);
	struct str name = STR_INIT;

	if (!demangle(symbol, DEMANGLE_NO_ARGS, &name))
		str_append(&name, symbol);
	if (!u->function.len || (crate.len && !u->crates.len)) {
		str_clear(&u->function);
		str_append_span(&u->function, str_span(&name));
	}
	if (crate.len && span_find(str_span(&u->crates), crate) < 0 && u->count < CRATES_MAX) {
		str_append(&u->crates, u->count++ ? ", " : "");
		str_append_span(&u->crates, crate);
	}
	str_fini(&name);
}

static bool
holds_hit(const struct search *s, const struct elf_symbol *symbol)
{
	for (size_t i = 0; i < s->hits.len; i++)
		if (s->hits.items[i] - symbol->value < symbol->size)
			return true;
	return false;
}

static void
find_users(const struct search *s, struct users *u)
{
	const struct elf_section *table = elf_section_of_type(&s->e, SHT_SYMTAB);
	struct reader symbols = elf_section_bytes(&s->e, table), names;
	uint64_t count = symbols.len / ELF_SYMBOL_SIZE(&s->e);
	char name[NAME_MAX_LEN];

	if (!table || !table->link || table->link > s->e.section_count)
		return;
	names = elf_section_bytes(&s->e, &s->e.sections[table->link - 1]);
	for (uint64_t i = 1; i < count; i++) {
		struct elf_symbol symbol = elf_symbol(&s->e, &symbols, i);

		if (ELF_SYMBOL_TYPE(&symbol) != STT_FUNC || !holds_hit(s, &symbol))
			continue;
		reader_copy_text(&names, symbol.name, name, sizeof(name));
		take_user(u, name);
	}
}

static const char *
word_users(const struct users *u, struct arena *arena)
{
	if (u->crates.len)
		return arena_printf(arena, "%s (%s)", u->crates.data, u->function.data);
	return u->function.len ? arena_strdup(arena, u->function.data) : NULL;
}

const char *
elf_users(struct reader *r, const char *symbol, struct arena *arena)
{
	struct search s = {
		.slots.max = TARGETS_MAX, .entries.max = TARGETS_MAX, .hits.max = HITS_MAX
	};
	struct card *card = card_new("");
	struct users users = { STR_INIT, STR_INIT, 0 };
	const char *text = NULL;

	if (elf_open(&s.e, r, card, NULL)) {
		finder find = s.e.machine == EM_X86_64 ? find_x86_64
			: s.e.machine == EM_AARCH64    ? find_aarch64
						       : NULL;

		find_slots(&s, symbol);
		if (find && s.slots.len) {
			scan(&s, find);
			find_users(&s, &users);
		}
		text = word_users(&users, arena);
	}
	str_fini(&users.crates);
	str_fini(&users.function);
	elf_close(&s.e);
	card_free(card);
	return text;
}
