/* logline: a line of a log without what the way to us has put on it.
 *
 * Colours, time stamps of CI systems, `docker build` step numbers, "##[error]", log viewers' columns,
 * rustc's "= note: " and cargo's "warning: name@1.0.0: " are taken off; typographic quotes become
 * plain ones, so that one pattern fits every locale's quoting. */
#pragma once
#include <stdbool.h>
#include "base/str.h"

/* The cleaned text, borrowed from `buffer` until its next use. */
struct span logline_clean(struct span raw, struct str *buffer);
/* Whether nothing but prefixes and blanks is in the line; a lone "|" as rustc draws it is something. */
bool logline_is_blank(struct span raw, struct str *buffer);
/* A text printed for programmers ("…\n…\n" in an error's debug form): two or more escaped line
 * ends. */
bool logline_is_escaped(struct span text);
/* Appends such a text with its line ends, tabs and quotes as they were meant. */
void logline_unescape(struct span text, struct str *out);
/* The rendered text of a cargo JSON message, appended to out with its escape sequences; false when
 * the line is none. */
bool logline_rendered(struct span raw, struct str *out);
