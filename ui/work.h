/* work: what the app has the engine do: surveys, probes, builds, keeping the choice.
 *
 * Fills the store and sets its changed bits; everything that takes time runs on worker threads or
 * through the loop. */
#pragma once
#include <stdbool.h>
#include "base/err.h"
#include "build/run.h"
#include "ui/store.h"

struct app_options;
struct job;
struct step_license;
struct work;

struct work_events {
	void (*changed)(void *arg); /* the store has changed: paint soon */
	void (*run_event)(void *arg, const struct run_event *event);
	void (*busy)(void *arg, const char *who); /* another xtui builds here: ask what to do */
	/* The build before this one was killed: ask whether to go on with that one. */
	void (*interrupted)(void *arg, const char *question);
	void (*failed)(void *arg, const char *what, const struct err *err); /* worth a dialog */
	/* The project wants something that is not here: shows the Setup screen, unless somebody is at
	 * something else already (false). */
	bool (*first_run)(void *arg);
	/* A step waits for work_agree: show the licence and ask. */
	void (*license)(void *arg, size_t step, const struct step_license *license);
	/* A command needs the terminal; false: there is none to give. Then terminal_back. */
	/* The job still fails for what the fix was to mend; `next`: the number of a fix not tried yet,
	 * -1: none; `can_undo`: work_undo_fix can take it back. */
	void (*fix_failed)(void *arg, struct job *job, const char *text, long next, bool can_undo);
	bool (*terminal_lend)(void *arg, const char *const *argv);
	void (*terminal_back)(void *arg);
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
/* To be called once that has been asked and agreed to, or where the options say so: builds the targets of
 * that run. */
void work_go_on(struct work *w);
void
work_build_anyway(struct work *w); /* that has been asked and not agreed to: as was asked for */
/* From here on a change of a source file stops what is being built and builds again, or no more. */
void work_toggle_watch(struct work *w);
void work_watch(struct work *w); /* at the start: as soon as the project is known */
void work_keep_choice(struct work *w);
void work_keep_profile(struct work *w); /* the variant goes into the choice */
/* Builds variants for the marked targets, else this machine's, and measures them; or stops that. */
void work_measure(struct work *w, const struct lab_wish *wish);
/* Makes store->setup, the plan for what is marked, and keeps it so while the Setup screen is shown. */
void work_plan(struct work *w);
/* The Setup screen is left: what it showed by itself, and nothing of which was begun, it does not show by
 * itself again. */
void work_leave_setup(struct work *w);
void work_set_up(struct work *w, enum setup_deed deed, size_t step);
void work_agree(struct work *w, size_t step, bool agreed);
bool work_is_setting_up(const struct work *w); /* a step runs or is queued */
/* Applies a fix of the job's first hint, builds again what failed, and tells whether that helped. */
void work_fix(struct work *w, struct job *job, size_t fix);
void work_undo_fix(struct work *w); /* what work_fix did last to a file or to the choice */
