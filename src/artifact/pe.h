/* pe: Windows' and UEFI's programs and DLLs (PE32, PE32+), and COFF objects: plain, big, and the short
 * ones of an import library. */
#pragma once
#include <stdbool.h>
#include "base/arena.h"
#include "base/err.h"

struct card;
struct reader;

/* A program, by its "MZ". */
bool pe_is(const struct reader *r);
bool pe_read(struct reader *r, struct card *card, struct err *err);

/* An object, which has no magic number: a machine that is known, and tables that fit the file. */
bool coff_is(const struct reader *r);
bool coff_read(struct reader *r, struct card *card, struct err *err);
/* The DLL of an import library's short object, NULL of any other; in the arena. */
const char *coff_import_library(const struct reader *r, struct arena *arena);
