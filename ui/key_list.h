/* key_list: the actions and their built-in keys as text, for `xtui help keys` and the manual. */
#pragma once
#include "base/str.h"

/* A heading for each screen and one for what acts everywhere; "  keys  what it does" below it. */
void key_list(struct str *out);
