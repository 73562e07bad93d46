/* What is built is an order (build/order.h) on the survey of the moment, which the run holds. One begins
 * as soon as the survey is whole, the folder is free or somebody has said what else, and the run before
 * it is over. */
#include <stdlib.h>
#include "base/alloc.h"
#include "base/path.h"
#include "build/order.h"
#include "build/prune.h"
#include "build/resume.h"
#include "build/run.h"
#include "build/sources.h"
#include "build/turn.h"
#include "build/variants.h"
#include "host/settings.h"
#include "io/file.h"
#include "io/loop.h"
#include "ready/sccache.h"
#include "ready/survey.h"
#include "rust/profile.h"
#include "rust/workspace.h"
#include "ui/work_state.h"

static void build_again(struct work *w);

/* What is likeliest to blame for it; Health names all. */
static void
say_why_little_was_found(struct store *s)
{
	const struct sccache_fault *faults;

	if (s->run && run_cache_found_little(s->run) && run_cache_faults(s->run, &faults))
		store_say(s, SAY_WARN, "sccache: %s", faults[0].text);
}

static void
observe(void *arg, const struct run_event *event)
{
	struct work *w = arg;

	history_event(w->store->history, w->store->run, event);
	if (event->kind == RUN_FINISHED)
		last_builds_read(&w->store->lasts, w->store->history, w->root);
	w->events.run_event(w->arg, event);
	work_change(w, STORE_JOBS);
	if (event->kind == RUN_FINISHED) {
		say_why_little_was_found(w->store);
		work_fix_run_is_over(w);
	}
	if (event->kind == RUN_FINISHED && w->wants_again)
		build_again(w);
}

void
work_drop_run(struct work *w)
{
	history_leave(w->store->history, w->store->run);
	run_free(w->store->run);
	w->store->run = NULL;
	w->store->focused_job = NULL;
	w->store->changed |= STORE_RUN;
	work_let_go(w->of_run);
	w->of_run = NULL;
}

static bool
read_left(const struct work *w, struct order *o, struct err *err)
{
	if (!resume_read(w->killed, o))
		return err_set(err, ERR_FAILED, "%s: what it was to build is not known any more",
			w->killed->id);
	if (w->options->build)
		resume_take_line(o, w->options->build);
	return true;
}

/* What is to be built: what the options ask for, the rest by the choice, and for a build that was
 * asked for with no targets at all, what cargo would build for; or what a killed run was at. */
static bool
make_order(struct work *w, bool first, struct order *o, struct err *err)
{
	const struct store *s = w->store;
	const struct app_options *options = w->options;
	bool by_presets = options->preset_count > 1 && !w->profile_is_ours;

	if (w->goes_on)
		return read_left(w, o, err);
	order_make(o, options->build, s->choice, !first);
	if (first)
		order_add_own(o, s->survey, s->choice);
	return !by_presets || !s->profile ||
		variants_make(&o->run, s->profile, options->presets, options->sets, &o->arena, err);
}

/* The profile as the run that was killed had it: its changes are variants of the order. */
static struct profile *
profile_left(const struct work *w, const struct order *o, struct err *err)
{
	const struct survey *survey = w->store->survey;

	return profile_load(o->profile ? o->profile : WORK_DEFAULT_PROFILE, survey->workspace,
		survey->conf, err);
}

static bool
is_only(const struct work *w, const char *triple)
{
	for (size_t i = 0; i < w->only.len; i++)
		if (text_is(w->only.items[i], triple))
			return true;
	return false;
}

static void
forget_only(struct work *w)
{
	for (size_t i = 0; i < w->only.len; i++)
		free(w->only.items[i]);
	vec_clear(&w->only);
}

/* Leaves in the order what the next build is of. */
static void
narrow_order(struct work *w, struct order *o)
{
	const char **kept = arena_array(&o->arena, const char *, o->run.target_count + 1);
	size_t count = 0;

	for (size_t i = 0; i < o->run.target_count; i++)
		if (is_only(w, o->run.targets[i]))
			kept[count++] = o->run.targets[i];
	if (count) {
		o->run.targets = kept;
		o->run.target_count = count;
	}
	forget_only(w);
}

void
work_complete_order(const struct work *w, struct order *o)
{
	const struct store *s = w->store;

	o->run.survey = s->survey;
	o->run.history = s->history;
	o->run.rules = w->options->command ? NULL : w->store->rules;
	o->run.dir = w->options->dir;
	o->run.if_busy = w->if_busy;
	o->run.kill_grace_ms = (unsigned)s->settings->kill_grace_ms;
}

static struct run *
start_run(struct work *w, struct order *o, struct err *err)
{
	struct loop *l = w->store->loop;
	struct profile *left = NULL;
	struct run *run = NULL;

	work_complete_order(w, o);
	if (w->options->recording) {
		o->run.survey = NULL;
		return run_start_recording(l, &o->run, w->options->recording, observe, w, err);
	}
	if (w->options->command)
		return run_start_command(l, &o->run, w->options->command, observe, w, err);
	if (w->goes_on)
		o->run.profile = left = profile_left(w, o, err);
	else if (!(o->run.profile = w->store->profile))
		*err = w->profile_err;
	if (o->run.profile)
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

	work_drop_run(w);
	w->store->run = start_run(w, o, &err);
	if (w->store->run) {
		w->of_run = work_hold(w->current);
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

	if (!store_rules(w->store, &err))
		w->events.failed(w->arg, "There are no hints", &err);
	if (!make_order(w, first, &order, &err))
		w->events.failed(w->arg, "The build cannot start", &err);
	else if (order.run.target_count) {
		narrow_order(w, &order);
		replace_run(w, &order);
	} else
		store_say(w->store, SAY_WARN,
			"no target is marked: on the screen Targets, Space marks one");
	order_fini(&order);
	work_change(w, STORE_RUN);
}

/* No cargo takes part: nothing need be known of the machine. */
static bool
is_made_up(const struct work *w)
{
	return w->options->command || w->options->recording;
}

/* Whether somebody is asked first: another xtui has the target folder. */
static bool
asks_if_busy(struct work *w)
{
	const struct workspace *ws = w->store->survey->workspace;
	struct str who = STR_INIT;
	bool asks = ws && !is_made_up(w) && w->if_busy == BUSY_ASK &&
		turn_is_taken(ws->target_dir, &who);

	if (asks)
		w->events.busy(w->arg, str_cstr(&who));
	str_fini(&who);
	return asks;
}

static void
ask_to_go_on(struct work *w, const char *question, const struct order *otherwise)
{
	struct str text = STR_INIT;

	str_appendf(&text, "%s\n\nNo builds what is asked for this time:", question);
	for (size_t i = 0; i < otherwise->run.target_count; i++)
		str_appendf(&text, "%s %s", i ? "," : "", otherwise->run.targets[i]);
	w->events.interrupted(w->arg, str_cstr(&text));
	str_fini(&text);
}

/* Whether somebody is asked first: the last build here was killed, and the next one is not all that is
 * left of it. */
static bool
asks_to_go_on(struct work *w)
{
	const struct profile *profile = w->store->profile;
	char *question = w->may_go_on ? work_interrupted(w) : NULL;
	struct order order;
	bool is_same;

	w->may_go_on = false;
	if (!question)
		return false;
	is_same = make_order(w, w->wants_first, &order, NULL) && profile;
	order.run.profile = profile;
	is_same = is_same && resume_is_same(w->killed, &order.run, profile->name);
	if (is_same)
		store_say(w->store, SAY_INFO,
			"the last build was interrupted: this one goes on where it was");
	else
		ask_to_go_on(w, question, &order);
	order_fini(&order);
	free(question);
	return !is_same;
}

static const char will_begin[] = "the build begins as soon as the toolchain is known";

static void
begin(struct work *w, bool first)
{
	struct store *s = w->store;
	struct err unread = ERR_INIT;

	if (text_is(str_cstr(&s->message), will_begin))
		str_clear(&s->message);
	w->wants_build = s->survey->quick && !is_made_up(w);
	w->wants_first = first;
	if (s->run && !run_is_over(s->run))
		store_say(s, SAY_WARN, "a build is going on; stop it first");
	else if (store_lab_goes_on(s))
		store_say(s, SAY_WARN, "the lab measures: it would be slowed down; stop it first");
	else if (w->wants_build && !s->message.len) /* trouble that was said before is to be read */
		store_say(s, SAY_INFO, "%s", will_begin);
	else if (!w->wants_build && !asks_to_go_on(w) && !asks_if_busy(w))
		start(w, first);
	if (w->wants_build)
		store_rules(s, &unread); /* there is time now; start says what is wrong with them */
	work_change(w, 0);
}

void
work_build(struct work *w, bool first)
{
	w->goes_on = false;
	w->may_go_on = first && w->options->is_plain;
	w->if_busy = first && w->options->build ? w->options->build->if_busy : BUSY_ASK;
	forget_only(w);
	begin(w, first);
}

void
work_build_anyway(struct work *w)
{
	begin(w, w->wants_first);
}

void
work_go_on(struct work *w)
{
	const struct app_options *options = w->options;

	if (options->resumed && !w->killed)
		w->killed = options->resumed;
	w->goes_on = true;
	w->if_busy = options->build ? options->build->if_busy : BUSY_ASK;
	forget_only(w);
	begin(w, false);
}

void
work_build_busy(struct work *w, enum run_busy how)
{
	w->if_busy = how;
	begin(w, w->wants_first);
}

/* ---- watching, and building again ---- */

static void
again_due(void *arg)
{
	struct work *w = arg;

	loop_timer_stop(w->again);
	w->again = NULL;
	w->if_busy = BUSY_WAIT; /* nobody has pressed a key who could be asked */
	w->wants_build = w->setup_has_changed;
	if (w->setup_has_changed)
		work_survey(w);
	else
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

void
work_build_anew(struct work *w)
{
	struct run *run = w->store->run;

	w->setup_has_changed = true;
	w->wants_again = run && !run_is_over(run);
	if (!w->wants_again)
		build_again(w);
}

static void
source_changed(void *arg, unsigned kinds, const char *path)
{
	struct work *w = arg;
	struct store *s = w->store;
	char *shown;

	if (kinds == SOURCE_CHOICE) /* as it is on our screens already */
		return;
	shown = path_shown(path, w->watched->survey->workspace->root);
	store_say(s, SAY_INFO, "%s has changed", shown);
	free(shown);
	w->setup_has_changed |= (kinds & SOURCE_SETUP) != 0;
	w->wants_again = s->run && !run_is_over(s->run);
	if (w->wants_again)
		run_cancel(s->run);
	else
		build_again(w);
	work_change(w, 0);
}

void
work_stop_watching(struct work *w)
{
	sources_close(w->sources);
	w->sources = NULL;
	work_let_go(w->watched);
	w->watched = NULL;
	loop_timer_stop(w->again);
	w->again = NULL;
	w->wants_again = w->wants_watch = false;
	w->store->watching = false;
}

/* The sources of the workspace as it is now, in place of those watched so far. */
static bool
watch(struct work *w)
{
	struct store *s = w->store;
	struct err err = ERR_INIT;
	struct sources *sources =
		sources_watch(s->loop, s->survey->workspace, source_changed, w, &err);

	if (!sources) {
		w->events.failed(w->arg, "The sources cannot be watched", &err);
		return false;
	}
	sources_take_over(sources, w->sources);
	work_let_go(w->watched);
	w->sources = sources;
	w->watched = work_hold(w->current);
	s->watching = true;
	return true;
}

static void
start_watching(struct work *w)
{
	if (!w->store->survey->workspace)
		store_say(w->store, SAY_WARN, "there is no project here to watch");
	else if (watch(w))
		store_say(w->store, SAY_INFO, "watching the sources: a change builds again");
}

void
work_watch(struct work *w)
{
	w->wants_watch = true;
}

void
work_survey_is_done(struct work *w)
{
	bool has_changed = w->setup_has_changed;

	w->setup_has_changed = false;
	if (w->wants_watch)
		start_watching(w);
	else if (w->sources && has_changed && w->store->survey->workspace)
		watch(w);
	w->wants_watch = false;
	if (w->wants_build)
		begin(w, w->wants_first);
}

void
work_toggle_watch(struct work *w)
{
	if (w->sources) {
		work_stop_watching(w);
		store_say(w->store, SAY_INFO, "no longer watching the sources");
	} else {
		start_watching(w);
	}
	work_change(w, 0);
}

/* ---- what is left of a killed run ---- */

static char *
question_of(const struct history_run *run, const struct order *order)
{
	char *logs = path_shown(run->logs, NULL);
	struct str text = STR_INIT;

	str_append(&text, "xtui was killed while it built ");
	resume_say(run, order, &text);
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
	const struct history_query query = { .root = w->root, .limit = 1 };
	struct history *h = w->store->history;
	struct history_list *last = &w->last;
	const struct history_run *run;
	struct order order;
	char *question = NULL;

	history_list_fini(last);
	*last = (struct history_list){ 0 };
	w->killed = NULL;
	if (!w->root || !h || !history_ask(h, &query, last, NULL) || !last->runs.len)
		return NULL;
	run = &last->runs.items[0];
	if (!resume_is_possible(run) || run->was_asked)
		return NULL;
	if (resume_read(run, &order)) {
		question = question_of(run, &order);
		w->killed = run;
		history_asked(h, run);
	}
	order_fini(&order);
	return question;
}
