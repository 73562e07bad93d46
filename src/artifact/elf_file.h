/* elf_file: the skeleton of an ELF file: header, segments, sections, dynamic entries.
 *
 * What the parts of elf.c share. All numbers are as in the file, so none of them is to be trusted; offsets
 * go to the reader only, which checks them. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "artifact/card.h"
#include "artifact/reader.h"
#include "base/err.h"

enum elf_type { ELF_NONE, ELF_REL, ELF_EXEC, ELF_DYN, ELF_CORE };

enum { /* machines that something is peculiar of; the others are numbers in elf_machine.c alone */
	EM_SPARC = 2,
	EM_386 = 3,
	EM_MIPS = 8,
	EM_PPC = 20,
	EM_S390 = 22,
	EM_ARM = 40,
	EM_SPARCV9 = 43,
	EM_X86_64 = 62,
	EM_AARCH64 = 183,
	EM_ALPHA = 0x9026,
};

enum { /* of segments */
	PT_LOAD = 1,
	PT_DYNAMIC = 2,
	PT_INTERP = 3,
	PT_NOTE = 4,
	PT_TLS = 7,
	PT_GNU_STACK = 0x6474e551,
	PT_GNU_RELRO = 0x6474e552,
};
enum { PF_X = 1, PF_W = 2, PF_R = 4 };

enum { /* of sections */
	SHT_PROGBITS = 1,
	SHT_SYMTAB = 2,
	SHT_STRTAB = 3,
	SHT_RELA = 4,
	SHT_DYNAMIC = 6,
	SHT_NOTE = 7,
	SHT_NOBITS = 8,
	SHT_REL = 9,
	SHT_DYNSYM = 11,
};
enum { SHF_WRITE = 1, SHF_ALLOC = 2, SHF_EXECINSTR = 4, SHF_COMPRESSED = 0x800 };

/* Dynamic entries that are asked for; strings that may come many times stand in the card's lists. */
enum elf_tag {
	TAG_PLTRELSZ,
	TAG_HASH,
	TAG_STRTAB,
	TAG_SYMTAB,
	TAG_RELA,
	TAG_STRSZ,
	TAG_SONAME,
	TAG_PLTREL,
	TAG_DEBUG,
	TAG_TEXTREL,
	TAG_JMPREL,
	TAG_BIND_NOW,
	TAG_FLAGS,
	TAG_RELR,
	TAG_ANDROID_RELR,
	TAG_GNU_HASH,
	TAG_VERSYM,
	TAG_FLAGS_1,
	TAG_VERNEED,
	TAG_VERNEEDNUM,
	TAG_RELASZ,
	TAG_REL,
	TAG_RELSZ,
	TAG_COUNT
};
enum { DF_TEXTREL = 4, DF_BIND_NOW = 8, DF_1_NOW = 1, DF_1_PIE = 0x08000000 };

struct elf_segment {
	uint32_t type, flags;
	uint64_t offset, vaddr, file_size, memory_size, align;
};

struct elf_section {
	uint32_t name; /* offset in the table of names */
	uint32_t type, link, info;
	uint64_t flags, addr, offset, size, align, entry_size;
};

struct elf {
	const struct reader *r;
	struct card *card;
	bool wide; /* 64 bits */
	enum elf_type type;
	unsigned machine, os_abi;
	uint32_t flags;
	uint64_t entry;
	struct elf_segment *segments;
	size_t segment_count;
	struct elf_section *sections; /* without the empty first one */
	size_t section_count;
	struct reader names; /* of the sections */
	bool is_debug_only;  /* the loaded parts are in another file */
	bool has_dynamic;    /* the tags below are set */
	bool has[TAG_COUNT];
	uint64_t tag[TAG_COUNT];
	struct reader dynamic_names; /* DT_STRTAB */
};

/* Reads header and tables; what lies outside the file is damage on the card. False with err when the
 * header itself is none. The reader gets the file's byte order. */
bool elf_open(struct elf *e, struct reader *r, struct card *card, struct err *err);
void elf_close(struct elf *e);

const struct elf_section *elf_section(const struct elf *e, const char *name); /* or NULL */
const struct elf_section *elf_section_of_type(const struct elf *e, uint32_t type);
bool elf_section_is(const struct elf *e, const struct elf_section *s, const char *name);
/* The bytes of a section, cut where the file ends; empty for NULL and for one without bytes. */
struct reader elf_section_bytes(const struct elf *e, const struct elf_section *s);
const struct elf_segment *elf_segment(const struct elf *e, uint32_t type); /* the first, or NULL */
/* The bytes from a virtual address to the end of its segment in the file; empty where there are none. */
struct reader elf_at_address(const struct elf *e, uint64_t vaddr);

/* One symbol of a table of them (SHT_SYMTAB, SHT_DYNSYM, DT_SYMTAB). */
struct elf_symbol {
	uint32_t name; /* offset in its table of names */
	unsigned char info, other;
	uint16_t section;
	uint64_t value, size;
};
#define ELF_SYMBOL_SIZE(e) ((e)->wide ? 24u : 16u)
#define ELF_SYMBOL_BIND(s) ((s)->info >> 4)
#define ELF_SYMBOL_TYPE(s) ((s)->info & 15)
enum { STB_WEAK = 2, STT_OBJECT = 1, STT_FUNC = 2, STT_FILE = 4, STT_TLS = 6, STT_GNU_IFUNC = 10 };
struct elf_symbol elf_symbol(const struct elf *e, const struct reader *table, uint64_t i);
