#include "build/lab.h"

#include <stdlib.h>
#include "base/alloc.h"
#include "base/path.h"
#include "build/history.h"
#include "build/lab_twin.h"
#include "build/logstore.h"
#include "build/turn.h"
#include "io/file.h"
#include "io/loop.h"
#include "ready/survey.h"
#include "rust/profile.h"
#include "rust/toolchain.h"
#include "rust/workspace.h"

/* A file that the worker has to measure. */
struct work {
	struct lab_file *file;
	struct lab_sample sample;
};

struct lab {
	struct loop *loop;
	struct run_spec run_spec; /* with all variants */
	struct lab_spec spec;
	struct lab_events events;
	void *arg;
	char *dir; /* its own; `out` in it is where it builds */
	char *out;
	struct turn *turn; /* so that no other lab empties it */
	struct lab_result result;
	size_t at;              /* the variant that is built */
	struct run *run;        /* of it; NULL: none */
	bool is_twin;           /* the run is its twin's */
	VEC(struct work) works; /* of the row that is measured */
	bool is_measuring, is_stopped, is_over;
	bool is_freed; /* as soon as the worker has come back */
	_Atomic bool cancel;
};

static bool start_variant(struct lab *lab, struct err *err);

void
lab_drop_doubles(struct run_spec *spec)
{
	struct run_variant *kept = (struct run_variant *)spec->variants;
	size_t count = 0;

	for (size_t i = 0; i < spec->variant_count; i++) {
		bool is_double = false;

		for (size_t k = 0; k < count; k++)
			is_double |= text_is(kept[k].name, spec->variants[i].name);
		if (!is_double)
			kept[count++] = spec->variants[i];
	}
	spec->variant_count = count;
}

/* ---- measuring, on the worker ---- */

static void
measure(void *arg)
{
	struct lab *lab = arg;
	struct lab_row *row = &lab->result.rows[lab->at];

	for (size_t i = 0; i < lab->works.len && !lab->cancel; i++)
		lab_measure(lab->works.items[i].file, &lab->works.items[i].sample, &lab->spec.tests,
			&row->arena, &lab->cancel);
}

/* ---- what a run leaves ---- */

static struct lab_cell *
cell_of(struct lab *lab, const struct job *job)
{
	struct lab_row *row = &lab->result.rows[lab->at];

	for (size_t i = 0; i < lab->result.target_count; i++) {
		if (text_is(row->cells[i].target, job->target))
			return &row->cells[i];
	}
	return NULL;
}

static void
add_work(struct lab *lab, const struct lab_cell *cell, struct lab_file *file, const char *path)
{
	const struct survey *s = lab->run_spec.survey;
	const struct target_state *state = &s->states[survey_find(s, cell->target)];
	struct lab_row *row = &lab->result.rows[lab->at];
	struct work work = {
		.file = file,
		.sample = { arena_strdup(&row->arena, path), cell->target, row->variant,
			state->runner, state->runs_here || *state->runner },
	};

	vec_push(&lab->works, work);
}

static void
take_job(struct lab *lab, const struct job *job)
{
	struct lab_row *row = &lab->result.rows[lab->at];
	struct lab_cell *cell = cell_of(lab, job);

	if (!cell)
		return;
	cell->state = job->state;
	if (job->state == JOB_FAILED && job->log)
		cell->log = arena_strdup(&row->arena, logstore_path(job->log));
	cell->files = arena_array(&row->arena, struct lab_file, job->artifacts.len + 1);
	for (size_t i = 0; job->state == JOB_OK && i < job->artifacts.len; i++) {
		const struct job_artifact *a = &job->artifacts.items[i];
		struct lab_file *file = &cell->files[cell->file_count++];

		file->name = arena_strdup(&row->arena, path_basename(a->path));
		file->kind = arena_strdup(&row->arena, a->kind);
		file->bytes = a->bytes;
		add_work(lab, cell, file, a->path);
	}
}

/* ---- one after the other ---- */

static void
end(struct lab *lab, const struct err *err)
{
	lab->is_over = true;
	if (lab->events.over)
		lab->events.over(lab->arg, err);
}

static void
go_on(struct lab *lab)
{
	struct err err = ERR_INIT;

	lab->at++;
	if (lab->is_stopped || lab->at == lab->result.row_count)
		end(lab, NULL);
	else if (!start_variant(lab, &err))
		end(lab, &err);
}

static void
destroy(struct lab *lab)
{
	run_free(lab->run);
	if (lab->turn)
		file_remove_tree(lab->dir, NULL);
	turn_end(lab->turn);
	lab_result_fini(&lab->result);
	vec_fini(&lab->works);
	free(lab->out);
	free(lab->dir);
	free(lab);
}

static void
end_row(struct lab *lab)
{
	struct lab_row *row = &lab->result.rows[lab->at];

	run_free(lab->run);
	lab->run = NULL;
	lab->is_twin = false;
	lab_row_sum(row, lab->result.target_count);
	row->is_over = !lab->is_stopped;
	lab_result_judge(&lab->result);
	if (row->is_over && lab->events.row)
		lab->events.row(lab->arg, row);
	go_on(lab);
}

/* ---- the twin of a stripped variant ---- */

/* On the worker. */
static void
attribute(void *arg)
{
	struct lab *lab = arg;
	struct lab_row *row = &lab->result.rows[lab->at];

	for (size_t i = 0; i < run_job_count(lab->run) && !lab->cancel; i++) {
		const struct job *job = run_job(lab->run, i);
		struct lab_cell *cell = cell_of(lab, job);

		if (cell)
			lab_twin_attribute(cell, job, &row->arena);
	}
}

static void
attributed(void *arg)
{
	struct lab *lab = arg;

	lab->is_measuring = false;
	if (lab->is_freed)
		destroy(lab);
	else
		end_row(lab);
}

static void
observe_twin(void *arg, const struct run_event *event)
{
	struct lab *lab = arg;

	if (event->kind != RUN_FINISHED)
		return;
	lab->is_measuring = true;
	loop_work(lab->loop, attribute, attributed, lab);
}

/* The folder of its logs goes with all else. False: there is no use in one, or it cannot be had. */
static bool
start_twin(struct lab *lab)
{
	struct lab_row *row = &lab->result.rows[lab->at];
	struct run_spec spec = lab->run_spec;
	struct run_variant twin;

	if (lab->is_stopped || !lab_twin_is_wanted(row, lab->result.target_count) ||
		!lab_twin_variant(&spec, &spec.variants[lab->at], &row->arena, &twin))
		return false;
	spec.variants = &twin;
	spec.variant_count = 1;
	spec.target_dir = lab->out;
	spec.log_dir = lab->dir;
	spec.is_lab = true;
	spec.history = NULL;
	run_free(lab->run);
	lab->is_twin = true;
	lab->run = run_start(lab->loop, &spec, observe_twin, lab, NULL);
	return lab->run != NULL;
}

static void
measured(void *arg)
{
	struct lab *lab = arg;

	lab->is_measuring = false;
	vec_clear(&lab->works);
	if (lab->is_freed)
		destroy(lab);
	else if (!start_twin(lab))
		end_row(lab);
}

static void
finish_run(struct lab *lab)
{
	struct lab_row *row = &lab->result.rows[lab->at];

	row->ms = run_elapsed_ms(lab->run);
	row->cpu_ms = run_cpu_ms(lab->run);
	for (size_t i = 0; i < run_job_count(lab->run); i++)
		take_job(lab, run_job(lab->run, i));
	lab->is_measuring = true;
	loop_work(lab->loop, measure, measured, lab);
}

static void
observe(void *arg, const struct run_event *event)
{
	struct lab *lab = arg;
	struct lab_cell *cell = event->job ? cell_of(lab, event->job) : NULL;

	if (cell && event->kind == RUN_UNIT && event->unit_finished)
		cell->unit_ms += event->unit_ms;
	if (cell && event->kind == RUN_JOB_STARTED)
		cell->state = JOB_RUNNING;
	if (event->kind == RUN_STARTED && !*lab->result.id)
		lab->result.id = arena_strdup(&lab->result.arena, run_id(lab->run));
	if (lab->events.run_event)
		lab->events.run_event(lab->arg, lab->run, event);
	if (event->kind == RUN_FINISHED)
		finish_run(lab);
}

static bool
start_variant(struct lab *lab, struct err *err)
{
	struct run_spec spec = lab->run_spec;

	spec.variants = &lab->run_spec.variants[lab->at];
	spec.variant_count = 1;
	spec.target_dir = lab->out;
	spec.is_lab = true;
	if (!file_remove_tree(lab->out, err))
		return false;
	lab->run = run_start(lab->loop, &spec, observe, lab, err);
	return lab->run != NULL;
}

static bool
take_folder(struct lab *lab, struct err *err)
{
	struct str who = STR_INIT;

	lab->turn = turn_take(lab->dir, lab->result.targets, lab->result.target_count, &who);
	if (!lab->turn)
		err_set(err, ERR_ENVIRONMENT, "%s: another lab is going on here: %s", lab->dir,
			str_cstr(&who));
	str_fini(&who);
	return lab->turn != NULL;
}

static void
describe(struct lab *lab)
{
	const struct run_spec *spec = &lab->run_spec;
	const struct toolchain *tc = spec->survey->toolchain;
	struct lab_result *r = &lab->result;

	lab_result_init(r, spec);
	r->started = history_now();
	r->project = arena_strdup(&r->arena, spec->survey->workspace->name);
	r->profile = arena_strdup(&r->arena, spec->profile ? spec->profile->name : "release");
	r->toolchain = arena_printf(&r->arena, "%s %s", tc->name, tc->release);
	r->bench = arena_strdup(&r->arena, lab->spec.tests.bench);
}

struct lab *
lab_start(struct loop *l, const struct lab_spec *spec, const struct lab_events *events, void *arg,
	struct err *err)
{
	struct lab *lab = xcalloc(1, sizeof(*lab));

	lab->loop = l;
	lab->spec = *spec;
	lab->run_spec = *spec->run;
	lab->events = *events;
	lab->arg = arg;
	lab->dir = path_join(spec->run->survey->workspace->target_dir, "xtui/lab");
	lab->out = path_join(lab->dir, "out");
	describe(lab);
	if (take_folder(lab, err) && start_variant(lab, err))
		return lab;
	destroy(lab);
	return NULL;
}

void
lab_stop(struct lab *lab)
{
	lab->is_stopped = true;
	lab->cancel = true;
	if (lab->run && !run_is_over(lab->run))
		run_cancel(lab->run);
}

void
lab_free(struct lab *lab)
{
	if (!lab)
		return;
	lab->is_freed = true;
	lab->cancel = true;
	if (!lab->is_measuring)
		destroy(lab);
}

const struct lab_result *
lab_result(const struct lab *lab)
{
	return &lab->result;
}

bool
lab_is_over(const struct lab *lab)
{
	return lab->is_over;
}

bool
lab_is_stopped(const struct lab *lab)
{
	return lab->is_stopped;
}

size_t
lab_at(const struct lab *lab)
{
	return lab->at;
}

const struct run *
lab_run(const struct lab *lab)
{
	return lab->is_measuring || lab->is_twin ? NULL : lab->run;
}

bool
lab_has_failed(const struct lab *lab)
{
	for (size_t i = 0; i < lab->result.row_count; i++) {
		const struct lab_row *row = &lab->result.rows[i];

		if (row->is_over && !lab_row_is_whole(&lab->result, row))
			return true;
	}
	return false;
}
