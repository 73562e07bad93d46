#include "cli/profile_write.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include "base/alloc.h"
#include "cli/cli.h"
#include "cli/table.h"
#include "plan/edit.h"
#include "plan/profile_edit.h"
#include "ready/survey.h"
#include "rust/profile.h"
#include "rust/workspace.h"
#include "text/json.h"

static void
append_changes(const struct cli *cli, const struct profile *p, struct str *out)
{
	static const char *const headings[] = { "option", "now", "from", "then", "effect", NULL };
	struct table *table = table_new(headings);

	for (size_t i = 0; i < profile_setting_count(p); i++) {
		const struct profile_setting *s = profile_setting_at(p, i);

		if (!s->is_changed)
			continue;
		table_cell(table, INK_BOLD, s->option->key);
		table_cell(table, INK_PLAIN, s->configured);
		table_cell(table, INK_DIM, s->origin);
		table_cell(table, INK_WARN, s->value);
		table_cell(table, INK_DIM, s->option->effect);
	}
	table_print(table, cli, out);
	table_free(table);
}

static void
warn_shadows(const struct profile *p)
{
	for (size_t i = 0; i < profile_setting_count(p); i++) {
		const char *shadow = profile_edit_shadow(profile_setting_at(p, i));

		if (shadow)
			fprintf(stderr,
				"xtui: %s: %s sets it, which counts more than Cargo.toml: it stays "
				"%s\n",
				p->settings[i].option->key, shadow, p->settings[i].configured);
	}
}

static void
append_diff(const struct cli *cli, const struct edit *e, struct str *out)
{
	struct span rest = span_of(e->diff ? e->diff : "");

	while (rest.len) {
		struct span line = span_cut(rest, '\n', &rest);
		enum ink i = span_starts(line, "+") ? INK_GOOD
			: span_starts(line, "-")    ? INK_BAD
						    : INK_PLAIN;

		str_appendf(out, "%s%.*s%s\n", ink(cli, i), (int)line.len, line.data,
			ink(cli, INK_PLAIN));
	}
}

static void
print_text(const struct cli *cli, const struct profile *p, const struct edit *e)
{
	struct str out = STR_INIT;

	if (profile_is_changed(p)) {
		append_changes(cli, p, &out);
		str_append_char(&out, '\n');
		append_diff(cli, e, &out);
	} else {
		str_appendf(&out,
			"nothing to change: no --preset, --set or choice in xtui.toml differs from "
			"profile %s\n",
			p->name);
	}
	cli_print(cli, &out);
	str_fini(&out);
	warn_shadows(p);
}

static void
print_json(const struct cli *cli, const struct profile *p, const struct edit *e, bool written)
{
	struct json *doc = json_object(), *changes = json_array();

	json_set_number(doc, "schema", 1);
	json_set_string(doc, "profile", p->name);
	json_set_string(doc, "path", e->path);
	for (size_t i = 0; i < profile_setting_count(p); i++) {
		const struct profile_setting *s = profile_setting_at(p, i);
		struct json *o;

		if (!s->is_changed)
			continue;
		o = json_push(changes, json_object());
		json_set_string(o, "key", s->option->key);
		json_set_string(o, "from", s->configured);
		json_set_string(o, "to", s->value);
		json_set_string(o, "origin", s->origin);
		json_set_bool(o, "shadowed", profile_edit_shadow(profile_setting_at(p, i)) != NULL);
	}
	json_set(doc, "changes", changes);
	json_set_string(doc, "diff", e->diff);
	json_set_bool(doc, "written", written);
	cli_print_json(cli, doc);
	json_free(doc);
}

static bool
write_edit(const struct survey *s, const struct profile *p, const struct edit *e, struct err *err)
{
	char *name = profile_variant_name(p), *what = xasprintf("profile.%s: %s", p->name, name);
	bool ok = edit_make(e, s->workspace->root, what, err);

	free(what);
	free(name);
	return ok;
}

static int
change(const struct cli *cli, const struct survey *s, const struct profile *p, bool writes)
{
	bool json = args_has(&cli->args, OPT_JSON), ok = true;
	struct err err = ERR_INIT;
	struct edit *e = profile_edit_prepare(p, s->workspace, &err);

	if (!e)
		return cli_fail(cli, &err);
	if (!json)
		print_text(cli, p, e);
	if (writes && e->diff)
		ok = cli_agree(cli, "profile write", "Write it?", "written", &err) &&
			write_edit(s, p, e, &err);
	if (json && ok)
		print_json(cli, p, e, writes && e->diff);
	else if (writes && e->diff && ok && !cli->quiet)
		printf("%s is written; xtui setup --undo puts it back\n", e->shown);
	edit_free(e);
	return ok ? 0 : cli_fail(cli, &err);
}

int
profile_diff(const struct cli *cli, const struct survey *s, const struct profile *p)
{
	return change(cli, s, p, false);
}

int
profile_write(const struct cli *cli, const struct survey *s, const struct profile *p)
{
	return change(cli, s, p, true);
}
