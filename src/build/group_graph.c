/* The unit graph: cargo is asked for it while it builds, and tells how many units each target has. */
#include "build/group_kind.h"

#include <signal.h>
#include "base/log.h"
#include "build/backend.h"
#include "build/place.h"
#include "build/post.h"
#include "build/progress.h"
#include "io/loop.h"

#define WAIT_MS 10000 /* for it, after a failed cargo */

static void
on_graph_output(void *arg, enum proc_stream stream, const char *bytes, size_t len)
{
	struct group *g = arg;

	if (stream == PROC_STDOUT)
		str_append_bytes(&g->shift->graph, bytes, len);
}

static void
on_graph_end(void *arg, const struct proc_end *end)
{
	struct group *g = arg;
	struct shift *s = g->shift;
	struct err err = ERR_INIT;

	s->asker = NULL;
	if (end->cancelled || end->exit_code != 0 ||
		!progress_load(s->progress, str_span(&s->graph), &err)) {
		log_line("unit graph: exit %d, %s", end->exit_code, err.message);
		progress_give_up(s->progress);
	}
	str_fini(&s->graph);
	post_review(s->post);
	if (!s->cargo) {
		group_conclude(g);
		return;
	}
	group_review(g);
	group_tell_begun(g);
}

void
group_ask_for_graph(struct group *g)
{
	static const struct proc_events events = { on_graph_output, on_graph_end };
	struct command_query query = group_query(g);
	struct shift *s = g->shift;
	struct command c;

	if (s->has_asked || !s->cargo)
		return;
	s->has_asked = true;
	if (!(g->spec.place->backend->traits & BACKEND_NO_GRAPH)) {
		command_graph(&c, &query);
		s->asker = group_run_command(g, &c, &events, NULL);
		command_fini(&c);
	}
	if (s->asker)
		return;
	progress_give_up(s->progress);
	group_tell_begun(g);
}

static void
on_graph_late(void *arg)
{
	struct group *g = arg;

	proc_cancel(g->shift->asker, SIGTERM, 0);
}

void
group_wait_for_graph(struct group *g)
{
	g->shift->wait = loop_timer_start(g->spec.loop, WAIT_MS, 0, on_graph_late, g);
}
