/* elf_machine: for which processor an ELF file is, out of e_machine, e_flags and attribute sections. */
#pragma once

struct elf;

/* Fills arch and arch_note of the card, and details with what the flags say. */
void elf_read_machine(struct elf *e);
