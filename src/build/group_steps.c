/* The commands that come before a cargo, one after the other, and what is run to sweep after one that was
 * stopped. */
#include "build/group_kind.h"

#include "build/logstore.h"
#include "build/pane.h"
#include "build/place.h"
#include "build/post.h"
#include "build/run.h"
#include "build/way.h"
#include "ready/pull.h"
#include "text/ansi.h"

/* ---- what comes before ---- */

/* What moves the cursor is between lines that each say the whole. */
static void
take_pull_line(struct group *g, struct span line)
{
	struct shift *s = g->shift;
	struct str plain = STR_INIT;

	ansi_strip(&plain, line.data, line.len);
	if (pull_line(s->pull, str_span(&plain)))
		post_step_line(s->post, str_span(&plain));
	str_fini(&plain);
}

static void
tell_pull(struct shift *s)
{
	for (size_t i = 0; s->pull && i < s->panes.len; i++)
		pane_pull(s->panes.items[i], pull_count(s->pull));
}

/* Nothing is pulled any more. */
static void
end_pull(struct shift *s)
{
	for (size_t i = 0; s->pull && i < s->panes.len; i++)
		pane_pull(s->panes.items[i], (struct pull_count){ 0 });
	pull_free(s->pull);
	s->pull = NULL;
}

static void
take_step_line(void *arg, struct span line, char end)
{
	struct group *g = arg;

	if (g->shift->pull)
		take_pull_line(g, line);
	else if (end != '\r')
		post_step_line(g->shift->post, line);
}

static void
on_before_output(void *arg, enum proc_stream stream, const char *bytes, size_t len)
{
	struct group *g = arg;

	if (g->is_abandoned)
		return;
	if (g->raw)
		logstore_append(g->raw, bytes, len);
	if (g->shift->relay && stream == PROC_STDERR)
		str_append_bytes(&g->shift->sent, bytes, len);
	else
		lines_feed(&g->shift->said[stream], bytes, len, take_step_line, g);
	tell_pull(g->shift);
}

/* Our own program has said what the matter is. */
static void
say_not_sent(struct group *g)
{
	struct span said = span_trim(str_span(&g->shift->sent));
	struct str text = STR_INIT;

	if (span_starts(said, "xtui: "))
		said = (struct span){ said.data + 6, said.len - 6 };
	str_append(&text, "error: ");
	str_append_span(&text, said);
	str_append_char(&text, '\n');
	for (size_t i = 0; i < g->shift->panes.len; i++)
		pane_error(g->shift->panes.items[i], str_span(&text), true);
	str_fini(&text);
}

/* A step has failed: its group is not built. Each job hears of another way, if it has one. */
static void
say_step_failed(struct group *g, const struct proc_end *end)
{
	struct shift *s = g->shift;

	if (s->relay) {
		say_not_sent(g);
		return;
	}
	for (size_t i = 0; i < s->panes.len; i++) {
		const char *triple = s->triples.items[i];
		const char *other = way_other(g->spec.run, place_way(g->spec.place, triple));
		struct str text = STR_INIT;

		str_appendf(&text, "error: `%s` ended with status %d\n",
			s->command.before.items[s->step - 1].title, group_exit_code(end));
		if (other)
			str_appendf(&text, "  try: --backend %s=%s\n", triple, other);
		pane_error(s->panes.items[i], str_span(&text), true);
		str_fini(&text);
	}
}

static void
on_before_end(void *arg, const struct proc_end *end)
{
	struct group *g = arg;
	struct shift *s = g->shift;
	struct err err = ERR_INIT;

	s->cargo = NULL;
	s->end = *end;
	g->cpu_ms += end->cpu_ms;
	if (!g->is_abandoned) {
		lines_end(&s->said[PROC_STDOUT], take_step_line, g);
		lines_end(&s->said[PROC_STDERR], take_step_line, g);
		end_pull(s);
	}
	if (end->exit_code == 0 && !end->cancelled && !s->is_stopped && group_start_next(g, &err))
		return;
	if (err.kind != ERR_NONE) {
		s->end.exit_code = -1;
		group_give_up(g, &err);
	} else if (!end->cancelled && !s->is_stopped) {
		say_step_failed(g, end);
	}
	group_conclude(g);
}

bool
group_start_next(struct group *g, struct err *err)
{
	static const struct proc_events of_step = { on_before_output, on_before_end };
	struct shift *s = g->shift;
	struct proc_spec spec = { .dir = s->command.dir ? s->command.dir : g->spec.run->dir };

	if (s->step == s->command.before.len)
		return group_start_cargo(g, err);
	if (s->command.before.items[s->step].is_pull) {
		s->pull = pull_new();
		spec.terminal_cols = PULL_TERMINAL_COLS;
	}
	spec.argv = s->command.before.items[s->step++].argv;
	spec.env = s->command.env.items;
	spec.env_count = s->command.env.len;
	s->cargo = proc_start(g->spec.loop, &spec, &of_step, g, err);
	return s->cargo != NULL;
}

/* ---- what comes after ---- */

static void
on_sweep_output(void *arg, enum proc_stream stream, const char *bytes, size_t len)
{
}

static void
on_sweep_end(void *arg, const struct proc_end *end)
{
	struct group *g = arg;
	struct shift *s = g->shift;

	s->sweeper = NULL;
	if (!s->cargo && !s->asker)
		group_conclude(g);
}

void
group_sweep(struct group *g)
{
	static const struct proc_events events = { on_sweep_output, on_sweep_end };
	struct shift *s = g->shift;
	const char *const argv[] = { "/bin/sh", "-c", s->command.sweep, NULL };
	struct proc_spec spec = { .argv = argv };

	if (s->command.sweep && !s->sweeper)
		s->sweeper = proc_start(g->spec.loop, &spec, &events, g, NULL);
}

bool
group_is_swept(struct group *g)
{
	struct shift *s = g->shift;

	if (s->is_stopped && !s->is_swept && !s->sweeper) {
		s->is_swept = true;
		group_sweep(g);
	}
	return !s->sweeper;
}
