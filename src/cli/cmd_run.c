/* run: a built program, here, under the runner of its target. */
#include <stdio.h>
#include <stdlib.h>
#include "base/alloc.h"
#include "base/path.h"
#include "build/history.h"
#include "build/program.h"
#include "cli/cli.h"
#include "cli/past.h"
#include "io/foreground.h"
#include "ready/survey.h"
#include "rust/choice.h"
#include "rust/workspace.h"

/* The one named, else the only one that the project has chosen, else the one that cargo
 * would build for. Caller frees. */
static char *
choose_target(const struct cli *cli, const struct survey *s, struct err *err)
{
	const char *named = args_get(&cli->args, OPT_TARGET, NULL);
	struct choice *choice;
	char *target;

	if (named && survey_find(s, named) < 0) {
		targets_err_unknown(s->targets, named, err);
		return NULL;
	}
	if (named)
		return xstrdup(named);
	if (!(choice = choice_load(s->workspace->root, err)))
		return NULL;
	target = xstrdup(choice_target_count(choice) == 1 ? choice_target(choice, 0)
							  : survey_own_target(s, 0));
	choice_free(choice);
	return target;
}

static bool
err_runner(const struct survey *s, const struct target_state *state, const char *target,
	const char *path, struct err *err)
{
	char *shown = path_shown(path, s->workspace->root);

	err_set(err, ERR_ENVIRONMENT, "run: %s is for %s, and nothing here runs that", shown,
		target);
	free(shown);
	for (size_t i = 0; i < state->need_count; i++) {
		if (state->needs[i].kind == NEED_RUNNER && state->needs[i].remedy)
			return err_try(err, "%s", state->needs[i].remedy);
	}
	return false;
}

/* Says which runner and why, unless the program runs as it is. */
static void
say(const struct cli *cli, const struct survey *s, const struct target_state *state,
	const char *target, const char *path)
{
	char *shown = path_shown(path, s->workspace->root);

	if (*state->runner && !cli->quiet)
		fprintf(stderr, "xtui: %s is for %s: running it with %s\n", shown, target,
			*state->runner);
	else if (cli->verbose)
		fprintf(stderr, "xtui: running %s\n", shown);
	free(shown);
}

static int
run(const struct cli *cli, const struct survey *s, const char *target, const char *path)
{
	const struct target_state *state = &s->states[survey_find(s, target)];
	struct err err = ERR_INIT;
	VEC(const char *) argv = VEC_INIT;
	int status;

	if (!*state->runner && !state->runs_here) {
		err_runner(s, state, target, path, &err);
		return cli_fail(cli, &err);
	}
	say(cli, s, state, target, path);
	for (const char *const *word = state->runner; *word; word++)
		vec_push(&argv, *word);
	vec_push(&argv, path);
	for (size_t i = 0; i < cli->args.rest.len; i++)
		vec_push(&argv, cli->args.rest.items[i]);
	vec_push(&argv, NULL);
	status = foreground_run(argv.items, &err);
	vec_fini(&argv);
	return status < 0 ? cli_fail(cli, &err) : status;
}

int
cmd_run(struct cli *cli)
{
	const char *bin = args_get(&cli->args, OPT_BIN, NULL);
	const char *example = args_get(&cli->args, OPT_EXAMPLE, NULL);
	struct program_query query = {
		.name = example ? example : bin,
		.is_example = example != NULL,
		.profile = args_get(&cli->args, OPT_PROFILE, "release"),
	};
	struct survey *s = cli_survey(cli);
	struct err err = s->workspace_err;
	struct history *h = NULL;
	char *target = NULL, *path = NULL;
	int status;

	if (s->workspace)
		target = choose_target(cli, s, &err);
	query.target = target;
	if (target && (h = past_open(NULL), path = program_find(s, h, &query, &err)))
		status = run(cli, s, target, path);
	else
		status = cli_fail(cli, &err);
	free(path);
	free(target);
	history_close(h);
	survey_free(s);
	return status;
}
