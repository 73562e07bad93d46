#include "build/recording.h"

#include <stdlib.h>
#include <string.h>
#include "base/alloc.h"
#include "base/count.h"
#include "base/data.h"
#include "text/json.h"

#define DEMO "data/demo.json"

static enum job_state
state_of(const char *name)
{
	static const enum job_state states[] = { JOB_OK, JOB_FAILED, JOB_CANCELLED, JOB_SKIPPED };

	for (size_t i = 0; i < COUNT(states); i++) {
		if (text_is(job_state_name(states[i]), name))
			return states[i];
	}
	return JOB_FAILED;
}

static const char *
text_of(struct recording *r, const struct json *o, const char *key)
{
	return arena_strdup(&r->arena, json_string(json_get(o, key), ""));
}

static uint64_t
number_of(const struct json *o, const char *key)
{
	return (uint64_t)json_integer(json_get(o, key), 0);
}

/* ---- events ---- */

static void
read_unit(struct recording *r, const struct json *o, struct recorded_event *e)
{
	e->text = text_of(r, o, "crate");
	e->is_end = text_is(json_string(json_get(o, "state"), NULL), "finished");
	e->number = number_of(o, "ms");
}

static void
read_progress(struct recording *r, const struct json *o, struct recorded_event *e)
{
	e->number = number_of(o, "done");
	e->total = (int)number_of(o, "total");
}

static void
read_log(struct recording *r, const struct json *o, struct recorded_event *e)
{
	e->text = text_of(r, o, "text");
	e->stream = text_of(r, o, "stream");
}

static void
read_diagnostic(struct recording *r, const struct json *o, struct recorded_event *e)
{
	e->text = text_of(r, o, "level");
}

static void
read_artifact(struct recording *r, const struct json *o, struct recorded_event *e)
{
	e->text = text_of(r, o, "path");
	e->stream = text_of(r, o, "kind");
	e->number = number_of(o, "bytes");
}

static void
read_end(struct recording *r, const struct json *o, struct recorded_event *e)
{
	e->state = state_of(json_string(json_get(o, "status"), NULL));
	e->exit_code = (int)number_of(o, "exit_code");
}

static const struct {
	const char *name;
	enum recorded_kind kind;
	void (*read)(struct recording *r, const struct json *o, struct recorded_event *e);
} kinds[] = {
	{ "unit", RECORDED_UNIT, read_unit },
	{ "progress", RECORDED_PROGRESS, read_progress },
	{ "log", RECORDED_LOG, read_log },
	{ "diagnostic", RECORDED_DIAGNOSTIC, read_diagnostic },
	{ "artifact", RECORDED_ARTIFACT, read_artifact },
	{ "job_finished", RECORDED_END, read_end },
};

static bool
read_event(struct recording *r, const struct json *o, const char *name, struct err *err)
{
	const char *word = json_string(json_get(o, "event"), "");
	struct recorded_event e = { .at = number_of(o, "at"), .job = (int)number_of(o, "job") };

	if (e.job < 1 || (size_t)e.job > r->jobs.len)
		return err_set(
			err, ERR_PARSE, "%s: event %zu: no job %d", name, r->events.len + 1, e.job);
	if (r->events.len && e.at < r->events.items[r->events.len - 1].at)
		return err_set(err, ERR_PARSE, "%s: event %zu: earlier than the one before", name,
			r->events.len + 1);
	for (size_t i = 0; i < COUNT(kinds); i++) {
		if (!text_is(kinds[i].name, word))
			continue;
		e.kind = kinds[i].kind;
		kinds[i].read(r, o, &e);
		e.text_len = e.text ? strlen(e.text) : 0;
		vec_push(&r->events, e);
		return true;
	}
	return err_set(
		err, ERR_PARSE, "%s: event %zu: \"%s\" is none", name, r->events.len + 1, word);
}

/* ---- the document ---- */

static void
read_jobs(struct recording *r, const struct json *list)
{
	for (const struct json *o = json_first(list); o; o = json_next(o)) {
		struct recorded_job job = {
			.target = text_of(r, o, "target"),
			.variant = text_of(r, o, "variant"),
			.backend = text_of(r, o, "backend"),
		};

		vec_push(&r->jobs, job);
	}
}

struct recording *
recording_parse(struct span text, const char *name, struct err *err)
{
	struct json *doc = json_parse(text.data, text.len, err);
	struct recording *r;
	bool ok = true;

	if (!doc) {
		err_prefix(err, "%s", name);
		return NULL;
	}
	r = xcalloc(1, sizeof(*r));
	r->host = text_of(r, doc, "host");
	r->speed = json_number(json_get(doc, "speed"), 1);
	read_jobs(r, json_get(doc, "jobs"));
	for (const struct json *o = json_first(json_get(doc, "events")); ok && o; o = json_next(o))
		ok = read_event(r, o, name, err);
	json_free(doc);
	if (ok)
		return r;
	recording_free(r);
	return NULL;
}

struct recording *
recording_demo(struct err *err)
{
	const struct data_file *file = data_find(DEMO);

	return recording_parse((struct span){ file->bytes, file->len }, DEMO, err);
}

void
recording_free(struct recording *r)
{
	if (!r)
		return;
	vec_fini(&r->jobs);
	vec_fini(&r->events);
	arena_fini(&r->arena);
	free(r);
}
