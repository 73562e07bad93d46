/* A group has a pane for each of its jobs, and a shift for each cargo: the panes that this cargo
 * builds, in the order of its --target options, with all that is only good while it runs. */
#include "build/group_kind.h"

#include <signal.h>
#include <stdlib.h>
#include "base/alloc.h"
#include "base/log.h"
#include "base/vec.h"
#include "build/backend.h"
#include "build/chatter.h"
#include "build/command.h"
#include "build/linkgate.h"
#include "build/logstore.h"
#include "build/pane.h"
#include "build/place.h"
#include "build/post.h"
#include "build/progress.h"
#include "build/relay.h"
#include "build/run.h"
#include "build/shim.h"
#include "io/loop.h"
#include "io/proc.h"
#include "ready/pull.h"
#include "ready/survey.h"
#include "text/lines.h"

#define STDOUT_LINE_MAX (64u << 20) /* a message with all arguments of a linker can be large */
#define SAID_LINE_MAX (64u << 10)

/* ---- its logs ---- */

/* A disk that is slower than cargo holds it up; nobody here waits for it. */
static bool
is_behind(const struct group *g)
{
	bool behind = g->raw && logstore_is_behind(g->raw);

	for (size_t i = 0; !behind && i < g->shift->panes.len; i++)
		behind = logstore_is_behind(g->shift->panes.items[i]->job->log);
	return behind;
}

void
group_heed_logs(struct group *g)
{
	if (!g->is_abandoned && g->shift && g->shift->cargo)
		proc_pause(g->shift->cargo, is_behind(g));
}

static void
on_log_room(void *arg)
{
	group_heed_logs(arg);
}

/* ---- the group ---- */

struct group *
group_new(const struct group_spec *spec)
{
	struct group *g = xcalloc(1, sizeof(*g));
	struct err err = ERR_INIT;

	g->spec = *spec;
	g->dirs[0] = spec->place->target_dir;
	g->dirs[1] = spec->place->build_dir;
	g->command = xstrdup("");
	if ((g->raw = logstore_create(spec->log_path, &err)))
		logstore_write_beside(g->raw, spec->sidework, on_log_room, g);
	else
		log_line("%s", err.message);
	return g;
}

static void
on_tell(void *arg, struct run_event *event)
{
	struct group *g = arg;

	if (!g->is_abandoned)
		g->spec.tell(g->spec.arg, event);
}

void
group_add(struct group *g, struct job *job)
{
	struct pane *pane = xmalloc(sizeof(*pane));

	pane_init(pane, job, on_tell, g);
	g->panes = xreallocarray(g->panes, g->pane_count + 1, sizeof(struct pane *));
	g->panes[g->pane_count++] = pane;
}

bool
group_is_running(const struct group *g)
{
	return g->shift != NULL;
}

bool
group_is_beginning(const struct group *g)
{
	const struct shift *s = g->shift;

	return s && ((s->cargo && s->is_building && !s->has_asked) || s->asker);
}

bool
group_has(const struct group *g, const struct job *job)
{
	for (size_t i = 0; i < g->pane_count; i++) {
		if (g->panes[i]->job == job && !g->panes[i]->is_over)
			return true;
	}
	return false;
}

struct pane *
group_pane_of(const struct group *g, const struct job *job)
{
	for (size_t i = 0; i < g->pane_count; i++) {
		if (g->panes[i]->job == job)
			return g->panes[i];
	}
	return NULL;
}

void
group_hold_back(struct group *g, struct job *job)
{
	group_pane_of(g, job)->is_held_back = true;
}

static bool
is_to_build(const struct pane *pane)
{
	return !pane->is_over && !pane->is_held_back;
}

size_t
group_open_jobs(const struct group *g)
{
	size_t open = 0;

	for (size_t i = 0; i < g->pane_count; i++)
		open += is_to_build(g->panes[i]);
	return open;
}

const char *
group_command(const struct group *g)
{
	return g->command;
}

bool
group_cpu_ms(const struct group *g, uint64_t *ms)
{
	*ms = g->cpu_ms;
	return !(g->spec.place->backend->traits & BACKEND_BOXED);
}

void
group_flush(struct group *g)
{
	if (g->raw)
		logstore_flush(g->raw, NULL); /* what it loses is told at the run's end */
}

void
group_settle(struct group *g)
{
	if (g->raw)
		logstore_settle(g->raw);
}

const struct logstore *
group_log(const struct group *g)
{
	return g->raw;
}

/* ---- commands ---- */

struct command_query
group_query(const struct group *g)
{
	const struct shift *s = g->shift;

	return (struct command_query){
		.spec = g->spec.run,
		.place = g->spec.place,
		.targets = s->triples.items,
		.target_count = s->triples.len,
		.shim = s->shim ? g->spec.shim : NULL,
		.socket = s->shim ? shim_socket(s->shim) : NULL,
	};
}

struct proc *
group_run_command(
	struct group *g, const struct command *c, const struct proc_events *events, struct err *err)
{
	const struct proc_spec spec = {
		.argv = c->argv.items,
		.dir = c->dir ? c->dir : g->spec.run->dir,
		.env = c->env.items,
		.env_count = c->env.len,
		.sweep = c->sweep,
		.holds_input = c->holds_input,
	};

	return proc_start(g->spec.loop, &spec, events, g, err);
}

/* ---- the shift: one cargo ---- */

void
group_end_shift(struct group *g)
{
	struct shift *s = g->shift;

	linkgate_forget(g->spec.gate, g);
	relay_free(s->relay);
	shim_close(s->shim);
	post_free(s->post);
	progress_free(s->progress);
	chatter_free(s->chatter);
	lines_fini(&s->out);
	pull_free(s->pull);
	lines_fini(&s->said[PROC_STDOUT]);
	lines_fini(&s->said[PROC_STDERR]);
	str_fini(&s->graph);
	str_fini(&s->sent);
	command_fini(&s->command);
	loop_timer_stop(s->settle);
	loop_timer_stop(s->wait);
	vec_fini(&s->panes);
	vec_fini(&s->triples);
	free(s);
	g->shift = NULL;
}

/* clippy checks, and documentation needs no more of what it is about. */
static bool
checks(enum run_mode mode)
{
	return mode == MODE_CHECK || mode == MODE_CLIPPY || mode == MODE_DOC;
}

static struct shift *
shift_new(struct group *g)
{
	const struct place *place = g->spec.place;
	bool is_boxed = place->backend->traits & BACKEND_BOXED;
	bool is_away = place->backend->traits & BACKEND_AWAY;
	struct shift *s = xcalloc(1, sizeof(*s));
	struct err err = ERR_INIT;

	for (size_t i = 0; i < g->pane_count; i++) {
		if (!is_to_build(g->panes[i]))
			continue;
		vec_push(&s->panes, g->panes[i]);
		vec_push(&s->triples, g->panes[i]->job->target);
	}
	if (g->spec.shim && !is_boxed && !is_away &&
		!(s->shim = shim_open(g->spec.loop, &group_shim_events, g, &err)))
		log_line("shim: %s", err.message);
	lines_init(&s->out, STDOUT_LINE_MAX, false);
	lines_init(&s->said[PROC_STDOUT], SAID_LINE_MAX, true);
	lines_init(&s->said[PROC_STDERR], SAID_LINE_MAX, true);
	s->chatter = chatter_new(group_on_chatter, g);
	s->progress = progress_new(s->triples.items, s->triples.len);
	s->has_asked = is_away;
	if (is_away)
		s->relay = relay_new(&(struct relay_spec){ .loop = g->spec.loop,
			.place = place,
			.panes = s->panes.items,
			.count = s->panes.len,
			.over = group_on_relay_over,
			.settled = group_on_relay_settled,
			.arg = g });
	s->post = post_new(&(struct post_spec){
		.panes = s->panes.items,
		.triples = s->triples.items,
		.count = s->panes.len,
		.host = g->spec.run->survey->host,
		.dirs = g->dirs,
		.box_dir = is_boxed ? place->backend->box_target_dir : NULL,
		.checks = checks(g->spec.run->mode),
		.is_without_shim = !s->shim,
		.find_artifact = place->backend->find_artifact,
		.progress = s->progress,
	});
	return s;
}

bool
group_start_cargo(struct group *g, struct err *err)
{
	static const struct proc_events events = { group_on_output, group_on_end };
	struct shift *s = g->shift;

	s->is_building = true;
	s->cargo = group_run_command(g, &s->command, &events, err);
	return s->cargo != NULL;
}

bool
group_start(struct group *g, struct err *err)
{
	struct shift *s = g->shift = shift_new(g);
	struct command_query query = group_query(g);

	if (g->spec.share)
		g->spec.share(g->spec.arg, g, &query);
	command_build(&s->command, &query);
	free(g->command);
	g->command = xstrdup(s->command.shown);
	g->started = loop_now(g->spec.loop);
	if (!group_start_next(g, err)) {
		group_end_shift(g);
		return false;
	}
	group_claim_links(g);
	for (size_t i = 0; i < s->panes.len; i++) {
		s->panes.items[i]->files_come_last = s->command.is_elsewhere;
		pane_begin(s->panes.items[i]);
	}
	return true;
}

int
group_exit_code(const struct proc_end *end)
{
	return end->signal ? 128 + end->signal : end->exit_code;
}

void
group_tell_begun(struct group *g)
{
	if (g->spec.begun && !g->is_abandoned)
		g->spec.begun(g->spec.arg, g);
}

/* ---- stopping ---- */

static void
stop(struct group *g)
{
	struct shift *s = g->shift;

	if (!s->is_stopped && s->cargo) {
		proc_cancel(s->cargo, SIGINT, g->spec.run->kill_grace_ms);
		group_sweep(g);
	}
	if (!s->is_stopped && s->relay)
		relay_stop(s->relay);
	s->is_stopped = true;
}

void
group_cancel_job(struct group *g, struct job *job)
{
	for (size_t i = 0; i < g->pane_count; i++) {
		struct pane *pane = g->panes[i];

		if (pane->job != job || pane->is_over)
			continue;
		pane->is_leaving = true;
		if (g->shift)
			stop(g);
		else
			group_job_over(g, pane, JOB_CANCELLED, -1);
	}
}

void
group_cancel(struct group *g)
{
	g->is_cancelled = true;
	for (size_t i = 0; i < g->pane_count; i++)
		group_cancel_job(g, g->panes[i]->job);
}

void
group_free(struct group *g)
{
	if (!g)
		return;
	g->is_abandoned = true;
	if (g->shift)
		g->shift->is_stopped = true;
	if (g->shift && g->shift->cargo) {
		proc_pause(g->shift->cargo, false);
		proc_cancel(g->shift->cargo, SIGKILL, 0);
	}
	if (g->shift && g->shift->asker)
		proc_cancel(g->shift->asker, SIGKILL, 0);
	if (g->shift && g->shift->relay)
		relay_stop(g->shift->relay);
	while (g->shift)
		loop_turn(g->spec.loop, true);
	for (size_t i = 0; i < g->pane_count; i++) {
		pane_fini(g->panes[i]);
		free(g->panes[i]);
	}
	free(g->panes);
	free(g->command);
	logstore_close(g->raw);
	free(g);
}
