/* key_list: the actions and their built-in keys as text, for `xtui help keys` and the manual. */
#pragma once
#include <stdbool.h>
#include "base/str.h"

struct action;

/* A heading for each screen and one for what acts everywhere; "  keys  what it does" below it. */
void key_list(struct str *out);
/* Whether the action belongs below the heading of `where`: one screen's ON_ bit, ON_SCREENS for what
 * acts everywhere, or ON_TYPING. */
bool key_list_has(const struct action *a, unsigned where);
