/* fix: a rule's fix, made concrete for one hint. */
#pragma once
#include "base/arena.h"
#include "hint/ruleset.h"
#include "hint/values.h"

/* False when the fix does not apply: a value it needs is unknown, no package is known, or the file
 * already says what it would be set to. Strings live in the arena. */
bool fix_make(const struct fix_rule *rule, const struct values *values, const char *project_dir,
	struct arena *arena, struct fix *out);
/* Whether the fix would install what this machine has already: it may still be right for the machine
 * that the log is from. */
bool fix_is_idle(const struct fix_rule *rule, const struct values *values);
