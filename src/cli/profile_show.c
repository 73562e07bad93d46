/* profile_show: what is in force of a profile and for single targets. */
#include "cli/profile_line.h"

#include <stdlib.h>
#include "base/alloc.h"
#include "base/arena.h"
#include "base/path.h"
#include "build/profile_notes.h"
#include "build/way.h"
#include "cli/cli.h"
#include "cli/table.h"
#include "host/platform.h"
#include "ready/survey.h"
#include "ready/tuning.h"
#include "rust/cargoconf.h"
#include "rust/choice.h"
#include "rust/profile.h"
#include "rust/profile_known.h"
#include "rust/workspace.h"
#include "text/json.h"

struct view {
	const struct cli *cli;
	const struct survey *survey;
	const struct profile *profile;
	const struct choice *choice; /* or NULL */
	const char *package;         /* that is asked about; NULL: the profile as a whole */
	bool is_member;              /* of the workspace */
	const char *const *targets;
	size_t target_count;
	struct tuning *tunings; /* of each target */
	struct profile_note *notes;
	size_t note_count;
	struct arena arena;
};

/* --- what is shown --- */

static void
add_target(struct view *v, const char **list, const char *triple)
{
	for (size_t i = 0; i < v->target_count; i++) {
		if (text_is(list[i], triple))
			return;
	}
	list[v->target_count++] = triple;
}

/* Those of the line, else those that the project builds or says something about. */
static void
list_targets(struct view *v)
{
	size_t named_count, chosen = v->choice ? choice_target_count(v->choice) : 0, tuned = 0;
	const char **named = args_all(&v->cli->args, OPT_TARGET, &named_count);
	const char **list;

	while (v->choice && choice_tuned(v->choice, tuned))
		tuned++;
	list = arena_array(&v->arena, const char *, named_count + chosen + tuned + 1);
	for (size_t i = 0; i < named_count; i++)
		add_target(v, list, named[i]);
	for (size_t i = 0; i < chosen && !named_count; i++)
		add_target(v, list, choice_target(v->choice, i));
	for (size_t i = 0; i < tuned && !named_count; i++)
		add_target(v, list, choice_tuned(v->choice, i));
	free(named);
	v->targets = list;
}

static void
find_package(struct view *v)
{
	const struct workspace *ws = v->survey->workspace;

	v->package = args_get(&v->cli->args, OPT_PACKAGE, NULL);
	for (size_t i = 0; v->package && ws && i < ws->package_count; i++)
		v->is_member |= text_is(ws->packages[i].name, v->package);
}

static void
view_init(struct view *v)
{
	struct profile_notes_query query = {
		.profile = v->profile, .survey = v->survey, .memory = platform_get()->memory
	};

	list_targets(v);
	find_package(v);
	v->tunings = arena_array(&v->arena, struct tuning, v->target_count + 1);
	for (size_t i = 0; i < v->target_count && v->choice; i++)
		v->tunings[i] = tuning_chosen(v->choice, v->targets[i], &v->arena);
	query.targets = v->targets;
	query.target_count = v->target_count;
	query.tunings = v->tunings;
	v->notes = profile_notes(&query, &v->arena, &v->note_count);
}

/* What only a nightly knows is of interest when somebody has said something about it. */
static bool
is_of_interest(const struct profile_setting *s)
{
	if (*s->table)
		return s->value != NULL;
	return !s->option->is_nightly || s->is_changed || !text_is(s->origin, "default");
}

static const char *
key_of(struct view *v, const struct profile_setting *s)
{
	struct str key = STR_INIT;
	const char *kept;

	profile_setting_key(s, &key);
	kept = arena_strdup(&v->arena, key.data);
	str_fini(&key);
	return kept;
}

/* --- for people --- */

/* "Cargo.toml:7, not 3 (default)": where it comes from, and what it wins over. */
static const char *
source_of(struct view *v, const struct profile_setting *s)
{
	const char *dir = v->survey->dir;
	char *origin = s->origin ? path_shown(s->origin, dir) : NULL;
	const char *text = s->is_changed ? "this build" : origin ? origin : "";
	const struct profile_layer *under = s->under_count ? &s->under[0] : NULL;
	char *below = NULL;

	if (s->is_changed && s->configured && !text_is(s->origin, "default")) {
		text = arena_printf(&v->arena, "%s, not %s (%s)", text, s->configured, origin);
	} else if (under && !text_is(under->origin, "default")) {
		below = path_shown(under->origin, dir);
		text = arena_printf(&v->arena, "%s, not %s (%s)", text, under->value, below);
	}
	text = arena_strdup(&v->arena, text);
	free(below);
	free(origin);
	return text;
}

static void
append_options(struct view *v, struct str *out)
{
	static const char *const headings[] = { "option", "value", "from", "effect", NULL };
	struct table *table = table_new(headings);

	for (size_t i = 0; i < profile_setting_count(v->profile); i++) {
		const struct profile_setting *s = profile_setting_at(v->profile, i);

		if (!is_of_interest(s))
			continue;
		table_cell(table, INK_PLAIN, key_of(v, s));
		table_cell(table, s->is_changed ? INK_WARN : INK_BOLD, s->value);
		table_cell(table, INK_DIM, source_of(v, s));
		table_cell(table, INK_DIM, profile_effect(s->option, s->value));
	}
	table_print(table, v->cli, out);
	table_free(table);
}

/* Where nobody says more, what compiles fastest; NULL: rustc's own choice, or none of its own. */
static const char *
value_for_host(struct view *v, const struct profile_option *option)
{
	const struct profile_setting *s =
		profile_decides(v->profile, option, v->package, v->is_member, true);

	if (option->is_whole)
		return NULL;
	return s ? s->value : text_is(option->key, "opt-level") ? "0" : NULL;
}

/* What one package is compiled with, by which table. */
static void
append_package(struct view *v, struct str *out)
{
	static const char *const headings[] = { "option", "value", "from", "by", "build script",
		NULL };
	struct table *table = table_new(headings);

	for (size_t i = 0; i < profile_option_count; i++) {
		const struct profile_option *option = &profile_options[i];
		const struct profile_setting *s =
			profile_decides(v->profile, option, v->package, v->is_member, false);
		const char *host = value_for_host(v, option);

		if (!is_of_interest(s))
			continue;
		table_cell(table, INK_PLAIN, option->key);
		table_cell(table, s->is_changed ? INK_WARN : INK_BOLD, s->value);
		table_cell(table, INK_DIM, source_of(v, s));
		table_cell(table, INK_DIM, *s->table ? s->table : v->profile->name);
		table_cell(table, INK_DIM, host ? host : "-");
	}
	table_print(table, v->cli, out);
	table_free(table);
}

static void
append_line(struct view *v, struct str *out, enum ink i, const char *head, const char *text)
{
	str_appendf(out, "%s%s%s: %s\n", ink(v->cli, i), head, ink(v->cli, INK_PLAIN), text);
}

/* What the toolchain does not know. */
static void
append_lacks(struct view *v, struct str *out)
{
	const struct profile *p = v->profile;

	for (size_t i = 0; i < profile_setting_count(p); i++) {
		const struct profile_setting *s = profile_setting_at(p, i);
		const char *lack =
			is_of_interest(s) ? profile_lack(s, v->survey->toolchain, &v->arena) : NULL;

		if (lack)
			append_line(v, out, INK_WARN, key_of(v, s),
				arena_printf(&v->arena, "needs %s", lack));
	}
}

static void
append_notes(struct view *v, struct str *out)
{
	for (size_t i = 0; i < v->note_count; i++) {
		const struct profile_note *n = &v->notes[i];
		const char *head = n->targets
			? arena_printf(&v->arena, "%s (%s)", n->key, n->targets)
			: n->key;

		append_line(v, out, n->is_warning ? INK_WARN : INK_DIM, head, n->text);
	}
}

static void
append_targets(struct view *v, struct str *out)
{
	for (size_t i = 0; i < v->target_count; i++) {
		const char *line = "";

		for (const char *const *key = way_keys; *key && v->choice; key++) {
			const char *text = choice_option(v->choice, v->targets[i], *key);
			const char *const *words = tuning_split(text, &v->arena);

			if (!text)
				continue;
			line = arena_printf(&v->arena, "%s%s%s =", line, *line ? ", " : "", *key);
			for (; *words; words++)
				line = arena_printf(&v->arena, "%s %s", line, *words);
		}
		if (*line)
			append_line(v, out, INK_NAME, v->targets[i], line);
	}
}

static void
print_text(struct view *v)
{
	struct str out = STR_INIT;

	for (size_t i = 0; i + 1 < v->profile->chain_len; i++)
		str_appendf(&out, "%s inherits from %s\n", v->profile->chain[i],
			v->profile->chain[i + 1]);
	if (v->package) {
		append_package(v, &out);
	} else {
		append_options(v, &out);
		append_targets(v, &out);
		append_lacks(v, &out);
		append_notes(v, &out);
	}
	cli_print(v->cli, &out);
	str_fini(&out);
}

/* --- for programs --- */

static struct json *
json_of_layers(const struct profile_setting *s)
{
	struct json *list = json_array();

	for (size_t i = 0; i < s->under_count; i++) {
		struct json *o = json_push(list, json_object());

		json_set_string(o, "value", s->under[i].value);
		json_set_string(o, "origin", s->under[i].origin);
	}
	return list;
}

static struct json *
json_of_setting(struct view *v, const struct profile_setting *s)
{
	struct json *o = json_object();

	json_set_string(o, "key", s->option->key);
	json_set_string(o, "value", s->value);
	json_set_string(o, "origin", s->origin);
	json_set_bool(o, "changed", s->is_changed);
	json_set_string(o, "configured", s->configured);
	json_set(o, "wins_over", json_of_layers(s));
	json_set(o, "allowed", json_strings(s->option->values));
	json_set_string(o, "effect", profile_effect(s->option, s->value));
	json_set_string(o, "needs", profile_lack(s, v->survey->toolchain, &v->arena));
	return o;
}

static struct json *
json_of_overrides(struct view *v)
{
	struct json *list = json_array();

	for (size_t i = 0; i < v->profile->override_count; i++) {
		const struct profile_override *over = &v->profile->overrides[i];
		struct json *o, *options;

		if (profile_override_is_empty(over))
			continue;
		o = json_push(list, json_object());
		options = json_array();
		json_set_string(o, "table", over->table);
		json_set_string(o, "package", over->spec);
		json_set_bool(o, "idle", over->is_idle);
		for (size_t k = 0; k < profile_option_count; k++) {
			if (over->settings[k].value)
				json_push(options, json_of_setting(v, &over->settings[k]));
		}
		json_set(o, "options", options);
	}
	return list;
}

static struct json *
json_of_package(struct view *v)
{
	struct json *o = json_object(), *options = json_array();

	json_set_string(o, "name", v->package);
	json_set_bool(o, "member", v->is_member);
	for (size_t i = 0; i < profile_option_count; i++) {
		const struct profile_option *option = &profile_options[i];
		const struct profile_setting *s =
			profile_decides(v->profile, option, v->package, v->is_member, false);
		struct json *one = json_push(options, json_object());

		json_set_string(one, "key", option->key);
		json_set_string(one, "value", s->value);
		json_set_string(one, "origin", s->origin);
		json_set_string(one, "table", s->table);
		json_set_string(one, "for_host", value_for_host(v, option));
	}
	json_set(o, "options", options);
	return o;
}

static struct json *
json_of_presets(const struct profile *p)
{
	struct json *list = json_array();

	for (size_t i = 0; i < p->preset_count; i++) {
		struct json *o = json_push(list, json_object());

		json_set_string(o, "name", p->presets[i].name);
		json_set_string(o, "what", p->presets[i].what);
		json_set(o, "set", json_strings(p->presets[i].pairs));
	}
	return list;
}

static struct json *
json_of_notes(const struct view *v)
{
	struct json *list = json_array();

	for (size_t i = 0; i < v->note_count; i++) {
		struct json *o = json_push(list, json_object());

		json_set_string(o, "key", v->notes[i].key);
		json_set_string(o, "targets", v->notes[i].targets);
		json_set_bool(o, "warning", v->notes[i].is_warning);
		json_set_string(o, "text", v->notes[i].text);
	}
	return list;
}

/* Flags of the user's own configuration, which cargo puts before those of the project. */
static struct json *
json_of_users_flags(const struct view *v, const char *triple)
{
	static const char *const none[] = { NULL };
	struct conf_value value = { 0 };

	if (v->survey->conf)
		cargoconf_rustflags(v->survey->conf, triple, &value);
	return json_strings(value.items ? value.items : none);
}

static struct json *
json_of_targets(struct view *v)
{
	struct json *list = json_array();

	for (size_t i = 0; i < v->target_count; i++) {
		struct json *o = json_push(list, json_object());
		const struct tuning *t = &v->tunings[i];
		const char *triple = v->targets[i];

		json_set_string(o, "target", triple);
		json_set_string(o, "backend",
			v->choice ? choice_option(v->choice, triple, WAY_BACKEND) : NULL);
		json_set_string(
			o, "glibc", v->choice ? choice_option(v->choice, triple, WAY_GLIBC) : NULL);
		json_set_string(o, "linker", t->linker);
		json_set_string(o, "target_cpu", t->target_cpu);
		if (t->crt_static)
			json_set_bool(o, "crt_static", text_is(t->crt_static, "true"));
		else
			json_set_null(o, "crt_static");
		json_set(o, "rustflags", json_strings(tuning_rustflags(t, &v->arena)));
		json_set(o, "configured_rustflags", json_of_users_flags(v, triple));
	}
	return list;
}

static struct json *
json_of_texts(char *const *texts, size_t count)
{
	struct json *list = json_array();

	for (size_t i = 0; i < count; i++)
		json_push_string(list, texts[i]);
	return list;
}

static void
print_json(struct view *v)
{
	const struct profile *p = v->profile;
	struct json *doc = json_object(), *options = json_array();
	size_t count;

	json_set_number(doc, "schema", 1);
	json_set_string(doc, "profile", p->name);
	json_set(doc, "inherits", json_of_texts(p->chain + 1, p->chain_len - 1));
	for (size_t i = 0; i < profile_option_count; i++)
		json_push(options, json_of_setting(v, &p->settings[i]));
	json_set(doc, "options", options);
	json_set(doc, "overrides", json_of_overrides(v));
	json_set(doc, "package", v->package ? json_of_package(v) : NULL);
	json_set(doc, "ignored", json_of_texts(p->ignored, p->ignored_count));
	json_set(doc, "profiles",
		json_strings(
			profile_names(v->survey->workspace, v->survey->conf, &v->arena, &count)));
	json_set(doc, "presets", json_of_presets(p));
	json_set(doc, "targets", json_of_targets(v));
	json_set(doc, "notes", json_of_notes(v));
	cli_print_json(v->cli, doc);
	json_free(doc);
}

int
profile_show(const struct profile_line *line)
{
	struct view v = { .cli = line->cli,
		.survey = line->survey,
		.profile = line->profile,
		.choice = line->choice };

	view_init(&v);
	if (args_has(&v.cli->args, OPT_JSON))
		print_json(&v);
	else
		print_text(&v);
	arena_fini(&v.arena);
	return 0;
}
