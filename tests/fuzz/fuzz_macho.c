/* fuzz_macho: any bytes that begin like a Mach-O or a fat file are read into a card without harm. */
#include "artifact/macho.h"
#include "tests/fuzz/card_shown.h"

static bool
is_any(const struct reader *r)
{
	return macho_is(r) || macho_is_fat(r);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	return require_card(data, size, is_any);
}
