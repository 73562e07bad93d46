/* fuzz_ar: any bytes that begin like an archive are read into a card without harm. */
#include "artifact/ar.h"
#include "tests/fuzz/card_shown.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	return require_card(data, size, ar_is);
}
