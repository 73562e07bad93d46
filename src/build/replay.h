/* replay: a job that goes as it went in a recording, with the same pauses. */
#pragma once
#include "build/job.h"

struct loop;
struct recording;
struct replay;
struct run_event;

struct replay_spec {
	struct loop *loop;
	const struct recording *recording; /* outlives the replay */
	struct job *
		job; /* with its log open; its id is that of the recording's; outlives the replay */
	void (*tell)(void *arg, struct run_event *event);
	void (*over)(void *arg, struct job *job, enum job_state state, int exit_code);
	void *arg;
};

struct replay *replay_start(const struct replay_spec *spec);
void replay_cancel(struct replay *r); /* over comes at once, unless it has come */
void replay_free(struct replay *r);   /* tells nothing more; NULL is fine */
