/* elf_versions: versions of symbols that a dynamic ELF file asks of its libraries, and the oldest glibc
 * that has them all. */
#pragma once

struct elf;

/* Fills versions, min_glibc and min_glibc_symbol of the card. The loader refuses a file when a library
 * lacks a version, whether the symbol is called or not, so that every version that is not weak counts. */
void elf_read_versions(struct elf *e);
/* Fills min_musl of a card that is of musl and dynamic. musl's symbols have no versions: what tells is
 * which functions are called. */
void elf_read_musl(struct elf *e);

/* "GLIBC_2.34" -> "2.34"; names that are no number ("GLIBC_ABI_DT_RELR") -> the glibc that brought them;
 * NULL for what is not of glibc, or private. */
const char *version_of_glibc(const char *name);
