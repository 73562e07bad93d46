/* fuzz_pe: any bytes that begin like a program of Windows, or like a COFF object, are read into a card
 * without harm. */
#include "artifact/pe.h"
#include "tests/fuzz/card_shown.h"

static bool
is_any(const struct reader *r)
{
	return pe_is(r) || coff_is(r);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	return require_card(data, size, is_any);
}
