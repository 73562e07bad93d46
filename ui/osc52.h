/* osc52: the sequence that puts text on the terminal's clipboard. */
#pragma once
#include <stdbool.h>
#include "base/str.h"

/* Appends it; through GNU screen, which passes on only what stands in strings of its own, cut into
 * pieces that it takes. */
void osc52_append(struct str *out, struct span text, bool through_screen);
