/* job: one target x variant x backend x packages, and how far it is. */
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include "base/vec.h"

struct card;
struct logstore;
struct explanation;
struct hint;

enum job_state { JOB_WAITING, JOB_RUNNING, JOB_OK, JOB_FAILED, JOB_CANCELLED, JOB_SKIPPED };
const char *job_state_name(enum job_state s); /* as in the JSON: "ok" */

struct job_artifact {
	char *path;
	char *kind; /* cargo's: "bin", "cdylib" … */
	uint64_t bytes;
	struct card *card; /* what is known of the file; NULL: it was not read */
};

/* What a cache of compilations made of a job's rustcs; those for the host count for none. */
struct job_cache {
	uint64_t hits, misses;
	uint64_t uncached; /* that no cache takes: what is linked, what is built incrementally */
};

struct job_pull {                       /* of the image that a job is to be built in */
	int done, layers;               /* layers 0: nothing is pulled */
	uint64_t done_bytes, all_bytes; /* all 0: only layers can be counted */
};

struct job {
	int id;        /* from 1 within the run */
	int group;     /* from 1 within the run */
	char *target;  /* triple */
	char *variant; /* "as configured", "small" */
	char *backend; /* "native" */
	char *label;   /* for people: the target, and its variant where the run has several */
	enum job_state state;
	bool is_interrupted;  /* JOB_CANCELLED because its xtui was gone before it was over */
	int done, total;      /* units, the host's included; total 0: not known yet */
	int built;            /* units that rustc was run for, to their end; 0 without the shim */
	bool total_is_exact;  /* from cargo's unit graph, not from the bar */
	uint64_t link_memory; /* bytes that a link of it took in past runs; 0: not known */
	struct job_pull pull;
	int errors, warnings;
	int fresh;                     /* units that were up to date */
	struct job_cache cache;        /* all 0: its rustcs go through none */
	uint64_t started_ms, ended_ms; /* since the run began; 0 not yet */
	int exit_code;                 /* of its cargo; -1 while it runs */
	struct logstore *log;
	char *linker_output; /* what the linker itself said of the first failed link; or NULL */
	struct explanation *explanation; /* of a failed job, maybe without a hint; else NULL */
	VEC(struct job_artifact) artifacts;
};

/* For run and group. The strings are copied; job_free closes the log. */
struct job *job_new(int id, const char *target, const char *variant, const char *backend);
void job_free(struct job *j);
/* Its target is there once for each variant: the label says which. */
void job_tell_variant(struct job *j);
/* As before it was built: counts, artefacts, linker output and explanation are gone, its log stays. */
void job_reset(struct job *j);
const char *job_state_word(const struct job *j); /* for people: also "interrupted" */
/* A file that it has built; the artefact, good until the next; NULL: it was added before. */
struct job_artifact *job_add_artifact(struct job *j, const char *path, const char *kind);
bool job_is_over(const struct job *j);
const struct hint *job_hint(const struct job *j); /* the most decisive; NULL: it has none */
/* How far what it does now has come: an image's bytes or layers, else units. False: nothing is known. */
bool job_progress(const struct job *j, uint64_t *done, uint64_t *total);
