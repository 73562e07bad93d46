/* recording: a build as `xtui build --json -v` told it: its jobs, and what happened to each when.
 *
 * One document: the members of the run_started event, and `events`, the others in their order
 * (docs/json.md). */
#pragma once
#include <stddef.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "base/vec.h"
#include "build/job.h"

struct recorded_job {
	const char *target, *variant, *backend;
};

enum recorded_kind {
	RECORDED_UNIT,
	RECORDED_PROGRESS,
	RECORDED_LOG,
	RECORDED_DIAGNOSTIC,
	RECORDED_ARTIFACT,
	RECORDED_END,
};

struct recorded_event {
	enum recorded_kind kind;
	uint64_t at;      /* ms since the run began */
	int job;          /* from 1 */
	const char *text; /* UNIT: crate; LOG: bytes; DIAGNOSTIC: level; ARTIFACT: path */
	size_t text_len;
	const char *stream;   /* LOG: "stderr"; ARTIFACT: kind */
	bool is_end;          /* UNIT: it ended */
	uint64_t number;      /* UNIT: ms; PROGRESS: done; ARTIFACT: bytes */
	int total;            /* PROGRESS */
	enum job_state state; /* END */
	int exit_code;        /* END */
};

struct recording {
	const char *title; /* what it is of, for people; NULL: a build that was recorded */
	const char *host;  /* triple of the machine it was made on */
	double speed;      /* so many times as fast as it was */
	VEC(struct recorded_job) jobs;
	VEC(struct recorded_event) events; /* by time */
	struct arena arena;
};

/* NULL with ERR_PARSE when the text is none (a test holds that the built-in one is). */
struct recording *recording_parse(struct span json, const char *name, struct err *err);
struct recording *recording_demo(struct err *err); /* the built-in one, data/demo.json */
void recording_free(struct recording *r);          /* NULL is fine */
