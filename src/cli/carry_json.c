/* carry_json: an object a line, as docs/json.md has them. */
#include "cli/carry_tell.h"
#include "hint/explain.h"
#include "plan/format.h"
#include "text/json.h"

static struct json *
event(struct carry *c, const char *name)
{
	struct json *o = json_object();

	json_set_string(o, "event", name);
	json_set_number(o, "at", (double)carry_ms(c));
	return o;
}

static struct json *
event_of(struct carry *c, const char *name, size_t step)
{
	struct json *o = event(c, name);

	json_set_string(o, "step", c->plan->items[step].id);
	return o;
}

static void
print(struct carry *c, struct json *o)
{
	cli_print_json(c->cli, o);
	json_free(o);
}

static void
tell_begin(struct carry *c)
{
	struct json *o = event(c, "setup_started"), *plan = plan_json(c->plan);

	json_set_number(o, "schema", 1);
	json_set(o, "plan", json_copy(json_get(plan, "plan")));
	json_free(plan);
	print(c, o);
}

static struct json *
hints_json(const struct explanation *e)
{
	struct json *list = json_array();

	for (size_t i = 0; e && i < e->count; i++)
		json_push(list, explain_hint_json(&e->hints[i]));
	return list;
}

static const char *
text_or_null(const char *text)
{
	return text && *text ? text : NULL;
}

static void
tell_state(struct carry *c, size_t step, const struct step_status *s)
{
	struct json *o;

	if (s->state == STEP_RUNNING)
		print(c, event_of(c, "step_started", step));
	if (s->state < STEP_DONE)
		return;
	o = event_of(c, "step_finished", step);
	json_set_string(o, "state", step_state_name(s->state));
	json_set_number(o, "ms", (double)s->ms);
	if (s->exit_code >= 0)
		json_set_number(o, "exit_code", s->exit_code);
	else
		json_set_null(o, "exit_code");
	json_set_string(o, "why", text_or_null(s->err.message));
	json_set_string(o, "try", text_or_null(s->err.remedy));
	json_set_string(o, "handover", s->handover);
	json_set(o, "hints", hints_json(s->hints));
	print(c, o);
}

static void
tell_progress(struct carry *c, size_t step, const struct step_status *s)
{
	struct json *o;

	if (!s->done)
		return;
	o = event_of(c, "step_progress", step);
	json_set_number(o, "done", (double)s->done);
	if (s->total >= 0)
		json_set_number(o, "total", (double)s->total);
	else
		json_set_null(o, "total");
	print(c, o);
}

static void
tell_line(struct carry *c, size_t step, struct span line)
{
	struct json *o = event_of(c, "step_line", step);

	json_set_span(o, "text", line);
	print(c, o);
}

static void
tell_end(struct carry *c)
{
	struct json *o = event(c, "setup_finished");
	const char *status = runner_is_finished(c->runner) ? "ok"
		: c->interrupts                            ? "stopped"
							   : "failed";

	json_set_string(o, "status", status);
	json_set_number(o, "ms", (double)carry_ms(c));
	print(c, o);
}

const struct teller teller_json = {
	.begin = tell_begin,
	.state = tell_state,
	.progress = tell_progress,
	.line = tell_line,
	.end = tell_end,
};
