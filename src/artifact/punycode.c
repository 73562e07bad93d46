/* punycode: see punycode.h. Names and numbers are those of the RFC. */
#include "artifact/punycode.h"
#include <string.h>

static uint32_t
adapt(uint32_t delta, uint32_t count, bool is_first)
{
	uint32_t k = 0;

	delta = is_first ? delta / 700 : delta / 2;
	for (delta += delta / count; delta > 455; k += 36)
		delta /= 35;
	return k + 36 * delta / (delta + 38);
}

/* The next difference of *rest; false at its end or when it is none. */
static bool
next_delta(struct span *rest, uint32_t bias, uint32_t *delta)
{
	uint64_t value = 0, weight = 1;

	for (uint32_t k = 36; rest->len; k += 36) {
		char c = rest->data[0];
		uint32_t limit = k <= bias ? 1 : k - bias > 26 ? 26 : k - bias;
		uint32_t digit = (uint32_t)(c >= 'a' && c <= 'z' ? c - 'a'
				: c >= '0' && c <= '9'           ? c - '0' + 26
								 : 36);

		if (digit > 35)
			return false;
		rest->data++, rest->len--;
		value += digit * weight;
		if (value > 0x7fffffff)
			return false;
		if (digit < limit) {
			*delta = (uint32_t)value;
			return true;
		}
		weight *= 36 - limit;
		if (weight > 0x7fffffff)
			return false;
	}
	return false;
}

bool
punycode_decode(struct span ascii, struct span encoded, struct punycode *p)
{
	uint32_t point = 128, place = 0, bias = 72, delta;
	struct span rest = encoded;

	if (ascii.len > PUNYCODE_MAX)
		return false;
	for (size_t i = 0; i < ascii.len; i++)
		p->points[i] = (unsigned char)ascii.data[i];
	p->count = ascii.len;
	for (bool is_first = true; rest.len; is_first = false) {
		uint32_t count = (uint32_t)p->count + 1;

		if (count > PUNYCODE_MAX || !next_delta(&rest, bias, &delta))
			return false;
		place += delta;
		point += place / count;
		place %= count;
		if (point > 0x10ffff)
			return false;
		memmove(p->points + place + 1, p->points + place,
			(p->count - place) * sizeof(*p->points));
		p->points[place++] = point;
		p->count++;
		bias = adapt(delta, count, is_first);
	}
	return true;
}
