/* ci: a run of the project's CI, as gh or glab tell it: its jobs, how they ended and what they said.
 *
 * Which of them is asked is said by the remote "origin" of the repository, else by its CI files. Both
 * know who the user is and where the project lies; nothing of that is read or kept here. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "base/vec.h"
#include "build/job.h"

struct recording;

enum ci_service { CI_GITHUB, CI_GITLAB };

struct ci_job {
	const char *id, *name, *url;
	const char *triple;   /* that its name has in it; NULL: none */
	enum job_state state; /* JOB_WAITING and JOB_RUNNING too */
	uint64_t ms;          /* from its start to its end; 0: not known */
	struct str
		log; /* without time stamps and marks of the service; empty: there is none (yet) */
};

struct ci_run {
	enum ci_service service;
	const char *id, *title, *workflow, *branch, *sha, *event, *url, *created;
	enum job_state state;
	VEC(struct ci_job) jobs;
	struct arena arena;
};

const char *ci_service_name(enum ci_service s); /* "GitHub" */
/* A run by its id, or the last one: of the branch at hand, else of any. `dir` is in the repository. NULL
 * with err: ERR_ENVIRONMENT where gh or glab is missing, is not logged in or cannot reach its server;
 * ERR_FAILED where there is no run. */
struct ci_run *ci_load(const char *dir, const char *id, struct err *err);
void ci_free(struct ci_run *run); /* NULL is fine */
/* The same as a recording, whose jobs are over as soon as they begin; free it before the run. */
struct recording *ci_recording(const struct ci_run *run);
