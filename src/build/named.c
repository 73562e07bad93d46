#include "build/named.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include "base/alloc.h"

static bool
is_word_byte(struct span text, size_t at)
{
	return at < text.len &&
		(isalnum((unsigned char)text.data[at]) || strchr("-_", text.data[at]));
}

/* "gnu" ends before a blank or a sentence's end, not before "-x" or ".2.17". */
static bool
is_word(struct span text, size_t begin, size_t end)
{
	if (begin > 0 && is_word_byte(text, begin - 1))
		return false;
	if (end < text.len && text.data[end] == '.')
		end++;
	return !is_word_byte(text, end);
}

static bool
names_word(struct span text, const char *word)
{
	struct span rest = text;

	for (long at; (at = span_find(rest, span_of(word))) >= 0;) {
		size_t begin = (size_t)(rest.data - text.data) + (size_t)at,
		       end = begin + strlen(word);

		if (is_word(text, begin, end))
			return true;
		rest = (struct span){ text.data + end, text.len - end };
	}
	return false;
}

/* What a build script that lists its environment says, and means. */
static bool
declares(struct span text, const char *triple)
{
	char *plain = xasprintf("TARGET = Some(%s)", triple);
	char *quoted = xasprintf("TARGET = Some(\"%s\")", triple);
	bool found = span_find(text, span_of(plain)) >= 0 || span_find(text, span_of(quoted)) >= 0;

	free(plain);
	free(quoted);
	return found;
}

size_t
named_triples(
	struct span text, const char *const *triples, size_t count, const char *host, bool *named)
{
	size_t found = 0;

	for (size_t i = 0; i < count; i++)
		found += named[i] = declares(text, triples[i]);
	if (found)
		return found;
	for (size_t i = 0; i < count; i++)
		found += named[i] = names_word(text, triples[i]);
	for (size_t i = 0; found > 1 && i < count; i++) {
		if (!named[i] || !text_is(triples[i], host))
			continue;
		named[i] = false;
		found--;
	}
	return found;
}
