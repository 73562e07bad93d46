/* work_setup: the plan of the Setup screen. It is made on a worker thread for a request (what is marked,
 * else what the project's files name, and what health wants); a runner carries it out. A plan that was
 * begun stays while the request does, so that what was done can be seen. */
#include <stdlib.h>
#include "base/alloc.h"
#include "base/arena.h"
#include "base/hash.h"
#include "io/loop.h"
#include "plan/dismissed.h"
#include "plan/fixplan.h"
#include "plan/make.h"
#include "plan/plan.h"
#include "plan/runner.h"
#include "plan/size.h"
#include "plan/sysroot.h"
#include "plan/wants.h"
#include "ready/remote.h"
#include "ready/survey.h"
#include "rust/choice.h"
#include "rust/workspace.h"
#include "ui/setup.h"
#include "ui/work_state.h"

#define SIZE_MS 10000

struct work_setup {
	struct work *w;
	struct setup view;   /* the store's */
	struct arena memory; /* of what the view names */
	struct runner *runner;
	char *request;               /* what the plan is for; NULL: none was made yet */
	struct shared_survey *seen;  /* that it was made from */
	bool is_making, has_stopped; /* told to stop what runs */
	uint64_t shown_for;          /* what was missing when it showed itself; 0: it has not */
};

struct wish {
	const char *command, *why;
};

/* A plan while it is made; the thread has it for itself. */
struct make_task {
	struct work *w;
	struct shared_survey *survey;
	struct arena memory;
	char *request;
	VEC(struct reach) reach;
	VEC(struct wish) wishes;
	const char *origin;
	const struct settings *settings;
	struct plan *plan;
	struct err err;
	enum root_way root;
	bool is_look; /* only to see whether this is a first run */
};

static void make(struct work *w, bool is_look);

/* ---- the request ---- */

static char *
request_of(const struct store *s)
{
	struct str text = STR_INIT;

	for (size_t i = 0; i < choice_target_count(s->choice); i++) {
		const char *triple = choice_target(s->choice, i),
			   *backend = choice_backend(s->choice, triple);

		str_appendf(&text, "%s=%s\n", triple, backend ? backend : "");
	}
	for (size_t i = 0; i < s->fixes.len; i++)
		str_appendf(&text, "%s\n", s->fixes.items[i].command);
	return str_take(&text);
}

static void
copy_request(struct make_task *task, const struct store *s)
{
	struct arena *m = &task->memory;

	for (size_t i = 0; i < choice_target_count(s->choice); i++) {
		const char *triple = choice_target(s->choice, i),
			   *backend = choice_backend(s->choice, triple);

		if (!remote_is_meant(backend)) /* that machine has a set-up of its own */
			vec_push(&task->reach,
				((struct reach){
					arena_strdup(m, triple), arena_strdup(m, backend) }));
	}
	for (size_t i = 0; i < s->fixes.len; i++)
		vec_push(&task->wishes,
			((struct wish){ arena_strdup(m, s->fixes.items[i].command),
				arena_strdup(m, s->fixes.items[i].why) }));
}

/* ---- making, on a thread ---- */

static void
propose(struct make_task *task)
{
	struct wants wants;

	wants_read(task->survey->survey, &task->memory, &wants);
	for (size_t i = 0; i < wants.count; i++)
		vec_push(&task->reach, ((struct reach){ .triple = wants.items[i].triple }));
	if (wants.count)
		task->origin = wants.items[0].origin;
}

static bool
has_title(const struct plan *p, const char *title)
{
	for (size_t i = 0; i < p->count; i++)
		if (text_is(p->items[i].title, title))
			return true;
	return false;
}

/* What health wants goes first: the rest may need it. */
static void
add_wishes(struct make_task *task)
{
	struct plan *p = task->plan;
	struct step *all = arena_array(&p->arena, struct step, p->count + task->wishes.len + 1);
	size_t count = 0;

	for (size_t i = 0; i < task->wishes.len; i++) {
		const struct wish *wish = &task->wishes.items[i];

		command_step(&all[count], &p->arena, wish->command, wish->why);
		count += !has_title(p, all[count].title);
	}
	if (p->count)
		memcpy(all + count, p->items, p->count * sizeof(*all));
	p->items = all;
	p->count += count;
}

static void
make_work(void *arg)
{
	struct make_task *task = arg;
	const char **mirrors = sysroot_mirrors(task->settings);
	struct plan_query query = { .mirrors = mirrors };

	if (!task->reach.len)
		propose(task);
	query.reach = task->reach.items;
	query.count = task->reach.len;
	plan_query_machine(&query, task->survey->survey);
	task->root = query.root;
	if (!task->reach.len && task->wishes.len)
		task->plan = xcalloc(1, sizeof(*task->plan));
	else if (task->reach.len)
		task->plan = plan_make(task->survey->survey, &query, &task->err);
	if (task->plan && task->wishes.len)
		add_wishes(task);
	free(mirrors);
}

static void
task_free(struct make_task *task)
{
	work_let_go(task->survey);
	arena_fini(&task->memory);
	vec_fini(&task->reach);
	vec_fini(&task->wishes);
	plan_free(task->plan);
	free(task->request);
	free(task);
}

/* ---- sizes ---- */

struct size_task {
	struct work *w;
	struct step step;
	struct step_size size;
	struct arena memory;
	bool ok;
};

static void
size_work(void *arg)
{
	struct size_task *task = arg;

	task->ok = size_ask(&task->step, SIZE_MS, &task->size);
}

static void
size_done(void *arg)
{
	struct size_task *task = arg;
	struct work_setup *setup = task->w->setup;
	const struct plan *plan = setup ? setup->view.plan : NULL;
	long at = plan ? plan_find(plan, task->step.id) : -1;

	task->w->busy--;
	if (task->ok && at >= 0 && text_is(plan->items[at].title, task->step.title)) {
		setup->view.steps[at].bytes = task->size.bytes;
		setup->view.steps[at].disk_bytes = task->size.disk_bytes;
		work_change(task->w, STORE_SETUP);
	}
	arena_fini(&task->memory);
	free(task);
}

/* The plan may go before the answer is here: the step is copied as far as it is asked. */
static void
ask_size(struct work *w, const struct step *step)
{
	struct size_task *task = xcalloc(1, sizeof(*task));
	struct arena *m = &task->memory;
	size_t count = 0;
	const char **argv;

	while (step->argv[count])
		count++;
	argv = arena_array(m, const char *, count + 1);
	for (size_t i = 0; i < count; i++)
		argv[i] = arena_strdup(m, step->argv[i]);
	task->w = w;
	task->step = (struct step){ .id = arena_strdup(m, step->id),
		.kind = step->kind,
		.title = arena_strdup(m, step->title),
		.argv = argv,
		.root = step->root };
	w->busy++;
	loop_work(w->store->loop, size_work, size_done, task);
}

/* ---- what the runner tells ---- */

static void
renew_view(struct work_setup *setup)
{
	struct setup *v = &setup->view;

	v->is_asking = setup->runner && runner_is_asking(setup->runner);
	v->is_busy = setup->runner && runner_is_busy(setup->runner);
	v->is_finished = !setup->runner || runner_is_finished(setup->runner);
	work_change(setup->w, STORE_SETUP);
}

static void
on_changed(void *arg, size_t step)
{
	renew_view(arg);
}

static void
on_line(void *arg, size_t step, struct span line)
{
	struct work_setup *setup = arg;

	work_change(setup->w, STORE_SETUP);
}

static void
on_license(void *arg, size_t step, const struct step_license *license)
{
	struct work_setup *setup = arg;

	renew_view(setup);
	setup->w->events.license(setup->w->arg, step, license);
}

static bool
on_lend(void *arg, size_t step, const char *const *argv)
{
	struct work_setup *setup = arg;

	return setup->w->events.terminal_lend(setup->w->arg, argv);
}

static void
on_back(void *arg, size_t step)
{
	struct work_setup *setup = arg;

	setup->w->events.terminal_back(setup->w->arg);
}

static long
first_in(const struct setup *v, enum step_state state)
{
	for (size_t i = 0; i < v->plan->count; i++)
		if (v->steps[i].status->state == state)
			return (long)i;
	return -1;
}

static void
say_end(struct work_setup *setup)
{
	const struct setup *v = &setup->view;
	struct store *s = setup->w->store;
	long failed = first_in(v, STEP_FAILED);

	if (v->is_finished)
		store_say(s, SAY_GOOD, "all of it is done; b builds");
	else if (failed >= 0)
		store_say(s, SAY_WARN, "step %ld: %s", failed + 1,
			v->steps[failed].status->err.message);
}

/* What health wanted and was done is wanted no more. */
static void
drop_wishes(struct work_setup *setup)
{
	struct store *s = setup->w->store;
	const struct setup *v = &setup->view;

	for (size_t i = s->fixes.len; i-- > 0;) {
		struct wanted_fix *fix = &s->fixes.items[i];
		struct arena memory = ARENA_INIT;
		struct step step;
		long at;

		command_step(&step, &memory, fix->command, fix->why);
		at = plan_find(v->plan, step.id);
		if (at >= 0 && v->steps[at].status->state == STEP_DONE)
			store_toggle_fix(s, fix->title, fix->why, fix->command);
		arena_fini(&memory);
	}
	free(setup->request);
	setup->request = request_of(s);
}

static void
on_idle(void *arg)
{
	struct work_setup *setup = arg;

	renew_view(setup);
	say_end(setup);
	drop_wishes(setup);
	if (setup->w->health)
		work_examine(setup->w, true);
	work_survey(setup->w);
}

/* ---- a new plan ---- */

static void
drop_plan(struct work_setup *setup)
{
	runner_free(setup->runner);
	setup->runner = NULL;
	arena_fini(&setup->memory);
	setup->memory = ARENA_INIT;
	work_let_go(setup->seen);
	setup->seen = NULL;
	free(setup->request);
	setup->request = NULL;
	setup->view = (struct setup){ .stage = SETUP_MAKING };
}

static const struct reach *
copy_reach(struct arena *m, const struct make_task *task)
{
	struct reach *reach = arena_array(m, struct reach, task->reach.len + 1);

	for (size_t i = 0; i < task->reach.len; i++)
		reach[i] = (struct reach){ arena_strdup(m, task->reach.items[i].triple),
			arena_strdup(m, task->reach.items[i].backend) };
	return reach;
}

struct runner *
work_new_runner(struct work *w, struct plan *plan, const struct runner_events *events, void *arg)
{
	const struct app_options *o = w->options;
	const struct survey *s = w->store->survey;
	struct survey_query query = { o->dir, o->manifest, o->toolchain };
	struct runner_spec spec = { .plan = plan,
		.dir = s->workspace ? s->workspace->root : s->dir,
		.query = &query,
		.settings = o->settings,
		.root = root_way() };

	return runner_new(w->store->loop, &spec, events, arg);
}

static void
begin_runner(struct work_setup *setup, struct plan *plan)
{
	static const struct runner_events events = { on_changed, on_line, on_license, on_lend,
		on_back, on_idle };
	struct work *w = setup->w;

	setup->runner = work_new_runner(w, plan, &events, setup);
	setup->view.runner = setup->runner;
	setup->view.steps = arena_array(&setup->memory, struct setup_step, plan->count);
	for (size_t i = 0; i < plan->count; i++) {
		setup->view.steps[i] = (struct setup_step){ runner_status(setup->runner, i),
			plan->items[i].bytes, plan->items[i].disk_bytes };
		if (size_can_be_asked(&plan->items[i]))
			ask_size(w, &plan->items[i]);
	}
}

/* An empty plan has nothing to run, and lives with the view. */
static void
take_plan(struct work_setup *setup, struct make_task *task)
{
	struct setup *v = &setup->view;
	struct plan *plan = task->plan;

	drop_plan(setup);
	setup->request = task->request;
	setup->seen = work_hold(task->survey);
	v->reach = copy_reach(&setup->memory, task);
	v->reach_count = task->reach.len;
	v->origin = arena_strdup(&setup->memory, task->origin);
	v->packages = task->survey->survey->packages;
	v->root = task->root;
	v->err = task->err;
	v->stage = task->err.kind ? SETUP_BROKEN : plan ? SETUP_MADE : SETUP_NOTHING;
	if (plan && plan->count) {
		begin_runner(setup, plan);
		task->plan = NULL;
	}
	v->plan = plan && plan->count ? plan : arena_new(&setup->memory, struct plan);
	task->request = NULL;
	renew_view(setup);
}

/* Whether something is missing that a person has to do something about; lines that only help cargo
 * alone do not count, unless others stand there, nor what nobody can do. */
static bool
is_work(const struct plan *p)
{
	for (size_t i = 0; p && i < p->count; i++) {
		const struct step *step = &p->items[i];

		if (step->conflict ||
			(!step->optional && step->kind != STEP_NOTE && step->kind != STEP_PROBE))
			return true;
	}
	return false;
}

/* A number for what is missing: what is to be reached, and the steps that would do it. */
static uint64_t
number_of(const struct make_task *task)
{
	const struct plan *p = task->plan;
	uint64_t hash = HASH_INIT;

	for (size_t i = 0; i < task->reach.len; i++)
		hash = hash_text(
			hash_text(hash, task->reach.items[i].triple), task->reach.items[i].backend);
	for (size_t i = 0; p && i < p->count; i++)
		hash = hash_text(hash, p->items[i].id);
	return hash;
}

/* Something is to be done, and it is not what somebody has left as it was before. */
static bool
is_first_run(const struct make_task *task)
{
	const struct survey *s = task->survey->survey;

	return (!choice_target_count(task->w->store->choice) || is_work(task->plan)) &&
		!dismissed_is(s->workspace->root, number_of(task));
}

static bool
shows_itself(struct work_setup *setup, const struct make_task *task)
{
	struct work *w = setup->w;

	if (!is_first_run(task) || !w->events.first_run(w->arg))
		return false;
	setup->shown_for = number_of(task);
	return true;
}

void
work_leave_setup(struct work *w)
{
	const struct work_setup *setup = w->setup;
	const struct workspace *ws = w->store->survey->workspace;

	if (setup && ws && setup->shown_for && !setup->view.has_begun)
		dismissed_keep(ws->root, setup->shown_for);
}

static void
made(void *arg)
{
	struct make_task *task = arg;
	struct work *w = task->w;
	struct work_setup *setup = w->setup;
	char *now = request_of(w->store);
	bool is_current = text_is(now, task->request) && task->survey == w->current;

	free(now);
	w->busy--;
	if (!is_current) {
		setup->is_making = false;
		make(w, task->is_look);
	} else if (!task->is_look || w->store->screen == SCREEN_SETUP ||
		shows_itself(setup, task)) {
		take_plan(setup, task);
	}
	setup->is_making = is_current ? false : setup->is_making;
	task_free(task);
}

static void
make(struct work *w, bool is_look)
{
	struct make_task *task;

	if (w->setup->is_making)
		return;
	task = xcalloc(1, sizeof(*task));
	task->w = w;
	task->is_look = is_look;
	task->survey = work_hold(w->current);
	task->settings = w->options->settings;
	task->request = request_of(w->store);
	copy_request(task, w->store);
	w->setup->is_making = true;
	w->busy++;
	loop_work(w->store->loop, make_work, made, task);
}

static struct work_setup *
setup_of(struct work *w)
{
	if (!w->setup) {
		w->setup = xcalloc(1, sizeof(*w->setup));
		w->setup->w = w;
		w->store->setup = &w->setup->view;
	}
	return w->setup;
}

/* Whether what is on show is what would be made now. */
static bool
is_current(const struct work_setup *setup)
{
	char *now = request_of(setup->w->store);
	bool is_same = text_is(now, setup->request);

	free(now);
	return is_same && (setup->view.has_begun || setup->seen == setup->w->current);
}

void
work_renew_setup(struct work *w)
{
	bool is_shown = w->store->screen == SCREEN_SETUP;

	if (!is_shown || w->store->survey->quick || work_is_setting_up(w) ||
		is_current(setup_of(w)))
		return;
	make(w, false);
}

void
work_plan(struct work *w)
{
	setup_of(w);
	work_renew_setup(w);
	work_change(w, STORE_SETUP);
}

/* Outside of a project nobody is bothered, nor who came to build. */
void
work_look_at_setup(struct work *w)
{
	const struct survey *s = w->store->survey;

	if (w->setup || !s->workspace || s->quick || w->options->build)
		return;
	setup_of(w);
	make(w, true);
}

void
work_close_setup(struct work *w)
{
	if (!w->setup)
		return;
	/* What hangs on a thread goes with it: then the process ends with all of this. */
	w->busy += w->setup->view.is_asking || w->setup->view.is_busy;
	drop_plan(w->setup);
	w->store->setup = NULL;
	if (!w->setup->is_making)
		free(w->setup);
	w->setup = NULL;
}

/* ---- deeds ---- */

/* What the project's files name is what it builds, now that somebody agrees. */
static void
adopt(struct work_setup *setup)
{
	struct work *w = setup->w;

	if (setup->view.origin && !choice_target_count(w->store->choice)) {
		for (size_t i = 0; i < setup->view.reach_count; i++)
			choice_mark(w->store->choice, setup->view.reach[i].triple, true);
		free(setup->request);
		setup->request = request_of(w->store);
		setup->view.has_begun = true;
		work_keep_choice(w);
	}
	setup->view.origin = NULL;
	setup->view.has_begun = true;
	if (w->store->survey->workspace) /* it is wanted after all */
		dismissed_keep(w->store->survey->workspace->root, 0);
}

static void
run(struct work_setup *setup, enum setup_deed deed, size_t step)
{
	struct err err = ERR_INIT;
	bool ok;

	if (deed == SETUP_REPLACE)
		runner_replace(setup->runner, step);
	ok = deed == SETUP_RUN_ALL       ? runner_run_all(setup->runner, &err)
		: deed == SETUP_RUN_FROM ? runner_run_from(setup->runner, step, &err)
					 : runner_run(setup->runner, step, &err);
	if (!ok)
		setup->w->events.failed(setup->w->arg, "This cannot be run now", &err);
	else
		adopt(setup);
}

void
work_set_up(struct work *w, enum setup_deed deed, size_t step)
{
	struct work_setup *setup = setup_of(w);
	struct runner *r = setup->runner;

	if (deed == SETUP_RENEW) {
		setup->view.has_begun = false;
		work_survey(w);
	}
	if (!r || deed == SETUP_RENEW)
		return;
	switch (deed) {
	case SETUP_SKIP: runner_skip(r, step, runner_status(r, step)->state != STEP_SKIPPED); break;
	case SETUP_STOP:
		runner_stop(r, runner_status(r, step)->state == STEP_RUNNING ? (long)step : -1);
		break;
	case SETUP_ASK: w->events.license(w->arg, step, runner_plan(r)->items[step].license); break;
	default: run(setup, deed, step); break;
	}
	renew_view(setup);
}

void
work_agree(struct work *w, size_t step, bool agreed)
{
	if (w->setup && w->setup->runner)
		runner_agree(w->setup->runner, step, agreed);
}

bool
work_is_setting_up(const struct work *w)
{
	return w->setup && w->setup->runner && runner_is_busy(w->setup->runner);
}
