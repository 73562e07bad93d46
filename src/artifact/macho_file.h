/* macho_file: headers and tables of Mach-O, for the macho_* files and universal.
 *
 * Numbers by <mach-o/loader.h> and <mach-o/fat.h> of Apple's xnu. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "artifact/reader.h"

enum {
	CPU_X86 = 7,
	CPU_X86_64 = 0x01000007,
	CPU_ARM = 12,
	CPU_ARM64 = 0x0100000c,
	CPU_ARM64_32 = 0x0200000c,
	CPU_PPC = 18,
	CPU_PPC64 = 0x01000012,
};
#define CPU_SUBTYPE_MASK 0x00ffffffu /* without the capability bits */

enum {
	MACHO_OBJECT = 1,
	MACHO_EXECUTE = 2,
	MACHO_CORE = 4,
	MACHO_DYLIB = 6,
	MACHO_DYLINKER = 7,
	MACHO_BUNDLE = 8,
	MACHO_STUB = 9,
	MACHO_DSYM = 10,
	MACHO_KEXT = 11,
};

struct macho_header {
	bool wide;
	uint32_t cpu, subtype, type, command_count, commands_size, flags;
	unsigned size; /* of the header; commands follow */
};

/* Sets r->big_endian; false when it is no Mach-O file of one machine, or cut within the header. */
bool macho_header_read(struct reader *r, struct macho_header *h);

struct macho_command {
	uint32_t id;
	uint64_t at;
	uint32_t size; /* all of it within the file */
};

/* The first with *c all zero, then the next; false at the end, or where a command is not whole (*is_damaged). */
bool macho_command_next(const struct reader *r, const struct macho_header *h,
	struct macho_command *c, bool *is_damaged);

struct fat_slice {
	uint32_t cpu, subtype;
	uint64_t offset, size;
	uint32_t align; /* a power of 2 */
};
#define FAT_SLICES_MAX 42

/* The slices that a fat file's header lists; how many. 0 when it is no fat file. */
size_t fat_slices_read(const struct reader *r, struct fat_slice slices[static FAT_SLICES_MAX]);

/* "arm64", "x86_64", "armv7s" as Apple's tools say it; NULL where none is known. */
const char *macho_arch_name(uint32_t cpu, uint32_t subtype);
