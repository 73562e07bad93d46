/* carry_plain: lines for people and CI logs, each begun with its step. */
#include "cli/carry_tell.h"
#include <inttypes.h>
#include "base/quantity.h"
#include "hint/explain.h"
#include "text/ansi.h"

static const struct {
	const char *text;
	enum ink ink;
} words[] = {
	[STEP_DONE] = { "done", INK_GOOD },
	[STEP_HAD] = { "already so", INK_GOOD },
	[STEP_SKIPPED] = { "left out", INK_DIM },
	[STEP_STOPPED] = { "stopped", INK_WARN },
	[STEP_FAILED] = { "FAILED", INK_BAD },
	[STEP_BLOCKED] = { "not run", INK_WARN },
};

/* How far a download is stands on the terminal's last line only until something else is said. */
static void
wipe_gauge(struct carry *c)
{
	if (c->has_gauge)
		str_append(&c->out, "\r\033[K");
	c->has_gauge = false;
}

static void
flush(struct carry *c)
{
	cli_print(c->cli, &c->out);
	str_clear(&c->out);
}

static void
begin_line(struct carry *c, size_t step)
{
	wipe_gauge(c);
	str_appendf(&c->out, "%s[%zu/%zu]%s ", ink(c->cli, INK_NAME), step + 1, c->plan->count,
		ink(c->cli, INK_PLAIN));
}

static void
tell_line(struct carry *c, size_t step, struct span line)
{
	if (c->cli->quiet)
		return;
	begin_line(c, step);
	str_append(&c->out, "| ");
	ansi_strip(&c->out, line.data, line.len);
	str_append_char(&c->out, '\n');
	flush(c);
}

static void
tell_text(struct carry *c, size_t step, const char *text)
{
	for (struct span rest = span_of(text); rest.len;)
		tell_line(c, step, span_cut(rest, '\n', &rest));
}

static void
tell_why(struct carry *c, size_t step, const struct step_status *s)
{
	struct str text = STR_INIT;

	if (s->err.message[0])
		str_appendf(&c->out, ": %s", s->err.message);
	str_append_char(&c->out, '\n');
	if (s->err.remedy[0]) {
		begin_line(c, step);
		str_appendf(&c->out, "  try: %s\n", s->err.remedy);
	}
	if (s->hints) {
		explain_print(s->hints, &text);
		tell_text(c, step, str_cstr(&text));
		str_fini(&text);
	}
}

static void
tell_state(struct carry *c, size_t step, const struct step_status *s)
{
	if (s->state == STEP_RUNNING && !c->cli->quiet) {
		begin_line(c, step);
		str_appendf(&c->out, "%s%s%s\n", ink(c->cli, INK_BOLD), c->plan->items[step].title,
			ink(c->cli, INK_PLAIN));
	}
	if (s->state >= STEP_DONE) {
		begin_line(c, step);
		str_appendf(&c->out, "%s%s%s", ink(c->cli, words[s->state].ink),
			words[s->state].text, ink(c->cli, INK_PLAIN));
		if (s->state == STEP_DONE || s->state == STEP_FAILED)
			str_appendf(&c->out, " in %.1f s", (double)s->ms / 1000);
		if (s->state == STEP_HAD || s->state == STEP_SKIPPED)
			str_appendf(&c->out, ": %s", c->plan->items[step].title);
		tell_why(c, step, s);
	}
	flush(c);
}

static void
append_gauge(struct str *out, const struct step_status *s)
{
	char size[QUANTITY_MAX];

	str_append(out, quantity_put(size, (uint64_t)s->done));
	if (s->total > 0)
		str_appendf(out, " of %s  %d %%", quantity_put(size, (uint64_t)s->total),
			(int)(100 * s->done / s->total));
	if (s->rate > 0)
		str_appendf(out, "  %s/s", quantity_put(size, (uint64_t)s->rate));
	if (s->eta_ms >= 0)
		str_appendf(out, "  %" PRId64 ":%02d left", s->eta_ms / 60000,
			(int)(s->eta_ms / 1000 % 60));
}

/* On a terminal all the time, elsewhere a line a quarter. */
static void
tell_progress(struct carry *c, size_t step, const struct step_status *s)
{
	int quarter = s->total > 0 ? (int)(4 * s->done / s->total) : 0;

	if (c->cli->quiet || !s->done || (!c->is_terminal && quarter <= c->quarters[step]))
		return;
	c->quarters[step] = quarter;
	begin_line(c, step);
	append_gauge(&c->out, s);
	str_append(&c->out, c->is_terminal ? "" : "\n");
	c->has_gauge = c->is_terminal;
	flush(c);
}

static void
tell_end(struct carry *c)
{
	const char *separator = "";

	wipe_gauge(c);
	str_append(&c->out, ink(c->cli, INK_BOLD));
	for (enum step_state state = STEP_DONE; state <= STEP_BLOCKED; state++) {
		size_t count = carry_count(c, state);

		if (count)
			str_appendf(&c->out, "%s%zu %s", separator, count,
				state == STEP_FAILED ? "failed" : words[state].text);
		separator = count ? ", " : separator;
	}
	str_appendf(&c->out, "%s in %.1f s\n", ink(c->cli, INK_PLAIN), (double)carry_ms(c) / 1000);
	flush(c);
}

static void
tell_begin(struct carry *c)
{
}

const struct teller teller_plain = {
	.begin = tell_begin,
	.state = tell_state,
	.progress = tell_progress,
	.line = tell_line,
	.end = tell_end,
};
