/* bring: what a machine has built for somebody who started it there by hand: the artefacts that its
 * `xtui build --json` tells of, fetched as a build from here fetches them. */
#pragma once
#include <stdbool.h>
#include <stdio.h>
#include "base/err.h"
#include "base/str.h"

struct remote;

/* Reads events to the end of `in`; `say` gets the lines of logs, and what is no event. Then each job's
 * files get their places below the target folder here. False with err: ERR_FAILED when the build there did
 * not end well. */
bool bring_built(const struct remote *r, const char *target_dir, FILE *in,
	void (*say)(void *arg, struct span line), void *arg, struct err *err);
