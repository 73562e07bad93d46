/* quantity: numbers as people read them, and as they write them. */
#pragma once
#include <stdint.h>
#include "base/str.h"

#define QUANTITY_MAX 16 /* bytes of the longest text, with its NUL */

/* "0 B", "812 kB", "2.41 MB", "31.0 MB", "1.20 GB": decimal units, as servers and disks count, three
 * figures. out is given back. */
const char *quantity_put(char out[QUANTITY_MAX], uint64_t bytes);
/* The same on the heap. Caller frees. */
char *quantity_bytes(uint64_t bytes);

/* What package managers say: "34.2 MB", "1,204 kB", "1.2 GiB", "120 M" at the beginning of the text, blanks
 * between allowed; bytes, or -1 for anything else. */
int64_t quantity_read(struct span text);
/* A moment as "2026-11-21T13:51:34Z"; seconds since 1970. */
char *quantity_utc(int64_t seconds);
