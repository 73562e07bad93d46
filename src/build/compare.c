#include "build/compare.h"

#include <stdbool.h>
#include "base/path.h"
#include "base/str.h"
#include "build/history.h"

/* How much alike two jobs must be, strictest first. */
enum likeness { SAME_ALL, SAME_BACKEND, SAME_TARGET, LIKENESS_COUNT };

static bool
is_alike(const struct history_job *a, const struct history_job *b, enum likeness likeness)
{
	return text_is(a->target, b->target) &&
		(likeness > SAME_BACKEND || text_is(a->backend, b->backend)) &&
		(likeness > SAME_ALL || text_is(a->variant, b->variant));
}

static bool
is_taken(const struct comparison *c, const struct history_job *after)
{
	for (size_t i = 0; i < c->jobs.len; i++) {
		if (c->jobs.items[i].after == after)
			return true;
	}
	return false;
}

static const struct history_job *
find_job(const struct comparison *c, const struct history_run *run, const struct history_job *like,
	enum likeness likeness)
{
	for (size_t i = 0; i < run->job_count; i++) {
		if (is_alike(&run->jobs[i], like, likeness) && !is_taken(c, &run->jobs[i]))
			return &run->jobs[i];
	}
	return NULL;
}

static const struct history_artifact *
find_artifact(const struct history_job *job, const struct history_artifact *like)
{
	for (size_t i = 0; job && i < job->artifact_count; i++) {
		if (text_is(path_basename(job->artifacts[i].path), path_basename(like->path)))
			return &job->artifacts[i];
	}
	return NULL;
}

static void
compare_artifacts(struct compared_job *j)
{
	for (size_t i = 0; j->before && i < j->before->artifact_count; i++) {
		const struct history_artifact *a = &j->before->artifacts[i];

		vec_push(&j->artifacts,
			((struct compared_artifact){ a, find_artifact(j->after, a) }));
	}
	for (size_t i = 0; j->after && i < j->after->artifact_count; i++) {
		const struct history_artifact *a = &j->after->artifacts[i];

		if (!find_artifact(j->before, a))
			vec_push(&j->artifacts, ((struct compared_artifact){ NULL, a }));
	}
}

void
compare_runs(
	const struct history_run *before, const struct history_run *after, struct comparison *c)
{
	*c = (struct comparison){ 0 };
	for (size_t i = 0; i < before->job_count; i++)
		vec_push(&c->jobs, ((struct compared_job){ .before = &before->jobs[i] }));
	for (enum likeness likeness = SAME_ALL; likeness < LIKENESS_COUNT; likeness++) {
		for (size_t i = 0; i < c->jobs.len; i++) {
			struct compared_job *j = &c->jobs.items[i];

			if (!j->after)
				j->after = find_job(c, after, j->before, likeness);
		}
	}
	for (size_t i = 0; i < after->job_count; i++) {
		if (!is_taken(c, &after->jobs[i]))
			vec_push(&c->jobs, ((struct compared_job){ .after = &after->jobs[i] }));
	}
	for (size_t i = 0; i < c->jobs.len; i++)
		compare_artifacts(&c->jobs.items[i]);
}

void
comparison_fini(struct comparison *c)
{
	for (size_t i = 0; i < c->jobs.len; i++)
		vec_fini(&c->jobs.items[i].artifacts);
	vec_fini(&c->jobs);
}
