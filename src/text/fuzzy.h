/* fuzzy: does a typed pattern match a name, and how well?
 *
 * All characters of the pattern must come in order; ASCII case is ignored unless the pattern has an
 * upper-case letter. Blanks separate patterns that must all match. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FUZZY_NAME_MAX 1024 /* longer names never match */

/* Higher is better: consecutive letters, beginnings of words ("-", "_", ".", "/"), an exact match
 * best of all. *score may be NULL. An empty pattern matches everything with 0. */
bool fuzzy_match(const char *pattern, const char *name, int *score);
/* As above, and which bytes of the name matched: positions ascending, at most `max`; the count. */
size_t fuzzy_positions(const char *pattern, const char *name, uint16_t *positions, size_t max);
/* Edits (insert, delete, replace, swap of neighbours) between two words; for "did you mean". */
int fuzzy_distance(const char *a, const char *b);
/* The nearest of `count` names, at most a third of the word's length (rounded) away, or NULL. */
const char *fuzzy_nearest(const char *word, const char *const *names, size_t count);
