/* elf_users: which functions of a linked ELF file use a symbol of a library.
 *
 * The symbol's relocation tells its slot in the table of addresses; code that reads the slot, or calls the
 * entry of the PLT that does, lies within a function of the symbol table. Known for x86-64 and AArch64, and
 * only where the file has kept its symbols. */
#pragma once
#include "artifact/reader.h"
#include "base/arena.h"

/* "std (std::thread::Thread::join)", the crates first, at most three, then one function; for C the function
 * alone. NULL when it cannot be known. Reads all code of the file: about a second for a gigabyte. */
const char *elf_users(struct reader *r, const char *symbol, struct arena *arena);
