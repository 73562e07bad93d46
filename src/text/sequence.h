/* sequence: the control sequences of a terminal, found byte by byte.
 *
 * A sequence is either a CSI (parameters and a final byte), a string (OSC, DCS, APC, PM, SOS: until
 * BEL or ST) or an escape of a few bytes. The state is an ansi_tracker's, in GROUND outside of one.
 * ESC begins a new sequence anywhere; LF, and ANSI_SEQUENCE_MAX bytes, end whatever is open. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "text/ansi.h"

enum {
	BEL = 0x07,
	CAN = 0x18,
	SUB = 0x1a,
	ESC = 0x1b,
	DEL = 0x7f,
	C1_DCS = 0x90,
	C1_SOS = 0x98,
	C1_CSI = 0x9b,
	C1_ST = 0x9c,
	C1_OSC = 0x9d,
	C1_PM = 0x9e,
	C1_APC = 0x9f,
};

/* CSI_C1 is a CSI introduced by U+009B or a raw 0x9b: it never has an effect. */
enum sequence_state { GROUND, ESCAPE, ESCAPE_MORE, CSI, CSI_C1, STRING };

/* What a byte inside a sequence turned out to be. */
enum verdict {
	MORE,    /* the sequence goes on */
	CONTROL, /* a control byte in the middle of it, to be obeyed; the sequence goes on */
	DROPPED, /* the end of a sequence without effect */
	FINAL,   /* the end of a CSI sequence: the byte and the parameters say what to do */
	BESIDE,  /* the sequence ended before this byte, which belongs to the text */
};

void sequence_begin(struct ansi_tracker *t, enum sequence_state state);
/* A byte that comes while the state is not GROUND. */
enum verdict sequence_byte(struct ansi_tracker *t, unsigned char c);

/* The numbers of the CSI sequence that has just ended. */
struct params {
	int value[ANSI_PARAMS_MAX + 1];  /* at least one; PARAM_MISSING where left empty */
	bool colon[ANSI_PARAMS_MAX + 1]; /* joined to the one before it by a colon */
	size_t count;
};
#define PARAM_MISSING (-1)
/* False when it is a private one, has intermediate bytes or is too long. */
bool params_parse(const struct ansi_tracker *t, struct params *p);

/* The C1 control that utf8_decode found at p, as U+0080 to U+009F or as a raw byte (used == 1);
 * else 0. */
unsigned char c1_of(const char *p, size_t used, uint32_t cp);
bool c1_opens_string(unsigned char c);
/* Begins the sequence that a C1 control introduces; a raw one does not begin a string. */
void c1_begin(struct ansi_tracker *t, unsigned char c, bool raw);

/* How many bytes at the beginning are printable ASCII. */
size_t plain_length(const char *p, size_t len);

/* What the SGR sequence that has just ended does to the style; false when it is not a valid one. */
bool ansi_tracker_sgr(struct ansi_tracker *t);
