/* artifact_rows: what the last run made, a row a file, and a row for each target of which nothing came.
 *
 * A card belongs to its row and is there once somebody has read it (card_reading). */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/vec.h"
#include "build/growth.h"
#include "build/job.h"
#include "io/file.h"

struct card;
struct survey;

struct artifact_row {
	char *target;  /* triple; NULL: a file that a person named */
	char *variant; /* likewise */
	char *label;   /* the target, as the job has it; "a file" */
	char *path;    /* NULL: nothing came out */
	char *why;     /* why nothing did, or why the file could not be read; or NULL */
	char *floor;   /* the oldest glibc that the project wants it to run on; or NULL */
	enum job_state state;
	uint64_t bytes;
	struct growth growth;      /* what it was; unknown for a file that a person named */
	struct file_identity file; /* as it was when the row was made; zero: it was not there */
	struct card *card;
};

struct artifact_rows {
	VEC(struct artifact_row) items;
};

void artifact_rows_fini(struct artifact_rows *rows);
/* Rows of a job: its files, or why there is none. `floor` may be NULL. */
void artifact_rows_add_job(struct artifact_rows *rows, const struct job *job, const char *floor);
/* A file that a person named; the one with that path that was there goes. */
void artifact_rows_add_file(struct artifact_rows *rows, const char *path);
/* The card becomes the row's, held against its target and floor. `why` (copied) is for a NULL card. */
void artifact_row_take(
	struct artifact_row *row, struct card *card, const char *why, const struct survey *s);
/* Takes a card over that was read for the same unchanged file. */
void
artifact_row_inherit(struct artifact_row *row, struct artifact_row *from, const struct survey *s);
/* Whether the card is still to be read. */
bool artifact_row_is_unread(const struct artifact_row *row);
