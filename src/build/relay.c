/* relay: a row of functions for events; a list of files for each pane, which waits for its turn to be
 * fetched. */
#include "build/relay.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include "base/alloc.h"
#include "base/arena.h"
#include "base/count.h"
#include "base/path.h"
#include "base/vec.h"
#include "build/logstore.h"
#include "build/place.h"
#include "build/run.h"
#include "build/shim.h"
#include "host/platform.h"
#include "ready/remote.h"
#include "rust/message.h"
#include "text/json.h"
#include "text/lines.h"

#define LINE_LEN_MAX (64u << 20) /* a log event may hold all arguments of a linker */
#define COMPLAINT_MAX (64u << 10)
#define FETCH_GRACE_MS 1000

struct incoming {
	const char *there, *here, *kind, *sha256;
	uint64_t bytes;
};

struct relay_job {
	struct pane *pane;
	VEC(struct incoming) files;
	bool is_built; /* ok there; it waits for its files */
};

struct relay {
	struct relay_spec spec;
	struct relay_job *jobs;
	VEC(int) theirs; /* by the other's job number: index of ours, or -1 */
	struct lines out, err;
	struct str complaint; /* what was said to people, its end */
	struct proc *fetcher;
	struct relay_job *fetched; /* by it */
	struct str fetch_said;
	bool is_stopped;
	struct arena arena;
};

/* ---- life ---- */

struct relay *
relay_new(const struct relay_spec *spec)
{
	struct relay *r = xcalloc(1, sizeof(*r));

	r->spec = *spec;
	r->jobs = xcalloc(spec->count + 1, sizeof(*r->jobs));
	for (size_t i = 0; i < spec->count; i++)
		r->jobs[i].pane = spec->panes[i];
	lines_init(&r->out, LINE_LEN_MAX, false);
	lines_init(&r->err, COMPLAINT_MAX, false);
	return r;
}

void
relay_free(struct relay *r)
{
	if (!r)
		return;
	if (r->fetcher)
		proc_drop(r->fetcher);
	for (size_t i = 0; i < r->spec.count; i++)
		vec_fini(&r->jobs[i].files);
	free(r->jobs);
	vec_fini(&r->theirs);
	lines_fini(&r->out);
	lines_fini(&r->err);
	str_fini(&r->complaint);
	str_fini(&r->fetch_said);
	arena_fini(&r->arena);
	free(r);
}

bool
relay_is_busy(const struct relay *r)
{
	return r->fetcher != NULL;
}

/* ---- what people are told ---- */

static void
say_line(struct pane *pane, struct span line)
{
	char *text = xasprintf("%.*s\n", (int)line.len, line.data);

	pane_say(pane, "stderr", span_of(text));
	free(text);
}

static void
on_err_line(void *arg, struct span line, char end)
{
	struct relay *r = arg;

	for (size_t i = 0; i < r->spec.count; i++)
		say_line(r->jobs[i].pane, line);
	if (r->complaint.len > COMPLAINT_MAX)
		str_clear(&r->complaint);
	str_append_span(&r->complaint, line);
	str_append_char(&r->complaint, '\n');
}

bool
relay_err(const struct relay *r, int exit_code, struct err *err)
{
	return remote_err(r->spec.place->remote, exit_code, str_cstr(&r->complaint), err);
}

/* ---- fetching ---- */

static void fetch_next(struct relay *r);

static void
on_fetch_output(void *arg, enum proc_stream stream, const char *bytes, size_t len)
{
	struct relay *r = arg;

	if (r->fetch_said.len < COMPLAINT_MAX)
		str_append_bytes(&r->fetch_said, bytes, len);
}

/* "xtui: mac: …" and "  try: …" of our own program, as cargo would have it. */
static void
say_fetch_failed(struct relay *r, struct pane *pane)
{
	struct span said = span_trim(str_span(&r->fetch_said));
	struct str text = STR_INIT;

	if (span_starts(said, "xtui: "))
		said = (struct span){ said.data + 6, said.len - 6 };
	str_append(&text, "error: what was built could not be fetched: ");
	str_append_span(&text, said);
	str_append_char(&text, '\n');
	pane_error(pane, str_span(&text), true);
	str_fini(&text);
}

static void
on_fetch_end(void *arg, const struct proc_end *end)
{
	struct relay *r = arg;
	struct relay_job *job = r->fetched;

	r->fetcher = NULL;
	job->is_built = false;
	if (end->exit_code == 0) {
		for (size_t i = 0; i < job->files.len; i++)
			pane_file(job->pane, job->files.items[i].here, job->files.items[i].kind);
		r->spec.over(r->spec.arg, job->pane, JOB_OK, 0);
	} else if (!end->cancelled && !r->is_stopped) {
		say_fetch_failed(r, job->pane);
		r->spec.over(r->spec.arg, job->pane, JOB_FAILED, 1);
	}
	str_clear(&r->fetch_said);
	fetch_next(r);
	if (!r->fetcher)
		r->spec.settled(r->spec.arg);
}

/* `xtui remote fetch NAME -- SHA256 BYTES THERE HERE...` */
static struct proc *
start_fetch(struct relay *r, struct relay_job *job, struct err *err)
{
	static const struct proc_events events = { on_fetch_output, on_fetch_end };
	const struct remote *remote = r->spec.place->remote;
	const char **argv = arena_array(&r->arena, const char *, 7 + 4 * job->files.len + 1);
	struct proc_spec spec = { .argv = argv };
	char *self = platform_program_path();
	size_t len = 0;

	argv[len++] = arena_strdup(&r->arena, self ? self : "xtui");
	argv[len++] = "--config";
	argv[len++] = r->spec.place->remotes->file;
	argv[len++] = "remote";
	argv[len++] = "fetch";
	argv[len++] = remote->name;
	argv[len++] = "--";
	for (size_t i = 0; i < job->files.len; i++) {
		const struct incoming *f = &job->files.items[i];

		argv[len++] = f->sha256;
		argv[len++] = arena_printf(&r->arena, "%llu", (unsigned long long)f->bytes);
		argv[len++] = f->there;
		argv[len++] = f->here;
	}
	free(self);
	return proc_start(r->spec.loop, &spec, &events, r, err);
}

static void
fetch(struct relay *r, struct relay_job *job)
{
	struct err err = ERR_INIT;

	r->fetched = job;
	if ((r->fetcher = start_fetch(r, job, &err)))
		return;
	str_append(&r->fetch_said, err.message);
	say_fetch_failed(r, job->pane);
	job->is_built = false;
	r->spec.over(r->spec.arg, job->pane, JOB_FAILED, 1);
}

static void
fetch_next(struct relay *r)
{
	for (size_t i = 0; i < r->spec.count && !r->fetcher && !r->is_stopped; i++) {
		if (r->jobs[i].is_built)
			fetch(r, &r->jobs[i]);
	}
}

void
relay_stop(struct relay *r)
{
	r->is_stopped = true;
	if (r->fetcher)
		proc_cancel(r->fetcher, SIGTERM, FETCH_GRACE_MS);
}

/* ---- events ---- */

static void
hear_started(struct relay *r, struct relay_job *none, const struct json *o)
{
	vec_clear(&r->theirs);
	for (const struct json *j = json_first(json_get(o, "jobs")); j; j = json_next(j)) {
		const char *target = json_string(json_get(j, "target"), "");
		int at = -1;

		for (size_t i = 0; i < r->spec.count; i++) {
			if (text_is(r->jobs[i].pane->job->target, target))
				at = (int)i;
		}
		vec_push(&r->theirs, at);
	}
}

static uint64_t
number_of(const struct json *o, const char *key)
{
	return (uint64_t)json_integer(json_get(o, key), 0);
}

static void
hear_unit(struct relay *r, struct relay_job *job, const struct json *o)
{
	struct shim_end end = { .is_known = true, .ms = number_of(o, "ms") };
	bool is_over = text_is(json_string(json_get(o, "state"), ""), "finished");

	pane_unit(job->pane, json_string(json_get(o, "crate"), ""), is_over ? &end : NULL);
}

static void
hear_progress(struct relay *r, struct relay_job *job, const struct json *o)
{
	pane_progress(job->pane,
		(struct progress_count){ .done = (int)number_of(o, "done"),
			.total = (int)number_of(o, "total"),
			.is_exact = true });
}

/* The text behind the colours that it may begin with. */
static const char *
bare(const char *text)
{
	while (*text == '\033') {
		const char *end = strchr(text, 'm');

		if (!end)
			break;
		text = end + 1;
	}
	return text;
}

static void
hear_log(struct relay *r, struct relay_job *job, const struct json *o)
{
	const char *text = json_string(json_get(o, "text"), ""), *begin = bare(text);
	const char *stream = json_string(json_get(o, "stream"), "stderr");

	if (!job->pane->is_over && text_starts(begin, "error"))
		logstore_mark_next(job->pane->job->log, LOGMARK_ERROR);
	else if (!job->pane->is_over && text_starts(begin, "warning"))
		logstore_mark_next(job->pane->job->log, LOGMARK_WARNING);
	pane_say(job->pane, text_is(stream, "stdout") ? "stdout" : "stderr", span_of(text));
}

/* Its text is in the log already. */
static void
hear_diagnostic(struct relay *r, struct relay_job *job, const struct json *o)
{
	const struct message m = { .kind = MESSAGE_DIAGNOSTIC,
		.level = json_string(json_get(o, "level"), ""),
		.text = json_string(json_get(o, "message"), ""),
		.rendered = json_string(json_get(o, "rendered"), NULL),
		.file = json_string(json_get(o, "file"), NULL),
		.line = (int)number_of(o, "line") };

	pane_heard_diagnostic(job->pane, &m);
}

/* Whether no part of the path leads upwards. */
static bool
is_straight(const char *path)
{
	return path_is_absolute(path) && !path_has_component(path, SPAN(".."));
}

/* "…/<triple>/release/examples/app" is put into our folder of the triple; what is in none, a wheel, into
 * the folder that it has there, below ours. */
const char *
relay_place_here(const char *target_dir, const char *triple, const char *there, struct arena *arena)
{
	struct span below = pane_below_triple(there, triple);
	const char *base = path_basename(there), *here;
	char *dir;

	if (!is_straight(there))
		return NULL;
	dir = path_dirname(there);
	here = below.len
		? arena_printf(arena, "%s/%s/%.*s", target_dir, triple, (int)below.len, below.data)
		: arena_printf(arena, "%s/%s/%s", target_dir, path_basename(dir), base);
	free(dir);
	return here;
}

static void
hear_artifact(struct relay *r, struct relay_job *job, const struct json *o)
{
	const char *there = json_string(json_get(o, "path"), "");
	const char *sha256 = json_string(json_get(o, "sha256"), NULL);
	const char *here = relay_place_here(
		r->spec.place->target_dir, job->pane->job->target, there, &r->arena);

	if (!sha256 || !here) {
		say_line(job->pane, SPAN("warning: this one stays there, it cannot be checked:"));
		say_line(job->pane, span_of(there));
		return;
	}
	vec_push(&job->files,
		((struct incoming){ .there = arena_strdup(&r->arena, there),
			.here = here,
			.kind = arena_strdup(&r->arena, json_string(json_get(o, "kind"), "bin")),
			.sha256 = arena_strdup(&r->arena, sha256),
			.bytes = number_of(o, "bytes") }));
}

static void
hear_finished(struct relay *r, struct relay_job *job, const struct json *o)
{
	const char *status = json_string(json_get(o, "status"), "");
	int code = (int)json_integer(json_get(o, "exit_code"), 1);

	job->pane->job->fresh = (int)number_of(o, "fresh");
	if (text_is(status, job_state_name(JOB_OK)) && job->files.len) {
		job->is_built = true;
		fetch_next(r);
	} else if (text_is(status, job_state_name(JOB_OK))) {
		r->spec.over(r->spec.arg, job->pane, JOB_OK, 0);
	} else if (text_is(status, job_state_name(JOB_FAILED))) {
		r->spec.over(r->spec.arg, job->pane, JOB_FAILED, code);
	} else if (text_is(status, job_state_name(JOB_SKIPPED))) {
		r->spec.over(r->spec.arg, job->pane, JOB_SKIPPED, code);
	}
}

static const struct {
	const char *name;
	bool is_of_run; /* and not of one job */
	void (*hear)(struct relay *r, struct relay_job *job, const struct json *o);
} events[] = {
	{ "run_started", true, hear_started },
	{ "unit", false, hear_unit },
	{ "progress", false, hear_progress },
	{ "log", false, hear_log },
	{ "diagnostic", false, hear_diagnostic },
	{ "artifact", false, hear_artifact },
	{ "job_finished", false, hear_finished },
};

static struct relay_job *
job_of(struct relay *r, const struct json *o)
{
	int64_t id = json_integer(json_get(o, "job"), 0);

	if (id < 1 || (size_t)id > r->theirs.len || r->theirs.items[id - 1] < 0)
		return NULL;
	return &r->jobs[r->theirs.items[id - 1]];
}

static void
on_out_line(void *arg, struct span line, char end)
{
	struct relay *r = arg;
	struct json *o = json_parse(line.data, line.len, NULL);
	const char *name = json_string(json_get(o, "event"), NULL);
	struct relay_job *job = job_of(r, o);

	if (!name && line.len) /* a login script that prints something */
		on_err_line(arg, line, end);
	for (size_t i = 0; name && i < COUNT(events); i++) {
		if (text_is(events[i].name, name) && (job || events[i].is_of_run))
			events[i].hear(r, job, o);
	}
	json_free(o);
}

void
relay_hear(struct relay *r, enum proc_stream stream, const char *bytes, size_t len)
{
	if (stream == PROC_STDOUT)
		lines_feed(&r->out, bytes, len, on_out_line, r);
	else
		lines_feed(&r->err, bytes, len, on_err_line, r);
}

void
relay_end(struct relay *r)
{
	lines_end(&r->out, on_out_line, r);
	lines_end(&r->err, on_err_line, r);
}
