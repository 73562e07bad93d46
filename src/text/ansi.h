/* ansi: what a program printed, as lines of styled text.
 *
 * A stream of bytes goes in, in pieces cut anywhere; lines come out. Of all control sequences only
 * SGR has an effect on the text's style; CR, backspace, tab, erase-in-line and cursor moves within
 * the line (CSI C D G) move and erase; everything else (other C0, C1, CSI, OSC, DCS, APC, PM, SOS)
 * is dropped and counted. What comes out is valid UTF-8 without any byte below 0x20, DEL or C1 code
 * point, so it can be drawn as it is.
 *
 * A line feed ends the line wherever it comes, inside a sequence too: every LF of the stream is one
 * line, and nothing but the style is carried from a line to the next. */
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include "base/str.h"

#define ANSI_SEQUENCE_MAX 4096 /* an unterminated sequence swallows no more than this */
#define ANSI_LINE_MAX 65536    /* bytes of text in a line; of a longer one the rest is cut */

enum {
	ANSI_BOLD = 1,
	ANSI_DIM = 2,
	ANSI_ITALIC = 4,
	ANSI_UNDERLINE = 8,
	ANSI_REVERSE = 16,
	ANSI_STRIKE = 32
};

/* Colours: ANSI_DEFAULT, 0 to 255 of the palette, or ANSI_RGB | 0xRRGGBB. */
#define ANSI_DEFAULT (-1)
#define ANSI_RGB 0x1000000

struct ansi_style {
	int32_t fg;
	int32_t bg;
	uint8_t attrs;
};
#define ANSI_STYLE_PLAIN ((struct ansi_style){ ANSI_DEFAULT, ANSI_DEFAULT, 0 })

struct ansi_run {
	uint32_t at; /* byte of the line where this style begins; runs ascend, the first is at 0 */
	struct ansi_style style;
};

struct ansi_line {
	struct span text;
	const struct ansi_run *runs; /* at least one when the text is not empty */
	size_t run_count;
	bool cut; /* the line was longer than ANSI_LINE_MAX */
};

struct ansi;
struct ansi *ansi_new(void);
void ansi_free(struct ansi *a);
/* Forgets the line and the state, begins with `style`. */
void ansi_reset(struct ansi *a, struct ansi_style style);
/* Calls `line` for every line that ends (LF) within the bytes; the line is borrowed for the call. */
void ansi_feed(struct ansi *a, const char *bytes, size_t len,
	void (*line)(void *arg, const struct ansi_line *line), void *arg);
/* The line so far, not ended yet; borrowed until the next call. */
struct ansi_line ansi_pending(struct ansi *a);
struct ansi_style ansi_current(const struct ansi *a); /* the style the next text would have */
uint64_t ansi_dropped(const struct ansi *a);          /* control sequences and bytes dropped */

bool ansi_style_equal(struct ansi_style a, struct ansi_style b);
/* Only the style after the bytes, from the style before: for an index that skips text. */
struct ansi_style ansi_track(struct ansi_style style, const char *bytes, size_t len);

/* The same over a stream that comes in pieces cut anywhere. */
#define ANSI_PARAMS_MAX 112 /* bytes of a CSI's parameters; a longer one has no effect */
struct ansi_tracker {
	struct ansi_style style; /* after the bytes so far */
	uint8_t state;           /* ansi.c's own, as all that follows */
	uint8_t last;            /* byte before, inside a sequence */
	uint16_t swallowed;      /* bytes of the sequence so far, its introducer included */
	uint16_t params_len;     /* may be over ANSI_PARAMS_MAX: only so many are kept */
	char params[ANSI_PARAMS_MAX];
};
void ansi_tracker_init(struct ansi_tracker *t, struct ansi_style style);
void ansi_tracker_feed(struct ansi_tracker *t, const char *bytes, size_t len);

/* Appends the text of whole lines without any control sequence: CR LF and LF stay LF, tabs stay, a
 * CR that is not followed by LF begins its line anew; bad UTF-8 becomes U+FFFD. */
void ansi_strip(struct str *out, const char *bytes, size_t len);
/* The SGR sequence that sets `style` from scratch ("\033[0;1;32m"). */
void ansi_sgr(struct str *out, struct ansi_style style);
