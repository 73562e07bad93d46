/* help_history: runs that are none, for tests of the history.
 *
 * The functions of build/run.h that the history asks are defined here, so that the real ones, with
 * cargo behind them, are not linked. Included by one file of a test program only. */
#pragma once
#include "base/alloc.h"
#include "base/path.h"
#include "build/history.h"
#include "build/job.h"
#include "build/run.h"
#include "io/file.h"
#include "ready/survey.h"
#include "rust/toolchain.h"
#include "rust/workspace.h"
#include "check.h"
#include "unit/triples.h"

struct run {
	const char *id, *dir, *profile, *order;
	struct survey survey;
	struct workspace workspace;
	struct toolchain toolchain;
	uint64_t ms;
	bool is_over, is_of_commands;
	enum run_mode mode;
	int exit_code;
	struct job *jobs[4];
	size_t job_count;
};

const char *
run_id(const struct run *r)
{
	return r->id;
}

const char *
run_dir(const struct run *r)
{
	return r->dir;
}

const struct survey *
run_survey(const struct run *r)
{
	return r->is_of_commands ? NULL : &r->survey;
}

const char *
run_profile(const struct run *r)
{
	return r->profile;
}

char *
run_order(const struct run *r)
{
	return xstrdup(r->order ? r->order : "{}");
}

bool
run_is_lab(const struct run *r)
{
	return false;
}

enum run_mode
run_mode(const struct run *r)
{
	return r->mode;
}

const char *
run_mode_name(enum run_mode mode)
{
	return mode == MODE_CHECK ? "check" : "build";
}

size_t
run_job_count(const struct run *r)
{
	return r->job_count;
}

struct job *
run_job(const struct run *r, size_t i)
{
	return r->jobs[i];
}

bool
run_is_over(const struct run *r)
{
	return r->is_over;
}

uint64_t
run_elapsed_ms(const struct run *r)
{
	return r->ms;
}

const char *
run_command(const struct run *r, int group)
{
	return group == 1 ? "cargo build --target a" : "cargo build --target b";
}

int
run_group_count(const struct run *r)
{
	return 2;
}

int
run_exit_code(const struct run *r)
{
	return r->exit_code;
}

/* A run of the workspace `root` for these targets, ended by NULL; not begun. */
static inline struct run *
fake_run(const char *id, const char *root, const char *const *targets)
{
	struct run *r = xcalloc(1, sizeof(*r));

	r->id = id;
	r->dir = "/logs/of/it";
	r->profile = "release";
	r->workspace.root = root;
	r->toolchain.name = (char *)"system";
	r->toolchain.release = (char *)"1.96.0";
	r->survey.workspace = &r->workspace;
	r->survey.toolchain = &r->toolchain;
	for (; targets[r->job_count]; r->job_count++)
		r->jobs[r->job_count] = job_new(
			(int)r->job_count + 1, targets[r->job_count], "as configured", "native");
	return r;
}

static inline void
fake_free(struct run *r)
{
	for (size_t i = 0; i < r->job_count; i++)
		job_free(r->jobs[i]);
	free(r);
}

static inline void
fake_tell(struct history *h, struct run *r, struct run_event event)
{
	event.at = r->ms;
	history_event(h, r, &event);
}

static inline void
fake_start_job(struct history *h, struct run *r, size_t i)
{
	r->jobs[i]->state = JOB_RUNNING;
	r->jobs[i]->started_ms = r->ms;
	fake_tell(h, r, (struct run_event){ .kind = RUN_JOB_STARTED, .job = r->jobs[i] });
}

static inline void
fake_start(struct history *h, struct run *r)
{
	for (size_t i = 0; i < r->job_count; i++)
		r->jobs[i]->state = JOB_RUNNING;
	fake_tell(h, r, (struct run_event){ .kind = RUN_STARTED });
	for (size_t i = 0; i < r->job_count; i++)
		fake_start_job(h, r, i);
}

static inline void
fake_unit(struct history *h, struct run *r, size_t i, const char *crate, uint64_t ms)
{
	r->ms += ms;
	r->jobs[i]->done++;
	fake_tell(h, r,
		(struct run_event){ .kind = RUN_UNIT,
			.job = r->jobs[i],
			.crate = crate,
			.unit_finished = true,
			.unit_ms = ms,
			.unit_peak = ms << 20 });
}

static inline void
fake_artifact(struct history *h, struct run *r, size_t i, const char *path, uint64_t bytes)
{
	struct job_artifact *a = vec_add(&r->jobs[i]->artifacts);

	*a = (struct job_artifact){ xstrdup(path), xstrdup("bin"), bytes };
	fake_tell(
		h, r, (struct run_event){ .kind = RUN_ARTIFACT, .job = r->jobs[i], .artifact = a });
}

static inline void
fake_end_job(struct history *h, struct run *r, size_t i, enum job_state state)
{
	r->jobs[i]->state = state;
	r->jobs[i]->ended_ms = r->ms;
	r->jobs[i]->exit_code = state == JOB_OK ? 0 : 101;
	fake_tell(h, r, (struct run_event){ .kind = RUN_JOB_FINISHED, .job = r->jobs[i] });
}

static inline void
fake_end(struct history *h, struct run *r, int exit_code)
{
	r->is_over = true;
	r->exit_code = exit_code;
	fake_tell(h, r, (struct run_event){ .kind = RUN_FINISHED });
}

/* A whole run: each target takes `ms` and has one unit. */
static inline void
fake_build(struct history *h, const char *id, const char *root, const char *const *targets,
	uint64_t ms)
{
	struct run *r = fake_run(id, root, targets);

	fake_start(h, r);
	for (size_t i = 0; i < r->job_count; i++) {
		r->jobs[i]->started_ms = r->ms;
		fake_unit(h, r, i, "app", ms);
		fake_end_job(h, r, i, JOB_OK);
	}
	fake_end(h, r, 0);
	history_leave(h, r);
	fake_free(r);
}

#define TARGETS(...) ((const char *const[]){ __VA_ARGS__, NULL })
