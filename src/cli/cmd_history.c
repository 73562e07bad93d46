/* history: past runs, one of them in detail, or two compared. */
#include <stdlib.h>
#include "base/alloc.h"
#include "base/path.h"
#include "base/quantity.h"
#include "build/compare.h"
#include "cli/cli.h"
#include "cli/history_json.h"
#include "cli/history_sizes.h"
#include "cli/past.h"
#include "cli/table.h"
#include "text/json.h"

#define RUNS_SHOWN 20
#define UNITS_SHOWN 10 /* of a job: the slowest */

static void
cell_of(struct table *table, enum ink i, char *text)
{
	table_cell(table, i, text);
	free(text);
}

static void
print_document(const struct cli *cli, struct json *doc)
{
	cli_print_json(cli, doc);
	json_free(doc);
}

static char *
seconds(uint64_t ms)
{
	return xasprintf("%.1f s", (double)ms / 1000);
}

/* "-" where nothing is known, or it never began. */
static char *
seconds_known(uint64_t ms)
{
	return ms ? seconds(ms) : xstrdup("-");
}

static void
print_table(const struct cli *cli, struct table *table, struct str *out)
{
	table_print(table, cli, out);
	table_free(table);
}

/* ---- the list ---- */

/* "2 ok, 1 failed", in the order in which they come first. */
static char *
states_of(const struct history_run *run)
{
	struct str text = STR_INIT;

	for (size_t i = 0; i < run->job_count; i++) {
		const char *status = run->jobs[i].status;
		size_t same = 0, before = 0;

		for (size_t j = 0; j < run->job_count; j++) {
			bool is_same = text_is(run->jobs[j].status, status);

			same += is_same;
			before += is_same && j < i;
		}
		if (!before)
			str_appendf(&text, "%s%zu %s", text.len ? ", " : "", same, status);
	}
	return str_take(&text);
}

static bool
is_first_of_target(const struct history_run *run, size_t job)
{
	for (size_t i = 0; i < job; i++)
		if (text_is(run->jobs[i].target, run->jobs[job].target))
			return false;
	return true;
}

/* The first, and how many more: "x86_64-unknown-linux-gnu +2". */
static char *
targets_of(const struct history_run *run)
{
	size_t count = 0;

	for (size_t i = 0; i < run->job_count; i++)
		count += is_first_of_target(run, i);
	if (!count)
		return xstrdup("-");
	if (count == 1)
		return xstrdup(run->jobs[0].target);
	return xasprintf("%s +%zu", run->jobs[0].target, count - 1);
}

/* "release, small", after what was done where that was no build. */
static char *
way_of(const struct history_run *run)
{
	bool is_build = text_is(run->mode, "build");

	bool is_one = !history_has_variants(run);

	return xasprintf("%s%s%s, %s%s", is_build ? "" : run->mode, is_build ? "" : ": ",
		run->profile, run->variant, is_one ? "" : " variants");
}

static void
add_run_row(struct table *table, const struct history_run *run, bool has_project)
{
	table_cell(table, INK_BOLD, run->id);
	cell_of(table, past_ink(run->status),
		xasprintf("%s%s", run->status, run->is_marked ? ", marked" : ""));
	cell_of(table, INK_PLAIN, seconds_known(run->ms));
	cell_of(table, INK_PLAIN, targets_of(run));
	cell_of(table, INK_PLAIN, states_of(run));
	cell_of(table, INK_DIM, way_of(run));
	if (has_project)
		cell_of(table, INK_DIM, path_shown(run->root, NULL));
}

static void
print_runs(const struct cli *cli, const struct history_list *list, const char *root)
{
	static const char *const headings[] = { "run", "state", ">time", "targets", "jobs",
		"profile", "workspace", NULL };
	static const char *const here[] = { "run", "state", ">time", "targets", "jobs", "profile",
		NULL };
	struct table *table = table_new(root ? here : headings);
	struct str out = STR_INIT;

	for (size_t i = 0; i < list->runs.len; i++)
		add_run_row(table, &list->runs.items[i], !root);
	if (list->runs.len)
		print_table(cli, table, &out);
	else
		table_free(table);
	cli_print(cli, &out);
	if (!list->runs.len && !cli->quiet)
		fprintf(stderr, "nothing has been built%s yet\n", root ? " here" : "");
	str_fini(&out);
}

static int
list_runs(struct cli *cli, struct history *h)
{
	char *root = past_root(cli);
	struct history_query query = { .root = root };
	struct history_list list = { 0 };
	struct err err = ERR_INIT;
	int status = 0;
	long limit;

	if (!args_number(&cli->args, OPT_LIMIT, 1, RUNS_SHOWN, &limit, &err)) {
		free(root);
		return cli_fail(cli, &err);
	}
	query.limit = (size_t)limit;
	if (!history_ask(h, &query, &list, &err))
		status = cli_fail(cli, &err);
	else if (args_has(&cli->args, OPT_JSON))
		print_document(cli, history_list_json(&list));
	else
		print_runs(cli, &list, root);
	history_list_fini(&list);
	free(root);
	return status;
}

/* ---- one run ---- */

static void
print_head(const struct cli *cli, const struct history_run *run, struct str *out)
{
	char *root = path_shown(run->root, NULL), *logs = path_shown(run->logs, NULL);
	char *way = way_of(run);
	struct span rest = span_of(run->command);

	str_appendf(out, "%s%s%s  %s%s%s", ink(cli, INK_BOLD), run->id, ink(cli, INK_PLAIN),
		ink(cli, past_ink(run->status)), run->status, ink(cli, INK_PLAIN));
	str_append(out, run->is_marked ? ", marked" : "");
	if (run->ms)
		str_appendf(out, " in %.1f s", (double)run->ms / 1000);
	str_appendf(out, "\n  workspace  %s\n  toolchain  %s\n  profile    %s\n", root,
		run->toolchain, way);
	while (rest.len) {
		struct span line = span_cut(rest, '\n', &rest);

		str_appendf(out, "  command    %.*s\n", (int)line.len, line.data);
	}
	str_appendf(out, "  logs       %s\n\n", logs);
	free(way);
	free(logs);
	free(root);
}

static void
print_jobs(const struct cli *cli, const struct history_run *run, struct str *out)
{
	static const char *const headings[] = { "job", "target", "backend", "variant", "state",
		">time", ">units", ">fresh", ">warnings", ">errors", NULL };
	struct table *table = table_new(headings);

	for (size_t i = 0; i < run->job_count; i++) {
		const struct history_job *job = &run->jobs[i];

		cell_of(table, INK_PLAIN, xasprintf("%d", job->number));
		table_cell(table, INK_BOLD, job->target);
		table_cell(table, INK_PLAIN, job->backend);
		table_cell(table, INK_PLAIN, job->variant);
		table_cell(table, past_ink(job->status), job->status);
		cell_of(table, INK_PLAIN, seconds_known(job->ms));
		cell_of(table, INK_PLAIN, xasprintf("%d/%d", job->done, job->total));
		cell_of(table, INK_PLAIN, xasprintf("%d", job->fresh));
		cell_of(table, INK_PLAIN, xasprintf("%d", job->warnings));
		cell_of(table, INK_PLAIN, xasprintf("%d", job->errors));
	}
	print_table(cli, table, out);
}

static void
print_artifacts(const struct cli *cli, const struct history_run *run, const struct history_job *job,
	struct str *out)
{
	static const char *const headings[] = { "kind", ">size", "artefact", NULL };
	struct table *table = table_new(headings);

	for (size_t i = 0; i < job->artifact_count; i++) {
		table_cell(table, INK_PLAIN, job->artifacts[i].kind);
		cell_of(table, INK_PLAIN, quantity_bytes(job->artifacts[i].bytes));
		cell_of(table, INK_PLAIN, path_shown(job->artifacts[i].path, run->root));
	}
	print_table(cli, table, out);
}

static int
compare_units(const void *a, const void *b)
{
	const struct history_unit *left = a, *right = b;

	return (left->ms < right->ms) - (left->ms > right->ms);
}

/* Sorts the job's units, the slowest first. */
static void
print_units(const struct cli *cli, struct history_job *job, struct str *out)
{
	static const char *const headings[] = { "unit", ">from", ">time", ">memory", NULL };
	struct table *table = table_new(headings);

	qsort(job->units, job->unit_count, sizeof(*job->units), compare_units);
	for (size_t i = 0; i < job->unit_count && i < UNITS_SHOWN; i++) {
		const struct history_unit *unit = &job->units[i];

		table_cell(table, INK_PLAIN, unit->crate);
		cell_of(table, INK_PLAIN, seconds(unit->started));
		cell_of(table, INK_PLAIN, seconds(unit->ms));
		cell_of(table, INK_PLAIN, unit->peak ? quantity_bytes(unit->peak) : xstrdup("-"));
	}
	print_table(cli, table, out);
	if (job->unit_count > UNITS_SHOWN)
		str_appendf(out, "and %zu quicker ones\n", job->unit_count - UNITS_SHOWN);
}

static void
print_run(const struct cli *cli, struct history_run *run)
{
	struct str out = STR_INIT;

	print_head(cli, run, &out);
	print_jobs(cli, run, &out);
	for (size_t i = 0; i < run->job_count; i++) {
		struct history_job *job = &run->jobs[i];

		if (job->artifact_count || job->unit_count)
			str_appendf(&out, "\n%s%s%s\n", ink(cli, INK_BOLD), job->target,
				ink(cli, INK_PLAIN));
		if (job->artifact_count)
			print_artifacts(cli, run, job, &out);
		if (job->unit_count)
			print_units(cli, job, &out);
	}
	cli_print(cli, &out);
	str_fini(&out);
}

static int
show_run(struct cli *cli, struct history *h, const char *name)
{
	struct history_list list;
	struct err err = ERR_INIT;
	int status = 0;

	if (!past_find(cli, h, name, &list, &err))
		status = cli_fail(cli, &err);
	else if (args_has(&cli->args, OPT_JSON))
		print_document(cli, history_run_json(&list.runs.items[0]));
	else
		print_run(cli, &list.runs.items[0]);
	history_list_fini(&list);
	return status;
}

/* ---- two runs ---- */

static char *
time_of(const struct history_job *job)
{
	if (!job)
		return xstrdup("-");
	if (text_is(job->status, "ok"))
		return seconds(job->ms);
	return xasprintf("%s, %.1f s", job->status, (double)job->ms / 1000);
}

/* The change in hundredths, of what is there on both sides. */
static void
change_cell(struct table *table, bool has_both, uint64_t before, uint64_t after)
{
	double change = before ? ((double)after - (double)before) * 100 / (double)before : 0;
	enum ink i = after < before ? INK_GOOD : after > before ? INK_WARN : INK_PLAIN;

	if (!has_both || !before)
		table_cell(table, INK_PLAIN, "-");
	else
		cell_of(table, i, xasprintf("%+.1f %%", change));
}

static void
add_time_row(struct table *table, const struct compared_job *j)
{
	table_cell(table, INK_BOLD, (j->before ? j->before : j->after)->target);
	table_cell(table, INK_PLAIN, "time");
	cell_of(table, INK_PLAIN, time_of(j->before));
	cell_of(table, INK_PLAIN, time_of(j->after));
	change_cell(table, j->before && j->after, j->before ? j->before->ms : 0,
		j->after ? j->after->ms : 0);
}

/* Only where it tells something: there are `several`, it changed, or one side has no such job. */
static void
add_variant_row(struct table *table, const struct compared_job *j, bool several)
{
	const char *before = j->before ? j->before->variant : "-";
	const char *after = j->after ? j->after->variant : "-";

	if (!several && text_is(before, after))
		return;
	table_cell(table, INK_PLAIN, "");
	table_cell(table, INK_PLAIN, "variant");
	table_cell(table, INK_PLAIN, before);
	table_cell(table, INK_PLAIN, after);
	table_cell(table, INK_PLAIN, "");
}

static void
add_artifact_row(struct table *table, const struct compared_artifact *a)
{
	const struct history_artifact *one = a->before ? a->before : a->after;

	table_cell(table, INK_PLAIN, "");
	table_cell(table, INK_PLAIN, path_basename(one->path));
	cell_of(table, INK_PLAIN, a->before ? quantity_bytes(a->before->bytes) : xstrdup("-"));
	cell_of(table, INK_PLAIN, a->after ? quantity_bytes(a->after->bytes) : xstrdup("-"));
	change_cell(table, a->before && a->after, a->before ? a->before->bytes : 0,
		a->after ? a->after->bytes : 0);
}

static void
print_comparison(const struct cli *cli, const struct history_run *before,
	const struct history_run *after, const struct comparison *c)
{
	char *left = xasprintf(">%s", before->id), *right = xasprintf(">%s", after->id);
	const char *const headings[] = { "target", "", left, right, ">change", NULL };
	bool several = history_has_variants(before) || history_has_variants(after);
	struct table *table = table_new(headings);
	struct str out = STR_INIT;

	for (size_t i = 0; i < c->jobs.len; i++) {
		const struct compared_job *j = &c->jobs.items[i];

		add_time_row(table, j);
		add_variant_row(table, j, several);
		for (size_t a = 0; a < j->artifacts.len; a++)
			add_artifact_row(table, &j->artifacts.items[a]);
	}
	print_table(cli, table, &out);
	cli_print(cli, &out);
	str_fini(&out);
	free(left);
	free(right);
}

static int
compare_two(struct cli *cli, struct history *h, const char *one, const char *two)
{
	struct history_list before = { 0 }, after = { 0 };
	struct comparison c = { 0 };
	struct err err = ERR_INIT;
	int status = 0;

	if (!past_find(cli, h, one, &before, &err) || !past_find(cli, h, two, &after, &err)) {
		status = cli_fail(cli, &err);
		goto done;
	}
	compare_runs(&before.runs.items[0], &after.runs.items[0], &c);
	if (args_has(&cli->args, OPT_JSON))
		print_document(
			cli, comparison_json(&before.runs.items[0], &after.runs.items[0], &c));
	else
		print_comparison(cli, &before.runs.items[0], &after.runs.items[0], &c);
done:
	comparison_fini(&c);
	history_list_fini(&after);
	history_list_fini(&before);
	return status;
}

/* ---- the marked run ---- */

static int
mark_run(struct cli *cli, const char *name)
{
	char *root = past_root(cli), *path = history_usual_path();
	struct history *h = path ? history_open(path, NULL, NULL) : NULL;
	struct history_list list = { 0 };
	struct err err = ERR_INIT;
	bool is_none = text_is(name, "none");
	const struct history_run *run = NULL;
	bool ok = root || err_set(&err, ERR_ENVIRONMENT, "history: there is no workspace here");

	ok = ok && (h || err_set(&err, ERR_ENVIRONMENT, "there is no history here"));
	ok = ok && (is_none || past_find(cli, h, name, &list, &err));
	if (ok && !is_none)
		run = &list.runs.items[0];
	if (run && text_is(run->mode, HISTORY_LAB)) {
		ok = err_set(&err, ERR_USAGE,
			"%s was built by a lab: other builds are held against builds", run->id);
		err_try(&err, "xtui history");
	}
	ok = ok && history_mark(h, root, run, &err);
	if (ok && !cli->quiet)
		printf(run ? "%s is the marked run\n" : "no run is marked\n", run ? run->id : "");
	history_list_fini(&list);
	history_close(h);
	free(path);
	free(root);
	return ok ? 0 : cli_fail(cli, &err);
}

/* ---- the command ---- */

/* What is wrong with the line, or NULL. */
static const char *
misuse(const struct args *args)
{
	bool compares = args_has(args, OPT_COMPARE);

	if (compares != (args->positional.len == 2))
		return compares ? "--compare needs two runs" : "two runs need --compare";
	if (args_has(args, OPT_SIZES) && args->positional.len)
		return "--sizes is of all runs, it takes no RUN";
	return NULL;
}

int
cmd_history(struct cli *cli)
{
	const struct args *args = &cli->args;
	const char *name = args->positional.len ? args->positional.items[0] : NULL;
	bool compares = args_has(args, OPT_COMPARE);
	struct err err = ERR_INIT;
	struct history *h;
	int status;

	if (misuse(args)) {
		err_set(&err, ERR_USAGE, "history: %s", misuse(args));
		err_try(&err, "xtui history");
		return cli_fail(cli, &err);
	}
	if (args_has(args, OPT_MARK))
		return mark_run(cli, name);
	if (!(h = past_open(&err)))
		return cli_fail(cli, &err);
	if (compares)
		status = compare_two(cli, h, name, args->positional.items[1]);
	else if (args_has(args, OPT_SIZES))
		status = history_sizes(cli, h);
	else if (name)
		status = show_run(cli, h, name);
	else
		status = list_runs(cli, h);
	history_close(h);
	return status;
}
