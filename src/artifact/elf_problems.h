/* elf_problems: what keeps an ELF file from running elsewhere, or makes it unsafe to ship. */
#pragma once

struct elf;

/* Adds to the problems of a card that is filled in otherwise. */
void elf_find_problems(struct elf *e);
