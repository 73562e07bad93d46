#include "build/resume.h"
#include <stdlib.h>
#include "build/history.h"
#include "build/job.h"
#include "build/order.h"

bool
resume_is_possible(const struct history_run *run)
{
	return text_is(run->status, "interrupted") && !text_is(run->mode, HISTORY_LAB);
}

/* Whether a run of the same order came to its end after it. */
static bool
was_gone_on_with(const struct history_list *list, size_t run)
{
	const struct history_run *it = &list->runs.items[run];

	for (size_t i = 0; i < run; i++) {
		const struct history_run *later = &list->runs.items[i];

		if (!resume_is_possible(later) && it->spec && text_is(later->spec, it->spec))
			return true;
	}
	return false;
}

const struct history_run *
resume_find(const struct history_list *list)
{
	for (size_t i = 0; i < list->runs.len; i++) {
		if (resume_is_possible(&list->runs.items[i]) && !was_gone_on_with(list, i))
			return &list->runs.items[i];
	}
	return NULL;
}

static bool
was_stopped(const struct history_job *job)
{
	return text_is(job->status, job_state_name(JOB_CANCELLED));
}

static bool
is_left(const struct history_run *run, const char *triple)
{
	for (size_t i = 0; i < run->job_count; i++) {
		if (text_is(run->jobs[i].target, triple) && !was_stopped(&run->jobs[i]))
			return true;
	}
	return !run->job_count; /* it was killed before there were any */
}

bool
resume_read(const struct history_run *run, struct order *o)
{
	bool ok = order_read(o, run->spec);
	const char **left = arena_array(&o->arena, const char *, o->run.target_count + 1);
	size_t count = 0;

	for (size_t i = 0; i < o->run.target_count; i++)
		if (is_left(run, o->run.targets[i]))
			left[count++] = o->run.targets[i];
	o->run.targets = left;
	o->run.target_count = count;
	return ok && count;
}

void
resume_take_line(struct order *o, const struct run_spec *line)
{
	o->run.log_dir = line->log_dir;
	o->run.if_busy = line->if_busy;
	o->run.link_memory = line->link_memory;
	o->run.kill_grace_ms = line->kill_grace_ms;
	o->run.offline |= line->offline;
	if (line->jobs)
		o->run.jobs = line->jobs;
}

bool
resume_is_same(const struct history_run *run, const struct run_spec *spec, const char *profile)
{
	char *order = order_write(spec, profile);
	bool is_same = text_is(run->spec, order);

	free(order);
	for (size_t i = 0; i < run->job_count; i++)
		is_same = is_same && !was_stopped(&run->jobs[i]);
	return is_same;
}

void
resume_say(const struct history_run *run, const struct order *o, struct str *out)
{
	str_appendf(out, "%zu target%s:", o->run.target_count, o->run.target_count == 1 ? "" : "s");
	for (size_t i = 0; i < o->run.target_count; i++)
		str_appendf(out, "%s %s", i ? "," : "", o->run.targets[i]);
	if (!text_is(run->variant, "as configured"))
		str_appendf(out, " (%s)", run->variant);
}
