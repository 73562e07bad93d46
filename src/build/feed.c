/* feed: one process, or one replay; its end decides the job's. */
#include "build/feed.h"

#include <signal.h>
#include <stdlib.h>
#include "base/alloc.h"
#include "build/logstore.h"
#include "build/replay.h"
#include "build/run.h"
#include "io/loop.h"
#include "io/proc.h"

struct feed {
	struct feed_spec spec;
	struct proc *proc;     /* NULL once it has ended, and with a recording */
	struct replay *replay; /* NULL without a recording */
	bool is_abandoned;     /* nobody hears of it any more */
};

void
feed_heed_log(struct feed *f)
{
	if (f->proc && !f->is_abandoned)
		proc_pause(f->proc, logstore_is_behind(f->spec.job->log));
}

static void
on_output(void *arg, enum proc_stream stream, const char *bytes, size_t len)
{
	struct feed *f = arg;

	if (f->is_abandoned)
		return;
	logstore_append(f->spec.job->log, bytes, len);
	feed_heed_log(f);
	f->spec.tell(f->spec.arg,
		&(struct run_event){ .kind = RUN_LOG,
			.job = f->spec.job,
			.stream = stream == PROC_STDOUT ? "stdout" : "stderr",
			.text = bytes,
			.text_len = len });
}

static void
on_ended(void *arg, const struct proc_end *end)
{
	struct feed *f = arg;
	enum job_state state = end->exit_code == 0 ? JOB_OK : JOB_FAILED;

	if (end->cancelled)
		state = JOB_CANCELLED;
	f->proc = NULL;
	if (!f->is_abandoned)
		f->spec.over(f->spec.arg, f->spec.job, state, end->exit_code);
}

struct feed *
feed_start(const struct feed_spec *spec, struct err *err)
{
	static const struct proc_events events = { .output = on_output, .ended = on_ended };
	struct feed *f = xcalloc(1, sizeof(*f));
	struct proc_spec child = { .argv = spec->argv, .dir = spec->dir };

	f->spec = *spec;
	if (spec->recording) {
		f->replay = replay_start(&(struct replay_spec){
			.loop = spec->loop,
			.recording = spec->recording,
			.job = spec->job,
			.tell = spec->tell,
			.over = spec->over,
			.arg = spec->arg,
		});
		return f;
	}
	f->proc = proc_start(spec->loop, &child, &events, f, err);
	if (f->proc)
		return f;
	free(f);
	return NULL;
}

void
feed_cancel(struct feed *f)
{
	if (f->replay)
		replay_cancel(f->replay);
	else if (f->proc)
		proc_cancel(f->proc, SIGINT, f->spec.kill_grace_ms);
}

void
feed_free(struct feed *f)
{
	if (!f)
		return;
	f->is_abandoned = true;
	replay_free(f->replay);
	if (f->proc) {
		proc_pause(f->proc, false);
		proc_cancel(f->proc, SIGKILL, 0);
	}
	while (f->proc)
		loop_turn(f->spec.loop, true);
	free(f);
}
