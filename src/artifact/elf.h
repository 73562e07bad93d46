/* elf: ELF files of 32 and 64 bits, in both byte orders. */
#pragma once
#include <stdbool.h>
#include "base/err.h"

struct card;
struct reader;

bool elf_is(const struct reader *r);
bool elf_read(struct reader *r, struct card *card, struct err *err);
