/* quantity: numbers as people read them. */
#pragma once
#include <stdint.h>

/* "0 B", "812 kB", "2.41 MB", "31.0 MB", "1.20 GB": decimal units, three figures. Caller frees. */
char *quantity_bytes(uint64_t bytes);
