#include "text/version.h"

#include <ctype.h>
#include <stddef.h>
#include <stdlib.h>

/* The next number of a dotted version; 0 when there is none. */
static long
next_number(const char **version)
{
	long number = 0;

	if (isdigit((unsigned char)**version)) {
		char *end;
		number = strtol(*version, &end, 10);
		*version = *end == '.' ? end + 1 : end;
	}
	return number;
}

static int
suffix_rank(const char *rest)
{
	return *rest == '+' ? 1 : *rest == '-' ? -1 : 0;
}

int
version_compare(const char *a, const char *b)
{
	if (!a || !b)
		return (a != NULL) - (b != NULL);
	while (isdigit((unsigned char)*a) || isdigit((unsigned char)*b)) {
		long x = next_number(&a), y = next_number(&b);

		if (x != y)
			return x < y ? -1 : 1;
	}
	return suffix_rank(a) - suffix_rank(b);
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
