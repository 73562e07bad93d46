/* work_probe: probes on worker threads. store->probing are those that run or wait for one that does. */
#include <stdlib.h>
#include "base/alloc.h"
#include "host/platform.h"
#include "io/loop.h"
#include "ready/survey.h"
#include "rust/choice.h"
#include "ui/work_state.h"

struct probe_task {
	struct work *w;
	struct shared_survey *survey;
	const struct target *target;
	struct probe probe;
	bool ok;
	struct err err;
};

static void begin_next(struct work *w);

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

static bool
take_out(struct work *w, const char *triple)
{
	for (size_t i = 0; i < w->store->probing.len; i++) {
		if (text_is(w->store->probing.items[i], triple)) {
			free(w->store->probing.items[i]);
			vec_remove(&w->store->probing, i);
			return true;
		}
	}
	return false;
}

static void
probe_done(void *arg)
{
	struct probe_task *task = arg;
	struct work *w = task->w;

	w->busy--;
	take_out(w, task->target->triple);
	probe_say(task);
	probe_fini(&task->probe);
	work_let_go(task->survey);
	free(task);
	begin_next(w);
	work_change(w, STORE_PROBES);
	work_survey(w); /* it recalls what the probe found, while others go on */
}

static void
begin(struct work *w, size_t target)
{
	struct probe_task *task = xcalloc(1, sizeof(*task));

	task->w = w;
	task->survey = work_hold(w->current);
	task->target = &w->store->survey->targets->items[target];
	w->busy++;
	loop_work(w->store->loop, probe_work, probe_done, task);
}

static size_t
running(const struct work *w)
{
	return w->store->probing.len - w->to_probe.len;
}

/* A new survey may not know what waits any more. */
static void
begin_next(struct work *w)
{
	while (w->to_probe.len && running(w) < (size_t)platform_get()->cpus) {
		char *triple = w->to_probe.items[0];
		long i = survey_find(w->store->survey, triple);

		vec_remove(&w->to_probe, 0);
		if (i >= 0)
			begin(w, (size_t)i);
		else
			take_out(w, triple);
		free(triple);
	}
}

void
work_probe(struct work *w, const char *triple)
{
	const struct survey *s = w->store->survey;

	if (survey_find(s, triple) < 0 || store_is_probing(w->store, triple))
		return;
	if (s->quick || !s->toolchain) {
		store_say(w->store, SAY_WARN, "%s",
			s->quick ? "the toolchain is still being looked at"
				 : "there is no toolchain to probe with");
		return;
	}
	vec_push(&w->store->probing, xstrdup(triple));
	vec_push(&w->to_probe, xstrdup(triple));
	begin_next(w);
	work_change(w, STORE_PROBES);
}

static bool
is_provable(const struct work *w, const char *triple)
{
	long i = survey_find(w->store->survey, triple);

	return i >= 0 && probe_is_possible(&w->store->survey->states[i]);
}

void
work_probe_marked(struct work *w)
{
	const struct choice *choice = w->store->choice;
	size_t before = w->store->probing.len;

	for (size_t i = 0; i < choice_target_count(choice); i++)
		if (is_provable(w, choice_target(choice, i)))
			work_probe(w, choice_target(choice, i));
	if (w->store->probing.len == before)
		store_say(w->store, SAY_WARN,
			choice_target_count(choice) ? "no marked target has all that it needs"
						    : "no target is marked");
}

static long
renewed_at(const struct work *w, const char *triple)
{
	for (size_t i = 0; i < w->renewed.len; i++)
		if (text_is(w->renewed.items[i], triple))
			return (long)i;
	return -1;
}

static void
forget_renewed(struct work *w, long i)
{
	if (i < 0)
		return;
	free(w->renewed.items[i]);
	vec_remove(&w->renewed, (size_t)i);
}

/* One that stays stale, for its result cannot be kept, is not probed again and again. */
void
work_renew_probes(struct work *w)
{
	const struct choice *choice = w->store->choice;

	for (size_t i = 0; i < choice_target_count(choice); i++) {
		const char *triple = choice_target(choice, i);
		long at = survey_find(w->store->survey, triple);

		if (at < 0 || w->store->survey->quick)
			continue;
		if (!w->store->survey->states[at].probe.is_stale) {
			forget_renewed(w, renewed_at(w, triple));
			continue;
		}
		if (!is_provable(w, triple) || renewed_at(w, triple) >= 0)
			continue;
		vec_push(&w->renewed, xstrdup(triple));
		work_probe(w, triple);
	}
}

void
work_drop_probes(struct work *w)
{
	for (size_t i = 0; i < w->to_probe.len; i++)
		free(w->to_probe.items[i]);
	vec_fini(&w->to_probe);
	for (size_t i = 0; i < w->renewed.len; i++)
		free(w->renewed.items[i]);
	vec_fini(&w->renewed);
}
