/* probed: why a probe failed. */
#pragma once
#include <stddef.h>

struct explanation;
struct survey;

/* What the rules, the project's own among them, say of the log of the i-th target's probe, which has
 * failed. Never NULL while the rules can be read; a broken file of rules is for others to tell: NULL
 * then. */
struct explanation *probed_explain(const struct survey *s, size_t i);
