/* version: dotted numbers, compared as numbers. */
#pragma once
#include <stdbool.h>

/* Less than, equal to or greater than 0, number by number: "1.9" < "1.28" = "1.28.0". Of two with the
 * same numbers one with "+…" behind it is the newer, one with "-…" the older. NULL is older than any. */
int version_compare(const char *a, const char *b);
bool version_is(const char *text); /* digits and single dots between them, and nothing else */
