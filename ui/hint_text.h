/* hint_text: what is known of a failure as a text to be read in a dialog. */
#pragma once
#include "base/str.h"

struct explanation;

/* The first hint: one of its fixes (from 0) in full, the others by name, its reason and evidence. */
void hint_fix_text(const struct explanation *e, size_t fix, struct str *out);
/* Every hint with its evidence, its reason and all its fixes in full: commands, diffs, what proves
 * them. Lines are for the reader to wrap. */
void hint_text(const struct explanation *e, struct str *out);
