/* report_json: the events of product.md 2.1, one object a line. */
#include "artifact/card.h"
#include "artifact/card_json.h"
#include "artifact/fits.h"
#include "artifact/missing.h"
#include "artifact/object.h"
#include "artifact/runson.h"
#include "base/log.h"
#include "build/logstore.h"
#include "cli/report_kind.h"
#include "hint/explain.h"
#include "io/digest.h"
#include "ready/sccache.h"
#include "ready/survey.h"
#include "rust/message.h"
#include "rust/targets.h"
#include "text/json.h"

static struct json *
event_json(const char *name, const struct run_event *e)
{
	struct json *o = json_object();

	json_set_string(o, "event", name);
	json_set_number(o, "at", (double)e->at);
	if (e->job)
		json_set_number(o, "job", e->job->id);
	return o;
}

static struct json *
started_json(const struct run *run, const struct run_event *e)
{
	struct json *o = event_json("run_started", e);
	struct json *jobs = json_array();

	json_set_number(o, "schema", 1);
	json_set_string(o, "run", run_id(run));
	for (size_t i = 0; i < run_job_count(run); i++) {
		const struct job *job = run_job(run, i);
		struct json *j = json_push(jobs, json_object());

		json_set_number(j, "job", job->id);
		json_set_string(j, "target", job->target);
		json_set_string(j, "backend", job->backend);
		json_set_string(j, "variant", job->variant);
		json_set_number(j, "group", job->group);
	}
	json_set(o, "jobs", jobs);
	return o;
}

static struct json *
unit_json(const struct run_event *e)
{
	struct json *o = event_json("unit", e);

	json_set_string(o, "crate", e->crate);
	json_set_string(o, "state", e->unit_finished ? "finished" : "started");
	if (e->unit_finished)
		json_set_number(o, "ms", (double)e->unit_ms);
	else
		json_set_null(o, "ms");
	return o;
}

static struct json *
progress_json(const struct run_event *e)
{
	struct json *o = event_json("progress", e);

	json_set_number(o, "done", e->job->done);
	json_set_number(o, "total", e->job->total);
	return o;
}

static struct json *
log_json(const struct run_event *e)
{
	struct json *o = event_json("log", e);

	json_set_string(o, "stream", e->stream);
	json_set_span(o, "text", (struct span){ e->text, e->text_len });
	return o;
}

static struct json *
diagnostic_json(const struct run_event *e)
{
	const struct message *m = e->message;
	struct json *o = event_json("diagnostic", e);

	json_set_string(o, "level", m->level);
	json_set_string(o, "message", m->text);
	json_set_string(o, "rendered", m->rendered);
	json_set_string(o, "file", m->file);
	if (m->line)
		json_set_number(o, "line", m->line);
	else
		json_set_null(o, "line");
	return o;
}

/* The systems that run it are read when the first file comes out. */
static void
complete_card(struct report *r, const struct run *run, const struct job *job, struct card *card)
{
	const struct survey *survey = run_survey(run);
	const struct target *target = survey ? targets_find(survey->targets, job->target) : NULL;
	struct err err = ERR_INIT;

	if (!r->systems)
		r->systems = runson_load(&err);
	if (r->systems)
		runson_fill(r->systems, card);
	missing_check(card);
	if (card->format != FORMAT_UNKNOWN) /* a .pdb is nothing to run */
		fits_check(card, target, NULL);
	if (!object_digest(card, &err))
		log_line("build: %s", err.message);
}

/* Of what has no card, too: who fetches it from here wants to know that it came whole. */
static void
set_digest(struct json *o, const struct job_artifact *a)
{
	char hex[DIGEST_HEX_LEN + 1];

	if (a->card)
		json_set_string(o, "sha256", a->card->sha256);
	else
		json_set_string(o, "sha256", digest_file(a->path, hex, NULL) ? hex : NULL);
}

static struct json *
artifact_json(struct report *r, const struct run *run, const struct run_event *e)
{
	struct json *o = event_json("artifact", e);
	struct card *card = e->artifact->card;

	if (card)
		complete_card(r, run, e->job, card);

	json_set_string(o, "path", e->artifact->path);
	json_set_string(o, "kind", e->artifact->kind);
	json_set_number(o, "bytes", (double)e->artifact->bytes);
	set_digest(o, e->artifact);
	json_set(o, "card", card ? card_json(card) : NULL);
	return o;
}

static void
set_cache(struct json *o, const struct job_cache *cache)
{
	json_set_number(o, "hits", (double)cache->hits);
	json_set_number(o, "misses", (double)cache->misses);
	json_set_number(o, "uncached", (double)cache->uncached);
}

static struct json *
job_cache_json(const struct job *job)
{
	struct json *o = json_object();

	set_cache(o, &job->cache);
	return o;
}

static struct json *
faults_json(const struct run *run)
{
	const struct sccache_fault *faults;
	size_t count = run_cache_faults(run, &faults);
	struct json *all = json_array();

	for (size_t i = 0; i < count; i++) {
		struct json *o = json_push(all, json_object());

		json_set_string(o, "id", faults[i].id);
		json_set_string(o, "text", faults[i].text);
		json_set_string(o, "advice", faults[i].advice);
	}
	return all;
}

static struct json *
cache_json(const struct run *run, const struct job_cache *sum, const char *storage)
{
	struct json *o = json_object(), *jobs = json_array();

	set_cache(o, sum);
	json_set_string(o, "storage", storage);
	for (size_t i = 0; i < run_job_count(run); i++) {
		struct json *j = json_push(jobs, job_cache_json(run_job(run, i)));

		json_set_number(j, "job", run_job(run, i)->id);
	}
	json_set(o, "jobs", jobs);
	json_set(o, "faults", faults_json(run));
	return o;
}

static struct json *
job_finished_json(const struct run *run, const struct run_event *e)
{
	const struct job *job = e->job;
	struct json *o = event_json("job_finished", e);
	struct job_cache sum;

	json_set_string(o, "status", job_state_name(job->state));
	json_set_number(o, "ms", (double)(job->ended_ms - job->started_ms));
	json_set_number(o, "units", job->done);
	json_set_number(o, "fresh", job->fresh);
	if (job->exit_code >= 0)
		json_set_number(o, "exit_code", job->exit_code);
	else
		json_set_null(o, "exit_code");
	json_set_string(o, "log", job->log ? logstore_path(job->log) : NULL);
	json_set(o, "cache", run && run_cache(run, &sum, NULL) ? job_cache_json(job) : NULL);
	return o;
}

static struct json *
finished_json(const struct run *run, const struct run_event *e)
{
	struct json *o = event_json("run_finished", e);
	int code = run_exit_code(run);
	struct job_cache sum;
	const char *storage;

	json_set_string(o, "status", code == 0 ? "ok" : code == 1 ? "failed" : "cancelled");
	json_set_number(o, "ms", (double)run_elapsed_ms(run));
	json_set(
		o, "cache", run_cache(run, &sum, &storage) ? cache_json(run, &sum, storage) : NULL);
	return o;
}

static struct json *
pull_json(const struct run_event *e)
{
	const struct job_pull *p = &e->job->pull;
	struct json *o = event_json("pull", e);

	json_set_number(o, "done", p->done);
	json_set_number(o, "layers", p->layers);
	json_set_number(o, "done_bytes", (double)p->done_bytes);
	if (p->all_bytes)
		json_set_number(o, "bytes", (double)p->all_bytes);
	else
		json_set_null(o, "bytes");
	return o;
}

static void
print(struct report *r, struct json *o)
{
	json_print(o, &r->out);
	str_append_char(&r->out, '\n');
	json_free(o);
}

static void
tell_hints(struct report *r, const struct run_event *e)
{
	for (size_t i = 0; i < e->job->explanation->count; i++) {
		struct json *o = explain_hint_json(&e->job->explanation->hints[i]);

		json_set_string(o, "event", "hint");
		json_set_number(o, "at", (double)e->at);
		json_set_number(o, "job", e->job->id);
		print(r, o);
	}
}

void
report_tell_json(struct report *r, const struct run *run, const struct run_event *e)
{
	switch (e->kind) {
	case RUN_STARTED: print(r, started_json(run, e)); break;
	case RUN_JOB_STARTED: print(r, event_json("job_started", e)); break;
	case RUN_UNIT: print(r, unit_json(e)); break;
	case RUN_PROGRESS: print(r, progress_json(e)); break;
	case RUN_PULL: print(r, pull_json(e)); break;
	case RUN_LOG:
		if (r->cli->verbose)
			print(r, log_json(e));
		break;
	case RUN_DIAGNOSTIC: print(r, diagnostic_json(e)); break;
	case RUN_HINT: tell_hints(r, e); break;
	case RUN_ARTIFACT: print(r, artifact_json(r, run, e)); break;
	case RUN_JOB_FINISHED: print(r, job_finished_json(run, e)); break;
	case RUN_CACHE: break;
	case RUN_FINISHED: print(r, finished_json(run, e)); break;
	}
}
