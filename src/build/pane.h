/* pane: a job while it is built: what is said to it goes to its log and to whoever observes the run. */
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include "base/map.h"
#include "base/str.h"
#include "base/vec.h"
#include "build/job.h"
#include "build/progress.h"
#include "ready/pull.h"

struct message;
struct run_event;
struct shim_end;

struct pane_file {
	char *path, *kind;
};

struct pane {
	struct job *job;
	bool is_blamed;              /* cargo has named an error that is this job's */
	int unsaid;                  /* rustcs that failed and cargo has not said so yet */
	bool is_leaving;             /* cancelled: it will not be started again */
	bool is_held_back;           /* cannot be built */
	bool is_over;                /* for this group; the job may be built again in another */
	bool files_come_last;        /* what it has built is here when its cargo has ended */
	VEC(struct pane_file) files; /* that are told then */
	struct map said;             /* what is said once only */
	void (*tell)(void *arg, struct run_event *event);
	void *arg;
};

void pane_init(struct pane *p, struct job *job, void (*tell)(void *arg, struct run_event *event),
	void *arg);
void pane_fini(struct pane *p);
/* A cargo begins on it: what an earlier one did is forgotten. */
void pane_begin(struct pane *p);

/* Text as cargo would have printed it, whole lines. One that is over hears nothing any more. */
void pane_say(struct pane *p, const char *stream, struct span text);
void pane_say_once(struct pane *p, struct span text);
/* A line in cargo's manner: "   Compiling serde v1.0.219"; once for each text when `once`. */
void pane_status(struct pane *p, const char *verb, const char *text, bool once);
/* An error of cargo's own: the job is blamed. It is said once, and counted when no diagnostic was. */
void pane_error(struct pane *p, struct span text, bool is_counted);
void pane_diagnostic(struct pane *p, const struct message *m);
/* One whose text another has said already: it is counted and told. */
void pane_heard_diagnostic(struct pane *p, const struct message *m);
void pane_unit(struct pane *p, const char *crate, const struct shim_end *end); /* NULL: it began */
void pane_progress(struct pane *p, struct progress_count count);
void pane_pull(struct pane *p, struct pull_count count);
/* Keeps and tells the files of an artefact that a person looks for: programs and libraries for
 * other languages, in their final place. */
void pane_artifact(struct pane *p, const struct message *m);
/* What follows the last "/<triple>/" of a path; empty when there is none. */
struct span pane_below_triple(const char *path, const char *triple);
/* The same for a file that is known by its path alone. */
void pane_file(struct pane *p, const char *path, const char *kind);
/* Those that come last are here now, or never. How many are not; `lost` names the first of them, or is NULL; caller
 * frees. */
size_t pane_tell_files(struct pane *p, char **lost);
