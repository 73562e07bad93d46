/* What becomes of each job: judged while its cargo works, as soon as its fate is known, and of all that
 * are left when it has ended. */
#include "build/group_kind.h"

#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include "base/alloc.h"
#include "base/path.h"
#include "build/pane.h"
#include "build/place.h"
#include "build/post.h"
#include "build/progress.h"
#include "build/proof.h"
#include "build/relay.h"
#include "build/run.h"
#include "io/loop.h"

void
group_job_over(struct group *g, struct pane *pane, enum job_state state, int exit_code)
{
	pane->is_over = true;
	if (!g->is_abandoned)
		g->spec.job_over(g->spec.arg, pane->job, state, exit_code);
}

/* ---- while its cargo works ---- */

/* Every unit of it is there, and what came out is not what was asked for. */
static bool
breaks_promise(struct group *g, struct pane *pane)
{
	const struct way *way = place_way(g->spec.place, pane->job->target);
	struct str why = STR_INIT;
	bool breaks = !proof_holds(pane->job, way, &why);

	if (breaks) {
		pane_error(pane, str_span(&why), true);
		group_job_over(g, pane, JOB_FAILED, 1);
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
		group_job_over(g, pane, JOB_OK, 0);
	}
	free(text);
}

static bool
is_testing(const struct group *g)
{
	return g->spec.run->mode == MODE_TEST;
}

void
group_on_relay_over(void *arg, struct pane *pane, enum job_state state, int exit_code)
{
	struct group *g = arg;

	if (!pane->is_over && !(state == JOB_OK && breaks_promise(g, pane)))
		group_job_over(g, pane, state, exit_code);
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
			group_job_over(g, pane, JOB_FAILED, 101);
	}
}

/* ---- one that is not built ---- */

static void
append_err(struct str *text, const struct err *why)
{
	str_appendf(text, "error: %s\n", why->message);
	if (*why->remedy)
		str_appendf(text, "  try: %s\n", why->remedy);
}

static void
give_up(struct group *g, struct pane *pane, const struct err *why)
{
	struct str text = STR_INIT;

	if (pane->is_over)
		return;
	append_err(&text, why);
	pane_error(pane, str_span(&text), true);
	group_job_over(g, pane, JOB_FAILED, -1);
	str_fini(&text);
}

void
group_give_up(struct group *g, const struct err *why)
{
	for (size_t i = 0; i < g->pane_count; i++)
		give_up(g, g->panes[i], why);
}

void
group_give_up_job(struct group *g, struct job *job, const struct err *why)
{
	give_up(g, group_pane_of(g, job), why);
}

/* ---- the end of its cargo ---- */

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
	group_job_over(g, pane, state, code);
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
		group_job_over(g, pane, JOB_FAILED, 1);
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
	group_end_shift(g);
	if (!g->is_abandoned)
		go_on(g);
}

/* What was fetched last is here, or the process has ended: of both the later one concludes. */
void
group_on_relay_settled(void *arg)
{
	struct group *g = arg;

	if (!g->shift->cargo)
		group_conclude(g);
}

void
group_on_end(void *arg, const struct proc_end *end)
{
	struct group *g = arg;
	struct shift *s = g->shift;

	s->cargo = NULL;
	s->end = *end;
	g->cpu_ms += end->cpu_ms;
	if (!g->is_abandoned)
		group_end_output(g);
	if (s->relay && relay_is_busy(s->relay))
		return;
	if (!s->asker)
		group_conclude(g);
	else if (end->exit_code == 0 || end->cancelled)
		proc_cancel(s->asker, SIGTERM, 0);
	else
		group_wait_for_graph(g);
}
