/* probe_crate: the small package that a probe builds. */
#pragma once
#include <stdbool.h>
#include "base/err.h"

struct survey;
struct target;

/* What it has to have in common with the project, so that its link proves the project's. */
struct probe_crate {
	bool has_std;
	bool is_program;
	bool is_cdylib;            /* besides, or instead */
	const char *cc;            /* the C compiler, when a crate here builds C; else NULL */
	const char *const *cflags; /* with cc: what that needs for the target, ends with NULL */
};

#define PROBE_GREETING "xtui probe" /* what the program says */

struct probe_crate probe_crate_for(const struct survey *s, const struct target *t);
/* Writes it into an empty folder. */
bool probe_crate_write(const struct probe_crate *c, const char *dir, struct err *err);
