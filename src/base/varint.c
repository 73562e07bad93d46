#include "base/varint.h"

void
varint_append(struct str *out, uint64_t number)
{
	for (; number > 0x7f; number >>= 7)
		str_append_char(out, (char)(0x80 | (number & 0x7f)));
	str_append_char(out, (char)number);
}

bool
varint_read(struct span bytes, size_t *at, uint64_t *number)
{
	*number = 0;
	for (int i = 0; i < VARINT_MAX && *at < bytes.len; i++) {
		unsigned char byte = (unsigned char)bytes.data[(*at)++];

		*number |= (uint64_t)(byte & 0x7f) << (7 * i);
		if (byte <= 0x7f)
			return true;
	}
	return false;
}
