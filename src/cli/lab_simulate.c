#include "cli/lab_simulate.h"

#include <stdlib.h>
#include "base/alloc.h"
#include "build/history.h"
#include "build/simulate_load.h"
#include "cli/build_spec.h"
#include "cli/cli.h"
#include "cli/past.h"
#include "host/platform.h"
#include "ready/survey.h"
#include "text/json.h"

#define MACHINES_MAX 1000

struct simulating {
	struct cli *cli;
	struct sim_load load;
	long machines;
	int cpus; /* of each */
	struct str out;
	struct json *rows; /* NULL: text */
};

/* ---- one row ---- */

static void
append_time(struct str *out, uint64_t ms)
{
	unsigned long long s = (ms + 500) / 1000;
	struct str text = STR_INIT;

	if (ms < 10000)
		str_appendf(&text, "%.1fs", (double)ms / 1000);
	else if (s < 60)
		str_appendf(&text, "%llus", s);
	else if (s < 3600)
		str_appendf(&text, "%llum %02llus", s / 60, s % 60);
	else
		str_appendf(&text, "%lluh %02llum", s / 3600, s % 3600 / 60);
	str_appendf(out, "%9s", str_cstr(&text));
	str_fini(&text);
}

static void
append_why(struct str *out, const struct sim_result *r)
{
	double again = r->cpu_ms ? 100 * (double)r->host_ms / (double)r->cpu_ms : 0;

	switch (r->bottleneck) {
	case SIM_CPUS: str_append(out, "CPUs"); break;
	case SIM_CHAIN:
		str_appendf(out, "the chain of one build, %.1f s to `%s`",
			(double)r->chain_ms / 1000, r->chain_end);
		break;
	case SIM_HOST:
		str_appendf(out, "host units, built again on each machine: %.0f %%", again);
		break;
	case SIM_UNEVEN: str_append(out, "builds cannot be shared out evenly"); break;
	case SIM_MACHINES:
		str_appendf(out, "no more than %zu machine%s anything to do", r->busy_machines,
			r->busy_machines == 1 ? " has" : "s have");
		break;
	}
}

static void
tell_text(struct simulating *s, const struct sim_result *r, uint64_t alone)
{
	str_appendf(&s->out, "%8zu ", r->machines);
	append_time(&s->out, r->wall_ms);
	str_appendf(&s->out, " %8.1f %10.2f %4.0f %%  ",
		r->wall_ms ? (double)alone / (double)r->wall_ms : 1, (double)r->cpu_ms / 3600000,
		100 * r->busy);
	append_why(&s->out, r);
	str_append_char(&s->out, '\n');
}

static void
tell_json(struct simulating *s, const struct sim_result *r)
{
	struct json *o = json_push(s->rows, json_object());

	json_set_number(o, "machines", (double)r->machines);
	json_set_number(o, "busy_machines", (double)r->busy_machines);
	json_set_number(o, "wall_ms", (double)r->wall_ms);
	json_set_number(o, "cpu_ms", (double)r->cpu_ms);
	json_set_number(o, "busy", r->busy);
	json_set_number(o, "chain_ms", (double)r->chain_ms);
	json_set_string(o, "chain_end", r->chain_end);
	json_set_number(o, "repeated_ms", (double)r->host_ms);
	json_set_string(o, "bottleneck", sim_bottleneck_name(r->bottleneck));
}

/* 1, 2, 4 ... and N. */
static void
tell_rows(struct simulating *s)
{
	uint64_t alone = 0;

	for (long m = 1; m <= s->machines;
		m = m < s->machines && m * 2 > s->machines ? s->machines : m * 2) {
		struct sim_result r = simulate(s->load.builds, s->load.count, (size_t)m, s->cpus);

		alone = m == 1 ? r.wall_ms : alone;
		if (s->rows)
			tell_json(s, &r);
		else
			tell_text(s, &r, alone);
	}
}

/* ---- the whole ---- */

static void
print_text(struct simulating *s)
{
	const struct sim_load *l = &s->load;

	str_appendf(&s->out,
		"%zu target%s x %zu variant%s, %zu units each (%zu of the host), machines of %d "
		"CPUs\n",
		l->targets, l->targets == 1 ? "" : "s", l->variants, l->variants == 1 ? "" : "s",
		l->units, l->host_units, s->cpus);
	if (l->recorded < l->count)
		str_appendf(&s->out,
			"%zu of %zu builds are known; the others take the times of the nearest\n",
			l->recorded, l->count);
	str_append(&s->out, "\nmachines      wall speed-up  CPU-hours   busy  bottleneck\n");
	tell_rows(s);
	cli_print(s->cli, &s->out);
}

static void
print_json(struct simulating *s)
{
	struct json *doc = json_object();

	json_set_number(doc, "schema", 1);
	json_set_number(doc, "targets", (double)s->load.targets);
	json_set_number(doc, "variants", (double)s->load.variants);
	json_set_number(doc, "builds", (double)s->load.count);
	json_set_number(doc, "recorded", (double)s->load.recorded);
	json_set_number(doc, "units", (double)s->load.units);
	json_set_number(doc, "host_units", (double)s->load.host_units);
	json_set_number(doc, "cpus", s->cpus);
	s->rows = json_array();
	tell_rows(s);
	json_set(doc, "rows", s->rows);
	cli_print_json(s->cli, doc);
	json_free(doc);
}

static int
tell(struct simulating *s, const struct run_line *line, struct err *err)
{
	struct cli *cli = s->cli;
	struct history *h = past_open(err);
	struct sim_query query = { .run = &line->run,
		.targets = line->run.targets,
		.target_count = line->run.target_count };
	const char **variants = args_all(&cli->args, OPT_VARIANT, &query.variant_count);
	int status = 0;

	query.variants = variants;
	s->cpus = line->run.jobs ? line->run.jobs : platform_get()->cpus;
	if (!h || !sim_load_make(&s->load, h, &query, err))
		status = cli_fail(cli, err);
	else if (args_has(&cli->args, OPT_JSON))
		print_json(s);
	else
		print_text(s);
	free(variants);
	history_close(h);
	return status;
}

int
lab_simulate(struct cli *cli)
{
	struct simulating s = { .cli = cli };
	struct survey *survey = NULL;
	struct run_line line = { 0 };
	struct err err = ERR_INIT;
	int status;

	if (!args_number(&cli->args, OPT_SIMULATE, 1, 1, &s.machines, &err))
		return cli_fail(cli, &err);
	if (s.machines > MACHINES_MAX)
		err_set(&err, ERR_USAGE, "--simulate %ld: at most %d machines", s.machines,
			MACHINES_MAX);
	else if (run_line_read(&line, cli, &err))
		survey = cli_survey(cli);
	if (survey && !survey->toolchain)
		err = survey->toolchain_err;
	else if (survey && !survey->workspace)
		err = survey->workspace_err;
	line.run.survey = survey;
	status = err.kind == ERR_NONE ? tell(&s, &line, &err) : cli_fail(cli, &err);
	sim_load_fini(&s.load);
	survey_free(survey);
	run_line_fini(&line);
	str_fini(&s.out);
	return status;
}
