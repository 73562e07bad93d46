/* A state is the offset of its row in `next`; the highest bit of an entry says that texts end in
 * the state it leads to. `ends` holds, for a state, the texts that end there, as a chain. */
#include "hint/automaton.h"

#include <stdint.h>
#include <string.h>
#include "base/alloc.h"
#include "base/vec.h"

#define ENDS 0x80000000u
#define NONE UINT32_MAX
#define ESC 0x1b
#define ESCAPE_MAX 4096 /* an unterminated sequence swallows no more than this */

struct end {
	uint32_t text;
	uint32_t more; /* index of the next end of the same state, or NONE */
};

struct automaton {
	uint8_t classes[256]; /* byte to class; 0 is every byte that is in no text */
	uint32_t width;       /* number of classes */
	VEC(uint32_t) next;   /* rows of `width` entries */
	VEC(uint32_t) first;  /* per state: index into ends, or NONE */
	VEC(struct end) ends;
};

static unsigned char
lower(unsigned char c)
{
	return c >= 'A' && c <= 'Z' ? c + 32 : c;
}

static void
number_classes(struct automaton *a, const struct span *texts, size_t count)
{
	a->width = 1;
	for (size_t i = 0; i < count; i++) {
		for (size_t k = 0; k < texts[i].len; k++) {
			unsigned char c = lower((unsigned char)texts[i].data[k]);
			if (!a->classes[c])
				a->classes[c] = (uint8_t)a->width++;
		}
	}
	for (int c = 'A'; c <= 'Z'; c++)
		a->classes[c] = a->classes[lower((unsigned char)c)];
}

static uint32_t
add_state(struct automaton *a)
{
	uint32_t state = (uint32_t)a->first.len;

	vec_reserve(&a->next, a->width);
	memset(a->next.items + a->next.len, 0, a->width * sizeof(uint32_t));
	a->next.len += a->width;
	vec_push(&a->first, NONE);
	return state;
}

static void
add_text(struct automaton *a, struct span text, uint32_t id)
{
	uint32_t state = 0;

	for (size_t k = 0; k < text.len; k++) {
		size_t at = (size_t)state * a->width + a->classes[(unsigned char)text.data[k]];
		if (!a->next.items[at]) {
			uint32_t fresh = add_state(a);
			a->next.items[at] = fresh;
		}
		state = a->next.items[at];
	}
	vec_push(&a->ends, ((struct end){ id, a->first.items[state] }));
	a->first.items[state] = (uint32_t)a->ends.len - 1;
}

/* What ends in the suffix state ends here too: its chain is appended, shared by all. */
static void
join_ends(struct automaton *a, uint32_t state, uint32_t suffix)
{
	uint32_t *tail = &a->first.items[state];

	while (*tail != NONE)
		tail = &a->ends.items[*tail].more;
	*tail = a->first.items[suffix];
}

/* Breadth first, so that the row of a state's suffix is complete when its own is filled in. */
static void
complete_rows(struct automaton *a)
{
	size_t states = a->first.len, head = 0, tail = 0;
	uint32_t *queue = xreallocarray(NULL, states, sizeof(*queue));
	uint32_t *suffix = xcalloc(states, sizeof(*suffix));

	queue[tail++] = 0;
	while (head < tail) {
		uint32_t state = queue[head++];
		uint32_t *row = a->next.items + (size_t)state * a->width;
		const uint32_t *other = a->next.items + (size_t)suffix[state] * a->width;
		for (uint32_t c = 0; c < a->width; c++) {
			if (!row[c]) {
				row[c] = state ? other[c] : 0;
				continue;
			}
			suffix[row[c]] = state ? other[c] : 0;
			join_ends(a, row[c], suffix[row[c]]);
			queue[tail++] = row[c];
		}
	}
	free(suffix);
	free(queue);
}

/* From state numbers to row offsets, with the mark of an end. */
static void
turn_to_offsets(struct automaton *a)
{
	for (size_t i = 0; i < a->next.len; i++) {
		uint32_t state = a->next.items[i];
		a->next.items[i] = state * a->width | (a->first.items[state] != NONE ? ENDS : 0);
	}
}

struct automaton *
automaton_new(const struct span *texts, size_t count)
{
	struct automaton *a = xcalloc(1, sizeof(*a));

	number_classes(a, texts, count);
	add_state(a);
	for (size_t i = 0; i < count; i++)
		add_text(a, texts[i], (uint32_t)i);
	complete_rows(a);
	turn_to_offsets(a);
	return a;
}

void
automaton_free(struct automaton *a)
{
	if (!a)
		return;
	vec_fini(&a->next);
	vec_fini(&a->first);
	vec_fini(&a->ends);
	free(a);
}

/* What follows the escape sequence at p. A control string ends at BEL or ST, a CSI sequence at its
 * final byte; one that does neither within the limit counts as an escape alone. */
static const unsigned char *
skip_escape(const unsigned char *p, const unsigned char *end)
{
	const unsigned char *limit = end - p > ESCAPE_MAX ? p + ESCAPE_MAX : end;
	const unsigned char *q = p + 1;

	if (q >= limit)
		return q;
	if (*q == '[') {
		for (q++; q < limit && *q >= 0x20 && *q < 0x40; q++)
			;
		return q < limit ? q + 1 : p + 1;
	}
	if (*q == ']') {
		for (q++; q < limit && *q != '\a' && *q != ESC; q++)
			;
		return q >= limit ? p + 1 : *q == '\a' ? q + 1 : q + 2;
	}
	return q + 1;
}

void
automaton_scan(const struct automaton *a, struct span bytes, void (*hit)(void *arg, size_t text),
	void *arg)
{
	const unsigned char *p = (const unsigned char *)bytes.data, *end = p + bytes.len;
	const uint32_t *next = a->next.items;
	uint32_t state = 0;

	while (p < end) {
		if (*p == ESC) {
			p = skip_escape(p, end);
			continue;
		}
		uint32_t entry = next[state + a->classes[*p++]];
		state = entry & ~ENDS;
		if (entry & ENDS) {
			uint32_t e = a->first.items[state / a->width];
			for (; e != NONE; e = a->ends.items[e].more)
				hit(arg, a->ends.items[e].text);
		}
	}
}
