/* foreground: a program that gets the terminal: pager, editor, sudo. */
#pragma once
#include "base/err.h"

/* Runs argv (ends with NULL; argv[0] is looked up on PATH) with our standard streams, in our process
 * group, and waits for it, deaf to what its keys send. Its exit code, 128+n when signal n ended it, or
 * -1 with err when it cannot be started. */
int foreground_run(const char *const *argv, struct err *err);
