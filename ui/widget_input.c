#include "ui/widget_input.h"
#include "base/utf8.h"
#include "ui/keys.h"

void
input_fini(struct input *in)
{
	str_fini(&in->text);
	in->at = 0;
}

void
input_set(struct input *in, const char *text)
{
	str_clear(&in->text);
	str_append(&in->text, text);
	in->at = in->text.len;
}

const char *
input_text(const struct input *in)
{
	return str_cstr(&in->text);
}

/* The beginning of the character before (after) a byte, its combining ones included. */
static size_t
before(const struct input *in, size_t at)
{
	uint32_t cp;

	while (at > 0) {
		do
			at--;
		while (at > 0 && ((unsigned char)in->text.data[at] & 0xc0) == 0x80);
		utf8_decode(in->text.data + at, in->text.len - at, &cp);
		if (utf8_width(cp) != 0)
			break;
	}
	return at;
}

static size_t
after(const struct input *in, size_t at)
{
	uint32_t cp;

	if (at < in->text.len)
		at += utf8_decode(in->text.data + at, in->text.len - at, &cp);
	while (at < in->text.len) {
		size_t len = utf8_decode(in->text.data + at, in->text.len - at, &cp);
		if (utf8_width(cp) != 0)
			break;
		at += len;
	}
	return at;
}

static size_t
word_before(const struct input *in)
{
	size_t at = in->at;

	while (at > 0 && in->text.data[at - 1] == ' ')
		at--;
	while (at > 0 && in->text.data[at - 1] != ' ')
		at--;
	return at;
}

static enum input_change
erase(struct input *in, size_t from, size_t to)
{
	if (from == to)
		return INPUT_CHANGED;
	str_splice(&in->text, from, to - from, "", 0);
	in->at = from;
	return INPUT_CHANGED;
}

static enum input_change
move_to(struct input *in, size_t at)
{
	in->at = at;
	return INPUT_CHANGED;
}

static enum input_change
insert(struct input *in, uint32_t cp)
{
	char bytes[4];
	size_t len = utf8_encode(cp, bytes);

	if (in->text.len + len > INPUT_MAX)
		return INPUT_CHANGED;
	str_splice(&in->text, in->at, 0, bytes, len);
	in->at += len;
	return INPUT_CHANGED;
}

enum input_change
input_key(struct input *in, enum action_id act, uint32_t key)
{
	switch (act) {
	case ACT_OPEN: return INPUT_ACCEPTED;
	case ACT_BACK: return INPUT_CANCELLED;
	case ACT_TYPE_LEFT: return move_to(in, before(in, in->at));
	case ACT_TYPE_RIGHT: return move_to(in, after(in, in->at));
	case ACT_TYPE_HOME: return move_to(in, 0);
	case ACT_TYPE_END: return move_to(in, in->text.len);
	case ACT_TYPE_ERASE: return erase(in, before(in, in->at), in->at);
	case ACT_TYPE_DELETE: return erase(in, in->at, after(in, in->at));
	case ACT_TYPE_ERASE_WORD: return erase(in, word_before(in), in->at);
	case ACT_TYPE_ERASE_ALL: return erase(in, 0, in->at);
	case ACT_NONE: return key_is_text(key) ? insert(in, key) : INPUT_IGNORED;
	default: return INPUT_IGNORED;
	}
}

enum input_change
input_paste(struct input *in, const char *text)
{
	struct span rest = span_of(text);
	uint32_t cp;

	while (rest.len) {
		size_t len = utf8_decode(rest.data, rest.len, &cp);
		rest.data += len;
		rest.len -= len;
		if (cp == '\n' || cp == '\r' || cp == '\t')
			cp = ' ';
		if (key_is_text(cp))
			insert(in, cp);
	}
	return INPUT_CHANGED;
}

void
input_draw(const struct input *in, struct area a)
{
	int col = area_puts(a, 0, 0, ROLE_KEY, in->prompt ? in->prompt : "/");
	struct area room = area_part(a, 0, col, 1, -1);
	struct span head = { str_cstr(&in->text), in->at };
	int cursor = (int)utf8_columns(head);
	int skip = cursor < room.cols ? 0 : cursor - room.cols + 1;

	area_fill(room, ROLE_INPUT, ' ');
	area_text(room, 0, -skip, ROLE_INPUT, str_span(&in->text));
	area_cursor(room, 0, cursor - skip);
}
