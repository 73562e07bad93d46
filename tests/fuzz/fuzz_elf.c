/* fuzz_elf: any bytes behind an ELF file's first four are read into a card, as text and as JSON, and for
 * its symbols and who uses them, without harm and within bounds. */
#include "artifact/elf.h"
#include "artifact/elf_symbols.h"
#include "artifact/elf_users.h"
#include "tests/fuzz/card_shown.h"

static void
touch_symbol(void *arg, const struct sized_symbol *s)
{
	uint64_t *sum = arg;

	*sum += strlen(s->name);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct card *card = card_new("fuzz");
	uint64_t sum = 0;
	struct reader r;

	reader_init_bytes(&r, data, size);
	if (elf_is(&r) && object_read(&r, card, NULL))
		require_shown(card);
	if (elf_is(&r)) {
		elf_each_symbol(&r, 0, touch_symbol, &sum, NULL);
		elf_users(&r, "puts", &card->arena);
	}
	reader_close(&r);
	card_free(card);
	return 0;
}
