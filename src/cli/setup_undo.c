/* setup_undo: see setup_undo.h. */
#include "cli/setup_undo.h"
#include <stdlib.h>
#include <time.h>
#include "base/path.h"
#include "cli/cli.h"
#include "plan/undo.h"
#include "text/json.h"

static const char *
state_name(enum undo_state state)
{
	static const char *const names[] = {
		[UNDO_READY] = "ready", [UNDO_BURIED] = "buried", [UNDO_CHANGED] = "changed"
	};

	return names[state];
}

static struct json *
entry_json(const struct undo_entry *e)
{
	struct json *o = json_object();

	json_set_number(o, "number", e->number);
	json_set_number(o, "made_at", (double)e->at);
	json_set_string(o, "file", e->file);
	json_set_string(o, "project", e->project);
	json_set_string(o, "what", e->what);
	json_set_bool(o, "created", e->created);
	json_set_string(o, "state", state_name(e->state));
	return o;
}

static void
print_json(const struct cli *cli, const struct undo_list *list)
{
	struct json *doc = json_object(), *edits = json_array();

	json_set_number(doc, "schema", 1);
	for (size_t i = 0; i < list->len; i++)
		json_push(edits, entry_json(&list->items[i]));
	json_set(doc, "edits", edits);
	cli_print_json(cli, doc);
	json_free(doc);
}

static void
append_entry(const struct cli *cli, const struct undo_entry *e, struct str *out)
{
	static const char *const notes[] = {
		[UNDO_READY] = "",
		[UNDO_BURIED] = "  (edited again later: put those back first)",
		[UNDO_CHANGED] = "  (changed since by somebody else: left alone)",
	};
	time_t at = (time_t)(e->at / 1000);
	char when[32] = "";
	char *shown = path_shown(e->file, NULL);
	struct tm tm;

	if (localtime_r(&at, &tm))
		strftime(when, sizeof when, "%Y-%m-%d %H:%M", &tm);
	str_appendf(out, "%s%4u%s  %s  %s  %s%s%s%s%s\n", ink(cli, INK_BOLD), e->number,
		ink(cli, INK_PLAIN), when, shown, e->what, e->created ? " (new file)" : "",
		ink(cli, INK_DIM), notes[e->state], ink(cli, INK_PLAIN));
	free(shown);
}

static int
list_edits(const struct cli *cli)
{
	struct undo_list list = { 0 };
	struct str out = STR_INIT;
	struct err err = ERR_INIT;

	if (!undo_list_load(&list, &err))
		return cli_fail(cli, &err);
	for (size_t i = 0; i < list.len; i++)
		append_entry(cli, &list.items[i], &out);
	if (args_has(&cli->args, OPT_JSON)) {
		print_json(cli, &list);
	} else {
		if (!list.len)
			str_append(&out, "there is no edit to put back\n");
		cli_print(cli, &out);
	}
	str_fini(&out);
	undo_list_fini(&list);
	return 0;
}

static bool
parse_number(const char *text, unsigned *number, struct err *err)
{
	char *end;
	unsigned long value = strtoul(text, &end, 10);

	*number = (unsigned)value;
	return (*text >= '0' && *text <= '9' && !*end && value == *number) ||
		err_set(err, ERR_USAGE,
			"setup --undo: expected the number of an edit, found \"%s\"", text);
}

static void
show_diff(const struct cli *cli, const struct str *diff)
{
	if (!cli->quiet && !args_has(&cli->args, OPT_JSON))
		cli_print(cli, diff);
}

static int
put_back(const struct cli *cli, const char *text)
{
	struct err err = ERR_INIT;
	struct str diff = STR_INIT;
	unsigned number;
	bool ok = parse_number(text, &number, &err) && undo_diff(number, &diff, &err);

	if (ok) {
		show_diff(cli, &diff);
		ok = cli_agree(cli, "setup --undo", "Put this back?", "put back", &err) &&
			undo_put_back(number, &err);
	}
	str_fini(&diff);
	return ok ? 0 : cli_fail(cli, &err);
}

int
setup_undo(const struct cli *cli)
{
	int status = 0;

	if (!cli->args.positional.len)
		return list_edits(cli);
	for (size_t i = 0; i < cli->args.positional.len && !status; i++)
		status = put_back(cli, cli->args.positional.items[i]);
	return status;
}
