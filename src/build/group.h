/* group: jobs that one cargo builds together.
 *
 * A group starts its cargo, asks beside it for the unit graph, and judges each job as soon as its
 * fate is known. When a job is taken out, or cargo refuses one before it has begun, a new cargo goes
 * on with the others. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/err.h"
#include "build/job.h"

struct command_query;
struct group;
struct linkgate;
struct logstore;
struct loop;
struct place;
struct run_event;
struct run_spec;
struct shim_end;
struct shim_unit;
struct sidework;

struct group_spec {
	struct loop *loop;
	const struct run_spec *run; /* outlives the group */
	const struct place *place;  /* outlives it too */
	const char *log_path;       /* of cargo's own output, all of it */
	struct sidework *sidework;  /* writes it */
	struct linkgate *gate;      /* for links with fat LTO */
	const char *shim; /* path of xtui-rustc, or NULL: targets cannot be told apart as well */
	/* Fills in the CPUs of the next cargo: makeflags or jobs; NULL: of no interest. */
	void (*share)(void *arg, struct group *g, struct command_query *query);
	void (*tell)(void *arg, struct run_event *event);
	void (*job_over)(void *arg, struct job *job, enum job_state state, int exit_code);
	/* xtui-rustc tells of a rustc, of which job (NULL: for the host); `end` NULL: it starts. NULL: of
	 * no interest. */
	void (*unit)(void *arg, struct job *job, const struct shim_unit *unit,
		const struct shim_end *end);
	/* What its cargo began with is behind it, and no lock of that is held (group_is_beginning);
	 * NULL: of no interest. */
	void (*begun)(void *arg, struct group *g);
	void (*over)(void *arg, struct group *g); /* every job is over and nothing runs */
	void *arg;
};

struct group *group_new(const struct group_spec *spec);
/* Kills what runs and waits for it; tells nothing more. Not from within a callback of the loop. */
void group_free(struct group *g);
void group_add(struct group *g, struct job *job); /* before it is started */
/* It cannot be built: no cargo takes it up. To be given up later. */
void group_hold_back(struct group *g, struct job *job);
/* It says why and has failed. */
void group_give_up_job(struct group *g, struct job *job, const struct err *why);
/* Whether memory has room for what its cargo will link, where that cannot ask when it comes to it, in a
 * container; its jobs are told when there is none. */
bool group_has_room(struct group *g);
/* False with err when no cargo could be started; the jobs are as before. */
bool group_start(struct group *g, struct err *err);
/* It cannot be started: each job hears why and has failed. */
void group_give_up(struct group *g, const struct err *why);
bool group_is_running(const struct group *g);
/* Whether its cargo, or the question for the unit graph beside it, still finds out what there is to
 * build: another cargo that does so at the same time would have to wait for a lock. */
bool group_is_beginning(const struct group *g);
/* Whether the job is in the group and not over there. */
bool group_has(const struct group *g, const struct job *job);
size_t group_open_jobs(const struct group *g); /* that are to be built and not over */
/* One job, or all of them; job_over comes when their cargo has ended, or at once before it started. */
void group_cancel_job(struct group *g, struct job *job);
void group_cancel(struct group *g);
const char *group_command(const struct group *g); /* for people; "" before it is started */
/* User and system time of its cargos that have ended, and of all that they waited for; false where those
 * work in a container, out of our sight. */
bool group_cpu_ms(const struct group *g, uint64_t *ms);
void group_flush(struct group *g);
void group_settle(struct group *g); /* its own log is in the file */
/* Its cargo is read as far as the disk keeps up with the logs. */
void group_heed_logs(struct group *g);
const struct logstore *group_log(const struct group *g); /* of cargo's own output; NULL: none */
