/* logstore: one job's log: a file with every byte, and what is needed to show any line of it.
 *
 * Memory holds the bytes not yet written, the marked lines, and a sparse index: where a line begins
 * and in which style, for every LOGSTORE_STEP-th line, or sooner where lines are long. Text is read
 * back from the file for the rows that are on screen. The index (build/logindex) and, with a clock,
 * when lines came (build/linetimes) are kept beside it, so that a log is opened again at once. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/err.h"
#include "base/str.h"
#include "text/ansi.h"

#define LOGSTORE_STEP 64 /* lines between two index entries at the most */
#define LOGSTORE_NOTES 4096
#define LOGSTORE_AT_ONCE (1 << 17)
#define LOGSTORE_STRIDE (1 << 18) /* and bytes, give or take a line */

enum logstore_mark {
	LOGMARK_ERROR = 1,
	LOGMARK_WARNING = 2,
	LOGMARK_LINKER = 4, /* an error in the linker's own words */
};

struct logstore;
struct sidework;

/* A new file for writing (folders are made, an old file is emptied), or an old one for reading, with
 * the times that were kept of it. Where there is no index, or another log's, it is read once. */
struct logstore *logstore_create(const char *path, struct err *err);
struct logstore *logstore_open(const char *path, struct err *err);
void logstore_close(struct logstore *ls); /* writes what is buffered; NULL is fine */
const char *logstore_path(const struct logstore *ls);
/* From here on the times of lines are kept: `now` is the milliseconds since the run began. */
void logstore_set_clock(struct logstore *ls, uint64_t (*now)(void *arg), void *arg);

/* From here on its files are written on another thread. `has_room` is called on the loop's whenever what
 * was being written is in the file. */
void logstore_write_beside(
	struct logstore *ls, struct sidework *s, void (*has_room)(void *arg), void *arg);
/* The disk is slower than what comes: who appends LOGSTORE_AT_ONCE bytes now may have to wait for it. */
bool logstore_is_behind(const struct logstore *ls);

/* Appends bytes as they came. Writes are gathered: logstore_flush at the end of a loop turn. */
void logstore_append(struct logstore *ls, const char *bytes, size_t len);
/* Marks the line that the next byte begins (or continues). */
void logstore_mark_next(struct logstore *ls, enum logstore_mark mark);
/* Writes what is buffered. False with err once, at the first failing write (disk full). From then on
 * what is appended is dropped; what could not be written stays readable until the close, which tries
 * once more. */
bool logstore_flush(struct logstore *ls, struct err *err);
/* The same, and it is in the file when this comes back, also where another thread writes. */
void logstore_settle(struct logstore *ls);
/* Adds a line that is read like the others although the disk takes no more: that the log is cut here.
 * It gets into the file when there is space again. Beyond LOGSTORE_NOTES bytes of them it is dropped. */
void logstore_note(struct logstore *ls, const char *line);
uint64_t logstore_lost(const struct logstore *ls);    /* bytes that did not get into the file */
uint64_t logstore_bytes(const struct logstore *ls);   /* bytes that can be read */
uint64_t logstore_in_file(const struct logstore *ls); /* of these, the first ones */

/* Lines so far; an unfinished last one counts. */
size_t logstore_lines(const struct logstore *ls);
/* When the line began to come: milliseconds since the run began, up to LINETIMES_STEP too early; -1:
 * not known. */
int64_t logstore_time_of(const struct logstore *ls, size_t line);
/* Gives lines [first, first + count) to `row`, styled, in order; stops at the end. Lines longer than
 * ANSI_LINE_MAX come cut. `row` must not read or append. */
void logstore_read(struct logstore *ls, size_t first, size_t count,
	void (*row)(void *arg, size_t line, const struct ansi_line *text), void *arg);
/* For who looks at all of it (build/logsearch): some of the bytes from `offset` on, borrowed until the
 * next call; none at the end. */
struct span logstore_bytes_at(struct logstore *ls, uint64_t offset);
/* A line at or shortly before `line` of which it is known where it begins: that is *offset. */
size_t logstore_line_near(const struct logstore *ls, size_t line, uint64_t *offset);
/* The nearest line after (before, when backwards) `from` with one of these marks, or -1. From -1 on
 * forwards finds the first. */
long logstore_find_mark(const struct logstore *ls, long from, bool backwards, unsigned marks);
/* Appends the last `max` raw bytes of the log to out, or all when it is shorter. */
void logstore_tail(struct logstore *ls, size_t max, struct str *out);
