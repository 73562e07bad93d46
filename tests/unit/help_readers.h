/* help_readers: the card of a file held, field by field, against what other readers say of the file.
 *
 * readelf, llvm-readobj, llvm-objdump, file and ar are asked, each for what it says in an even manner; their
 * answers are texts, in which a field is found by its label. A field that differs fails the test, with both. */
#pragma once
#include "objectbed.h"

/* --- texts of other readers --- */

/* What stands behind the first place of `key`, up to `end`; a new text, or NULL. */
static inline char *
readers_behind(const char *text, const char *key, char end)
{
	const char *at = text ? strstr(text, key) : NULL, *stop;

	if (!at)
		return NULL;
	at += strlen(key);
	at += strspn(at, " ");
	stop = strchr(at, end);
	return stop ? xstrndup(at, (size_t)(stop - at)) : NULL;
}

/* `theirs` is freed. */
static inline void
readers_same(const struct card *card, const char *what, const char *ours, char *theirs)
{
	if (!text_is(ours, theirs))
		fail_msg("%s: %s is %s, others say %s", card->path, what, ours ? ours : "-",
			theirs ? theirs : "-");
	free(theirs);
}

static inline void
readers_same_is(const struct card *card, const char *what, bool ours, bool theirs)
{
	if (ours != theirs)
		fail_msg("%s: %s: the card says %s", card->path, what, ours ? "yes" : "no");
}

/* The texts that stand behind each place of `key`, up to `end`, are those of the list, in order. */
static inline void
readers_same_list(const struct card *card, const char *what, const card_list *ours,
	const char *text, const char *key, char end)
{
	size_t count = 0;

	for (; (text = strstr(text, key)); text += strlen(key), count++)
		readers_same(card, what, count < ours->len ? ours->items[count] : NULL,
			readers_behind(text, key, end));
	readers_same_is(card, what, ours->len > count, false);
}

/* --- ELF, by readelf --- */

/* "0x0010:   Name: GLIBC_2.34  Flags: none  Version: 5" */
static inline void
readers_same_versions(const struct card *card, const char *text)
{
	const char *needs = strstr(text, "Version needs section");
	const char *end = needs ? strstr(needs, "Displaying notes") : NULL;
	size_t count = 0;

	for (; needs && (needs = strstr(needs, "  Name: ")) && (!end || needs < end); count++) {
		needs += strlen("  Name: ");
		readers_same(card, "a version",
			count < card->versions.len ? card->versions.items[count].name : NULL,
			xstrndup(needs, strcspn(needs, " ")));
	}
	assert_int_equal(card->versions.len, count);
}

static inline bool
readers_has_section(const struct card *card, const char *name, uint64_t bytes)
{
	for (size_t i = 0; i < card->sections.len; i++)
		if (text_is(card->sections.items[i].name, name) &&
			card->sections.items[i].bytes == bytes)
			return true;
	return false;
}

/* "  [ 1] .interp  PROGBITS  0000000000000318 000318 00001c 00   A  0   0  1". The sections of objects are
 * summed by kind in the card: there the whole sum is the same. */
static inline void
readers_same_elf_sections(const struct card *card, const char *text)
{
	const char *at = strstr(text, "Section Headers:");
	const char *end = at ? strstr(at, "Key to Flags:") : NULL;
	uint64_t ours = 0, theirs = 0;

	while (at && (at = strstr(at, "\n  [")) && at < end) {
		char name[256], type[32];
		unsigned long long size;

		at = strchr(at, ']') + 1;
		if (sscanf(at, "%255s %31s %*x %*x %llx", name, type, &size) != 3 ||
			text_is(name, "NULL"))
			continue;
		if (text_is(type, "NOBITS"))
			size = 0;
		theirs += size;
		if (card->kind != KIND_OBJECT && !readers_has_section(card, name, size))
			fail_msg("%s: no section %s of %llu bytes", card->path, name, size);
	}
	for (size_t i = 0; i < card->sections.len; i++)
		ours += card->sections.items[i].bytes;
	assert_int_equal(ours, theirs);
}

static inline void
readers_same_segments(const struct card *card, const char *text)
{
	bool now = strstr(text, "BIND_NOW") || strstr(text, "Flags: NOW");

	if (strstr(text, "GNU_STACK"))
		readers_same_is(card, "nx", card->nx == TELL_YES, !strstr(text, "RWE"));
	readers_same_is(card, "relro", card->relro != RELRO_OFF, strstr(text, "GNU_RELRO"));
	if (card->linkage == LINKAGE_DYNAMIC && strstr(text, "GNU_RELRO"))
		readers_same_is(card, "full relro", card->relro == RELRO_FULL, now);
	readers_same(card, "the loader", card->interpreter,
		readers_behind(text, "program interpreter: ", ']'));
	readers_same_is(card, "pie or shared", card->pie == TELL_YES || card->kind == KIND_SHARED,
		strstr(text, "DYN ("));
	if (card->kind == KIND_EXECUTABLE)
		readers_same_is(card, "linked statically",
			card->linkage == LINKAGE_STATIC || card->linkage == LINKAGE_STATIC_PIE,
			!strstr(text, "(NEEDED)") && !strstr(text, "program interpreter:"));
}

static inline void
readers_compare_elf(const struct card *card)
{
	struct str text = STR_INIT;

	objectbed_ask(
		&text, "readelf", "-W", "-h", "-l", "-d", "-n", "-S", "--version-info", card->path);
	readers_same(card, "the soname", card->soname,
		readers_behind(text.data, "Library soname: [", ']'));
	readers_same(card, "the build id", card->build_id,
		readers_behind(text.data, "Build ID: ", '\n'));
	readers_same_list(
		card, "a needed library", &card->needed, text.data, "Shared library: [", ']');
	readers_same_versions(card, text.data);
	readers_same_elf_sections(card, text.data);
	if (card->kind != KIND_OBJECT)
		readers_same_segments(card, text.data);
	readers_same_is(
		card, "a symbol table", card->stripped == TELL_NO, strstr(text.data, " SYMTAB "));
	readers_same_is(card, "bits", card->bits == 64, strstr(text.data, "ELF64"));
	readers_same_is(card, "byte order", card->endian == ENDIAN_LITTLE,
		strstr(text.data, "little endian"));
	str_fini(&text);
}

/* --- PE, by llvm-readobj --- */

static inline uint64_t
readers_number(const char *text, const char *label)
{
	const char *at = strstr(text, label);

	if (!at)
		fail_msg("llvm-readobj says no %s", label);
	return strtoull(at + strlen(label), NULL, 0);
}

static inline void
readers_same_sections(const struct card *card, const char *text, const char *label)
{
	size_t count = 0;

	while ((text = strstr(text, "\n  Section {"))) {
		const char *name = strstr(text, "Name: ") + 6, *size = strstr(text, label);
		const struct card_section *s = &card->sections.items[count++];
		const char *own;

		assert_true(count <= card->sections.len);
		own = strchr(s->name, ',') ? strchr(s->name, ',') + 1 : s->name; /* __TEXT,__text */
		assert_memory_equal(name, own, strlen(own));
		if (s->bytes || !s->memory)
			assert_int_equal(strtoull(size + strlen(label), NULL, 0), s->bytes);
		text = size;
	}
	assert_int_equal(count, card->sections.len);
}

static inline void
readers_same_imports(const struct card *card, const char *text)
{
	size_t count = 0;

	while ((text = strstr(text, "\n  Symbol: "))) {
		const char *name = card->imports.items[count].name;

		assert_true(count < card->imports.len);
		text += strlen("\n  Symbol: ");
		if (name[0] != '#') /* by number */
			assert_memory_equal(text, name, strlen(name));
		count++;
	}
	assert_int_equal(count, card->imports.len);
}

static inline void
readers_compare_pe(const struct card *card)
{
	struct str text = STR_INIT;
	char *version;

	assert_int_equal(objectbed_ask(&text, "./llvm-readobj", "--file-headers", "--sections",
				 "--coff-imports", card->path),
		0);
	version = xasprintf("%u.%u", (unsigned)readers_number(text.data, "MajorSubsystemVersion: "),
		(unsigned)readers_number(text.data, "MinorSubsystemVersion: "));
	readers_same(card, "the subsystem's version", card->min_windows_subsystem, version);
	readers_same_is(card, "stripped", card->stripped == TELL_YES,
		readers_number(text.data, "SymbolCount: ") == 0);
	readers_same_is(card, "nx", card->nx == TELL_YES,
		strstr(text.data, "DLL_CHARACTERISTICS_NX_COMPAT"));
	readers_same_is(card, "another address at each start", card->pie == TELL_YES,
		strstr(text.data, "DLL_CHARACTERISTICS_DYNAMIC_BASE"));
	readers_same_is(
		card, "a DLL", card->kind == KIND_SHARED, strstr(text.data, "IMAGE_FILE_DLL"));
	readers_same_list(
		card, "a needed DLL", &card->needed, text.data, "\nImport {\n  Name: ", '\n');
	readers_same_sections(card, text.data, "RawDataSize: ");
	readers_same_imports(card, text.data);
	str_fini(&text);
}

/* --- Mach-O, by llvm-readobj and llvm-objdump --- */

static inline void
readers_compare_macho(const struct card *card)
{
	struct str sections = STR_INIT, text = STR_INIT;
	const char *id, *built;
	char *sdk;

	assert_int_equal(objectbed_ask(&sections, "./llvm-readobj", "--file-headers", "--sections",
				 card->path),
		0);
	readers_same_sections(card, sections.data, "Size: ");
	readers_same_is(card, "pie", card->pie == TELL_YES, strstr(sections.data, "MH_PIE"));
	assert_int_equal(
		objectbed_ask(&text, "./llvm-objdump", "--macho", "--private-headers", card->path),
		0);
	built = strstr(text.data, "cmd LC_BUILD_VERSION");
	if (card->os && text_is(card->os, "macos") && built) {
		readers_same(card, "the oldest macOS", card->min_macos,
			readers_behind(built, "minos ", '\n'));
		sdk = readers_behind(built, "sdk ", '\n');
		if (text_is(sdk, "n/a"))
			sdk[0] = '\0';
		readers_same(card, "the SDK", card->sdk ? card->sdk : "", sdk);
	}
	readers_same(card, "the UUID", card->build_id, readers_behind(text.data, " uuid ", '\n'));
	id = strstr(text.data, "cmd LC_ID_DYLIB\n");
	readers_same(card, "its own name", card->soname, readers_behind(id, " name ", ' '));
	for (size_t i = 0; i < card->needed.len; i++)
		if (!strstr(text.data, card->needed.items[i]))
			fail_msg("%s: needs no %s", card->path, card->needed.items[i]);
	readers_same_is(card, "a signature",
		card_detail(card, "signature") &&
			!text_is(card_detail(card, "signature")->value, "none"),
		strstr(text.data, "cmd LC_CODE_SIGNATURE"));
	str_fini(&sections);
	str_fini(&text);
}

/* --- archives, by ar --- */

static inline void
readers_compare_ar(const struct card *card)
{
	struct str text = STR_INIT;
	const char *at;

	assert_int_equal(objectbed_ask(&text, "./llvm-ar", "t", card->path), 0);
	at = text.len ? text.data : "";
	for (size_t i = 0; i < card->members.len; i++, at += strcspn(at, "\n"), at += *at == '\n')
		readers_same(card, "a member", card->members.items[i].name,
			xstrndup(at, strcspn(at, "\n")));
	readers_same(card, "what follows the members", *at ? NULL : "", xstrdup(at));
	str_fini(&text);
}

/* --- all --- */

/* rustc's name for what LLVM calls it. */
static inline const char *
readers_arch(const char *llvm)
{
	static const char *const rows[][2] = { { "i386", "x86" }, { "thumb", "arm" },
		{ "armeb", "arm" }, { "aarch64_be", "aarch64" }, { "aarch64_32", "aarch64" },
		{ "mipsel", "mips" }, { "mips64el", "mips64" }, { "powerpc64le", "powerpc64" },
		{ "systemz", "s390x" }, { "sparcv9", "sparc64" } };

	for (size_t i = 0; i < COUNT(rows); i++)
		if (text_is(rows[i][0], llvm))
			return rows[i][1];
	return llvm;
}

/* "Arch: x86_64", "AddressSize: 64bit" stand in front of all that llvm-readobj says of one file. */
static inline void
readers_same_machine(const struct card *card)
{
	struct str text = STR_INIT;
	char *arch, *bits;

	assert_int_equal(objectbed_ask(&text, "./llvm-readobj", "--file-headers", card->path), 0);
	arch = readers_behind(text.data, "\nArch: ", '\n');
	bits = readers_behind(text.data, "AddressSize: ", 'b');
	if (!text_is(arch, "unknown"))
		readers_same(card, "the machine", card->arch, xstrdup(readers_arch(arch)));
	assert_int_equal(card->bits, atoi(bits));
	free(arch);
	free(bits);
	str_fini(&text);
}

/* The words of file(1), which says nothing of many things and little that is wrong. */
static inline void
readers_same_words(const struct card *card)
{
	static const struct {
		const char *words;
		enum card_format format;
		enum card_linkage linkage;
		enum card_kind kind;
	} rows[] = {
		{ "statically linked", FORMAT_ELF, LINKAGE_STATIC, KIND_EXECUTABLE },
		{ "static-pie linked", FORMAT_ELF, LINKAGE_STATIC_PIE, KIND_EXECUTABLE },
		{ "pie executable", FORMAT_ELF, LINKAGE_COUNT, KIND_EXECUTABLE },
		{ "relocatable", FORMAT_ELF, LINKAGE_NONE, KIND_OBJECT },
		{ "(DLL)", FORMAT_PE, LINKAGE_DYNAMIC, KIND_SHARED },
		{ "dynamically linked shared library", FORMAT_MACHO, LINKAGE_DYNAMIC, KIND_SHARED },
		{ "current ar archive", FORMAT_AR, LINKAGE_NONE, KIND_STATIC_LIB },
		{ "WebAssembly", FORMAT_WASM, LINKAGE_COUNT, KIND_COUNT },
	};
	struct str text = STR_INIT;

	if (objectbed_ask(&text, "file", "-b", card->path) == 0)
		for (size_t i = 0; i < COUNT(rows); i++) {
			if (!strstr(text.data, rows[i].words) ||
				(rows[i].linkage == LINKAGE_STATIC_PIE &&
					card->kind == KIND_SHARED))
				continue; /* file calls a library that needs no other so */
			readers_same_is(card, rows[i].words,
				card->format == rows[i].format &&
					(rows[i].linkage == LINKAGE_COUNT ||
						card->linkage == rows[i].linkage) &&
					(rows[i].kind == KIND_COUNT || card->kind == rows[i].kind),
				true);
		}
	str_fini(&text);
}

/* Whether the readers are there at all; they get their plain names in the folder. */
static inline bool
readers_found(void)
{
	return objectbed_has("readelf") && objectbed_has("file") &&
		objectbed_llvm("llvm-readobj") && objectbed_llvm("llvm-objdump") &&
		objectbed_llvm("llvm-ar");
}

/* Holds the card of a file, in the folder or anywhere, against all who can read it. */
static inline void
readers_compare(const char *path)
{
	struct card *card = objectbed_card(path);

	if (card->format != FORMAT_AR && card->format != FORMAT_UNKNOWN && !card->parts.len)
		readers_same_machine(card);
	readers_same_words(card);
	if (card->format == FORMAT_ELF)
		readers_compare_elf(card);
	else if (card->format == FORMAT_PE && card->kind != KIND_OBJECT)
		readers_compare_pe(card);
	else if (card->format == FORMAT_MACHO && !card->parts.len)
		readers_compare_macho(card);
	else if (card->format == FORMAT_AR)
		readers_compare_ar(card);
	if (card_problem_of(card, "damaged"))
		fail_msg("%s: %s", card->path, card_problem_of(card, "damaged")->text);
	card_free(card);
}
