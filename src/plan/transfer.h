/* transfer: what a step downloads and unpacks, on a worker thread. */
#pragma once
#include <stdbool.h>
#include "base/err.h"
#include "plan/sysroot.h"

struct settings;
struct step;

/* Whether it is there already, whole. What a killed one of us left beside it is removed then. */
bool transfer_is_done(const struct step *step);
/* Carries out a STEP_DOWNLOAD or STEP_EXTRACT; blocks until it is done or progress->gauge.cancel is set.
 * What was cut goes on where it ended the next time; nothing half-written gets the step's path.
 * `settings` may be NULL. */
bool transfer_run(const struct step *step, const struct settings *settings, bool offline,
	struct sysroot_progress *progress, struct err *err);
