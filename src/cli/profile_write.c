/* profile_write: two files may change: Cargo.toml by what was set of the profile, xtui.toml by what was set for
 * single targets. */
#include "cli/profile_line.h"

#include <stdio.h>
#include <stdlib.h>
#include "base/alloc.h"
#include "base/path.h"
#include "cli/cli.h"
#include "cli/table.h"
#include "plan/edit.h"
#include "plan/profile_edit.h"
#include "plan/undo.h"
#include "ready/survey.h"
#include "rust/profile.h"
#include "rust/workspace.h"
#include "text/json.h"

static void
append_changes(const struct cli *cli, const struct profile *p, struct str *out)
{
	static const char *const headings[] = { "option", "now", "from", "then", "effect", NULL };
	struct table *table = table_new(headings);
	struct str key = STR_INIT;

	for (size_t i = 0; i < profile_setting_count(p); i++) {
		const struct profile_setting *s = profile_setting_at(p, i);

		if (!s->is_changed)
			continue;
		str_clear(&key);
		profile_setting_key(s, &key);
		table_cell(table, INK_BOLD, key.data);
		table_cell(table, INK_PLAIN, s->configured ? s->configured : "");
		table_cell(table, INK_DIM, s->origin ? s->origin : "");
		table_cell(table, INK_WARN, s->value);
		table_cell(table, INK_DIM, profile_effect(s->option, s->value));
	}
	str_fini(&key);
	table_print(table, cli, out);
	table_free(table);
}

static void
warn_shadows(const struct profile *p)
{
	for (size_t i = 0; i < profile_setting_count(p); i++) {
		const struct profile_setting *s = profile_setting_at(p, i);
		const char *shadow = profile_edit_shadow(s);
		struct str key = STR_INIT;

		if (!shadow)
			continue;
		profile_setting_key(s, &key);
		fprintf(stderr,
			"xtui: %s: %s sets it, which counts more than Cargo.toml: it stays %s\n",
			key.data, shadow, s->configured);
		str_fini(&key);
	}
}

static void
warn_idle(const struct profile *p)
{
	for (size_t i = 0; i < p->override_count; i++)
		if (p->overrides[i].is_idle && p->overrides[i].settings)
			fprintf(stderr,
				"xtui: %s: Cargo.lock has no such package, so it changes nothing\n",
				p->overrides[i].table);
}

/* The edits that a line asks for. */
struct edits {
	struct edit *manifest; /* NULL: the line is about targets only */
	struct edit *project;  /* of xtui.toml; NULL: nothing was given for a target */
};

static bool
says_profile(const struct cli *cli)
{
	return args_has(&cli->args, OPT_PRESET) || args_has(&cli->args, OPT_SET);
}

static bool
edits_prepare(struct edits *e, const struct profile_line *line, struct err *err)
{
	const struct workspace *ws = line->survey->workspace;
	bool has_targets = line->targets.count > 0;

	*e = (struct edits){ 0 };
	if (!has_targets || says_profile(line->cli)) {
		if (!(e->manifest = profile_edit_prepare(
			      line->profile, ws, line->survey->toolchain, err)))
			return false;
	}
	return !has_targets ||
		(e->project = profile_targets_edit(&line->targets, ws->root, err)) != NULL;
}

static void
edits_fini(struct edits *e)
{
	edit_free(e->manifest);
	edit_free(e->project);
}

static bool
has_diff(const struct edit *e)
{
	return e && e->diff;
}

static void
print_text(const struct profile_line *line, const struct edits *e)
{
	const struct profile *p = line->profile;
	struct str out = STR_INIT;

	if (e->manifest && profile_is_changed(p)) {
		append_changes(line->cli, p, &out);
		str_append_char(&out, '\n');
		cli_append_diff(line->cli, e->manifest->diff, &out);
	} else if (e->manifest) {
		str_appendf(&out,
			"nothing to change: no --preset, --set or choice in xtui.toml differs from "
			"profile %s\n",
			p->name);
	}
	if (has_diff(e->project))
		cli_append_diff(line->cli, e->project->diff, &out);
	else if (e->project)
		str_append(&out, "nothing to change: xtui.toml says so already\n");
	cli_print(line->cli, &out);
	str_fini(&out);
	if (e->manifest) {
		warn_shadows(p);
		warn_idle(p);
	}
}

static struct json *
json_of_changes(const struct profile *p)
{
	struct json *changes = json_array();
	struct str key = STR_INIT;

	for (size_t i = 0; i < profile_setting_count(p); i++) {
		const struct profile_setting *s = profile_setting_at(p, i);
		struct json *o;

		if (!s->is_changed)
			continue;
		o = json_push(changes, json_object());
		str_clear(&key);
		profile_setting_key(s, &key);
		json_set_string(o, "key", key.data);
		json_set_string(o, "from", s->configured);
		json_set_string(o, "to", s->value);
		json_set_string(o, "origin", s->origin);
		json_set_bool(o, "shadowed", profile_edit_shadow(s) != NULL);
	}
	str_fini(&key);
	return changes;
}

static struct json *
json_of_options(const struct profile_targets *t)
{
	struct json *list = json_array();

	for (size_t i = 0; i < t->count; i++) {
		struct json *o = json_push(list, json_object());

		json_set_string(o, "target", t->options[i].triple);
		json_set_string(o, "key", t->options[i].key);
		json_set_string(o, "value", t->options[i].value);
	}
	return list;
}

static void
print_json(const struct profile_line *line, const struct edits *e, bool written)
{
	struct json *doc = json_object();

	json_set_number(doc, "schema", 1);
	json_set_string(doc, "profile", line->profile->name);
	json_set_string(doc, "path", e->manifest ? e->manifest->path : NULL);
	json_set(doc, "changes", e->manifest ? json_of_changes(line->profile) : json_array());
	json_set_string(doc, "diff", e->manifest ? e->manifest->diff : NULL);
	json_set_string(doc, "targets_path", e->project ? e->project->path : NULL);
	json_set(doc, "targets", json_of_options(&line->targets));
	json_set_string(doc, "targets_diff", e->project ? e->project->diff : NULL);
	json_set_bool(doc, "written", written);
	cli_print_json(line->cli, doc);
	json_free(doc);
}

static bool
write_edits(const struct profile_line *line, const struct edits *e, struct err *err)
{
	const char *root = line->survey->workspace->root;
	char *name = profile_variant_name(line->profile);
	char *what = xasprintf("profile.%s: %s", line->profile->name, name);
	bool ok = (!has_diff(e->manifest) || edit_make(e->manifest, root, what, err)) &&
		(!has_diff(e->project) || edit_make(e->project, root, "options of targets", err));

	free(what);
	free(name);
	return ok;
}

/* The number of the file's last edit, which stands first; 0: it is not known. */
static unsigned
undo_number(const struct edit *e)
{
	struct undo_list list = { 0 };
	unsigned number = 0;

	undo_list_load(&list, NULL);
	for (size_t i = 0; i < list.len && !number; i++)
		if (text_is(path_basename(list.items[i].file), path_basename(e->path)))
			number = list.items[i].number;
	undo_list_fini(&list);
	return number;
}

static void
tell_written(const struct edits *e)
{
	const struct edit *both[] = { e->manifest, e->project };

	for (size_t i = 0; i < 2; i++) {
		if (has_diff(both[i]))
			printf("%s is written; xtui setup --undo %u puts it back\n", both[i]->shown,
				undo_number(both[i]));
	}
}

static int
change(const struct profile_line *line, bool writes)
{
	bool json = args_has(&line->cli->args, OPT_JSON), ok, is_any;
	struct err err = ERR_INIT;
	struct edits e;

	if ((ok = edits_prepare(&e, line, &err)) && !json)
		print_text(line, &e);
	is_any = writes && (has_diff(e.manifest) || has_diff(e.project));
	if (ok && is_any)
		ok = cli_agree(line->cli, "profile write", "Write it?", "written", &err) &&
			write_edits(line, &e, &err);
	if (json && ok)
		print_json(line, &e, is_any);
	else if (is_any && ok && !line->cli->quiet)
		tell_written(&e);
	edits_fini(&e);
	return ok ? 0 : cli_fail(line->cli, &err);
}

int
profile_diff(const struct profile_line *line)
{
	return change(line, false);
}

int
profile_write(const struct profile_line *line)
{
	return change(line, true);
}
