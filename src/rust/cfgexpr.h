/* cfgexpr: cargo's `cfg(…)` conditions, decided for a target. */
#pragma once
#include <stdbool.h>

struct target;

/* Whether `cfg(all(unix, not(target_arch = "x86")))` is met; false for what does not parse, and for
 * conditions that no target's specification answers (target_feature). */
bool cfg_matches(const char *expression, const struct target *target);
