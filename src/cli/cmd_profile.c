/* profile: the release-profile options in force and where each comes from, and changing them. */
#include "base/alloc.h"
#include "build/choice.h"
#include "cli/cli.h"
#include "cli/profile_write.h"
#include "cli/table.h"
#include "ready/survey.h"
#include "rust/profile.h"
#include "rust/workspace.h"
#include "text/json.h"

static void
print_text(const struct cli *cli, const struct profile *p)
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
print_json(const struct cli *cli, const struct profile *p)
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
show(const struct cli *cli, const struct survey *s, const struct profile *p)
{
	if (args_has(&cli->args, OPT_JSON))
		print_json(cli, p);
	else
		print_text(cli, p);
	return 0;
}

static const struct verb {
	const char *name;
	bool needs_workspace;
	int (*run)(const struct cli *cli, const struct survey *s, const struct profile *p);
} verbs[] = {
	{ "show", false, show },
	{ "diff", true, profile_diff },
	{ "write", true, profile_write },
};

static const struct verb *
find_verb(const char *name, struct err *err)
{
	for (size_t i = 0; i < sizeof(verbs) / sizeof(*verbs); i++) {
		if (text_is(verbs[i].name, name))
			return &verbs[i];
	}
	err_set(err, ERR_USAGE, "profile: unknown verb \"%s\": show, diff or write", name);
	err_try(err, "xtui profile show");
	return NULL;
}

static int
run(const struct verb *verb, struct cli *cli, const struct survey *s)
{
	struct err err = ERR_INIT;
	struct choice *choice = s->workspace ? choice_load(s->workspace->root, &err) : NULL;
	struct profile *p = err.kind == ERR_NONE ? cli_profile(cli, s, choice, &err) : NULL;
	int status = p ? verb->run(cli, s, p) : cli_fail(cli, &err);

	profile_free(p);
	choice_free(choice);
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
