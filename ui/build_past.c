/* build_past: past builds on the Build screen: a list of those of this workspace, and one of them in
 * the panes in place of the run. */
#include <stdlib.h>
#include "base/alloc.h"
#include "build/cause.h"
#include "build/history.h"
#include "build/job.h"
#include "build/run.h"
#include "ready/survey.h"
#include "rust/workspace.h"
#include "ui/build_state.h"
#include "ui/widget_bar.h"

#define LISTED_MAX 200

/* "12:30  failed  1:02  3 targets" */
static void
append_label(const struct history_run *run, struct str *out)
{
	char *when = past_run_when(run->started), time[16];

	bar_time(time, run->ms);
	str_appendf(out, "%s  %-11s %8s  %2zu job%s", when, run->status, time, run->job_count,
		run->job_count == 1 ? " " : "s");
	free(when);
}

/* What was built, the targets' own order; of many as many as say enough. */
static char *
note_of(const struct history_run *run)
{
	struct str out = STR_INIT;
	size_t told = run->job_count < 2 ? run->job_count : 2;

	if (!text_is(run->mode, "build"))
		str_appendf(&out, "%s: ", run->mode);
	for (size_t i = 0; i < told; i++)
		str_appendf(&out, "%s%s", i ? ", " : "", run->jobs[i].target);
	if (told < run->job_count)
		str_appendf(&out, ", +%zu", run->job_count - told);
	return str_take(&out);
}

static void
forget_notes(struct build_past *past)
{
	for (size_t i = 0; i < past->rows.len; i++)
		free(past->rows.items[i].note);
	vec_clear(&past->rows);
}

static const char *
id_on_show(const struct build *b)
{
	return b->past.run ? b->past.run->id : b->store->run ? run_id(b->store->run) : NULL;
}

/* Those of this workspace that are over, newest first; the one on show is the current one. */
static void
fill_list(struct build *b, const struct history_list *list)
{
	struct build_past *past = &b->past;
	struct str label = STR_INIT;

	forget_notes(past);
	pick_begin(&past->pick, "past builds");
	for (size_t i = 0; i < list->runs.len; i++) {
		const struct history_run *run = &list->runs.items[i];
		bool is_ours = b->store->run && text_is(run->id, run_id(b->store->run));
		if (text_is(run->status, "running") && !is_ours)
			continue;
		str_clear(&label);
		append_label(run, &label);
		vec_push(&past->rows,
			((struct build_past_row){ is_ours ? 0 : run->row, note_of(run) }));
		pick_add(&past->pick, str_span(&label), past->rows.items[past->rows.len - 1].note,
			text_is(run->id, id_on_show(b)));
	}
	str_fini(&label);
}

static bool
ask(struct build *b, size_t limit, struct history_list *list, struct err *err)
{
	const struct workspace *ws = b->store->survey->workspace;
	struct history_query query = { .root = ws ? ws->root : NULL, .limit = limit };

	*list = (struct history_list){ 0 };
	if (!b->store->history)
		return err_set(err, ERR_ENVIRONMENT, "there is no history of builds here");
	return history_ask(b->store->history, &query, list, err);
}

unsigned
build_past_list(struct build *b)
{
	struct history_list list;
	struct err err = ERR_INIT;
	unsigned effects = FX_REDRAW;

	if (!ask(b, LISTED_MAX, &list, &err))
		effects = store_say_err(b->store, SAY_WARN, &err);
	else if (!list.runs.len)
		effects =
			store_say(b->store, SAY_INFO, "no build of this project is in the history");
	else
		fill_list(b, &list);
	history_list_fini(&list);
	return effects;
}

/* ---- why they failed ---- */

static void
on_cause(void *arg, struct job *job)
{
	struct build *b = arg;

	b->store->changed |= STORE_JOBS;
}

/* Those whose log is there. */
static unsigned
explain_jobs(struct build *b)
{
	struct build_past *past = &b->past;
	struct err err = ERR_INIT;

	if (!store_rules(b->store, &err))
		return store_say_err(b->store, SAY_WARN, &err);
	if (!past->causes)
		past->causes = causes_new(b->store->loop, on_cause, b);
	for (size_t i = 0; i < past->run->jobs.len; i++) {
		struct job *job = past->run->jobs.items[i];

		if (job->state == JOB_FAILED && job->log)
			causes_ask(past->causes, job, b->store->rules, b->store->survey, NULL);
	}
	return FX_REDRAW;
}

static void
stop_explaining(struct build_past *past)
{
	for (size_t i = 0; past->run && i < past->run->jobs.len; i++)
		causes_forget(past->causes, past->run->jobs.items[i]);
}

/* ---- one of them in the panes ---- */

void
build_past_drop(struct build *b)
{
	stop_explaining(&b->past);
	build_clear_panes(b); /* they may be of the one that goes */
	past_run_free(b->past.run);
	b->past.run = NULL;
}

static unsigned
open_row(struct build *b, int64_t row)
{
	struct err err = ERR_INIT;
	struct past_run *run = past_run_open(b->store->history, row, &err);
	unsigned effects;

	if (!run)
		return store_say_err(b->store, SAY_WARN, &err);
	build_past_drop(b);
	b->past.run = run;
	effects = explain_jobs(b);
	build_take_panes(b);
	return effects;
}

unsigned
build_past_leave(struct build *b)
{
	if (!b->past.run)
		return 0;
	build_past_drop(b);
	build_take_panes(b);
	return FX_REDRAW;
}

unsigned
build_past_timeline(struct build *b)
{
	struct history_list list;
	struct err err = ERR_INIT;
	unsigned effects;

	if (!ask(b, 1, &list, &err))
		effects = store_say_err(b->store, SAY_WARN, &err);
	else if (!list.runs.len)
		effects = store_say(b->store, SAY_INFO, "nothing has been built yet");
	else
		effects = open_row(b, list.runs.items[0].row);
	history_list_fini(&list);
	return b->past.run ? build_times_toggle(b) : effects;
}

static unsigned
choose(struct build *b, int item)
{
	int64_t row = item < 0 ? 0 : b->past.rows.items[item].row;

	if (row)
		return open_row(b, row);
	return item < 0 || !b->past.run ? FX_REDRAW : build_past_leave(b);
}

unsigned
build_past_key(struct build *b, enum action_id act)
{
	int item = pick_key(&b->past.pick, act == ACT_HISTORY ? ACT_BACK : act);

	return item == PICK_IGNORED ? pick_ignored(act) : choose(b, item);
}

unsigned
build_past_mouse(struct build *b, const struct term_event *event)
{
	return choose(b, pick_mouse(&b->past.pick, event));
}

void
build_past_fini(struct build *b)
{
	forget_notes(&b->past);
	vec_fini(&b->past.rows);
	pick_fini(&b->past.pick);
	build_past_drop(b);
	causes_free(b->past.causes);
}
