/* pe_imports: see pe_imports.h. */
#include "artifact/pe_imports.h"
#include <inttypes.h>
#include <string.h>
#include <strings.h>
#include "base/count.h"
#include "artifact/pe_file.h"
#include "text/version.h"

#define LIBRARIES_MAX 4096
#define IMPORTS_MAX 65536 /* of all libraries: lists may overlap */

/* --- tables --- */

/* A list of functions, ended by 0: the top bit marks a number in place of a name. */
static void
read_functions(struct pe *pe, uint64_t rva, const char *library, bool delayed)
{
	uint64_t ordinal_bit = pe->wide ? UINT64_C(1) << 63 : UINT64_C(1) << 31, at, entry;
	unsigned size = pe->wide ? 8 : 4;
	struct card *card = pe->card;

	if (!pe_offset(pe, rva, &at)) {
		card_add_damage(
			card, "the list of functions taken from %s lies outside the file", library);
		return;
	}
	for (; card->imports.len < IMPORTS_MAX && (entry = reader_word(pe->r, at, size));
		at += size) {
		struct card_import import = { .library = library, .weak = delayed };

		if (entry & ordinal_bit)
			import.name = arena_printf(&card->arena, "#%u", (unsigned)(entry & 0xffff));
		else
			import.name = pe_text(pe, (entry & 0x7fffffff) + 2);
		vec_push(&card->imports, import);
	}
}

static bool
add_library(struct pe *pe, uint64_t name_rva, uint64_t functions_rva, bool delayed)
{
	const char *name = pe_text(pe, name_rva);

	if (!*name) {
		card_add_damage(pe->card, "the name of a DLL lies outside the file");
		return false;
	}
	if (!delayed)
		vec_push(&pe->card->needed, name);
	read_functions(pe, functions_rva, name, delayed);
	return true;
}

static bool
directory_at(struct pe *pe, enum pe_directory_id id, const char *what, uint64_t *at)
{
	if (!pe->directories[id].rva)
		return false;
	if (pe_offset(pe, pe->directories[id].rva, at))
		return true;
	card_add_damage(pe->card, "the table of %s lies outside the file", what);
	return false;
}

static void
read_import_table(struct pe *pe)
{
	enum { SIZE = 20 };
	const struct reader *r = pe->r;
	uint64_t at;

	if (!directory_at(pe, PE_IMPORT, "imports", &at))
		return;
	for (int i = 0; i < LIBRARIES_MAX; i++, at += SIZE) {
		uint32_t names = reader_u32(r, at), name = reader_u32(r, at + 12);

		if (!name || !add_library(pe, name, names ? names : reader_u32(r, at + 16), false))
			return;
	}
}

/* Of Visual C++ 6 the addresses are whole ones. */
static void
read_delayed(struct pe *pe)
{
	enum { SIZE = 32 };
	const struct reader *r = pe->r;
	uint64_t at;

	if (!directory_at(pe, PE_DELAY_IMPORT, "delayed imports", &at))
		return;
	for (int i = 0; i < LIBRARIES_MAX; i++, at += SIZE) {
		uint64_t base = reader_u32(r, at) & 1 ? 0 : pe->base;
		uint32_t name = reader_u32(r, at + 4), names = reader_u32(r, at + 16);

		if (!name || !add_library(pe, name - base, names - base, true))
			return;
	}
}

static void
read_exports(struct pe *pe)
{
	struct card *card = pe->card;
	const char *name;
	uint64_t at;

	if (!directory_at(pe, PE_EXPORT, "exports", &at))
		return;
	name = pe_text(pe, reader_u32(pe->r, at + 12));
	if (*name)
		card->soname = name;
	card_add_detail(card, "exports", "exports", "%" PRIu32 " functions, %" PRIu32 " by name",
		reader_u32(pe->r, at + 20), reader_u32(pe->r, at + 24));
}

/* --- C library --- */

struct runtime_row {
	const char *pattern; /* of a DLL's name in small letters */
	const char *libc;    /* NULL: goes with a C library, is none */
	const char *redistributable;
};

static const struct runtime_row runtimes[] = {
	{ "msvcrt.dll", "msvcrt", NULL },
	{ "crtdll.dll", "msvcrt", NULL },
	{ "ucrtbase.dll", "ucrt", NULL },
	{ "api-ms-win-crt-*", "ucrt", NULL },
	{ "cygwin1.dll", "cygwin", "Cygwin's" },
	{ "msys-2.0.dll", "cygwin", "MSYS2's" },
	{ "ucrtbased.dll", "ucrt", "debug" },
	{ "vcruntime*d.dll", NULL, "debug" },
	{ "msvcp*d.dll", NULL, "debug" },
	{ "msvcrtd.dll", "msvcr", "debug" },
	{ "msvcr*d.dll", "msvcr", "debug" },
	{ "msvcr*.dll", "msvcr", "Visual C++'s" },
	{ "vcruntime*.dll", NULL, "Visual C++'s" },
	{ "msvcp*.dll", NULL, "Visual C++'s" },
	{ "concrt*.dll", NULL, "Visual C++'s" },
	{ "libgcc_s_*.dll", NULL, "MinGW's" },
	{ "libstdc++-6.dll", NULL, "MinGW's" },
	{ "libwinpthread-1.dll", NULL, "MinGW's" },
	{ "libssp-0.dll", NULL, "MinGW's" },
	{ "libc++.dll", NULL, "MinGW's" },
	{ "libunwind.dll", NULL, "MinGW's" },
};

static const struct runtime_row *
runtime_of(const char *library)
{
	char name[64];
	size_t i = 0;

	for (; i < sizeof(name) - 1 && library[i]; i++)
		name[i] = library[i] >= 'A' && library[i] <= 'Z' ? (char)(library[i] | 0x20)
								 : library[i];
	name[i] = '\0';
	for (i = 0; i < COUNT(runtimes); i++)
		if (text_fits(name, runtimes[i].pattern))
			return &runtimes[i];
	return NULL;
}

static void
report_runtime(struct card *card, const char *library, const char *whose)
{
	if (text_is(whose, "debug"))
		card_add_problem(card, true, "debug-runtime",
			"needs %s, which is for machines with Visual Studio only and may not be "
			"given on: build for release",
			library);
	else if (text_is(whose, "Visual C++'s"))
		card_add_problem(card, false, "extra-libraries",
			"%s does not come with Windows: install Visual C++'s redistributable "
			"there, "
			"or build with -C target-feature=+crt-static",
			library);
	else
		card_add_problem(card, false, "extra-libraries",
			"%s is %s and does not come with Windows: ship it beside the program, or "
			"link it statically",
			library, whose);
}

static void
tell_libc(struct card *card)
{
	const char *by = NULL;

	for (size_t i = 0; i < card->needed.len; i++) {
		const char *library = card->needed.items[i];
		const struct runtime_row *row = runtime_of(library);

		if (!row)
			continue;
		if (row->redistributable)
			report_runtime(card, library, row->redistributable);
		if (!row->libc)
			continue;
		if (by && !text_is(row->libc, card->libc)) {
			card_add_problem(card, false, "mixed-libc",
				"two C libraries at once, %s and %s: what one allocates or opens "
				"the "
				"other cannot free or close",
				by, library);
			return;
		}
		by = library;
		card->libc = row->libc;
	}
}

/* --- which Windows --- */

/* Functions that came after Windows 7; a program that names one does not start before. Those of Rust's standard
 * library, and what is common beside it. Each by the "Minimum supported client" of its page, read in November 2026:
 * of https://learn.microsoft.com/windows/win32/api (github.com/MicrosoftDocs/sdk-api, req.target-min-winverclnt),
 * ProcessPrng's of /windows/win32/seccng/processprng, the pseudo console's of /windows/console/createpseudoconsole.
 * Versions 1607, 1703, 1709 and 1809 are builds 14393, 15063, 16299 and 17763. `function` NULL: the library as
 * such, which is the API set that WaitOnAddress came with. */
static const struct {
	const char *version;
	const char *function, *library;
} newer[] = {
	{ "6.2", "WaitOnAddress", NULL },
	{ "6.2", "WakeByAddressSingle", NULL },
	{ "6.2", "GetSystemTimePreciseAsFileTime", NULL },
	{ "6.2", "GetCurrentThreadStackLimits", NULL },
	{ "6.2", "PathCchCombine", NULL },
	{ "6.2", "CreateFile2", NULL },
	{ "6.2", "ProcessPrng", NULL },
	{ "6.2", "RoInitialize", NULL },
	{ "6.2", NULL, "api-ms-win-core-synch-l1-2-0.dll" },
	{ "6.3", "GetPackagePathByFullName", NULL },
	{ "10.0", "QueryUnbiasedInterruptTimePrecise", NULL },
	{ "10.0", "VirtualAlloc2", NULL },
	{ "10.0.14393", "SetThreadDescription", NULL },
	{ "10.0.14393", "GetThreadDescription", NULL },
	{ "10.0.14393", "SetThreadDpiAwarenessContext", NULL },
	{ "10.0.14393", "GetDpiForWindow", NULL },
	{ "10.0.14393", "GetDpiForSystem", NULL },
	{ "10.0.15063", "SetProcessDpiAwarenessContext", NULL },
	{ "10.0.16299", "IsWow64Process2", NULL },
	{ "10.0.17763", "CreatePseudoConsole", NULL },
	{ "10.0.20348", "GetTempPath2W", NULL },
};

static const char *
version_of_import(const struct card_import *import)
{
	for (size_t i = 0; i < COUNT(newer); i++)
		if (newer[i].function ? text_is(import->name, newer[i].function)
				      : !strcasecmp(import->library, newer[i].library))
			return newer[i].version;
	return NULL;
}

static void
tell_floor(struct card *card)
{
	const struct card_import *by = NULL;
	const char *newest = card->min_windows_subsystem;

	for (size_t i = 0; i < card->imports.len; i++) {
		const struct card_import *import = &card->imports.items[i];
		const char *version = import->weak ? NULL : version_of_import(import);

		if (!version || version_compare(version, newest) <= 0)
			continue;
		newest = version;
		by = import;
	}
	if (!by || !card->min_windows_subsystem)
		return;
	card->min_os = arena_printf(&card->arena, "Windows %s", newest);
	card_add_detail(card, "min_os_symbol", "newest function", "%s of %s asks for Windows %s",
		by->name, by->library, newest);
}

void
pe_read_imports(struct pe *pe)
{
	read_import_table(pe);
	read_delayed(pe);
	read_exports(pe);
	tell_libc(pe->card);
	tell_floor(pe->card);
}
