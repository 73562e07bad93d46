/* A run owns its jobs, and a crew owns its groups: one for each place, and one for each job that is
 * built again. */
#include "build/recording.h"
#include "build/run_kind.h"

#include <stdlib.h>
#include <string.h>
#include "base/alloc.h"
#include "base/arena.h"
#include "base/count.h"
#include "base/log.h"
#include "base/path.h"
#include "base/vec.h"
#include "build/backend.h"
#include "build/cause.h"
#include "build/command.h"
#include "build/crew.h"
#include "build/feed.h"
#include "build/group.h"
#include "build/history.h"
#include "build/linkgate.h"
#include "build/logdir.h"
#include "build/logstore.h"
#include "build/order.h"
#include "build/place.h"
#include "build/sccache.h"
#include "build/shim.h"
#include "build/turn.h"
#include "build/universal2.h"
#include "build/way.h"
#include "hint/explain.h"
#include "hint/rules.h"
#include "io/loop.h"
#include "io/memory.h"
#include "io/sidework.h"
#include "ready/survey.h"
#include "rust/message.h"
#include "rust/profile.h"
#include "rust/targets.h"
#include "rust/toolchain.h"
#include "rust/workspace.h"

#define TURN_POLL_MS 200
#define FLUSH_MS 5 /* while much is said, logs are handed to the kernel so often; else at once */

/* ---- modes ---- */

static const char *const mode_names[] = {
	[MODE_BUILD] = "build",
	[MODE_CHECK] = "check",
	[MODE_TEST] = "test",
	[MODE_CLIPPY] = "clippy",
	[MODE_DOC] = "doc",
};

const char *
run_mode_name(enum run_mode mode)
{
	return mode_names[mode];
}

bool
run_mode_parse(const char *name, enum run_mode *mode, struct err *err)
{
	for (size_t i = 0; i < COUNT(mode_names); i++) {
		if (text_is(mode_names[i], name)) {
			*mode = (enum run_mode)i;
			return true;
		}
	}
	return err_set(err, ERR_USAGE,
		"--mode %s: one of build, check, test, clippy and doc was expected", name);
}

/* ---- telling ---- */

static void
observe(struct run *r, struct run_event *event)
{
	event->at = run_elapsed_ms(r);
	if (r->observe)
		r->observe(r->arg, event);
}

static void expect_flush(struct run *r);

/* The beginning is told when whoever started us holds the run in their hands. */
static void say(struct run *r, struct job *job, const char *text);

static void
tell_beginning(struct run *r)
{
	if (r->has_begun)
		return;
	r->has_begun = true;
	observe(r, &(struct run_event){ .kind = RUN_STARTED });
	for (size_t i = 0; i < r->jobs.len; i++) {
		if (r->jobs.items[i]->state == JOB_RUNNING)
			observe(r,
				&(struct run_event){
					.kind = RUN_JOB_STARTED, .job = r->jobs.items[i] });
	}
	for (size_t i = 0; i < r->refusals.len; i++) {
		const struct refusal *refusal = &r->refusals.items[i];

		group_give_up_job(
			crew_group(r->crew, refusal->job->group), refusal->job, &refusal->why);
	}
	vec_clear(&r->refusals);
	for (size_t i = 0; i < r->warnings.len; i++)
		say(r, r->warnings.items[i].job, r->warnings.items[i].text);
	vec_clear(&r->warnings);
}

static void
tell(struct run *r, struct run_event *event)
{
	tell_beginning(r);
	observe(r, event);
}

static void
tell_kind(struct run *r, enum run_event_kind kind, struct job *job)
{
	tell(r, &(struct run_event){ .kind = kind, .job = job });
}

static void
tell_text(struct run *r, struct job *job, const char *text)
{
	tell(r,
		&(struct run_event){ .kind = RUN_LOG,
			.job = job,
			.stream = "stderr",
			.text = text,
			.text_len = strlen(text) });
}

static void
say(struct run *r, struct job *job, const char *text)
{
	logstore_append(job->log, text, strlen(text));
	expect_flush(r);
	tell_text(r, job, text);
}

/* ---- logs ---- */

/* Of a log that the disk does not take: seen in its pane all the same. */
static void
note(struct run *r, struct job *job, const char *text)
{
	logstore_note(job->log, text);
	tell_text(r, job, text);
}

static uint64_t
clock_of_log(void *arg)
{
	return run_elapsed_ms(arg);
}

/* The disk took no more of a job's log: said where it would have stood. */
static void
say_disk_full(struct run *r, struct job *job, const struct err *err)
{
	char *text = xasprintf(
		"error: the log is cut here, what follows is not kept: %s\n", err->message);

	note(r, job, text);
	free(text);
}

static void
flush_log(struct run *r, struct job *job)
{
	struct err err = ERR_INIT;

	if (!logstore_flush(job->log, &err))
		say_disk_full(r, job, &err);
}

static void
flush_logs(struct run *r)
{
	for (size_t i = 0; i < r->jobs.len; i++)
		flush_log(r, r->jobs.items[i]);
	for (int i = 1; r->crew && i <= crew_count(r->crew); i++)
		group_flush(crew_group(r->crew, i));
}

/* All that was said is in the file, or it is said why not. */
static void
settle_log(struct run *r, struct job *job)
{
	logstore_settle(job->log);
	flush_log(r, job);
}

/* Whoever had to wait for the disk is read again. */
static void
on_log_room(void *arg)
{
	struct run *r = arg;

	if (r->is_leaving)
		return;
	for (size_t i = 0; i < r->feeds.len; i++)
		feed_heed_log(r->feeds.items[i]);
	for (int i = 1; r->crew && i <= crew_count(r->crew); i++)
		group_heed_logs(crew_group(r->crew, i));
}

static void
on_flush(void *arg)
{
	struct run *r = arg;

	loop_timer_stop(r->flush);
	r->flush = NULL;
	r->flushed = loop_now(r->loop);
	flush_logs(r);
}

/* Something was said. What was written last may have been a moment ago: then it waits for more. */
static void
expect_flush(struct run *r)
{
	uint64_t ago = loop_now(r->loop) - r->flushed;

	if (!r->flush)
		r->flush = loop_timer_start(
			r->loop, ago < FLUSH_MS ? (unsigned)(FLUSH_MS - ago) : 0, 0, on_flush, r);
}

void
run_hear(void *arg, struct run_event *event)
{
	struct run *r = arg;

	if (event->kind == RUN_UNIT && r->crew)
		crew_heed_unit(r->crew);
	if (event->kind == RUN_DIAGNOSTIC && text_is(event->message->level, "error"))
		rules_begin_reading(r->spec.rules); /* what failed is explained */
	if (event->kind == RUN_LOG)
		expect_flush(r);
	tell(r, event);
}

bool
run_open_log(struct run *r, struct job *job, struct err *err)
{
	const char *tag = r->crew ? r->job_places.items[job->id - 1]->tag : "";
	const char *dot = *tag ? "." : "";
	char *path = r->attempts
		? path_joinf(r->dir, "%s%s%s.%d.log", job->target, dot, tag, r->attempts + 1)
		: path_joinf(r->dir, "%s%s%s.log", job->target, dot, tag);

	struct logstore *log = logstore_create(path, err);

	free(path);
	if (!log)
		return false; /* what an earlier attempt said stays */
	logstore_close(job->log);
	job->log = log;
	logstore_set_clock(log, clock_of_log, r);
	logstore_write_beside(log, r->sidework, on_log_room, r);
	return true;
}

/* ---- jobs ---- */

static void
start_job(struct run *r, struct job *job)
{
	job->state = JOB_RUNNING;
	job->started_ms = run_elapsed_ms(r);
	job->ended_ms = 0;
	if (r->has_begun)
		tell_kind(r, RUN_JOB_STARTED, job);
}

void
run_heed_cause(void *arg, struct job *job)
{
	struct run *r = arg;

	if (job->explanation->count)
		tell_kind(r, RUN_HINT, job);
	tell_kind(r, RUN_JOB_FINISHED, job);
	if (r->is_ending)
		run_finish(r);
}

static void
say_lost(struct run *r, struct job *job)
{
	char *text;

	if (!logstore_lost(job->log))
		return;
	text = xasprintf("error: %llu bytes of this log could not be written: %s\n",
		(unsigned long long)logstore_lost(job->log), logstore_path(job->log));
	note(r, job, text);
	free(text);
}

/* ---- universal files ---- */

/* Of two jobs that belong together, the one that is over already; else NULL. */
static struct job *
finished_partner(struct run *r, const struct job *job)
{
	const char *target = universal2_partner(job->target);

	for (size_t i = 0; target && i < r->jobs.len; i++) {
		struct job *other = r->jobs.items[i];

		if (text_is(other->target, target) && text_is(other->variant, job->variant))
			return other->state == JOB_OK ? other : NULL;
	}
	return NULL;
}

struct joining {
	struct run *run;
	struct job *job;
};

static void
on_joined(void *arg, const char *path, const char *kind)
{
	const struct joining *j = arg;
	struct job_artifact *artifact = job_add_artifact(j->job, path, kind);

	if (artifact)
		tell(j->run,
			&(struct run_event){
				.kind = RUN_ARTIFACT, .job = j->job, .artifact = artifact });
}

/* With what the other job has built; false when they do not go together, and the log says why. */
static bool
join_with_partner(struct run *r, struct job *job)
{
	struct job *partner = r->spec.is_universal ? finished_partner(r, job) : NULL;
	struct joining joining = { r, job };
	struct err err = ERR_INIT;
	char *text;

	if (!partner || universal2_join(job, partner, on_joined, &joining, &err))
		return true;
	text = xasprintf("error: %s\n", err.message);
	note(r, job, text);
	free(text);
	return false;
}

void
run_end_job(void *arg, struct job *job, enum job_state state, int exit_code)
{
	struct run *r = arg;

	if (state == JOB_OK && !join_with_partner(r, job)) {
		state = JOB_FAILED;
		exit_code = 1;
	}
	job->state = state;
	job->exit_code = exit_code;
	job->ended_ms = run_elapsed_ms(r);
	settle_log(r, job);
	say_lost(r, job);
	if (state == JOB_FAILED && r->spec.rules)
		causes_ask(r->causes, job, r->spec.rules, r->spec.survey,
			r->recording ? r->recording->host : NULL);
	else
		tell_kind(r, RUN_JOB_FINISHED, job);
}

/* ---- the turn ---- */

/* In whose folder it is, as far as it is not ours yet. */
static const char *
target_dir(const struct run *r)
{
	return r->spec.target_dir ? r->spec.target_dir : r->spec.survey->workspace->target_dir;
}

static bool
try_turn(struct run *r)
{
	str_clear(&r->others);
	r->turn = turn_take(target_dir(r), r->spec.targets, r->spec.target_count, &r->others);
	return r->turn != NULL;
}

/* Before anything is made: a folder beside may be the one that is built in. */
static bool
find_turn(struct run *r, struct err *err)
{
	char *dir;

	if (try_turn(r) || r->spec.if_busy == BUSY_WAIT || r->spec.if_busy == BUSY_ASK)
		return true;
	if (r->spec.if_busy == BUSY_REFUSE) {
		err_set(err, ERR_ENVIRONMENT, "%s: another xtui builds here (%s)", target_dir(r),
			str_cstr(&r->others));
		return err_try(err, "--if-busy wait, or --if-busy separate to build beside it");
	}
	r->turn = turn_take_beside(target_dir(r), r->spec.targets, r->spec.target_count, &dir);
	r->spec.target_dir = arena_strdup(&r->arena, dir);
	free(dir);
	return true;
}

static void
on_turn_poll(void *arg)
{
	struct run *r = arg;

	if (!try_turn(r))
		return;
	loop_timer_stop(r->turn_poll);
	r->turn_poll = NULL;
	crew_hold(r->crew, false);
	crew_go_on(r->crew);
}

static void
wait_for_turn(struct run *r)
{
	char *text = xasprintf(
		"     Waiting for another xtui that builds here (%s)\n", str_cstr(&r->others));

	for (size_t i = 0; i < r->jobs.len; i++) {
		if (r->jobs.items[i]->state == JOB_WAITING)
			say(r, r->jobs.items[i], text);
	}
	free(text);
	if (!r->turn_poll)
		r->turn_poll =
			loop_timer_start(r->loop, TURN_POLL_MS, TURN_POLL_MS, on_turn_poll, r);
}

static void
end_turn(struct run *r)
{
	loop_timer_stop(r->turn_poll);
	r->turn_poll = NULL;
	turn_end(r->turn);
	r->turn = NULL;
}

/* ---- groups ---- */

void
run_begin(void *arg)
{
	struct run *r = arg;

	loop_timer_stop(r->begin);
	r->begin = NULL;
	tell_beginning(r);
	if (!r->crew || r->is_over)
		return;
	if (r->turn)
		crew_go_on(r->crew);
	else
		wait_for_turn(r);
}

void
run_finish(struct run *r)
{
	r->is_ending = !sccache_is_settled(r->cache) || causes_are_open(r->causes);
	if (r->is_over || r->is_ending)
		return;
	r->ended = loop_now(r->loop);
	r->is_over = true;
	end_turn(r);
	for (size_t i = 0; i < r->jobs.len; i++)
		settle_log(r, r->jobs.items[i]);
	for (int i = 1; r->crew && i <= crew_count(r->crew); i++)
		group_settle(crew_group(r->crew, i));
	tell_kind(r, RUN_FINISHED, NULL);
}

static void
on_cache_news(void *arg)
{
	struct run *r = arg;

	if (!r->is_over)
		tell_kind(r, RUN_CACHE, NULL);
	if (r->is_ending)
		run_finish(r);
}

static void
on_unit(void *arg, struct job *job, const struct shim_unit *unit, const struct shim_end *end)
{
	struct run *r = arg;
	struct job_cache *of = job ? &job->cache : &r->host_cache;

	if (end)
		sccache_unit_ended(
			r->cache, of, unit->type, end->ms, end->is_known && end->exit_code == 0);
	else
		sccache_unit_started(r->cache);
}

static void
on_group_started(void *arg, struct group *g)
{
	struct run *r = arg;

	for (size_t i = 0; i < r->jobs.len; i++) {
		if (r->jobs.items[i]->state == JOB_WAITING && group_has(g, r->jobs.items[i]))
			start_job(r, r->jobs.items[i]);
	}
}

static void
on_idle(void *arg)
{
	run_finish(arg);
}

static void
on_group_over(void *arg, struct group *g)
{
	struct run *r = arg;

	crew_group_over(r->crew, g);
}

static void
on_group_begun(void *arg, struct group *g)
{
	struct run *r = arg;

	crew_go_on(r->crew);
}

static void
share(void *arg, struct group *g, struct command_query *query)
{
	struct run *r = arg;

	crew_share(r->crew, g, query);
}

/* The crew's last. */
static void
new_group(struct run *r, const struct place *place)
{
	char *path = path_joinf(r->dir, "group-%d.log", crew_count(r->crew) + 1);
	struct group *g = group_new(&(struct group_spec){
		.loop = r->loop,
		.run = &r->spec,
		.place = place,
		.log_path = path,
		.sidework = r->sidework,
		.shim = r->shim,
		.gate = r->gate,
		.share = share,
		.tell = run_hear,
		.job_over = run_end_job,
		.unit = on_unit,
		.begun = on_group_begun,
		.over = on_group_over,
		.arg = r,
	});

	free(path);
	crew_add(r->crew, g, place);
}

static void
join_group(struct run *r, struct job *job, int number)
{
	job->group = number;
	job->state = JOB_WAITING;
	group_add(crew_group(r->crew, number), job);
}

/* ---- the start ---- */

bool
run_check(const struct run_spec *spec, struct err *err)
{
	const struct survey *survey = spec->survey;

	if (!survey->toolchain) {
		*err = survey->toolchain_err;
		return false;
	}
	if (!survey->workspace) {
		*err = survey->workspace_err;
		return false;
	}
	if (!spec->target_count)
		return err_set(err, ERR_USAGE, "build: no target to build for");
	for (size_t i = 0; i < spec->target_count; i++) {
		if (survey_find(survey, spec->targets[i]) < 0)
			return targets_err_unknown(survey->targets, spec->targets[i], err);
	}
	return command_check(spec, err);
}

/* The newest group of a place, and how many jobs have joined it. */
struct tally {
	int group; /* 0: none */
	size_t jobs;
};

static void
recall_memory(struct run *r, struct job *job)
{
	const struct history_key key = { r->spec.survey->workspace->root, job->target,
		r->profile_name, job->variant, run_mode_name(r->spec.mode) };

	history_expect_memory(r->spec.history, &key, &job->link_memory);
}

/* `tallies`: one for each place. */
static void
join_group_of_place(struct run *r, struct job *job, struct tally *tallies)
{
	const struct place *place = r->job_places.items[job->id - 1];
	struct tally *tally = &tallies[place - r->places.items];

	if (!tally->group || tally->jobs == place_targets_together(&r->spec, place)) {
		new_group(r, place);
		*tally = (struct tally){ crew_count(r->crew), 0 };
	}
	tally->jobs++;
	join_group(r, job, tally->group);
}

static void
add_job(struct run *r, const struct place_job *at, struct tally *tallies)
{
	const struct place *place = at->place;
	struct job *job =
		job_new((int)r->jobs.len + 1, at->way->triple, place->variant, place->backend_name);

	if (r->spec.variant_count > 1)
		job_tell_variant(job);
	recall_memory(r, job);
	vec_push(&r->jobs, job);
	vec_push(&r->job_places, place);
	join_group_of_place(r, job, tallies);
}

/* A group for each place, or several where not all targets can be built together. */
static bool
make_jobs(struct run *r, struct err *err)
{
	struct tally *tallies = arena_array(&r->arena, struct tally, r->places.count);

	for (size_t i = 0; i < r->places.job_count; i++) {
		const struct place_job *at = &r->places.jobs[i];

		add_job(r, at, tallies);
		if (!run_open_log(r, r->jobs.items[i], err))
			return false;
	}
	return true;
}

/* Those whose way cannot be gone here are not built: they are told why at the beginning. False with
 * the first reason when that is all of them. */
static bool
check_ways(struct run *r, struct err *err)
{
	struct way_answers answers = { 0 };

	for (size_t i = 0; i < r->jobs.len; i++) {
		const struct way *way = r->places.jobs[i].way;
		struct refusal refusal = { .job = r->jobs.items[i] };
		bool can = way_check(&r->spec, way, &answers, &refusal.why);
		const char *text = way_warnings(&answers, way->backend);

		if (can && *text)
			vec_push(&r->warnings,
				((struct warning){ refusal.job, arena_strdup(&r->arena, text) }));
		if (can)
			continue;
		group_hold_back(crew_group(r->crew, refusal.job->group), refusal.job);
		vec_push(&r->refusals, refusal);
	}
	way_answers_fini(&answers);
	if (r->refusals.len < r->jobs.len)
		return true;
	*err = r->refusals.items[0].why;
	return false;
}

static bool
prepare(struct run *r, struct err *err)
{
	static const struct crew_events events = { on_group_started, on_idle };

	if (!run_check(&r->spec, err) || !find_turn(r, err) ||
		!(r->dir = logdir_make(r->spec.log_dir, &r->id, err)) ||
		!places_make(&r->places, &r->spec, &r->arena, err))
		return false;
	r->crew = crew_new(r->loop, &r->spec, r->places.count, &events, r);
	crew_hold(r->crew, !r->turn);
	return make_jobs(r, err) && check_ways(r, err);
}

static void
begin_cache(struct run *r)
{
	r->cache = sccache_begin(r->loop, sccache_wrapper(r->spec.survey), on_cache_news, r);
	r->cache_fault_count = sccache_faults(r->spec.survey, r->spec.profile, r->spec.targets,
		r->spec.target_count, &r->arena, r->cache_faults);
}

struct run *
run_start(struct loop *l, const struct run_spec *spec,
	void (*observer)(void *arg, const struct run_event *event), void *arg, struct err *err)
{
	struct run *r = xcalloc(1, sizeof(*r));

	r->loop = l;
	r->sidework = sidework_new(l);
	r->causes = causes_new(l, run_heed_cause, r);
	r->arg = arg;
	r->started = loop_now(l);
	r->spec = *spec;
	order_own_spec(&r->spec, &r->arena);
	r->profile_name = arena_strdup(&r->arena, spec->profile ? spec->profile->name : "release");
	r->order = order_write(spec, r->profile_name); /* now: the profile may change */
	r->shim = shim_find_program();
	r->gate = linkgate_new(memory_available);
	if (!r->shim)
		log_line("xtui-rustc is not to be found: targets are told apart by cargo's "
			 "messages");
	if (!prepare(r, err) || (r->turn && !crew_begin(r->crew, err))) {
		run_free(r);
		return NULL;
	}
	if (r->shim && sccache_wrapper(r->spec.survey))
		begin_cache(r);
	r->spec.profile = NULL; /* all that counts of it is in the places */
	r->observe = observer;
	r->begin = loop_timer_start(l, 0, 0, run_begin, r);
	return r;
}

void
run_free(struct run *r)
{
	if (!r)
		return;
	r->observe = NULL;
	r->is_leaving = true;
	causes_free(r->causes); /* nothing ends by itself from here on */
	for (size_t i = 0; i < r->feeds.len; i++)
		feed_free(r->feeds.items[i]);
	crew_free(r->crew);
	sccache_free(r->cache);
	linkgate_free(r->gate);
	for (size_t i = 0; i < r->jobs.len; i++)
		job_free(r->jobs.items[i]);
	loop_timer_stop(r->begin);
	loop_timer_stop(r->flush);
	end_turn(r);
	sidework_free(r->sidework);
	str_fini(&r->others);
	vec_fini(&r->feeds);
	vec_fini(&r->job_places);
	vec_fini(&r->refusals);
	vec_fini(&r->warnings);
	vec_fini(&r->jobs);
	arena_fini(&r->arena);
	free(r->id);
	free(r->dir);
	free(r->shim);
	free(r->order);
	free(r);
}

/* ---- changes of mind ---- */

void
run_cancel_job(struct run *r, struct job *job)
{
	if (job_is_over(job))
		return;
	if (r->feeds.len)
		feed_cancel(r->feeds.items[job->id - 1]);
	else
		group_cancel_job(crew_group(r->crew, job->group), job);
}

void
run_cancel(struct run *r)
{
	if (r->is_over)
		return;
	r->is_cancelled = true;
	for (size_t i = 0; i < r->feeds.len; i++)
		feed_cancel(r->feeds.items[i]);
	if (r->crew)
		crew_cancel(r->crew);
}

/* Once more: the groups that have something to build go on. */
static void
go_on(struct run *r)
{
	if (r->is_over) /* the time between is nobody's */
		r->started += loop_now(r->loop) - r->ended;
	r->is_over = r->is_ending = r->is_cancelled = false;
	crew_hold(r->crew, !r->turn && !try_turn(r));
	if (r->turn)
		crew_go_on(r->crew);
	else
		wait_for_turn(r);
}

/* The log of an earlier attempt is closed only when there is another. */
static bool
prepare_again(struct run *r, struct job *job, struct tally *tallies, struct err *err)
{
	if (causes_forget(r->causes, job))
		tell_kind(r, RUN_JOB_FINISHED, job);
	if (!run_open_log(r, job, err))
		return false;
	job_reset(job);
	join_group_of_place(r, job, tallies);
	return true;
}

/* A recording was, and is not built again. */
static bool
can_retry(const struct run *r, const char *what, struct err *err)
{
	return !r->feeds.len || err_set(err, ERR_USAGE, "%s: this is not built again", what);
}

bool
run_retry(struct run *r, struct job *job, struct err *err)
{
	if (!job_is_over(job))
		return err_set(err, ERR_USAGE, "%s: is being built", job->target);
	if (!can_retry(r, job->target, err))
		return false;
	r->attempts++;
	if (!prepare_again(r, job, arena_array(&r->arena, struct tally, r->places.count), err))
		return false;
	go_on(r);
	return true;
}

bool
run_retry_failed(struct run *r, struct err *err)
{
	struct tally *tallies = arena_array(&r->arena, struct tally, r->places.count);
	size_t count = 0;
	bool ok = can_retry(r, "what failed", err);

	r->attempts++;
	for (size_t i = 0; ok && i < r->jobs.len; i++) {
		if (r->jobs.items[i]->state != JOB_FAILED)
			continue;
		ok = prepare_again(r, r->jobs.items[i], tallies, err);
		count += ok;
	}
	if (count)
		go_on(r);
	return ok;
}
