#include "build/pane.h"

#include <stdlib.h>
#include <string.h>
#include "base/alloc.h"
#include "base/count.h"
#include "build/linksaid.h"
#include "build/logstore.h"
#include "build/run.h"
#include "build/shim.h"
#include "io/file.h"
#include "rust/message.h"

#define STATUS_STYLE "\033[1m\033[92m" /* bold green, as cargo's */

void
pane_init(struct pane *p, struct job *job, void (*tell)(void *arg, struct run_event *event),
	void *arg)
{
	*p = (struct pane){ .job = job, .tell = tell, .arg = arg };
}

static void
forget_files(struct pane *p)
{
	for (size_t i = 0; i < p->files.len; i++) {
		free(p->files.items[i].path);
		free(p->files.items[i].kind);
	}
	vec_clear(&p->files);
}

void
pane_fini(struct pane *p)
{
	forget_files(p);
	vec_fini(&p->files);
	map_fini(&p->said);
}

void
pane_begin(struct pane *p)
{
	map_fini(&p->said);
	p->said = MAP_INIT;
	p->is_blamed = false;
	p->unsaid = 0;
	forget_files(p);
	job_reset(p->job);
}

static void
tell(struct pane *p, struct run_event event)
{
	event.job = p->job;
	p->tell(p->arg, &event);
}

/* True the first time. */
static bool
is_new(struct pane *p, struct span text)
{
	char *key = span_dup(text);
	bool said = map_has(&p->said, key);

	if (!said)
		map_set(&p->said, key, p);
	free(key);
	return !said;
}

/* ---- text ---- */

static void
tell_log(struct pane *p, const char *stream, struct span text)
{
	tell(p,
		(struct run_event){ .kind = RUN_LOG,
			.stream = stream,
			.text = text.data,
			.text_len = text.len });
}

void
pane_say(struct pane *p, const char *stream, struct span text)
{
	if (p->is_over || !text.len)
		return;
	logstore_append(p->job->log, text.data, text.len);
	tell_log(p, stream, text);
}

void
pane_say_once(struct pane *p, struct span text)
{
	if (is_new(p, text))
		pane_say(p, "stderr", text);
}

void
pane_status(struct pane *p, const char *verb, const char *text, bool once)
{
	struct str line = STR_INIT;

	str_appendf(&line, STATUS_STYLE "%12s\033[0m %s\n", verb, text);
	if (!once || is_new(p, str_span(&line)))
		pane_say(p, "stderr", str_span(&line));
	str_fini(&line);
}

static void
mark(struct pane *p, enum logstore_mark mark)
{
	if (!p->is_over)
		logstore_mark_next(p->job->log, mark);
}

void
pane_error(struct pane *p, struct span text, bool is_counted)
{
	p->is_blamed = true;
	if (!is_new(p, text))
		return;
	p->job->errors += is_counted && !p->is_over;
	mark(p, LOGMARK_ERROR);
	pane_say(p, "stderr", text);
}

/* ---- what was compiled ---- */

static void
count_diagnostic(struct pane *p, const struct message *m)
{
	p->job->errors += text_starts(m->level, "error");
	p->job->warnings += text_is(m->level, "warning");
	if (m->linker_output && !p->job->linker_output)
		p->job->linker_output = xstrdup(m->linker_output);
}

static void
append_marked(void *arg, struct span line, unsigned marks)
{
	struct pane *p = arg;

	if (marks)
		logstore_mark_next(p->job->log, marks);
	logstore_append(p->job->log, line.data, line.len);
}

void
pane_diagnostic(struct pane *p, const struct message *m)
{
	if (p->is_over)
		return;
	count_diagnostic(p, m);
	if (text_starts(m->level, "error"))
		mark(p, LOGMARK_ERROR);
	else if (text_is(m->level, "warning"))
		mark(p, LOGMARK_WARNING);
	if (m->rendered && m->linker_output) {
		linksaid_each(span_of(m->rendered), span_of(m->linker_output), append_marked, p);
		tell_log(p, "stderr", span_of(m->rendered));
	} else if (m->rendered) {
		pane_say(p, "stderr", span_of(m->rendered));
	}
	tell(p, (struct run_event){ .kind = RUN_DIAGNOSTIC, .message = m });
}

void
pane_heard_diagnostic(struct pane *p, const struct message *m)
{
	if (p->is_over)
		return;
	count_diagnostic(p, m);
	tell(p, (struct run_event){ .kind = RUN_DIAGNOSTIC, .message = m });
}

void
pane_unit(struct pane *p, const char *crate, const struct shim_end *end)
{
	struct run_event event = { .kind = RUN_UNIT, .crate = crate };

	if (p->is_over)
		return;
	if (end) {
		p->job->built++;
		event.unit_finished = true;
		event.unit_ms = end->ms;
		event.unit_peak = end->peak;
	}
	tell(p, event);
}

void
pane_progress(struct pane *p, struct progress_count count)
{
	struct job *j = p->job;

	if (j->done == count.done && j->total == count.total && j->total_is_exact == count.is_exact)
		return;
	j->done = count.done;
	j->total = count.total;
	j->total_is_exact = count.is_exact;
	tell(p, (struct run_event){ .kind = RUN_PROGRESS });
}

void
pane_pull(struct pane *p, struct pull_count count)
{
	struct job_pull *j = &p->job->pull;

	if (j->done == count.done && j->layers == count.layers &&
		j->done_bytes == count.done_bytes && j->all_bytes == count.all_bytes)
		return;
	*j = (struct job_pull){ count.done, count.layers, count.done_bytes, count.all_bytes };
	tell(p, (struct run_event){ .kind = RUN_PULL });
}

/* ---- artefacts ---- */

/* The kind of a library file that is of use outside Rust, or NULL. */
static const char *
library_kind(const char *path, const char *crate_kind)
{
	static const struct {
		const char *ending, *kind;
	} endings[] = {
		{ ".dll.a", NULL }, /* import libraries */
		{ ".dll.lib", NULL },
		{ ".so", "cdylib" },
		{ ".dylib", "cdylib" },
		{ ".dll", "cdylib" },
		{ ".wasm", "cdylib" },
		{ ".a", "staticlib" },
		{ ".lib", "staticlib" },
	};

	for (size_t i = 0; i < COUNT(endings); i++) {
		if (!text_ends(path, endings[i].ending))
			continue;
		if (text_is(endings[i].kind, "cdylib") && text_is(crate_kind, "dylib"))
			return "dylib";
		return endings[i].kind;
	}
	return NULL;
}

struct span
pane_below_triple(const char *path, const char *triple)
{
	char *folder = xasprintf("/%s/", triple);
	struct span rest = span_of(path), found = SPAN("");

	for (long at; (at = span_find(rest, span_of(folder))) >= 0;) {
		rest.data += (size_t)at + strlen(folder);
		rest.len -= (size_t)at + strlen(folder);
		found = rest;
	}
	free(folder);
	return found;
}

/* "<target folder>/<triple>/<profile>/file" or "…/examples/file": not among cargo's intermediates. */
static bool
is_final_place(const char *path, const char *triple)
{
	struct span rest = pane_below_triple(path, triple);
	struct span profile = span_cut(rest, '/', &rest), file = span_cut(rest, '/', &rest);

	if (!profile.len || !file.len)
		return false;
	return !rest.len || (span_is(file, "examples") && !memchr(rest.data, '/', rest.len));
}

static void
tell_file(struct pane *p, const char *path, const char *kind)
{
	struct job_artifact *artifact = job_add_artifact(p->job, path, kind);

	if (artifact)
		tell(p, (struct run_event){ .kind = RUN_ARTIFACT, .artifact = artifact });
}

static void
add_artifact(struct pane *p, const char *path, const char *kind)
{
	if (p->files_come_last)
		vec_push(&p->files, ((struct pane_file){ xstrdup(path), xstrdup(kind) }));
	else
		tell_file(p, path, kind);
}

size_t
pane_tell_files(struct pane *p, char **lost)
{
	size_t count = 0;

	*lost = NULL;
	for (size_t i = 0; i < p->files.len && !p->is_over; i++) {
		const struct pane_file *file = &p->files.items[i];

		if (file_exists(file->path))
			tell_file(p, file->path, file->kind);
		else if (!count++)
			*lost = xstrdup(file->path);
	}
	forget_files(p);
	return count;
}

void
pane_artifact(struct pane *p, const struct message *m)
{
	if (p->is_over)
		return;
	if (m->executable && is_final_place(m->executable, p->job->target)) {
		add_artifact(p, m->executable, m->crate_kind ? m->crate_kind : "bin");
		return;
	}
	for (size_t i = 0; i < message_file_count(m); i++) {
		const char *path = message_file(m, i);
		const char *kind = library_kind(path, m->crate_kind);

		if (kind && is_final_place(path, p->job->target))
			add_artifact(p, path, kind);
	}
}

void
pane_file(struct pane *p, const char *path, const char *kind)
{
	if (!p->is_over)
		add_artifact(p, path, kind);
}
