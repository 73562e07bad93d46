/* A walk over the text: plain bytes are copied, a brace is read to its partner and asked for. */
#include "hint/template.h"

#include <stdio.h>
#include <string.h>

/* Where the brace that opens at `open` closes, or NULL. */
static const char *
partner(const char *open, const char *end)
{
	int depth = 0;

	for (const char *p = open; p < end; p++) {
		depth += *p == '{' ? 1 : *p == '}' ? -1 : 0;
		if (!depth)
			return p;
	}
	return NULL;
}

bool
template_check(const char *text, char *why, size_t size)
{
	const char *end = text + strlen(text);

	for (const char *p = text; p < end; p++) {
		if (p[0] == '{' && p[1] == '{') {
			p++;
		} else if (*p == '{') {
			const char *close = partner(p, end);
			if (!close) {
				snprintf(why, size, "the brace at its character %d is not closed",
					(int)(p - text) + 1);
				return false;
			}
			p = close;
		}
	}
	return true;
}

static bool fill(struct span text, const struct template_source *source, struct str *out);

/* {name} or {function:argument}; the argument may hold placeholders. */
static bool
fill_value(struct span inner, const struct template_source *source, struct str *out)
{
	struct str name = STR_INIT;
	bool ok = fill(inner, source, &name) && source->value(source->arg, str_span(&name), out);

	str_fini(&name);
	return ok;
}

static bool
fill_brace(struct span inner, const struct template_source *source, struct str *out)
{
	size_t mark = out->len;

	if (inner.len < 2 || inner.data[0] != '?' || inner.data[inner.len - 1] != '?')
		return fill_value(inner, source, out);
	if (!fill((struct span){ inner.data + 1, inner.len - 2 }, source, out))
		str_truncate(out, mark);
	return true;
}

static bool
fill(struct span text, const struct template_source *source, struct str *out)
{
	const char *end = text.data + text.len;

	for (const char *p = text.data; p < end; p++) {
		if (*p != '{') {
			str_append_char(out, *p);
			p += *p == '}' && p + 1 < end && p[1] == '}';
			continue;
		}
		if (p + 1 < end && p[1] == '{') {
			str_append_char(out, *p++);
			continue;
		}
		const char *close = partner(p, end);
		if (!close ||
			!fill_brace((struct span){ p + 1, (size_t)(close - p) - 1 }, source, out))
			return false;
		p = close;
	}
	return true;
}

bool
template_fill(const char *text, const struct template_source *source, struct str *out)
{
	size_t mark = out->len;

	if (fill(span_of(text), source, out))
		return true;
	str_truncate(out, mark);
	return false;
}

bool
template_fill_any(const char *const *texts, const struct template_source *source, struct str *out)
{
	for (; *texts; texts++) {
		if (template_fill(*texts, source, out))
			return true;
	}
	return false;
}
