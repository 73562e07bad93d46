/* widget_log: a window on a log, which may grow while it is looked at.
 *
 * It follows the end until someone scrolls; from then on it stands where it is, and a line has the
 * cursor. Nothing of the log is kept: the rows on screen are read for each drawing. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include "ui/action.h"
#include "ui/canvas.h"

struct logstore;

/* A row of a log: while wrapping, a line takes several. */
struct log_spot {
	size_t line;
	size_t part; /* row of the line; 0 unless wrapping */
};

/* Where in the window a line is put. */
enum log_place { LOG_ANYWHERE, LOG_HIGH, LOG_LOW };

struct log_view {
	bool is_following;
	bool wraps;           /* long lines go on in the next row; else they are cut at the edges */
	struct log_spot top;  /* in the first row; while following, as of the last drawing */
	size_t cursor;        /* line; while following without meaning */
	enum log_place place; /* of the cursor's line, at the next drawing */
	long anchor;          /* line where a selection began; -1: none */
	int shift;            /* columns off to the left; only while not wrapping */
	int rows, cols;       /* these and what follows as of the last drawing */
	size_t end;           /* line after the last one seen to its end */
	bool is_cut;          /* a line goes on beyond the right edge */
};

/* The log may be NULL in all of these: it has no lines then. */
void log_view_init(struct log_view *v, bool wraps);
/* UP DOWN PAGE_UP PAGE_DOWN TOP BOTTOM LEFT RIGHT FOLLOW NEXT_ERROR PREVIOUS_ERROR SELECT. False for
 * any other action, and where there is nothing to go to. */
bool log_view_key(struct log_view *v, struct logstore *log, enum action_id act);
void log_view_scroll(struct log_view *v, struct logstore *log, long rows); /* down; negative: up */
/* The window stands on a line, which gets the cursor. */
void log_view_show(struct log_view *v, size_t line, enum log_place place);
void log_view_wrap(struct log_view *v, bool wraps);
/* Appends the selected lines, else the cursor's, else the last one, without control sequences and
 * without a line end after the last. Returns how many lines. */
size_t log_view_copy(const struct log_view *v, struct logstore *log, struct str *out);
/* Lines below the window; 0 while it follows. */
size_t log_view_below(const struct log_view *v, struct logstore *log);
/* The cursor is shown where the window has the focus and does not follow. */
void log_view_draw(struct log_view *v, struct logstore *log, struct area a, bool focused);
