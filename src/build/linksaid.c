#include "build/linksaid.h"

#include <string.h>
#include "build/logstore.h"
#include "text/ansi.h"

#define NOTE "= note:"

/* 0: it tells of what, or where, the lines around it are. */
static unsigned
mark_of(struct span line)
{
	if (span_ends(line, ":") || span_starts(line, ">>>"))
		return 0;
	return span_find(line, SPAN("warning:")) >= 0 ? LOGMARK_WARNING : LOGMARK_LINKER;
}

/* The first line that is not blank, off the front. */
static struct span
take_line(struct span *text)
{
	struct span line = { 0 };

	while (text->len && !line.len)
		line = span_trim(span_cut(*text, '\n', text));
	return line;
}

/* A line of the message without its colours and what rustc has put before it. */
static struct span
plain(struct span line, struct str *text)
{
	struct span words;

	str_clear(text);
	ansi_strip(text, line.data, line.len);
	words = span_trim(str_span(text));
	if (span_starts(words, NOTE))
		words = span_trim(
			(struct span){ words.data + strlen(NOTE), words.len - strlen(NOTE) });
	return words;
}

static bool
is_same(struct span a, struct span b)
{
	return a.len && a.len == b.len && memcmp(a.data, b.data, a.len) == 0;
}

void
linksaid_each(struct span rendered, struct span said,
	void (*line)(void *arg, struct span line, unsigned mark), void *arg)
{
	struct span own = take_line(&said);
	struct str text = STR_INIT;

	while (rendered.len) {
		const char *lf = memchr(rendered.data, '\n', rendered.len);
		size_t len = lf ? (size_t)(lf - rendered.data) + 1 : rendered.len;
		struct span row = { rendered.data, len };
		bool is_own = is_same(plain(row, &text), own);

		line(arg, row, is_own ? mark_of(own) : 0);
		if (is_own)
			own = take_line(&said);
		rendered = (struct span){ rendered.data + len, rendered.len - len };
	}
	str_fini(&text);
}
