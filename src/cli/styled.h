/* styled: what programs print, for a terminal: their text in its colours, and nothing else of it. */
#pragma once
#include "text/ansi.h"

/* The text of a line with SGR sequences before each change of style; plain again at its end. */
void styled_append(struct str *out, const struct ansi_line *line);
