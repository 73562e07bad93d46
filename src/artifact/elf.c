/* elf: see elf.h. What kind of file it is, and what its sections and flags tell; the rest is in the other
 * elf_* files. */
#include "artifact/elf.h"
#include <inttypes.h>
#include <string.h>
#include "base/count.h"
#include "artifact/buildpath.h"
#include "artifact/card.h"
#include "artifact/dwarf.h"
#include "artifact/elf_file.h"
#include "artifact/elf_machine.h"
#include "artifact/elf_notes.h"
#include "artifact/elf_problems.h"
#include "artifact/elf_versions.h"

bool
elf_is(const struct reader *r)
{
	return reader_starts(r, 0, SPAN("\177ELF"));
}

/* --- kind and linkage --- */

static bool
is_pie(const struct elf *e)
{
	const struct card *card = e->card;

	if (e->has[TAG_FLAGS_1] && e->tag[TAG_FLAGS_1] & DF_1_PIE)
		return true;
	return !card->soname && (card->interpreter || e->has[TAG_DEBUG]);
}

static void
tell_kind(struct elf *e)
{
	struct card *card = e->card;

	if (e->type == ELF_REL)
		card->kind = KIND_OBJECT;
	else if (e->type == ELF_EXEC || (e->type == ELF_DYN && is_pie(e)))
		card->kind = KIND_EXECUTABLE;
	else if (e->type == ELF_DYN)
		card->kind = KIND_SHARED;
	if (card->kind == KIND_EXECUTABLE)
		card->pie = TELL(e->type == ELF_DYN);
	if (e->type == ELF_CORE)
		card_add_problem(
			card, false, "core", "the memory of a crashed program, no program");
}

static void
tell_linkage(struct card *card)
{
	if (card->kind == KIND_SHARED || card->interpreter || card->needed.len)
		card->linkage = LINKAGE_DYNAMIC;
	else if (card->kind == KIND_EXECUTABLE)
		card->linkage = card->pie == TELL_YES ? LINKAGE_STATIC_PIE : LINKAGE_STATIC;
}

static void
read_names(struct elf *e)
{
	const struct elf_segment *p = elf_segment(e, PT_INTERP);
	struct card *card = e->card;

	if (p && !e->is_debug_only) {
		struct reader part;

		if (!reader_slice(e->r, p->offset, p->file_size, &part))
			card_add_damage(card, "the loader's name lies outside the file");
		else
			card->interpreter = reader_text(&part, 0, 4096, &card->arena);
	}
	if (e->has[TAG_SONAME])
		card->soname =
			reader_text(&e->dynamic_names, e->tag[TAG_SONAME], 4096, &card->arena);
}

/* --- system and C library --- */

struct library_row {
	const char *pattern; /* of the loader's path, or of a library's name */
	const char *os, *libc;
};

/* Loaders, by https://sourceware.org/glibc/wiki/ABIList and the systems' own documents. */
static const struct library_row loaders[] = {
	{ "*/ld-musl-*", "linux", "musl" },
	{ "*/ld-linux*", "linux", "glibc" },
	{ "*/ld64.so.*", "linux", "glibc" },
	{ "/lib/ld.so.1", "linux", "glibc" },
	{ "/lib32/ld.so.1", "linux", "glibc" },
	{ "/lib64/ld.so.1", "linux", "glibc" },
	{ "/lib/*/ld.so.1", "solaris", "solaris" },
	{ "/usr/lib/*ld.so.1", "solaris", "solaris" },
	{ "*/ld-uClibc*", "linux", "uclibc" },
	{ "*/ld64-uClibc*", "linux", "uclibc" },
	{ "/system/bin/linker*", "android", "bionic" },
	{ "/apex/com.android.runtime/bin/linker*", "android", "bionic" },
	{ "/libexec/ld-elf*.so.1", "freebsd", "freebsd" },
	{ "/usr/libexec/ld-elf.so.2", "dragonfly", "dragonfly" },
	{ "*/libexec/ld.elf_so*", "netbsd", "netbsd" },
	{ "/usr/libexec/ld.so", "openbsd", "openbsd" },
	{ "/boot/system/runtime_loader", "haiku", "haiku" },
	{ "/system/runtime_loader", "haiku", "haiku" },
	{ "/usr/lib/ldqnx*", "nto", "qnx" },
	{ "ld.so.1", "fuchsia", "fuchsia" },
};
/* C libraries; what a name leaves open is decided by the loader above it. */
static const struct library_row libraries[] = {
	{ "liblog.so", "android", "bionic" },
	{ "libandroid.so", "android", "bionic" },
	{ "libc.so.6", "linux", "glibc" },
	{ "libc.musl-*", "linux", "musl" },
	{ "libc.so", NULL, "musl" },
	{ "libc.so.0", "linux", "uclibc" },
	{ "libc.so.1", NULL, "uclibc" },
	{ "libc.so.7", "freebsd", "freebsd" },
	{ "libc.so.8", "dragonfly", "dragonfly" },
	{ "libc.so.12", "netbsd", "netbsd" },
	{ "libc.so.*.*", "openbsd", "openbsd" },
	{ "libroot.so", "haiku", "haiku" },
};

static const struct library_row *
loader_row(const char *path)
{
	for (size_t i = 0; i < COUNT(loaders); i++)
		if (text_fits(path, loaders[i].pattern))
			return &loaders[i];
	return NULL;
}

static const struct library_row *
library_row(const card_list *needed)
{
	for (size_t i = 0; i < COUNT(libraries); i++)
		for (size_t k = 0; k < needed->len; k++)
			if (text_fits(needed->items[k], libraries[i].pattern))
				return &libraries[i];
	return NULL;
}

static const char *
os_of_abi(unsigned abi)
{
	static const struct {
		unsigned abi;
		const char *os;
	} rows[] = {
		{ 2, "netbsd" },
		{ 3, "linux" },
		{ 6, "solaris" },
		{ 9, "freebsd" },
		{ 12, "openbsd" },
		{ 15, "aros" },
		{ 18, "cloudabi" },
		{ 51, "cuda" },
		{ 64, "amdhsa" },
	};

	for (size_t i = 0; i < COUNT(rows); i++)
		if (rows[i].abi == abi)
			return rows[i].os;
	return NULL;
}

/* The C library of a static program: musl leaves no note, but has a sentence of its own in strerror. */
static void
tell_static_libc(struct elf *e)
{
	struct card *card = e->card;
	struct reader data = elf_section_bytes(e, elf_section(e, ".rodata"));

	if (reader_find(&data, 0, data.len, SPAN("No error information\0")) < 0)
		return;
	card->libc = "musl";
	card->os = card->os ? card->os : "linux";
}

static bool
is_of_go(const struct elf *e)
{
	return elf_section(e, ".go.buildinfo") || elf_section(e, ".note.go.buildid");
}

/* Notes said it before, where there were any; then the loader, the libraries, the header. */
static void
tell_system(struct elf *e)
{
	struct card *card = e->card;
	const struct library_row *loader = loader_row(card->interpreter);
	const struct library_row *library = library_row(&card->needed);

	if (loader) {
		card->os = card->os && !text_is(loader->os, "android") ? card->os : loader->os;
		card->libc = loader->libc;
	}
	if (library && !card->libc)
		card->libc = library->libc;
	if (library && !card->os)
		card->os = library->os;
	if (card->min_glibc && !card->libc)
		card->libc = "glibc";
	if (!card->os)
		card->os = os_of_abi(e->os_abi);
	if (!card->os && text_is(card->libc, "glibc"))
		card->os = "linux";
	if (is_of_go(
		    e)) /* brings its own everything; on other systems the header or a note says so */
		card->os = card->os ? card->os : "linux";
	else if (!card->libc && card->kind == KIND_EXECUTABLE)
		tell_static_libc(e);
	if (!card->os && text_is(card->libc, "musl"))
		card->os = "linux";
}

/* --- hardening --- */

static bool
is_within(const struct elf_section *s, const struct elf_segment *p)
{
	uint64_t into = s->addr - p->vaddr;

	return s->addr >= p->vaddr && into <= p->memory_size && s->size <= p->memory_size - into;
}

/* Entries that are bound at the first call stay writable. A static program has no list of them: its table
 * is looked for, the first three words of which are the loader's own. */
static bool
is_bound_late(const struct elf *e, const struct elf_segment *relro)
{
	static const char *const tables[] = { ".got", ".got.plt" };
	uint64_t flags = e->tag[TAG_FLAGS], flags_1 = e->tag[TAG_FLAGS_1];

	if (e->has[TAG_BIND_NOW] || flags & DF_BIND_NOW || flags_1 & DF_1_NOW)
		return false;
	if (e->has_dynamic)
		return e->tag[TAG_PLTRELSZ] > 0;
	for (size_t i = 0; i < COUNT(tables); i++) {
		const struct elf_section *s = elf_section(e, tables[i]);

		if (s && s->size > (e->wide ? 24 : 12) && !is_within(s, relro))
			return true;
	}
	return false;
}

static void
tell_relro(struct elf *e)
{
	const struct elf_segment *relro = elf_segment(e, PT_GNU_RELRO);

	e->card->relro = !relro ? RELRO_OFF : is_bound_late(e, relro) ? RELRO_PARTIAL : RELRO_FULL;
}

/* Of the machines whose kernel and glibc take a stack without PT_GNU_STACK for an executable one. */
static bool
is_stack_open(const struct elf *e)
{
	static const unsigned machines[] = { EM_SPARC, EM_386, EM_MIPS, EM_PPC, EM_S390, EM_ARM,
		EM_SPARCV9, EM_X86_64 };

	for (size_t i = 0; i < COUNT(machines); i++)
		if (machines[i] == e->machine)
			return true;
	return false;
}

static void
tell_nx(struct elf *e)
{
	const struct elf_segment *stack = elf_segment(e, PT_GNU_STACK);

	if (stack)
		e->card->nx = TELL(!(stack->flags & PF_X));
	else if (is_stack_open(e) && e->card->kind == KIND_EXECUTABLE &&
		text_is(e->card->os, "linux"))
		e->card->nx = TELL_NO;
}

static void
tell_object_nx(struct elf *e)
{
	const struct elf_section *stack = elf_section(e, ".note.GNU-stack");

	if (stack)
		e->card->nx = TELL(!(stack->flags & SHF_EXECINSTR));
}

/* --- debug information --- */

static void
read_debug_link(struct elf *e)
{
	const struct elf_section *s = elf_section(e, ".gnu_debuglink");
	struct reader part = elf_section_bytes(e, s);

	if (part.len)
		e->card->debug_link = reader_text(&part, 0, 4096, &e->card->arena);
}

static void
tell_debug(struct elf *e)
{
	const struct elf_section *abbreviations = elf_section(e, ".debug_abbrev");
	const struct elf_section *lines = elf_section(e, ".debug_line");
	struct reader part = elf_section_bytes(e, abbreviations);
	struct card *card = e->card;

	read_debug_link(e);
	if (part.len && !(abbreviations->flags & SHF_COMPRESSED))
		card->debug = dwarf_kind(&part);
	else if (part.len || elf_section(e, ".zdebug_info"))
		card->debug = DEBUG_FULL;
	else if (lines && lines->type != SHT_NOBITS)
		card->debug = DEBUG_LINES;
	else
		card->debug = card->debug_link ? DEBUG_ELSEWHERE : DEBUG_NONE;
}

/* --- sections --- */

/* Objects have a section for each function; they are summed under the name that a linker would give. */
static struct span
output_name(const char *name)
{
	static const char *const names[] = { ".text.", ".rodata.", ".data.rel.ro.", ".data.",
		".bss.", ".tdata.", ".tbss.", ".gcc_except_table.", ".rela.", ".rel.",
		".init_array.", ".fini_array.", ".ARM.exidx.", ".ARM.extab.", ".lrodata.",
		".ldata.", ".sdata.", ".sbss." };

	for (size_t i = 0; i < COUNT(names); i++)
		if (text_starts(name, names[i]))
			return (struct span){ name, strlen(names[i]) - 1 };
	return span_of(name);
}

static void
list_sections(struct elf *e)
{
	char name[256];

	for (size_t i = 0; i < e->section_count; i++) {
		const struct elf_section *s = &e->sections[i];
		struct card_section *shown;

		reader_copy_text(&e->names, s->name, name, sizeof(name));
		shown = card_section_for(
			e->card, e->type == ELF_REL ? output_name(name) : span_of(name));
		if (!shown)
			return;
		shown->bytes += s->type == SHT_NOBITS ? 0 : s->size;
		shown->memory += s->flags & SHF_ALLOC ? s->size : 0;
	}
}

/* --- who made it --- */

/* One text for each compiler that had a hand in it; an unmerged section repeats them for each file. */
static void
read_comment(struct elf *e)
{
	struct reader part = elf_section_bytes(e, elf_section(e, ".comment"));
	uint64_t end = part.len < 65536 ? part.len : 65536;
	char text[512];

	for (uint64_t at = 0; at < end;) {
		size_t len = reader_copy_text(&part, at, text, sizeof(text));

		card_add_producer(e->card, text);
		at += len + 1;
	}
}

/* The version stands by itself where the linker has put it since Go 1.18. */
static void
read_go(struct elf *e)
{
	struct reader part = elf_section_bytes(e, elf_section(e, ".go.buildinfo"));
	char text[64];
	uint64_t at = 32, len;

	if (!is_of_go(e))
		return;
	if (reader_u8(&part, 15) & 2 && reader_uleb(&part, &at, &len) && len < sizeof(text)) {
		text[reader_copy(&part, at, text, (size_t)len)] = '\0';
		card_add_producer(e->card, arena_printf(&e->card->arena, "Go %s", text));
		return;
	}
	card_add_producer(e->card, "Go");
}

static void
scan_data(struct elf *e)
{
	struct buildpaths found = { 0 };

	for (size_t i = 0; i < e->section_count; i++) {
		const struct elf_section *s = &e->sections[i];
		struct reader part = elf_section_bytes(e, s);

		if (s->type == SHT_PROGBITS && s->flags & SHF_ALLOC &&
			!(s->flags & (SHF_EXECINSTR | SHF_WRITE)) &&
			!elf_section_is(e, s, ".eh_frame"))
			buildpath_scan(&part, &found, e->card);
	}
	buildpath_report(&found, e->card);
}

/* --- the whole --- */

static void
fill(struct elf *e)
{
	struct card *card = e->card;
	bool is_linked;

	card->bits = e->wide ? 64 : 32;
	card->endian = e->r->big_endian ? ENDIAN_BIG : ENDIAN_LITTLE;
	elf_read_machine(e);
	read_names(e);
	tell_kind(e);
	elf_read_notes(e);
	elf_read_versions(e);
	tell_linkage(card);
	tell_system(e);
	if (text_is(card->libc, "musl") && card->linkage == LINKAGE_DYNAMIC)
		elf_read_musl(e);
	is_linked = card->kind == KIND_EXECUTABLE || card->kind == KIND_SHARED;
	if (is_linked && !e->is_debug_only) {
		tell_relro(e);
		tell_nx(e);
	} else if (card->kind == KIND_OBJECT) {
		tell_object_nx(e);
	}
	card->stripped = TELL(!elf_section_of_type(e, SHT_SYMTAB));
	tell_debug(e);
	list_sections(e);
	read_comment(e);
	read_go(e);
	scan_data(e);
	elf_find_problems(e);
}

bool
elf_read(struct reader *r, struct card *card, struct err *err)
{
	struct elf e;

	if (!elf_open(&e, r, card, err))
		return false;
	fill(&e);
	elf_close(&e);
	return true;
}
