/* widget_log: a window on a log, which may grow while it is looked at.
 *
 * It follows the end until someone scrolls; from then on it stands where it is, and a line has the
 * cursor. Nothing of the log is kept: the rows on screen are read for each drawing. A long command
 * line, as of a linker, is folded to one row that says so; lines may be opened, and are wrapped. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include "ui/action.h"
#include "ui/canvas.h"

struct logsearch;
struct logstore;

/* A row of a log: while wrapping, a line takes several. */
struct log_spot {
	size_t line;
	size_t part; /* row of the line; 0 unless wrapping */
};

/* Where in the window a line is put. */
enum log_place { LOG_ANYWHERE, LOG_HIGH, LOG_LOW };

#define LOG_OPENED_MAX 32 /* the one that was opened longest ago is folded again */

struct log_view {
	bool is_following;
	bool wraps;           /* long lines go on in the next row; else they are cut at the edges */
	struct log_spot top;  /* in the first row; while following, as of the last drawing */
	size_t cursor;        /* line; while following without meaning */
	enum log_place place; /* of the cursor's line, at the next drawing */
	long anchor;          /* line where a selection began; -1: none */
	long whole;           /* line that is shown whole while it has the cursor; -1: none */
	size_t opened[LOG_OPENED_MAX]; /* and these, the last opened one first */
	size_t opened_count;
	long pressed;   /* line on which the mouse's button went down; -1: none */
	bool is_held;   /* while following, the end that was shown last is shown again */
	size_t held;    /* lines of the log then */
	bool has_times; /* before each line stands when it came */
	const struct logsearch *search; /* what is marked; borrowed, NULL: nothing */
	const char *open_key;           /* that opens what is folded; borrowed, NULL: none */
	int shift;                      /* columns off to the left; only while not wrapping */
	int rows, cols; /* of the text; these and what follows as of the last drawing */
	int canvas_row; /* of the first row */
	size_t end;     /* line after the last one seen to its end */
	bool is_cut;    /* a line goes on beyond the right edge */
};

/* The log may be NULL in all of these: it has no lines then. */
void log_view_init(struct log_view *v, bool wraps);
/* UP DOWN PAGE_UP PAGE_DOWN TOP BOTTOM LEFT RIGHT FOLLOW NEXT_ERROR PREVIOUS_ERROR NEXT_WARNING
 * PREVIOUS_WARNING NEXT_LINKER PREVIOUS_LINKER SELECT OPEN. False for any other action, and where there is nothing to go to or to
 * open. */
bool log_view_key(struct log_view *v, struct logstore *log, enum action_id act);
void log_view_scroll(struct log_view *v, struct logstore *log, long rows); /* down; negative: up */
/* The window stands on a line, which gets the cursor. */
void log_view_show(struct log_view *v, size_t line, enum log_place place);
/* As that, where it must move at all; the line is shown whole. */
void log_view_show_whole(struct log_view *v, size_t line);
void log_view_wrap(struct log_view *v, bool wraps);
bool log_view_is_open(const struct log_view *v, size_t line); /* shown whole */
/* The mouse's button, in a row of the canvas: from where it went down to where it is now is a
 * selection, and above and below the window that scrolls. Where it goes up on the line where it went
 * down, that line gets the cursor, unless the window follows. */
void log_view_press(struct log_view *v, struct logstore *log, int row);
void log_view_drag(struct log_view *v, struct logstore *log, int row);
void log_view_release(struct log_view *v, struct logstore *log, int row);
/* Appends the selected lines, else the cursor's, else the last one, without control sequences and
 * without a line end after the last. Returns how many lines. */
size_t log_view_copy(const struct log_view *v, struct logstore *log, struct str *out);
/* Lines below the window; 0 while it follows. */
size_t log_view_below(const struct log_view *v, struct logstore *log);
/* The cursor is shown where the window has the focus and does not follow. */
void log_view_draw(struct log_view *v, struct logstore *log, struct area a, bool focused);
