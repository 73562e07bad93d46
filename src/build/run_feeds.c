/* run_feeds: runs without cargo: of a program's output (make bench), of a recording (demo). */
#include "base/alloc.h"
#include "build/cause.h"
#include "build/feed.h"
#include "build/logdir.h"
#include "build/order.h"
#include "build/recording.h"
#include "build/run_kind.h"
#include "io/loop.h"
#include "io/sidework.h"

static void
on_feed_over(void *arg, struct job *job, enum job_state state, int exit_code)
{
	struct run *r = arg;

	run_end_job(r, job, state, exit_code);
	for (size_t i = 0; i < r->jobs.len; i++)
		if (!job_is_over(r->jobs.items[i]))
			return;
	run_finish(r);
}

static bool
start_feed(struct run *r, struct job *job, struct feed_spec spec, struct err *err)
{
	struct feed *f;

	spec.loop = r->loop;
	spec.job = job;
	spec.dir = r->spec.dir;
	spec.kill_grace_ms = r->spec.kill_grace_ms;
	spec.tell = run_hear;
	spec.over = on_feed_over;
	spec.arg = r;
	vec_push(&r->jobs, job);
	job->state = JOB_RUNNING;
	if (!run_open_log(r, job, err) || !(f = feed_start(&spec, err)))
		return false;
	vec_push(&r->feeds, f);
	return true;
}

static struct run *
new_run_of_feeds(struct loop *l, const struct run_spec *spec)
{
	struct run *r = xcalloc(1, sizeof(*r));

	r->loop = l;
	r->sidework = sidework_new(l);
	r->causes = causes_new(l, run_heed_cause, r);
	r->started = loop_now(l);
	r->spec = *spec;
	order_own_spec(&r->spec, &r->arena);
	return r;
}

static struct run *
begin_feeds(struct run *r, bool ok, void (*observer)(void *arg, const struct run_event *event),
	void *arg)
{
	if (!ok) {
		run_free(r);
		return NULL;
	}
	r->observe = observer;
	r->arg = arg;
	r->begin = loop_timer_start(r->loop, 0, 0, run_begin, r);
	return r;
}

struct run *
run_start_command(struct loop *l, const struct run_spec *spec, const char *const *argv,
	void (*observer)(void *arg, const struct run_event *event), void *arg, struct err *err)
{
	struct run *r = new_run_of_feeds(l, spec);
	bool ok = (r->dir = logdir_make(r->spec.log_dir, &r->id, err)) != NULL;

	for (int i = 0; ok && (size_t)i < r->spec.target_count; i++) {
		struct job *job = job_new(i + 1, r->spec.targets[i], "as configured", "native");

		job->group = job->id;
		ok = start_feed(r, job, (struct feed_spec){ .argv = argv }, err);
	}
	return begin_feeds(r, ok, observer, arg);
}

struct run *
run_start_recording(struct loop *l, const struct run_spec *spec, const struct recording *recording,
	void (*observer)(void *arg, const struct run_event *event), void *arg, struct err *err)
{
	struct run *r = new_run_of_feeds(l, spec);
	bool ok = (r->dir = logdir_make(r->spec.log_dir, &r->id, err)) != NULL;

	r->recording = recording;
	for (int i = 0; ok && (size_t)i < recording->jobs.len; i++) {
		const struct recorded_job *from = &recording->jobs.items[i];
		struct job *job = job_new(i + 1, from->target, from->variant, from->backend);

		job->group = 1;
		ok = start_feed(r, job, (struct feed_spec){ .recording = recording }, err);
	}
	return begin_feeds(r, ok, observer, arg);
}
