/* run: one press of `b`: several jobs, in groups of one cargo each, from start to end.
 *
 * Jobs that share toolchain, variant, packages and kind of backend are one `cargo build --keep-going
 * --target a --target b`; xtui-rustc tells whose line is whose (architecture 4.1, 4.2). Groups of
 * different variants work side by side, with one CPU budget (build/jobserver); groups in one target
 * folder take turns, and so do links with fat LTO that memory has no room for. The run owns its jobs
 * and their logs; an observer hears of every change, on the loop's thread. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/err.h"
#include "build/job.h"

struct history;
struct loop;
struct profile;
struct recording;
struct rules;
struct run;
struct sccache_fault;
struct survey;

enum run_mode { MODE_BUILD, MODE_CHECK, MODE_TEST, MODE_CLIPPY, MODE_DOC };
const char *run_mode_name(enum run_mode mode); /* cargo's command: "build" */
/* ERR_USAGE with the known names. */
bool run_mode_parse(const char *name, enum run_mode *mode, struct err *err);

/* What to do where another xtui builds in the target folder. */
enum run_busy {
	BUSY_ASK,      /* whoever can be asked; a run itself waits */
	BUSY_WAIT,     /* for its end */
	BUSY_SEPARATE, /* build in a folder beside (build/turn.h) */
	BUSY_REFUSE,   /* do not start: ERR_ENVIRONMENT */
};

/* Settings on top of the profile's; several in one run are built side by side (build/place.h). */
struct run_variant {
	const char *name;          /* "small"; NULL: named by the profile's changes */
	const char *const *config; /* cargo's --config texts: profile.release.lto="fat" */
	size_t config_count;       /* 0: the profile as it is */
};

struct run_spec {
	const struct survey *survey; /* with toolchain and workspace; must outlive the run */
	const char *const *targets;  /* triples, known to the survey */
	size_t target_count;
	const char *const *ways; /* words on how targets are built (build/way.h) */
	size_t way_count;
	const struct profile *profile; /* name and changed options as they are when it starts; NULL:
	                                 * release as configured */
	const struct run_variant *variants; /* each is built for each target; none: one, unnamed */
	size_t variant_count;
	enum run_mode mode;
	const char *const *packages; /* -p */
	size_t package_count;
	const char *const *bins; /* --bin */
	size_t bin_count;
	const char *const *examples; /* --example */
	size_t example_count;
	const char *features;          /* --features LIST, or NULL */
	const char *const *cargo_args; /* after -- ; passed on as they are */
	size_t cargo_arg_count;
	int jobs; /* -j N: CPUs of all groups together; 0: cargo's own choice, all there are */
	uint64_t link_memory;    /* bytes that a link with fat LTO takes; 0: as in past runs */
	struct history *history; /* of past runs; NULL: none. Must outlive it */
	enum run_busy if_busy;
	const char *target_dir; /* in place of the workspace's; NULL: that one */
	bool is_lab;            /* its files go when they are measured: no build to go back to */
	bool fail_fast;         /* without it: --keep-going */
	bool offline;           /* cargo asks no registry */
	bool is_universal;      /* what both Apple targets build is joined (build/universal2.h) */
	bool sdist;             /* a source distribution beside wheels */
	const char *dir;        /* where cargo runs; NULL: our own working directory */
	const char *log_dir;    /* NULL: $XDG_STATE_HOME/xtui/logs */
	unsigned kill_grace_ms;
	const struct rules *rules; /* hints for jobs that fail; NULL: none. Must outlive the run */
};

enum run_event_kind {
	RUN_STARTED,
	RUN_JOB_STARTED,
	RUN_UNIT, /* crate, unit_finished, ms */
	RUN_PROGRESS,
	RUN_PULL,       /* job->pull has news */
	RUN_LOG,        /* text: bytes appended to the job's log */
	RUN_DIAGNOSTIC, /* message */
	RUN_HINT,       /* job->explanation is there */
	RUN_ARTIFACT,   /* artifact */
	RUN_JOB_FINISHED,
	RUN_CACHE,    /* run_cache and the jobs' have news; no job */
	RUN_FINISHED, /* last event */
};

struct message;

struct run_event {
	enum run_event_kind kind;
	uint64_t at;       /* ms since the run began */
	struct job *job;   /* NULL for RUN_STARTED, RUN_CACHE and RUN_FINISHED */
	const char *crate; /* RUN_UNIT */
	bool unit_finished;
	uint64_t unit_ms;
	uint64_t unit_peak; /* bytes of memory, once finished; 0: not known */
	const char *stream; /* RUN_LOG: "stdout", "stderr" */
	const char *text;   /* RUN_LOG */
	size_t text_len;
	const struct message *message;       /* RUN_DIAGNOSTIC */
	const struct job_artifact *artifact; /* RUN_ARTIFACT */
};

/* Whether the spec makes sense: as run_start, which asks it. */
bool run_check(const struct run_spec *spec, struct err *err);
/* Starts all groups; the first event comes after it has returned. NULL with err when nothing could be
 * started (ERR_ENVIRONMENT) or the spec makes no sense (ERR_USAGE: unknown package, binary). */
struct run *run_start(struct loop *l, const struct run_spec *spec,
	void (*observe)(void *arg, const struct run_event *event), void *arg, struct err *err);
/* A run of `count` jobs that each are one program's output, all at once: no cargo, nothing of `spec`
 * but log_dir, dir, rules and kill_grace_ms. The jobs' names are those of spec->targets. */
struct run *run_start_command(struct loop *l, const struct run_spec *spec, const char *const *argv,
	void (*observe)(void *arg, const struct run_event *event), void *arg, struct err *err);
/* A run whose jobs go as those of a recording did; of `spec` log_dir and rules alone count. The
 * recording outlives the run. */
struct run *
run_start_recording(struct loop *l, const struct run_spec *spec, const struct recording *recording,
	void (*observe)(void *arg, const struct run_event *event), void *arg, struct err *err);
/* Kills what still runs, waits for it and frees everything; no event comes after it. Not from within
 * a callback of the loop: to leave in peace, run_cancel and wait for RUN_FINISHED. */
void run_free(struct run *r);

const char *run_id(const struct run *r);  /* name of its folder of logs */
const char *run_dir(const struct run *r); /* that folder's path */
/* The recording that it replays, or NULL. */
const struct recording *run_recording(const struct run *r);
/* What it was started on, and the name of its profile; NULL: a run of commands. */
const struct survey *run_survey(const struct run *r);
const char *run_profile(const struct run *r);
/* What it builds, as build/order reads it; caller frees. */
char *run_order(const struct run *r);
enum run_mode run_mode(const struct run *r);
bool run_is_lab(const struct run *r);
/* Who builds in the target folder and is waited for; NULL: nobody. */
const char *run_waits_for(const struct run *r);
const char *run_target_dir(const struct run *r); /* other than the workspace's; NULL: that one */
size_t run_job_count(const struct run *r);
struct job *run_job(const struct run *r, size_t i);
bool run_is_over(const struct run *r);
uint64_t run_elapsed_ms(const struct run *r); /* stands still while it is over */
/* User and system time of its processes that have ended, all together; 0: not known (containers). */
uint64_t run_cpu_ms(const struct run *r);
const char *
run_command(const struct run *r, int group); /* the command line of a group, for people */
int run_group_count(const struct run *r);

/* Where rustc's wrapper is sccache: what it made of all rustcs so far, those for the host included, and
 * where it keeps its results (borrowed; NULL: not known). False where it is not. */
bool run_cache(const struct run *r, struct job_cache *sum, const char **storage);
/* Whether it found less than half, or could not compile at all: somebody may wonder why. */
bool run_cache_found_little(const struct run *r);
/* What kept it from finding more, as it was when the run began; lives as long as the run. */
size_t run_cache_faults(const struct run *r, const struct sccache_fault **faults);

/* Tells each log that the disk did not take all of, also cargo's own of a group. */
void run_cut_logs(
	const struct run *r, void (*cut)(void *arg, const char *path, uint64_t lost), void *arg);

/* Stops one job: its group is stopped and started again without it. */
void run_cancel_job(struct run *r, struct job *job);
void run_cancel(struct run *r); /* everything */
/* Builds the job again (failed, cancelled or done), as a new group of this run. */
bool run_retry(struct run *r, struct job *job, struct err *err);
/* All that failed, those that were built together together. False with err where one of them cannot be;
 * those before it are. */
bool run_retry_failed(struct run *r, struct err *err);
/* 0 when every job is ok, 1 when one failed, 130 when it was cancelled. */
int run_exit_code(const struct run *r);
