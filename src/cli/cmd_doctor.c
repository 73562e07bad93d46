/* doctor: the health of this machine's Rust, then the needs of targets, proved by probes if asked. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/alloc.h"
#include "base/arena.h"
#include "base/vec.h"
#include "cli/cli.h"
#include "cli/health_report.h"
#include "cli/target_json.h"
#include "hint/explain.h"
#include "hint/probed.h"
#include "hint/rules.h"
#include "host/platform.h"
#include "io/loop.h"
#include "io/together.h"
#include "ready/assess.h"
#include "ready/health.h"
#include "ready/remote.h"
#include "ready/survey.h"
#include "rust/choice.h"
#include "rust/workspace.h"
#include "text/json.h"

struct wanted {
	size_t target;     /* into the survey's targets */
	const char *glibc; /* the floor that is wanted, or NULL */
};

struct doctor {
	struct cli *cli;
	struct survey *survey;
	VEC(struct wanted) wanted;
	struct choice *choice; /* NULL: not read */
	struct loop *loop;
	struct health *health;
	struct rules *rules;        /* NULL: not needed yet, or broken */
	const struct check *checks; /* of the health */
	size_t check_count;
	struct arena arena;
};

/* "x86_64-unknown-linux-gnu.2.17" asks for a floor, as cargo-zigbuild takes it. */
static size_t
floor_at(const char *word)
{
	size_t len = strlen(word), digits = strspn(word + strcspn(word, "."), ".0123456789");

	return digits && strcspn(word, ".") + digits == len ? strcspn(word, ".") : len;
}

static bool
want(struct doctor *d, const char *word, struct err *err)
{
	size_t at = floor_at(word);
	char *triple = arena_strndup(&d->arena, word, at);
	long i = survey_find(d->survey, triple);

	if (i < 0) {
		targets_err_unknown(d->survey->targets, triple, err);
		return d->choice && choice_err_target(d->choice, triple, err);
	}
	vec_push(&d->wanted,
		((struct wanted){
			(size_t)i, word[at] ? arena_strdup(&d->arena, word + at + 1) : NULL }));
	return true;
}

/* The targets named, else those the project has chosen. */
static bool
pick_targets(struct doctor *d, struct err *err)
{
	const struct args *args = &d->cli->args;
	bool ok = true;

	for (size_t n = 0; n < args->positional.len; n++)
		if (!want(d, args->positional.items[n], err))
			return false;
	if (!d->survey->workspace)
		return true;
	if (!(d->choice = choice_load(d->survey->workspace->root, err)))
		return false;
	for (size_t n = 0; ok && !args->positional.len && n < choice_target_count(d->choice); n++)
		ok = want(d, choice_target(d->choice, n), err);
	return ok;
}

/* -- probes ---------------------------------------------------------------------------------- */

struct probing {
	struct doctor *doctor;
	VEC(size_t) targets;
	struct err *errs; /* one each */
};

static void
probe_one(void *arg, size_t n)
{
	struct probing *p = arg;
	struct survey *s = p->doctor->survey;
	size_t i = p->targets.items[n];

	if (!p->doctor->cli->quiet)
		fprintf(stderr, "probing %s\n", s->targets->items[i].triple);
	probe_fini(&s->states[i].probe);
	probe_run(s, &s->targets->items[i], &s->states[i].probe, &p->errs[n]);
}

static bool
is_listed(const struct probing *p, size_t target)
{
	for (size_t n = 0; n < p->targets.len; n++)
		if (p->targets.items[n] == target)
			return true;
	return false;
}

/* As many side by side as there are CPUs. */
static bool
probe_all(struct doctor *d, struct err *err)
{
	struct probing p = { .doctor = d };
	bool ok = true;

	for (size_t n = 0; n < d->wanted.len; n++) {
		size_t i = d->wanted.items[n].target;
		if (probe_is_possible(&d->survey->states[i]) && !is_listed(&p, i))
			vec_push(&p.targets, i);
	}
	p.errs = xcalloc(p.targets.len + 1, sizeof(*p.errs));
	together(p.targets.len, (size_t)platform_get()->cpus, probe_one, &p);
	for (size_t n = 0; n < p.targets.len; n++) {
		if (ok && p.errs[n].kind != ERR_NONE) {
			*err = p.errs[n];
			ok = false;
		}
		assess_conclude(d->survey, p.targets.items[n]);
	}
	free(p.errs);
	vec_fini(&p.targets);
	return ok;
}

/* On another machine: what this one lacks does not matter. */
static bool
is_built_away(const struct doctor *d, size_t n)
{
	const char *triple = d->survey->targets->items[d->wanted.items[n].target].triple;

	return d->choice && remote_is_meant(choice_backend(d->choice, triple));
}

/* -- the report ------------------------------------------------------------------------------ */

/* What is broken first: 3 without a toolchain, 2 for a file that cannot be parsed, 1 when a check has
 * failed or a target is not ready; with --probe only the proved ones are. */
static int
verdict(const struct doctor *d)
{
	const struct survey *s = d->survey;
	enum readiness enough = args_has(&d->cli->args, OPT_PROBE) ? READY : LIKELY;

	if (!s->toolchain)
		return err_exit_code(&s->toolchain_err);
	if (!s->conf)
		return err_exit_code(&s->conf_err);
	if (!s->workspace && s->workspace_err.kind == ERR_PARSE)
		return err_exit_code(&s->workspace_err);
	for (size_t i = 0; i < d->check_count; i++)
		if (d->checks[i].state == CHECK_FAIL)
			return 1;
	for (size_t n = 0; n < d->wanted.len; n++)
		if (!is_built_away(d, n) && s->states[d->wanted.items[n].target].readiness > enough)
			return 1;
	return 0;
}

static void
print_json(struct doctor *d)
{
	struct json *doc = json_object();
	struct json *targets = json_array();

	json_set_number(doc, "schema", 1);
	json_set(doc, "checks", health_json(d->checks, d->check_count));
	for (size_t n = 0; n < d->wanted.len; n++)
		json_push(targets, target_json(d->survey, d->wanted.items[n].target, true));
	json_set(doc, "targets", targets);
	cli_print_json(d->cli, doc);
	json_free(doc);
}

static void
print_need(const struct cli *cli, const struct need *n, struct str *out)
{
	enum check_state state = n->state == NEED_FOUND ? CHECK_OK
		: n->optional                           ? CHECK_SKIP
							: CHECK_FAIL;

	health_print_mark(cli, state, out);
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
print_indented(const char *before, struct span text, struct str *out)
{
	while (text.len) {
		struct span line = span_cut(text, '\n', &text);
		str_appendf(out, "          %s%.*s\n", before, (int)line.len, line.data);
	}
}

/* The cause, where one is known; the log, where none is or all is asked for. */
static void
print_failure(struct doctor *d, size_t i, struct str *out)
{
	const struct survey *s = d->survey;
	struct str text = STR_INIT;

	if (!d->rules)
		d->rules = rules_load_for(s->workspace ? s->workspace->root : s->dir, NULL);
	struct explanation *e = probed_explain(d->rules, s, i);
	bool is_known = e && e->count;

	if (is_known)
		cli_append_hints(d->cli, e, &text);
	print_indented("", str_span(&text), out);
	if (!is_known || d->cli->verbose)
		print_indented("| ", span_of(d->survey->states[i].probe.log), out);
	else
		str_append(out, "          -v shows all that the linker said\n");
	str_fini(&text);
	explanation_free(e);
}

static void
print_probe(struct doctor *d, size_t i, struct str *out)
{
	const struct probe *p = &d->survey->states[i].probe;

	if (p->state == PROBE_NONE)
		return;
	health_print_mark(d->cli,
		p->is_stale                        ? CHECK_SKIP
			: p->state == PROBE_PASSED ? CHECK_OK
						   : CHECK_FAIL,
		out);
	str_appendf(out, " probe    %s in %.1f s%s%s\n",
		p->state == PROBE_PASSED ? "linked" : "did not link", (double)p->link_ms / 1000,
		p->ran ? ", ran" : "",
		p->is_stale ? ", before something changed: --probe tries again" : "");
	if (p->state != PROBE_FAILED || p->is_stale)
		return;
	print_failure(d, i, out);
}

static void
print_target(struct doctor *d, const struct wanted *w, struct str *out)
{
	const struct cli *cli = d->cli;
	const struct target *t = &d->survey->targets->items[w->target];
	const struct target_state *state = &d->survey->states[w->target];

	str_appendf(out, "\n%s%s%s  %s%s%s\n", ink(cli, INK_BOLD), t->triple, ink(cli, INK_PLAIN),
		readiness_name(state->readiness), *t->description ? "  " : "", t->description);
	for (size_t n = 0; n < state->need_count; n++)
		print_need(cli, &state->needs[n], out);
	print_probe(d, w->target, out);
}

static void
print_text(struct doctor *d)
{
	const struct survey *s = d->survey;
	struct str out = STR_INIT;

	health_print(d->cli, d->checks, d->check_count, &out);
	for (size_t n = 0; n < d->wanted.len; n++)
		print_target(d, &d->wanted.items[n], &out);
	if (!d->wanted.len)
		str_appendf(&out,
			"\n  %zu of %zu targets are ready or likely: xtui targets --ready\n",
			survey_count(s, READY) + survey_count(s, LIKELY), s->targets->len);
	cli_print(d->cli, &out);
	str_fini(&out);
}

/* -- the whole ------------------------------------------------------------------------------- */

static void
examine(struct doctor *d)
{
	struct health_want *wants = xcalloc(d->wanted.len + 1, sizeof(*wants));

	for (size_t n = 0; n < d->wanted.len; n++) {
		const char *triple = d->survey->targets->items[d->wanted.items[n].target].triple;
		wants[n] = (struct health_want){ triple,
			d->choice ? choice_backend(d->choice, triple) : NULL,
			d->wanted.items[n].glibc ? d->wanted.items[n].glibc
				: d->choice      ? choice_option(d->choice, triple, "glibc")
						 : NULL,
			d->choice ? choice_option(d->choice, triple, "engine") : NULL,
			d->choice ? choice_option(d->choice, triple, "image") : NULL };
	}
	d->loop = loop_new();
	d->health = health_new(d->loop, NULL, NULL);
	health_examine(d->health, d->survey, wants, d->wanted.len, false);
	health_finish(d->health);
	d->checks = health_checks(d->health, &d->check_count);
	free(wants);
}

static void
doctor_fini(struct doctor *d)
{
	health_free(d->health);
	if (d->loop)
		loop_free(d->loop);
	rules_free(d->rules);
	choice_free(d->choice);
	vec_fini(&d->wanted);
	survey_free(d->survey);
	arena_fini(&d->arena);
}

int
cmd_doctor(struct cli *cli)
{
	struct doctor d = { .cli = cli, .survey = cli_survey(cli) };
	struct err err = ERR_INIT;
	int status;

	if (!pick_targets(&d, &err) || (args_has(&cli->args, OPT_PROBE) && !probe_all(&d, &err))) {
		status = cli_fail(cli, &err);
		goto done;
	}
	examine(&d);
	if (args_has(&cli->args, OPT_JSON))
		print_json(&d);
	else
		print_text(&d);
	status = verdict(&d);
done:
	doctor_fini(&d);
	return status;
}
