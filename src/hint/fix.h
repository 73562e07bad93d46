/* fix: a rule's fix, made concrete for one hint. */
#pragma once
#include "base/arena.h"
#include "hint/ruleset.h"
#include "hint/values.h"

/* False when the fix does not apply: a value it needs is unknown, no package is known, or the file
 * already says what it would be set to. Strings live in the arena. */
bool fix_make(const struct fix_rule *rule, const struct values *values, const char *project_dir,
	struct arena *arena, struct fix *out);
enum fix_chance {
	FIX_POSSIBLE,
	FIX_IDLE, /* it would install what is here already; the log may be from another machine */
	FIX_WANTING, /* it uses a program that this machine does not have */
};

/* How the fix stands on this machine; for FIX_WANTING *wanted is the program, in the arena. */
enum fix_chance fix_chance(const struct fix_rule *rule, const struct values *values,
	struct arena *arena, const char **wanted);
/* Whether the fix brings that program. */
bool fix_installs(const struct fix_rule *rule, const struct values *values, const char *program);
