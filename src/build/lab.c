#include "build/lab.h"

#include <stdlib.h>
#include "base/alloc.h"
#include "base/path.h"
#include "io/file.h"
#include "io/loop.h"
#include "ready/survey.h"
#include "rust/workspace.h"

struct lab {
	struct loop *loop;
	struct run_spec spec; /* with all variants */
	struct lab_events events;
	void *arg;
	char *dir;             /* where it builds */
	struct lab_row *rows;  /* in the arena; one a variant */
	size_t at;             /* the variant that is built */
	struct run *run;       /* of it; NULL: none */
	struct loop_timer *go; /* to the next, outside of the run's own events */
	bool is_stopped;
	struct arena arena;
};

static bool start_variant(struct lab *lab, struct err *err);

/* ---- measuring ---- */

static struct lab_cell *
cell_of(struct lab *lab, const struct job *job)
{
	struct lab_row *row = &lab->rows[lab->at];

	for (size_t i = 0; i < lab->spec.target_count; i++) {
		if (text_is(row->cells[i].target, job->target))
			return &row->cells[i];
	}
	return NULL;
}

static void
measure_job(struct lab *lab, const struct job *job)
{
	struct lab_cell *cell = cell_of(lab, job);

	if (!cell)
		return;
	cell->state = job->state;
	for (size_t i = 0; i < job->artifacts.len; i++) {
		const struct job_artifact *a = &job->artifacts.items[i];
		struct lab_file file = {
			.name = arena_strdup(&lab->arena, path_basename(a->path)),
			.kind = arena_strdup(&lab->arena, a->kind),
			.bytes = a->bytes,
		};

		vec_push(&cell->files, file);
		cell->bytes += a->bytes;
	}
	lab->rows[lab->at].cells_bytes += cell->bytes;
}

static bool
is_whole(const struct lab *lab, const struct lab_row *row)
{
	for (size_t i = 0; i < lab->spec.target_count; i++) {
		if (row->cells[i].state != JOB_OK)
			return false;
	}
	return row->is_over;
}

static bool
beats(const struct lab_row *a, const struct lab_row *b)
{
	return a->cells_bytes <= b->cells_bytes && a->ms <= b->ms &&
		(a->cells_bytes < b->cells_bytes || a->ms < b->ms);
}

/* Only what was built whole is compared. */
static void
mark_beaten(struct lab *lab)
{
	for (size_t i = 0; i < lab->spec.variant_count; i++) {
		struct lab_row *row = &lab->rows[i];

		row->is_beaten = false;
		for (size_t k = 0; k < lab->spec.variant_count; k++)
			row->is_beaten |= is_whole(lab, row) && is_whole(lab, &lab->rows[k]) &&
				beats(&lab->rows[k], row);
	}
}

/* ---- one after the other ---- */

static void
end(struct lab *lab, const struct err *err)
{
	if (lab->events.over)
		lab->events.over(lab->arg, err);
}

static void
on_go(void *arg)
{
	struct lab *lab = arg;
	struct err err = ERR_INIT;

	loop_timer_stop(lab->go);
	lab->go = NULL;
	run_free(lab->run);
	lab->run = NULL;
	lab->at++;
	if (lab->is_stopped || lab->at == lab->spec.variant_count)
		end(lab, NULL);
	else if (!start_variant(lab, &err))
		end(lab, &err);
}

static void
finish_row(struct lab *lab)
{
	struct lab_row *row = &lab->rows[lab->at];

	row->ms = run_elapsed_ms(lab->run);
	row->is_over = !lab->is_stopped;
	for (size_t i = 0; i < run_job_count(lab->run); i++)
		measure_job(lab, run_job(lab->run, i));
	mark_beaten(lab);
	if (row->is_over && lab->events.row)
		lab->events.row(lab->arg, row);
	lab->go = loop_timer_start(lab->loop, 0, 0, on_go, lab);
}

static void
observe(void *arg, const struct run_event *event)
{
	struct lab *lab = arg;
	struct lab_cell *cell = event->job ? cell_of(lab, event->job) : NULL;

	if (cell && event->kind == RUN_UNIT && event->unit_finished)
		cell->unit_ms += event->unit_ms;
	if (lab->events.run_event)
		lab->events.run_event(lab->arg, lab->run, event);
	if (event->kind == RUN_FINISHED)
		finish_row(lab);
}

static bool
start_variant(struct lab *lab, struct err *err)
{
	struct run_spec spec = lab->spec;

	spec.variants = &lab->spec.variants[lab->at];
	spec.variant_count = 1;
	spec.target_dir = lab->dir;
	if (!file_remove_tree(lab->dir, err))
		return false;
	lab->run = run_start(lab->loop, &spec, observe, lab, err);
	return lab->run != NULL;
}

static void
make_rows(struct lab *lab)
{
	const struct run_spec *spec = &lab->spec;

	lab->rows = arena_array(&lab->arena, struct lab_row, spec->variant_count);
	for (size_t i = 0; i < spec->variant_count; i++) {
		struct lab_row *row = &lab->rows[i];

		row->variant = spec->variants[i].name;
		row->cells = arena_array(&lab->arena, struct lab_cell, spec->target_count);
		for (size_t k = 0; k < spec->target_count; k++)
			row->cells[k].target = spec->targets[k];
	}
}

struct lab *
lab_start(struct loop *l, const struct run_spec *spec, const struct lab_events *events, void *arg,
	struct err *err)
{
	struct lab *lab = xcalloc(1, sizeof(*lab));

	lab->loop = l;
	lab->spec = *spec;
	lab->events = *events;
	lab->arg = arg;
	lab->dir = path_join(spec->survey->workspace->target_dir, "xtui/lab");
	make_rows(lab);
	if (start_variant(lab, err))
		return lab;
	lab_free(lab);
	return NULL;
}

void
lab_stop(struct lab *lab)
{
	lab->is_stopped = true;
	if (lab->run)
		run_cancel(lab->run);
}

void
lab_free(struct lab *lab)
{
	if (!lab)
		return;
	loop_timer_stop(lab->go);
	run_free(lab->run);
	file_remove_tree(lab->dir, NULL);
	for (size_t i = 0; i < lab->spec.variant_count; i++) {
		for (size_t k = 0; k < lab->spec.target_count; k++)
			vec_fini(&lab->rows[i].cells[k].files);
	}
	arena_fini(&lab->arena);
	free(lab->dir);
	free(lab);
}

size_t
lab_row_count(const struct lab *lab)
{
	return lab->spec.variant_count;
}

const struct lab_row *
lab_row(const struct lab *lab, size_t i)
{
	return &lab->rows[i];
}

size_t
lab_target_count(const struct lab *lab)
{
	return lab->spec.target_count;
}

bool
lab_has_failed(const struct lab *lab)
{
	for (size_t i = 0; i < lab->spec.variant_count; i++) {
		if (lab->rows[i].is_over && !is_whole(lab, &lab->rows[i]))
			return true;
	}
	return false;
}
