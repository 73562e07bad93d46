/* utf8: decoding, and how many terminal columns a text takes.
 *
 * Widths come from a table of our own (Unicode, generated: tools/width.py), not from libc, so that
 * they are the same in every locale. Variation selector 16 does not widen its base. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/str.h"

#define UTF8_BAD 0xFFFDu /* what an undecodable byte is shown as */

/* Decodes one code point of at most len bytes at p (len >= 1). Invalid, overlong, surrogate or cut:
 * *cp = UTF8_BAD. Returns the bytes consumed, 1 or more (of an ill-formed sequence, its maximal
 * subpart, as Unicode recommends). */
size_t utf8_decode(const char *p, size_t len, uint32_t *cp);
/* Whether the len bytes at p may be the beginning of a longer valid sequence (a cut one). */
bool utf8_is_cut(const char *p, size_t len);
size_t utf8_encode(uint32_t cp, char out[4]); /* bytes written */
bool utf8_is_valid(const char *p, size_t len);

/* Columns: 0 combining and format characters, 2 wide and emoji, -1 control characters, else 1. */
int utf8_width(uint32_t cp);
/* Columns of a text; a control character or bad byte counts as 1. */
size_t utf8_columns(struct span text);
/* The longest beginning of text that takes at most `columns`; *used gets what it takes. */
struct span utf8_fit(struct span text, size_t columns, size_t *used);
/* Appends a text from outside for people: control characters and bad UTF-8 as U+FFFD, at most `max`
 * columns; nothing for NULL. */
void utf8_clean(struct str *out, const char *text, size_t max);
uint32_t utf8_lower(uint32_t cp); /* simple case folding of Latin, Greek, Cyrillic */
