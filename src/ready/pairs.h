/* pairs: whether the programs that one way builds with go together by their versions, asked before a build.
 *
 * The same rules as the health checks' (ready/versions), for the few programs of one way and no others. */
#pragma once
#include <stdbool.h>
#include "base/err.h"
#include "base/str.h"

struct survey;

/* Asks each of the programs (ends with NULL; "zig" is the one that cargo-zigbuild would take) for its version:
 * a process each, one after the other, some milliseconds each. False with ERR_ENVIRONMENT, and what mends it,
 * when a pair cannot work; of pairs that work in part a line each is appended to `warnings`. */
bool pairs_check(
	const struct survey *s, const char *const *programs, struct str *warnings, struct err *err);
