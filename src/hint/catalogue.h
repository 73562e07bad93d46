/* catalogue: the causes that the rules know, for reading: `xtui help hints` and docs/hints.md.
 *
 * Texts are the rules' own in their most general form; what only a log can tell stands in capitals. */
#pragma once
#include <stdbool.h>
#include "base/str.h"

struct rules;

/* A line per cause whose id or title holds `part` (NULL: all), by id: "linker-not-found  The …". The
 * number of lines. */
size_t catalogue_list(const struct rules *r, const char *part, struct str *out);
/* One cause: what it means, what a log says then, what helps. False when no rule has that cause. */
bool catalogue_show(const struct rules *r, const char *cause, struct str *out);
/* All causes as a Markdown document. */
void catalogue_markdown(const struct rules *r, struct str *out);
