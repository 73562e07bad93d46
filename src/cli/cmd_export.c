/* export: files for CI, containers and shells that build what the project has chosen. */
#include <stdio.h>
#include <stdlib.h>
#include "cli/build_spec.h"
#include "cli/cli.h"
#include "export/file.h"
#include "ready/survey.h"
#include "rust/workspace.h"
#include "text/json.h"
#include "text/shell.h"

/* What the line says besides the format, so that the file can tell how it was made. */
static char *
own_words(const struct args *args)
{
	struct str out = STR_INIT;

	for (size_t i = 0; i < args->values.len; i++) {
		const struct arg_value *v = &args->values.items[i];

		if (v->id != OPT_TARGET && (v->id != OPT_OUTPUT || text_is(v->value, "-")))
			continue;
		str_appendf(&out, " -%c ", option_rows[v->id].letter);
		shell_word(&out, v->value);
	}
	return str_take(&out);
}

static void
print_diff(const struct cli *cli, const struct export_file *f)
{
	struct str out = STR_INIT;

	cli_append_diff(cli, f->diff, &out);
	cli_print(cli, &out);
	str_fini(&out);
}

static void
print_json(const struct cli *cli, const struct export_file *f, const char *state)
{
	struct json *doc = json_object(), *left = json_array();
	char *text = span_dup(str_span(&f->after));

	json_set_number(doc, "schema", 1);
	json_set_string(doc, "format", f->format->name);
	json_set_string(doc, "path", f->path);
	json_set_string(doc, "state", state);
	json_set_string(doc, "diff", f->diff);
	json_set_string(doc, "text", text);
	for (size_t i = 0; i < f->left.len; i++) {
		struct json *o = json_push(left, json_object());

		json_set_string(o, "triple", f->left.items[i].triple);
		json_set_string(o, "why", f->left.items[i].why);
	}
	json_set(doc, "left_out", left);
	cli_print_json(cli, doc);
	json_free(doc);
	free(text);
}

static void
warn_left(const struct cli *cli, const struct export_file *f)
{
	for (size_t i = 0; i < f->left.len && !cli->quiet; i++)
		fprintf(stderr, "xtui: left out: %s: %s\n", f->left.items[i].triple,
			f->left.items[i].why);
}

static int
print(const struct cli *cli, const struct export_file *f)
{
	cli_print(cli, &f->after);
	return 0;
}

static int
check(const struct cli *cli, const struct export_file *f)
{
	bool json = args_has(&cli->args, OPT_JSON);
	struct err err = ERR_INIT;

	if (json)
		print_json(cli, f,
			export_is_current(f) ? "current"
				: f->exists  ? "differs"
					     : "absent");
	if (!export_check(f, &err))
		return cli_fail(cli, &err);
	if (!json && !cli->quiet)
		printf("%s is what the choice says\n", f->shown);
	return 0;
}

/* It is shown and stays as it is. */
static int
refuse(const struct cli *cli, const struct export_file *f)
{
	struct err err = ERR_INIT;

	if (args_has(&cli->args, OPT_JSON))
		print_json(cli, f, "differs");
	else
		print_diff(cli, f);
	err_set(&err, ERR_FAILED, "%s: it is there and says something else: nothing was written",
		f->shown);
	err_try(&err, "xtui export %s --force", f->format->name);
	return cli_fail(cli, &err);
}

static int
write_file(const struct cli *cli, const struct survey *s, const struct export_file *f)
{
	bool json = args_has(&cli->args, OPT_JSON), is_current = export_is_current(f);
	struct err err = ERR_INIT;

	if (f->exists && !is_current && !args_has(&cli->args, OPT_FORCE))
		return refuse(cli, f);
	if (!json && f->exists && !is_current)
		print_diff(cli, f);
	if (!is_current && !export_file_write(f, s->workspace->root, &err))
		return cli_fail(cli, &err);
	if (json)
		print_json(cli, f, is_current ? "current" : "written");
	else if (!cli->quiet)
		printf("%s %s\n", f->shown,
			is_current ? "is what the choice says already"
				   : "is written; xtui setup --undo puts back what was there");
	return 0;
}

static int
run(struct cli *cli, const struct export_format *format, const struct survey *s)
{
	const char *output = args_get(&cli->args, OPT_OUTPUT, NULL);
	bool prints = text_is(output, "-");
	char *words = own_words(&cli->args);
	struct export_file *f = NULL;
	struct build_spec spec;
	struct err err = ERR_INIT;
	int status;

	if (build_spec_init(&spec, cli, s, NULL, &err)) {
		f = export_prepare(format, &spec.order.run, prints ? NULL : output, words, &err);
		build_spec_fini(&spec);
	}
	free(words);
	if (!f)
		return cli_fail(cli, &err);
	warn_left(cli, f);
	status = args_has(&cli->args, OPT_CURRENT) ? check(cli, f)
		: prints                           ? print(cli, f)
						   : write_file(cli, s, f);
	export_file_free(f);
	return status;
}

int
cmd_export(struct cli *cli)
{
	const struct export_format *format = NULL;
	struct err err = ERR_INIT;
	struct survey *s;
	int status;

	if (cli->args.positional.len)
		format = export_format_find(cli->args.positional.items[0], &err);
	else
		err_set(&err, ERR_USAGE,
			"export: say which file: github, gitlab, dockerfile, "
			"cross-toml, cargo-config or script");
	if (!format)
		return cli_fail(cli, &err);
	s = cli_survey(cli);
	if (!s->workspace)
		status = cli_fail(cli, &s->workspace_err);
	else if (!s->conf)
		status = cli_fail(cli, &s->conf_err);
	else if (!s->toolchain)
		status = cli_fail(cli, &s->toolchain_err);
	else
		status = run(cli, format, s);
	survey_free(s);
	return status;
}
