/* card_shown: whatever a card says can be shown: rows of harmless text, JSON that is UTF-8. */
#pragma once
#include "artifact/card.h"
#include "artifact/card_json.h"
#include "artifact/card_text.h"
#include "artifact/object.h"
#include "artifact/sized_symbols.h"
#include "base/utf8.h"
#include "tests/fuzz/require.h"
#include "text/json.h"

static inline void
require_shown(const struct card *card)
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

static inline void
count_symbol(void *arg, const struct sized_symbol *s)
{
	require(s->name != NULL, "a symbol without a name");
	*(uint64_t *)arg += strlen(s->name) & 1;
}

/* Reads bytes as the format, and shows what came of it. */
static inline int
require_card(const uint8_t *data, size_t size, bool (*is)(const struct reader *r))
{
	struct card *card = card_new("fuzz");
	struct reader r;
	uint64_t count = 0;

	reader_init_bytes(&r, data, size);
	if (is(&r) && object_read(&r, card, NULL))
		require_shown(card);
	if (is(&r))
		sized_symbols_each(&r, count_symbol, &count, NULL);
	reader_close(&r);
	card_free(card);
	return 0;
}
