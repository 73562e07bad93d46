/* ansi: what a program printed, as lines of styled text.
 *
 * The tracker finds the control sequences (sequence.h), the row takes the text and what moves in it
 * (ansi_row.h); here is decided what a byte means to them.
 *
 * A raw byte 0x80-0x9f is a C1 control to some terminals and a letter in many old encodings. When it
 * would introduce a string (OSC, DCS ...), what follows is kept as text, and taken back when the
 * string's terminator proves that it was one. */
#include "text/ansi.h"
#include <stdlib.h>
#include <string.h>
#include "base/alloc.h"
#include "base/utf8.h"
#include "text/ansi_row.h"
#include "text/sequence.h"

#define REPLACEMENT "\xef\xbf\xbd" /* U+FFFD */

struct ansi {
	struct ansi_tracker tracker;
	struct ansi_row row;
	char part[4]; /* beginning of a character that the last feed cut */
	size_t part_len;
	bool guessing; /* a raw C1 introduced a string, or so it seemed, at `guess` */
	struct ansi_row_mark guess;
	uint64_t dropped;
};

/* A CSI sequence that ended with `final`; false when it is none of those that count. */
static bool
csi_obey(struct ansi *a, char final)
{
	struct params p;
	int first;
	size_t count;

	if (final == 'm')
		return ansi_tracker_sgr(&a->tracker);
	if (!strchr("KCDG", final) || !params_parse(&a->tracker, &p))
		return false;
	first = p.value[0];
	count = first > 0 ? (size_t)first : 1;
	if (final == 'K')
		ansi_row_erase(&a->row, first);
	else if (final == 'C')
		ansi_row_move(&a->row, a->row.column + count);
	else if (final == 'D')
		a->row.column -= count < a->row.column ? count : a->row.column;
	else
		ansi_row_move(&a->row, count - 1);
	return true;
}

/* The terminator of a string has come: what followed a raw C1 was one. */
static void
guess_confirm(struct ansi *a)
{
	if (a->guessing && a->row.text.len - a->guess.text < ANSI_SEQUENCE_MAX)
		ansi_row_revert(&a->row, &a->guess);
	a->guessing = false;
}

static void
control(struct ansi *a, unsigned char c)
{
	if (c == '\r') {
		a->row.column = 0;
	} else if (c == '\b') {
		a->row.column -= a->row.column > 0;
	} else if (c == '\t') {
		ansi_row_tab(&a->row);
	} else if (c == ESC) {
		sequence_begin(&a->tracker, ESCAPE);
	} else {
		if (c == BEL)
			guess_confirm(a);
		a->dropped++;
	}
}

static void
control_c1(struct ansi *a, unsigned char c, bool raw)
{
	if (c == C1_ST)
		guess_confirm(a);
	else if (raw && c1_opens_string(c))
		a->guessing = ansi_row_mark(&a->row, &a->guess);
	c1_begin(&a->tracker, c, raw);
	a->dropped += a->tracker.state == GROUND; /* else its sequence will be counted */
}

/* The first `len` bytes at p are no ASCII: a character, or something that is none. */
static size_t
feed_character(struct ansi *a, const char *p, size_t len)
{
	uint32_t cp;
	size_t used = utf8_decode(p, len, &cp);
	unsigned char c1 = c1_of(p, used, cp);

	if (c1)
		control_c1(a, c1, used == 1);
	else if (cp == UTF8_BAD)
		ansi_row_put(&a->row, REPLACEMENT, 3, cp, a->tracker.style);
	else
		ansi_row_put(&a->row, p, used, cp, a->tracker.style);
	return used;
}

/* One more byte for the character that the last feed cut; how many were used, 0 or 1. */
static size_t
feed_part(struct ansi *a, char byte)
{
	size_t used;

	a->part[a->part_len++] = byte;
	if (utf8_is_cut(a->part, a->part_len))
		return 1;
	used = feed_character(a, a->part, a->part_len) == a->part_len;
	a->part_len = 0;
	return used;
}

/* One byte while a sequence is open; how many were used, 0 or 1. */
static size_t
feed_sequence(struct ansi *a, char byte)
{
	bool is_st = a->tracker.state == ESCAPE && byte == '\\';
	enum verdict verdict = sequence_byte(&a->tracker, (unsigned char)byte);

	if (verdict == CONTROL)
		control(a, (unsigned char)byte);
	else if (is_st)
		guess_confirm(a);
	if (verdict == FINAL) {
		a->guessing = false;
		a->dropped += !csi_obey(a, byte);
	} else {
		a->dropped += verdict == DROPPED || verdict == BESIDE;
	}
	return verdict != BESIDE;
}

/* What begins with a byte that is neither plain nor LF, outside of a sequence. */
static size_t
feed_special(struct ansi *a, const char *p, size_t len)
{
	if ((unsigned char)*p < 0x80) {
		control(a, (unsigned char)*p);
		return 1;
	}
	if (len < sizeof a->part && utf8_is_cut(p, len)) {
		memcpy(a->part, p, len);
		a->part_len = len;
		return len;
	}
	return feed_character(a, p, len);
}

static void
line_begin(struct ansi *a)
{
	ansi_row_begin(&a->row);
	a->guessing = false;
}

struct ansi_line
ansi_pending(struct ansi *a)
{
	return ansi_row_line(&a->row);
}

void
ansi_feed(struct ansi *a, const char *bytes, size_t len,
	void (*line)(void *arg, const struct ansi_line *line), void *arg)
{
	const char *p = bytes;
	const char *end = bytes + len;

	while (p < end) {
		size_t left = (size_t)(end - p);
		size_t plain;

		if (a->tracker.state != GROUND) {
			p += feed_sequence(a, *p);
		} else if (a->part_len > 0) {
			p += feed_part(a, *p);
		} else if ((plain = plain_length(p, left)) > 0) {
			ansi_row_put_plain(&a->row, p, plain, a->tracker.style);
			p += plain;
		} else if (*p == '\n') {
			struct ansi_line ended = ansi_pending(a);

			line(arg, &ended);
			line_begin(a);
			p++;
		} else {
			p += feed_special(a, p, left);
		}
	}
}

struct ansi_style
ansi_current(const struct ansi *a)
{
	return a->tracker.style;
}

uint64_t
ansi_dropped(const struct ansi *a)
{
	return a->dropped;
}

struct ansi *
ansi_new(void)
{
	struct ansi *a = xcalloc(1, sizeof *a);

	ansi_reset(a, ANSI_STYLE_PLAIN);
	return a;
}

void
ansi_free(struct ansi *a)
{
	if (!a)
		return;
	ansi_row_fini(&a->row);
	free(a);
}

void
ansi_reset(struct ansi *a, struct ansi_style style)
{
	ansi_tracker_init(&a->tracker, style);
	a->part_len = 0;
	line_begin(a);
}

/* --- without styles ------------------------------------------------------------------------ */

/* ansi_strip at work: the line being appended to begins at `begin` of out. */
struct strip {
	struct str *out;
	size_t begin;
	bool returned; /* a CR came; unless LF follows, the line begins anew */
	struct ansi_tracker tracker;
};

static void
strip_text(struct strip *s, const char *bytes, size_t len)
{
	if (s->returned)
		str_truncate(s->out, s->begin);
	s->returned = false;
	str_append_bytes(s->out, bytes, len);
}

static void
strip_control(struct strip *s, char c)
{
	if (c == '\t')
		strip_text(s, &c, 1);
	else if (c == '\r')
		s->returned = true;
	else if (c == ESC)
		sequence_begin(&s->tracker, ESCAPE);
	else if (c == '\n') {
		str_append_char(s->out, c);
		s->begin = s->out->len;
		s->returned = false;
	}
}

static size_t
strip_character(struct strip *s, const char *p, size_t len)
{
	uint32_t cp;
	size_t used = utf8_decode(p, len, &cp);
	unsigned char c1 = c1_of(p, used, cp);

	if (c1)
		c1_begin(&s->tracker, c1, used == 1);
	else if (cp == UTF8_BAD)
		strip_text(s, REPLACEMENT, 3);
	else
		strip_text(s, p, used);
	return used;
}

static size_t
strip_sequence(struct strip *s, char byte)
{
	enum verdict verdict = sequence_byte(&s->tracker, (unsigned char)byte);

	if (verdict == CONTROL)
		strip_control(s, byte);
	return verdict != BESIDE;
}

void
ansi_strip(struct str *out, const char *bytes, size_t len)
{
	struct strip s = { .out = out, .begin = out->len };
	const char *p = bytes;
	const char *end = bytes + len;

	ansi_tracker_init(&s.tracker, ANSI_STYLE_PLAIN);
	while (p < end) {
		size_t left = (size_t)(end - p);
		size_t plain;

		if (s.tracker.state != GROUND) {
			p += strip_sequence(&s, *p);
		} else if ((plain = plain_length(p, left)) > 0) {
			strip_text(&s, p, plain);
			p += plain;
		} else if ((unsigned char)*p < 0x80) {
			strip_control(&s, *p++);
		} else {
			p += strip_character(&s, p, left);
		}
	}
}
