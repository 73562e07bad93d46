/* make: each target gets a way, its needs become steps, its probe waits for them all. */
#include "plan/make_parts.h"

#include "base/alloc.h"
#include "host/platform.h"
#include "ready/assess.h"
#include "ready/backend.h"

void
plan_query_machine(struct plan_query *q, const struct survey *s)
{
	q->packages = s->packages;
	q->root = root_way();
	q->update = packages_index_command(s->packages, "");
}

/* ---- which way ---- */

static void
look(struct draft *d, struct goal_line *line, const char *backend)
{
	assess_way(d->s, line->i, backend, d->arena, &line->way);
}

static bool
err_backend(const struct draft *d, const struct goal_line *line, const char *backend)
{
	struct str others = STR_INIT;

	for (const char *const *b = line->way.backends; *b; b++)
		str_appendf(&others, "%s%s", others.len ? ", " : "", *b);
	err_set(d->err, ERR_USAGE, "%s: %s cannot build for it from here", line->t->triple,
		backend);
	if (others.len)
		err_try(d->err, "--backend with one of these: %s", str_cstr(&others));
	str_fini(&others);
	return false;
}

/* Also one that is never preferred, such as maturin. */
static bool
has_backend(const struct draft *d, const struct goal_line *line, const char *backend)
{
	for (const char *const *b = line->way.backends; *b; b++)
		if (text_is(*b, backend))
			return true;
	return backends_reach(d->s->backends, backend, line->t->triple);
}

/* The first way that lacks nothing, or NULL. */
static const char *
complete_way(const struct target_state *state)
{
	for (size_t i = 0; state->lacks && state->backends[i]; i++)
		if (!state->lacks[i])
			return state->backends[i];
	return NULL;
}

/* The one asked for, else the first that lacks nothing, else the first of which all can be had,
 * else the first. */
static bool
choose_way(struct draft *d, struct goal_line *line, const char *asked)
{
	const struct target_state *state = &d->s->states[line->i];

	line->way = *state;
	if (asked && !has_backend(d, line, asked))
		return err_backend(d, line, asked);
	line->is_asked_for = asked != NULL;
	if (asked || complete_way(state)) {
		look(d, line, asked ? asked : complete_way(state));
		return true;
	}
	for (const char *const *b = state->backends; *b; b++) {
		look(d, line, *b);
		if (needs_are_possible(d, line))
			return true;
	}
	if (*state->backends)
		look(d, line, *state->backends);
	return true;
}

/* ---- steps of one target ---- */

/* "compile, link, run with qemu-aarch64-static" */
static const char *
probe_reason(struct draft *d, const struct goal_line *line)
{
	const struct need *runner = NULL;

	for (size_t n = 0; n < line->way.need_count; n++)
		if (line->way.needs[n].kind == NEED_RUNNER)
			runner = &line->way.needs[n];
	if (line->way.runs_here)
		return "compile, link, run";
	if (runner && (runner->state == NEED_FOUND || d->q->runners))
		return arena_printf(d->arena, "compile, link, run with %s", runner->name);
	if (runner)
		return arena_printf(d->arena, "compile, link; %s would run it here", runner->name);
	return "compile, link";
}

static struct step *
add_probe(struct draft *d, struct goal_line *line)
{
	struct step *step = draft_add(d, PHASE_PROBES, STEP_PROBE, "probe", line->t->triple);

	draft_command(d, step, draft_words(d, "xtui", "doctor", "--probe", line->t->triple, NULL));
	step->why = probe_reason(d, line);
	step->target = line->t->triple;
	step->backend = line->way.backend;
	return step;
}

static void
note_impossible(struct draft *d, const struct goal_line *line)
{
	const struct need *first = line->way.need_count > 1 ? &line->way.needs[1] : NULL;
	const char *note = draft_note(d, PHASE_PROBES, draft_id(d, "impossible", line->t->triple),
		arena_printf(d->arena, "%s cannot be built from here", line->t->triple),
		first && *first->detail ? first->detail : "no way is known on this host");

	draft_find(d, note)->target = line->t->triple;
}

static bool
is_named_before(const struct draft *d, size_t at)
{
	for (size_t i = 0; i < at; i++)
		if (text_is(d->q->reach[i].triple, d->q->reach[at].triple))
			return true;
	return false;
}

static bool
add_line(struct draft *d, const struct reach *reach)
{
	struct goal_line line = { 0 };
	long i = survey_find(d->s, reach->triple);
	bool has_std;

	if (i < 0)
		return targets_err_unknown(d->s->targets, reach->triple, d->err);
	line.i = (size_t)i;
	line.t = &d->s->targets->items[i];
	if (!choose_way(d, &line, reach->backend))
		return false;
	if (!*line.way.backends) {
		note_impossible(d, &line);
		return true;
	}
	if (d->s->states[i].readiness == READY && !d->q->runners &&
		text_is(line.way.backend, d->s->states[i].backend))
		return true;
	line.probe = add_probe(d, &line);
	has_std = rust_std(d, &line);
	needs_add(d, &line);
	if (!has_std)
		draft_drop(d, line.probe);
	return true;
}

struct plan *
plan_make(const struct survey *s, const struct plan_query *q, struct err *err)
{
	struct plan *plan = xcalloc(1, sizeof(*plan));
	struct err own = ERR_INIT;
	struct draft d = {
		.s = s, .q = q, .plan = plan, .arena = &plan->arena, .err = err ? err : &own
	};
	bool ok = true;

	if (!s->conf && s->conf_err.kind != ERR_NONE) {
		*d.err = s->conf_err;
		ok = false;
	}
	ok = ok && rust_begin(&d);
	for (size_t i = 0; ok && i < q->count; i++)
		ok = is_named_before(&d, i) || add_line(&d, &q->reach[i]);
	if (ok && q->sccache)
		config_use_sccache(&d);
	rust_end(&d);
	if (ok)
		draft_finish(&d);
	draft_fini(&d);
	if (ok)
		return plan;
	plan_free(plan);
	return NULL;
}
