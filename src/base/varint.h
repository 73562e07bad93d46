/* varint: numbers as bytes, small ones in few: seven bits a byte, the lowest first. */
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include "base/str.h"

#define VARINT_MAX 10 /* bytes of a 64-bit number */

void varint_append(struct str *out, uint64_t number);
/* Takes the number at *at, which moves behind it; false when the bytes end within it, or it is too
 * long for one. */
bool varint_read(struct span bytes, size_t *at, uint64_t *number);
