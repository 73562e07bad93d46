/* work_state: what the two halves of the work share: work.c (surveys, probes, choice, life) and
 * work_run.c (builds, watching, what a killed build left). Only they include this. */
#pragma once
#include "build/history.h"
#include "ui/app.h"
#include "ui/store.h"
#include "ui/work.h"

struct health;
struct work_fix;
struct work_lab;
struct work_setup;
struct loop_timer;
struct order;
struct plan;
struct runner;
struct runner_events;
struct sources;
struct survey;

#define WORK_DEFAULT_PROFILE "release"

struct shared_survey {
	struct survey *survey;
	int users;
};

struct work {
	struct store *store;
	const struct app_options *options;
	struct work_events events;
	void *arg;
	struct shared_survey *current; /* the store's */
	struct shared_survey *of_run;  /* the run's; NULL: no run */
	char *root;                    /* of the workspace the choice belongs to; NULL: none */
	bool profile_is_ours;          /* changed on a screen: the options count no more */
	bool survey_again;
	enum run_busy if_busy;            /* of the next build */
	bool wants_build, wants_first;    /* as soon as the survey is whole */
	struct sources *sources;          /* NULL: nobody watches */
	struct shared_survey *watched;    /* whose workspace the sources are */
	bool wants_watch;                 /* as soon as the survey is whole */
	bool wants_again;                 /* as soon as the run is over */
	bool setup_has_changed;           /* since the survey: another one first */
	struct loop_timer *again;         /* the next turn builds again */
	struct history_list last;         /* run here, as of when it was looked at */
	const struct history_run *killed; /* what may be gone on with; NULL: nothing */
	bool goes_on;                     /* the next build is of what is left of it */
	bool may_go_on;           /* before the next build it is asked whether it shall be that */
	struct health *health;    /* NULL: nobody has looked at it yet */
	struct work_fix *fix;     /* the last that was applied; NULL: none was */
	VEC(char *) only;         /* targets that the next build is of; none: all */
	struct work_lab *lab;     /* of store->lab; NULL: none */
	struct work_setup *setup; /* NULL: nobody has asked for a plan yet */
	VEC(char *) to_probe;     /* triples, when a probe that runs has ended */
	VEC(char *) renewed;      /* triples whose stale probe was run again */
	int busy;                 /* workers */
	struct err profile_err;
};

struct shared_survey *work_hold(struct shared_survey *shared);
void work_let_go(struct shared_survey *shared); /* NULL is fine */
void work_change(struct work *w, unsigned bits);

/* For work.c; from work_health.c and work_probe.c. */
void work_renew_health(struct work *w); /* survey or choice have changed */
void work_close_health(struct work *w);
void
work_renew_probes(struct work *w);     /* of marked targets, where what is known of them is stale */
void work_drop_probes(struct work *w); /* those that wait */

/* For work.c; from work_run.c. */
void work_survey_is_done(struct work *w);
void work_drop_run(struct work *w);
void work_stop_watching(struct work *w);

/* For work.c; from work_setup.c. */
void work_renew_setup(struct work *w);   /* survey, choice or what health wants have changed */
void work_look_at_setup(struct work *w); /* the first full survey is here: is it a first run? */
void work_close_setup(struct work *w);
/* A runner for the project at hand; takes the plan over. Also for work_fix.c. */
struct runner *
work_new_runner(struct work *w, struct plan *plan, const struct runner_events *events, void *arg);

/* For work.c; from work_lab.c. */
void work_close_lab(struct work *w);

/* For work_run.c; from work_fix.c. */
void work_fix_run_is_over(struct work *w);
void work_close_fix(struct work *w);

/* For work_lab.c; from work_run.c: an order with what every run here is given. */
void work_complete_order(const struct work *w, struct order *o);

/* For work_fix.c; from work_run.c: looks at the machine again and builds what it was to build. */
void work_build_anew(struct work *w);
