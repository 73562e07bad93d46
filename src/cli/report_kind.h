/* report_kind: inside of the reporters. */
#pragma once
#include "base/vec.h"
#include "cli/report.h"
#include "text/lines.h"

struct ansi;
struct runson;

struct report_job {
	struct report *report;
	const struct job *job;
	struct lines lines; /* of its log, cut from RUN_LOG pieces */
	struct ansi *ansi;  /* what colours they have */
};

struct report {
	const struct cli *cli;
	void (*tell)(struct report *r, const struct run *run, const struct run_event *event);
	VEC(struct report_job) jobs; /* by id */
	VEC(bool) groups_told;       /* by number: its command line was printed */
	struct runson *systems;      /* for the cards of JSON; NULL until the first one */
	struct str out;              /* what the event being told prints */
};

/* The job's own state in the report; good until a job with a higher id is asked for. */
struct report_job *report_job(struct report *r, const struct job *job);
void report_tell_plain(struct report *r, const struct run *run, const struct run_event *event);
void report_tell_json(struct report *r, const struct run *run, const struct run_event *event);
