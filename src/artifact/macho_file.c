/* macho_file: see macho_file.h. */
#include "artifact/macho_file.h"
#include "base/count.h"
#include "base/str.h"

bool
macho_header_read(struct reader *r, struct macho_header *h)
{
	static const struct {
		struct span magic;
		bool big, wide;
	} magics[] = {
		{ { "\xce\xfa\xed\xfe", 4 }, false, false },
		{ { "\xcf\xfa\xed\xfe", 4 }, false, true },
		{ { "\xfe\xed\xfa\xce", 4 }, true, false },
		{ { "\xfe\xed\xfa\xcf", 4 }, true, true },
	};

	for (size_t i = 0; i < COUNT(magics); i++) {
		if (!reader_starts(r, 0, magics[i].magic))
			continue;
		r->big_endian = magics[i].big;
		*h = (struct macho_header){
			.wide = magics[i].wide,
			.cpu = reader_u32(r, 4),
			.subtype = reader_u32(r, 8),
			.type = reader_u32(r, 12),
			.command_count = reader_u32(r, 16),
			.commands_size = reader_u32(r, 20),
			.flags = reader_u32(r, 24),
			.size = magics[i].wide ? 32 : 28,
		};
		return reader_has(r, 0, h->size);
	}
	return false;
}

/* A command is 8 bytes at least, so their number is bound by the file. */
bool
macho_command_next(const struct reader *r, const struct macho_header *h, struct macho_command *c,
	bool *is_damaged)
{
	uint64_t end = h->size + (uint64_t)h->commands_size;
	uint64_t at = c->at ? c->at + c->size : h->size;

	if (at >= end)
		return false;
	c->id = reader_u32(r, at);
	c->size = reader_u32(r, at + 4);
	c->at = at;
	if (c->size >= 8 && c->size <= end - at && reader_has(r, at, c->size))
		return true;
	*is_damaged = true;
	return false;
}

size_t
fat_slices_read(const struct reader *r, struct fat_slice slices[static FAT_SLICES_MAX])
{
	bool wide = reader_starts(r, 0, SPAN("\xca\xfe\xba\xbf"));
	struct reader big = *r;
	uint32_t count;
	uint64_t at = 8;

	if (!wide && !reader_starts(r, 0, SPAN("\xca\xfe\xba\xbe")))
		return 0;
	big.big_endian = true;
	count = reader_u32(&big, 4);
	if (!count || count > FAT_SLICES_MAX) /* Java's versions begin at 45 */
		return 0;
	for (uint32_t i = 0; i < count; i++) {
		struct fat_slice *s = &slices[i];
		unsigned word = wide ? 8 : 4;

		s->cpu = reader_u32(&big, at);
		s->subtype = reader_u32(&big, at + 4);
		s->offset = reader_word(&big, at + 8, word);
		s->size = reader_word(&big, at + 8 + word, word);
		s->align = reader_u32(&big, at + 8 + 2 * word);
		at += wide ? 32 : 20;
	}
	return count;
}

const char *
macho_arch_name(uint32_t cpu, uint32_t subtype)
{
	static const struct {
		uint32_t cpu, subtype;
		const char *name;
	} rows[] = {
		{ CPU_X86, 3, "i386" },
		{ CPU_X86_64, 3, "x86_64" },
		{ CPU_X86_64, 8, "x86_64h" },
		{ CPU_ARM, 5, "armv4t" },
		{ CPU_ARM, 6, "armv6" },
		{ CPU_ARM, 7, "armv5" },
		{ CPU_ARM, 9, "armv7" },
		{ CPU_ARM, 11, "armv7s" },
		{ CPU_ARM, 12, "armv7k" },
		{ CPU_ARM, 14, "armv6m" },
		{ CPU_ARM, 15, "armv7m" },
		{ CPU_ARM, 16, "armv7em" },
		{ CPU_ARM64, 0, "arm64" },
		{ CPU_ARM64, 1, "arm64v8" },
		{ CPU_ARM64, 2, "arm64e" },
		{ CPU_ARM64_32, 1, "arm64_32" },
		{ CPU_PPC, 0, "ppc" },
		{ CPU_PPC64, 0, "ppc64" },
	};

	for (size_t i = 0; i < COUNT(rows); i++)
		if (rows[i].cpu == cpu && rows[i].subtype == (subtype & CPU_SUBTYPE_MASK))
			return rows[i].name;
	return NULL;
}
