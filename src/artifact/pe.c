/* pe: programs and DLLs; see pe.h. */
#include "artifact/pe.h"
#include <inttypes.h>
#include <stdlib.h>
#include "artifact/pe_file.h"
#include "artifact/pe_imports.h"
#include "base/count.h"
#include "base/quantity.h"

enum { RELOCS_STRIPPED = 1, EXECUTABLE_IMAGE = 2, DLL = 0x2000 };
enum {
	HIGH_ENTROPY_VA = 0x20,
	DYNAMIC_BASE = 0x40,
	FORCE_INTEGRITY = 0x80,
	NX_COMPAT = 0x100,
	NO_SEH = 0x400,
	APPCONTAINER = 0x1000,
	GUARD_CF = 0x4000
};

bool
pe_is(const struct reader *r)
{
	return reader_starts(r, 0, SPAN("MZ"));
}

/* --- headers --- */

/* The first header's place of the second; a DOS program has none. */
static bool
find_header(const struct reader *r, uint64_t *at, struct err *err)
{
	*at = reader_u32(r, 0x3c);
	if (!reader_has(r, 0, 0x40))
		return err_set(
			err, ERR_PARSE, "an MZ header cut short, %" PRIu64 " bytes of 64", r->len);
	if (!reader_has(r, *at, 24))
		return err_set(err, ERR_PARSE,
			"MZ header: a program of DOS, or cut short: the PE header at offset "
			"%" PRIu64 " lies beyond the end",
			*at);
	if (!reader_starts(r, *at, SPAN("PE\0\0")))
		return err_set(err, ERR_PARSE,
			"MZ header: a program of DOS or of Windows with 16 bits: no PE header at "
			"offset %" PRIu64,
			*at);
	*at += 4;
	return true;
}

static void
read_directories(struct pe *pe)
{
	uint64_t at = pe->optional + (pe->wide ? 112 : 96);
	uint32_t count = reader_u32(pe->r, at - 4);
	uint64_t end = pe->optional + pe->optional_size;

	for (uint32_t i = 0; i < count && i < PE_DIRECTORY_COUNT && at + 8 <= end; i++, at += 8) {
		pe->directories[i].rva = reader_u32(pe->r, at);
		pe->directories[i].size = reader_u32(pe->r, at + 4);
	}
}

static bool
read_optional(struct pe *pe, struct err *err)
{
	const struct reader *r = pe->r;
	unsigned magic = reader_u16(r, pe->optional);

	if (magic != 0x10b && magic != 0x20b)
		return err_set(err, ERR_PARSE,
			"PE header: magic number 0x%x is neither that of 32 nor of 64 bits", magic);
	pe->wide = magic == 0x20b;
	pe->base = pe->wide ? reader_u64(r, pe->optional + 24) : reader_u32(r, pe->optional + 28);
	pe->headers_size = reader_u32(r, pe->optional + 60);
	pe->subsystem = reader_u16(r, pe->optional + 68);
	pe->dll_flags = reader_u16(r, pe->optional + 70);
	read_directories(pe);
	return true;
}

static bool
open_pe(struct pe *pe, struct err *err)
{
	const struct reader *r = pe->r;
	uint64_t at;

	if (!find_header(r, &at, err))
		return false;
	pe->machine = reader_u16(r, at);
	pe->linked = reader_u32(r, at + 4);
	pe->symbols = reader_u32(r, at + 8);
	pe->symbol_count = reader_u32(r, at + 12);
	pe->symbol_size = 18;
	pe->optional_size = reader_u16(r, at + 16);
	pe->flags = reader_u16(r, at + 18);
	pe->optional = at + 20;
	if (!read_optional(pe, err))
		return false;
	pe_read_sections(pe, pe->optional + pe->optional_size, reader_u16(r, at + 2));
	return true;
}

/* --- system --- */

static const struct {
	const char *os, *name;
} subsystems[] = {
	[1] = { "windows", "native" },
	[2] = { "windows", "GUI" },
	[3] = { "windows", "console" },
	[5] = { "os2", "console" },
	[7] = { "windows", "POSIX" },
	[8] = { "windows", "native, Windows 9x" },
	[9] = { "windows", "GUI, Windows CE" },
	[10] = { "uefi", "EFI application" },
	[11] = { "uefi", "EFI boot driver" },
	[12] = { "uefi", "EFI runtime driver" },
	[13] = { "uefi", "EFI image in ROM" },
	[14] = { "xbox", "Xbox" },
	[16] = { "windows", "boot application" },
};

static void
tell_system(struct pe *pe)
{
	struct card *card = pe->card;
	bool is_known = pe->subsystem < COUNT(subsystems) && subsystems[pe->subsystem].os;
	unsigned major = reader_u16(pe->r, pe->optional + 48);
	unsigned minor = reader_u16(pe->r, pe->optional + 50);

	card->os = is_known ? subsystems[pe->subsystem].os : "windows";
	card_add_detail(card, "subsystem", "kind", "%s",
		is_known ? subsystems[pe->subsystem].name
			 : arena_printf(&card->arena, "subsystem %u", pe->subsystem));
	if (text_is(card->os, "windows"))
		card->min_windows_subsystem = arena_printf(&card->arena, "%u.%u", major, minor);
	card_add_detail(card, "os_version", "OS version", "%u.%u",
		reader_u16(pe->r, pe->optional + 40), reader_u16(pe->r, pe->optional + 42));
	card_add_detail(card, "linker_version", "linker", "%u.%u",
		reader_u8(pe->r, pe->optional + 2), reader_u8(pe->r, pe->optional + 3));
}

static void
tell_kind(struct pe *pe)
{
	struct card *card = pe->card;

	if (pe->flags & DLL)
		card->kind = KIND_SHARED;
	else if (pe->flags & EXECUTABLE_IMAGE)
		card->kind = KIND_EXECUTABLE;
	if (card->needed.len || card->kind == KIND_SHARED)
		card->linkage = LINKAGE_DYNAMIC;
	else if (card->kind == KIND_EXECUTABLE)
		card->linkage = LINKAGE_STATIC;
}

/* --- hardening --- */

static void
add_flag(struct pe *pe, unsigned flag, const char *key, const char *label)
{
	card_add_detail(pe->card, key, label, "%s", pe->dll_flags & flag ? "yes" : "no");
}

static void
tell_hardening(struct pe *pe)
{
	struct card *card = pe->card;
	/* without relocations it stays where it is, whatever it allows */
	bool moves = pe->dll_flags & DYNAMIC_BASE && !(pe->flags & RELOCS_STRIPPED);

	card->pie = TELL(moves);
	card->nx = TELL(pe->dll_flags & NX_COMPAT);
	add_flag(pe, DYNAMIC_BASE, "dynamic_base", "ASLR allowed");
	if (pe->wide)
		add_flag(pe, HIGH_ENTROPY_VA, "high_entropy_va", "high entropy");
	add_flag(pe, GUARD_CF, "guard_cf", "CFG");
	if (pe->machine == 0x14c)
		add_flag(pe, NO_SEH, "no_seh", "no SEH");
	if (pe->dll_flags & FORCE_INTEGRITY)
		add_flag(pe, FORCE_INTEGRITY, "force_integrity", "must be signed");
	if (pe->dll_flags & APPCONTAINER)
		add_flag(pe, APPCONTAINER, "appcontainer", "AppContainer");
	if (!text_is(card->os, "windows"))
		return;
	if (!moves)
		card_add_problem(card, false, "no-aslr", "always loaded at the same address: %s",
			pe->flags & RELOCS_STRIPPED ? "its relocations are stripped"
						    : "linked without --dynamicbase");
	if (card->nx == TELL_NO)
		card_add_problem(card, false, "executable-stack",
			"its stack and heap are executable: linked without --nxcompat");
}

static void
check_sections(struct pe *pe)
{
	unsigned both = PE_SECTION_EXECUTE | (unsigned)PE_SECTION_WRITE;

	for (size_t i = 0; i < pe->section_count; i++) {
		const struct pe_section *s = &pe->sections[i];

		if (text_is(s->name, "UPX0")) {
			card_add_problem(pe->card, false, "packed",
				"packed by UPX: what is inside cannot be seen, and some virus "
				"scanners mind");
			return;
		}
		if ((s->flags & both) == both) {
			card_add_problem(pe->card, true, "writable-code",
				"section %s is writable and executable at once", s->name);
			return;
		}
	}
}

/* --- debug information elsewhere --- */

enum { DEBUG_CODEVIEW = 2, DEBUG_REPRO = 16, DEBUG_ENTRY = 28, DEBUG_ENTRIES_MAX = 64 };

/* Of "RSDS": 16 bytes of GUID, of which the first three numbers are little endian, an age, a path. */
static void
read_codeview(struct pe *pe, uint64_t at)
{
	const struct reader *r = pe->r;
	struct card *card = pe->card;
	struct str id = STR_INIT;
	const char *path;

	if (!reader_starts(r, at, SPAN("RSDS")))
		return;
	str_appendf(&id, "%08" PRIX32 "%04X%04X", reader_u32(r, at + 4), reader_u16(r, at + 8),
		reader_u16(r, at + 10));
	for (unsigned i = 12; i < 20; i++)
		str_appendf(&id, "%02X", reader_u8(r, at + i));
	str_appendf(&id, "%" PRIX32, reader_u32(r, at + 20));
	card->build_id = arena_strdup(&card->arena, id.data);
	str_fini(&id);
	path = reader_text(r, at + 24, 4096, &card->arena);
	if (!*path) /* GNU ld's build id has none */
		return;
	card->debug_link = card->debug_link ? card->debug_link : path;
	if (card->debug == DEBUG_NONE)
		card->debug = DEBUG_ELSEWHERE;
}

static void
read_debug_directory(struct pe *pe)
{
	uint64_t at;
	uint32_t count = pe->directories[PE_DEBUG].size / DEBUG_ENTRY;

	if (!pe->directories[PE_DEBUG].rva)
		return;
	if (!pe_offset(pe, pe->directories[PE_DEBUG].rva, &at)) {
		card_add_damage(pe->card, "the table of debug information lies outside the file");
		return;
	}
	for (uint32_t i = 0; i < count && i < DEBUG_ENTRIES_MAX; i++, at += DEBUG_ENTRY) {
		uint32_t type = reader_u32(pe->r, at + 12);

		if (type == DEBUG_CODEVIEW && !pe->card->build_id)
			read_codeview(pe, reader_u32(pe->r, at + 24));
		if (type == DEBUG_REPRO)
			card_add_detail(pe->card, "reproducible", "reproducible", "yes (/Brepro)");
	}
}

/* When it was linked. Tools that build the same bytes each time leave a hash of the file there, or nothing. */
static void
tell_link_time(struct pe *pe)
{
	char *text;

	if (!pe->linked || card_detail(pe->card, "reproducible"))
		return;
	text = quantity_utc(pe->linked);
	card_add_detail(pe->card, "link_time", "linked", "%s", text);
	free(text);
}

/* --- .NET, signature --- */

static void
read_clr(struct pe *pe)
{
	uint64_t at, metadata;
	const char *version = "";

	if (!pe->directories[PE_CLR].rva)
		return;
	if (pe_offset(pe, pe->directories[PE_CLR].rva, &at) &&
		pe_offset(pe, reader_u32(pe->r, at + 8), &metadata) &&
		reader_starts(pe->r, metadata, SPAN("BSJB")))
		version = reader_text(pe->r, metadata + 16, 64, &pe->card->arena);
	card_add_detail(pe->card, "dotnet", ".NET", "%s", *version ? version : "yes");
}

static void
read_signature(struct pe *pe)
{
	uint32_t offset = pe->directories[PE_SECURITY].rva;
	uint32_t size = pe->directories[PE_SECURITY].size;

	card_add_detail(pe->card, "signature", "signature", "%s", size ? "Authenticode" : "none");
	if (size && !reader_has(pe->r, offset, size))
		card_add_damage(pe->card,
			"the signature (%" PRIu32 " bytes at offset %" PRIu32
			") reaches beyond the file's end",
			size, offset);
}

bool
pe_read(struct reader *r, struct card *card, struct err *err)
{
	struct pe pe = { .r = r, .card = card };

	r->big_endian = false;
	if (!open_pe(&pe, err))
		return false;
	pe_read_machine(card, pe.machine);
	card->bits = pe.wide ? 64 : 32;
	tell_system(&pe);
	pe_read_imports(&pe);
	tell_kind(&pe);
	tell_hardening(&pe);
	card->stripped = TELL(!pe.symbol_count);
	pe_read_common(&pe);
	read_debug_directory(&pe);
	tell_link_time(&pe);
	read_clr(&pe);
	read_signature(&pe);
	check_sections(&pe);
	return true;
}
