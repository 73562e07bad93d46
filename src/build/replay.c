#include "build/replay.h"

#include <stdlib.h>
#include "base/alloc.h"
#include "build/logstore.h"
#include "build/recording.h"
#include "build/run.h"
#include "io/loop.h"

struct replay {
	struct replay_spec spec;
	struct loop_timer *timer; /* for the next event; NULL: it is over */
	uint64_t began;           /* ms of the loop */
	size_t at;                /* the next event, of whatever job */
};

static void
tell(struct replay *r, struct run_event event)
{
	event.job = r->spec.job;
	r->spec.tell(r->spec.arg, &event);
}

static void
play_log(struct replay *r, const struct recorded_event *e)
{
	logstore_append(r->spec.job->log, e->text, e->text_len);
	tell(r,
		(struct run_event){ .kind = RUN_LOG,
			.stream = e->stream,
			.text = e->text,
			.text_len = e->text_len });
}

static void
play_unit(struct replay *r, const struct recorded_event *e)
{
	tell(r,
		(struct run_event){ .kind = RUN_UNIT,
			.crate = e->text,
			.unit_finished = e->is_end,
			.unit_ms = e->number });
}

static void
play_progress(struct replay *r, const struct recorded_event *e)
{
	r->spec.job->done = (int)e->number;
	r->spec.job->total = e->total;
	r->spec.job->total_is_exact = true;
	tell(r, (struct run_event){ .kind = RUN_PROGRESS });
}

static void
play_artifact(struct replay *r, const struct recorded_event *e)
{
	struct job_artifact a = { xstrdup(e->text), xstrdup(e->stream), e->number };

	vec_push(&r->spec.job->artifacts, a);
	tell(r,
		(struct run_event){ .kind = RUN_ARTIFACT,
			.artifact =
				&r->spec.job->artifacts.items[r->spec.job->artifacts.len - 1] });
}

/* False when it was the end of the job. */
static bool
play(struct replay *r, const struct recorded_event *e)
{
	switch (e->kind) {
	case RECORDED_UNIT: play_unit(r, e); break;
	case RECORDED_PROGRESS: play_progress(r, e); break;
	case RECORDED_LOG: play_log(r, e); break;
	case RECORDED_ARTIFACT: play_artifact(r, e); break;
	case RECORDED_DIAGNOSTIC:
		r->spec.job->errors += text_is(e->text, "error");
		r->spec.job->warnings += text_is(e->text, "warning");
		break;
	case RECORDED_END:
		r->spec.over(r->spec.arg, r->spec.job, e->state, e->exit_code);
		return false;
	}
	return true;
}

static void on_time(void *arg);

/* To the job's next event; where there is none, the recording was cut off. */
static void
go_on(struct replay *r)
{
	const struct recording *rec = r->spec.recording;
	uint64_t passed = loop_now(r->spec.loop) - r->began;

	while (r->at < rec->events.len && rec->events.items[r->at].job != r->spec.job->id)
		r->at++;
	if (r->at == rec->events.len) {
		r->spec.over(r->spec.arg, r->spec.job, JOB_CANCELLED, -1);
		return;
	}
	uint64_t due = rec->events.items[r->at].at;
	r->timer = loop_timer_start(
		r->spec.loop, due > passed ? (unsigned)(due - passed) : 0, 0, on_time, r);
}

static void
on_time(void *arg)
{
	struct replay *r = arg;

	loop_timer_stop(r->timer);
	r->timer = NULL;
	if (play(r, &r->spec.recording->events.items[r->at++]))
		go_on(r);
}

static void
on_begin(void *arg)
{
	struct replay *r = arg;

	loop_timer_stop(r->timer);
	r->timer = NULL;
	go_on(r);
}

struct replay *
replay_start(const struct replay_spec *spec)
{
	struct replay *r = xcalloc(1, sizeof(*r));

	r->spec = *spec;
	r->began = loop_now(spec->loop);
	r->timer = loop_timer_start(spec->loop, 0, 0, on_begin, r);
	return r;
}

void
replay_cancel(struct replay *r)
{
	if (!r->timer)
		return;
	loop_timer_stop(r->timer);
	r->timer = NULL;
	r->spec.over(r->spec.arg, r->spec.job, JOB_CANCELLED, -1);
}

void
replay_free(struct replay *r)
{
	if (!r)
		return;
	loop_timer_stop(r->timer);
	free(r);
}
