#include "base/str.h"
#include "base/alloc.h"
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void
str_fini(struct str *s)
{
	free(s->data);
	*s = STR_INIT;
}

void
str_clear(struct str *s)
{
	str_truncate(s, 0);
}

void
str_truncate(struct str *s, size_t len)
{
	if (len >= s->len)
		return;
	s->len = len;
	s->data[len] = '\0';
}

void
str_reserve(struct str *s, size_t extra)
{
	size_t wanted;
	size_t cap = s->cap;

	if (__builtin_add_overflow(s->len, extra, &wanted) || wanted >= SIZE_MAX / 2)
		die("out of memory (%zu more bytes wanted)", extra);
	if (wanted < cap)
		return;
	cap = cap ? cap * 2 : 32;
	if (cap <= wanted)
		cap = wanted + 1;
	s->data = xrealloc(s->data, cap);
	s->cap = cap;
	s->data[s->len] = '\0';
}

void
str_append(struct str *s, const char *text)
{
	str_append_span(s, span_of(text));
}

void
str_append_bytes(struct str *s, const void *bytes, size_t len)
{
	if (len == 0)
		return;
	str_reserve(s, len);
	memcpy(s->data + s->len, bytes, len);
	s->len += len;
	s->data[s->len] = '\0';
}

void
str_append_span(struct str *s, struct span piece)
{
	str_append_bytes(s, piece.data, piece.len);
}

void
str_append_char(struct str *s, char c)
{
	str_append_bytes(s, &c, 1);
}

void
str_append_repeat(struct str *s, char c, size_t count)
{
	if (count == 0)
		return;
	str_reserve(s, count);
	memset(s->data + s->len, c, count);
	s->len += count;
	s->data[s->len] = '\0';
}

void
str_appendf(struct str *s, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	str_appendv(s, fmt, args);
	va_end(args);
}

void
str_appendv(struct str *s, const char *fmt, va_list args)
{
	va_list again;
	size_t room;
	int len;

	str_reserve(s, 64);
	room = s->cap - s->len;
	va_copy(again, args);
	len = vsnprintf(s->data + s->len, room, fmt, args);
	if (len < 0)
		die("a text cannot be formatted: %s", fmt);
	if ((size_t)len >= room) {
		str_reserve(s, (size_t)len);
		vsnprintf(s->data + s->len, (size_t)len + 1, fmt, again);
	}
	va_end(again);
	s->len += (size_t)len;
}

void
str_splice(struct str *s, size_t at, size_t old_len, const void *bytes, size_t len)
{
	if (len > old_len)
		str_reserve(s, len - old_len);
	if (!s->data)
		return;
	memmove(s->data + at + len, s->data + at + old_len, s->len - at - old_len);
	if (len > 0)
		memcpy(s->data + at, bytes, len);
	s->len = s->len - old_len + len;
	s->data[s->len] = '\0';
}

const char *
str_cstr(const struct str *s)
{
	return s->data ? s->data : "";
}

char *
str_take(struct str *s)
{
	char *text = s->data ? s->data : xstrdup("");

	*s = STR_INIT;
	return text;
}

struct span
str_span(const struct str *s)
{
	return (struct span){ str_cstr(s), s->len };
}

struct span
span_of(const char *text)
{
	return text ? (struct span){ text, strlen(text) } : SPAN("");
}

bool
span_is(struct span s, const char *text)
{
	return span_equal(s, span_of(text));
}

bool
span_equal(struct span a, struct span b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.data, b.data, a.len) == 0);
}

bool
span_starts(struct span s, const char *prefix)
{
	struct span p = span_of(prefix);

	return s.len >= p.len && span_equal((struct span){ s.data, p.len }, p);
}

bool
span_ends(struct span s, const char *suffix)
{
	struct span p = span_of(suffix);

	return s.len >= p.len && (p.len == 0 || memcmp(s.data + s.len - p.len, p.data, p.len) == 0);
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

struct span
span_trim(struct span s)
{
	while (s.len > 0 && is_blank(s.data[0])) {
		s.data++;
		s.len--;
	}
	while (s.len > 0 && is_blank(s.data[s.len - 1]))
		s.len--;
	return s;
}

struct span
span_cut(struct span s, char sep, struct span *rest)
{
	const char *at = s.len > 0 ? memchr(s.data, sep, s.len) : NULL;
	size_t len;

	if (!at) {
		*rest = s.len > 0 ? (struct span){ s.data + s.len, 0 } : SPAN("");
		return s;
	}
	len = (size_t)(at - s.data);
	*rest = (struct span){ at + 1, s.len - len - 1 };
	return (struct span){ s.data, len };
}

struct span
span_after_last(struct span s, char c)
{
	size_t at = s.len;

	while (at > 0 && s.data[at - 1] != c)
		at--;
	return at ? (struct span){ s.data + at, s.len - at } : s;
}

long
span_find(struct span s, struct span needle)
{
	const char *at;

	if (needle.len == 0)
		return 0;
	at = s.len > 0 ? memmem(s.data, s.len, needle.data, needle.len) : NULL;
	return at ? (long)(at - s.data) : -1;
}

char *
span_dup(struct span s)
{
	char *copy = xmalloc(s.len + 1);

	if (s.len > 0)
		memcpy(copy, s.data, s.len);
	copy[s.len] = '\0';
	return copy;
}

bool
text_starts(const char *text, const char *prefix)
{
	return text && strncmp(text, prefix, strlen(prefix)) == 0;
}

bool
text_ends(const char *text, const char *suffix)
{
	return text && span_ends(span_of(text), suffix);
}

bool
text_is(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

bool
text_fits(const char *text, const char *pattern)
{
	const char *star = NULL, *from = NULL; /* behind the last `*`; where its characters end */

	if (!text)
		return false;
	while (*text) {
		if (*pattern == '*') {
			star = ++pattern;
			from = text;
			if (!*star)
				return true;
		} else if (*pattern == *text) {
			pattern++;
			text++;
		} else if (!star) {
			return false;
		} else {
			pattern = star;
			text = from = strchr(from + 1, *star); /* where it may go on */
			if (!text)
				return false;
		}
	}
	while (*pattern == '*')
		pattern++;
	return !*pattern;
}

bool
text_fits_any(const char *text, const char *const *patterns)
{
	for (; *patterns; patterns++)
		if ((**patterns == '*' || (text && **patterns == *text)) &&
			text_fits(text, *patterns))
			return true;
	return false;
}

char *
text_to_underscores(char *text)
{
	for (char *c = text; *c; c++)
		if (*c == '-' || *c == '.')
			*c = '_';
	return text;
}
