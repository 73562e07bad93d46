/* help: texts that are made from the tables they explain. */
#include "base/alloc.h"
#include "cli/cli.h"
#include "host/settings.h"
#include "text/fuzzy.h"

int
cmd_help(struct cli *cli)
{
	const char *topic = cli->args.positional.len ? cli->args.positional.items[0] : NULL;
	const struct command_row *c = topic ? command_find(topic) : NULL;
	struct str out = STR_INIT;
	struct err err = ERR_INIT;

	if (!topic)
		options_help(&out);
	else if (text_is(topic, "keys"))
		cli->keys_help(&out);
	else if (text_is(topic, "config"))
		settings_describe(&out);
	else if (c)
		options_help_command(c, &out);
	else
		err_set(&err, ERR_USAGE, "no help on \"%s\"", topic);
	if (err.kind != ERR_NONE) {
		err_try(&err, "xtui help");
		return cli_fail(cli, &err);
	}
	cli_print(cli, &out);
	str_fini(&out);
	return 0;
}
