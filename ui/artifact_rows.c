#include "ui/artifact_rows.h"
#include <stdlib.h>
#include "artifact/card.h"
#include "artifact/fits.h"
#include "base/alloc.h"
#include "base/str.h"
#include "hint/explain.h"
#include "ready/survey.h"

static void
row_fini(struct artifact_row *row)
{
	free(row->target);
	free(row->variant);
	free(row->label);
	free(row->path);
	free(row->why);
	free(row->floor);
	card_free(row->card);
}

void
artifact_rows_fini(struct artifact_rows *rows)
{
	for (size_t i = 0; i < rows->items.len; i++)
		row_fini(&rows->items.items[i]);
	vec_fini(&rows->items);
}

static char *
why_nothing(const struct job *job)
{
	const struct explanation *e = job->explanation;

	switch (job->state) {
	case JOB_WAITING: return xstrdup("waits to be built");
	case JOB_RUNNING: return xstrdup("is being built");
	case JOB_OK: return xstrdup("built; no file came out");
	case JOB_CANCELLED: return xstrdup("not built (stopped)");
	case JOB_SKIPPED: return xstrdup("not built (skipped)");
	case JOB_FAILED: break;
	}
	if (e && e->count)
		return xasprintf("not built: %s", e->hints[0].title);
	if (job->errors > 0)
		return xasprintf(
			"not built (%d error%s)", job->errors, job->errors == 1 ? "" : "s");
	return xstrdup("not built (failed)");
}

static struct artifact_row *
add(struct artifact_rows *rows, const struct job *job, const char *floor)
{
	struct artifact_row *row = vec_add(&rows->items);

	row->target = xstrdup(job->target);
	row->variant = xstrdup(job->variant);
	row->label = xstrdup(job->label);
	row->floor = xstrdup(floor);
	row->state = job->state;
	return row;
}

void
artifact_rows_add_job(struct artifact_rows *rows, const struct job *job, const char *floor)
{
	for (size_t i = 0; i < job->artifacts.len; i++) {
		const struct job_artifact *a = &job->artifacts.items[i];
		struct artifact_row *row = add(rows, job, floor);

		row->path = xstrdup(a->path);
		row->bytes = a->bytes;
		file_identity(a->path, &row->file);
	}
	if (!job->artifacts.len)
		add(rows, job, floor)->why = why_nothing(job);
}

void
artifact_rows_add_file(struct artifact_rows *rows, const char *path)
{
	struct artifact_row *row;

	for (size_t i = rows->items.len; i-- > 0;) {
		row = &rows->items.items[i];
		if (row->target || !text_is(row->path, path))
			continue;
		row_fini(row);
		vec_remove(&rows->items, i);
	}
	row = vec_add(&rows->items);
	row->label = xstrdup("a file");
	row->path = xstrdup(path);
	row->state = JOB_OK;
	file_identity(path, &row->file);
}

void
artifact_row_take(
	struct artifact_row *row, struct card *card, const char *why, const struct survey *s)
{
	const struct target *target = row->target ? targets_find(s->targets, row->target) : NULL;
	char *text = row->floor ? xasprintf("glibc-%s", row->floor) : NULL;
	struct floor floor;
	bool has_floor = text && floor_parse(&floor, text, NULL);

	free(text);
	card_free(row->card);
	free(row->why);
	row->card = card;
	row->why = card ? NULL : xstrdup(why);
	if (!card)
		return;
	row->bytes = card->bytes;
	if (target || has_floor)
		fits_check(card, target, has_floor ? &floor : NULL);
}

static bool
is_same_file(const struct file_identity *a, const struct file_identity *b)
{
	return a->device == b->device && a->inode == b->inode && a->size == b->size &&
		a->mtime_ns == b->mtime_ns;
}

void
artifact_row_inherit(struct artifact_row *row, struct artifact_row *from, const struct survey *s)
{
	if (row->card || !from->card || !text_is(row->path, from->path) ||
		!is_same_file(&row->file, &from->file))
		return;
	artifact_row_take(row, from->card, NULL, s);
	from->card = NULL;
}

bool
artifact_row_is_unread(const struct artifact_row *row)
{
	return row->path && !row->card && !row->why;
}
