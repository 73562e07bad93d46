#include "text/sequence.h"
#include <string.h>
#include "base/utf8.h"

#define NUMBER_MAX 99999 /* a parameter's value saturates here */

void
sequence_begin(struct ansi_tracker *t, enum sequence_state state)
{
	t->state = (uint8_t)state;
	t->last = 0;
	t->swallowed = 1;
	t->params_len = 0;
}

static enum verdict
sequence_end(struct ansi_tracker *t, enum verdict verdict)
{
	t->state = GROUND;
	return verdict;
}

static enum verdict
after_escape(struct ansi_tracker *t, unsigned char c)
{
	if (c < 0x20)
		return CONTROL;
	if (c >= DEL)
		return sequence_end(t, BESIDE);
	if (c < 0x30) {
		t->state = ESCAPE_MORE;
		return MORE;
	}
	if (t->state == ESCAPE && c == '[') {
		t->state = CSI;
		return MORE;
	}
	if (t->state == ESCAPE && strchr("]PX^_", c)) {
		t->state = STRING;
		return MORE;
	}
	return sequence_end(t, DROPPED);
}

static enum verdict
in_csi(struct ansi_tracker *t, unsigned char c)
{
	if (c < 0x20)
		return CONTROL;
	if (c == DEL)
		return MORE;
	if (c > DEL)
		return sequence_end(t, BESIDE);
	if (c >= 0x40)
		return sequence_end(t, t->state == CSI ? FINAL : DROPPED);
	if (t->params_len < ANSI_PARAMS_MAX)
		t->params[t->params_len] = (char)c;
	t->params_len++;
	return MORE;
}

/* The 0x9c of a string is ST alone or as U+009C, else the tail of some other character. */
static enum verdict
in_string(struct ansi_tracker *t, unsigned char c)
{
	bool is_st = c == C1_ST && (t->last < 0x80 || t->last == 0xc2);

	t->last = c;
	return c == BEL || is_st ? sequence_end(t, DROPPED) : MORE;
}

enum verdict
sequence_byte(struct ansi_tracker *t, unsigned char c)
{
	if (c == '\n' || t->swallowed >= ANSI_SEQUENCE_MAX)
		return sequence_end(t, BESIDE);
	if (c == CAN || c == SUB)
		return sequence_end(t, DROPPED);
	if (c == ESC) {
		sequence_begin(t, ESCAPE);
		return MORE;
	}
	t->swallowed++;
	if (t->state == STRING)
		return in_string(t, c);
	return t->state < CSI ? after_escape(t, c) : in_csi(t, c);
}

bool
params_parse(const struct ansi_tracker *t, struct params *p)
{
	p->value[0] = PARAM_MISSING;
	p->colon[0] = false;
	p->count = 1;
	if (t->params_len > ANSI_PARAMS_MAX)
		return false;
	for (size_t i = 0; i < t->params_len; i++) {
		char c = t->params[i];
		int *value = &p->value[p->count - 1];

		if (c == ';' || c == ':') {
			p->value[p->count] = PARAM_MISSING;
			p->colon[p->count++] = c == ':';
		} else if (c >= '0' && c <= '9') {
			*value = (*value == PARAM_MISSING ? 0 : *value) * 10 + (c - '0');
			*value = *value > NUMBER_MAX ? NUMBER_MAX : *value;
		} else {
			return false;
		}
	}
	return true;
}

unsigned char
c1_of(const char *p, size_t used, uint32_t cp)
{
	uint32_t c1 = cp == UTF8_BAD && used == 1 ? (unsigned char)*p : cp;

	return c1 >= 0x80 && c1 <= 0x9f ? (unsigned char)c1 : 0;
}

bool
c1_opens_string(unsigned char c)
{
	return c == C1_DCS || c == C1_SOS || c == C1_OSC || c == C1_PM || c == C1_APC;
}

void
c1_begin(struct ansi_tracker *t, unsigned char c, bool raw)
{
	if (c == C1_CSI)
		sequence_begin(t, CSI_C1);
	else if (c1_opens_string(c) && !raw)
		sequence_begin(t, STRING);
}

/* Eight at a time: with no high bit set, adding 1 finds DEL and taking 0x20 off finds controls. */
size_t
plain_length(const char *p, size_t len)
{
	const uint64_t ones = 0x0101010101010101u;
	size_t n = 0;
	uint64_t word;

	for (; n + sizeof word <= len; n += sizeof word) {
		memcpy(&word, p + n, sizeof word);
		if ((word | (word + ones) | (word - ones * 0x20)) & ones * 0x80)
			break;
	}
	while (n < len && (unsigned char)(p[n] - 0x20) < DEL - 0x20)
		n++;
	return n;
}
