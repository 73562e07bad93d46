/* punycode: names with other letters than ASCII's, as RFC 3492 writes them, for demangle_v0 alone. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/str.h"

#define PUNYCODE_MAX 128

struct punycode {
	uint32_t points[PUNYCODE_MAX]; /* code points; surrogates may be among them */
	size_t count;
};

/* `ascii` are the letters that stand as they are, `encoded` says which others go where. False when it is no
 * punycode, or longer than fits. */
bool punycode_decode(struct span ascii, struct span encoded, struct punycode *p);
