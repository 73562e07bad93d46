/* build_state: what the parts of the Build screen share: screen_build.c (panes, keys), build_draw.c
 * (its body), build_head.c (line 1), build_search.c (what is searched for in the logs), build_lend.c (editor and
 * pager), build_past.c (past builds), build_save.c and build_times.c (the timeline). Only they include this. */
#pragma once
#include "base/vec.h"
#include "build/job.h"
#include "ui/build_pane.h"
#include "ui/layout.h"
#include "ui/past_run.h"
#include "ui/screen.h"
#include "ui/timeline.h"
#include "ui/widget_input.h"
#include "ui/widget_pick.h"
#include "ui/widget_table.h"

#define LENT_WORDS_MAX 12

struct loop_timer;

struct build_search {
	struct input input;
	char *text;                /* what is searched for; NULL: nothing yet */
	bool is_typing;            /* it, into the input */
	bool is_everywhere;        /* in all panes, else in the one that has the focus */
	struct log_view before;    /* of the focused pane, and ... */
	char *text_before;         /* ... text when typing began */
	struct loop_timer *worker; /* NULL: every log is gone through */
};

struct build_times {
	bool is_shown;          /* in place of the panes */
	struct timeline line;   /* of the run at hand */
	struct timeline *shown; /* that, or the past run's */
	struct list list;       /* rows of the view */
	VEC(long) rows;         /* unit; below 0: the heading of job -row */
};

struct build_past_row {
	int64_t row; /* of the history; 0: the run at hand */
	char *note;
};

struct build_past {
	struct past_run *run;  /* on show in place of the run; NULL: none */
	struct causes *causes; /* why its jobs failed; NULL: nothing was on show yet */
	struct pick pick;      /* the list of them; its rows are ... */
	VEC(struct build_past_row) rows;
};

struct build {
	struct store *store;
	VEC(struct build_pane) panes; /* one per job of the run (past or not), in its order */
	VEC(size_t) shown;            /* panes that are not filtered out, in order */
	size_t focus;                 /* pane; one of shown, unless there is none */
	bool is_zoomed;               /* the focused pane alone */
	bool is_list, only_failed, wraps, has_times;
	struct build_search search;
	struct build_times times;
	struct build_past past;
	char *lent[LENT_WORDS_MAX + 1]; /* the command that the terminal was lent to last */
	char *profile;                  /* of the run: "release" */
	struct area area;               /* these two as of the last drawing */
	struct grid grid;               /* over the panes on show */
	struct table table;             /* the list */
};

/* screen_build.c */
struct build_pane *build_focused(struct build *b);  /* NULL: there is no pane */
int build_shown_index(const struct build *b);       /* the focus in shown; -1: there is none */
unsigned build_focus_shown(struct build *b, int i); /* beyond the ends it goes around */
uint64_t build_elapsed(const struct build *b);      /* ms of the run on show */
size_t build_count_jobs(const struct build *b, enum job_state state);
int build_count_on_show(const struct build *b);     /* panes */
size_t build_on_show(const struct build *b, int i); /* the number of the i-th of them */
void build_clear_panes(struct build *b);            /* before their jobs go */
void build_take_panes(struct build *b);             /* of the run on show */

/* build_search.c; each of the keys' functions gives FX_ bits. */
unsigned build_search_begin(struct build *b);
unsigned build_search_typed(struct build *b, enum input_change change);
unsigned build_search_step(struct build *b, bool up); /* to the next hit */
unsigned build_search_everywhere(struct build *b);    /* or no more */
bool build_search_end(struct build *b);               /* false: nothing was searched */
void build_search_go_on(struct build *b);             /* logs have grown */
void build_search_forget(struct build *b);            /* the panes are going to be others */
void build_search_fini(struct build *b);

/* build_past.c */
unsigned build_past_list(struct build *b);     /* opens the list */
unsigned build_past_timeline(struct build *b); /* of the last run, where there is none at hand */
unsigned build_past_leave(struct build *b);    /* 0: no past run is on show */
unsigned build_past_key(struct build *b, enum action_id act); /* while the list is open */
unsigned build_past_mouse(struct build *b, const struct term_event *event);
void build_past_drop(struct build *b); /* the panes, and the past run that they may be of */
void build_past_fini(struct build *b);

/* build_draw.c */
void build_draw_nothing(const struct build *b, struct area a);
void build_draw_grid(struct build *b, struct area a);
void build_draw_list(struct build *b, struct area a);

/* build_head.c: line 1, and the bar beside the tabs. */
void build_headline(struct screen_state *s, int cols, struct str *left, struct str *right);
void build_corner(struct screen_state *s, struct area a);

/* build_save.c */
unsigned build_save_log(struct build *b, const struct job *job);

/* build_lend.c */
unsigned build_edit(struct build *b);
unsigned build_page(struct build *b);
void build_lend_fini(struct build *b);

/* build_fix.c */
unsigned build_fix_answered(struct build *b, bool yes);
unsigned build_fix_chosen(struct build *b, size_t n);

/* build_times.c */
unsigned build_times_toggle(struct build *b);
/* FX_ bits; 0: the key is none of the timeline's. */
unsigned build_times_key(struct build *b, enum action_id act);
unsigned build_times_mouse(struct build *b, const struct term_event *event);
void build_times_draw(struct build *b, struct area a);
void build_times_fini(struct build *b);
