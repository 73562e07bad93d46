/* manual: prints xtui(1) or, with the argument 5, xtui.toml(5), or with "hints" the catalogue of causes,
 * from the tables that the program itself reads, so that the manual cannot be wrong about them. `make
 * docs` runs it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/str.h"
#include "cli/options.h"
#include "hint/catalogue.h"
#include "hint/rules.h"
#include "host/settings.h"
#include "rust/choice.h"
#include "ui/app.h"
#include "ui/key_list.h"
#include "ui/screen.h"

/* Text within a macro line: a backslash, a leading dot or quote would be taken for roff. */
static void
text(const char *s)
{
	for (; *s; s++) {
		if (*s == '\\')
			fputs("\\e", stdout);
		else if (*s == '-')
			fputs("\\-", stdout);
		else if (*s == '"')
			fputs("\\(dq", stdout);
		else if (*s == '\'')
			fputs("\\(aq", stdout);
		else if (*s == '`')
			fputs("\\(ga", stdout);
		else
			putchar(*s);
	}
}

static void
line(const char *s)
{
	if (*s == '.')
		fputs("\\&", stdout);
	text(s);
	putchar('\n');
}

/* Of the text up to the end of its line or of a sentence within it. */
static size_t
sentence_len(const char *s)
{
	size_t len = strcspn(s, "\n");

	for (size_t i = 1; i + 1 < len; i++)
		if (s[i] == '.' && s[i + 1] == ' ' && s[i - 1] != '.')
			return i + 1;
	return len;
}

/* New lines of the source stay, and each sentence begins one. */
static void
paragraphs(const char *s)
{
	while (*s) {
		size_t len = sentence_len(s);
		char *piece = strndup(s, len);

		line(piece);
		free(piece);
		s += len + (s[len] == '\n' || s[len] == ' ');
	}
}

/* Of a command; of all commands for NULL. */
static void
options(const struct command_row *c)
{
	puts(".Bl -tag -width Ds");
	for (int i = 0; i < OPT_COUNT; i++) {
		const struct option_row *o = &option_rows[i];

		if (c ? !command_takes(c, o->id) : i >= OPTION_GLOBAL_END)
			continue;
		fputs(".It ", stdout);
		if (o->letter)
			printf("Fl %c , ", o->letter);
		fputs("Fl Fl ", stdout);
		text(o->name);
		if (o->argument)
			printf(" Ar %s", o->argument);
		putchar('\n');
		line(o->help);
	}
	puts(".El");
}

static void
commands(void)
{
	for (const struct command_row *c = command_rows; c->name; c++) {
		printf(".Ss %s\n", c->name);
		puts(".Bd -ragged -compact");
		puts(".Nm");
		printf(".Cm %s\n", c->name);
		paragraphs(c->usage);
		puts(".Ed\n.Pp");
		line(c->help);
		if (*c->details) {
			puts(".Pp");
			paragraphs(c->details);
		}
		if (c->options || c->late_options)
			options(c);
	}
}

/* Arguments of a macro: a word that is a delimiter of mdoc's would not be one. */
static void
arguments(const char *s)
{
	for (bool is_begin = true; *s; is_begin = *s++ == ' ') {
		char piece[] = { *s, '\0' };

		if (is_begin && strchr(".,:;()[]?!|", *s))
			fputs("\\&", stdout);
		text(piece);
	}
	putchar('\n');
}

static void
keys(const char *title, unsigned where)
{
	printf(".Ss %s\n.Bl -tag -width Ds -compact\n", title);
	for (int id = ACT_NONE + 1; id < ACT_COUNT; id++) {
		const struct action *a = action_get((enum action_id)id);

		if (!key_list_has(a, where))
			continue;
		fputs(".It ", stdout);
		arguments(a->keys);
		line(a->what);
		fputs(".Pq Li ", stdout);
		line(a->name);
	}
	puts(".El");
}

static void
page_1(void)
{
	puts(".Dd November 21, 2026\n.Dt XTUI 1\n.Os\n.Sh NAME\n.Nm xtui\n"
	     ".Nd workbench for cross\\-compiling Rust projects\n"
	     ".Sh SYNOPSIS\n.Nm\n.Op Cm + Ns Ar toolchain\n.Op Ar options\n.Op Ar command Op Ar "
	     "arguments\n"
	     ".Sh DESCRIPTION\n"
	     ".Nm\nshows every target of the Rust toolchain at hand and "
	     "whether this machine can build for it,\n"
	     "builds several targets at once in panes with live logs,\n"
	     "and says why a link failed.\n"
	     "Without a command it opens the interactive workbench; "
	     "without a terminal it does what\n"
	     ".Cm doctor\ndoes.\n"
	     ".Pp\nOptions that go with every command:");
	options(NULL);
	puts(".Sh COMMANDS");
	commands();
	puts(".Sh KEYS\nThe name in parentheses is the action's in the table\n"
	     ".Li [keys]\nof\n.Pa config.toml .");
	for (size_t i = 0; app_screens[i]; i++)
		keys(app_screens[i]->title, 1u << app_screens[i]->id);
	keys("Everywhere", ON_SCREENS);
	keys("While typing", ON_TYPING);
	puts(".Sh ENVIRONMENT\n.Bl -tag -width Ds\n"
	     ".It Ev NO_COLOR , Ev CLICOLOR_FORCE , Ev TERM , Ev CI\n"
	     "No colours; colours also into a pipe; the terminal; plain output.\n"
	     ".It Ev RUSTUP_TOOLCHAIN , Ev RUSTUP_HOME , Ev CARGO_HOME , Ev RUSTC\n"
	     "As cargo and rustup take them.\n"
	     ".It Ev XDG_CONFIG_HOME , Ev XDG_STATE_HOME , Ev XDG_CACHE_HOME , Ev XDG_DATA_HOME\n"
	     "Where the files below are.\n.El\n"
	     ".Sh FILES\n.Bl -tag -width Ds\n"
	     ".It Pa xtui.toml\nThe project's choice, see\n.Xr xtui.toml 5 .\n"
	     ".It Pa $XDG_CONFIG_HOME/xtui/config.toml\nThe user's settings and keys.\n"
	     ".It Pa $XDG_CONFIG_HOME/xtui/themes/ , Pa $XDG_CONFIG_HOME/xtui/hints/\n"
	     "The user's own themes and hint rules.\n"
	     ".It Pa .xtui/hints/\nThe project's own hint rules, beside its Cargo.toml.\n"
	     ".It Pa $XDG_STATE_HOME/xtui/logs/\nThe logs of every run, whole.\n"
	     ".It Pa $XDG_CACHE_HOME/xtui/\n"
	     "What was found out of toolchains, and results of probes.\n.El\n"
	     ".Sh EXIT STATUS\n.Bl -tag -width Ds -compact\n"
	     ".It 0\nWhat was asked for succeeded.\n"
	     ".It 1\nA build failed, a checked target is not ready, or no hint was found.\n"
	     ".It 2\nThe command line is wrong, or a file cannot be parsed.\n"
	     ".It 3\nThe environment lacks what the command needs.\n"
	     ".It 4\nThe terminal cannot be used.\n"
	     ".It 128+n\nEnded by signal n.\n.El\n"
	     ".Sh EXAMPLES\nWhat can be built here:\n.Dl xtui targets \\-\\-ready\n"
	     "Prove that a target links, and see what is missing if not:\n"
	     ".Dl xtui doctor aarch64\\-unknown\\-linux\\-gnu \\-\\-probe\n"
	     "Build two targets, small:\n"
	     ".Dl xtui build \\-t x86_64\\-unknown\\-linux\\-musl "
	     "\\-t aarch64\\-unknown\\-linux\\-gnu \\-\\-preset small\n"
	     "Why did that CI job fail?\n.Dl xtui explain build.log\n"
	     ".Sh SEE ALSO\n.Xr cargo 1 ,\n.Xr rustc 1 ,\n.Xr xtui.toml 5");
}

/* Line by line, as it is. */
static void
literal(const struct str *text)
{
	struct span rest = str_span(text);

	while (rest.len) {
		char *one = span_dup(span_cut(rest, '\n', &rest));

		line(one);
		free(one);
	}
}

static void
page_5(void)
{
	struct str list = STR_INIT;

	puts(".Dd November 21, 2026\n.Dt XTUI.TOML 5\n.Os\n.Sh NAME\n.Nm xtui.toml\n"
	     ".Nd a project's choice of targets, and the settings of xtui\n"
	     ".Sh DESCRIPTION\n"
	     "The file\n.Nm\nbeside the Cargo.toml of a workspace says what\n.Xr xtui 1\n"
	     "builds there.\n"
	     "The workbench keeps it up to date; comments and order stay.\n"
	     "It is read strictly: a key that is not known is refused.\n.Bd -literal");
	choice_describe(&list);
	literal(&list);
	puts(".Ed\n"
	     ".Sh SETTINGS\nThe user's own, in\n.Pa $XDG_CONFIG_HOME/xtui/config.toml :\n"
	     ".Bd -literal");
	str_clear(&list);
	settings_describe(&list);
	literal(&list);
	puts(".Ed\n.Pp\nThe table\n.Li [keys]\nbinds actions to keys: a key, a list of keys, or\n"
	     ".Li \\(dqnone\\(dq .\n.Sh EXAMPLES\n.Bd -literal\n"
	     "targets = [\\(dqx86_64\\-unknown\\-linux\\-musl\\(dq, "
	     "\\(dqaarch64\\-unknown\\-linux\\-gnu\\(dq]\n"
	     "\n[profile]\npreset = \\(dqsmall\\(dq\n.Ed\n.Sh SEE ALSO\n.Xr xtui 1");
	str_fini(&list);
}

static bool
hints(void)
{
	struct err err = ERR_INIT;
	struct rules *rules = rules_load(NULL, &err);
	struct str text = STR_INIT;

	if (!rules) {
		fprintf(stderr, "manual: %s\n", err.message);
		return false;
	}
	catalogue_markdown(rules, &text);
	fputs(str_cstr(&text), stdout);
	str_fini(&text);
	rules_free(rules);
	return true;
}

int
main(int argc, char **argv)
{
	const char *which = argc > 1 ? argv[1] : "1";

	if (text_is(which, "hints") && !hints())
		return 1;
	if (text_is(which, "5"))
		page_5();
	if (text_is(which, "1"))
		page_1();
	return ferror(stdout) || fflush(stdout);
}
