/* logsearch: two stretches of the log are known, from its beginning to `above` and from the origin to
 * `below`; they grow until the first meets the origin and the second the log's end. Pieces are whole
 * lines of raw bytes, stripped only where there is something to strip. */
#include "build/logsearch.h"
#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include "base/alloc.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "build/logstore.h"
#include "io/loop.h"
#include "text/ansi.h"

#define STEPS_MAX 20000 /* an expression that tries more on a line does not match it */
#define LINE_BYTES_MAX (4u * ANSI_LINE_MAX) /* with the control sequences */
#define WORD_BITS 64
#define BLOCK 64 /* bytes looked at at once */
#define ESC '\033'

/* The beginning of a line. */
struct spot {
	uint64_t offset;
	size_t line;
};

struct logsearch {
	pcre2_code *code;
	pcre2_match_data *data;
	pcre2_match_context *limits;
	bool is_expression;

	struct spot origin;
	struct spot below; /* lines from the origin to this one are known */
	struct spot above; /* and those before this one; never past the origin */
	bool knows_open;   /* and the line at `below`, which has no end yet, ... */
	uint64_t open_end; /* ... as it was when the log had so many bytes */
	bool is_done;
	VEC(uint64_t) hits; /* a bit a line */
	size_t count;       /* bits that are set */
	struct str piece, plain;
	struct ansi *ansi;
};

/* ---- the text ---- */

/* A letter after a backslash is no letter. */
static bool
has_capital(struct span text, bool is_expression)
{
	uint32_t cp;

	for (size_t at = 0; at < text.len; at += utf8_decode(text.data + at, text.len - at, &cp)) {
		if (is_expression && text.data[at] == '\\' && at + 1 < text.len)
			at++;
		else if (utf8_decode(text.data + at, text.len - at, &cp) && utf8_lower(cp) != cp)
			return true;
	}
	return false;
}

static bool
is_ascii(struct span text)
{
	for (size_t i = 0; i < text.len; i++)
		if ((unsigned char)text.data[i] >= 0x80)
			return false;
	return true;
}

static pcre2_code *
compile(struct span text, bool is_expression, struct err *err)
{
	uint32_t options = is_expression ? 0 : PCRE2_LITERAL;
	PCRE2_UCHAR why[200];
	PCRE2_SIZE at;
	int error;

	if (!has_capital(text, is_expression))
		options |= PCRE2_CASELESS;
	if (is_expression || !is_ascii(text))
		options |= PCRE2_UTF | PCRE2_MATCH_INVALID_UTF;
	pcre2_code *code =
		pcre2_compile((PCRE2_SPTR)text.data, text.len, options, &error, &at, NULL);
	if (code) {
		pcre2_jit_compile(code, PCRE2_JIT_COMPLETE);
		return code;
	}
	pcre2_get_error_message(error, why, sizeof(why));
	err_set(err, ERR_USAGE, "/%.*s: no regular expression: %s (near its character %zu)",
		(int)text.len, text.data, (const char *)why, (size_t)at + 1);
	return NULL;
}

struct logsearch *
logsearch_new(const char *text, const struct logstore *log, size_t from, struct err *err)
{
	bool is_expression = text[0] == '/' && text[1];
	struct span wanted = span_of(text + is_expression);

	if (is_expression && wanted.len > 1 && span_ends(wanted, "/"))
		wanted.len--;
	pcre2_code *code = compile(wanted, is_expression, err);
	if (!code)
		return NULL;
	struct logsearch *s = xcalloc(1, sizeof(*s));
	s->code = code;
	s->is_expression = is_expression;
	s->ansi = ansi_new();
	s->data = pcre2_match_data_create(1, NULL);
	s->limits = pcre2_match_context_create(NULL);
	if (!s->data || !s->limits)
		die("out of memory");
	pcre2_set_match_limit(s->limits, STEPS_MAX);
	s->origin.line = logstore_line_near(log, from, &s->origin.offset);
	s->below = s->origin;
	return s;
}

void
logsearch_free(struct logsearch *s)
{
	if (!s)
		return;
	pcre2_match_context_free(s->limits);
	pcre2_match_data_free(s->data);
	pcre2_code_free(s->code);
	vec_fini(&s->hits);
	str_fini(&s->piece);
	str_fini(&s->plain);
	ansi_free(s->ansi);
	free(s);
}

bool
logsearch_match(const struct logsearch *s, struct span line, size_t at, size_t *begin, size_t *end)
{
	if (at > line.len || !line.data)
		return false;
	if (pcre2_match(s->code, (PCRE2_SPTR)line.data, line.len, at, 0, s->data, s->limits) < 0)
		return false;
	PCRE2_SIZE *places = pcre2_get_ovector_pointer(s->data);
	*begin = places[0];
	*end = places[1] > places[0] ? places[1] : places[0];
	return true;
}

/* ---- bits ---- */

bool
logsearch_has(const struct logsearch *s, size_t line)
{
	return line / WORD_BITS < s->hits.len &&
		s->hits.items[line / WORD_BITS] >> line % WORD_BITS & 1;
}

static void
set_hit(struct logsearch *s, size_t line, bool is_hit)
{
	uint64_t bit = (uint64_t)1 << line % WORD_BITS;

	if (logsearch_has(s, line) == is_hit)
		return;
	while (s->hits.len <= line / WORD_BITS)
		vec_push(&s->hits, 0);
	s->hits.items[line / WORD_BITS] ^= bit;
	s->count += is_hit ? 1 : (size_t)-1;
}

size_t
logsearch_count(const struct logsearch *s)
{
	return s->count;
}

size_t
logsearch_rank(const struct logsearch *s, size_t line)
{
	size_t rank = 0, word = line / WORD_BITS;

	for (size_t i = 0; i < word && i < s->hits.len; i++)
		rank += (size_t)__builtin_popcountll(s->hits.items[i]);
	if (word < s->hits.len)
		rank += (size_t)__builtin_popcountll(
			s->hits.items[word] << (WORD_BITS - 1 - line % WORD_BITS));
	return rank;
}

/* The first hit from a line on, -1: none. */
static long
first_from(const struct logsearch *s, size_t line)
{
	for (size_t i = line / WORD_BITS; i < s->hits.len; i++) {
		uint64_t word = s->hits.items[i];
		if (i == line / WORD_BITS)
			word &= ~(uint64_t)0 << line % WORD_BITS;
		if (word)
			return (long)(i * WORD_BITS) + __builtin_ctzll(word);
	}
	return -1;
}

/* The last hit before a line, -1: none. */
static long
last_before(const struct logsearch *s, size_t line)
{
	size_t words = (line + WORD_BITS - 1) / WORD_BITS;

	for (size_t i = words < s->hits.len ? words : s->hits.len; i > 0; i--) {
		uint64_t word = s->hits.items[i - 1];
		if (i == words && line % WORD_BITS)
			word &= ~(~(uint64_t)0 << line % WORD_BITS);
		if (word)
			return (long)(i * WORD_BITS) - 1 - __builtin_clzll(word);
	}
	return -1;
}

/* ---- going through the log ---- */

static size_t
count_line_ends(struct span text)
{
	const char *end = text.data + text.len;
	size_t count = 0;

	for (const char *p = text.data; p && (p = memchr(p, '\n', (size_t)(end - p))); p++)
		count++;
	return count;
}

/* A line longer than the store gives at once: all of it to its end, or no byte where it has none
 * yet. What is over LINE_BYTES_MAX is left out. */
static struct span
long_line(struct logsearch *s, struct logstore *log, uint64_t *offset)
{
	struct span bytes = logstore_bytes_at(log, *offset);
	const char *end = NULL;

	str_clear(&s->piece);
	for (uint64_t at = *offset; bytes.len && !end; bytes = logstore_bytes_at(log, at)) {
		end = memchr(bytes.data, '\n', bytes.len);
		if (end)
			bytes.len = (size_t)(end - bytes.data) + 1;
		at += bytes.len;
		if (s->piece.len < LINE_BYTES_MAX)
			str_append_span(&s->piece, bytes);
		if (!end)
			continue;
		if (!span_ends(str_span(&s->piece), "\n"))
			str_append_char(&s->piece, '\n');
		*offset = at;
		return str_span(&s->piece);
	}
	return (struct span){ 0 };
}

/* Some whole lines from *offset on, which is moved behind them; no byte where there is none. */
static struct span
next_lines(struct logsearch *s, struct logstore *log, uint64_t *offset)
{
	struct span bytes = logstore_bytes_at(log, *offset);

	bytes.len -= span_after_last(bytes, '\n').len;
	if (!bytes.len)
		return long_line(s, log, offset);
	*offset += bytes.len;
	return bytes;
}

/* Whether there is a control character that is no LF and no ESC. */
static bool
has_control(struct span text)
{
	const char *block = text.data, *end = text.data + text.len;
	unsigned char found = 0;

	for (; end - block >= BLOCK && !found; block += BLOCK)
		for (int i = 0; i < BLOCK; i++)
			found |= (unsigned char)block[i] < ' ' && block[i] != '\n' &&
				block[i] != ESC;
	for (; block < end && !found; block++)
		found = (unsigned char)*block < ' ' && *block != '\n' && *block != ESC;
	return found;
}

static void
take_line(void *arg, const struct ansi_line *line)
{
	struct str *out = arg;

	str_append_span(out, line->text);
	str_append_char(out, '\n');
}

/* Bytes of the colour change that the text begins with; 0: it is something else. */
static size_t
colour_length(struct span text)
{
	size_t len = 2;

	if (text.len < 3 || text.data[1] != '[')
		return 0;
	while (len < text.len && (isdigit((unsigned char)text.data[len]) || text.data[len] == ';'))
		len++;
	return len < text.len && text.data[len] == 'm' ? len + 1 : 0;
}

/* Without its colour changes; false where there is more than those to take out. */
static bool
strip_colours(struct span text, struct str *out)
{
	const char *escape;

	while ((escape = memchr(text.data, ESC, text.len))) {
		size_t before = (size_t)(escape - text.data);
		size_t len = colour_length((struct span){ escape, text.len - before });
		if (!len)
			return false;
		str_append_bytes(out, text.data, before);
		text.data += before + len;
		text.len -= before + len;
	}
	str_append_span(out, text);
	return true;
}

/* Lines as they are shown: most have nothing but text, or text and colours. */
static struct span
strip(struct logsearch *s, struct span raw)
{
	bool is_clean = !has_control(raw);

	if (is_clean && !memchr(raw.data, ESC, raw.len))
		return raw;
	str_clear(&s->plain);
	if (is_clean && strip_colours(raw, &s->plain))
		return str_span(&s->plain);
	str_clear(&s->plain);
	ansi_reset(s->ansi, ANSI_STYLE_PLAIN);
	ansi_feed(s->ansi, raw.data, raw.len, take_line, &s->plain);
	return str_span(&s->plain);
}

/* An expression is asked line by line: it is not to find what spans two. */
static void
find_by_line(struct logsearch *s, struct span text, size_t number)
{
	size_t begin, end;

	for (; text.len; number++) {
		struct span line = span_cut(text, '\n', &text);
		if (logsearch_match(s, line, 0, &begin, &end))
			set_hit(s, number, true);
	}
}

static void
find_text(struct logsearch *s, struct span text, size_t number)
{
	size_t begin, end;

	while (text.len && logsearch_match(s, text, 0, &begin, &end)) {
		number += count_line_ends((struct span){ text.data, begin });
		set_hit(s, number++, true);
		text.data += begin;
		text.len -= begin;
		span_cut(text, '\n', &text);
	}
}

/* A piece further; false at the end. */
static bool
step(struct logsearch *s, struct logstore *log, struct spot *at)
{
	struct span raw = next_lines(s, log, &at->offset);

	if (!raw.len)
		return false;
	size_t lines = count_line_ends(raw);
	struct span text = strip(s, raw);
	if (s->is_expression)
		find_by_line(s, text, at->line);
	else
		find_text(s, text, at->line);
	at->line += lines;
	return true;
}

static void
look_at_open(void *arg, size_t line, const struct ansi_line *text)
{
	struct logsearch *s = arg;
	size_t begin, end;

	set_hit(s, line, logsearch_match(s, text->text, 0, &begin, &end));
	s->knows_open = true;
}

static bool
step_below(struct logsearch *s, struct logstore *log)
{
	uint64_t bytes = logstore_bytes(log);

	if (s->below.offset >= bytes || (s->knows_open && s->open_end == bytes))
		return false;
	set_hit(s, s->below.line, false); /* as it was without its end */
	s->knows_open = false;
	s->open_end = bytes;
	if (step(s, log, &s->below))
		return true;
	logstore_read(log, s->below.line, 1, look_at_open, s);
	return false;
}

bool
logsearch_work(struct logsearch *s, struct logstore *log, unsigned us)
{
	uint64_t until = loop_clock() + us;
	bool has_more = true;

	do
		has_more = step_below(s, log) ||
			(s->above.offset < s->origin.offset && step(s, log, &s->above));
	while (has_more && loop_clock() < until);
	s->is_done = !has_more;
	return has_more;
}

bool
logsearch_is_done(const struct logsearch *s)
{
	return s->is_done;
}

/* ---- the nearest ---- */

/* Whether every line of [first, end) was looked at. */
static bool
is_known(const struct logsearch *s, size_t first, size_t end)
{
	size_t gap = first > s->above.line ? first : s->above.line;
	size_t gap_end = end < s->origin.line ? end : s->origin.line;

	return s->is_done || (gap >= gap_end && end <= s->below.line + s->knows_open);
}

enum logsearch_answer
logsearch_next(const struct logsearch *s, long from, bool backwards, size_t *line)
{
	size_t start = backwards ? (from > 0 ? (size_t)from : 0) : (size_t)(from + 1);
	long hit = backwards ? last_before(s, start) : first_from(s, start);

	if (hit >= 0) {
		size_t at = (size_t)hit;
		*line = at;
		return is_known(s, backwards ? at : start, backwards ? start : at)
			? LOGSEARCH_FOUND
			: LOGSEARCH_NOT_YET;
	}
	if (!s->is_done)
		return LOGSEARCH_NOT_YET;
	hit = backwards ? last_before(s, s->hits.len * WORD_BITS) : first_from(s, 0);
	if (hit < 0)
		return LOGSEARCH_NONE;
	*line = (size_t)hit;
	return LOGSEARCH_FOUND;
}
