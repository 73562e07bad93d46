/* work: surveys are shared by the store, the probes and the run that began with them; each user holds
 * one, and the last to let go frees it. */
#include <stdlib.h>
#include "base/alloc.h"
#include "host/settings.h"
#include "io/loop.h"
#include "ready/survey.h"
#include "ready/wish.h"
#include "rust/choice.h"
#include "rust/cpus.h"
#include "rust/profile.h"
#include "rust/workspace.h"
#include "ui/work_state.h"

#define NO_FOLDER "/nonexistent" /* where a choice that belongs to no workspace is read from */

static struct shared_survey *
share(struct survey *survey)
{
	struct shared_survey *shared = xcalloc(1, sizeof(*shared));

	shared->survey = survey;
	shared->users = 1;
	return shared;
}

struct shared_survey *
work_hold(struct shared_survey *shared)
{
	shared->users++;
	return shared;
}

void
work_let_go(struct shared_survey *shared)
{
	if (!shared || --shared->users)
		return;
	survey_free(shared->survey);
	free(shared);
}

void
work_change(struct work *w, unsigned bits)
{
	w->store->changed |= bits;
	w->events.changed(w->arg);
}

/* ---- choice and profile ---- */

/* Reads the choice of the survey's workspace, unless that is the one we have. */
static bool
read_choice(struct work *w, struct err *err)
{
	const struct workspace *ws = w->store->survey->workspace;

	if (w->store->choice && text_is(w->root, ws ? ws->root : NULL))
		return true;
	struct choice *choice = choice_load(ws ? ws->root : NO_FOLDER, err);
	bool ok = choice != NULL;
	w->store->choice_is_kept = ok && ws;
	if (!ok && !w->store->choice)
		choice = choice_load(NO_FOLDER, NULL);
	if (choice) {
		choice_free(w->store->choice);
		w->store->choice = choice;
		w->store->changed |= STORE_CHOICE;
	}
	free(w->root);
	w->root = ws ? xstrdup(ws->root) : NULL;
	return ok;
}

static bool
apply_options(struct profile *p, const struct app_options *o, struct err *err)
{
	if (o->preset_count > 1) /* variants of their own */
		return true;
	if (o->preset_count && !profile_apply_preset(p, o->presets[0], err))
		return false;
	for (size_t i = 0; i < o->set_count; i++)
		if (!profile_set_pair(p, o->sets[i], err))
			return false;
	return true;
}

static bool
read_profile(struct work *w)
{
	struct store *s = w->store;
	const struct app_options *o = w->options;
	bool is_said = o->profile && !w->profile_is_ours;
	const char *name = is_said ? o->profile : choice_profile_name(s->choice);
	bool by_options = !w->profile_is_ours && (o->preset_count || o->set_count);
	struct err *err = &w->profile_err;

	*err = ERR_INIT;
	profile_free(s->profile);
	s->profile = profile_load(
		name ? name : WORK_DEFAULT_PROFILE, s->survey->workspace, s->survey->conf, err);
	s->profile_why = s->profile ? NULL : err->message;
	s->changed |= STORE_PROFILE;
	if (!s->profile ||
		!profile_read_presets(s->profile, s->settings ? s->settings->file : NULL, err) ||
		!choice_give_presets(s->choice, s->profile, err))
		return false;
	return by_options ? apply_options(s->profile, o, err)
			  : choice_apply(s->choice, s->profile, err);
}

void
work_keep_choice(struct work *w)
{
	struct err err = ERR_INIT;

	if (w->store->choice_is_kept && !choice_save(w->store->choice, &err))
		w->events.failed(w->arg, "The choice is not saved", &err);
	if (w->store->choice_is_kept &&
		wishes_hash(w->store->choice) != w->store->survey->wishes_hash)
		work_survey(w); /* needs and probes are about what the choice asks for */
	work_renew_health(w);
	work_renew_setup(w);
	work_change(w, STORE_CHOICE);
}

static bool
is_preset(const struct profile *p, const char *variant)
{
	for (size_t i = 0; i < p->preset_count; i++)
		if (text_is(p->presets[i].name, variant))
			return true;
	return false;
}

/* "package.serde.opt-level=3"; caller frees. */
static char *
pair_of(const struct profile_setting *s)
{
	struct str pair = STR_INIT;

	profile_setting_key(s, &pair);
	str_appendf(&pair, "=%s", s->value);
	return str_take(&pair);
}

void
work_keep_profile(struct work *w)
{
	const struct profile *p = w->store->profile;
	char *variant = profile_variant_name(p);
	VEC(char *) pairs = VEC_INIT;

	for (size_t i = 0; i < profile_setting_count(p) && !is_preset(p, variant); i++)
		if (profile_setting_at(p, i)->is_changed)
			vec_push(&pairs, pair_of(profile_setting_at(p, i)));
	choice_set_variant(w->store->choice, is_preset(p, variant) ? variant : NULL,
		(const char *const *)pairs.items, pairs.len);
	for (size_t i = 0; i < pairs.len; i++)
		free(pairs.items[i]);
	vec_fini(&pairs);
	free(variant);
	w->profile_is_ours = true;
	w->store->changed |= STORE_PROFILE;
	work_keep_choice(w);
}

/* ---- surveys ---- */

static struct survey_query
query(const struct work *w, bool quick)
{
	const struct app_options *o = w->options;

	return (struct survey_query){ .dir = o->dir,
		.manifest = o->manifest,
		.toolchain = o->toolchain,
		.quick = quick,
		.remotes = o->settings ? o->settings->remotes : NULL };
}

struct survey_task {
	struct work *w;
	struct survey_query query;
	struct survey *result;
};

/* Of the chosen targets, so that their lists are there when somebody asks (rust/cpus). */
static void
learn_processors(const struct survey *s)
{
	struct choice *c = s->workspace ? choice_load(s->workspace->root, NULL) : NULL;
	struct arena arena = ARENA_INIT;
	size_t count;

	for (size_t i = 0; c && s->toolchain && i < choice_target_count(c); i++)
		cpus_list(s->toolchain, choice_target(c, i), false, &arena, &count);
	arena_fini(&arena);
	choice_free(c);
}

static void
survey_work(void *arg)
{
	struct survey_task *task = arg;

	task->result = survey_take(&task->query);
	if (!task->query.quick)
		learn_processors(task->result);
}

/* Makes a survey the store's; the choice and profile follow it. */
static bool
use_survey(struct work *w, struct survey *survey, struct err *err)
{
	struct shared_survey *before = w->current;

	w->current = share(survey);
	w->store->survey = survey;
	w->store->changed |= STORE_SURVEY;
	bool ok = read_choice(w, err);
	if (!read_profile(w) && ok) {
		*err = w->profile_err;
		ok = false;
	}
	work_renew_health(w);
	work_let_go(before);
	return ok;
}

static void
say_what_is_amiss(struct work *w)
{
	const struct survey *s = w->store->survey;
	const struct err *err = !s->toolchain ? &s->toolchain_err : &s->conf_err;

	if (s->toolchain && s->conf)
		return;
	if (err->message[0])
		store_say_err(w->store, SAY_ERROR, err);
}

static void
survey_done(void *arg)
{
	struct survey_task *task = arg;
	struct work *w = task->w;
	struct err err = ERR_INIT;

	w->busy--;
	w->store->surveying = false;
	if (!use_survey(w, task->result, &err))
		w->events.failed(w->arg, "Not all could be read", &err);
	free(task);
	last_builds_read(&w->store->lasts, w->store->history, w->root);
	say_what_is_amiss(w);
	work_change(w, STORE_SURVEY);
	if (w->survey_again)
		work_survey(w);
	else
		work_survey_is_done(w);
	work_renew_probes(w);
	if (!w->survey_again) {
		work_look_at_setup(w);
		work_renew_setup(w);
	}
}

void
work_survey(struct work *w)
{
	w->survey_again = w->store->surveying;
	if (w->survey_again)
		return;
	struct survey_task *task = xcalloc(1, sizeof(*task));
	task->w = w;
	task->query = query(w, false);
	w->store->surveying = true;
	w->busy++;
	loop_work(w->store->loop, survey_work, survey_done, task);
	work_change(w, 0);
}

/* ---- life ---- */

static void
say_trouble(void *arg, const struct err *what)
{
	struct work *w = arg;

	store_say(w->store, SAY_WARN, "%s", what->message);
}

struct work *
work_open(struct store *s, const struct app_options *options, const struct work_events *events,
	void *arg, struct err *err)
{
	struct work *w = xcalloc(1, sizeof(*w));

	w->store = s;
	w->options = options;
	w->events = *events;
	w->arg = arg;
	if (!options->command && !options->recording)
		s->history = history_open(NULL, say_trouble, w);
	struct survey_query quick = query(w, true);
	struct survey *survey = survey_take(&quick);
	bool ok = use_survey(w, survey, err);
	if (ok && !survey->workspace && survey->workspace_err.kind == ERR_PARSE) {
		*err = survey->workspace_err;
		ok = false;
	}
	if (ok && !survey->conf && survey->conf_err.kind == ERR_PARSE) {
		*err = survey->conf_err;
		ok = false;
	}
	if (ok)
		return w;
	work_close(w);
	return NULL;
}

bool
work_close(struct work *w)
{
	work_stop_watching(w);
	work_drop_run(w);
	work_drop_probes(w);
	work_close_health(w);
	work_close_fix(w);
	work_close_setup(w);
	work_close_lab(w);
	history_list_fini(&w->last);
	w->last = (struct history_list){ 0 };
	history_close(w->store->history);
	w->store->history = NULL;
	if (w->busy)
		return false;
	choice_free(w->store->choice);
	profile_free(w->store->profile);
	work_let_go(w->current);
	free(w->root);
	free(w);
	return true;
}
