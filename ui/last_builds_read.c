/* last_builds_read: apart from the values themselves, so that who draws them need not know of a history. */
#include "base/alloc.h"
#include "build/history.h"
#include "ui/last_builds.h"

#define RUNS_MAX 30 /* that are looked at: a target that was not in them was not built lately */

/* Of a build that was not the newest of its target nothing is taken; of one that was stopped neither. */
static void
take_job(struct last_builds *l, const struct history_job *job)
{
	bool is_ok = text_is(job->status, job_state_name(JOB_OK));
	bool is_failed = text_is(job->status, job_state_name(JOB_FAILED));

	if ((!is_ok && !is_failed) || last_builds_find(l, job->target))
		return;
	vec_push(&l->items,
		((struct last_build){ .target = xstrdup(job->target),
			.state = is_ok ? JOB_OK : JOB_FAILED,
			.ms = job->ms }));
}

/* The sizes of what the newest builds of some targets made. */
static void
take_sizes(struct last_builds *l, size_t first, const struct history_run *run)
{
	VEC(struct job_artifact) artifacts = VEC_INIT;

	for (size_t i = first; i < l->items.len; i++) {
		struct last_build *last = &l->items.items[i];
		for (size_t k = 0; k < run->job_count; k++) {
			const struct history_job *job = &run->jobs[k];
			if (!text_is(job->target, last->target))
				continue;
			vec_clear(&artifacts);
			for (size_t a = 0; a < job->artifact_count; a++)
				vec_push(&artifacts,
					((struct job_artifact){ (char *)job->artifacts[a].path,
						(char *)job->artifacts[a].kind,
						job->artifacts[a].bytes }));
			last->bytes = last_build_bytes(artifacts.items, artifacts.len);
		}
	}
	vec_fini(&artifacts);
}

/* Details are asked only of runs that have something new to tell. */
static void
take_run(struct last_builds *l, struct history *h, const struct history_run *run)
{
	size_t first = l->items.len;
	struct history_query query = { .row = run->row, .in_detail = true };
	struct history_list list;

	for (size_t i = 0; i < run->job_count; i++)
		take_job(l, &run->jobs[i]);
	if (l->items.len == first)
		return;
	if (history_ask(h, &query, &list, NULL) && list.runs.len)
		take_sizes(l, first, &list.runs.items[0]);
	history_list_fini(&list);
}

void
last_builds_read(struct last_builds *l, struct history *h, const char *root)
{
	struct history_query query = { .root = root, .limit = RUNS_MAX };
	struct history_list list = { 0 };

	last_builds_fini(l);
	if (!h || !root || !history_ask(h, &query, &list, NULL))
		return;
	for (size_t i = 0; i < list.runs.len; i++)
		if (text_is(list.runs.items[i].mode, "build"))
			take_run(l, h, &list.runs.items[i]);
	history_list_fini(&list);
}
