/* named: which targets a text of a tool is about, by the triples that stand in it. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include "base/str.h"

/* Which of the triples the text names, as flags; how many. One that it declares as its target is the only
 * one; the host's counts only when it stands alone: texts name it beside the target they are about. */
size_t named_triples(
	struct span text, const char *const *triples, size_t count, const char *host, bool *named);
