/* work_fix: a hint's fix, from the person's yes to the proof: it is carried out as a plan of one step,
 * what failed is built again on a new survey, and the outcome is held against the cause it had. */
#include <stdlib.h>
#include "base/alloc.h"
#include "build/job.h"
#include "build/run.h"
#include "hint/explain.h"
#include "io/loop.h"
#include "plan/fixplan.h"
#include "plan/plan.h"
#include "plan/runner.h"
#include "plan/undo.h"
#include "ready/survey.h"
#include "rust/choice.h"
#include "rust/workspace.h"
#include "text/ansi.h"
#include "ui/work_state.h"

#define SAID_MOST 1500 /* bytes of what a failed command said, in a dialog */

struct work_fix {
	struct work *w;
	struct runner *runner; /* NULL: another backend was chosen */
	char *triple;
	char *hint;           /* the id of the one that it is for */
	char *title;          /* of the fix */
	char *backend_before; /* where it changed that; NULL: none was chosen */
	bool is_backend, is_edit;
	bool is_building;  /* what failed is built again */
	VEC(char *) tried; /* titles, for this target and hint */
};

static bool
was_tried(const struct work_fix *f, const char *title)
{
	for (size_t i = 0; i < f->tried.len; i++)
		if (text_is(f->tried.items[i], title))
			return true;
	return false;
}

static void
forget_tried(struct work_fix *f)
{
	for (size_t i = 0; i < f->tried.len; i++)
		free(f->tried.items[i]);
	vec_clear(&f->tried);
}

static void
set_text(char **text, const char *to)
{
	free(*text);
	*text = xstrdup(to);
}

/* ---- the end ---- */

static struct job *
job_of(const struct work_fix *f)
{
	const struct run *run = f->w->store->run;

	for (size_t i = 0; run && i < run_job_count(run); i++)
		if (text_is(run_job(run, i)->target, f->triple) &&
			run_job(run, i)->state == JOB_FAILED)
			return run_job(run, i);
	return NULL;
}

static long
next_fix(const struct work_fix *f, const struct hint *h)
{
	for (size_t i = 0; i < h->fix_count; i++)
		if (!was_tried(f, h->fixes[i].title))
			return (long)i;
	return -1;
}

static void
say_no_help(struct work_fix *f, struct job *job, const struct hint *h)
{
	long next = next_fix(f, h);
	char *text = xasprintf("%s fails for the same cause after\n\n   %s\n\n%s (%s)%s%s",
		f->triple, f->title, h->title, confidence_name(h->confidence),
		next >= 0 ? "\n\nNext: " : "", next >= 0 ? h->fixes[next].title : "");

	f->w->events.fix_failed(f->w->arg, job, text, next, f->is_edit || f->is_backend);
	free(text);
}

void
work_fix_run_is_over(struct work *w)
{
	struct work_fix *f = w->fix;
	struct job *job;
	const struct hint *h;

	if (!f || !f->is_building || w->wants_again)
		return;
	f->is_building = false;
	job = job_of(f);
	h = job ? job_hint(job) : NULL;
	if (!job)
		store_say(w->store, SAY_GOOD, "the fix helped: %s builds", f->triple);
	else if (h && text_is(h->id, f->hint))
		say_no_help(f, job, h);
	else
		store_say(w->store, SAY_WARN, "%s: that cause is gone, but it still fails",
			f->triple);
}

/* ---- applying ---- */

static void
remember_failed(struct work *w)
{
	const struct run *run = w->store->run;

	for (size_t i = 0; i < run_job_count(run); i++)
		if (run_job(run, i)->state == JOB_FAILED)
			vec_push(&w->only, xstrdup(run_job(run, i)->target));
}

static void
build_what_failed(struct work_fix *f)
{
	f->is_building = true;
	remember_failed(f->w);
	work_build_anew(f->w);
}

static void
say_failed(struct work_fix *f)
{
	const struct step_status *status = runner_status(f->runner, 0);
	struct span said = runner_output(f->runner, 0);
	struct str text = STR_INIT;
	struct err err = status->err;

	if (said.len > SAID_MOST)
		said = (struct span){ said.data + said.len - SAID_MOST, SAID_MOST };
	ansi_strip(&text, said.data, said.len);
	err_set(&err, ERR_FAILED, "%s\n\n%s", status->err.message, str_cstr(&text));
	if (status->handover)
		err_try(&err, "hand this to an administrator: %s", status->handover);
	f->w->events.failed(f->w->arg, "The fix could not be applied", &err);
	str_fini(&text);
}

static void
on_changed(void *arg, size_t step)
{
	struct work_fix *f = arg;

	work_change(f->w, 0);
}

static void
on_line(void *arg, size_t step, struct span line)
{
	struct work_fix *f = arg;
	struct str text = STR_INIT;

	ansi_strip(&text, line.data, line.len);
	store_say(f->w->store, SAY_INFO, "fix: %s", str_cstr(&text));
	str_fini(&text);
	work_change(f->w, 0);
}

/* Fixes come without licences. */
static void
on_license(void *arg, size_t step, const struct step_license *license)
{
	struct work_fix *f = arg;

	runner_agree(f->runner, step, false);
}

static bool
on_lend(void *arg, size_t step, const char *const *argv)
{
	struct work_fix *f = arg;

	return f->w->events.terminal_lend(f->w->arg, argv);
}

static void
on_back(void *arg, size_t step)
{
	struct work_fix *f = arg;

	f->w->events.terminal_back(f->w->arg);
}

static void
on_idle(void *arg)
{
	struct work_fix *f = arg;

	if (step_state_is_over(runner_status(f->runner, 0)->state))
		build_what_failed(f);
	else
		say_failed(f);
	work_change(f->w, 0);
}

static void
carry_out(struct work_fix *f, const struct fix *fix)
{
	static const struct runner_events events = { on_changed, on_line, on_license, on_lend,
		on_back, on_idle };
	struct work *w = f->w;
	struct err err = ERR_INIT;

	f->runner = work_new_runner(w, fix_plan(fix), &events, f);
	runner_replace(f->runner, 0);
	if (!runner_run(f->runner, 0, &err))
		w->events.failed(w->arg, "The fix cannot be applied now", &err);
	else
		store_say(w->store, SAY_INFO, "fix: %s", f->title);
}

static void
switch_backend(struct work_fix *f, const char *backend)
{
	struct choice *choice = f->w->store->choice;

	set_text(&f->backend_before, choice_backend(choice, f->triple));
	choice_set_backend(choice, f->triple, backend);
	work_keep_choice(f->w);
	build_what_failed(f);
}

static struct work_fix *
fix_for(struct work *w, const struct job *job, const struct hint *h)
{
	struct work_fix *f = w->fix;

	if (!f) {
		f = w->fix = xcalloc(1, sizeof(*f));
		f->w = w;
	}
	runner_free(f->runner);
	f->runner = NULL;
	if (!text_is(f->triple, job->target) || !text_is(f->hint, h->id))
		forget_tried(f);
	set_text(&f->triple, job->target);
	set_text(&f->hint, h->id);
	return f;
}

void
work_fix(struct work *w, struct job *job, size_t n)
{
	const struct hint *h = job_hint(job);
	const struct fix *fix = h && n < h->fix_count ? &h->fixes[n] : NULL;
	struct work_fix *f;

	if (!fix)
		return;
	if (work_is_setting_up(w) || (w->fix && w->fix->runner && runner_is_busy(w->fix->runner))) {
		store_say(w->store, SAY_WARN, "a step is being carried out; wait for its end");
		return;
	}
	f = fix_for(w, job, h);
	set_text(&f->title, fix->title);
	vec_push(&f->tried, xstrdup(fix->title));
	f->is_backend = fix->kind == FIX_SWITCH_BACKEND;
	f->is_edit = fix->kind == FIX_EDIT;
	if (f->is_backend)
		switch_backend(f, fix->backend);
	else if (fix_has_plan(fix))
		carry_out(f, fix);
	work_change(w, 0);
}

/* ---- taking it back ---- */

static const struct undo_entry *
last_edit(const struct undo_list *list, const struct work_fix *f)
{
	const struct workspace *ws = f->w->store->survey->workspace;

	for (size_t i = 0; i < list->len; i++)
		if (list->items[i].state == UNDO_READY &&
			text_is(list->items[i].project, ws ? ws->root : f->w->store->survey->dir))
			return &list->items[i];
	return NULL;
}

static bool
undo_edit(const struct work_fix *f, struct err *err)
{
	struct undo_list list = { 0 };
	const struct undo_entry *entry;
	bool ok = false;

	if (!undo_list_load(&list, err))
		return false;
	entry = last_edit(&list, f);
	if (entry)
		ok = undo_put_back(entry->number, err);
	else
		err_set(err, ERR_FAILED, "the file has changed since");
	undo_list_fini(&list);
	return ok;
}

void
work_undo_fix(struct work *w)
{
	struct work_fix *f = w->fix;
	struct err err = ERR_INIT;

	if (f->is_backend) {
		choice_set_backend(w->store->choice, f->triple, f->backend_before);
		work_keep_choice(w);
	} else if (!undo_edit(f, &err)) {
		w->events.failed(w->arg, "The fix cannot be taken back", &err);
		return;
	}
	store_say(w->store, SAY_GOOD, "as it was before: %s", f->title);
	work_survey(w);
}

void
work_close_fix(struct work *w)
{
	struct work_fix *f = w->fix;

	for (size_t i = 0; i < w->only.len; i++)
		free(w->only.items[i]);
	vec_fini(&w->only);
	if (!f)
		return;
	w->busy += f->runner && runner_is_asking(f->runner);
	runner_free(f->runner);
	forget_tried(f);
	vec_fini(&f->tried);
	free(f->triple);
	free(f->hint);
	free(f->title);
	free(f->backend_before);
	free(f);
	w->fix = NULL;
}
