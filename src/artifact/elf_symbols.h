/* elf_symbols: functions and data of an ELF file with their sizes, out of its symbol table. */
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include "artifact/reader.h"
#include "base/err.h"

struct sized_symbol {
	const char *name; /* mangled, good until the next one; of a rest its section's */
	uint64_t place;   /* tells it from all others of the file */
	uint64_t bytes;   /* in the file */
	bool is_rest;     /* bytes of a section that belong to no symbol */
};

/* Calls `visit` for each symbol that has bytes in the file; of several at one address, the first; then for what is
 * left of each section. Symbols come
 * in the order of the table of names, by pieces of it, so that a table of any size takes little memory.
 * False with err when the file is no ELF file; one without symbols is true without a call. `base`: where the file
 * begins in another, of whose bytes places count. */
bool elf_each_symbol(struct reader *r, uint64_t base,
	void (*visit)(void *arg, const struct sized_symbol *s), void *arg, struct err *err);
