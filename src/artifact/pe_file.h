/* pe_file: the tables that PE programs and COFF objects share, for the pe_* files.
 *
 * Numbers by https://learn.microsoft.com/windows/win32/debug/pe-format. Addresses are relative to the
 * image's base (RVAs), and become offsets in the file through the sections. */
#pragma once
#include "artifact/card.h"
#include "artifact/reader.h"

enum pe_directory_id {
	PE_EXPORT = 0,
	PE_IMPORT = 1,
	PE_SECURITY = 4, /* an offset in the file, not an RVA */
	PE_RELOC = 5,
	PE_DEBUG = 6,
	PE_LOAD_CONFIG = 10,
	PE_DELAY_IMPORT = 13,
	PE_CLR = 14,
	PE_DIRECTORY_COUNT = 16
};

enum {
	PE_SECTION_INITIALIZED = 0x40,
	PE_SECTION_UNINITIALIZED = 0x80,
	PE_SECTION_REMOVE = 0x800,
	PE_SECTION_EXECUTE = 0x20000000,
	PE_SECTION_WRITE = (int)0x80000000,
};

struct pe_section {
	const char *name;
	uint32_t rva, memory; /* of images */
	uint32_t offset, size;
	uint32_t flags;
};

struct pe {
	const struct reader *r;
	struct card *card;
	unsigned machine;
	unsigned flags;    /* of the COFF header */
	uint32_t linked;   /* seconds since 1970, a hash, or 0 */
	uint64_t optional; /* offset of the optional header */
	uint32_t optional_size;
	bool wide;
	uint64_t base; /* preferred address */
	uint32_t headers_size;
	unsigned subsystem, dll_flags;
	struct {
		uint32_t rva, size;
	} directories[PE_DIRECTORY_COUNT];
	struct pe_section *sections;
	size_t section_count;
	uint64_t symbols; /* offset of the symbol table */
	uint32_t symbol_count;
	unsigned symbol_size;
};

/* Reads `count` sections at `at`, in the card's arena; what lies outside the file is damage. */
void pe_read_sections(struct pe *pe, uint64_t at, uint32_t count);
const struct pe_section *pe_section(const struct pe *pe, const char *name); /* or NULL */
/* Its bytes; none of NULL. */
struct reader pe_section_bytes(const struct pe *pe, const struct pe_section *s);
/* Where an address stands in the file; false where nothing is. */
bool pe_offset(const struct pe *pe, uint64_t rva, uint64_t *offset);
const char *pe_text(const struct pe *pe, uint64_t rva); /* "" where there is none */

/* The architecture as rustc says it, and its bits. */
void pe_read_machine(struct card *card, unsigned machine);
bool pe_machine_is(unsigned machine);

/* Sections, debug information, symbols: what programs and objects have alike. */
void pe_read_common(struct pe *pe);
