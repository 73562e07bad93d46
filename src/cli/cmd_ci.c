/* ci: the last run of the project's CI: its jobs, and why those that failed did. */
#include "build/ci.h"

#include "base/alloc.h"
#include "build/recording.h"
#include "cli/cli.h"
#include "hint/explain.h"
#include "hint/rules.h"
#include "text/json.h"

#define NAME_COLS 44

static enum ink
ink_of(enum job_state state)
{
	return state == JOB_OK        ? INK_GOOD
		: state == JOB_FAILED ? INK_BAD
		: state < JOB_OK      ? INK_WARN
				      : INK_DIM;
}

static struct explanation *
explain_job(const struct rules *rules, const struct ci_job *job)
{
	const struct hint_context context = { .target = job->triple };

	return explain(rules, str_span(&job->log), &context);
}

/* ---- text ---- */

static void
append_time(struct str *out, uint64_t ms)
{
	unsigned long long s = ms / 1000;

	if (!ms)
		str_append(out, "-");
	else if (s < 60)
		str_appendf(out, "%llus", s);
	else
		str_appendf(out, "%llum %02llus", s / 60, s % 60);
}

static void
append_head(const struct cli *cli, const struct ci_run *run, struct str *out)
{
	str_appendf(out, "%s %s %s: %s%s%s", ci_service_name(run->service),
		run->workflow ? run->workflow : "run", run->id ? run->id : "",
		ink(cli, ink_of(run->state)), job_state_name(run->state), ink(cli, INK_PLAIN));
	if (run->branch)
		str_appendf(out, ", %s", run->branch);
	if (run->sha)
		str_appendf(out, " %.8s", run->sha);
	if (run->event)
		str_appendf(out, " (%s)", run->event);
	if (run->title)
		str_appendf(out, "\n%s", run->title);
	if (run->url)
		str_appendf(out, "\n%s%s%s", ink(cli, INK_DIM), run->url, ink(cli, INK_PLAIN));
	str_append(out, "\n\n");
}

static void
append_why(
	const struct cli *cli, const struct rules *rules, const struct ci_job *job, struct str *out)
{
	struct explanation *e = explain_job(rules, job);

	if (e->count)
		cli_append_hints(cli, e, out);
	else
		str_appendf(out, "  no toolchain cause is known for its log%s\n",
			job->log.len ? "" : ", which is not to be had");
	if (job->url)
		str_appendf(out, "  %s%s%s\n", ink(cli, INK_DIM), job->url, ink(cli, INK_PLAIN));
	explanation_free(e);
}

static void
print_text(const struct cli *cli, const struct ci_run *run, const struct rules *rules)
{
	struct str out = STR_INIT;

	append_head(cli, run, &out);
	for (size_t i = 0; i < run->jobs.len; i++) {
		const struct ci_job *job = &run->jobs.items[i];

		str_appendf(&out, "%s%-9s%s %-*s ", ink(cli, ink_of(job->state)),
			job_state_name(job->state), ink(cli, INK_PLAIN), NAME_COLS, job->name);
		append_time(&out, job->ms);
		str_append_char(&out, '\n');
		if (job->state == JOB_FAILED)
			append_why(cli, rules, job, &out);
	}
	cli_print(cli, &out);
	str_fini(&out);
}

/* ---- JSON ---- */

static struct json *
run_json(const struct ci_run *run)
{
	struct json *o = json_object();

	json_set_string(o, "service", run->service == CI_GITHUB ? "github" : "gitlab");
	json_set_string(o, "id", run->id);
	json_set_string(o, "title", run->title);
	json_set_string(o, "workflow", run->workflow);
	json_set_string(o, "branch", run->branch);
	json_set_string(o, "commit", run->sha);
	json_set_string(o, "event", run->event);
	json_set_string(o, "url", run->url);
	json_set_string(o, "created", run->created);
	json_set_string(o, "status", job_state_name(run->state));
	return o;
}

static struct json *
job_json(const struct rules *rules, const struct ci_job *job, size_t number)
{
	struct json *o = json_object(), *hints = json_array();
	struct explanation *e = job->state == JOB_FAILED ? explain_job(rules, job) : NULL;

	json_set_number(o, "job", (double)number);
	json_set_string(o, "name", job->name);
	json_set_string(o, "target", job->triple);
	json_set_string(o, "status", job_state_name(job->state));
	json_set_number(o, "ms", (double)job->ms);
	json_set_string(o, "url", job->url);
	json_set_number(o, "log_bytes", (double)job->log.len);
	for (size_t i = 0; e && i < e->count; i++)
		json_push(hints, explain_hint_json(&e->hints[i]));
	json_set(o, "hints", hints);
	explanation_free(e);
	return o;
}

static void
print_json(const struct cli *cli, const struct ci_run *run, const struct rules *rules)
{
	struct json *doc = json_object(), *jobs = json_array();

	json_set_number(doc, "schema", 1);
	json_set(doc, "run", run_json(run));
	for (size_t i = 0; i < run->jobs.len; i++)
		json_push(jobs, job_json(rules, &run->jobs.items[i], i + 1));
	json_set(doc, "jobs", jobs);
	cli_print_json(cli, doc);
	json_free(doc);
}

int
cmd_ci(struct cli *cli)
{
	struct err err = ERR_INIT;
	struct rules *rules = rules_load_for(cli->dir, &err);
	struct ci_run *run =
		rules ? ci_load(cli->dir, args_get(&cli->args, OPT_RUN_ID, NULL), &err) : NULL;
	int status;

	if (!run)
		status = cli_fail(cli, &err);
	else if (args_has(&cli->args, OPT_JSON))
		print_json(cli, run, rules);
	else
		print_text(cli, run, rules);
	if (run)
		status = run->state == JOB_FAILED || run->state == JOB_CANCELLED;
	ci_free(run);
	rules_free(rules);
	return status;
}
