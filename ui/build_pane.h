/* build_pane: one job on the Build screen: its title, a window on its log, its hint. */
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include "build/pace.h"
#include "ui/canvas.h"
#include "ui/widget_log.h"

struct job;
struct logsearch;

struct build_pane {
	struct job *job;
	int group;          /* of the job, when last looked at: another one is another attempt */
	bool is_judged;     /* the line that the hint is about was shown */
	struct paces paces; /* of jobs like it */
	struct log_view view;
	struct logsearch *search; /* in the job's log; NULL: none */
	bool seeks, seeks_up;     /* the next hit is to be shown, as soon as it is known: */
	long seeks_from;          /* below (above) this line */
};

/* What a pane is told of the screen around it. */
struct build_pane_look {
	int number; /* from 1; 0: not shown */
	bool focused;
	bool is_hasty;        /* store.is_hasty */
	uint64_t elapsed_ms;  /* of the run */
	const char *fix_key;  /* that shows the fixes; NULL: none */
	const char *open_key; /* that opens a folded line; NULL: none */
};

void build_pane_init(struct build_pane *p, struct job *job, bool wraps);
void build_pane_fini(struct build_pane *p);
/* To be called when jobs have changed. Where one is built anew, the window follows its new log; where
 * one has failed, it goes to the line that tells why, or to its first error, unless someone has
 * scrolled. */
void build_pane_update(struct build_pane *p);

/* One row: number, target, state, units, time, hits of a search, lines below. What has no room goes, least needed
 * first. */
void build_pane_draw_title(
	const struct build_pane *p, struct area a, const struct build_pane_look *look);
/* The log; below it the bar, the hint or what came out. */
void build_pane_draw(struct build_pane *p, struct area a, const struct build_pane_look *look);
bool
build_pane_is_held(const struct build_pane *p); /* the log has more, which a hasty frame left out */

/* Pieces of a job that other views show too. */
enum role job_role(const struct job *job);
const char *job_glyph(const struct canvas *c, const struct job *job);
uint64_t job_elapsed_ms(const struct job *job, uint64_t run_elapsed_ms);
void job_short_name(const struct job *job, struct str *out); /* "x86_64-linux-gnu" */
/* "31/38", "31/~38" while the total is a guess, "" before anything is known. */
void job_units(const struct job *job, char *out, size_t size);
