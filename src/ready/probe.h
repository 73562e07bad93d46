/* probe: a real compile and link of a small program for a target, run where a runner exists.
 *
 * The program is built by cargo itself, in a crate of its own but under the project's configuration
 * and with exactly the linker, arguments and environment that a build would use; a cdylib where the
 * project has one, with C where a crate builds some. Results are kept in the cache under toolchain
 * commit, linker identity and configuration; a result under other values is stale. */
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include "base/err.h"

struct survey;
struct target;
struct target_state;

enum probe_state { PROBE_NONE, PROBE_PASSED, PROBE_FAILED };
const char *probe_state_name(enum probe_state s); /* "none", "passed", "failed" */

struct probe {
	enum probe_state state;
	bool is_stale;    /* linker, configuration or toolchain have changed since */
	bool ran;         /* the program was run and said what it should */
	uint64_t link_ms; /* compile and link together */
	int64_t at;       /* when, milliseconds since 1970; 0 for PROBE_NONE */
	char *log; /* what cargo, rustc and the linker said; "" when nothing; NULL for PROBE_NONE */
};

/* The kept result for the target as it would be built now; else, stale, what the last probe of this
 * project found; PROBE_NONE when there is neither. Runs nothing. The result must be given to
 * probe_fini. */
void probe_recall(const struct survey *s, const struct target *t, struct probe *out);
/* Whether a probe can build by that way at all: cargo itself, or cargo-zigbuild. */
bool probe_can_go(const char *backend);
/* Whether a probe says anything: nothing is missing, and it is built by a way that a probe can go (cargo
 * itself or cargo-zigbuild; a container would have to be fetched first). */
bool probe_is_possible(const struct target_state *state);
/* Probes for real and keeps the result. Blocks; call it on a worker thread. False with err when the
 * probe could not be made at all (no toolchain, no space, the target has no known way); a failed link
 * is a result. */
bool probe_run(const struct survey *s, const struct target *t, struct probe *out, struct err *err);
void probe_fini(struct probe *p);
