/* coff: objects; see pe.h. */
#include <inttypes.h>
#include <string.h>
#include "artifact/pe.h"
#include "artifact/pe_file.h"

enum { HEADER = 20, SYMBOL = 18, BIG_HEADER = 56, BIG_SYMBOL = 20, IMPORT_HEADER = 20 };

/* ClassID of /bigobj objects, {D1BAA1C7-BAEE-4BA9-AF20-FAF66AA4DCB8}, and of those that /GL makes. */
static const struct span big_id = {
	"\xc7\xa1\xba\xd1\xee\xba\xa9\x4b\xaf\x20\xfa\xf6\x6a\xa4\xdc\xb8", 16
};
static const struct span ltcg_id = {
	"\x38\xfe\xb3\x0c\xa5\xd9\xab\x4d\xac\x9b\xd6\xb6\x22\x26\x53\xc2", 16
};

static bool
is_anonymous(const struct reader *r)
{
	return reader_starts(r, 0, SPAN("\0\0\xff\xff")) && pe_machine_is(reader_u16(r, 6));
}

static bool
is_import(const struct reader *r)
{
	return is_anonymous(r) && reader_u16(r, 4) == 0 && reader_has(r, 0, IMPORT_HEADER) &&
		reader_has(r, IMPORT_HEADER, reader_u32(r, 12));
}

static bool
is_big(const struct reader *r)
{
	return is_anonymous(r) && reader_u16(r, 4) >= 2 && reader_starts(r, 12, big_id);
}

static bool
is_ltcg(const struct reader *r)
{
	return is_anonymous(r) && reader_starts(r, 12, ltcg_id);
}

static bool
is_plain(const struct reader *r)
{
	uint32_t symbols = reader_u32(r, 8), count = reader_u32(r, 12);

	return pe_machine_is(reader_u16(r, 0)) && reader_u16(r, 16) == 0 &&
		reader_has(r, HEADER, (uint64_t)reader_u16(r, 2) * 40) &&
		reader_has(r, symbols, (uint64_t)count * SYMBOL) && (reader_u16(r, 2) || count);
}

bool
coff_is(const struct reader *r)
{
	struct reader little = *r;

	little.big_endian = false;
	return is_import(&little) || is_big(&little) || is_ltcg(&little) || is_plain(&little);
}

/* --- import library --- */

const char *
coff_import_library(const struct reader *r, struct arena *arena)
{
	struct reader little = *r;
	const char *symbol;

	little.big_endian = false;
	if (!is_import(&little))
		return NULL;
	symbol = reader_text(&little, IMPORT_HEADER, READER_TEXT_MAX, arena);
	return reader_text(&little, IMPORT_HEADER + strlen(symbol) + 1, 512, arena);
}

static void
read_import(struct reader *r, struct card *card)
{
	struct card_import import = { .library = coff_import_library(r, &card->arena) };
	unsigned name_type = reader_u16(r, 18) >> 2 & 7;

	import.name = name_type == 0 ? arena_printf(&card->arena, "#%u", reader_u16(r, 16))
				     : reader_text(r, IMPORT_HEADER, 4096, &card->arena);
	pe_read_machine(card, reader_u16(r, 6));
	vec_push(&card->imports, import);
	card_add_detail(card, "import", "imports", "%s of %s", import.name, import.library);
}

/* --- objects --- */

/* What a compiler asks the linker for: libraries above all. */
static void
read_directives(struct pe *pe)
{
	struct reader part = pe_section_bytes(pe, pe_section(pe, ".drectve"));
	const char *text = reader_text(&part, 0, 4096, &pe->card->arena);

	while (*text == ' ' || text_starts(text, "\xef\xbb\xbf"))
		text += *text == ' ' ? 1 : 3;
	if (*text)
		card_add_detail(pe->card, "directives", "directives", "%s", text);
}

bool
coff_read(struct reader *r, struct card *card, struct err *err)
{
	struct pe pe = { .r = r, .card = card };
	bool big;

	r->big_endian = false;
	card->kind = KIND_OBJECT;
	card->os = "windows";
	if (is_import(r)) {
		read_import(r, card);
		return true;
	}
	big = is_big(r);
	pe.machine = reader_u16(r, big || is_ltcg(r) ? 6 : 0);
	pe_read_machine(card, pe.machine);
	if (is_ltcg(r)) {
		card_add_detail(card, "bitcode", "holds", "code for MSVC's linker (/GL)");
		return true;
	}
	pe.symbols = reader_u32(r, big ? 48 : 8);
	pe.symbol_count = reader_u32(r, big ? 52 : 12);
	pe.symbol_size = big ? BIG_SYMBOL : SYMBOL;
	pe_read_sections(
		&pe, big ? BIG_HEADER : HEADER, big ? reader_u32(r, 44) : reader_u16(r, 2));
	card->stripped = TELL(!pe.symbol_count);
	pe_read_common(&pe);
	read_directives(&pe);
	return true;
}
