/* pe_file: see pe_file.h. */
#include "artifact/pe_file.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include "base/count.h"
#include "artifact/buildpath.h"
#include "artifact/dwarf.h"

#define SECTION_SIZE 40
#define NAME_MAX_BYTES 512

/* --- machine --- */

static const struct {
	unsigned machine;
	const char *arch, *note;
	int bits;
} machines[] = {
	{ 0x14c, "x86", NULL, 32 },
	{ 0x8664, "x86_64", NULL, 64 },
	{ 0xaa64, "aarch64", NULL, 64 },
	{ 0xa641, "arm64ec", NULL, 64 },
	{ 0xa64e, "aarch64", "ARM64X, code for aarch64 and arm64ec", 64 },
	{ 0x1c0, "arm", "ARM", 32 },
	{ 0x1c2, "arm", "Thumb", 32 },
	{ 0x1c4, "arm", "ARMv7, Thumb-2", 32 },
	{ 0x200, "ia64", NULL, 64 },
	{ 0xebc, "ebc", "EFI byte code", 64 },
	{ 0x5032, "riscv32", NULL, 32 },
	{ 0x5064, "riscv64", NULL, 64 },
	{ 0x6232, "loongarch32", NULL, 32 },
	{ 0x6264, "loongarch64", NULL, 64 },
	{ 0x166, "mips", NULL, 32 },
	{ 0x169, "mips", "MIPS WCE v2", 32 },
	{ 0x1f0, "powerpc", NULL, 32 },
	{ 0x1a2, "sh3", NULL, 32 },
	{ 0x1a6, "sh4", NULL, 32 },
};

void
pe_read_machine(struct card *card, unsigned machine)
{
	card->endian = ENDIAN_LITTLE;
	for (size_t i = 0; i < COUNT(machines); i++) {
		if (machines[i].machine != machine)
			continue;
		card->arch = machines[i].arch;
		card->arch_note = machines[i].note;
		card->bits = machines[i].bits;
		return;
	}
	if (machine)
		card_add_detail(card, "machine", "machine", "unknown (0x%x)", machine);
}

bool
pe_machine_is(unsigned machine)
{
	for (size_t i = 0; i < COUNT(machines); i++)
		if (machines[i].machine == machine)
			return true;
	return false;
}

/* --- sections --- */

static uint64_t
strings_of(const struct pe *pe)
{
	return pe->symbols + (uint64_t)pe->symbol_count * pe->symbol_size;
}

/* "//AAAAAA": an offset in base 64, of objects with very long tables of names. */
static uint64_t
base64_number(const char *text)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	uint64_t number = 0;

	for (; *text; text++) {
		const char *digit = strchr(digits, *text);

		if (!digit)
			return 0;
		number = number << 6 | (uint64_t)(digit - digits);
	}
	return number;
}

/* Names longer than 8 bytes stand behind the symbols: "/123". */
static const char *
section_name(const struct pe *pe, uint64_t at)
{
	char name[9];
	uint64_t offset;

	name[reader_copy(pe->r, at, name, 8)] = '\0';
	if (name[0] == '/' && pe->symbols) {
		offset = name[1] == '/' ? base64_number(name + 2) : strtoul(name + 1, NULL, 10);
		return reader_text(
			pe->r, strings_of(pe) + offset, NAME_MAX_BYTES, &pe->card->arena);
	}
	return arena_strdup(&pe->card->arena, name);
}

static void
read_section(struct pe *pe, uint64_t at, struct pe_section *s)
{
	const struct reader *r = pe->r;

	s->name = section_name(pe, at);
	s->memory = reader_u32(r, at + 8);
	s->rva = reader_u32(r, at + 12);
	s->size = reader_u32(r, at + 16);
	s->offset = reader_u32(r, at + 20);
	s->flags = reader_u32(r, at + 36);
	if (s->size && s->offset && !(s->flags & PE_SECTION_UNINITIALIZED) &&
		!reader_has(r, s->offset, s->size))
		card_add_damage(pe->card,
			"section %s (%" PRIu32 " bytes at offset %" PRIu32
			") reaches beyond the file's end",
			s->name, s->size, s->offset);
}

void
pe_read_sections(struct pe *pe, uint64_t at, uint32_t count)
{
	uint64_t room = at < pe->r->len ? (pe->r->len - at) / SECTION_SIZE : 0;

	if (count > room) {
		card_add_damage(pe->card,
			"the table of sections (%" PRIu32 " at offset %" PRIu64
			") reaches beyond the file's end",
			count, at);
		count = (uint32_t)room;
	}
	pe->sections = arena_array(&pe->card->arena, struct pe_section, count + 1);
	pe->section_count = count;
	for (uint32_t i = 0; i < count; i++)
		read_section(pe, at + (uint64_t)i * SECTION_SIZE, &pe->sections[i]);
}

const struct pe_section *
pe_section(const struct pe *pe, const char *name)
{
	for (size_t i = 0; i < pe->section_count; i++)
		if (text_is(pe->sections[i].name, name))
			return &pe->sections[i];
	return NULL;
}

struct reader
pe_section_bytes(const struct pe *pe, const struct pe_section *s)
{
	struct reader part;
	uint32_t size = s && !(s->flags & PE_SECTION_UNINITIALIZED) ? s->size : 0;

	if (size && s->memory && s->memory < size)
		size = s->memory; /* the rest fills up the page */
	reader_slice(pe->r, size ? s->offset : 0, size, &part);
	return part;
}

bool
pe_offset(const struct pe *pe, uint64_t rva, uint64_t *offset)
{
	for (size_t i = 0; i < pe->section_count; i++) {
		const struct pe_section *s = &pe->sections[i];

		if (rva < s->rva || rva - s->rva >= s->size)
			continue;
		*offset = s->offset + (rva - s->rva);
		return true;
	}
	*offset = rva;
	return rva && rva < pe->headers_size;
}

const char *
pe_text(const struct pe *pe, uint64_t rva)
{
	uint64_t at;

	return pe_offset(pe, rva, &at) ? reader_text(pe->r, at, NAME_MAX_BYTES, &pe->card->arena)
				       : "";
}

/* --- what programs and objects have alike --- */

/* Objects have a section for each function, ".text$name"; a linker sums them under the first part. */
static struct span
output_name(const struct pe *pe, const char *name)
{
	struct span rest, whole = span_of(name);

	return pe->optional || text_starts(name, ".debug") ? whole : span_cut(whole, '$', &rest);
}

static void
list_sections(struct pe *pe)
{
	for (size_t i = 0; i < pe->section_count; i++) {
		const struct pe_section *s = &pe->sections[i];
		struct card_section *shown = card_section_for(pe->card, output_name(pe, s->name));
		bool is_blank = s->flags & PE_SECTION_UNINITIALIZED;

		if (!shown)
			return;
		shown->bytes += is_blank || !s->offset ? 0 : s->size;
		if (pe->optional)
			shown->memory += s->memory ? s->memory : s->size;
		else if (!(s->flags & PE_SECTION_REMOVE))
			shown->memory += s->size;
	}
}

static void
read_debug_link(struct pe *pe)
{
	struct reader part = pe_section_bytes(pe, pe_section(pe, ".gnu_debuglink"));

	if (part.len)
		pe->card->debug_link = reader_text(&part, 0, 4096, &pe->card->arena);
}

/* Also: CodeView in objects, ".debug$S", and ".debug$T" where it has types. */
static void
tell_debug(struct pe *pe)
{
	struct reader part = pe_section_bytes(pe, pe_section(pe, ".debug_abbrev"));
	struct card *card = pe->card;

	read_debug_link(pe);
	if (part.len)
		card->debug = dwarf_kind(&part);
	else if (pe_section(pe, ".debug$T"))
		card->debug = DEBUG_FULL;
	else if (pe_section(pe, ".debug_line") || pe_section(pe, ".debug$S"))
		card->debug = DEBUG_LINES;
	else
		card->debug = card->debug_link ? DEBUG_ELSEWHERE : DEBUG_NONE;
}

static void
scan_data(struct pe *pe)
{
	struct buildpaths found = { 0 };
	unsigned not_data = PE_SECTION_EXECUTE | (unsigned)PE_SECTION_WRITE | PE_SECTION_REMOVE;

	for (size_t i = 0; i < pe->section_count; i++) {
		const struct pe_section *s = &pe->sections[i];
		struct reader part = pe_section_bytes(pe, s);

		if (s->flags & PE_SECTION_INITIALIZED && !(s->flags & not_data) &&
			!text_starts(s->name, ".debug") && !text_starts(s->name, ".rsrc"))
			buildpath_scan(&part, &found, pe->card);
	}
	buildpath_report(&found, pe->card);
}

/* MinGW's compilers leave their names among the constants. */
static void
read_producers(struct pe *pe)
{
	static const char *const sections[] = { ".rdata", ".rdata$zzz", ".comment" };
	enum { PRODUCERS_READ = 256 };

	for (size_t i = 0; i < COUNT(sections); i++) {
		struct reader part = pe_section_bytes(pe, pe_section(pe, sections[i]));
		int64_t at = 0;

		for (int n = 0; n < PRODUCERS_READ; n++) {
			char text[256];

			at = reader_find(&part, (uint64_t)at, part.len, SPAN("GCC: ("));
			if (at < 0)
				break;
			at += (int64_t)reader_copy_text(&part, (uint64_t)at, text, sizeof(text));
			card_add_producer(pe->card, text);
		}
	}
}

void
pe_read_common(struct pe *pe)
{
	if (pe->symbol_count && !reader_has(pe->r, pe->symbols, strings_of(pe) - pe->symbols))
		card_add_damage(pe->card,
			"the table of symbols (%" PRIu32 " at offset %" PRIu64
			") reaches beyond the file's end",
			pe->symbol_count, pe->symbols);
	list_sections(pe);
	tell_debug(pe);
	read_producers(pe);
	scan_data(pe);
}
