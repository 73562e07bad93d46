/* wasm: WebAssembly modules, their objects, and components. */
#pragma once
#include <stdbool.h>
#include "base/err.h"

struct card;
struct reader;

bool wasm_is(const struct reader *r);
bool wasm_read(struct reader *r, struct card *card, struct err *err);
