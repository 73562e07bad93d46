#include "io/response.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include "base/count.h"

void
response_fini(struct response *r)
{
	free(r->etag);
	free(r->last_modified);
	*r = RESPONSE_INIT;
}

static void
keep_value(char **place, struct span value)
{
	free(*place);
	*place = span_dup(span_trim(value));
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* "bytes 100-199/200", or "bytes * /200" without the blank, of a range that cannot be had. */
static void
read_range(struct response *r, struct span value)
{
	char *text = span_dup(span_trim(value));
	const char *slash = strchr(text, '/');

	if (text_starts(text, "bytes ") && is_digit(text[6]))
		r->range_first = strtoll(text + 6, NULL, 10);
	if (slash && is_digit(slash[1]))
		r->range_total = strtoll(slash + 1, NULL, 10);
	free(text);
}

static bool
is_field(struct span line, const char *name, struct span *value)
{
	size_t len = strlen(name);

	if (line.len <= len || line.data[len] != ':' || strncasecmp(line.data, name, len) != 0)
		return false;
	*value = (struct span){ line.data + len + 1, line.len - len - 1 };
	return true;
}

void
response_line(struct response *r, struct span line)
{
	struct span value;

	if (span_starts(line, "HTTP/"))
		response_fini(r);
	else if (is_field(line, "etag", &value))
		keep_value(&r->etag, value);
	else if (is_field(line, "last-modified", &value))
		keep_value(&r->last_modified, value);
	else if (is_field(line, "content-range", &value))
		read_range(r, value);
}

const char *
response_validator(const struct response *r)
{
	return r->etag && *r->etag == '"' ? r->etag : r->last_modified;
}

bool
response_is_passing(long status)
{
	return status == 408 || status == 425 || status == 429 || status >= 500;
}

const char *
response_words(long status, char words[RESPONSE_WORDS])
{
	static const struct {
		long status;
		const char *words;
	} known[] = {
		{ 401, "it wants a login (401)" },
		{ 403, "it refuses to give it (403)" },
		{ 404, "it does not have it (404)" },
		{ 407, "the proxy wants a login (407)" },
		{ 410, "it does not have it any more (410)" },
		{ 429, "it has too much to do (429)" },
		{ 500, "it has a fault (500)" },
		{ 503, "it has too much to do (503)" },
	};

	for (size_t i = 0; i < COUNT(known); i++)
		if (known[i].status == status)
			return known[i].words;
	snprintf(words, RESPONSE_WORDS, "it answers with status %ld", status);
	return words;
}
