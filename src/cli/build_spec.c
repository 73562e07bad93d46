/* build_spec: each list comes from the command line, else from xtui.toml, else from what is usual. */
#include "cli/build_spec.h"

#include <stdlib.h>
#include "base/alloc.h"
#include "build/choice.h"
#include "hint/rules.h"
#include "host/settings.h"
#include "ready/survey.h"
#include "rust/profile.h"
#include "rust/workspace.h"

bool
run_line_read(struct run_line *line, const struct cli *cli, struct err *err)
{
	const struct args *args = &cli->args;
	struct run_spec *run = &line->run;
	const char *mode = args_get(args, OPT_MODE, NULL);
	long jobs, memory;

	*line = (struct run_line){ 0 };
	if (!args_number(args, OPT_JOBS, 1, 0, &jobs, err) ||
		!args_number(args, OPT_JOBS_MEMORY, 1, 0, &memory, err) ||
		(mode && !run_mode_parse(mode, &run->mode, err)))
		return false;
	line->targets = args_all(args, OPT_TARGET, &run->target_count);
	line->packages = args_all(args, OPT_PACKAGE, &run->package_count);
	line->bins = args_all(args, OPT_BIN, &run->bin_count);
	run->targets = line->targets;
	run->packages = line->packages;
	run->bins = line->bins;
	run->features = args_get(args, OPT_FEATURES, NULL);
	run->cargo_args = args->rest.items;
	run->cargo_arg_count = args->rest.len;
	run->jobs = (int)jobs;
	run->link_memory = (uint64_t)memory << 20;
	run->fail_fast = args_has(args, OPT_FAIL_FAST);
	run->offline = args_has(args, OPT_OFFLINE);
	run->log_dir = args_get(args, OPT_LOG_DIR, NULL);
	run->kill_grace_ms = (unsigned)cli->settings->kill_grace_ms;
	return true;
}

void
run_line_fini(struct run_line *line)
{
	free(line->targets);
	free(line->packages);
	free(line->bins);
}

static void
add_chosen_targets(struct build_spec *spec, const struct survey *s)
{
	struct run_line *line = &spec->line;
	size_t count = choice_target_count(spec->choice);

	line->targets = xreallocarray(line->targets, count + 1, sizeof(*line->targets));
	for (size_t i = 0; i < count; i++)
		line->targets[i] = choice_target(spec->choice, i);
	if (!count)
		line->targets[count++] = s->host; /* nothing chosen: for this machine, as cargo */
	line->run.targets = line->targets;
	line->run.target_count = count;
}

static void
add_chosen_packages(struct build_spec *spec)
{
	struct run_line *line = &spec->line;
	size_t count = choice_package_count(spec->choice);

	line->packages = xreallocarray(line->packages, count + 1, sizeof(*line->packages));
	for (size_t i = 0; i < count; i++)
		line->packages[i] = choice_package(spec->choice, i);
	line->run.packages = line->packages;
	line->run.package_count = count;
}

static bool
check_targets(const struct run_spec *run, const struct survey *s, struct err *err)
{
	for (size_t i = 0; i < run->target_count; i++)
		if (survey_find(s, run->targets[i]) < 0)
			return targets_err_unknown(s->targets, run->targets[i], err);
	return true;
}

bool
build_spec_init(
	struct build_spec *spec, const struct cli *cli, const struct survey *s, struct err *err)
{
	struct run_spec *run = &spec->line.run;
	bool ok;

	*spec = (struct build_spec){ 0 };
	ok = run_line_read(&spec->line, cli, err) &&
		(spec->rules = rules_load_for(s->workspace->root, err)) &&
		(spec->choice = choice_load(s->workspace->root, err)) &&
		(spec->profile = cli_profile(cli, s, spec->choice, err));
	if (ok && !run->target_count)
		add_chosen_targets(spec, s);
	if (ok && !run->package_count)
		add_chosen_packages(spec);
	if (!ok || !check_targets(run, s, err)) {
		build_spec_fini(spec);
		return false;
	}
	run->survey = s;
	run->profile = spec->profile;
	run->rules = spec->rules;
	return true;
}

void
build_spec_fini(struct build_spec *spec)
{
	run_line_fini(&spec->line);
	choice_free(spec->choice);
	profile_free(spec->profile);
	rules_free(spec->rules);
}
