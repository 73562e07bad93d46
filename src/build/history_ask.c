/* Rows become structs whose texts are in the list's arena. */
#include "build/history_kind.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "base/alloc.h"
#include "base/log.h"
#include "base/path.h"
#include "build/job.h"
#include "io/file.h"
#include "io/peer.h"

#define EXPECT_RUNS 5
#define PAST_FILES 256 /* that are looked through for one of a name */
#define ELSEWHERE_MS                                                                               \
	(2 * 86400000ll) /* a run on another machine is believed to go on for so long */

int64_t
history_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static bool
is_going(const struct peer *peer, int64_t started)
{
	enum peer_state state = peer_state(peer);

	if (state != PEER_ELSEWHERE)
		return state == PEER_LIVES;
	return history_now() - started < ELSEWHERE_MS;
}

/* ---- rows ---- */

char *
history_root_key(const char *root)
{
	char *real = file_real_path(root);

	return real ? real : xstrdup(root);
}

static const char *
text_at(struct arena *arena, struct sqlite3_stmt *st, int column)
{
	return arena_strdup(arena, history_text(st, column));
}

static uint64_t
size_at(struct sqlite3_stmt *st, int column)
{
	return (uint64_t)history_number(st, column);
}

static int
count_at(struct sqlite3_stmt *st, int column)
{
	return (int)history_number(st, column);
}

/* In the arena, what a list has gathered. */
static void *
keep(struct arena *arena, const void *items, size_t size)
{
	void *copy = size ? arena_alloc(arena, size) : NULL;

	if (size)
		memcpy(copy, items, size);
	return copy;
}

static bool
read_units(struct history *h, int64_t row, struct history_job *job, struct arena *arena)
{
	struct sqlite3_stmt *st = history_rows(h, LIST_UNITS, "i", row);
	VEC(struct history_unit) units = VEC_INIT;

	while (history_next(h, st))
		vec_push(&units,
			((struct history_unit){ text_at(arena, st, 0), size_at(st, 1),
				size_at(st, 2), size_at(st, 3) }));
	job->units = keep(arena, units.items, units.len * sizeof(*units.items));
	job->unit_count = units.len;
	vec_fini(&units);
	return history_end(h, st);
}

static bool
read_artifacts(struct history *h, int64_t row, struct history_job *job, struct arena *arena)
{
	struct sqlite3_stmt *st = history_rows(h, LIST_ARTIFACTS, "i", row);
	VEC(struct history_artifact) artifacts = VEC_INIT;

	while (history_next(h, st))
		vec_push(&artifacts,
			((struct history_artifact){
				text_at(arena, st, 0), text_at(arena, st, 1), size_at(st, 2) }));
	job->artifacts = keep(arena, artifacts.items, artifacts.len * sizeof(*artifacts.items));
	job->artifact_count = artifacts.len;
	vec_fini(&artifacts);
	return history_end(h, st);
}

static struct history_job
job_at(struct sqlite3_stmt *st, const struct history_run *run, struct arena *arena)
{
	struct history_job job = {
		.number = count_at(st, 1),
		.target = text_at(arena, st, 2),
		.backend = text_at(arena, st, 3),
		.variant = text_at(arena, st, 4),
		.status = text_at(arena, st, 5),
		.done = count_at(st, 6),
		.total = count_at(st, 7),
		.fresh = count_at(st, 8),
		.built = count_at(st, 9),
		.warnings = count_at(st, 10),
		.errors = count_at(st, 11),
		.exit_code = count_at(st, 12),
		.ms = size_at(st, 13),
		.log = text_at(arena, st, 14),
	};

	if (text_is(run->status, HISTORY_INTERRUPTED) &&
		(text_is(job.status, job_state_name(JOB_WAITING)) ||
			text_is(job.status, job_state_name(JOB_RUNNING))))
		job.status = HISTORY_INTERRUPTED;
	return job;
}

static bool
read_jobs(struct history *h, struct history_run *run, bool in_detail, struct arena *arena)
{
	struct sqlite3_stmt *st = history_rows(h, LIST_JOBS, "i", run->row);
	VEC(struct history_job) jobs = VEC_INIT;
	bool ok = true;

	while (ok && history_next(h, st)) {
		struct history_job job = job_at(st, run, arena);
		int64_t row = history_number(st, 0);

		if (in_detail)
			ok = read_units(h, row, &job, arena) && read_artifacts(h, row, &job, arena);
		vec_push(&jobs, job);
	}
	run->jobs = keep(arena, jobs.items, jobs.len * sizeof(*jobs.items));
	run->job_count = jobs.len;
	vec_fini(&jobs);
	return history_end(h, st) && ok;
}

/* ---- what was interrupted ---- */

/* When the log was written last: ms after `started`; 0: it is gone, or somebody has set the clock back. */
static uint64_t
last_words(const char *log, int64_t started)
{
	struct file_identity id;
	int64_t at = log && file_identity(log, &id) ? id.mtime_ns / 1000000 : 0;

	return at > started ? (uint64_t)(at - started) : 0;
}

/* Its end was not written: it, and the jobs that were going, took at least until what is in their logs. */
static void
stretch(struct history_run *run)
{
	uint64_t written = run->ms;

	for (size_t i = 0; i < run->job_count; i++) {
		struct history_job *job = &run->jobs[i];
		uint64_t said = last_words(job->log, run->started);

		if (!text_is(job->status, HISTORY_INTERRUPTED))
			continue;
		if (job->ms && said > written)
			job->ms += said - written;
		if (said > run->ms)
			run->ms = said;
	}
	run->ended = run->started + (int64_t)run->ms;
}

static struct history_run
run_at(struct sqlite3_stmt *st, struct arena *arena)
{
	struct history_run run = {
		.row = history_number(st, 0),
		.id = text_at(arena, st, 1),
		.root = text_at(arena, st, 2),
		.started = history_number(st, 3),
		.ended = history_number(st, 4),
		.ms = size_at(st, 5),
		.status = text_at(arena, st, 6),
		.toolchain = text_at(arena, st, 7),
		.profile = text_at(arena, st, 8),
		.variant = text_at(arena, st, 9),
		.mode = text_at(arena, st, 10),
		.command = text_at(arena, st, 11),
		.logs = text_at(arena, st, 12),
		.spec = text_at(arena, st, 16),
		.was_asked = history_number(st, 17) > 0,
		.is_marked = history_number(st, 18) > 0,
	};
	struct peer peer = { history_number(st, 13), size_at(st, 14), "" };

	snprintf(peer.place, sizeof(peer.place), "%s", history_text(st, 15));
	if (!text_is(run.status, HISTORY_RUNNING))
		return run;
	if (!is_going(&peer, run.started))
		run.status = HISTORY_INTERRUPTED;
	else
		run.ms = history_now() > run.started ? (uint64_t)(history_now() - run.started) : 0;
	return run;
}

bool
history_has_variants(const struct history_run *run)
{
	return text_is(run->variant, HISTORY_SEVERAL);
}

static bool
read_runs(struct history *h, const struct history_query *q, struct history_list *list)
{
	char *root = q->root ? history_root_key(q->root) : NULL;
	struct sqlite3_stmt *st =
		history_rows(h, LIST_RUNS, "ttiiii", root, q->id, (int64_t)q->is_open, q->row,
			q->limit ? (int64_t)q->limit : INT64_MAX, (int64_t)q->is_marked);
	bool ok = true;

	while (ok && history_next(h, st)) {
		struct history_run run = run_at(st, &list->arena);

		ok = read_jobs(h, &run, q->in_detail, &list->arena);
		if (text_is(run.status, HISTORY_INTERRUPTED))
			stretch(&run);
		vec_push(&list->runs, run);
	}
	free(root);
	return history_end(h, st) && ok;
}

bool
history_ask(struct history *h, const struct history_query *query, struct history_list *list,
	struct err *err)
{
	*list = (struct history_list){ 0 };
	if (h->is_reader && !h->db)
		return true;
	if (history_use(h) && read_runs(h, query, list))
		return true;
	return err_set(err, ERR_ENVIRONMENT, "%s: %s", h->path, history_why(h));
}

void
history_list_fini(struct history_list *list)
{
	vec_fini(&list->runs);
	arena_fini(&list->arena);
}

/* Of the last jobs of this kind. */
static struct sqlite3_stmt *
rows_of_kind(struct history *h, enum history_statement statement, const struct history_key *key,
	int64_t most)
{
	char *root = history_root_key(key->root);
	struct sqlite3_stmt *st = history_rows(h, statement, "ttttti", root, key->target,
		key->profile, key->variant, key->mode, most);

	free(root);
	return st;
}

void
history_paces(struct history *h, const struct history_key *key, struct paces *paces)
{
	struct sqlite3_stmt *st;

	paces->count = 0;
	if (!h || !h->db)
		return;
	st = rows_of_kind(h, LIST_TIMES, key, PACES_MAX);
	while (history_next(h, st))
		paces->items[paces->count++] = (struct pace){ count_at(st, 0), size_at(st, 1) };
}

bool
history_expect_memory(struct history *h, const struct history_key *key, uint64_t *bytes)
{
	struct sqlite3_stmt *st;
	int64_t most = -1;

	if (!h || !h->db)
		return false;
	st = rows_of_kind(h, MOST_MEMORY, key, EXPECT_RUNS);
	while (history_next(h, st))
		most = history_number(st, 0);
	*bytes = most > 0 ? (uint64_t)most : 0;
	return most > 0;
}

/* The first of the rows whose path ends with the name. */
static bool
size_in(struct history *h, struct sqlite3_stmt *rows, const char *name, uint64_t *bytes)
{
	bool is_found = false;

	while (!is_found && history_next(h, rows)) {
		const char *path = history_text(rows, 0);

		is_found = path && text_is(path_basename(path), name);
		*bytes = is_found ? size_at(rows, 1) : *bytes;
	}
	history_end(h, rows);
	return is_found;
}

bool
history_size_before(
	struct history *h, const struct history_file *file, const char *before, uint64_t *bytes)
{
	bool is_found;
	char *root;

	if (!h || (h->is_reader && !h->db) || !history_use(h))
		return false;
	root = history_root_key(file->root);
	is_found = size_in(h,
		history_rows(h, PAST_SIZES, "ttttti", root, file->target, file->profile,
			file->variant, before, (int64_t)PAST_FILES),
		file->name, bytes);
	free(root);
	return is_found;
}

bool
history_size_marked(struct history *h, const struct history_file *file, uint64_t *bytes)
{
	bool is_found;
	char *root;

	if (!h || (h->is_reader && !h->db) || !history_use(h))
		return false;
	root = history_root_key(file->root);
	is_found = size_in(h,
		history_rows(
			h, MARKED_SIZES, "tttt", root, file->target, file->profile, file->variant),
		file->name, bytes);
	free(root);
	return is_found;
}

bool
history_origin_find(struct history *h, const char *path, struct history_origin *origin)
{
	struct sqlite3_stmt *st;
	bool is_found;

	*origin = (struct history_origin){ 0 };
	if (!h || (h->is_reader && !h->db) || !history_use(h))
		return false;
	st = history_rows(h, ORIGIN_OF, "t", path);
	if ((is_found = history_next(h, st)))
		*origin = (struct history_origin){
			xstrdup(history_text(st, 0)),
			xstrdup(history_text(st, 1)),
			xstrdup(history_text(st, 2)),
			xstrdup(history_text(st, 3)),
			xstrdup(history_text(st, 4)),
			size_at(st, 5),
		};
	history_end(h, st);
	return is_found;
}

void
history_origin_fini(struct history_origin *origin)
{
	free(origin->root);
	free(origin->target);
	free(origin->profile);
	free(origin->variant);
	free(origin->run);
	*origin = (struct history_origin){ 0 };
}

bool
history_mark(struct history *h, const char *root, const struct history_run *run, struct err *err)
{
	char *key = history_root_key(root);
	bool ok = history_use(h) && history_do(h, MARK_RUN, "ti", key, run ? run->row : INT64_C(0));

	free(key);
	return ok || err_set(err, ERR_ENVIRONMENT, "%s: %s", h->path, history_why(h));
}

void
history_asked(struct history *h, const struct history_run *run)
{
	if (h->db && !history_do(h, SET_ASKED, "i", run->row))
		log_line("history: %s: %s", h->path, history_why(h));
}

/* No harm when it cannot be written now: whoever asks judges for himself. */
void
history_mark_interrupted(struct history *h)
{
	struct history_list list;

	history_ask(h, &(struct history_query){ .is_open = true }, &list, NULL);
	for (size_t i = 0; i < list.runs.len; i++) {
		const struct history_run *run = &list.runs.items[i];

		if (!text_is(run->status, HISTORY_INTERRUPTED))
			continue;
		history_do(h, INTERRUPT_JOBS, "i", run->row);
		history_do(h, INTERRUPT_RUN, "i", run->row);
	}
	history_list_fini(&list);
}
