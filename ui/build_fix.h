/* build_fix: a fix of a failed job's hint is shown in full, and applied when that is agreed to. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

struct job;
struct store;

/* Whether the job's fixes are for this machine and project: it was really built here. */
bool build_fix_can_ask(const struct store *s, const struct job *job);
/* Shows a fix of the job's first hint, from 0, and asks; what only a person can do is shown alone. FX_
 * bits. */
unsigned build_fix_ask(struct store *s, struct job *job, size_t fix);
