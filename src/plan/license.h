/* license: which licences this person has agreed to, in $XDG_STATE_HOME/xtui/licenses.json. */
#pragma once
#include <stdbool.h>
#include "base/err.h"
#include "plan/plan.h"

/* Whether just this text was agreed to, under this name. */
bool license_is_agreed(const struct step_license *license);
bool license_agree(const struct step_license *license, struct err *err);
