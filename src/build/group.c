/* A group has a pane for each of its jobs, and a shift for each cargo: the panes that this cargo
 * builds, in the order of its --target options, with all that is only good while it runs. */
#include "build/group_kind.h"

#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include "base/alloc.h"
#include "base/log.h"
#include "base/path.h"
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
#include "build/proof.h"
#include "build/relay.h"
#include "build/run.h"
#include "build/shim.h"
#include "build/turn.h"
#include "io/loop.h"
#include "io/proc.h"
#include "ready/survey.h"
#include "text/lines.h"

#define STDOUT_LINE_MAX (64u << 20) /* a message with all arguments of a linker can be large */
#define LINK_MEMORY (2ull << 30)    /* bytes, where nothing is known of past runs */
#define SAID_LINE_MAX (64u << 10)
#define SETTLE_MS 100 /* an error that cargo has said no more of for so long is whole */

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

static void
job_over(struct group *g, struct pane *pane, enum job_state state, int exit_code)
{
	pane->is_over = true;
	if (!g->is_abandoned)
		g->spec.job_over(g->spec.arg, pane->job, state, exit_code);
}

/* ---- the shift: one cargo ---- */

static void
shift_free(struct shift *s)
{
	relay_free(s->relay);
	shim_close(s->shim);
	post_free(s->post);
	progress_free(s->progress);
	chatter_free(s->chatter);
	lines_fini(&s->out);
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
}

int
group_exit_code(const struct proc_end *end)
{
	return end->signal ? 128 + end->signal : end->exit_code;
}

/* Every unit of it is there, and what came out is not what was asked for. */
static bool
breaks_promise(struct group *g, struct pane *pane)
{
	const struct way *way = place_way(g->spec.place, pane->job->target);
	struct str why = STR_INIT;
	bool breaks = !proof_holds(pane->job, way, &why);

	if (breaks) {
		pane_error(pane, str_span(&why), true);
		job_over(g, pane, JOB_FAILED, 1);
	}
	str_fini(&why);
	return breaks;
}

/* Every unit of it is there. */
static void
finish_ok(struct group *g, struct pane *pane)
{
	uint64_t ms = loop_now(g->spec.loop) - g->started;
	char *text = xasprintf(
		"%s in %" PRIu64 ".%02" PRIu64 "s", pane->job->target, ms / 1000, ms % 1000 / 10);

	if (!breaks_promise(g, pane)) {
		pane_status(pane, "Finished", text, false);
		job_over(g, pane, JOB_OK, 0);
	}
	free(text);
}

static bool
is_testing(const struct group *g)
{
	return g->spec.run->mode == MODE_TEST;
}

static void
on_relay_over(void *arg, struct pane *pane, enum job_state state, int exit_code)
{
	struct group *g = arg;

	if (!pane->is_over && !(state == JOB_OK && breaks_promise(g, pane)))
		job_over(g, pane, state, exit_code);
}

/* Counts are told, and whoever's fate is known is over before cargo is. */
void
group_review(struct group *g)
{
	struct shift *s = g->shift;

	for (size_t i = 0; i < s->panes.len && !s->relay; i++) {
		struct progress_count count = progress_count(s->progress, i);
		struct pane *pane = s->panes.items[i];

		if (pane->is_over)
			continue;
		pane_progress(pane, count);
		if (s->command.is_elsewhere && (s->cargo || s->end.exit_code != 0))
			continue;  /* what it has built may not be here yet */
		if (is_testing(g)) /* a program that is built is not a test that has passed */
			continue;
		if (!count.is_exact || pane->is_leaving || count.done + count.dead < count.total)
			continue;
		if (!count.dead)
			finish_ok(g, pane);
		else if (pane->is_blamed && !pane->unsaid)
			job_over(g, pane, JOB_FAILED, 101);
	}
}

void
group_tell_begun(struct group *g)
{
	if (g->spec.begun && !g->is_abandoned)
		g->spec.begun(g->spec.arg, g);
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

/* ---- what the shim and cargo say ---- */

static struct pane *
pane_of(const struct group *g, const char *triple)
{
	for (size_t i = 0; i < g->shift->panes.len; i++) {
		if (text_is(g->shift->triples.items[i], triple))
			return g->shift->panes.items[i];
	}
	return NULL;
}

static void
tell_unit(struct group *g, const struct shim_unit *unit, const struct shim_end *end)
{
	struct pane *pane = pane_of(g, unit->target);

	if (g->spec.unit && !g->is_abandoned)
		g->spec.unit(g->spec.arg, pane ? pane->job : NULL, unit, end);
}

static void
on_unit_started(void *arg, const struct shim_unit *unit)
{
	struct group *g = arg;

	tell_unit(g, unit, NULL);
	post_unit_started(g->shift->post, unit);
	group_ask_for_graph(g);
}

static void
on_unit_line(void *arg, const struct shim_unit *unit, struct span line)
{
	struct group *g = arg;

	post_unit_line(g->shift->post, unit, line);
}

static void
on_unit_ended(void *arg, const struct shim_unit *unit, const struct shim_end *end)
{
	struct group *g = arg;

	linkgate_leave(g->spec.gate, unit);
	tell_unit(g, unit, end);
	if (!g->shift->is_stopped) /* what we ended has not failed */
		post_unit_ended(g->shift->post, unit, end);
	group_review(g);
}

static void
on_link_may_begin(void *owner, const void *link)
{
	struct group *g = owner;

	shim_allow(g->shift->shim, link);
}

/* As the line says, as its job's links did in past runs, or a guess. */
static uint64_t
link_memory(const struct group *g, const struct pane *pane)
{
	if (g->spec.run->link_memory)
		return g->spec.run->link_memory;
	return pane && pane->job->link_memory ? pane->job->link_memory : LINK_MEMORY;
}

static void
say_waits_for_memory(struct pane *pane, uint64_t bytes)
{
	char *text = xasprintf(
		"for memory: a link with fat LTO takes about %" PRIu64 " MiB", bytes >> 20);

	pane_status(pane, "Waiting", text, true);
	free(text);
}

static void
on_unit_asks(void *arg, const struct shim_unit *unit)
{
	struct group *g = arg;
	struct pane *pane = pane_of(g, unit->target);
	uint64_t bytes = link_memory(g, pane);

	if (linkgate_ask(g->spec.gate, g, unit, bytes, on_link_may_begin))
		shim_allow(g->shift->shim, unit);
	else if (pane)
		say_waits_for_memory(pane, bytes);
}

/* A container builds one target. */
static bool
links_unseen(const struct group *g)
{
	return g->spec.place->links_fat && g->spec.place->backend->traits & BACKEND_BOXED;
}

bool
group_has_room(struct group *g)
{
	uint64_t bytes = link_memory(g, g->panes[0]);

	if (!links_unseen(g) || linkgate_has_room(g->spec.gate, bytes))
		return true;
	for (size_t i = 0; i < g->pane_count; i++)
		say_waits_for_memory(g->panes[i], bytes);
	return false;
}

static void
on_stdout_line(void *arg, struct span line, char end)
{
	struct group *g = arg;

	post_stdout_line(g->shift->post, line);
}

/* cargo waits, and does not say for whom: "waiting for file lock on build directory". */
static void
say_blocked(struct group *g, struct span rest)
{
	const struct place *place = g->spec.place;
	ssize_t on = span_find(rest, SPAN(" on "));
	struct span what =
		on < 0 ? rest : (struct span){ rest.data + on + 4, rest.len - (size_t)on - 4 };
	int64_t pid = turn_cargo(place->target_dir, place->profile_dir);
	struct str text = STR_INIT;

	if (!pid)
		pid = turn_cargo(place->build_dir, place->profile_dir);
	str_append(&text, "for another cargo");
	if (pid && span_ends(what, "directory"))
		str_appendf(&text, " (process %" PRId64 ")", pid);
	str_appendf(&text, " that holds the %.*s", (int)what.len, what.data);
	for (size_t i = 0; i < g->shift->panes.len; i++)
		pane_status(g->shift->panes.items[i], "Waiting", str_cstr(&text), true);
	str_fini(&text);
}

static void
on_chatter(void *arg, const struct chatter_piece *piece)
{
	struct group *g = arg;

	post_chatter(g->shift->post, piece);
	if (piece->kind == CHATTER_STATUS && span_is(piece->verb, "Blocking"))
		say_blocked(g, piece->rest);
	if (piece->kind == CHATTER_BAR)
		group_ask_for_graph(g);
}

static void
on_settle(void *arg)
{
	struct group *g = arg;
	struct shift *s = g->shift;
	uint64_t quiet = loop_now(g->spec.loop) - s->last_words;

	loop_timer_stop(s->settle);
	s->settle = NULL;
	if (quiet < SETTLE_MS) {
		s->settle = loop_timer_start(
			g->spec.loop, (unsigned)(SETTLE_MS - quiet), 0, on_settle, g);
		return;
	}
	chatter_settle(s->chatter);
	group_review(g);
}

static void
take_stderr(struct group *g, const char *bytes, size_t len)
{
	struct shift *s = g->shift;

	chatter_feed(s->chatter, bytes, len);
	s->last_words = loop_now(g->spec.loop);
	if (!s->settle)
		s->settle = loop_timer_start(g->spec.loop, SETTLE_MS, 0, on_settle, g);
}

static void
on_output(void *arg, enum proc_stream stream, const char *bytes, size_t len)
{
	struct group *g = arg;
	struct shift *s = g->shift;

	if (g->is_abandoned)
		return;
	if (g->raw)
		logstore_append(g->raw, bytes, len);
	if (s->relay) {
		relay_hear(s->relay, stream, bytes, len);
		return;
	}
	if (s->shim)
		shim_listen(s->shim);
	if (stream == PROC_STDOUT)
		lines_feed(&s->out, bytes, len, on_stdout_line, g);
	else
		take_stderr(g, bytes, len);
	if (post_has_begun(s->post))
		group_ask_for_graph(g);
	group_review(g);
	group_heed_logs(g);
}

/* ---- the end of a cargo ---- */

static bool
any_blamed(const struct shift *s)
{
	for (size_t i = 0; i < s->panes.len; i++) {
		if (s->panes.items[i]->is_blamed)
			return true;
	}
	return false;
}

/* What has become of a job whose cargo has ended; JOB_WAITING: it needs another cargo. */
static enum job_state
judge(const struct group *g, size_t i)
{
	const struct shift *s = g->shift;
	const struct pane *pane = s->panes.items[i];
	struct progress_count count = progress_count(s->progress, i);
	bool others_failed = any_blamed(s);

	if (!s->relay &&
		(s->end.exit_code == 0 ||
			(count.is_exact && count.done == count.total && !is_testing(g))))
		return JOB_OK;
	if (g->is_cancelled || pane->is_leaving)
		return JOB_CANCELLED;
	if (s->is_stopped)
		return JOB_WAITING;
	if (s->relay)
		return JOB_FAILED;
	if (pane->is_blamed || count.dead || !others_failed)
		return JOB_FAILED;
	if (!post_has_finished(s->post)) /* it was the others that cargo would not build */
		return JOB_WAITING;
	if (g->spec.run->fail_fast)
		return JOB_SKIPPED;
	return count.is_exact ? JOB_FAILED : JOB_OK;
}

static void
append_err(struct str *text, const struct err *why)
{
	str_appendf(text, "error: %s\n", why->message);
	if (*why->remedy)
		str_appendf(text, "  try: %s\n", why->remedy);
}

/* The other machine has not said how the job ended. */
static void
say_relay_end(struct group *g, struct pane *pane)
{
	struct str text = STR_INIT;
	struct err why = ERR_INIT;

	if (!g->shift->is_building) /* nothing was sent: it has been said why */
		return;
	relay_err(g->shift->relay, group_exit_code(&g->shift->end), &why);
	append_err(&text, &why);
	pane_error(pane, str_span(&text), true);
	str_fini(&text);
}

/* A cargo that ends without a word of why. */
static void
say_end(struct group *g, struct pane *pane)
{
	const struct proc_end *end = &g->shift->end;
	const char *name = path_basename(g->shift->command.argv.items[0]);
	struct str text = STR_INIT;

	if (g->shift->relay) {
		say_relay_end(g, pane);
		return;
	}
	if (pane->is_blamed || pane->job->errors)
		return;
	if (end->signal)
		str_appendf(&text, "error: %s was ended by signal %d\n", name, end->signal);
	else
		str_appendf(&text, "error: %s ended with status %d\n", name, end->exit_code);
	pane_error(pane, str_span(&text), true);
	str_fini(&text);
}

static void
conclude_job(struct group *g, size_t i)
{
	struct pane *pane = g->shift->panes.items[i];
	enum job_state state = judge(g, i);
	int code = group_exit_code(&g->shift->end);

	if (pane->is_over || state == JOB_WAITING)
		return;
	if (state == JOB_OK) {
		pane_progress(pane, progress_count(g->shift->progress, i));
		finish_ok(g, pane);
		return;
	}
	if (state == JOB_FAILED)
		say_end(g, pane);
	job_over(g, pane, state, code);
}

static void
give_up(struct group *g, struct pane *pane, const struct err *why)
{
	struct str text = STR_INIT;

	if (pane->is_over)
		return;
	append_err(&text, why);
	pane_error(pane, str_span(&text), true);
	job_over(g, pane, JOB_FAILED, -1);
	str_fini(&text);
}

void
group_give_up(struct group *g, const struct err *why)
{
	for (size_t i = 0; i < g->pane_count; i++)
		give_up(g, g->panes[i], why);
}

static struct pane *
find_pane(const struct group *g, const struct job *job)
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
	find_pane(g, job)->is_held_back = true;
}

void
group_give_up_job(struct group *g, struct job *job, const struct err *why)
{
	give_up(g, find_pane(g, job), why);
}

/* Those that are not over get another cargo. */
static void
go_on(struct group *g)
{
	struct err err = ERR_INIT;
	bool is_over = true;

	for (size_t i = 0; i < g->pane_count; i++) {
		pane_status(g->panes[i], "Restarting", "without the targets that have left", false);
		is_over &= g->panes[i]->is_over;
	}
	if (!is_over) {
		if (group_start(g, &err))
			return;
		group_give_up(g, &err);
	}
	g->spec.over(g->spec.arg, g);
}

/* Of a build on another machine: one that went well and has nothing to show for it has not. */
static void
take_files(struct group *g, struct pane *pane)
{
	char *lost;
	size_t count = pane_tell_files(pane, &lost);
	char *text = xasprintf("error: %s was built and did not come back%s\n", lost ? lost : "",
		count > 1 ? ", nor did others" : "");

	if (count && g->shift->end.exit_code == 0) {
		pane_error(pane, span_of(text), true);
		job_over(g, pane, JOB_FAILED, 1);
	}
	free(text);
	free(lost);
}

void
group_conclude(struct group *g)
{
	struct shift *s = g->shift;

	if (!group_is_swept(g))
		return;
	if (s->end.exit_code == 0)
		progress_complete(s->progress);
	if (!g->is_abandoned) {
		post_settle(s->post);
		for (size_t i = 0; i < s->panes.len; i++)
			take_files(g, s->panes.items[i]);
		group_review(g);
	}
	for (size_t i = 0; i < s->panes.len; i++)
		conclude_job(g, i);
	linkgate_forget(g->spec.gate, g);
	shift_free(s);
	g->shift = NULL;
	if (!g->is_abandoned)
		go_on(g);
}

/* What was fetched last is here, or the process has ended: of both the later one concludes. */
static void
on_relay_settled(void *arg)
{
	struct group *g = arg;

	if (!g->shift->cargo)
		group_conclude(g);
}

static void
on_end(void *arg, const struct proc_end *end)
{
	struct group *g = arg;
	struct shift *s = g->shift;

	s->cargo = NULL;
	s->end = *end;
	g->cpu_ms += end->cpu_ms;
	if (!g->is_abandoned) {
		if (s->shim)
			shim_listen(s->shim);
		lines_end(&s->out, on_stdout_line, g);
		chatter_end(s->chatter);
		if (s->relay)
			relay_end(s->relay);
	}
	if (s->relay && relay_is_busy(s->relay))
		return;
	if (!s->asker)
		group_conclude(g);
	else if (end->exit_code == 0 || end->cancelled)
		proc_cancel(s->asker, SIGTERM, 0);
	else
		group_wait_for_graph(g);
}

/* ---- the start of a cargo ---- */

/* clippy checks, and documentation needs no more of what it is about. */
static bool
checks(enum run_mode mode)
{
	return mode == MODE_CHECK || mode == MODE_CLIPPY || mode == MODE_DOC;
}

static struct shift *
shift_new(struct group *g)
{
	static const struct shim_events events = { on_unit_started, on_unit_asks, on_unit_line,
		on_unit_ended };
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
		!(s->shim = shim_open(g->spec.loop, &events, g, &err)))
		log_line("shim: %s", err.message);
	lines_init(&s->out, STDOUT_LINE_MAX, false);
	lines_init(&s->said[PROC_STDOUT], SAID_LINE_MAX, true);
	lines_init(&s->said[PROC_STDERR], SAID_LINE_MAX, true);
	s->chatter = chatter_new(on_chatter, g);
	s->progress = progress_new(s->triples.items, s->triples.len);
	s->has_asked = is_away;
	if (is_away)
		s->relay = relay_new(&(struct relay_spec){ .loop = g->spec.loop,
			.place = place,
			.panes = s->panes.items,
			.count = s->panes.len,
			.over = on_relay_over,
			.settled = on_relay_settled,
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
	static const struct proc_events events = { on_output, on_end };
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
		shift_free(s);
		g->shift = NULL;
		return false;
	}
	if (links_unseen(g))
		linkgate_claim(g->spec.gate, g, link_memory(g, g->panes[0]));
	for (size_t i = 0; i < s->panes.len; i++) {
		s->panes.items[i]->files_come_last = s->command.is_elsewhere;
		pane_begin(s->panes.items[i]);
	}
	return true;
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
			job_over(g, pane, JOB_CANCELLED, -1);
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
