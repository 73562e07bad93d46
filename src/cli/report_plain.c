/* report_plain: a line per event, each begun with its target, readable in CI logs. */
#include <inttypes.h>
#include "artifact/card_text.h"
#include "base/quantity.h"
#include "build/logstore.h"
#include "cli/report_kind.h"
#include "cli/styled.h"
#include "hint/explain.h"
#include "ready/sccache.h"
#include "rust/message.h"
#include "text/ansi.h"

static enum ink
state_ink(enum job_state state)
{
	return state == JOB_OK ? INK_GOOD : state == JOB_FAILED ? INK_BAD : INK_WARN;
}

static void
begin_line(struct report *r, const struct job *job)
{
	str_appendf(
		&r->out, "%s%s%s | ", ink(r->cli, INK_NAME), job->label, ink(r->cli, INK_PLAIN));
}

static void
tell_row(void *arg, const struct ansi_line *row)
{
	struct report_job *j = arg;

	styled_append(&j->report->out, row);
}

static void
tell_line(void *arg, struct span line, char end)
{
	struct report_job *j = arg;
	struct str *out = &j->report->out;

	begin_line(j->report, j->job);
	if (j->report->cli->color) {
		ansi_feed(j->ansi, line.data, line.len, tell_row, j);
		ansi_feed(j->ansi, "\n", 1, tell_row, j);
	} else {
		ansi_strip(out, line.data, line.len);
	}
	str_append_char(out, '\n');
}

/* The command line of the job's group, once. */
static void
tell_command(struct report *r, const struct run *run, const struct job *job)
{
	while (r->groups_told.len <= (size_t)run_group_count(run))
		vec_push(&r->groups_told, false);
	if (r->groups_told.items[job->group])
		return;
	r->groups_told.items[job->group] = true;
	str_appendf(&r->out, "%s$ %s%s\n", ink(r->cli, INK_DIM), run_command(run, job->group),
		ink(r->cli, INK_PLAIN));
}

static void
tell_lines(struct report_job *j, const char *text)
{
	struct span rest = span_of(text);

	while (rest.len)
		tell_line(j, span_cut(rest, '\n', &rest), '\n');
}

static void
tell_hint(struct report_job *j)
{
	struct str text = STR_INIT;

	cli_append_hints(j->report->cli, j->job->explanation, &text);
	tell_lines(j, str_cstr(&text));
	str_fini(&text);
}

static void
tell_artifact(struct report *r, const struct job *job, const struct job_artifact *a)
{
	struct str floor = STR_INIT;
	char size[QUANTITY_MAX];

	if (a->card)
		card_floor(a->card, ">=", &floor);
	begin_line(r, job);
	str_appendf(&r->out, "%s %s %s%s%s\n", a->kind, quantity_put(size, a->bytes), a->path,
		floor.len ? "  " : "", str_cstr(&floor));
	str_fini(&floor);
}

static void
tell_job_finished(struct report *r, const struct job *job)
{
	begin_line(r, job);
	str_appendf(&r->out, "%s%s%s", ink(r->cli, state_ink(job->state)),
		job_state_name(job->state), ink(r->cli, INK_PLAIN));
	if (job->total)
		str_appendf(&r->out, " %d/%d units", job->done, job->total);
	str_appendf(&r->out, " in %.1f s", (double)(job->ended_ms - job->started_ms) / 1000);
	if (job->warnings)
		str_appendf(
			&r->out, ", %d warning%s", job->warnings, job->warnings == 1 ? "" : "s");
	if (job->state == JOB_FAILED && job->log)
		str_appendf(&r->out, ", log: %s", logstore_path(job->log));
	str_append_char(&r->out, '\n');
}

/* What a person would want to know who wonders about so few hits. */
static void
tell_cache_faults(struct report *r, const struct run *run)
{
	const struct sccache_fault *faults;
	size_t count = run_cache_faults(run, &faults);

	for (size_t i = 0; i < count; i++)
		str_appendf(&r->out, "%ssccache:%s %s\n  try: %s\n", ink(r->cli, INK_WARN),
			ink(r->cli, INK_PLAIN), faults[i].text, faults[i].advice);
}

static void
tell_cache(struct report *r, const struct run *run)
{
	struct job_cache sum;
	const char *storage;

	if (!run_cache(run, &sum, &storage))
		return;
	if (run_cache_found_little(run))
		tell_cache_faults(r, run);
	if (!(sum.hits + sum.misses + sum.uncached))
		return;
	str_appendf(&r->out, "sccache: %" PRIu64 " of %" PRIu64 " compilations found", sum.hits,
		sum.hits + sum.misses);
	if (sum.uncached)
		str_appendf(&r->out, ", %" PRIu64 " more that it does not cache", sum.uncached);
	str_appendf(&r->out, "%s%s\n", storage ? "; " : "", storage ? storage : "");
}

static void
tell_finished(struct report *r, const struct run *run)
{
	size_t counts[JOB_SKIPPED + 1] = { 0 };
	const char *separator = "";

	for (size_t i = 0; i < run_job_count(run); i++)
		counts[run_job(run, i)->state]++;
	str_append(&r->out, ink(r->cli, INK_BOLD));
	for (enum job_state state = JOB_OK; state <= JOB_SKIPPED; state++) {
		if (!counts[state])
			continue;
		str_appendf(&r->out, "%s%zu %s", separator, counts[state], job_state_name(state));
		separator = ", ";
	}
	str_appendf(&r->out, "%s in %.1f s\n", ink(r->cli, INK_PLAIN),
		(double)run_elapsed_ms(run) / 1000);
	tell_cache(r, run);
}

static void
tell_of_job(struct report *r, const struct run *run, const struct run_event *e)
{
	struct report_job *j = report_job(r, e->job);
	bool is_quiet = r->cli->quiet;

	switch (e->kind) {
	case RUN_JOB_STARTED:
		if (!is_quiet)
			tell_command(r, run, e->job);
		break;
	case RUN_LOG:
		if (!is_quiet)
			lines_feed(&j->lines, e->text, e->text_len, tell_line, j);
		break;
	case RUN_DIAGNOSTIC: /* else the log's lines say it */
		if (is_quiet && text_is(e->message->level, "error"))
			tell_lines(j, e->message->rendered);
		break;
	case RUN_HINT: tell_hint(j); break;
	case RUN_ARTIFACT:
		if (!is_quiet)
			tell_artifact(r, e->job, e->artifact);
		break;
	case RUN_JOB_FINISHED:
		lines_end(&j->lines, tell_line, j);
		if (!is_quiet || e->job->state != JOB_OK)
			tell_job_finished(r, e->job);
		break;
	default: break;
	}
}

void
report_tell_plain(struct report *r, const struct run *run, const struct run_event *e)
{
	if (e->job)
		tell_of_job(r, run, e);
	else if (!r->cli->quiet && e->kind == RUN_FINISHED)
		tell_finished(r, run);
}
