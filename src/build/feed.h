/* feed: a job whose output is a program's own, byte for byte, or a recorded one: no cargo, no shim.
 *
 * A program's streams go to the job's log as they come; a recording's events come as they did. */
#pragma once
#include "base/err.h"
#include "build/job.h"

struct feed;
struct loop;
struct recording;
struct run_event;

struct feed_spec {
	struct loop *loop;
	struct job *job;                   /* with its log open; outlives the feed */
	const char *const *argv;           /* ends with NULL; not used with a recording */
	const struct recording *recording; /* outlives the feed; NULL: a program is run */
	const char *dir;                   /* NULL: ours */
	unsigned kill_grace_ms;
	void (*tell)(void *arg, struct run_event *event);
	void (*over)(void *arg, struct job *job, enum job_state state, int exit_code);
	void *arg;
};

/* Starts the program; NULL with err when it cannot be. */
struct feed *feed_start(const struct feed_spec *spec, struct err *err);
void feed_cancel(struct feed *f); /* over comes when it has ended */
/* Its program is read as far as the disk keeps up with the log. */
void feed_heed_log(struct feed *f);
/* Kills what runs, waits for it, and tells nothing more. Not from within a callback of the loop. NULL
 * is fine. */
void feed_free(struct feed *f);
