/* work: what the app has the engine do: surveys, probes, builds, keeping the choice.
 *
 * Fills the store and sets its changed bits; everything that takes time runs on worker threads or
 * through the loop. */
#pragma once
#include <stdbool.h>
#include "base/err.h"
#include "build/run.h"

struct app_options;
struct store;
struct work;

struct work_events {
	void (*changed)(void *arg); /* the store has changed: paint soon */
	void (*run_event)(void *arg, const struct run_event *event);
	void (*busy)(void *arg, const char *who); /* another xtui builds here: ask what to do */
	void (*failed)(void *arg, const char *what, const struct err *err); /* worth a dialog */
};

/* Takes the quick survey and reads choice and profile. NULL with err for a file of the user's that
 * cannot be parsed. */
struct work *work_open(struct store *s, const struct app_options *options,
	const struct work_events *events, void *arg, struct err *err);
/* Stops what runs and frees everything; false when a worker still runs: then nothing is freed, and
 * neither the loop nor the store may be, for the process is about to end. */
bool work_close(struct work *w);

void work_survey(struct work *w); /* in the background; one at a time, a second is taken after it */
/* In the background, as many side by side as there are CPUs. */
void work_probe(struct work *w, const char *triple);
void work_probe_marked(struct work *w); /* those that lack nothing */
/* Fills store->checks and keeps them so from here on; `again`: programs are asked anew. */
void work_examine(struct work *w, bool again);
/* Builds what the options ask for (`first`), or the marked targets; waits for a full survey. */
void work_build(struct work *w, bool first);
/* To be called once it has been asked: goes on with the build that found the folder in use. */
void work_build_busy(struct work *w, enum run_busy how);
/* What to ask when the last run here was interrupted, as by kill -9: whether to go on with it. Caller
 * frees; NULL: it was not. */
char *work_interrupted(struct work *w);
/* To be called once that has been asked and agreed to: builds the targets of that run. */
void work_go_on(struct work *w);
/* From here on a change of a source file stops what is being built and builds again, or no more. */
void work_toggle_watch(struct work *w);
void work_watch(struct work *w); /* at the start: as soon as the project is known */
void work_keep_choice(struct work *w);
void work_keep_profile(struct work *w); /* the variant goes into the choice */
