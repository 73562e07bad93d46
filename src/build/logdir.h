/* logdir: the folder of a run's logs, named by the second in which the run began. */
#pragma once
#include "base/err.h"

/* Made below `parent`, or (NULL) in the usual place, or where that cannot be written below the folder
 * for temporary files: a build does not fail for want of a log. Path and name are the caller's; NULL
 * with err. */
char *logdir_make(const char *parent, char **name, struct err *err);
