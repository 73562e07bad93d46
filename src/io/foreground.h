/* foreground: a program that gets the terminal: pager, editor, sudo. */
#pragma once
#include "base/err.h"

/* Runs argv (ends with NULL; argv[0] is looked up on PATH) with our standard streams, in our process
 * group, and waits for it, deaf to what its keys send. Its exit code, 128+n when signal n ended it, or
 * -1 with err when it cannot be started. */
int foreground_run(const char *const *argv, struct err *err);
/* The same, but what it prints is heard on its way to our standard streams, which stand in for a terminal
 * it asks for a password on all the same: it has pipes for its own. */
int foreground_run_heard(const char *const *argv,
	void (*heard)(void *arg, const char *bytes, size_t len), void *arg, struct err *err);
