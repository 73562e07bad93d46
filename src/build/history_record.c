/* A recording is a run on its way into the file: which rows it has there, and the units that are not
 * written yet. Everything else is in the run itself, so that writing it again is writing it anew: a
 * transaction that fails leaves the recording as it was. A locked file is tried again at the next
 * occasion without waiting; only when the run has ended by then it is lost. */
#include "build/history_kind.h"

#include <stdlib.h>
#include <string.h>
#include "base/alloc.h"
#include "build/job.h"
#include "build/logstore.h"
#include "build/run.h"
#include "io/peer.h"
#include "ready/survey.h"
#include "rust/toolchain.h"
#include "rust/workspace.h"

#define BATCH_UNITS 64 /* so many units are written at once, */
#define BATCH_MS 2000  /* or those of so long */

static void
say_lost(struct history *h, struct recording *r)
{
	struct err err = ERR_INIT;

	r->is_lost = true;
	err_set(&err, ERR_ENVIRONMENT, "%s: %s: this build is not recorded", h->path,
		history_why(h));
	if (h->say)
		h->say(h->arg, &err);
}

static void
drop_units(struct recording *r)
{
	for (size_t i = 0; i < r->units.len; i++)
		free(r->units.items[i].crate);
	vec_clear(&r->units);
}

static void
drop_recording(struct history *h, struct recording *r)
{
	drop_units(r);
	vec_fini(&r->units);
	free(r->jobs);
	vec_remove(&h->recordings, (size_t)(r - h->recordings.items));
}

void
history_drop_recordings(struct history *h)
{
	while (h->recordings.len)
		drop_recording(h, &h->recordings.items[0]);
	vec_fini(&h->recordings);
}

/* ---- writing ---- */

#define N(number) ((int64_t)(number))

static char *
commands_of(const struct run *run)
{
	struct str all = STR_INIT;

	for (int g = 1; g <= run_group_count(run); g++)
		str_appendf(&all, "%s%s", all.len ? "\n" : "", run_command(run, g));
	return str_take(&all);
}

static bool
all_jobs_are_over(const struct run *run)
{
	for (size_t i = 0; i < run_job_count(run); i++)
		if (!job_is_over(run_job(run, i)))
			return false;
	return true;
}

static const char *
status_of(const struct recording *r)
{
	int code = run_exit_code(r->run);

	if (r->is_left && !all_jobs_are_over(r->run))
		return "cancelled";
	if (!r->is_left && !run_is_over(r->run))
		return HISTORY_RUNNING;
	return code == 0 ? "ok" : code == 1 ? "failed" : "cancelled";
}

static const char *
variant_of(const struct run *run)
{
	for (size_t i = 1; i < run_job_count(run); i++) {
		if (!text_is(run_job(run, i)->variant, run_job(run, 0)->variant))
			return HISTORY_SEVERAL;
	}
	return run_job(run, 0)->variant;
}

static const char *
mode_of(const struct run *run)
{
	return run_is_lab(run) ? HISTORY_LAB : run_mode_name(run_mode(run));
}

static bool
add_run(struct history *h, struct recording *r)
{
	const struct survey *survey = run_survey(r->run);
	const struct toolchain *tc = survey->toolchain;
	struct peer self = peer_self();
	char *root = history_root_key(survey->workspace->root);
	char *toolchain = xasprintf("%s %s", tc->name, tc->release);
	char *spec = run_order(r->run);
	bool ok = history_do(h, ADD_RUN, "ttitttttiitt", run_id(r->run), root, r->started,
		toolchain, run_profile(r->run), variant_of(r->run), mode_of(r->run),
		run_dir(r->run), self.pid, N(self.started), self.place, spec);

	r->row = history_last_row(h);
	free(spec);
	free(toolchain);
	free(root);
	return ok;
}

static bool
write_run(struct history *h, struct recording *r)
{
	int64_t ms = N(run_elapsed_ms(r->run));
	int64_t ended = run_is_over(r->run) || r->is_left ? r->started + ms : -1;
	char *command = commands_of(r->run);
	bool ok = (r->row || add_run(h, r)) &&
		history_do(h, SET_RUN, "initt", r->row, ended, ms, status_of(r), command);

	free(command);
	return ok;
}

static bool
write_artifacts(struct history *h, struct job_record *record, const struct job *job)
{
	if (record->artifacts > job->artifacts.len)
		record->artifacts = 0; /* its cargo was started again */
	for (; record->artifacts < job->artifacts.len; record->artifacts++) {
		const struct job_artifact *a = &job->artifacts.items[record->artifacts];

		if (!history_do(
			    h, ADD_ARTIFACT, "itti", record->row, a->path, a->kind, N(a->bytes)))
			return false;
	}
	return true;
}

static int64_t
ms_of(const struct recording *r, const struct job *job)
{
	if (job->state == JOB_WAITING)
		return 0;
	return N((job_is_over(job) ? job->ended_ms : run_elapsed_ms(r->run)) - job->started_ms);
}

static bool
add_job(struct history *h, const struct recording *r, const struct job *job,
	struct job_record *record)
{
	bool ok = history_do(
		h, ADD_JOB, "iittt", r->row, N(job->id), job->target, job->backend, job->variant);

	record->row = history_last_row(h);
	return ok;
}

static bool
set_job(struct history *h, const struct recording *r, const struct job *job,
	const struct job_record *record)
{
	bool is_cancelled = r->is_left && !job_is_over(job);
	enum job_state state = is_cancelled ? JOB_CANCELLED : job->state;

	return history_do(h, SET_JOB, "itiiiiiinit", record->row, job_state_name(state),
		N(job->done), N(job->total), N(job->fresh), N(record->built), N(job->warnings),
		N(job->errors), N(job->exit_code), ms_of(r, job),
		job->log ? logstore_path(job->log) : NULL);
}

/* What an earlier attempt left behind. */
static bool
clear_job(struct history *h, struct job_record *record)
{
	record->is_anew = false;
	return history_do(h, DROP_UNITS, "i", record->row) &&
		history_do(h, DROP_ARTIFACTS, "i", record->row);
}

static bool
write_job(struct history *h, struct recording *r, size_t i)
{
	const struct job *job = run_job(r->run, i);
	struct job_record *record = &r->jobs[i];

	return (record->row || add_job(h, r, job, record)) &&
		(!record->is_anew || clear_job(h, record)) && set_job(h, r, job, record) &&
		write_artifacts(h, record, job);
}

static bool
write_units(struct history *h, struct recording *r)
{
	for (size_t i = 0; i < r->units.len; i++) {
		const struct due_unit *u = &r->units.items[i];

		if (!history_do(h, ADD_UNIT, "itiin", r->jobs[u->job].row, u->crate, N(u->started),
			    N(u->ms), u->peak ? N(u->peak) : -1))
			return false;
	}
	return true;
}

static bool
write_all(struct history *h, struct recording *r)
{
	bool ok = history_do(h, BEGIN, "") && write_run(h, r);

	for (size_t i = 0; ok && i < run_job_count(r->run); i++)
		ok = write_job(h, r, i);
	return ok && write_units(h, r) && history_do(h, COMMIT, "");
}

/* One transaction; the recording is as before when it does not succeed. */
static bool
write_once(struct history *h, struct recording *r, enum history_patience patience)
{
	size_t size = run_job_count(r->run) * sizeof(*r->jobs);
	struct job_record *before = xmalloc(size);
	int64_t row = r->row;
	bool ok;

	memcpy(before, r->jobs, size);
	history_set_patience(h, patience);
	ok = write_all(h, r);
	if (ok) {
		drop_units(r);
		r->written_at = run_elapsed_ms(r->run);
	} else {
		history_undo(h);
		memcpy(r->jobs, before, size);
		r->row = row;
	}
	free(before);
	return ok;
}

/* In another file nothing is written of anything. */
static void
begin_anew(struct history *h)
{
	for (size_t i = 0; i < h->recordings.len; i++) {
		struct recording *r = &h->recordings.items[i];

		r->row = 0;
		for (size_t j = 0; j < run_job_count(r->run); j++) {
			r->jobs[j].row = 0;
			r->jobs[j].artifacts = 0;
			r->jobs[j].is_anew = false;
		}
	}
}

static void
write_recording(struct history *h, struct recording *r)
{
	bool is_last = r->is_left || run_is_over(r->run);
	enum history_patience patience = is_last ? PATIENCE_LAST
		: r->was_locked                  ? PATIENCE_NONE
						 : PATIENCE_SOME;
	bool ok = history_use(h) && write_once(h, r, patience);

	if (!ok && h->db && h->say && history_is_damaged(h)) {
		history_set_aside(h);
		begin_anew(h);
		ok = history_use(h) && write_once(h, r, PATIENCE_LAST);
	}
	r->was_locked = !ok && history_is_locked(h);
	if (!ok && (is_last || !r->was_locked))
		say_lost(h, r);
}

/* ---- hearing ---- */

static struct recording *
recording_of(struct history *h, const struct run *run)
{
	for (size_t i = 0; i < h->recordings.len; i++) {
		if (h->recordings.items[i].run == run)
			return &h->recordings.items[i];
	}
	return NULL;
}

static struct recording *
add_recording(struct history *h, const struct run *run)
{
	struct recording *r = recording_of(h, run);
	const struct survey *survey = run_survey(run);

	if (!survey || !survey->workspace || !survey->toolchain || !run_job_count(run))
		return NULL;
	if (r)
		drop_recording(h, r);
	if (history_has_moved(h))
		begin_anew(h);
	r = vec_add(&h->recordings);
	r->run = run;
	r->started = history_now() - N(run_elapsed_ms(run));
	r->jobs = xcalloc(run_job_count(run), sizeof(*r->jobs));
	return r;
}

/* A job that is built again has no past. */
static void
note_start(struct recording *r, const struct job *job)
{
	struct job_record *record = &r->jobs[job->id - 1];

	if (!record->was_over)
		return;
	*record = (struct job_record){ .row = record->row, .is_anew = record->row != 0 };
	for (size_t i = r->units.len; i-- > 0;) {
		if (r->units.items[i].job != (size_t)job->id - 1)
			continue;
		free(r->units.items[i].crate);
		vec_remove(&r->units, i);
	}
}

static void
note_unit(struct recording *r, const struct run_event *e)
{
	struct due_unit *unit;

	if (!e->unit_finished)
		return;
	unit = vec_add(&r->units);
	unit->job = (size_t)e->job->id - 1;
	unit->crate = xstrdup(e->crate);
	unit->started = e->at > e->unit_ms ? e->at - e->unit_ms : 0;
	unit->ms = e->unit_ms;
	unit->peak = e->unit_peak;
	r->jobs[unit->job].built++;
}

/* Whether what is known now is to be written: the great moments, and much or old news between. */
static bool
is_due(const struct recording *r, const struct run_event *e)
{
	switch (e->kind) {
	case RUN_STARTED:
	case RUN_JOB_FINISHED:
	case RUN_FINISHED: return true;
	case RUN_JOB_STARTED:
		return r->jobs[e->job->id - 1].is_anew || e->at >= r->written_at + BATCH_MS;
	case RUN_UNIT:
		return r->units.len >= BATCH_UNITS ||
			(r->units.len && e->at >= r->written_at + BATCH_MS);
	default: return false;
	}
}

void
history_event(struct history *h, const struct run *run, const struct run_event *e)
{
	struct recording *r = NULL;

	if (h)
		r = e->kind == RUN_STARTED ? add_recording(h, run) : recording_of(h, run);
	if (!r || r->is_lost)
		return;
	if (e->kind == RUN_JOB_STARTED)
		note_start(r, e->job);
	if (e->kind == RUN_UNIT)
		note_unit(r, e);
	if (e->kind == RUN_JOB_FINISHED)
		r->jobs[e->job->id - 1].was_over = true;
	if (is_due(r, e))
		write_recording(h, r);
}

void
history_leave(struct history *h, const struct run *run)
{
	struct recording *r = h && run ? recording_of(h, run) : NULL;

	if (!r)
		return;
	r->is_left = !run_is_over(run);
	if (r->is_left && !r->is_lost)
		write_recording(h, r);
	drop_recording(h, r);
}
