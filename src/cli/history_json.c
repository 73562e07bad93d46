#include "cli/history_json.h"

#include "base/path.h"
#include "build/compare.h"
#include "build/history.h"
#include "text/json.h"

static struct json *
unit_json(const struct history_unit *unit)
{
	struct json *o = json_object();

	json_set_string(o, "crate", unit->crate);
	json_set_number(o, "started", (double)unit->started);
	json_set_number(o, "ms", (double)unit->ms);
	if (unit->peak)
		json_set_number(o, "peak", (double)unit->peak);
	else
		json_set_null(o, "peak");
	return o;
}

static struct json *
artifact_json(const struct history_artifact *a)
{
	struct json *o = json_object();

	json_set_string(o, "path", a->path);
	json_set_string(o, "kind", a->kind);
	json_set_number(o, "bytes", (double)a->bytes);
	return o;
}

static struct json *
job_json(const struct history_job *job)
{
	struct json *o = json_object();

	json_set_number(o, "job", job->number);
	json_set_string(o, "target", job->target);
	json_set_string(o, "backend", job->backend);
	json_set_string(o, "variant", job->variant);
	json_set_string(o, "status", job->status);
	json_set_number(o, "done", job->done);
	json_set_number(o, "total", job->total);
	json_set_number(o, "fresh", job->fresh);
	json_set_number(o, "built", job->built);
	json_set_number(o, "warnings", job->warnings);
	json_set_number(o, "errors", job->errors);
	if (job->exit_code >= 0)
		json_set_number(o, "exit_code", job->exit_code);
	else
		json_set_null(o, "exit_code");
	json_set_number(o, "ms", (double)job->ms);
	json_set_string(o, "log", job->log);
	return o;
}

static void
set_run(struct json *o, const struct history_run *run)
{
	json_set_string(o, "run", run->id);
	json_set_string(o, "root", run->root);
	json_set_number(o, "started", (double)run->started);
	if (run->ended >= 0)
		json_set_number(o, "ended", (double)run->ended);
	else
		json_set_null(o, "ended");
	json_set_number(o, "ms", (double)run->ms);
	json_set_string(o, "status", run->status);
	json_set_string(o, "toolchain", run->toolchain);
	json_set_string(o, "profile", run->profile);
	json_set_string(o, "variant", run->variant);
	json_set_string(o, "mode", run->mode);
	json_set_string(o, "command", run->command);
	json_set_string(o, "logs", run->logs);
	json_set_bool(o, "marked", run->is_marked);
}

static struct json *
job_in_detail(const struct history_job *job)
{
	struct json *o = job_json(job);
	struct json *units = json_array(), *artifacts = json_array();

	for (size_t i = 0; i < job->unit_count; i++)
		json_push(units, unit_json(&job->units[i]));
	for (size_t i = 0; i < job->artifact_count; i++)
		json_push(artifacts, artifact_json(&job->artifacts[i]));
	json_set(o, "units", units);
	json_set(o, "artifacts", artifacts);
	return o;
}

struct json *
history_list_json(const struct history_list *list)
{
	struct json *doc = json_object();
	struct json *runs = json_array();

	json_set_number(doc, "schema", 1);
	for (size_t i = 0; i < list->runs.len; i++) {
		const struct history_run *run = &list->runs.items[i];
		struct json *o = json_push(runs, json_object());
		struct json *jobs = json_array();

		set_run(o, run);
		for (size_t j = 0; j < run->job_count; j++)
			json_push(jobs, job_json(&run->jobs[j]));
		json_set(o, "jobs", jobs);
	}
	json_set(doc, "runs", runs);
	return doc;
}

struct json *
history_run_json(const struct history_run *run)
{
	struct json *doc = json_object();
	struct json *jobs = json_array();

	json_set_number(doc, "schema", 1);
	set_run(doc, run);
	for (size_t i = 0; i < run->job_count; i++)
		json_push(jobs, job_in_detail(&run->jobs[i]));
	json_set(doc, "jobs", jobs);
	return doc;
}

/* ---- two runs ---- */

/* NULL: there is none. */
static struct json *
side_json(const struct history_job *job)
{
	struct json *o;

	if (!job)
		return NULL;
	o = json_object();
	json_set_string(o, "variant", job->variant);
	json_set_string(o, "status", job->status);
	json_set_number(o, "ms", (double)job->ms);
	return o;
}

static void
set_bytes(struct json *o, const char *key, const struct history_artifact *a)
{
	if (a)
		json_set_number(o, key, (double)a->bytes);
	else
		json_set_null(o, key);
}

static struct json *
compared_job_json(const struct compared_job *j)
{
	const struct history_job *one = j->before ? j->before : j->after;
	struct json *o = json_object();
	struct json *artifacts = json_array();

	json_set_string(o, "target", one->target);
	json_set_string(o, "backend", one->backend);
	json_set(o, "before", side_json(j->before));
	json_set(o, "after", side_json(j->after));
	for (size_t i = 0; i < j->artifacts.len; i++) {
		const struct compared_artifact *a = &j->artifacts.items[i];
		struct json *file = json_push(artifacts, json_object());

		json_set_string(
			file, "file", path_basename((a->before ? a->before : a->after)->path));
		set_bytes(file, "before", a->before);
		set_bytes(file, "after", a->after);
	}
	json_set(o, "artifacts", artifacts);
	return o;
}

struct json *
comparison_json(const struct history_run *before, const struct history_run *after,
	const struct comparison *c)
{
	struct json *doc = json_object();
	struct json *jobs = json_array();

	json_set_number(doc, "schema", 1);
	json_set_string(doc, "before", before->id);
	json_set_string(doc, "after", after->id);
	for (size_t i = 0; i < c->jobs.len; i++)
		json_push(jobs, compared_job_json(&c->jobs.items[i]));
	json_set(doc, "targets", jobs);
	return doc;
}
