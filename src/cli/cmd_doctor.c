/* doctor: the health of this machine's Rust, then the needs of targets, proved by probes if asked. */
#include <stdio.h>
#include <stdlib.h>
#include "base/alloc.h"
#include "base/arena.h"
#include "base/vec.h"
#include "build/choice.h"
#include "cli/cli.h"
#include "cli/table.h"
#include "cli/target_json.h"
#include "ready/assess.h"
#include "ready/health.h"
#include "ready/survey.h"
#include "rust/workspace.h"
#include "text/json.h"

struct indices {
	VEC(size_t) list; /* into the survey's targets */
};

static bool
pick(const struct survey *s, const char *triple, struct indices *out, struct err *err)
{
	long i = survey_find(s, triple);

	if (i < 0)
		return targets_err_unknown(s->targets, triple, err);
	vec_push(&out->list, (size_t)i);
	return true;
}

/* The targets named, else those the project has chosen. */
static bool
pick_targets(struct cli *cli, const struct survey *s, struct indices *out, struct err *err)
{
	struct choice *choice;
	bool ok = true;

	for (size_t n = 0; n < cli->args.positional.len; n++)
		if (!pick(s, cli->args.positional.items[n], out, err))
			return false;
	if (out->list.len || !s->workspace)
		return true;
	if (!(choice = choice_load(s->workspace->root, err)))
		return false;
	for (size_t n = 0; ok && n < choice_target_count(choice); n++)
		ok = pick(s, choice_target(choice, n), out, err);
	choice_free(choice);
	return ok;
}

/* What is absent needs no proof; what links with another backend cannot be proved yet. */
static bool
is_provable(const struct target_state *state)
{
	return text_is(state->backend, "native") &&
		(state->readiness <= LIKELY || state->probe.state == PROBE_FAILED);
}

static bool
probe_all(struct cli *cli, struct survey *s, const struct indices *picked, struct err *err)
{
	for (size_t n = 0; n < picked->list.len; n++) {
		size_t i = picked->list.items[n];
		struct target_state *state = &s->states[i];

		if (!is_provable(state))
			continue;
		if (!cli->quiet)
			fprintf(stderr, "probing %s\n", s->targets->items[i].triple);
		probe_fini(&state->probe);
		if (!probe_run(s, &s->targets->items[i], &state->probe, err))
			return false;
		assess_conclude(s, i);
	}
	return true;
}

/* What is broken first: 3 without a toolchain, 2 for a file that cannot be parsed, 1 when a check has
 * failed or a target is not ready; with --probe only the proved ones are. */
static int
verdict(const struct cli *cli, const struct survey *s, const struct check *checks, size_t count,
	const struct indices *picked)
{
	enum readiness enough = args_has(&cli->args, OPT_PROBE) ? READY : LIKELY;

	if (!s->toolchain)
		return err_exit_code(&s->toolchain_err);
	if (!s->conf)
		return err_exit_code(&s->conf_err);
	if (!s->workspace && s->workspace_err.kind == ERR_PARSE)
		return err_exit_code(&s->workspace_err);
	for (size_t i = 0; i < count; i++)
		if (checks[i].state == CHECK_FAIL)
			return 1;
	for (size_t n = 0; n < picked->list.len; n++)
		if (s->states[picked->list.items[n]].readiness > enough)
			return 1;
	return 0;
}

static struct json *
check_json(const struct check *c)
{
	struct json *o = json_object();
	struct json *fix = json_array();

	json_set_string(o, "id", c->id);
	json_set_string(o, "title", c->title);
	json_set_string(o, "state", check_state_name(c->state));
	json_set_string(o, "detail", c->detail);
	json_set_string(o, "version", c->version);
	json_set_string(o, "path", c->path);
	if (c->fix)
		json_push_string(fix, c->fix);
	json_set(o, "fix", fix);
	return o;
}

static void
print_json(struct cli *cli, const struct survey *s, const struct check *checks, size_t count,
	const struct indices *picked)
{
	struct json *doc = json_object();
	struct json *list = json_array();
	struct json *targets = json_array();

	json_set_number(doc, "schema", 1);
	for (size_t i = 0; i < count; i++)
		json_push(list, check_json(&checks[i]));
	json_set(doc, "checks", list);
	for (size_t n = 0; n < picked->list.len; n++)
		json_push(targets, target_json(s, picked->list.items[n], true));
	json_set(doc, "targets", targets);
	cli_print_json(cli, doc);
	json_free(doc);
}

static void
print_mark(const struct cli *cli, enum check_state state, struct str *out)
{
	static const struct {
		const char *text;
		enum ink ink;
	} marks[] = {
		[CHECK_OK] = { "ok  ", INK_GOOD },
		[CHECK_WARN] = { "warn", INK_WARN },
		[CHECK_FAIL] = { "FAIL", INK_BAD },
		[CHECK_SKIP] = { " -  ", INK_DIM },
	};

	str_appendf(out, "  %s%s%s ", ink(cli, marks[state].ink), marks[state].text,
		ink(cli, INK_PLAIN));
}

static void
print_check(const struct cli *cli, const struct check *c, struct str *out)
{
	print_mark(cli, c->state, out);
	str_appendf(out, " %-15s", c->title);
	if (c->version)
		str_appendf(out, " %s", c->version);
	if (*c->detail)
		str_appendf(out, "%s%s", c->version ? "  " : " ", c->detail);
	if (c->path)
		str_appendf(out, "  %s%s%s", ink(cli, INK_DIM), c->path, ink(cli, INK_PLAIN));
	str_append_char(out, '\n');
	if (c->fix && c->state != CHECK_SKIP)
		str_appendf(out, "          try: %s\n", c->fix);
}

static void
print_need(const struct cli *cli, const struct need *n, struct str *out)
{
	enum check_state state = n->state == NEED_FOUND ? CHECK_OK
		: n->optional                           ? CHECK_SKIP
							: CHECK_FAIL;

	print_mark(cli, state, out);
	str_appendf(out, " %-8s", need_kind_name(n->kind));
	if (n->kind != NEED_STD)
		str_appendf(out, " %s%s", n->name, *n->detail ? ":" : "");
	if (*n->detail)
		str_appendf(out, " %s", n->detail);
	if (n->path)
		str_appendf(out, "  %s%s%s", ink(cli, INK_DIM), n->path, ink(cli, INK_PLAIN));
	str_append_char(out, '\n');
	if (n->remedy)
		str_appendf(out, "          try: %s\n", n->remedy);
}

static void
print_probe(const struct cli *cli, const struct probe *p, struct str *out)
{
	struct span rest = span_of(p->log ? p->log : "");

	if (p->state == PROBE_NONE)
		return;
	print_mark(cli, p->state == PROBE_PASSED ? CHECK_OK : CHECK_FAIL, out);
	str_appendf(out, " probe    %s in %.1f s%s\n",
		p->state == PROBE_PASSED ? "linked" : "did not link", (double)p->link_ms / 1000,
		p->ran ? ", ran" : "");
	while (p->state == PROBE_FAILED && rest.len) {
		struct span line = span_cut(rest, '\n', &rest);
		str_appendf(out, "          | %.*s\n", (int)line.len, line.data);
	}
}

static void
print_target(const struct cli *cli, const struct survey *s, size_t i, struct str *out)
{
	const struct target *t = &s->targets->items[i];
	const struct target_state *state = &s->states[i];

	str_appendf(out, "\n%s%s%s  %s%s%s\n", ink(cli, INK_BOLD), t->triple, ink(cli, INK_PLAIN),
		readiness_name(state->readiness), *t->description ? "  " : "", t->description);
	for (size_t n = 0; n < state->need_count; n++)
		print_need(cli, &state->needs[n], out);
	print_probe(cli, &state->probe, out);
}

static void
print_text(struct cli *cli, const struct survey *s, const struct check *checks, size_t count,
	const struct indices *picked)
{
	struct str out = STR_INIT;

	for (size_t i = 0; i < count; i++)
		print_check(cli, &checks[i], &out);
	for (size_t n = 0; n < picked->list.len; n++)
		print_target(cli, s, picked->list.items[n], &out);
	if (!picked->list.len)
		str_appendf(&out,
			"\n  %zu of %zu targets are ready or likely: xtui targets --ready\n",
			survey_count(s, READY) + survey_count(s, LIKELY), s->targets->len);
	cli_print(cli, &out);
	str_fini(&out);
}

int
cmd_doctor(struct cli *cli)
{
	struct survey *s = cli_survey(cli);
	struct arena arena = ARENA_INIT;
	struct indices picked = { 0 };
	struct err err = ERR_INIT;
	struct check *checks;
	size_t count;
	int status;

	if (!pick_targets(cli, s, &picked, &err) ||
		(args_has(&cli->args, OPT_PROBE) && !probe_all(cli, s, &picked, &err))) {
		status = cli_fail(cli, &err);
		goto done;
	}
	checks = health_checks(s, &arena, &count);
	if (args_has(&cli->args, OPT_JSON))
		print_json(cli, s, checks, count, &picked);
	else
		print_text(cli, s, checks, count, &picked);
	status = verdict(cli, s, checks, count, &picked);
done:
	vec_fini(&picked.list);
	arena_fini(&arena);
	survey_free(s);
	return status;
}
