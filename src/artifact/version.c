#include "artifact/version.h"
#include <ctype.h>
#include <stdlib.h>

/* The next number of *p, and *p behind it and its dot; -1 when there is none. */
static long
next_number(const char **p)
{
	long value = 0;

	if (!*p || !isdigit((unsigned char)**p))
		return -1;
	for (; isdigit((unsigned char)**p); (*p)++)
		if (value < 100000000)
			value = value * 10 + (**p - '0');
	if (**p == '.')
		(*p)++;
	return value;
}

int
version_compare(const char *a, const char *b)
{
	long x = next_number(&a), y = next_number(&b);

	if (x < 0 || y < 0)
		return (x >= 0) - (y >= 0);
	while (x >= 0 || y >= 0) {
		long left = x < 0 ? 0 : x, right = y < 0 ? 0 : y;

		if (left != right)
			return left < right ? -1 : 1;
		x = x < 0 ? x : next_number(&a);
		y = y < 0 ? y : next_number(&b);
	}
	return 0;
}

bool
version_is(const char *text)
{
	bool is_digit = false;

	for (; text && *text; text++) {
		if (!isdigit((unsigned char)*text) && (*text != '.' || !is_digit))
			return false;
		is_digit = isdigit((unsigned char)*text);
	}
	return is_digit;
}
