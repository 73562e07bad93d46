#include "build/job.h"

#include <stdlib.h>
#include "artifact/card.h"
#include "artifact/object.h"
#include "base/alloc.h"
#include "build/logstore.h"
#include "hint/explain.h"
#include "io/file.h"

const char *
job_state_name(enum job_state s)
{
	static const char *const names[] = {
		[JOB_WAITING] = "waiting",
		[JOB_RUNNING] = "running",
		[JOB_OK] = "ok",
		[JOB_FAILED] = "failed",
		[JOB_CANCELLED] = "cancelled",
		[JOB_SKIPPED] = "skipped",
	};

	return names[s];
}

const char *
job_state_word(const struct job *j)
{
	return j->is_interrupted ? "interrupted" : job_state_name(j->state);
}

struct job *
job_new(int id, const char *target, const char *variant, const char *backend)
{
	struct job *j = xcalloc(1, sizeof(*j));

	j->id = id;
	j->target = xstrdup(target);
	j->variant = xstrdup(variant);
	j->backend = xstrdup(backend);
	j->label = xstrdup(target);
	j->exit_code = -1;
	return j;
}

void
job_tell_variant(struct job *j)
{
	free(j->label);
	j->label = xasprintf("%s, %s", j->target, j->variant);
}

void
job_reset(struct job *j)
{
	for (size_t i = 0; i < j->artifacts.len; i++) {
		free(j->artifacts.items[i].path);
		free(j->artifacts.items[i].kind);
		card_free(j->artifacts.items[i].card);
	}
	vec_clear(&j->artifacts);
	free(j->linker_output);
	j->linker_output = NULL;
	explanation_free(j->explanation);
	j->explanation = NULL;
	j->done = j->built = j->total = j->errors = j->warnings = j->fresh = 0;
	j->cache = (struct job_cache){ 0 };
	j->pull = (struct job_pull){ 0 };
	j->total_is_exact = j->is_interrupted = false;
	j->exit_code = -1;
}

void
job_free(struct job *j)
{
	if (!j)
		return;
	job_reset(j);
	vec_fini(&j->artifacts);
	logstore_close(j->log);
	free(j->target);
	free(j->variant);
	free(j->backend);
	free(j->label);
	free(j);
}

struct job_artifact *
job_add_artifact(struct job *j, const char *path, const char *kind)
{
	struct job_artifact *artifact;
	struct file_identity id = { 0 };

	for (size_t i = 0; i < j->artifacts.len; i++) {
		if (text_is(j->artifacts.items[i].path, path))
			return NULL;
	}
	file_identity(path, &id);
	artifact = vec_add(&j->artifacts);
	*artifact = (struct job_artifact){ xstrdup(path), xstrdup(kind), id.size,
		object_inspect(path, NULL) };
	return artifact;
}

bool
job_is_over(const struct job *j)
{
	return j->state > JOB_RUNNING;
}

bool
job_progress(const struct job *j, uint64_t *done, uint64_t *total)
{
	const struct job_pull *p = &j->pull;

	if (p->layers) {
		*done = p->all_bytes ? p->done_bytes : (uint64_t)p->done;
		*total = p->all_bytes ? p->all_bytes : (uint64_t)p->layers;
	} else {
		*done = (uint64_t)j->done;
		*total = (uint64_t)j->total;
	}
	return *total > 0;
}

const struct hint *
job_hint(const struct job *j)
{
	return j->explanation && j->explanation->count ? &j->explanation->hints[0] : NULL;
}
