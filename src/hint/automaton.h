/* automaton: many fixed texts looked for in one pass (Aho-Corasick).
 *
 * A dense table of states by byte classes: one load per byte, whatever the number of texts. ASCII
 * case does not matter, and escape sequences between two letters are stepped over, so that the raw
 * bytes of a coloured log can be searched as they are. */
#pragma once
#include <stddef.h>
#include "base/str.h"

struct automaton;

/* Texts are bytes of 0x20 to 0x7e, at least one each; a text is known by its index from then on. */
struct automaton *automaton_new(const struct span *texts, size_t count);
void automaton_free(struct automaton *a);
/* Calls `hit` for every text that ends within bytes, in order of their ends. */
void automaton_scan(const struct automaton *a, struct span bytes,
	void (*hit)(void *arg, size_t text), void *arg);
