/* targets: the table of every target, filtered. */
#include <stdio.h>
#include <stdlib.h>
#include "base/alloc.h"
#include "cli/cli.h"
#include "cli/table.h"
#include "cli/target_json.h"
#include "ready/survey.h"
#include "text/fuzzy.h"
#include "text/json.h"

struct filter {
	const char *pattern; /* or NULL */
	const char *os;      /* or NULL */
	bool installed, ready;
	long tier; /* 0: any */
};

static bool
matches(const struct filter *f, const struct target *t, const struct target_state *state)
{
	if (f->pattern && !fuzzy_match(f->pattern, t->triple, NULL))
		return false;
	if (f->installed && t->std != STD_INSTALLED)
		return false;
	if (f->ready && state->readiness != READY && state->readiness != LIKELY)
		return false;
	if (f->tier && t->tier != f->tier)
		return false;
	return !f->os || text_is(f->os, t->os);
}

static bool
check_os(const struct survey *s, const char *os, struct err *err)
{
	const char **all = xcalloc(s->targets->len + 1, sizeof(*all));
	const char *nearest;
	bool is_known = false;

	for (size_t i = 0; i < s->targets->len; i++) {
		all[i] = s->targets->items[i].os;
		is_known |= text_is(all[i], os);
	}
	nearest = is_known ? NULL : fuzzy_nearest(os, all, s->targets->len);
	if (!is_known)
		err_set(err, ERR_USAGE, "--os: no target is for \"%s\"", os);
	if (nearest)
		err_try(err, "xtui targets --os %s", nearest);
	free(all);
	return is_known;
}

static bool
read_filter(struct cli *cli, const struct survey *s, struct filter *f, struct err *err)
{
	const struct args *args = &cli->args;

	*f = (struct filter){
		.pattern = args->positional.len ? args->positional.items[0] : NULL,
		.os = args_get(args, OPT_OS, NULL),
		.installed = args_has(args, OPT_INSTALLED),
		.ready = args_has(args, OPT_READY),
	};
	if (!args_number(args, OPT_TIER, 1, 0, &f->tier, err))
		return false;
	if (f->tier > 3)
		return err_set(
			err, ERR_USAGE, "--tier: expected 1, 2 or 3, found \"%ld\"", f->tier);
	return !f->os || check_os(s, f->os, err);
}

static void
add_row(struct table *table, const struct survey *s, size_t i)
{
	static const enum ink inks[] = {
		[READY] = INK_GOOD,
		[LIKELY] = INK_GOOD,
		[MISSING] = INK_WARN,
		[IMPOSSIBLE] = INK_DIM,
	};
	const struct target *t = &s->targets->items[i];
	const struct target_state *state = &s->states[i];
	bool is_native = text_is(state->backend, "native");
	const char *links_with = is_native ? state->linker : state->backend;
	char tier[8] = "-";

	if (t->tier)
		snprintf(tier, sizeof(tier), "%d", t->tier);
	table_cell(table, text_is(t->triple, s->host) ? INK_BOLD : INK_PLAIN, t->triple);
	table_cell(table, INK_PLAIN, tier);
	table_cell(table, t->std == STD_INSTALLED ? INK_GOOD : INK_DIM, std_state_name(t->std));
	table_cell(table, INK_PLAIN, links_with ? links_with : "-");
	table_cell(table, inks[state->readiness], state->summary);
}

static void
print_text(struct cli *cli, const struct survey *s, const struct filter *f)
{
	static const char *const headings[] = { "target", ">tier", "std", "links with", "state",
		NULL };
	struct table *table = table_new(headings);
	size_t *order = survey_order(s);
	struct str out = STR_INIT;
	size_t shown = 0;

	for (size_t n = 0; n < s->targets->len; n++) {
		size_t i = order[n];

		if (!matches(f, &s->targets->items[i], &s->states[i]))
			continue;
		add_row(table, s, i);
		shown++;
	}
	if (shown)
		table_print(table, cli, &out);
	cli_print(cli, &out);
	if (!cli->quiet)
		fprintf(stderr, "%zu of %zu targets; %zu of all are ready or likely here (%s)\n",
			shown, s->targets->len, survey_count(s, READY) + survey_count(s, LIKELY),
			s->targets->source);
	str_fini(&out);
	free(order);
	table_free(table);
}

static void
print_json(struct cli *cli, const struct survey *s, const struct filter *f)
{
	struct json *doc = json_object();
	struct json *targets = json_array();

	json_set_number(doc, "schema", 1);
	json_set_string(doc, "host", s->host);
	json_set(doc, "toolchain", toolchain_json(s));
	for (size_t i = 0; i < s->targets->len; i++)
		if (matches(f, &s->targets->items[i], &s->states[i]))
			json_push(targets, target_json(s, i, false));
	json_set(doc, "targets", targets);
	cli_print_json(cli, doc);
	json_free(doc);
}

/* Without a toolchain the built-in table is shown, and said why. */
int
cmd_targets(struct cli *cli)
{
	struct survey *s = cli_survey(cli);
	struct err err = ERR_INIT;
	struct filter f;
	int status = 0;

	/* The built-in table stands in for a toolchain, but not for the one that was asked for. */
	if (!s->toolchain)
		status = cli_fail(cli, &s->toolchain_err);
	if (status && !args_has(&cli->args, OPT_TOOLCHAIN))
		status = 0;
	if (status)
		goto done;
	if (!s->conf)
		status = cli_fail(cli, &s->conf_err);
	else if (!read_filter(cli, s, &f, &err))
		status = cli_fail(cli, &err);
	else if (args_has(&cli->args, OPT_JSON))
		print_json(cli, s, &f);
	else
		print_text(cli, s, &f);
done:
	survey_free(s);
	return status;
}
