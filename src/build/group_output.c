/* What is heard while a cargo works: of the shim, in cargo's two streams, of a build on another machine. */
#include "build/group_kind.h"

#include <inttypes.h>
#include "build/chatter.h"
#include "build/linkgate.h"
#include "build/logstore.h"
#include "build/pane.h"
#include "build/place.h"
#include "build/post.h"
#include "build/relay.h"
#include "build/turn.h"
#include "io/loop.h"

#define SETTLE_MS 100 /* an error that cargo has said no more of for so long is whole */

/* ---- the shim ---- */

static struct pane *
pane_of_triple(const struct group *g, const char *triple)
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
	struct pane *pane = pane_of_triple(g, unit->target);

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
on_unit_asks(void *arg, const struct shim_unit *unit)
{
	struct group *g = arg;

	group_ask_to_link(g, pane_of_triple(g, unit->target), unit);
}

const struct shim_events group_shim_events = { on_unit_started, on_unit_asks, on_unit_line,
	on_unit_ended };

/* ---- cargo ---- */

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

void
group_on_chatter(void *arg, const struct chatter_piece *piece)
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

void
group_on_output(void *arg, enum proc_stream stream, const char *bytes, size_t len)
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

void
group_end_output(struct group *g)
{
	struct shift *s = g->shift;

	if (s->shim)
		shim_listen(s->shim);
	lines_end(&s->out, on_stdout_line, g);
	chatter_end(s->chatter);
	if (s->relay)
		relay_end(s->relay);
}
