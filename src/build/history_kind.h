/* history_kind: inside of the history: the file (history.c), what is written into it
 * (history_record.c), what is read from it (history_ask.c), and labs (history_lab.c). */
#pragma once
#include "base/vec.h"
#include "build/history.h"
#include "io/file.h"

#define HISTORY_RUNNING "running"
#define HISTORY_INTERRUPTED "interrupted"
#define HISTORY_SEVERAL "several" /* variants */

/* What can be done and asked. */
enum history_statement {
	BEGIN,
	COMMIT,
	ADD_RUN,
	SET_RUN,
	ADD_JOB,
	SET_JOB,
	ADD_UNIT,
	ADD_ARTIFACT,
	DROP_UNITS,
	DROP_ARTIFACTS,
	INTERRUPT_RUN,
	INTERRUPT_JOBS,
	SET_ASKED,
	FORGET_UNITS,
	LIST_RUNS,
	LIST_JOBS,
	LIST_UNITS,
	LIST_ARTIFACTS,
	LIST_TIMES,
	MOST_MEMORY,
	PAST_SIZES,
	MARKED_SIZES,
	ORIGIN_OF,
	MARK_RUN,
	KEEP_LAB,
	DROP_LABS,
	LIST_LABS,
	STATEMENT_COUNT
};

struct due_unit {
	size_t job; /* index */
	char *crate;
	uint64_t started, ms, peak;
};

struct job_record {
	int64_t row; /* 0: not in the file */
	int built;
	size_t artifacts; /* so many are written */
	bool was_over;
	bool is_anew; /* built again: what the file has of it must go */
};

struct recording {
	const struct run *run;
	int64_t row;     /* 0: not in the file */
	int64_t started; /* ms since 1970 */
	bool is_left;    /* it will be freed before its end */
	bool is_lost;    /* trouble was said: nothing more is written */
	bool was_locked;
	uint64_t written_at;     /* ms since the run began */
	struct job_record *jobs; /* one for each of the run's */
	VEC(struct due_unit) units;
};

struct history {
	char *path;
	bool is_reader;
	struct sqlite3 *db; /* NULL: not open; of a reader: there is no file */
	struct sqlite3_stmt *prepared[STATEMENT_COUNT];
	struct file_identity identity; /* of the file that is open */
	int error;                     /* SQLite's code of what failed last */
	void (*say)(void *arg, const struct err *what);
	void *arg;
	VEC(struct recording) recordings;
};

/* Opens the file unless it is open; a damaged one is set aside. False with h->error. */
bool history_use(struct history *h);
/* Whether the open file is no longer the one in its place; nothing is open then. */
bool history_has_moved(struct history *h);
/* What went wrong last. */
bool history_is_locked(const struct history *h);
bool history_is_damaged(const struct history *h);
const char *history_why(const struct history *h); /* in words that follow the file's name */
/* Moves a damaged file out of the way, with what belongs to it, and says so; not when another xtui has
 * done it already. Nothing is open then. For those with somebody to hear of it. */
void history_set_aside(struct history *h);

/* A statement without rows. Its values by kind: 'i' an int64_t, 'n' one that is NULL when negative,
 * 't' a text or NULL. False with h->error. */
bool history_do(struct history *h, enum history_statement id, const char *kinds, ...);
/* A question, its rows to be taken with history_next to the last one; another question of its kind may
 * only begin then, or after history_end. */
struct sqlite3_stmt *
history_rows(struct history *h, enum history_statement id, const char *kinds, ...);
bool history_next(struct history *h, struct sqlite3_stmt *rows);
bool history_end(struct history *h, struct sqlite3_stmt *rows);  /* false: h->error says why */
const char *history_text(struct sqlite3_stmt *rows, int column); /* borrowed; NULL for NULL */
int64_t history_number(struct sqlite3_stmt *rows, int column);   /* -1 for NULL */
int64_t history_last_row(const struct history *h);               /* of the last one added */
void history_undo(struct history *h); /* the transaction, if one is open */
/* How long to wait for another program's transaction: what is tried again soon, not at all or a moment. */
enum history_patience { PATIENCE_NONE, PATIENCE_SOME, PATIENCE_LAST };
void history_set_patience(struct history *h, enum history_patience patience);

/* Runs whose process is gone have been interrupted. */
void history_mark_interrupted(struct history *h);
void history_drop_recordings(struct history *h);
/* A workspace is known by one name, whatever links led to it; caller frees. */
char *history_root_key(const char *root);
