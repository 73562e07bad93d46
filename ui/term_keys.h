/* term_keys: what curses reads, code by code, becomes keys, mouse and pastes.
 *
 * A small machine puts UTF-8 and Esc sequences together and drops those that nobody knows. Only term
 * includes this; curses must be on. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/str.h"
#include "ui/term.h"

enum decode_state { DECODE_START, DECODE_ESC, DECODE_CSI, DECODE_SS3 };

struct decoder {
	void (*event)(const struct term_event *event);
	bool is_looked_at; /* known to be: the terminal has said that it got the focus */
	enum decode_state decode;
	char utf8_bytes[4];
	size_t utf8_len;
	bool is_pasting;
	struct str paste;
	uint64_t paste_at; /* when its last byte came, us */
	uint64_t click_at; /* us */
	int click_row, click_col;
};

void decoder_init(struct decoder *d, void (*event)(const struct term_event *event));
void decoder_fini(struct decoder *d);
/* What a sequence began with is no more awaited. */
void decoder_forget(struct decoder *d);
/* Tells curses of sequences that terminfo may leave out. */
void decoder_define_keys(void);
/* Bytes have come: a paste that nobody has ended is over after a silence. */
void decoder_wake(struct decoder *d);
/* What wgetch gave. */
void decoder_take(struct decoder *d, int code);
/* curses has waited for what might follow an Esc: when nothing did, it is the key. */
void decoder_end(struct decoder *d);
