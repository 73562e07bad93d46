/* macho: files of one machine; see macho.h. */
#include "artifact/macho.h"
#include <inttypes.h>
#include "base/count.h"
#include "artifact/buildpath.h"
#include "artifact/card.h"
#include "artifact/dwarf.h"
#include "artifact/macho_file.h"
#include "artifact/macho_signature.h"

#define REQUIRED 0x80000000u /* an old loader must refuse it */
enum {
	LC_SEGMENT = 0x1,
	LC_SYMTAB = 0x2,
	LC_DYSYMTAB = 0xb,
	LC_LOAD_DYLIB = 0xc,
	LC_ID_DYLIB = 0xd,
	LC_LOAD_DYLINKER = 0xe,
	LC_SEGMENT_64 = 0x19,
	LC_UUID = 0x1b,
	LC_CODE_SIGNATURE = 0x1d,
	LC_LAZY_LOAD_DYLIB = 0x20,
	LC_ENCRYPTION_INFO = 0x21,
	LC_VERSION_MIN_MACOSX = 0x24,
	LC_VERSION_MIN_IPHONEOS = 0x25,
	LC_ENCRYPTION_INFO_64 = 0x2c,
	LC_VERSION_MIN_TVOS = 0x2f,
	LC_VERSION_MIN_WATCHOS = 0x30,
	LC_BUILD_VERSION = 0x32,
};
#define LC_LOAD_WEAK_DYLIB (0x18 | REQUIRED)
#define LC_RPATH (0x1c | REQUIRED)
#define LC_REEXPORT_DYLIB (0x1f | REQUIRED)
#define LC_LOAD_UPWARD_DYLIB (0x23 | REQUIRED)

enum {
	MH_DYLDLINK = 0x4,
	MH_ALLOW_STACK_EXECUTION = 0x20000,
	MH_PIE = 0x200000,
};

struct macho {
	const struct reader *r;
	struct card *card;
	struct macho_header header;
	bool has_signature, has_platform;
	uint32_t symbols, symbol_count; /* offset and number; 0 without a table */
	uint32_t locals, local_count, defined_count;
	struct reader abbreviations;
	struct buildpaths paths;
	struct str reexports;
};

bool
macho_is(const struct reader *r)
{
	static const char *const magics[] = { "\xce\xfa\xed\xfe", "\xcf\xfa\xed\xfe",
		"\xfe\xed\xfa\xce", "\xfe\xed\xfa\xcf" };

	for (size_t i = 0; i < COUNT(magics); i++)
		if (reader_starts(r, 0, (struct span){ magics[i], 4 }))
			return true;
	return false;
}

/* --- machine and kind --- */

static const struct {
	uint32_t cpu;
	const char *arch;
	int bits;
} machines[] = {
	{ CPU_X86, "x86", 32 },
	{ CPU_X86_64, "x86_64", 64 },
	{ CPU_ARM, "arm", 32 },
	{ CPU_ARM64, "aarch64", 64 },
	{ CPU_ARM64_32, "aarch64", 32 },
	{ CPU_PPC, "powerpc", 32 },
	{ CPU_PPC64, "powerpc64", 64 },
};

/* Apple's own name, where it says more than rustc's. */
static const char *
arch_note(uint32_t cpu, uint32_t subtype)
{
	const char *name = macho_arch_name(cpu, subtype);
	bool is_common = text_is(name, "arm64") || text_is(name, "x86_64") ||
		text_is(name, "i386") || text_is(name, "ppc") || text_is(name, "ppc64");

	return is_common ? NULL : name;
}

static void
tell_machine(struct macho *m)
{
	struct card *card = m->card;
	uint32_t cpu = m->header.cpu;

	card->endian = m->r->big_endian ? ENDIAN_BIG : ENDIAN_LITTLE;
	card->bits = m->header.wide ? 64 : 32;
	for (size_t i = 0; i < COUNT(machines); i++) {
		if (machines[i].cpu != cpu)
			continue;
		card->arch = machines[i].arch;
		card->bits = machines[i].bits;
		card->arch_note = arch_note(cpu, m->header.subtype);
		return;
	}
	card_add_detail(card, "machine", "machine", "unknown (0x%" PRIx32 ")", cpu);
}

static void
tell_kind(struct macho *m)
{
	static const struct {
		uint32_t type;
		enum card_kind kind;
		const char *name;
	} rows[] = {
		{ MACHO_OBJECT, KIND_OBJECT, NULL },
		{ MACHO_EXECUTE, KIND_EXECUTABLE, NULL },
		{ MACHO_DYLIB, KIND_SHARED, "dylib" },
		{ MACHO_BUNDLE, KIND_SHARED, "bundle" },
		{ MACHO_STUB, KIND_SHARED, "dylib without code, to link against" },
		{ MACHO_DYLINKER, KIND_SHARED, "loader" },
		{ MACHO_CORE, KIND_UNKNOWN, "core of a crashed program" },
		{ MACHO_DSYM, KIND_UNKNOWN, "debug information (dSYM)" },
		{ MACHO_KEXT, KIND_UNKNOWN, "kernel extension" },
	};
	struct card *card = m->card;

	for (size_t i = 0; i < COUNT(rows); i++) {
		if (rows[i].type != m->header.type)
			continue;
		card->kind = rows[i].kind;
		if (rows[i].name)
			card_add_detail(card, "file_type", "kind", "%s", rows[i].name);
	}
	if (card->kind == KIND_EXECUTABLE) {
		card->linkage = m->header.flags & MH_DYLDLINK ? LINKAGE_DYNAMIC : LINKAGE_STATIC;
		card->pie = TELL(m->header.flags & MH_PIE);
		card->nx = TELL(!(m->header.flags & MH_ALLOW_STACK_EXECUTION));
	} else if (card->kind == KIND_SHARED) {
		card->linkage = LINKAGE_DYNAMIC;
	}
}

/* --- platform --- */

static const struct {
	uint32_t id;
	const char *os, *name;
} platforms[] = {
	{ 1, "macos", "macOS" },
	{ 2, "ios", "iOS" },
	{ 3, "tvos", "tvOS" },
	{ 4, "watchos", "watchOS" },
	{ 5, "bridgeos", "bridgeOS" },
	{ 6, "ios", "Mac Catalyst" },
	{ 7, "ios", "iOS simulator" },
	{ 8, "tvos", "tvOS simulator" },
	{ 9, "watchos", "watchOS simulator" },
	{ 10, "driverkit", "DriverKit" },
	{ 11, "visionos", "visionOS" },
	{ 12, "visionos", "visionOS simulator" },
	{ 13, "firmware", "firmware" },
	{ 14, "sepos", "sepOS" },
};

/* 16 bits, 8, 8; the last one is left out when 0. NULL of 0. */
static const char *
version_text(struct card *card, uint32_t v)
{
	unsigned major = v >> 16, minor = v >> 8 & 0xff, patch = v & 0xff;

	if (!v)
		return NULL;
	return patch ? arena_printf(&card->arena, "%u.%u.%u", major, minor, patch)
		     : arena_printf(&card->arena, "%u.%u", major, minor);
}

static void
set_platform(struct macho *m, uint32_t id, uint32_t min, uint32_t sdk)
{
	struct card *card = m->card;
	const char *version = version_text(card, min);
	size_t i = 0;

	while (i < COUNT(platforms) && platforms[i].id != id)
		i++;
	if (i == COUNT(platforms)) {
		card_add_detail(card, "platform", "platform", "unknown (%" PRIu32 ")", id);
		return;
	}
	card_add_detail(card, m->has_platform ? "second_platform" : "platform",
		m->has_platform ? "and for" : "platform", "%s %s", platforms[i].name,
		version ? version : "of any version");
	if (m->has_platform) /* "zippered": one file for macOS and Mac Catalyst */
		return;
	m->has_platform = true;
	card->os = platforms[i].os;
	card->sdk = version_text(card, sdk);
	if (id == 1)
		card->min_macos = version;
	else if (version)
		card->min_os = arena_printf(&card->arena, "%s %s", platforms[i].name, version);
}

static void
read_build_version(struct macho *m, const struct macho_command *c)
{
	static const char *const names[] = { NULL, "clang", "swift", "ld", "lld" };
	uint32_t tools = reader_u32(m->r, c->at + 20);

	set_platform(m, reader_u32(m->r, c->at + 8), reader_u32(m->r, c->at + 12),
		reader_u32(m->r, c->at + 16));
	for (uint32_t i = 0; i < tools && 24 + (uint64_t)i * 8 + 8 <= c->size; i++) {
		uint32_t tool = reader_u32(m->r, c->at + 24 + (uint64_t)i * 8);
		const char *version =
			version_text(m->card, reader_u32(m->r, c->at + 28 + (uint64_t)i * 8));

		if (tool > 0 && tool < COUNT(names) && version)
			card_add_producer(m->card,
				arena_printf(&m->card->arena, "%s %s", names[tool], version));
	}
}

/* The older commands, one for each system: of Intel's machines simulators, but on a Mac. */
static void
read_version_min(struct macho *m, const struct macho_command *c)
{
	bool is_intel = m->header.cpu == CPU_X86 || m->header.cpu == CPU_X86_64;
	uint32_t id = c->id == LC_VERSION_MIN_IPHONEOS ? (is_intel ? 7 : 2)
		: c->id == LC_VERSION_MIN_TVOS         ? (is_intel ? 8 : 3)
		: c->id == LC_VERSION_MIN_WATCHOS      ? (is_intel ? 9 : 4)
						       : 1;

	set_platform(m, id, reader_u32(m->r, c->at + 8), reader_u32(m->r, c->at + 12));
}

/* --- libraries --- */

static const char *
command_text(struct macho *m, const struct macho_command *c)
{
	uint32_t offset = reader_u32(m->r, c->at + 8);

	if (offset >= c->size) {
		card_add_damage(m->card, "a name lies outside its load command");
		return "";
	}
	return reader_text(m->r, c->at + offset, c->size - offset, &m->card->arena);
}

static void
read_dylib(struct macho *m, const struct macho_command *c)
{
	bool weak = c->id == LC_LOAD_WEAK_DYLIB || c->id == LC_LAZY_LOAD_DYLIB;
	struct card_import import = { .library = command_text(m, c), .weak = weak };
	struct card *card = m->card;

	vec_push(&card->imports, import);
	if (!weak)
		vec_push(&card->needed, import.library);
	if (text_starts(import.library, "/usr/lib/libSystem."))
		card->libc = "libSystem";
	if (c->id != LC_REEXPORT_DYLIB)
		return;
	str_append(&m->reexports, m->reexports.len ? ", " : "");
	str_append(&m->reexports, import.library);
}

static void
read_id(struct macho *m, const struct macho_command *c)
{
	static const char none[] = "0.0";
	const char *current = version_text(m->card, reader_u32(m->r, c->at + 16));
	const char *compatible = version_text(m->card, reader_u32(m->r, c->at + 20));

	m->card->soname = command_text(m, c);
	card_add_detail(m->card, "current_version", "version", "%s", current ? current : none);
	card_add_detail(m->card, "compatibility_version", "compatible to", "%s",
		compatible ? compatible : none);
}

/* --- segments --- */

enum { PROTECT_WRITE = 2, PROTECT_EXECUTE = 4 };
enum { TYPE_ZERO = 1, TYPE_STRINGS = 2, TYPE_HUGE_ZERO = 0xc, TYPE_THREAD_ZERO = 0x12 };

static bool
is_zero(uint32_t type)
{
	return type == TYPE_ZERO || type == TYPE_HUGE_ZERO || type == TYPE_THREAD_ZERO;
}

static void
read_section(struct macho *m, uint64_t at)
{
	bool wide = m->header.wide;
	const struct reader *r = m->r;
	uint64_t size = wide ? reader_u64(r, at + 40) : reader_u32(r, at + 36);
	uint32_t offset = reader_u32(r, at + (wide ? 48 : 40));
	uint32_t type = reader_u32(r, at + (wide ? 64 : 56)) & 0xff;
	const char *name = reader_text(r, at, 16, &m->card->arena);
	const char *segment = reader_text(r, at + 16, 16, &m->card->arena);
	const char *both = arena_printf(&m->card->arena, "%s,%s", segment, name);
	struct card_section *shown = card_section_for(m->card, span_of(both));
	struct reader part;
	bool whole = true;

	if (shown) {
		shown->bytes += is_zero(type) ? 0 : size;
		shown->memory += text_is(segment, "__DWARF") ? 0 : size;
	}
	if (is_zero(type))
		return;
	/* the dSYM of a program lists the program's sections, too, which are elsewhere */
	if (m->header.type == MACHO_DSYM && !text_is(segment, "__DWARF"))
		return;
	whole = reader_slice(r, offset, size, &part);
	if (!whole)
		card_add_damage(m->card,
			"section %s (%" PRIu64 " bytes at offset %" PRIu32
			") reaches beyond the file's end",
			both, size, offset);
	if (text_is(name, "__debug_abbrev"))
		m->abbreviations = part;
	if (type == TYPE_STRINGS || text_is(name, "__const"))
		buildpath_scan(&part, &m->paths, m->card);
}

static void
read_segment(struct macho *m, const struct macho_command *c)
{
	bool wide = c->id == LC_SEGMENT_64;
	uint64_t at = c->at + (wide ? 72 : 56), end = c->at + c->size, room;
	uint32_t count = reader_u32(m->r, at - 8);
	uint32_t protection = reader_u32(m->r, at - 12);
	unsigned size = wide ? 80 : 68, both = PROTECT_WRITE | PROTECT_EXECUTE;
	const char *name = reader_text(m->r, c->at + 8, 16, &m->card->arena);

	if ((protection & both) == both && m->header.type != MACHO_OBJECT)
		card_add_problem(m->card, true, "writable-code",
			"segment %s is writable and executable at once", name);
	if (text_is(name, "__LINKEDIT") && m->header.type != MACHO_DSYM)
		card_add_detail(m->card, "linkedit", "link edit", "%" PRIu64 " bytes",
			wide ? reader_u64(m->r, c->at + 48) : reader_u32(m->r, c->at + 36));
	if (wide != m->header.wide)
		return;
	room = at < end ? (end - at) / size : 0;
	if (count > room)
		card_add_damage(m->card, "segment %s has no room for its %" PRIu32 " sections",
			name, count);
	for (uint64_t i = 0; i < count && i < room; i++)
		read_section(m, at + i * size);
}

/* --- the rest of the commands --- */

static void
read_uuid(struct macho *m, const struct macho_command *c)
{
	struct str text = STR_INIT;

	for (unsigned i = 0; i < 16 && c->size >= 24; i++)
		str_appendf(&text, "%s%02X", i == 4 || i == 6 || i == 8 || i == 10 ? "-" : "",
			reader_u8(m->r, c->at + 8 + i));
	if (text.len)
		m->card->build_id = arena_strdup(&m->card->arena, text.data);
	str_fini(&text);
}

static void
read_symbols(struct macho *m, const struct macho_command *c)
{
	unsigned size = m->header.wide ? 16 : 12;

	m->symbols = reader_u32(m->r, c->at + 8);
	m->symbol_count = reader_u32(m->r, c->at + 12);
	if (reader_has(m->r, m->symbols, (uint64_t)m->symbol_count * size))
		return;
	card_add_damage(m->card,
		"the table of symbols (%" PRIu32 " at offset %" PRIu32
		") reaches beyond the file's end",
		m->symbol_count, m->symbols);
	m->symbol_count = 0;
}

static void
read_command(struct macho *m, const struct macho_command *c)
{
	const struct reader *r = m->r;

	switch (c->id) {
	case LC_SEGMENT:
	case LC_SEGMENT_64: read_segment(m, c); return;
	case LC_SYMTAB: read_symbols(m, c); return;
	case LC_DYSYMTAB:
		m->locals = reader_u32(r, c->at + 8);
		m->local_count = reader_u32(r, c->at + 12);
		m->defined_count = reader_u32(r, c->at + 20);
		return;
	case LC_LOAD_DYLIB:
	case LC_LOAD_WEAK_DYLIB:
	case LC_REEXPORT_DYLIB:
	case LC_LAZY_LOAD_DYLIB:
	case LC_LOAD_UPWARD_DYLIB: read_dylib(m, c); return;
	case LC_ID_DYLIB: read_id(m, c); return;
	case LC_LOAD_DYLINKER: m->card->interpreter = command_text(m, c); return;
	case LC_RPATH: vec_push(&m->card->rpath, command_text(m, c)); return;
	case LC_UUID: read_uuid(m, c); return;
	case LC_BUILD_VERSION: read_build_version(m, c); return;
	case LC_VERSION_MIN_MACOSX:
	case LC_VERSION_MIN_IPHONEOS:
	case LC_VERSION_MIN_TVOS:
	case LC_VERSION_MIN_WATCHOS: read_version_min(m, c); return;
	case LC_ENCRYPTION_INFO:
	case LC_ENCRYPTION_INFO_64:
		card_add_detail(m->card, "encrypted", "encrypted", "%s",
			reader_u32(r, c->at + 16) ? "yes" : "no");
		return;
	case LC_CODE_SIGNATURE:
		m->has_signature = true;
		macho_read_signature(
			r, reader_u32(r, c->at + 8), reader_u32(r, c->at + 12), m->card);
		return;
	default: return;
	}
}

static void
read_commands(struct macho *m)
{
	struct macho_command c = { 0 };
	bool is_damaged = false;
	uint32_t count = 0;

	for (; macho_command_next(m->r, &m->header, &c, &is_damaged); count++)
		read_command(m, &c);
	if (is_damaged || count != m->header.command_count)
		card_add_damage(m->card,
			"load command %" PRIu32 " of %" PRIu32 " is cut short or damaged", count,
			m->header.command_count);
}

/* --- symbols --- */

#define SYMBOLS_LOOKED_AT 1000000u
#define STAB_OBJECT 0x66 /* N_OSO: the object that has the debug information */

/* Programs leave it in the objects, or in a .dSYM, and list the objects among their local symbols. */
static bool
has_debug_map(const struct macho *m)
{
	unsigned size = m->header.wide ? 16 : 12;
	uint32_t count = m->symbol_count;

	for (uint32_t i = 0; i < count && i < SYMBOLS_LOOKED_AT; i++)
		if (reader_u8(m->r, m->symbols + (uint64_t)i * size + 4) == STAB_OBJECT)
			return true;
	return false;
}

static void
tell_symbols(struct macho *m)
{
	struct card *card = m->card;
	/* a program keeps the one of its own header, a library those that it exports */
	bool has_own = m->local_count || (card->kind == KIND_EXECUTABLE && m->defined_count > 1) ||
		(card->kind == KIND_OBJECT && m->symbol_count);

	if (m->header.type != MACHO_DSYM)
		card->stripped = TELL(!has_own);
	if (m->abbreviations.len)
		card->debug = dwarf_kind(&m->abbreviations);
	else
		card->debug = has_debug_map(m) ? DEBUG_ELSEWHERE : DEBUG_NONE;
}

/* --- problems --- */

static void
check_signature(struct macho *m)
{
	struct card *card = m->card;
	bool is_program = card->kind == KIND_EXECUTABLE || card->kind == KIND_SHARED;

	if (m->has_signature || !is_program)
		return;
	card_add_detail(card, "signature", "signature", "none");
	if (text_is(card->arch, "aarch64"))
		card_add_problem(card, true, "unsigned",
			"has no signature: Apple silicon kills it at the start; `codesign -s -` or "
			"`rcodesign sign` gives it one");
}

static bool
is_on_every_mac(const char *path)
{
	static const char *const places[] = { "/usr/lib/*", "/System/*", "@rpath/*",
		"@executable_path/*", "@loader_path/*", NULL };

	return text_fits_any(path, places);
}

static void
check_paths(struct macho *m)
{
	static const char *const places[] = { "@*", "/usr/lib*", "/System/*", "/Library/*",
		"/Applications/*", "/opt/*", "/usr/local/*", NULL };
	struct card *card = m->card;

	for (size_t i = 0; i < card->needed.len; i++)
		if (!is_on_every_mac(card->needed.items[i]))
			card_add_problem(card, false, "extra-libraries",
				"%s does not come with the system: ship it along and name it by "
				"@rpath, or link it statically",
				card->needed.items[i]);
	for (size_t i = 0; i < card->rpath.len; i++)
		if (!text_fits_any(card->rpath.items[i], places))
			card_add_problem(card, false, "run-path",
				"its rpath looks for libraries in %s, a folder of the building "
				"machine",
				card->rpath.items[i]);
	if (card->soname && !text_fits_any(card->soname, places))
		card_add_problem(card, false, "install-name",
			"programs that link it will look for it at %s: `install_name_tool -id "
			"@rpath/…` names it anew",
			card->soname);
}

static void
find_problems(struct macho *m)
{
	struct card *card = m->card;

	if (card->nx == TELL_NO)
		card_add_problem(card, true, "executable-stack",
			"its stack is executable (-allow_stack_execute)");
	if (card->pie == TELL_NO)
		card_add_problem(card, card->bits == 64 && text_is(card->arch, "aarch64"),
			"no-aslr", "always loaded at the same address: linked with -no_pie");
	check_signature(m);
	check_paths(m);
	buildpath_report(&m->paths, card);
}

bool
macho_read(struct reader *r, struct card *card, struct err *err)
{
	struct macho m = { .r = r, .card = card };

	if (!macho_header_read(r, &m.header))
		return err_set(err, ERR_PARSE,
			"a Mach-O header cut short, %" PRIu64 " bytes of 28 or 32", r->len);
	tell_machine(&m);
	tell_kind(&m);
	read_commands(&m);
	if (m.reexports.len)
		card_add_detail(card, "reexports", "passes on", "%s", m.reexports.data);
	tell_symbols(&m);
	find_problems(&m);
	str_fini(&m.reexports);
	return true;
}
