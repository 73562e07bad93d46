/* build_pane: one job on the Build screen: a window on its log, its title, its hint.
 *
 * The window follows the end of the log until someone scrolls; from then on it stands on a line, which
 * has the cursor, and the title says how many lines there are below. */
#pragma once
#include <stdbool.h>
#include "ui/action.h"
#include "ui/canvas.h"

struct job;

struct pane {
	struct job *job;
	bool is_following;
	size_t top;    /* first line on screen; while following: as of the last drawing */
	size_t cursor; /* line with the cursor; only while not following */
	int shift;     /* columns scrolled sideways */
	int rows;      /* of log, as of the last drawing */
	long anchor;   /* line where a selection began; -1: none */
	bool hides_hint;
};

void pane_init(struct pane *p, struct job *job);
/* Scrolling and jumping: UP DOWN PAGE_UP PAGE_DOWN TOP BOTTOM LEFT RIGHT FOLLOW NEXT_ERROR
 * PREVIOUS_ERROR SELECT. False for any other action, and where there is no error to go to. */
bool pane_key(struct pane *p, enum action_id act);
void pane_scroll(struct pane *p, long lines); /* down; negative: up */
/* The text of the selection, else of the cursor's line, else of the last one; in caller's out, without
 * control sequences. Returns how many lines. */
size_t pane_copy(const struct pane *p, struct str *out);

/* The title in one row: number, target, state, units, time. `number` from 1; 0: without. `elapsed` is
 * the run's, in milliseconds. */
void pane_draw_title(const struct pane *p, struct area a, int number, uint64_t elapsed, bool focused);
/* The log with bar and hint box. */
void pane_draw(struct pane *p, struct area a, bool wraps, bool focused);

/* Pieces of a job that other views show too. */
enum role job_role(const struct job *job);
const char *job_glyph(const struct canvas *c, const struct job *job);
uint64_t job_elapsed_ms(const struct job *job, uint64_t run_elapsed_ms);
/* "31/38", "31/~38" while the total is a guess, "" before anything is known. */
void job_units(const struct job *job, char *out, size_t size);
