/* probed: why a probe failed. */
#pragma once
#include <stddef.h>

struct explanation;
struct rules;
struct survey;

/* What the rules say of the log of the i-th target's probe, which has failed. NULL without rules: a broken
 * file of them is for others to tell. */
struct explanation *probed_explain(const struct rules *rules, const struct survey *s, size_t i);
