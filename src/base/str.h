/* str: a growing byte string, and span, a borrowed piece of bytes.
 *
 * str.data is always NUL-terminated once anything was appended (data may be NULL while empty:
 * use str_cstr for a string that is never NULL). The bytes may hold NULs; len counts. */
#pragma once
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

struct span {
	const char *data; /* borrowed, not NUL-terminated */
	size_t len;
};

struct str {
	char *data;
	size_t len; /* bytes in use, without the NUL */
	size_t cap; /* bytes allocated, with the NUL */
};

#define STR_INIT ((struct str){ 0 })
#define SPAN(literal) ((struct span){ "" literal, sizeof(literal) - 1 })

void str_fini(struct str *s);
void str_clear(struct str *s); /* keeps the memory */
void str_truncate(struct str *s, size_t len);
void str_reserve(struct str *s, size_t extra); /* room for `extra` more bytes */
void str_append(struct str *s, const char *text);
void str_append_bytes(struct str *s, const void *bytes, size_t len);
void str_append_span(struct str *s, struct span piece);
void str_append_char(struct str *s, char c);
void str_append_repeat(struct str *s, char c, size_t count);
void str_appendf(struct str *s, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void
str_appendv(struct str *s, const char *fmt, va_list args) __attribute__((format(printf, 2, 0)));
/* Replaces `old_len` bytes at `at` by `len` bytes; at + old_len <= s->len. */
void str_splice(struct str *s, size_t at, size_t old_len, const void *bytes, size_t len);
const char *str_cstr(const struct str *s); /* borrowed, "" when empty */
char *str_take(struct str *s);             /* caller frees; s is empty afterwards; never NULL */
struct span str_span(const struct str *s);

struct span span_of(const char *text);
bool span_is(struct span s, const char *text);
bool span_equal(struct span a, struct span b);
bool span_starts(struct span s, const char *prefix);
bool span_ends(struct span s, const char *suffix);
struct span span_trim(struct span s); /* without blanks, tabs, CR and LF at both ends */
/* The part before the first `sep`; *rest is what follows it (empty when there is none). */
struct span span_cut(struct span s, char sep, struct span *rest);
/* What follows the last `c`; all of it where there is none. */
struct span span_after_last(struct span s, char c);
/* First place of `needle` in `s`, or -1. */
long span_find(struct span s, struct span needle);
char *span_dup(struct span s); /* heap, NUL-terminated */

/* Of NULL nothing is true, but text_is(NULL, NULL). */
bool text_starts(const char *text, const char *prefix);
bool text_ends(const char *text, const char *suffix);
bool text_is(const char *a, const char *b);
/* Whether all of the text fits the pattern, in which `*` stands for any characters. */
bool text_fits(const char *text, const char *pattern);
/* In place: dashes and dots become underscores, as a triple is written within names of variables; the text
 * itself comes back. */
char *text_to_underscores(char *text);
/* Whether it fits one of the patterns (the list ends with NULL). */
bool text_fits_any(const char *text, const char *const *patterns);
