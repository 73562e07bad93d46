/* A lab is built with the choice and profile of the moment it began with, which it holds with the survey;
 * the last one stays until the next. Builds and labs keep out of each other's way: they would take each
 * other's CPUs, and times would mean nothing. */
#include <stdlib.h>
#include "base/alloc.h"
#include "build/lab.h"
#include "build/order.h"
#include "build/pack.h"
#include "build/variants.h"
#include "ready/sccache.h"
#include "ready/survey.h"
#include "rust/choice.h"
#include "rust/profile.h"
#include "rust/workspace.h"
#include "ui/screen.h"
#include "ui/work_state.h"

struct work_lab {
	struct work *work;
	struct lab *lab;
	struct shared_survey *survey;
	struct profile *profile; /* as configured */
	struct order order;
	struct lab_spec spec; /* texts in the order's arena */
};

static void
free_lab(struct work_lab *l)
{
	if (!l)
		return;
	lab_free(l->lab);
	order_fini(&l->order);
	profile_free(l->profile);
	work_let_go(l->survey);
	free(l);
}

void
work_close_lab(struct work *w)
{
	free_lab(w->lab);
	w->lab = NULL;
	w->store->lab = NULL;
}

/* ---- what it tells ---- */

static void
on_run_event(void *arg, const struct run *run, const struct run_event *event)
{
	struct work_lab *l = arg;

	history_event(l->work->store->history, run, event);
	work_change(l->work, STORE_LAB);
}

static void
on_row(void *arg, const struct lab_row *row)
{
	struct work_lab *l = arg;
	struct store *s = l->work->store;

	history_keep_lab(s->history, l->survey->survey->workspace->root, lab_result(l->lab));
	work_change(l->work, STORE_LAB);
}

static void
on_over(void *arg, const struct err *err)
{
	struct work_lab *l = arg;
	struct store *s = l->work->store;

	if (err)
		l->work->events.failed(l->work->arg, "The lab cannot go on", err);
	else if (lab_is_stopped(l->lab))
		store_say(s, SAY_INFO, "the lab is stopped; what was measured is kept");
	else if (lab_has_failed(l->lab))
		store_say(s, SAY_WARN, "the lab is done; not every variant was built");
	else
		store_say(s, SAY_GOOD, "the lab is done");
	work_change(l->work, STORE_LAB);
}

/* ---- its beginning ---- */

static void
add_changes(struct order *o, const struct profile *p)
{
	struct run_variant *all =
		arena_array(&o->arena, struct run_variant, o->run.variant_count + 1);

	for (size_t i = 0; i < o->run.variant_count; i++)
		all[i] = o->run.variants[i];
	all[o->run.variant_count++] = variant_of_profile(p, &o->arena);
	o->run.variants = all;
}

static bool
choose_variants(struct work_lab *l, const struct lab_wish *wish, struct err *err)
{
	static const char *const none[] = { NULL };
	const struct store *s = l->work->store;
	struct order *o = &l->order;

	l->profile = profile_load(s->profile ? s->profile->name : WORK_DEFAULT_PROFILE,
		s->survey->workspace, s->survey->conf, err);
	if (!l->profile || !variants_make(&o->run, l->profile, wish->presets, none, &o->arena, err))
		return false;
	if (wish->has_changes && s->profile)
		add_changes(o, s->profile);
	lab_drop_doubles(&o->run);
	o->run.profile = l->profile;
	return true;
}

static bool
prepare(struct work_lab *l, const struct lab_wish *wish, struct err *err)
{
	struct work *w = l->work;
	struct order *o = &l->order;

	order_make(o, NULL, w->store->choice, true);
	order_add_own(o, w->store->survey, w->store->choice);
	if (!choose_variants(l, wish, err))
		return false;
	work_complete_order(w, o);
	o->run.if_busy = BUSY_WAIT;
	l->spec.run = &o->run;
	l->spec.tests.bench = arena_strdup(&o->arena, wish->bench);
	l->spec.tests.dir = w->options->dir;
	return !wish->packs || (l->spec.tests.upx = pack_program(w->store->survey, err)) != NULL;
}

static void
begin(struct work *w, const struct lab_wish *wish)
{
	static const struct lab_events events = { on_run_event, on_row, on_over };
	struct work_lab *l = xcalloc(1, sizeof(*l));
	struct err err = ERR_INIT;

	work_close_lab(w);
	l->work = w;
	l->survey = work_hold(w->current);
	store_rules(w->store, &err); /* without hints it goes as well */
	err = ERR_INIT;
	if (prepare(l, wish, &err))
		l->lab = lab_start(w->store->loop, &l->spec, &events, l, &err);
	if (l->lab) {
		w->lab = l;
		w->store->lab = l->lab;
		if (sccache_wrapper(w->store->survey))
			store_say(w->store, SAY_INFO,
				"rustc's wrapper is sccache: times are not those of a cold build");
	} else {
		free_lab(l);
		w->events.failed(w->arg, "The lab cannot begin", &err);
	}
}

void
work_measure(struct work *w, const struct lab_wish *wish)
{
	struct store *s = w->store;

	if (wish->stops && store_lab_goes_on(s))
		lab_stop(s->lab);
	else if (wish->stops)
		store_say(s, SAY_INFO, "no lab is going on");
	else if (store_lab_goes_on(s))
		store_say(s, SAY_WARN, "the lab is going on; x stops it");
	else if (store_jobs_going(s))
		store_say(s, SAY_WARN, "a build is going on; stop it first");
	else if (!s->survey->workspace)
		store_say(s, SAY_WARN, "there is no project here to build");
	else if (s->survey->quick)
		store_say(s, SAY_INFO, "the machine is still being looked at; once more, please");
	else if (!s->survey->toolchain)
		w->events.failed(w->arg, "The lab cannot begin", &s->survey->toolchain_err);
	else
		begin(w, wish);
	work_change(w, STORE_LAB);
}
