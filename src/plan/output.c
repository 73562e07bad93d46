#include "plan/output.h"
#include <string.h>
#include "io/loop.h"
#include "ready/pull.h"
#include "text/ansi.h"

#define KEPT (256 * 1024) /* bytes, at least; at most twice as many */
#define LINE_MAX (64 * 1024)
#define LAST_WORDS_MAX 200

void
output_init(struct output *o, bool is_pull, void (*line)(void *arg, struct span line), void *arg)
{
	*o = (struct output){ .pull = is_pull ? pull_new() : NULL, .line = line, .arg = arg };
	lines_init(&o->lines, LINE_MAX, is_pull);
}

void
output_fini(struct output *o)
{
	str_fini(&o->kept);
	pull_free(o->pull);
	lines_fini(&o->lines);
}

void
output_begin(struct output *o)
{
	str_clear(&o->kept);
	o->meter = (struct meter){ 0 };
	if (o->pull) {
		pull_free(o->pull);
		o->pull = pull_new();
	}
}

/* What moves the cursor is between parts that each say the whole. */
static void
tell_pull(struct output *o, struct span line)
{
	struct str plain = STR_INIT;

	while (line.len) {
		struct span part = span_cut(line, '\r', &line);

		str_clear(&plain);
		ansi_strip(&plain, part.data, part.len);
		if (pull_line(o->pull, str_span(&plain)))
			o->line(o->arg, str_span(&plain));
	}
	str_fini(&plain);
}

static void
tell_line(void *arg, struct span line, char line_end)
{
	struct output *o = arg;
	struct span last = span_after_last(line, '\r');

	if (o->pull) {
		tell_pull(o, line);
		return;
	}
	meter_line(&o->meter, line, loop_clock());
	/* Of what a program wrote over itself only the last is worth a line. */
	o->line(o->arg, last.len ? last : line);
}

static void
keep(struct output *o, const char *bytes, size_t len)
{
	str_append_bytes(&o->kept, bytes, len);
	if (o->kept.len > 2 * KEPT) {
		const char *from = o->kept.data + o->kept.len - KEPT;
		const char *lf = memchr(from, '\n', KEPT);
		size_t cut = (size_t)((lf ? lf + 1 : from) - o->kept.data);

		str_splice(&o->kept, 0, cut, NULL, 0);
	}
}

void
output_feed(struct output *o, const char *bytes, size_t len)
{
	keep(o, bytes, len);
	lines_feed(&o->lines, bytes, len, tell_line, o);
}

void
output_say(struct output *o, const char *text)
{
	output_feed(o, text, strlen(text));
	output_feed(o, "\n", 1);
}

void
output_end(struct output *o)
{
	lines_end(&o->lines, tell_line, o);
}

struct output_count
output_count(const struct output *o, uint64_t began, uint64_t now)
{
	struct pull_count pulled = o->pull ? pull_count(o->pull) : (struct pull_count){ 0 };
	uint64_t us = now - began;

	if (pulled.all_bytes)
		return (struct output_count){ (int64_t)pulled.done_bytes, (int64_t)pulled.all_bytes,
			us ? (int64_t)(pulled.done_bytes * 1000000 / us) : 0 };
	return (struct output_count){ o->meter.done, o->meter.total, meter_rate(&o->meter, now) };
}

char *
output_last_words(const struct output *o)
{
	struct span rest = str_span(&o->kept), last = { 0 }, line;
	struct str plain = STR_INIT;

	while (rest.len) {
		line = span_trim(span_cut(rest, '\n', &rest));
		if (line.len && !span_starts(line, "$ "))
			last = line;
	}
	if (!last.len || last.len > LAST_WORDS_MAX)
		return NULL;
	ansi_strip(&plain, last.data, last.len);
	return str_take(&plain);
}
