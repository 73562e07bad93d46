/* elf_notes: notes of an ELF file: build id, the system it is for, its properties. */
#pragma once

struct elf;

/* Fills build_id, min_kernel, min_os, os and libc of the card, and details. */
void elf_read_notes(struct elf *e);
