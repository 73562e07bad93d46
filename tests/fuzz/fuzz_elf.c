/* fuzz_elf: any bytes behind an ELF file's first four are read into a card, as text and as JSON, and for
 * its symbols and who uses them, without harm and within bounds. */
#include "artifact/card.h"
#include "artifact/card_json.h"
#include "artifact/card_text.h"
#include "artifact/elf.h"
#include "artifact/elf_symbols.h"
#include "artifact/elf_users.h"
#include "artifact/object.h"
#include "base/utf8.h"
#include "tests/fuzz/require.h"
#include "text/json.h"

static void
touch_symbol(void *arg, const struct sized_symbol *s)
{
	uint64_t *sum = arg;

	*sum += strlen(s->name);
}

static void
try_card(const struct card *card)
{
	struct card_rows rows = { 0 };
	struct str text = STR_INIT;
	struct json *doc = card_json(card);

	card_rows_fill(&rows, card, true);
	for (size_t i = 0; i < rows.list.len; i++) {
		const char *row = rows.list.items[i].text;

		require(utf8_is_valid(row, strlen(row)), "a row that is not UTF-8");
		require(!strpbrk(row, "\x1b\n\r\t\b"), "a row with a control character");
	}
	json_print(doc, &text);
	require(utf8_is_valid(text.data, text.len), "JSON that is not UTF-8");
	require(card->problems.len < 100000, "problems without end");
	card_rows_fini(&rows);
	json_free(doc);
	str_fini(&text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct card *card = card_new("fuzz");
	uint64_t sum = 0;
	struct reader r;

	reader_init_bytes(&r, data, size);
	if (elf_is(&r) && object_read(&r, card, NULL))
		try_card(card);
	if (elf_is(&r)) {
		elf_each_symbol(&r, touch_symbol, &sum, NULL);
		elf_users(&r, "puts", &card->arena);
	}
	reader_close(&r);
	card_free(card);
	return 0;
}
