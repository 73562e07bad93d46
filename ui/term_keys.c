#include "ui/term_keys.h"

#define NCURSES_WIDECHAR 1
#include <curses.h>
#include "base/count.h"
#include "base/utf8.h"
#include "io/loop.h"

#define CODE_PASTE_BEGIN 0x1000 /* above all of curses' own */
#define CODE_PASTE_END 0x1001
#define CODE_FOCUS_IN 0x1002
#define CODE_FOCUS_OUT 0x1003
#define PASTE_MAX (1u << 20)   /* bytes; what is more is dropped */
#define PASTE_STALL_US 2000000 /* a paste that nobody ended is over after this silence */
#define DOUBLE_CLICK_US 400000

void
decoder_init(struct decoder *d, void (*event)(const struct term_event *event))
{
	*d = (struct decoder){ .event = event };
}

void
decoder_fini(struct decoder *d)
{
	str_fini(&d->paste);
}

/* Sequences that terminfo may leave out and terminals send all the same. */
void
decoder_define_keys(void)
{
	static const struct {
		const char *bytes;
		int code;
	} sequences[] = {
		{ "\033[200~", CODE_PASTE_BEGIN },
		{ "\033[201~", CODE_PASTE_END },
		{ "\033[I", CODE_FOCUS_IN },
		{ "\033[O", CODE_FOCUS_OUT },
		{ "\033[A", KEY_UP },
		{ "\033[B", KEY_DOWN },
		{ "\033[C", KEY_RIGHT },
		{ "\033[D", KEY_LEFT },
		{ "\033[H", KEY_HOME },
		{ "\033[F", KEY_END },
		{ "\033[1~", KEY_HOME },
		{ "\033[4~", KEY_END },
		{ "\033[7~", KEY_HOME },
		{ "\033[8~", KEY_END },
		{ "\033[Z", KEY_BTAB },
	};

	for (size_t i = 0; i < COUNT(sequences); i++)
		define_key(sequences[i].bytes, sequences[i].code);
}

void
decoder_forget(struct decoder *d)
{
	d->decode = DECODE_START;
}

static void
emit_key(struct decoder *d, uint32_t key)
{
	d->event(&(struct term_event){ .kind = TERM_KEY, .key = key });
}

static const struct {
	int code;
	uint32_t key;
} key_codes[] = {
	{ KEY_UP, TERM_KEY_UP },
	{ KEY_DOWN, TERM_KEY_DOWN },
	{ KEY_LEFT, TERM_KEY_LEFT },
	{ KEY_RIGHT, TERM_KEY_RIGHT },
	{ KEY_HOME, TERM_KEY_HOME },
	{ KEY_FIND, TERM_KEY_HOME },
	{ KEY_END, TERM_KEY_END },
	{ KEY_SELECT, TERM_KEY_END },
	{ KEY_PPAGE, TERM_KEY_PAGE_UP },
	{ KEY_NPAGE, TERM_KEY_PAGE_DOWN },
	{ KEY_IC, TERM_KEY_INSERT },
	{ KEY_DC, TERM_KEY_DELETE },
	{ KEY_BACKSPACE, TERM_KEY_BACKSPACE },
	{ KEY_ENTER, TERM_KEY_ENTER },
	{ KEY_BTAB, TERM_KEY_BACKTAB },
	{ 0x7f, TERM_KEY_BACKSPACE },
	{ '\b', TERM_KEY_BACKSPACE },
	{ '\r', TERM_KEY_ENTER },
	{ '\n', TERM_KEY_ENTER },
	{ '\t', TERM_KEY_TAB },
};

/* 0 for what is no key of ours. */
static uint32_t
key_of_code(int code)
{
	for (size_t i = 0; i < COUNT(key_codes); i++)
		if (key_codes[i].code == code)
			return key_codes[i].key;
	if (code >= KEY_F(1) && code <= KEY_F(12))
		return TERM_KEY_F1 + (uint32_t)(code - KEY_F(1));
	return code > 0 && code < 0x80 ? (uint32_t)code : 0;
}

static enum term_mouse
press_kind(struct decoder *d, const MEVENT *m)
{
	uint64_t now = loop_clock();
	bool again =
		now - d->click_at < DOUBLE_CLICK_US && m->y == d->click_row && m->x == d->click_col;

	d->click_at = again ? 0 : now;
	d->click_row = m->y;
	d->click_col = m->x;
	return again ? TERM_MOUSE_DOUBLE : TERM_MOUSE_PRESS;
}

static void
on_mouse(struct decoder *d)
{
	struct term_event event = { .kind = TERM_MOUSE };
	MEVENT m;

	if (getmouse(&m) == ERR)
		return;
	event.row = m.y;
	event.col = m.x;
	if (m.bstate & BUTTON1_PRESSED)
		event.mouse = press_kind(d, &m);
	else if (m.bstate & BUTTON1_RELEASED)
		event.mouse = TERM_MOUSE_RELEASE;
	else if (m.bstate & BUTTON4_PRESSED)
		event.mouse = TERM_MOUSE_WHEEL_UP;
	else if (m.bstate & BUTTON5_PRESSED)
		event.mouse = TERM_MOUSE_WHEEL_DOWN;
	else if (m.bstate & REPORT_MOUSE_POSITION)
		event.mouse = TERM_MOUSE_DRAG;
	else
		return;
	d->event(&event);
}

static void
end_paste(struct decoder *d)
{
	struct str text = d->paste;

	d->is_pasting = false;
	d->paste = STR_INIT;
	d->event(&(struct term_event){ .kind = TERM_PASTE, .text = str_cstr(&text) });
	str_fini(&text);
}

static void
on_paste_code(struct decoder *d, int code)
{
	d->paste_at = loop_clock();
	if (code == CODE_PASTE_END)
		end_paste(d);
	else if (code > 0 && code < 0x100 && d->paste.len < PASTE_MAX)
		str_append_char(&d->paste, (char)(code == '\r' ? '\n' : code));
}

/* A byte of a character beyond ASCII. */
static void
on_utf8_byte(struct decoder *d, int byte)
{
	uint32_t cp;

	d->utf8_bytes[d->utf8_len++] = (char)byte;
	if (utf8_is_cut(d->utf8_bytes, d->utf8_len) && d->utf8_len < sizeof(d->utf8_bytes))
		return;
	utf8_decode(d->utf8_bytes, d->utf8_len, &cp);
	d->utf8_len = 0;
	if (cp != UTF8_BAD)
		emit_key(d, cp);
}

static void
on_plain_code(struct decoder *d, int code, uint32_t alt)
{
	uint32_t key = key_of_code(code);

	if (code == KEY_MOUSE)
		on_mouse(d);
	else if (code >= 0x80 && code < 0x100)
		on_utf8_byte(d, code);
	else if (key)
		emit_key(d, key | alt);
}

static void
after_esc(struct decoder *d, int code)
{
	d->decode = DECODE_START;
	if (code == '[') {
		d->decode = DECODE_CSI;
	} else if (code == 'O') {
		d->decode = DECODE_SS3;
	} else if (code == '\033' || code >= 0x80) { /* two keys, quickly */
		emit_key(d, TERM_KEY_ESCAPE);
		d->decode = code == '\033' ? DECODE_ESC : DECODE_START;
		if (code != '\033')
			on_plain_code(d, code, 0);
	} else {
		on_plain_code(d, code, TERM_KEY_ALT);
	}
}

void
decoder_take(struct decoder *d, int code)
{
	if (code == CODE_FOCUS_IN || code == CODE_FOCUS_OUT) {
		d->is_looked_at = code == CODE_FOCUS_IN;
		return;
	}
	if (code == CODE_PASTE_BEGIN)
		d->is_pasting = true;
	if (d->is_pasting) {
		on_paste_code(d, code);
		return;
	}
	if (code < 0x80)
		d->utf8_len = 0;
	switch (d->decode) {
	case DECODE_START:
		if (code == '\033')
			d->decode = DECODE_ESC;
		else
			on_plain_code(d, code, 0);
		return;
	case DECODE_ESC: after_esc(d, code); return;
	case DECODE_CSI:
		if (code >= 0x40)
			d->decode = DECODE_START;
		return;
	case DECODE_SS3: d->decode = DECODE_START; return;
	}
}

void
decoder_end(struct decoder *d)
{
	if (d->decode != DECODE_ESC)
		return;
	d->decode = DECODE_START;
	emit_key(d, TERM_KEY_ESCAPE);
}

void
decoder_wake(struct decoder *d)
{
	if (d->is_pasting && loop_clock() - d->paste_at > PASTE_STALL_US)
		end_paste(d);
}
