/* require: what every fuzzer needs. */
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static inline void
require(bool holds, const char *what)
{
	if (holds)
		return;
	fprintf(stderr, "fuzzer: %s\n", what);
	abort();
}
