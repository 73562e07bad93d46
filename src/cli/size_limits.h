/* size_limits: how large what is built may be, for a build that is to fail when it is larger. */
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include "base/err.h"
#include "base/vec.h"

struct args;
struct history;
struct run;
struct run_spec;

struct size_limits {
	VEC(struct size_limit {
		const char *target; /* NULL: all; not ended by a NUL */
		size_t target_len;
		uint64_t bytes;
	})
	sizes;
	bool has_growth;
	double growth; /* percent */
};

/* Out of --max-size [TRIPLE=]SIZE, with K, M, G or Ki, Mi, Gi, and --max-growth PERCENT; texts are
 * borrowed. ERR_USAGE for anything else. To be given to size_limits_fini in any case. */
bool size_limits_read(struct size_limits *limits, const struct args *args, struct err *err);
void size_limits_fini(struct size_limits *limits);
/* ERR_USAGE for a limit of a target that is not built. */
bool
size_limits_fit(const struct size_limits *limits, const struct run_spec *spec, struct err *err);
/* A line on standard error for each file of the run that is too large, or has grown too much since the
 * last build that the history has; whether there is none. */
bool size_limits_hold(const struct size_limits *limits, const struct run *run, struct history *h);
