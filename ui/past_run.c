#include "ui/past_run.h"
#include <stdlib.h>
#include <time.h>
#include "base/alloc.h"
#include "base/count.h"
#include "build/history.h"
#include "build/job.h"
#include "build/logstore.h"

char *
past_run_when(int64_t started)
{
	time_t seconds = (time_t)(started / 1000);
	char text[32];
	struct tm tm;

	if (!localtime_r(&seconds, &tm) || !strftime(text, sizeof(text), "%d %b %H:%M", &tm))
		return xstrdup("?");
	return xstrdup(text);
}

enum job_state
past_run_state(const char *status)
{
	static const enum job_state ends[] = { JOB_OK, JOB_FAILED, JOB_SKIPPED };

	for (size_t i = 0; i < COUNT(ends); i++)
		if (text_is(status, job_state_name(ends[i])))
			return ends[i];
	return JOB_CANCELLED;
}

static struct job *
read_job(const struct history_job *from)
{
	struct job *job = job_new(from->number, from->target, from->variant, from->backend);

	job->group = 1;
	job->state = past_run_state(from->status);
	job->is_interrupted = text_is(from->status, "interrupted");
	job->done = from->done;
	job->total = from->total;
	job->total_is_exact = true;
	job->fresh = from->fresh;
	job->errors = from->errors;
	job->warnings = from->warnings;
	job->exit_code = from->exit_code;
	job->ended_ms = from->ms;
	job->log = from->log ? logstore_open(from->log, NULL) : NULL;
	for (size_t i = 0; i < from->artifact_count; i++) {
		const struct history_artifact *a = &from->artifacts[i];
		vec_push(&job->artifacts,
			((struct job_artifact){ xstrdup(a->path), xstrdup(a->kind), a->bytes }));
	}
	return job;
}

static void
read_run(struct past_run *p, const struct history_run *run)
{
	p->id = xstrdup(run->id);
	p->logs = xstrdup(run->logs);
	p->when = past_run_when(run->started);
	p->profile = xstrdup(run->profile);
	p->mode = xstrdup(run->mode);
	p->ms = run->ms;
	for (size_t i = 0; i < run->job_count; i++)
		vec_push(&p->jobs, read_job(&run->jobs[i]));
	timeline_load(&p->line, run);
}

struct past_run *
past_run_open(struct history *h, int64_t row, struct err *err)
{
	struct history_query query = { .row = row, .in_detail = true };
	struct history_list list;
	struct past_run *p = NULL;

	if (history_ask(h, &query, &list, err)) {
		if (list.runs.len) {
			p = xcalloc(1, sizeof(*p));
			read_run(p, &list.runs.items[0]);
		} else {
			err_set(err, ERR_FAILED, "the history has forgotten this build");
		}
	}
	history_list_fini(&list);
	return p;
}

void
past_run_free(struct past_run *p)
{
	if (!p)
		return;
	for (size_t i = 0; i < p->jobs.len; i++)
		job_free(p->jobs.items[i]);
	vec_fini(&p->jobs);
	timeline_fini(&p->line);
	free(p->profile);
	free(p->mode);
	free(p->when);
	free(p->logs);
	free(p->id);
	free(p);
}
