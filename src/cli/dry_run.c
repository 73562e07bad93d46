#include "cli/dry_run.h"

#include "build/command.h"
#include "build/preview.h"
#include "cli/cli.h"
#include "text/json.h"

/* A comment for people above the lines of each: what is printed is a script. */
static void
add_lines(void *arg, const struct preview *p)
{
	struct str *out = arg;

	str_appendf(out, "# %s, %s:", p->variant, p->backend);
	for (size_t i = 0; i < p->target_count; i++)
		str_appendf(out, " %s", p->targets[i]);
	str_append_char(out, '\n');
	for (size_t i = 0; i < p->before_count; i++)
		str_appendf(out, "%s &&\n", p->before[i].text);
	str_appendf(out, "%s\n", p->command);
}

static void
add_object(void *arg, const struct preview *p)
{
	struct json *group = json_push(arg, json_object());
	struct json *targets = json_array(), *before = json_array();

	json_set_string(group, "variant", p->variant);
	json_set_string(group, "backend", p->backend);
	for (size_t i = 0; i < p->target_count; i++)
		json_push_string(targets, p->targets[i]);
	json_set(group, "targets", targets);
	for (size_t i = 0; i < p->before_count; i++) {
		struct json *line = json_push(before, json_object());

		json_set_string(line, "title", p->before[i].title);
		json_set_string(line, "command", p->before[i].text);
	}
	json_set(group, "before", before);
	json_set_string(group, "command", p->command);
}

static bool
print_json(const struct cli *cli, const struct run_spec *spec, struct err *err)
{
	struct json *document = json_object(), *groups = json_array();
	bool ok;

	json_set_number(document, "schema", 1);
	json_set(document, "groups", groups);
	if ((ok = preview_run(spec, add_object, groups, err)))
		cli_print_json(cli, document);
	json_free(document);
	return ok;
}

static bool
print_lines(const struct cli *cli, const struct run_spec *spec, struct err *err)
{
	struct str out = STR_INIT;
	bool ok = preview_run(spec, add_lines, &out, err);

	if (ok)
		cli_print(cli, &out);
	str_fini(&out);
	return ok;
}

int
dry_run(const struct cli *cli, const struct run_spec *spec)
{
	struct err err = ERR_INIT;
	bool json = args_has(&cli->args, OPT_JSON);

	return (json ? print_json : print_lines)(cli, spec, &err) ? 0 : cli_fail(cli, &err);
}
