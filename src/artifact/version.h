/* version: dotted numbers, compared as numbers. */
#pragma once
#include <stdbool.h>

/* < 0, 0, > 0 as with strcmp: "2.4" < "2.17", "2.34" = "2.34.0" < "2.34.1". Reading stops at the first
 * character that is neither a digit nor a dot between digits; NULL and "" are less than any number. */
int version_compare(const char *a, const char *b);
bool version_is(const char *text); /* digits and single dots between them, and nothing else */

/* "GLIBC_2.34" -> "2.34"; names that are no number ("GLIBC_ABI_DT_RELR") -> the glibc that brought them;
 * NULL for what is not of glibc, or private. */
const char *version_of_glibc(const char *name);
