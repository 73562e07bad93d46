#include "artifact/version.h"
#include <ctype.h>
#include <stdlib.h>
#include "base/str.h"

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

const char *
version_of_glibc(const char *name)
{
	static const struct {
		const char *version, *since;
	} named[] = {
		{ "GLIBC_ABI_DT_RELR", "2.36" },
		{ "GLIBC_ABI_GNU_TLS", "2.42" },
		{ "GLIBC_ABI_GNU2_TLS", "2.42" },
		{ "GLIBC_ABI_DT_X86_64_PLT", "2.42" },
	};

	for (size_t i = 0; i < sizeof(named) / sizeof(*named); i++)
		if (text_is(name, named[i].version))
			return named[i].since;
	if (text_starts(name, "GLIBC_") && version_is(name + 6))
		return name + 6;
	return NULL;
}
