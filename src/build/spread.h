/* spread: which machine builds which of the targets that are to be built on another one. */
#pragma once
#include <stddef.h>
#include "base/err.h"
#include "build/way.h"

/* For the ways whose backend is remote: the machine that is named, else one of those that serve the
 * target, each by its slots. ERR_USAGE when there is none. */
bool ways_spread(const struct run_spec *spec, struct way *ways, size_t count, struct err *err);
