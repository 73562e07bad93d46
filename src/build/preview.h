/* preview: what a run would start, without starting it. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include "base/err.h"

struct command_line;
struct run_spec;

struct preview { /* a group; its texts live until the callback returns */
	const char *variant;
	const char *backend;
	const char *const *targets; /* that its cargo builds */
	size_t target_count;
	const struct command_line *before; /* lines for a shell that come first */
	size_t before_count;
	const char *command; /* for a shell: folder, environment and command line */
};

/* Tells of each group in its order. False with err when the run could not be started, as run_start. */
bool preview_run(const struct run_spec *spec, void (*group)(void *arg, const struct preview *p),
	void *arg, struct err *err);
