/* history: what was built, when, how it ended and how long it took, in one SQLite file.
 *
 * runs, their jobs, and the jobs' units and artefacts. A run is there from its first event on; what
 * comes later is gathered and written in few transactions that wait for no disk. Whatever is wrong
 * with the file, a build goes on: the trouble is said once and the run goes unrecorded.
 * A run of which the process is gone without an end is `interrupted`. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/err.h"
#include "base/vec.h"
#include "build/pace.h"

struct history;
struct lab_result;
struct run;
struct run_event;

/* $XDG_STATE_HOME/xtui/history.db, caller frees; NULL without a home. */
char *history_usual_path(void);

/* For recording: the file is made when absent, a damaged one is set aside, and runs that were
 * interrupted are marked so. `path` NULL: the usual one. `say` hears of trouble, in words for people;
 * without it (NULL) a damaged file is left alone. NULL only without a home to keep it in. */
struct history *
history_open(const char *path, void (*say)(void *arg, const struct err *what), void *arg);
/* For questions alone: an absent file is an empty history and stays absent, one of an older xtui is
 * brought up to date. NULL with err when it cannot be read. */
struct history *history_open_to_read(const char *path, struct err *err);
/* A run that has neither ended nor was left is interrupted. NULL is fine. */
void history_close(struct history *h);

/* To be called with every event of every run; a run of commands is not recorded. NULL is fine. */
void history_event(struct history *h, const struct run *run, const struct run_event *event);
/* Before run_free: a run that has not ended was cancelled. NULL is fine for both. */
void history_leave(struct history *h, const struct run *run);

#define HISTORY_LAB "lab" /* mode of a run whose files went when they had been measured */

struct history_unit {
	const char *crate;
	uint64_t started, ms; /* since the run began; how long */
	uint64_t peak;        /* bytes of memory; 0: not known */
};

struct history_artifact {
	const char *path, *kind;
	uint64_t bytes;
};

struct history_job {
	int number; /* from 1 within its run */
	const char *target, *backend, *variant;
	const char *status; /* job_state_name, or "interrupted" */
	int done, total, fresh;
	int built; /* units that rustc was run for */
	int warnings, errors;
	int exit_code; /* -1: none */
	uint64_t ms; /* so far, as last written; of an interrupted one until its log's last words */
	const char *log; /* or NULL */
	struct history_unit *units;
	size_t unit_count;
	struct history_artifact *artifacts;
	size_t artifact_count;
};

struct history_run {
	int64_t row;        /* history's own */
	const char *id;     /* run_id */
	const char *root;   /* of the workspace */
	int64_t started;    /* ms since 1970 */
	int64_t ended;      /* -1: it has not */
	uint64_t ms;        /* so far; 0: not known */
	const char *status; /* "running", "ok", "failed", "cancelled", "interrupted" */
	const char *toolchain, *profile;
	const char *variant; /* "several" where jobs differ */
	const char *mode;    /* run_mode_name, or HISTORY_LAB */
	const char *command; /* a line a group */
	const char *logs;    /* folder */
	const char *spec;    /* run_order; NULL: of an xtui that did not keep it */
	bool was_asked;      /* history_asked */
	bool is_marked;      /* history_mark */
	struct history_job *jobs;
	size_t job_count;
};

bool history_has_variants(const struct history_run *run); /* several */

struct history_list {
	VEC(struct history_run) runs; /* newest first */
	struct arena arena;
};

struct history_query {
	const char *root; /* of this workspace; NULL: of all */
	const char *id;   /* those whose id begins so; NULL: any */
	int64_t row;      /* this one alone; 0: any */
	bool is_open;     /* no end of them has been recorded */
	bool is_marked;   /* the marked one alone */
	bool in_detail;   /* with units and artefacts */
	size_t limit;     /* 0: no limit */
};

/* False with err when the file cannot be read; to be given to history_list_fini in any case. */
bool history_ask(struct history *h, const struct history_query *query, struct history_list *list,
	struct err *err);
void history_list_fini(struct history_list *list);

/* What takes as long each time. */
struct history_key {
	const char *root, *target, *profile, *variant, *mode;
};

/* How long it took: the last ones that went well and were not fresh as a whole. */
void history_paces(struct history *h, const struct history_key *key, struct paces *paces);

/* The most memory that a unit of it took in the last runs, bytes; false when that is not known. */
bool history_expect_memory(struct history *h, const struct history_key *key, uint64_t *bytes);
int64_t history_now(void); /* ms since 1970 */

/* A lab's result as it is so far, a LAB of docs/json.md (build/lab_result.h); what was kept of it before is
 * replaced. False when it could not be kept, which was said. */
bool history_keep_lab(struct history *h, const char *root, const struct lab_result *lab);
struct history_labs {
	VEC(const char *) results; /* LABs, newest first */
	struct arena arena;
};
/* Labs of a workspace, those whose id begins so (NULL: any), at most `limit` (0: no limit). False with err;
 * to be given to history_labs_fini in any case. */
bool history_ask_labs(struct history *h, const char *root, const char *id, size_t limit,
	struct history_labs *labs, struct err *err);
void history_labs_fini(struct history_labs *labs);

/* A file that builds of a workspace made. */
struct history_file {
	const char *root, *target, *profile, *variant;
	const char *name; /* of the file: "greet.exe" */
};

/* Its size as the last run that made it before the run `before` did, an id (NULL: the last of all), left it;
 * false when that is not known. */
bool history_size_before(
	struct history *h, const struct history_file *file, const char *before, uint64_t *bytes);
/* Its size in the marked run. */
bool history_size_marked(struct history *h, const struct history_file *file, uint64_t *bytes);

/* The last build that made the file at a path. */
struct history_origin {
	char *root, *target, *profile, *variant;
	char *run; /* its id */
	uint64_t bytes;
};
/* False when no build is known to have made it; else to be given to history_origin_fini. */
bool history_origin_find(struct history *h, const char *path, struct history_origin *origin);
void history_origin_fini(struct history_origin *origin);
/* From here on sizes are held against this run of the workspace, and against no other; NULL: against none.
 * False with err. */
bool
history_mark(struct history *h, const char *root, const struct history_run *run, struct err *err);
/* Whether to go on with the interrupted run was asked, and is not to be again. */
void history_asked(struct history *h, const struct history_run *run);

/* For build/prune, on its own thread and history: the logs in this folder are gone, and so are the
 * units that belong to them. */
void history_forget_units(struct history *h, const char *logs);
/* Brings what was written into the main file; waits for the disk. */
void history_settle(struct history *h);
