/* completions: scripts for shells, printed from the tables of options.c. */
#include <string.h>
#include "base/count.h"
#include "cli/cli.h"

/* A command of the shells that prints every triple. */
#define TRIPLES "xtui -q targets 2>/dev/null | sed \"1d;s/ .*//\""

static void
bash_words(struct str *out, const struct command_row *c)
{
	for (int i = 0; i < OPT_COUNT; i++)
		if (i < OPTION_GLOBAL_END || (c && command_takes(c, (enum option_id)i)))
			str_appendf(out, " --%s", option_rows[i].name);
}

static void
command_names(struct str *out)
{
	for (const struct command_row *c = command_rows; c->name; c++)
		str_appendf(out, " %s", c->name);
}

/* A word of the line that belongs to the option before it is no command. */
static void
bash_options_with_argument(struct str *out)
{
	const char *separator = "\t\t";

	for (int i = 0; i < OPTION_GLOBAL_END; i++) {
		const struct option_row *o = &option_rows[i];

		if (!o->argument)
			continue;
		str_appendf(out, "%s--%s", separator, o->name);
		if (o->letter)
			str_appendf(out, "|-%c", o->letter);
		separator = "|";
	}
	str_append(out, ") ((i++)) ;;\n");
}

static void
bash(struct str *out)
{
	str_append(out,
		"# bash completion for xtui\n"
		"_xtui() {\n"
		"\tlocal word=${COMP_WORDS[COMP_CWORD]} last=${COMP_WORDS[COMP_CWORD-1]}\n"
		"\tlocal command='' words='' i\n"
		"\tfor ((i = 1; i < COMP_CWORD; i++)); do\n"
		"\t\tcase ${COMP_WORDS[i]} in\n");
	bash_options_with_argument(out);
	str_append(out,
		"\t\t-*|+*) ;;\n"
		"\t\t*) command=${COMP_WORDS[i]}; break ;;\n"
		"\t\tesac\n"
		"\tdone\n"
		"\tcase $last in -t|--target) words=$(" TRIPLES ") ;; esac\n"
		"\t[ -n \"$words\" ] || case $command in\n");
	for (const struct command_row *c = command_rows; c->name; c++) {
		str_appendf(out, "\t%s) words='", c->name);
		bash_words(out, c);
		str_append(out, "' ;;\n");
	}
	str_append(out, "\t*) words='");
	command_names(out);
	bash_words(out, NULL);
	str_append(out,
		"' ;;\n\tesac\n"
		"\tCOMPREPLY=($(compgen -W \"$words\" -- \"$word\"))\n"
		"}\n"
		"complete -o default -F _xtui xtui\n");
}

/* A text within a single-quoted word; what `special` names gets a backslash besides. */
static void
quoted(struct str *out, const char *text, const char *special)
{
	for (; *text; text++) {
		if (*text == '\'')
			str_append(out, "'\\''");
		else if (strchr(special, *text))
			str_appendf(out, "\\%c", *text);
		else
			str_append_char(out, *text);
	}
}

static void
zsh_option(struct str *out, const struct option_row *o)
{
	str_appendf(out, " '--%s%s[", o->name, o->argument ? "=" : "");
	quoted(out, o->help, ":[]");
	str_appendf(out, "]%s%s%s'", o->argument ? ":" : "", o->argument ? o->argument : "",
		!o->argument                             ? ""
			: text_is(o->argument, "TRIPLE") ? ":_xtui_triples"
							 : ":_files");
}

static void
zsh(struct str *out)
{
	str_append(out,
		"#compdef xtui\n"
		"_xtui_triples() { compadd -- $(" TRIPLES ") }\n"
		"_xtui() {\n\tlocal -a commands\n\tcommands=(");
	for (const struct command_row *c = command_rows; c->name; c++) {
		str_appendf(out, " '%s:", c->name);
		quoted(out, c->help, ":");
		str_append(out, "'");
	}
	str_append(out,
		" )\n\tif (( CURRENT == 2 )); then\n\t\t_describe command commands\n\tfi\n"
		"\tcase $words[2] in\n");
	for (const struct command_row *c = command_rows; c->name; c++) {
		str_appendf(out, "\t%s) _arguments", c->name);
		for (int i = 0; i < OPT_COUNT; i++)
			if (i < OPTION_GLOBAL_END || command_takes(c, (enum option_id)i))
				zsh_option(out, &option_rows[i]);
		str_append(out, " '*:file:_files' ;;\n");
	}
	str_append(out, "\tesac\n}\n_xtui \"$@\"\n");
}

static void
fish_option(struct str *out, const struct option_row *o, const char *command)
{
	str_append(out, "complete -c xtui");
	if (command)
		str_appendf(out, " -n '__fish_seen_subcommand_from %s'", command);
	str_appendf(out, " -l %s", o->name);
	if (o->letter)
		str_appendf(out, " -s %c", o->letter);
	if (o->argument && text_is(o->argument, "TRIPLE"))
		str_append(out, " -xa '(" TRIPLES ")'");
	else if (o->argument)
		str_append(out, " -r");
	str_append(out, " -d '");
	quoted(out, o->help, "\\");
	str_append(out, "'\n");
}

static void
fish(struct str *out)
{
	str_append(out, "# fish completion for xtui\n");
	for (const struct command_row *c = command_rows; c->name; c++) {
		str_appendf(
			out, "complete -c xtui -n __fish_use_subcommand -f -a %s -d '", c->name);
		quoted(out, c->help, "\\");
		str_append(out, "'\n");
		for (int i = OPTION_GLOBAL_END; i < OPT_COUNT; i++)
			if (command_takes(c, (enum option_id)i))
				fish_option(out, &option_rows[i], c->name);
	}
	for (int i = 0; i < OPTION_GLOBAL_END; i++)
		fish_option(out, &option_rows[i], NULL);
}

int
cmd_completions(struct cli *cli)
{
	static const struct {
		const char *name;
		void (*print)(struct str *out);
	} shells[] = { { "bash", bash }, { "zsh", zsh }, { "fish", fish } };
	const char *shell = cli->args.positional.len ? cli->args.positional.items[0] : "";
	struct str out = STR_INIT;
	struct err err = ERR_INIT;

	for (size_t i = 0; i < COUNT(shells); i++) {
		if (!text_is(shell, shells[i].name))
			continue;
		shells[i].print(&out);
		cli_print(cli, &out);
		str_fini(&out);
		return 0;
	}
	err_set(&err, ERR_USAGE, "completions: expected bash, zsh or fish, found \"%s\"", shell);
	return cli_fail(cli, &err);
}
