/* run_kind: inside of the run: what runs of cargos (run.c) and runs of feeds (run_feeds.c) share. */
#pragma once
#include "base/arena.h"
#include "base/vec.h"
#include "build/place.h"
#include "build/run.h"
#include "ready/sccache.h"

struct loop_timer;

/* A job that cannot be built here, until it has been told so. */
struct refusal {
	struct job *job;
	struct err why;
};

struct warning { /* of a job's way, for the head of its log */
	struct job *job;
	const char *text;
};

struct run {
	struct loop *loop;
	struct sidework *sidework; /* writes the logs */
	struct causes *causes;     /* of jobs that have failed, until they are told over */
	struct run_spec spec;      /* strings in the arena */
	void (*observe)(void *arg, const struct run_event *event);
	void *arg;
	char *id;
	char *dir;                /* of the logs */
	char *shim;               /* or NULL */
	const char *profile_name; /* in the arena */
	char *order;              /* NULL: a run of commands */
	struct places places;     /* in the arena */
	struct linkgate *gate;
	struct crew *crew;           /* the groups; NULL: a run of commands */
	struct sccache *cache;       /* NULL: it is not rustc's wrapper */
	struct job_cache host_cache; /* of rustcs that are for the host */
	struct sccache_fault cache_faults[SCCACHE_FAULTS_MAX]; /* in the arena */
	size_t cache_fault_count;
	bool is_ending; /* all is over but the cache's last answer, or a cause */
	VEC(struct job *) jobs;
	VEC(const struct place *) job_places; /* of the job with the same index */
	VEC(struct refusal) refusals;
	VEC(struct warning) warnings;
	VEC(struct feed *)
	feeds; /* of a run of commands or a recording: one a job, and no groups */
	const struct recording *recording; /* that they replay, or NULL */
	uint64_t started, ended;           /* ms of the loop */
	bool has_begun;                    /* RUN_STARTED is told */
	bool is_over, is_cancelled;
	bool is_leaving; /* being freed */
	int attempts;    /* log files of jobs that were built again */
	struct loop_timer *begin, *flush;
	uint64_t flushed;             /* ms of the loop, when logs were written last */
	struct turn *turn;            /* NULL: it is another's, or the run is over */
	struct loop_timer *turn_poll; /* while it is another's */
	struct str others;            /* who that is */
	struct arena arena;
};

/* Callbacks of a group or feed; `arg` is the run. */
void run_hear(void *arg, struct run_event *event); /* tells it on, after the log has it */
void run_end_job(void *arg, struct job *job, enum job_state state, int exit_code);
void run_heed_cause(void *arg, struct job *job); /* is found */
void run_begin(void *arg);                       /* of the timer that tells the beginning */

/* The job's log file, in the run's folder; another one each time it is built again. */
bool run_open_log(struct run *r, struct job *job, struct err *err);
void run_finish(struct run *r); /* every job is over */
