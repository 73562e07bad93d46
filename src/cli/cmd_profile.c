/* profile: the release-profile options in force, and where each comes from. */
#include "base/alloc.h"
#include "build/choice.h"
#include "cli/cli.h"
#include "cli/table.h"
#include "ready/survey.h"
#include "rust/profile.h"
#include "rust/workspace.h"
#include "text/json.h"

static void
print_text(struct cli *cli, const struct profile *p)
{
	static const char *const headings[] = { "option", "value", "from", "effect", NULL };
	struct table *table = table_new(headings);
	struct str out = STR_INIT;

	for (size_t i = 0; i < profile_option_count; i++) {
		const struct profile_setting *s = &p->settings[i];

		table_cell(table, INK_PLAIN, s->option->key);
		table_cell(table, s->is_changed ? INK_WARN : INK_BOLD, s->value);
		table_cell(table, INK_DIM, s->is_changed ? "this build" : s->origin);
		table_cell(table, INK_DIM, s->option->effect);
	}
	table_print(table, cli, &out);
	cli_print(cli, &out);
	str_fini(&out);
	table_free(table);
}

static void
print_json(struct cli *cli, const struct profile *p)
{
	struct json *doc = json_object();
	struct json *list = json_array();

	json_set_number(doc, "schema", 1);
	json_set_string(doc, "profile", p->name);
	for (size_t i = 0; i < profile_option_count; i++) {
		const struct profile_setting *s = &p->settings[i];
		struct json *o = json_object();

		json_set_string(o, "key", s->option->key);
		json_set_string(o, "value", s->value);
		json_set_string(o, "origin", s->origin);
		json_set_bool(o, "changed", s->is_changed);
		json_push(list, o);
	}
	json_set(doc, "options", list);
	cli_print_json(cli, doc);
	json_free(doc);
}

static int
show(struct cli *cli, const struct survey *s)
{
	struct err err = ERR_INIT;
	struct choice *choice = s->workspace ? choice_load(s->workspace->root, &err) : NULL;
	struct profile *p = err.kind == ERR_NONE ? cli_profile(cli, s, choice, &err) : NULL;

	int status = p ? 0 : cli_fail(cli, &err);

	if (p && args_has(&cli->args, OPT_JSON))
		print_json(cli, p);
	else if (p)
		print_text(cli, p);
	profile_free(p);
	choice_free(choice);
	return status;
}

int
cmd_profile(struct cli *cli)
{
	const char *verb = cli->args.positional.len ? cli->args.positional.items[0] : "show";
	struct survey *s;
	struct err err = ERR_INIT;
	int status;

	if (!text_is(verb, "show")) {
		err_set(&err, ERR_USAGE, "profile: unknown verb \"%s\"", verb);
		err_try(&err, "xtui profile show");
		return cli_fail(cli, &err);
	}
	s = cli_survey(cli);
	if (!s->conf)
		status = cli_fail(cli, &s->conf_err);
	else if (!s->workspace && s->workspace_err.kind == ERR_PARSE)
		status = cli_fail(cli, &s->workspace_err);
	else
		status = show(cli, s);
	survey_free(s);
	return status;
}
