/* timeline: when each unit of a run was compiled, and which ones the run had to wait for.
 *
 * Units in the order in which they began. What depends on what is not known; the critical path is
 * told by the times: from the unit that ended last back to the one that ended last before it began,
 * and so on. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/str.h"
#include "base/vec.h"

struct history_run;
struct run_event;

struct timeline_unit {
	int job; /* its id */
	char *crate;
	uint64_t start, end; /* ms since the run began */
	bool is_going;       /* its end, and for all units ... */
	bool is_critical;    /* ... this, are as of the last timeline_find_path */
};

struct timeline {
	VEC(struct timeline_unit) units;
	uint64_t end; /* ms: the last that is known of the run */
};

void timeline_fini(struct timeline *t);
/* Takes in what begins and ends; a new run begins a new timeline. */
void timeline_event(struct timeline *t, const struct run_event *event);
/* What the history keeps of a run; the timeline is empty before. */
void timeline_load(struct timeline *t, const struct history_run *run);
void timeline_find_path(struct timeline *t, uint64_t now); /* ms since the run began */
bool timeline_has_job(const struct timeline *t, int id);   /* whether it has a unit */
int timeline_last_job(const struct timeline *t);           /* the highest id; 0: there is none */

/* For the files that are saved: name of a job by its id, borrowed. */
struct timeline_names {
	const char *title;
	const char *(*job)(void *arg, int job);
	void *arg;
};
/* A line a unit, below the name of its job; "*" before those of the critical path. */
void timeline_text(const struct timeline *t, const struct timeline_names *names, struct str *out);
/* One page that needs no other file and no network. */
void timeline_html(const struct timeline *t, const struct timeline_names *names, struct str *out);
