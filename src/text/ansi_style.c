/* ansi: styles, what SGR makes of them, and following them along a stream without its text. */
#include <string.h>
#include "base/count.h"
#include "text/ansi.h"
#include "text/sequence.h"

#define RESET_LOOK 1024 /* bytes at the end in which a reset is looked for */

bool
ansi_style_equal(struct ansi_style a, struct ansi_style b)
{
	return a.fg == b.fg && a.bg == b.bg && a.attrs == b.attrs;
}

static bool
is_byte(int value)
{
	return value >= PARAM_MISSING && value <= 255; /* a missing one counts as 0 */
}

static int32_t
palette_colour(int n, int32_t fallback)
{
	return is_byte(n) ? (n > 0 ? n : 0) : fallback;
}

static int32_t
rgb_colour(const int *rgb, int32_t fallback)
{
	int32_t colour = ANSI_RGB;

	for (int i = 0; i < 3; i++) {
		if (!is_byte(rgb[i]))
			return fallback;
		colour |= (rgb[i] > 0 ? rgb[i] : 0) << (16 - 8 * i);
	}
	return colour;
}

/* The colour at p->value[at], which is 38, 48 or 58: 5;n  2;r;g;b  or with colons, where 2 may have
 * the number of a colour space before r. *colour stays when it makes no sense. Returns the index
 * after it. */
static size_t
colour_parse(const struct params *p, size_t at, int32_t *colour)
{
	bool colons = at + 1 < p->count && p->colon[at + 1];
	int kind = at + 1 < p->count ? p->value[at + 1] : PARAM_MISSING;
	size_t end = at + 1;

	if (colons) {
		while (end < p->count && p->colon[end])
			end++;
	} else {
		end = at + (kind == 5 ? 3 : kind == 2 ? 5 : 2);
	}
	if (end > p->count)
		return p->count;
	if (kind == 5 && end - at >= 3)
		*colour = palette_colour(p->value[at + 2], *colour);
	if (kind == 2 && end - at >= 5)
		*colour = rgb_colour(&p->value[at + (end - at > 5 ? 3 : 2)], *colour);
	return end;
}

/* The SGR codes that set and clear attributes; blinking and hiding are not for a log. */
static const struct {
	uint8_t code, set, clear;
} attribute_codes[] = {
	{ 1, ANSI_BOLD, 0 },
	{ 2, ANSI_DIM, 0 },
	{ 3, ANSI_ITALIC, 0 },
	{ 4, ANSI_UNDERLINE, 0 },
	{ 7, ANSI_REVERSE, 0 },
	{ 9, ANSI_STRIKE, 0 },
	{ 21, ANSI_UNDERLINE, 0 },
	{ 22, 0, ANSI_BOLD | ANSI_DIM },
	{ 23, 0, ANSI_ITALIC },
	{ 24, 0, ANSI_UNDERLINE },
	{ 27, 0, ANSI_REVERSE },
	{ 29, 0, ANSI_STRIKE },
};

static void
attribute_apply(struct ansi_style *style, int code)
{
	for (size_t i = 0; i < COUNT(attribute_codes); i++)
		if (attribute_codes[i].code == code) {
			style->attrs &= (uint8_t)~attribute_codes[i].clear;
			style->attrs |= attribute_codes[i].set;
		}
}

static void
code_apply(struct ansi_style *style, int code)
{
	if (code <= 0)
		*style = ANSI_STYLE_PLAIN;
	else if (code < 30)
		attribute_apply(style, code);
	else if (code <= 37)
		style->fg = code - 30;
	else if (code == 39)
		style->fg = ANSI_DEFAULT;
	else if (code >= 40 && code <= 47)
		style->bg = code - 40;
	else if (code == 49)
		style->bg = ANSI_DEFAULT;
	else if (code >= 90 && code <= 97)
		style->fg = code - 90 + 8;
	else if (code >= 100 && code <= 107)
		style->bg = code - 100 + 8;
}

static void
sgr_apply(struct ansi_style *style, const struct params *p)
{
	int32_t underline = ANSI_DEFAULT; /* its colour is read over */
	size_t i = 0;

	while (i < p->count) {
		int code = p->value[i];

		if (code == 38 || code == 48 || code == 58) {
			int32_t *colours[] = { &style->fg, &style->bg, &underline };

			i = colour_parse(p, i, colours[(code - 38) / 10]);
			continue;
		}
		if (code == 4 && i + 1 < p->count && p->colon[i + 1] && p->value[i + 1] == 0)
			code = 24; /* 4:0, no underline; 4:1 to 4:5 are its kinds */
		code_apply(style, code);
		for (i++; i < p->count && p->colon[i];)
			i++;
	}
}

/* The two commonest forms need no parsing. */
bool
ansi_tracker_sgr(struct ansi_tracker *t)
{
	struct params p;

	if (t->params_len == 0 || (t->params_len == 1 && t->params[0] == '0'))
		t->style = ANSI_STYLE_PLAIN;
	else if (params_parse(t, &p))
		sgr_apply(&t->style, &p);
	else
		return false;
	return true;
}

void
ansi_tracker_init(struct ansi_tracker *t, struct ansi_style style)
{
	t->style = style;
	t->state = GROUND;
}

/* Bytes of the full reset that begins at p; 0 when none does. */
static size_t
reset_length(const char *p, size_t len)
{
	if (len >= 4 && memcmp(p, "\033[0m", 4) == 0)
		return 4;
	return len >= 3 && memcmp(p, "\033[m", 3) == 0 ? 3 : 0;
}

/* Begins after the last full reset when it is near the end: as ESC begins a sequence wherever it
 * comes, nothing before it matters. Else begins where the bytes do. */
static const char *
tracker_begin(struct ansi_tracker *t, const char *bytes, size_t len)
{
	const char *end = bytes + len;
	const char *stop = len > RESET_LOOK ? end - RESET_LOOK : bytes;

	for (const char *p = end; p > stop;) {
		size_t reset = *--p == ESC ? reset_length(p, (size_t)(end - p)) : 0;

		if (reset > 0) {
			ansi_tracker_init(t, ANSI_STYLE_PLAIN);
			return p + reset;
		}
	}
	return bytes;
}

void
ansi_tracker_feed(struct ansi_tracker *t, const char *bytes, size_t len)
{
	const char *p = tracker_begin(t, bytes, len);
	const char *end = bytes + len;

	while (p < end) {
		enum verdict verdict;

		if (t->state == GROUND) {
			if (!(p = memchr(p, ESC, (size_t)(end - p))))
				return;
			sequence_begin(t, ESCAPE);
			p++;
			continue;
		}
		verdict = sequence_byte(t, (unsigned char)*p);
		if (verdict == FINAL && *p == 'm')
			ansi_tracker_sgr(t);
		p += verdict != BESIDE;
	}
}

struct ansi_style
ansi_track(struct ansi_style style, const char *bytes, size_t len)
{
	struct ansi_tracker t;

	ansi_tracker_init(&t, style);
	ansi_tracker_feed(&t, bytes, len);
	return t.style;
}

static void
sgr_colour(struct str *out, int32_t colour, int base)
{
	if (colour == ANSI_DEFAULT)
		return;
	if (colour & ANSI_RGB)
		str_appendf(out, ";%d;2;%d;%d;%d", base + 8, colour >> 16 & 255, colour >> 8 & 255,
			colour & 255);
	else if (colour < 8)
		str_appendf(out, ";%d", base + colour);
	else if (colour < 16)
		str_appendf(out, ";%d", base + 60 + colour - 8);
	else
		str_appendf(out, ";%d;5;%d", base + 8, colour);
}

void
ansi_sgr(struct str *out, struct ansi_style style)
{
	str_append(out, "\033[0");
	for (size_t i = 0; i < COUNT(attribute_codes); i++)
		if (attribute_codes[i].set & style.attrs && attribute_codes[i].code < 10)
			str_appendf(out, ";%d", attribute_codes[i].code);
	sgr_colour(out, style.fg, 30);
	sgr_colour(out, style.bg, 40);
	str_append_char(out, 'm');
}
