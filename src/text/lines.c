#include "text/lines.h"

typedef void line_fn(void *arg, struct span line, char end);

void
lines_init(struct lines *l, size_t max, bool split_cr)
{
	*l = (struct lines){ .max = max, .split_cr = split_cr };
}

void
lines_fini(struct lines *l)
{
	str_fini(&l->rest);
}

static bool
ends_with_cr(const struct lines *l)
{
	return l->rest.len > 0 && l->rest.data[l->rest.len - 1] == '\r';
}

/* How long the first piece of an overlong text is: at most max, no character torn apart. */
static size_t
piece_len(const char *text, size_t max)
{
	for (size_t len = max; len > 0 && len + 4 > max; len--)
		if (((unsigned char)text[len] & 0xC0) != 0x80)
			return len;
	return max;
}

/* Hands out pieces of the rest, of which len bytes are surely text, until it is within max. */
static void
hand_out_pieces(struct lines *l, size_t len, line_fn *line, void *arg)
{
	size_t at = 0;

	while (l->max > 0 && len - at > l->max) {
		size_t piece = piece_len(l->rest.data + at, l->max);

		line(arg, (struct span){ l->rest.data + at, piece }, 0);
		at += piece;
	}
	if (at > 0)
		str_splice(&l->rest, 0, at, NULL, 0);
}

static void
finish_line(struct lines *l, struct span text, char end, line_fn *line, void *arg)
{
	str_append_span(&l->rest, text);
	if (!l->split_cr && ends_with_cr(l))
		str_truncate(&l->rest, l->rest.len - 1);
	hand_out_pieces(l, l->rest.len, line, arg);
	line(arg, str_span(&l->rest), end);
	if (end == '\r')
		str_append_char(&l->rest, '\r'); /* an LF may follow */
	else
		str_clear(&l->rest);
}

static void
keep(struct lines *l, struct span text, line_fn *line, void *arg)
{
	str_append_span(&l->rest, text);
	hand_out_pieces(l, l->rest.len - ends_with_cr(l), line, arg);
}

/* What the byte after a lone CR says: LF makes it a whole line, any other byte starts anew. */
static bool
settle_cr(struct lines *l, char next, line_fn *line, void *arg)
{
	if (!l->split_cr || !ends_with_cr(l))
		return false;
	if (next != '\n') {
		str_clear(&l->rest);
		return false;
	}
	str_truncate(&l->rest, l->rest.len - 1);
	finish_line(l, SPAN(""), '\n', line, arg);
	return true;
}

static size_t
len_to_end(const struct lines *l, const char *bytes, size_t len)
{
	size_t n = 0;

	while (n < len && bytes[n] != '\n' && !(l->split_cr && bytes[n] == '\r'))
		n++;
	return n;
}

void
lines_feed(struct lines *l, const char *bytes, size_t len, line_fn *line, void *arg)
{
	for (size_t at = 0; at < len;) {
		struct span text = { bytes + at, 0 };

		if (settle_cr(l, bytes[at], line, arg)) {
			at++;
			continue;
		}
		text.len = len_to_end(l, bytes + at, len - at);
		at += text.len;
		if (at == len)
			keep(l, text, line, arg);
		else
			finish_line(l, text, bytes[at++], line, arg);
	}
}

void
lines_end(struct lines *l, line_fn *line, void *arg)
{
	bool was_handed_out = l->split_cr && ends_with_cr(l);

	if (l->rest.len > 0 && !was_handed_out) {
		hand_out_pieces(l, l->rest.len, line, arg);
		line(arg, str_span(&l->rest), 0);
	}
	str_clear(&l->rest);
}
