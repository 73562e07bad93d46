/* relay: jobs that another xtui builds: what its `build --json -v` tells becomes theirs here.
 *
 * Each line is an event (docs/json.md). A job is over when its artefacts are here, with the SHA-256 that
 * was told of them: they are fetched by a process of their own, one job after the other. What is no
 * event is what ssh, or the other xtui, says to people. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include "base/err.h"
#include "build/job.h"
#include "build/pane.h"
#include "io/proc.h"

struct arena;
struct loop;
struct place;
struct relay;

struct relay_spec {
	struct loop *loop;
	const struct place
		*place; /* with its remote: where artefacts are put; outlives the relay */
	struct pane *const *panes; /* one for each target, borrowed */
	size_t count;
	/* A job is decided; not for one that was cancelled there. */
	void (*over)(void *arg, struct pane *pane, enum job_state state, int exit_code);
	void (*settled)(void *arg); /* nothing is fetched any more */
	void *arg;
};

struct relay *relay_new(const struct relay_spec *spec);
void relay_free(struct relay *r); /* what still fetches is killed; NULL is fine */
void relay_hear(struct relay *r, enum proc_stream stream, const char *bytes, size_t len);
void relay_end(struct relay *r);           /* the process has ended */
void relay_stop(struct relay *r);          /* nothing more is fetched; settled comes as always */
bool relay_is_busy(const struct relay *r); /* something is fetched */
/* Why the process has failed without deciding every job; false. */
bool relay_err(const struct relay *r, int exit_code, struct err *err);

/* Where a file that a job for the triple has built there has its place here, below the target folder; in the
 * arena. NULL for a path that leads elsewhere. */
const char *relay_place_here(
	const char *target_dir, const char *triple, const char *there, struct arena *arena);
