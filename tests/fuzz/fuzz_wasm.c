/* fuzz_wasm: any bytes that begin like a WebAssembly file are read into a card without harm. */
#include "artifact/wasm.h"
#include "tests/fuzz/card_shown.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	return require_card(data, size, wasm_is);
}
