/* help: texts that are made from the tables they explain. */
#include "base/alloc.h"
#include "cli/cli.h"
#include "hint/catalogue.h"
#include "hint/rules.h"
#include "host/settings.h"
#include "rust/choice.h"

/* The list of causes; with a word the cause of that name, else those that hold it. */
static void
hints_help(const struct cli *cli, const char *word, struct str *out, struct err *err)
{
	struct rules *rules = rules_load_for(cli->dir, err);

	if (rules && !(word && catalogue_show(rules, word, out)) &&
		!catalogue_list(rules, word, out)) {
		err_set(err, ERR_USAGE, "no cause has \"%s\" in its name", word);
		err_try(err, "xtui help hints");
	}
	rules_free(rules);
}

static void
config_help(struct str *out)
{
	str_append(out, "Your settings, in $XDG_CONFIG_HOME/xtui/config.toml:\n\n");
	settings_describe(out);
	str_append(out, "\nThe project's choice, in xtui.toml beside its Cargo.toml:\n\n");
	choice_describe(out);
}

int
cmd_help(struct cli *cli)
{
	size_t words = cli->args.positional.len;
	const char *topic = words ? cli->args.positional.items[0] : NULL;
	const char *more = words > 1 ? cli->args.positional.items[1] : NULL;
	const struct command_row *c = topic ? command_find(topic) : NULL;
	struct str out = STR_INIT;
	struct err err = ERR_INIT;

	if (!topic)
		options_help(&out);
	else if (text_is(topic, "hints"))
		hints_help(cli, more, &out, &err);
	else if (more)
		err_set(&err, ERR_USAGE, "help on \"%s\" takes no more words", topic);
	else if (text_is(topic, "keys"))
		cli->keys_help(&out);
	else if (text_is(topic, "config"))
		config_help(&out);
	else if (c)
		options_help_command(c, &out);
	else
		err_set(&err, ERR_USAGE, "no help on \"%s\"", topic);
	if (err.kind != ERR_NONE) {
		if (!*err.remedy)
			err_try(&err, "xtui help");
		str_fini(&out);
		return cli_fail(cli, &err);
	}
	cli_print(cli, &out);
	str_fini(&out);
	return 0;
}
