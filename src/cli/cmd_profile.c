/* profile: the options of a profile and of single targets: what is in force, and changing it. */
#include <string.h>
#include "base/count.h"
#include "cli/cli.h"
#include "cli/profile_line.h"
#include "ready/survey.h"
#include "rust/cargoconf.h"
#include "rust/choice.h"
#include "rust/profile.h"
#include "rust/workspace.h"

static const struct verb {
	const char *name;
	bool needs_workspace;
	int (*run)(const struct profile_line *line);
} verbs[] = {
	{ "show", false, profile_show },
	{ "diff", true, profile_diff },
	{ "write", true, profile_write },
};

static const struct verb *
find_verb(const char *name, struct err *err)
{
	for (size_t i = 0; i < COUNT(verbs); i++) {
		if (text_is(verbs[i].name, name))
			return &verbs[i];
	}
	err_set(err, ERR_USAGE, "profile: unknown verb \"%s\": show, diff or write", name);
	err_try(err, "xtui profile show");
	return NULL;
}

/* What cargo would be given behind --: it counts more than all that is configured. */
static bool
read_rest(const struct cli *cli, const struct survey *s, struct err *err)
{
	for (size_t i = 0; i < cli->args.rest.len; i++) {
		const char *word = cli->args.rest.items[i], *text = NULL;

		if (text_starts(word, "--config="))
			text = word + strlen("--config=");
		else if (text_is(word, "--config") && i + 1 < cli->args.rest.len)
			text = cli->args.rest.items[++i];
		if (!text)
			return err_set(err, ERR_USAGE,
				"profile: \"%s\": only --config KEY=VALUE or FILE can stand "
				"behind --",
				word);
		if (!cargoconf_add_argument(s->conf, cli->dir, text, err))
			return false;
	}
	return true;
}

static int
run(const struct verb *verb, struct cli *cli, const struct survey *s)
{
	struct err err = ERR_INIT;
	struct profile_line line = { .cli = cli, .survey = s };
	int status;

	if (read_rest(cli, s, &err) && s->workspace)
		line.choice = choice_load(s->workspace->root, &err);
	line.profile = err.kind == ERR_NONE ? cli_profile(cli, s, line.choice, &err) : NULL;
	if (line.profile &&
		(!line.choice || profile_targets_read(&line.targets, cli, s, line.choice, &err)))
		status = verb->run(&line);
	else
		status = cli_fail(cli, &err);
	profile_targets_fini(&line.targets);
	profile_free(line.profile);
	choice_free(line.choice);
	return status;
}

int
cmd_profile(struct cli *cli)
{
	const char *name = cli->args.positional.len ? cli->args.positional.items[0] : "show";
	struct err err = ERR_INIT;
	const struct verb *verb = find_verb(name, &err);
	struct survey *s;
	int status;

	if (!verb)
		return cli_fail(cli, &err);
	s = cli_survey(cli);
	if (!s->conf)
		status = cli_fail(cli, &s->conf_err);
	else if (!s->workspace && (verb->needs_workspace || s->workspace_err.kind == ERR_PARSE))
		status = cli_fail(cli, &s->workspace_err);
	else
		status = run(verb, cli, s);
	survey_free(s);
	return status;
}
