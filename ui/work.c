/* work: surveys are shared by the store, the probes and the run that began with them; each user holds
 * one, and the last to let go frees it. */
#include "ui/work.h"
#include <stdlib.h>
#include "base/alloc.h"
#include "base/path.h"
#include "build/choice.h"
#include "build/history.h"
#include "build/order.h"
#include "build/prune.h"
#include "build/run.h"
#include "build/sources.h"
#include "build/variants.h"
#include "hint/rules.h"
#include "host/settings.h"
#include "io/file.h"
#include "io/loop.h"
#include "ready/survey.h"
#include "rust/profile.h"
#include "rust/workspace.h"
#include "ui/app.h"
#include "ui/store.h"

#define NO_FOLDER "/nonexistent" /* where a choice that belongs to no workspace is read from */
#define DEFAULT_PROFILE "release"

struct shared_survey {
	struct survey *survey;
	int users;
};

struct work {
	struct store *store;
	const struct app_options *options;
	struct work_events events;
	void *arg;
	struct shared_survey *current; /* the store's */
	struct shared_survey *of_run;  /* the run's; NULL: no run */
	struct rules *rules;           /* NULL: not read yet, or broken */
	char *root;                    /* of the workspace the choice belongs to; NULL: none */
	bool profile_is_ours;          /* changed on a screen: the options count no more */
	bool survey_again;
	bool wants_build, wants_first; /* as soon as the survey is whole */
	struct sources *sources;       /* NULL: nobody watches */
	struct shared_survey *watched; /* whose workspace the sources are */
	bool wants_again;              /* as soon as the run is over */
	struct loop_timer *again;      /* the next turn builds again */
	struct history_list left;      /* the run that was interrupted; empty: none was */
	bool goes_on;                  /* the next build is of what is left */
	int busy;                      /* workers */
	struct err profile_err;
};

static struct shared_survey *
share(struct survey *survey)
{
	struct shared_survey *shared = xcalloc(1, sizeof(*shared));

	shared->survey = survey;
	shared->users = 1;
	return shared;
}

static struct shared_survey *
hold(struct shared_survey *shared)
{
	shared->users++;
	return shared;
}

static void
let_go(struct shared_survey *shared)
{
	if (!shared || --shared->users)
		return;
	survey_free(shared->survey);
	free(shared);
}

static void
change(struct work *w, unsigned bits)
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
	const char *name = o->profile ? o->profile : choice_profile_name(s->choice);
	bool by_options = !w->profile_is_ours && (o->preset_count || o->set_count);
	struct err *err = &w->profile_err;

	*err = ERR_INIT;
	profile_free(s->profile);
	s->profile = profile_load(
		name ? name : DEFAULT_PROFILE, s->survey->workspace, s->survey->conf, err);
	s->profile_why = s->profile ? NULL : err->message;
	s->changed |= STORE_PROFILE;
	if (!s->profile)
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
	change(w, STORE_CHOICE);
}

static bool
is_preset(const char *variant)
{
	for (size_t i = 0; i < profile_preset_count; i++)
		if (text_is(profile_presets[i].name, variant))
			return true;
	return false;
}

void
work_keep_profile(struct work *w)
{
	const struct profile *p = w->store->profile;
	char *variant = profile_variant_name(p);
	VEC(char *) pairs = VEC_INIT;

	for (size_t i = 0; i < profile_option_count && !is_preset(variant); i++)
		if (p->settings[i].is_changed)
			vec_push(&pairs,
				xasprintf(
					"%s=%s", p->settings[i].option->key, p->settings[i].value));
	choice_set_variant(w->store->choice, is_preset(variant) ? variant : NULL,
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

static void begin(struct work *w, bool first);

static struct survey_query
query(const struct work *w, bool quick)
{
	const struct app_options *o = w->options;

	return (struct survey_query){ o->dir, o->manifest, o->toolchain, quick };
}

struct survey_task {
	struct work *w;
	struct survey_query query;
	struct survey *result;
};

static void
survey_work(void *arg)
{
	struct survey_task *task = arg;

	task->result = survey_take(&task->query);
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
	let_go(before);
	return ok;
}

static void
say_what_is_amiss(struct work *w)
{
	const struct survey *s = w->store->survey;
	const struct err *err = !s->toolchain ? &s->toolchain_err : &s->conf_err;

	if (s->toolchain && s->conf)
		return;
	if (err->remedy[0])
		store_say(w->store, SAY_ERROR, "%s; try: %s", err->message, err->remedy);
	else if (err->message[0])
		store_say(w->store, SAY_ERROR, "%s", err->message);
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
	say_what_is_amiss(w);
	change(w, STORE_SURVEY);
	if (w->survey_again)
		work_survey(w);
	else if (w->wants_build)
		begin(w, w->wants_first);
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
	change(w, 0);
}

/* ---- probes ---- */

struct probe_task {
	struct work *w;
	struct shared_survey *survey;
	const struct target *target;
	struct probe probe;
	bool ok;
	struct err err;
};

static void
probe_work(void *arg)
{
	struct probe_task *task = arg;

	task->ok = probe_run(task->survey->survey, task->target, &task->probe, &task->err);
}

static void
probe_say(const struct probe_task *task)
{
	const char *triple = task->target->triple;
	struct store *s = task->w->store;

	if (!task->ok)
		store_say(s, SAY_ERROR, "%s: not probed: %s", triple, task->err.message);
	else if (task->probe.state == PROBE_PASSED)
		store_say(s, SAY_GOOD, "%s: ready: compiled and linked%s in %llu ms", triple,
			task->probe.ran ? ", and it ran," : "",
			(unsigned long long)task->probe.link_ms);
	else
		store_say(s, SAY_WARN, "%s: the probe did not link; Enter shows why", triple);
}

static void
probe_done(void *arg)
{
	struct probe_task *task = arg;
	struct work *w = task->w;

	w->busy--;
	for (size_t i = 0; i < w->store->probing.len; i++) {
		if (text_is(w->store->probing.items[i], task->target->triple)) {
			free(w->store->probing.items[i]);
			vec_remove(&w->store->probing, i);
			break;
		}
	}
	probe_say(task);
	probe_fini(&task->probe);
	let_go(task->survey);
	free(task);
	change(w, STORE_PROBES);
	if (!w->store->probing.len)
		work_survey(w); /* it recalls what the probes found */
}

void
work_probe(struct work *w, const char *triple)
{
	long i = survey_find(w->store->survey, triple);

	if (i < 0 || store_is_probing(w->store, triple))
		return;
	if (w->store->survey->quick || !w->store->survey->toolchain) {
		store_say(w->store, SAY_WARN, "%s",
			w->store->survey->quick ? "the toolchain is still being looked at"
						: "there is no toolchain to probe with");
		return;
	}
	struct probe_task *task = xcalloc(1, sizeof(*task));
	task->w = w;
	task->survey = hold(w->current);
	task->target = &w->store->survey->targets->items[i];
	vec_push(&w->store->probing, xstrdup(triple));
	w->busy++;
	loop_work(w->store->loop, probe_work, probe_done, task);
	change(w, STORE_PROBES);
}

/* ---- builds ---- */

static void build_again(struct work *w);

static void
observe(void *arg, const struct run_event *event)
{
	struct work *w = arg;

	history_event(w->store->history, w->store->run, event);
	w->events.run_event(w->arg, event);
	change(w, STORE_JOBS);
	if (event->kind == RUN_FINISHED && w->wants_again)
		build_again(w);
}

static void
drop_run(struct work *w)
{
	history_leave(w->store->history, w->store->run);
	run_free(w->store->run);
	w->store->run = NULL;
	w->store->focused_job = NULL;
	w->store->changed |= STORE_RUN;
	let_go(w->of_run);
	w->of_run = NULL;
}

/* Hint rules are read when the first build begins. */
static bool
read_rules(struct work *w, struct err *err)
{
	if (!w->rules)
		w->rules = rules_load_for(w->root, err);
	return w->rules != NULL;
}

/* What is to be built: what the options ask for, the rest by the choice, and for a build that was
 * asked for with no targets at all, this machine's, as cargo would; or what a killed run was at. */
static bool
make_order(struct work *w, bool first, struct order *o, struct err *err)
{
	const struct store *s = w->store;
	const struct app_options *options = w->options;
	bool by_presets = options->preset_count > 1 && !w->profile_is_ours;

	if (w->goes_on)
		return order_read(o, w->left.runs.items[0].spec);
	order_make(o, options->build, s->choice, !first);
	if (first && !o->run.target_count)
		order_add_target(o, s->survey->host);
	return !by_presets || !s->profile ||
		variants_make(&o->run, s->profile, options->presets, options->sets, &o->arena, err);
}

/* The profile as the run that was killed had it: its changes are variants of the order. */
static struct profile *
profile_left(const struct work *w, const struct order *o, struct err *err)
{
	const struct survey *survey = w->store->survey;

	return profile_load(
		o->profile ? o->profile : DEFAULT_PROFILE, survey->workspace, survey->conf, err);
}

static void
complete_order(const struct work *w, struct order *o)
{
	const struct store *s = w->store;

	o->run.survey = s->survey;
	o->run.rules = w->options->command ? NULL : w->rules;
	o->run.dir = w->options->dir;
	o->run.kill_grace_ms = (unsigned)s->settings->kill_grace_ms;
}

static bool
targets_are_known(const struct run_spec *spec, struct err *err)
{
	for (size_t i = 0; i < spec->target_count; i++)
		if (survey_find(spec->survey, spec->targets[i]) < 0)
			return targets_err_unknown(spec->survey->targets, spec->targets[i], err);
	return true;
}

static struct run *
start_run(struct work *w, struct order *o, struct err *err)
{
	struct loop *l = w->store->loop;
	struct profile *left = NULL;
	struct run *run = NULL;

	complete_order(w, o);
	if (w->options->command)
		return run_start_command(l, &o->run, w->options->command, observe, w, err);
	if (w->goes_on)
		o->run.profile = left = profile_left(w, o, err);
	else if (!(o->run.profile = w->store->profile))
		*err = w->profile_err;
	if (o->run.profile && targets_are_known(&o->run, err))
		run = run_start(l, &o->run, observe, w, err);
	profile_free(left);
	return run;
}

static void
replace_run(struct work *w, struct order *o)
{
	const struct settings *settings = w->store->settings;
	struct prune_limits limits = { settings->log_keep_days, settings->log_keep_mb };
	struct err err = ERR_INIT;

	drop_run(w);
	w->store->run = start_run(w, o, &err);
	if (w->store->run) {
		w->of_run = hold(w->current);
		if (w->store->history)
			prune_start(w->store->loop, &limits);
	} else {
		w->events.failed(w->arg, "The build cannot start", &err);
	}
}

static void
start(struct work *w, bool first)
{
	struct err err = ERR_INIT;
	struct order order;

	if (!read_rules(w, &err))
		w->events.failed(w->arg, "There are no hints", &err);
	if (!make_order(w, first, &order, &err))
		w->events.failed(w->arg, "The build cannot start", &err);
	else if (order.run.target_count)
		replace_run(w, &order);
	else
		store_say(w->store, SAY_WARN,
			"no target is marked: on the screen Targets, Space marks one");
	order_fini(&order);
	change(w, STORE_RUN);
}

static void
begin(struct work *w, bool first)
{
	struct store *s = w->store;

	w->wants_build = s->survey->quick && !w->options->command;
	w->wants_first = first;
	if (s->run && !run_is_over(s->run))
		store_say(s, SAY_WARN, "a build is going on; stop it first");
	else if (w->wants_build)
		store_say(s, SAY_INFO, "the build begins as soon as the toolchain is known");
	else
		start(w, first);
	change(w, 0);
}

void
work_build(struct work *w, bool first)
{
	w->goes_on = false;
	begin(w, first);
}

void
work_go_on(struct work *w)
{
	w->goes_on = w->left.runs.len > 0;
	begin(w, false);
}

/* ---- watching ---- */

static void
again_due(void *arg)
{
	struct work *w = arg;

	loop_timer_stop(w->again);
	w->again = NULL;
	begin(w, w->wants_first);
}

/* Not at once: the run that tells of its end cannot be replaced meanwhile. */
static void
build_again(struct work *w)
{
	w->wants_again = false;
	if (!w->again)
		w->again = loop_timer_start(w->store->loop, 0, 0, again_due, w);
}

static void
source_changed(void *arg, const char *path)
{
	struct work *w = arg;
	struct store *s = w->store;
	char *shown = path_shown(path, w->watched->survey->workspace->root);

	store_say(s, SAY_INFO, "%s has changed", shown);
	free(shown);
	w->wants_again = s->run && !run_is_over(s->run);
	if (w->wants_again)
		run_cancel(s->run);
	else
		build_again(w);
	change(w, 0);
}

static void
stop_watching(struct work *w)
{
	sources_close(w->sources);
	w->sources = NULL;
	let_go(w->watched);
	w->watched = NULL;
	loop_timer_stop(w->again);
	w->again = NULL;
	w->wants_again = false;
	w->store->watching = false;
}

static void
start_watching(struct work *w)
{
	struct store *s = w->store;
	struct err err = ERR_INIT;

	if (!s->survey->workspace) {
		store_say(s, SAY_WARN, "there is no project here to watch");
		return;
	}
	w->sources = sources_watch(s->loop, s->survey->workspace, source_changed, w, &err);
	if (!w->sources) {
		w->events.failed(w->arg, "The sources cannot be watched", &err);
		return;
	}
	w->watched = hold(w->current);
	s->watching = true;
	store_say(s, SAY_INFO, "watching the sources: a change builds again");
}

void
work_toggle_watch(struct work *w)
{
	if (w->sources) {
		stop_watching(w);
		store_say(w->store, SAY_INFO, "no longer watching the sources");
	} else {
		start_watching(w);
	}
	change(w, 0);
}

/* ---- what is left of a killed run ---- */

static char *
question_of(const struct order *o, const struct history_run *run)
{
	char *logs = path_shown(run->logs, NULL);
	struct str text = STR_INIT;

	str_appendf(&text, "xtui was killed while it built %zu target%s:", o->run.target_count,
		o->run.target_count == 1 ? "" : "s");
	for (size_t i = 0; i < o->run.target_count; i++)
		str_appendf(&text, "%s %s", i ? "," : "", o->run.targets[i]);
	if (!text_is(run->variant, "as configured"))
		str_appendf(&text, " (%s)", run->variant);
	str_append(&text, ".\n\n");
	if (file_exists(run->logs))
		str_appendf(&text, "Their logs until then are whole, in %s\n\n", logs);
	str_append(&text, "Build them again? cargo goes on where it was.");
	free(logs);
	return str_take(&text);
}

char *
work_interrupted(struct work *w)
{
	const struct history_query last = { .root = w->root, .limit = 1 };
	struct history *h = w->store->history;
	struct history_list *left = &w->left;
	const struct history_run *run;
	struct order order = { 0 };
	char *question = NULL;

	history_list_fini(left);
	*left = (struct history_list){ 0 };
	if (!w->root || !h || !history_ask(h, &last, left, NULL) || !left->runs.len)
		return NULL;
	run = &left->runs.items[0];
	if (text_is(run->status, "interrupted") && !run->was_asked && order_read(&order, run->spec))
		question = question_of(&order, run);
	if (question)
		history_asked(h, run);
	order_fini(&order);
	return question;
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
	if (!options->command)
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
	stop_watching(w);
	drop_run(w);
	history_list_fini(&w->left);
	w->left = (struct history_list){ 0 };
	history_close(w->store->history);
	w->store->history = NULL;
	if (w->busy)
		return false;
	choice_free(w->store->choice);
	profile_free(w->store->profile);
	let_go(w->current);
	rules_free(w->rules);
	free(w->root);
	free(w);
	return true;
}
