/* xml: text within XML and HTML. */
#pragma once
#include "base/str.h"

/* Appends the text as what stands between tags, or within the quotes of an attribute. Control characters and
 * bad UTF-8, which no XML may hold, become U+FFFD. */
void xml_append(struct str *out, const char *text);
