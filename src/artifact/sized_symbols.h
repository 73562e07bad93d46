/* sized_symbols: what a file is made of: functions and data by their symbols, and what is left of its sections.
 *
 * ELF and WebAssembly say how large each is. In Mach-O and PE files one goes on to the next symbol or to the end
 * of its section, as nm --size-sort has it: a name may stand for nameless data behind it, too. */
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include "artifact/elf_symbols.h"
#include "artifact/reader.h"
#include "base/err.h"

typedef void sized_visit(void *arg, const struct sized_symbol *s);

/* Calls `visit` for each symbol that has bytes in the file; of several at one address, one. A second time they
 * come with the same places. Rests (is_rest) of one name may come several times, the symbols of a section before
 * its rest or not. False with err for a file of no such format; one without symbols is true without
 * a call. */
bool sized_symbols_each(struct reader *r, sized_visit *visit, void *arg, struct err *err);

/* For that; each of its format. */
void macho_each_symbol(const struct reader *r, uint64_t base, sized_visit *visit, void *arg);
void pe_each_symbol(const struct reader *r, sized_visit *visit, void *arg);
void wasm_each_symbol(const struct reader *r, uint64_t base, sized_visit *visit, void *arg);
