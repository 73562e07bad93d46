/* elf_versions: see elf_versions.h. DT_VERNEED is a list of libraries, each with a list of versions;
 * DT_VERSYM gives each dynamic symbol the number of its version. */
#include "artifact/elf_versions.h"
#include <stdlib.h>
#include <string.h>
#include "artifact/elf_file.h"
#include "text/version.h"
#include "base/alloc.h"
#include "base/count.h"

#define LIBRARIES_MAX 4096
#define VERSIONS_MAX 16384
#define NAME_MAX_LEN 256 /* of a library, of a version */
#define SYMBOL_MAX 1024
#define INDEX_COUNT 0x8000 /* numbers of versions have 15 bits */
enum { VER_FLG_WEAK = 2, VERSYM_FIRST = 2 };

struct versions {
	struct elf *e;
	uint16_t *index; /* number of a version -> place in card->versions + 1 */
	struct chosen {
		uint32_t name; /* offset of the symbol's name; 0: none yet */
		bool is_strong;
	} * chosen; /* per version: the symbol that is named */
};

static const char *
dynamic_text(const struct elf *e, uint32_t offset, size_t max)
{
	return reader_text(&e->dynamic_names, offset, max, &e->card->arena);
}

/* --- what is asked for --- */

static void
take_version(struct versions *v, const struct reader *need, uint64_t at, const char *library)
{
	struct card *card = v->e->card;
	unsigned number = reader_u16(need, at + 6) % INDEX_COUNT;
	struct card_version version = {
		.library = library,
		.name = dynamic_text(v->e, reader_u32(need, at + 8), NAME_MAX_LEN),
		.weak = reader_u16(need, at + 4) & VER_FLG_WEAK,
	};

	vec_push(&card->versions, version);
	if (number >= VERSYM_FIRST)
		v->index[number] = (uint16_t)card->versions.len;
}

static void
take_library(struct versions *v, const struct reader *need, uint64_t at)
{
	const char *library = dynamic_text(v->e, reader_u32(need, at + 4), NAME_MAX_LEN);
	unsigned count = reader_u16(need, at + 2);
	uint32_t step = reader_u32(need, at + 8);

	for (unsigned i = 0; i < count && v->e->card->versions.len < VERSIONS_MAX; i++) {
		at += step;
		if (!reader_has(need, at, 16)) {
			card_add_damage(v->e->card, "the versions asked of %s lie outside the file",
				library);
			return;
		}
		take_version(v, need, at, library);
		if (!(step = reader_u32(need, at + 12)))
			return;
	}
}

static void
read_needed(struct versions *v)
{
	struct elf *e = v->e;
	struct reader need = elf_at_address(e, e->tag[TAG_VERNEED]);
	uint64_t count = e->has[TAG_VERNEEDNUM] ? e->tag[TAG_VERNEEDNUM] : LIBRARIES_MAX;
	uint64_t at = 0;
	uint32_t step;

	for (uint64_t i = 0; i < count && i < LIBRARIES_MAX; i++, at += step) {
		if (!reader_has(&need, at, 16)) {
			card_add_damage(e->card,
				"the list of symbol versions reaches beyond the file's end");
			return;
		}
		take_library(v, &need, at);
		if (!(step = reader_u32(&need, at + 12)))
			return;
	}
}

/* --- which symbols ask for it --- */

/* The GNU hash table holds no count; the last chain ends with the last symbol. */
static uint64_t
count_gnu_hashed(const struct elf *e)
{
	struct reader table = elf_at_address(e, e->tag[TAG_GNU_HASH]);
	uint32_t buckets = reader_u32(&table, 0), first = reader_u32(&table, 4);
	uint64_t bucket = 16 + (uint64_t)reader_u32(&table, 8) * (e->wide ? 8 : 4);
	uint64_t chains = bucket + (uint64_t)buckets * 4, last = 0;

	if (!reader_has(&table, bucket, (uint64_t)buckets * 4))
		return 0;
	for (uint32_t i = 0; i < buckets; i++) {
		uint32_t symbol = reader_u32(&table, bucket + (uint64_t)i * 4);

		last = symbol > last ? symbol : last;
	}
	if (last < first)
		return first;
	while (reader_has(&table, chains + (last - first) * 4, 4) &&
		!(reader_u32(&table, chains + (last - first) * 4) & 1))
		last++;
	return last + 1;
}

/* How many dynamic symbols there are; the dynamic entries themselves do not say. */
static uint64_t
count_symbols(const struct elf *e)
{
	const struct elf_section *s = elf_section_of_type(e, SHT_DYNSYM);
	struct reader table;

	if (s)
		return s->size / ELF_SYMBOL_SIZE(e);
	if (e->has[TAG_HASH]) { /* of 64-bit words on Alpha and s390x */
		unsigned word =
			e->wide && (e->machine == EM_S390 || e->machine == EM_ALPHA) ? 8 : 4;

		table = elf_at_address(e, e->tag[TAG_HASH]);
		return reader_word(&table, word, word);
	}
	return e->has[TAG_GNU_HASH] ? count_gnu_hashed(e) : 0;
}

static bool
comes_before(const struct elf *e, uint32_t a, uint32_t b)
{
	char left[SYMBOL_MAX], right[SYMBOL_MAX];

	reader_copy_text(&e->dynamic_names, a, left, sizeof(left));
	reader_copy_text(&e->dynamic_names, b, right, sizeof(right));
	return strcmp(left, right) < 0;
}

/* The card names one symbol for each version: one that must be there before one that need not, and of
 * equals the first by name. */
static void
take_symbol(struct versions *v, size_t place, const struct elf_symbol *symbol)
{
	struct chosen *chosen = &v->chosen[place];
	bool is_strong = ELF_SYMBOL_BIND(symbol) != STB_WEAK;

	v->e->card->versions.items[place].count++;
	if (!symbol->name || (chosen->is_strong && !is_strong))
		return;
	if (chosen->name && chosen->is_strong == is_strong &&
		!comes_before(v->e, symbol->name, chosen->name))
		return;
	*chosen = (struct chosen){ symbol->name, is_strong };
}

static void
read_symbols(struct versions *v)
{
	struct elf *e = v->e;
	struct reader numbers = elf_at_address(e, e->tag[TAG_VERSYM]);
	struct reader symbols = elf_at_address(e, e->tag[TAG_SYMTAB]);
	uint64_t count = count_symbols(e);

	for (uint64_t i = 1; i < count && reader_has(&numbers, i * 2, 2); i++) {
		unsigned place = v->index[reader_u16(&numbers, i * 2) % INDEX_COUNT];
		struct elf_symbol symbol;

		if (!place)
			continue;
		symbol = elf_symbol(e, &symbols, i);
		take_symbol(v, place - 1, &symbol);
	}
	for (size_t i = 0; i < e->card->versions.len; i++)
		if (v->chosen[i].name)
			e->card->versions.items[i].symbol =
				dynamic_text(e, v->chosen[i].name, SYMBOL_MAX);
}

/* --- the oldest glibc --- */

const char *
version_of_glibc(const char *name)
{
	static const struct {
		const char *version, *since;
	} named[] = {
		{ "GLIBC_ABI_DT_RELR", "2.36" },
		{ "GLIBC_ABI_GNU_TLS", "2.42" },
		{ "GLIBC_ABI_GNU2_TLS", "2.42" },
		{ "GLIBC_ABI_DT_X86_64_PLT", "2.42" },
	};

	for (size_t i = 0; i < COUNT(named); i++)
		if (text_is(name, named[i].version))
			return named[i].since;
	if (text_starts(name, "GLIBC_") && version_is(name + 6))
		return name + 6;
	return NULL;
}

static void
find_floor(struct card *card)
{
	const struct card_version *force = NULL;

	for (size_t i = 0; i < card->versions.len; i++) {
		const struct card_version *v = &card->versions.items[i];
		const char *glibc = v->weak ? NULL : version_of_glibc(v->name);

		if (!glibc || version_compare(glibc, card->min_glibc) <= 0)
			continue;
		card->min_glibc = glibc;
		force = v;
	}
	if (force && force->symbol)
		card->min_glibc_symbol =
			arena_printf(&card->arena, "%s@%s", force->symbol, force->name);
}

/* Linkers may leave out the version that stands for packed relocations; older loaders then start the program
 * with addresses that were never set. */
static void
check_packed(struct elf *e)
{
	if (!e->has[TAG_RELR] || !e->card->min_glibc ||
		version_compare(e->card->min_glibc, "2.36") >= 0)
		return;
	e->card->min_glibc = "2.36";
	e->card->min_glibc_symbol = "packed relocations (DT_RELR)";
}

void
elf_read_versions(struct elf *e)
{
	struct versions v = { .e = e };

	if (!e->has[TAG_VERNEED])
		return;
	v.index = xcalloc(INDEX_COUNT, sizeof(*v.index));
	read_needed(&v);
	v.chosen = xcalloc(e->card->versions.len + 1, sizeof(*v.chosen));
	if (e->has[TAG_VERSYM] && e->has[TAG_SYMTAB])
		read_symbols(&v);
	find_floor(e->card);
	check_packed(e);
	free(v.index);
	free(v.chosen);
}

/* --- the oldest musl --- */

/* By the release notes and headers of musl, from 1.1.17 to 1.2.5. */
static const char *
musl_of(const char *symbol)
{
	static const struct {
		const char *symbol, *since;
	} rows[] = {
		{ "_Fork", "1.2.2" },
		{ "copy_file_range", "1.1.24" },
		{ "explicit_bzero", "1.1.20" },
		{ "fopencookie", "1.1.19" },
		{ "getentropy", "1.1.20" },
		{ "getrandom", "1.1.20" },
		{ "gettid", "1.2.2" },
		{ "membarrier", "1.1.22" },
		{ "memfd_create", "1.1.20" },
		{ "mlock2", "1.1.20" },
		{ "name_to_handle_at", "1.1.21" },
		{ "open_by_handle_at", "1.1.21" },
		{ "posix_spawn_file_actions_addchdir_np", "1.1.24" },
		{ "posix_spawn_file_actions_addfchdir_np", "1.1.24" },
		{ "preadv2", "1.2.5" },
		{ "pthread_getname_np", "1.2.3" },
		{ "pwritev2", "1.2.5" },
		{ "qsort_r", "1.2.3" },
		{ "reallocarray", "1.2.2" },
		{ "secure_getenv", "1.1.24" },
		{ "statx", "1.2.5" },
		{ "tcgetwinsize", "1.2.2" },
		{ "tcsetwinsize", "1.2.2" },
	};

	for (size_t i = 0; i < COUNT(rows); i++)
		if (text_is(symbol, rows[i].symbol))
			return rows[i].since;
	/* calls of 32-bit programs with 64-bit times: __clock_gettime64, __stat_time64 */
	return text_starts(symbol, "__") && text_ends(symbol, "time64") ? "1.2.0" : NULL;
}

void
elf_read_musl(struct elf *e)
{
	struct reader symbols = elf_at_address(e, e->tag[TAG_SYMTAB]);
	uint64_t count = e->has[TAG_SYMTAB] ? count_symbols(e) : 0;
	char name[64];

	e->card->min_musl =
		e->has[TAG_RELR] ? "1.2.4" : "1.1.14"; /* older ones are of no account */
	for (uint64_t i = 1; i < count && reader_has(&symbols, i * ELF_SYMBOL_SIZE(e), 1); i++) {
		struct elf_symbol symbol = elf_symbol(e, &symbols, i);
		const char *since;

		if (symbol.section || ELF_SYMBOL_BIND(&symbol) == STB_WEAK)
			continue;
		reader_copy_text(&e->dynamic_names, symbol.name, name, sizeof(name));
		since = musl_of(name);
		if (since && version_compare(since, e->card->min_musl) > 0)
			e->card->min_musl = since;
	}
}
