/* artifacts_make: rows out of the last run, the one here or the history's, and their cards. */
#include <inttypes.h>
#include <stdlib.h>
#include "artifact/card.h"
#include "base/alloc.h"
#include "base/path.h"
#include "build/history.h"
#include "build/run.h"
#include "io/loop.h"
#include "ready/survey.h"
#include "rust/choice.h"
#include "rust/workspace.h"
#include "ui/artifacts_state.h"
#include "ui/past_run.h"
#include "ui/store.h"

#define RUNS_LOOKED_AT 20 /* for one that built: the others only checked */

/* ---- cards ---- */

static void
take_card(void *arg, const char *path, struct card *card, const char *why)
{
	struct artifacts *a = arg;

	if (!path) {
		a->reading = NULL;
		a->is_stale = true;               /* rows may have come meanwhile */
		a->store->changed |= STORE_CLOCK; /* to be drawn */
		return;
	}
	for (size_t i = 0; i < a->rows.items.len; i++) {
		struct artifact_row *row = &a->rows.items.items[i];

		if (!text_is(row->path, path) || !artifact_row_is_unread(row))
			continue;
		artifact_row_take(row, card, why, a->store->survey);
		return;
	}
	card_free(card);
}

static void
read_cards(struct artifacts *a)
{
	VEC(const char *) paths = VEC_INIT, floors = VEC_INIT;

	for (size_t i = 0; i < a->rows.items.len; i++) {
		const struct artifact_row *row = &a->rows.items.items[i];

		if (!artifact_row_is_unread(row))
			continue;
		vec_push(&paths, row->path);
		vec_push(&floors, row->floor);
	}
	if (paths.len && !a->reading && a->store->loop)
		a->reading = card_reading_start(
			a->store->loop, paths.items, floors.items, paths.len, take_card, a);
	vec_fini(&floors);
	vec_fini(&paths);
}

/* ---- rows ---- */

/* With it the sizes that files had before. */
static void
take_profile(struct artifacts *a, const char *profile, const char *run)
{
	const struct workspace *ws = a->store->survey->workspace;

	free(a->profile);
	a->profile = xstrdup(profile);
	for (size_t i = 0; ws && i < a->rows.items.len; i++) {
		struct artifact_row *row = &a->rows.items.items[i];
		struct history_file file = { ws->root, row->target, profile, row->variant,
			row->path ? path_basename(row->path) : NULL };

		if (row->path && row->target)
			growth_ask(&row->growth, a->store->history, &file, run, row->bytes);
	}
}

static const char *
floor_of(const struct artifacts *a, const char *target)
{
	return choice_option(a->store->choice, target, "glibc");
}

static void
take_run(struct artifacts *a, const struct run *run)
{
	for (size_t i = 0; i < run_job_count(run); i++) {
		const struct job *job = run_job(run, i);

		artifact_rows_add_job(&a->rows, job, floor_of(a, job->target));
	}
	take_profile(a, run_profile(run), run_id(run));
}

static void
take_past_job(struct artifacts *a, const struct history_job *from)
{
	struct job *job = job_new(from->number, from->target, from->variant, from->backend);

	job->state = past_run_state(from->status);
	job->errors = from->errors;
	for (size_t i = 0; i < from->artifact_count; i++)
		vec_push(&job->artifacts,
			((struct job_artifact){ xstrdup(from->artifacts[i].path),
				xstrdup(from->artifacts[i].kind), from->artifacts[i].bytes }));
	artifact_rows_add_job(&a->rows, job, floor_of(a, job->target));
	job_free(job);
}

static void
take_past_run(struct artifacts *a, int64_t row)
{
	struct history_query query = { .row = row, .in_detail = true };
	struct history_list list;

	if (history_ask(a->store->history, &query, &list, NULL) && list.runs.len) {
		const struct history_run *run = &list.runs.items[0];

		for (size_t i = 0; i < run->job_count; i++)
			take_past_job(a, &run->jobs[i]);
		take_profile(a, run->profile, run->id);
	}
	history_list_fini(&list);
}

/* The row of the last build in the history that is over; 0: there is none. */
static int64_t
last_build(const struct artifacts *a)
{
	const struct workspace *ws = a->store->survey->workspace;
	struct history_query query = { .root = ws ? ws->root : NULL, .limit = RUNS_LOOKED_AT };
	struct history_list list = { 0 };
	int64_t row = 0;

	if (ws && a->store->history && history_ask(a->store->history, &query, &list, NULL)) {
		for (size_t i = 0; i < list.runs.len && !row; i++) {
			const struct history_run *run = &list.runs.items[i];

			if (text_is(run->mode, "build") && !text_is(run->status, "running"))
				row = run->row;
		}
	}
	history_list_fini(&list);
	return row;
}

/* The run of this start, when it builds. */
static const struct run *
run_here(const struct artifacts *a)
{
	const struct run *run = a->store->run;

	return run && run_survey(run) && run_mode(run) == MODE_BUILD ? run : NULL;
}

/* What rows would be made of now: changes whenever a job does. */
static void
say_source(const struct artifacts *a, const struct run *run, int64_t past, struct str *out)
{
	str_appendf(out, "%s %" PRId64, run ? run_id(run) : "", past);
	for (size_t i = 0; run && i < run_job_count(run); i++) {
		const struct job *job = run_job(run, i);

		str_appendf(out, " %d %zu %" PRIu64, (int)job->state, job->artifacts.len,
			job->ended_ms);
		for (size_t k = 0; k < job->artifacts.len; k++)
			str_appendf(out, " %" PRIu64, job->artifacts.items[k].bytes);
	}
	for (size_t i = 0; i < choice_target_count(a->store->choice); i++) {
		const char *floor = floor_of(a, choice_target(a->store->choice, i));

		str_appendf(out, " %s", floor ? floor : "-");
	}
}

/* Files that a person named stay, below the others. */
static void
keep_named(struct artifacts *a, struct artifact_rows *old)
{
	for (size_t i = 0; i < old->items.len; i++) {
		struct artifact_row *row = &old->items.items[i];

		if (row->target)
			continue;
		vec_push(&a->rows.items, *row);
		*row = (struct artifact_row){ 0 };
	}
}

static void
keep_cards(struct artifacts *a, struct artifact_rows *old)
{
	for (size_t i = 0; i < old->items.len; i++)
		for (size_t k = 0; k < a->rows.items.len; k++)
			artifact_row_inherit(
				&a->rows.items.items[k], &old->items.items[i], a->store->survey);
}

static void
measure(struct artifacts *a)
{
	a->largest = 0;
	for (size_t i = 0; i < a->rows.items.len; i++)
		if (a->rows.items.items[i].bytes > a->largest)
			a->largest = a->rows.items.items[i].bytes;
}

static void
make_rows(struct artifacts *a, const struct run *run, int64_t past)
{
	struct artifact_rows old = a->rows;

	a->rows = (struct artifact_rows){ 0 };
	if (run)
		take_run(a, run);
	else if (past)
		take_past_run(a, past);
	keep_named(a, &old);
	keep_cards(a, &old);
	artifact_rows_fini(&old);
	list_set_count(&a->table.list, a->rows.items.len);
}

void
artifacts_make(struct artifacts *a)
{
	const struct run *run = run_here(a);
	int64_t past = run ? 0 : last_build(a);
	struct str of = STR_INIT;

	say_source(a, run, past, &of);
	if (!text_is(str_cstr(&of), str_cstr(&a->of))) {
		make_rows(a, run, past);
		str_clear(&a->of);
		str_append_span(&a->of, str_span(&of));
	}
	str_fini(&of);
	measure(a);
	read_cards(a);
	a->is_stale = false;
}

void
artifacts_read_again(struct artifacts *a)
{
	for (size_t i = 0; i < a->rows.items.len; i++) {
		struct artifact_row *row = &a->rows.items.items[i];

		if (!row->path)
			continue;
		card_free(row->card);
		free(row->why);
		row->card = NULL;
		row->why = NULL;
	}
	str_clear(&a->of);
	artifacts_make(a);
}

void
artifacts_add_file(struct artifacts *a, const char *path)
{
	artifact_rows_add_file(&a->rows, path);
	list_set_count(&a->table.list, a->rows.items.len);
	list_focus(&a->table.list, a->rows.items.len - 1);
	read_cards(a);
}
