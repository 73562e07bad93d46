/* need: one thing that a target requires on this host, and whether it is here. */
#pragma once
#include <stdbool.h>
#include "host/packages.h"

struct arena;

enum need_kind {
	NEED_STD,
	NEED_LINKER,
	NEED_SYSROOT,
	NEED_CC,
	NEED_ENGINE,
	NEED_TOOL,
	NEED_LICENSE,
	NEED_RUNNER
};
enum need_state { NEED_FOUND, NEED_MISSING, NEED_UNKNOWN };
enum readiness { READY, LIKELY, MISSING, IMPOSSIBLE };

const char *need_kind_name(enum need_kind k);   /* "std" */
const char *need_state_name(enum need_state s); /* "found" */
const char *readiness_name(enum readiness r);   /* "ready" */

struct need {
	enum need_kind kind;
	enum need_state state;
	const char *name;   /* "aarch64-linux-gnu-gcc" */
	const char *detail; /* one line: what was found, or what its absence means; never NULL */
	const char *path;   /* where it was found, or NULL */
	const char *remedy; /* the command that brings it, or NULL */
	bool optional; /* its absence does not make the target `missing` (cc without C code, runner) */
};

/* The command that installs what brings the first of the programs (ends with NULL) that the packages of
 * this manager have; in the arena, NULL when none is known. */
const char *need_install_command(
	struct arena *arena, enum package_manager packages, const char *const *programs);
