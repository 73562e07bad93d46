/* An edit is tried on the file as it is (or on an empty one), and the diff of the two kept. */
#include "hint/fix.h"

#include <stdlib.h>
#include <string.h>
#include "base/path.h"
#include "base/vec.h"
#include "host/tool.h"
#include "io/file.h"
#include "ready/backend.h"
#include "rust/conffiles.h"
#include "text/diff.h"
#include "text/toml.h"

#define KEYS_MAX 8

static const char *
filled(const char *text, const struct values *values, struct arena *arena)
{
	struct template_source source = values_source(values);
	struct str out = STR_INIT;
	const char *result = NULL;

	if (text && template_fill(text, &source, &out))
		result = arena_strdup(arena, str_cstr(&out));
	str_fini(&out);
	return result;
}

static const char *
filled_any(const char *const *texts, const struct values *values, struct arena *arena)
{
	const char *result = NULL;

	for (; !result && *texts; texts++)
		result = filled(*texts, values, arena);
	return result;
}

/* Every text of the list must be known, else NULL. */
static const char *const *
filled_list(const char *const *texts, const struct values *values, struct arena *arena)
{
	size_t count = 0;

	while (texts[count])
		count++;
	const char **list = arena_array(arena, const char *, count + 1);
	for (size_t i = 0; i < count; i++) {
		if (!(list[i] = filled(texts[i], values, arena)))
			return NULL;
	}
	return list;
}

/* A command line of plain words, without "sudo": who runs it knows how to become root. */
static const char *const *
split_words(const char *command, struct arena *arena)
{
	VEC(const char *) words = VEC_INIT;
	struct span rest = span_of(command);

	while (rest.len) {
		struct span word = span_cut(rest, ' ', &rest);
		if (word.len && !(words.len == 0 && span_is(word, "sudo")))
			vec_push(&words, arena_span(arena, word));
	}
	const char **list = arena_array(arena, const char *, words.len + 1);
	if (words.len)
		memcpy(list, words.items, words.len * sizeof(*list));
	vec_fini(&words);
	return list;
}

static bool
make_install(const struct fix_rule *rule, const struct values *values, struct arena *arena,
	struct fix *out)
{
	const char *need = filled(rule->install, values, arena);
	const char *package = need ? packages_for(values->packages, need).package : NULL;
	char *command = package ? packages_install_command(values->packages, &package, 1) : NULL;

	if (!command)
		return false;
	out->argv = split_words(command, arena);
	out->root = values->packages != PM_BREW;
	free(command);
	return true;
}

static bool
make_run(const struct fix_rule *rule, const struct values *values, struct arena *arena,
	struct fix *out)
{
	if (rule->install)
		return make_install(rule, values, arena, out);
	out->argv = filled_list(rule->argv, values, arena);
	return out->argv != NULL;
}

/* The file that the edit is of, and its document; an empty one where there is no file. */
static struct toml *
open_document(const char *project_dir, const char *path, bool *exists)
{
	char *file = project_dir ? path_join(project_dir, path) : NULL;
	struct toml *doc;

	*exists = file && file_exists(file);
	doc = *exists ? toml_read_dialect(file, path, TOML_1_1, NULL)
		      : toml_parse_dialect("", 0, path, TOML_1_1, NULL);
	free(file);
	return doc;
}

static const char *
edit_path(const struct fix_rule *rule, const struct values *values, const char *project_dir,
	struct arena *arena)
{
	const char *path = filled(rule->path, values, arena);
	char *place = path && project_dir ? conffiles_place(project_dir, path) : NULL;

	path = place ? arena_strdup(arena, place) : path;
	free(place);
	return path;
}

static bool
make_edit(const struct fix_rule *rule, const struct values *values, const char *project_dir,
	struct arena *arena, struct fix *out)
{
	struct str before = STR_INIT, diff = STR_INIT;
	struct toml *doc = NULL;
	bool exists, ok = false;

	out->keys = filled_list(rule->edit.path, values, arena);
	out->value = filled(rule->edit.value, values, arena);
	out->path = edit_path(rule, values, project_dir, arena);
	if (!out->keys || !out->value || !out->path ||
		!(doc = open_document(project_dir, out->path, &exists)))
		return false;
	str_append_span(&before, toml_bytes(doc));
	if (toml_set(doc, out->keys, out->value, NULL)) {
		diff_unified(&diff, out->path,
			exists ? span_of(str_cstr(&before)) : (struct span){ 0 }, toml_bytes(doc));
		out->diff = arena_strdup(arena, str_cstr(&diff));
		ok = diff.len > 0;
	}
	str_fini(&diff);
	str_fini(&before);
	toml_free(doc);
	return ok;
}

/* The same build again, with the other backend. */
static bool
make_switch(const struct fix_rule *rule, const struct values *values, struct arena *arena,
	struct fix *out)
{
	static const char *const with_target[] = { "xtui", "build", "-t", "{target}", "--backend",
		NULL };
	static const char *const without[] = { "xtui", "build", "--backend", NULL };
	const char *target = values->facts[FACT_TARGET];
	const char *const *head = target ? with_target : without;
	const char *argv[KEYS_MAX] = { 0 };
	size_t count = 0;

	if (text_is(values->facts[FACT_BACKEND], rule->backend))
		return false;
	if (target && values->backends && !backends_reach(values->backends, rule->backend, target))
		return false;
	for (; head[count]; count++)
		argv[count] = head[count];
	argv[count] = rule->backend;
	out->backend = rule->backend;
	out->argv = filled_list(argv, values, arena);
	return out->argv != NULL;
}

static bool
make_kind(const struct fix_rule *rule, const struct values *values, const char *project_dir,
	struct arena *arena, struct fix *out)
{
	switch (rule->kind) {
	case FIX_RUN: return make_run(rule, values, arena, out);
	case FIX_EDIT: return make_edit(rule, values, project_dir, arena, out);
	case FIX_SWITCH_BACKEND: return make_switch(rule, values, arena, out);
	case FIX_NOTE: return true;
	}
	return false;
}

/* Whether it is for this machine's own target, or others, and the target is one of those; what is not known
 * of the log rules out what is for its own only. */
static bool
is_meant_for(const struct fix_rule *rule, const struct values *values)
{
	const char *target = values->facts[FACT_TARGET], *host = values->facts[FACT_HOST];
	bool is_own = target && host && text_is(target, host);

	return !(rule->native && !is_own) && !(rule->foreign && is_own);
}

bool
fix_make(const struct fix_rule *rule, const struct values *values, const char *project_dir,
	struct arena *arena, struct fix *out)
{
	*out = (struct fix){ .kind = rule->kind, .root = rule->root };
	if (!scope_is_empty(&rule->when) && !scope_fits(&rule->when, values->facts))
		return false;
	if (!is_meant_for(rule, values))
		return false;
	if (!(out->title = filled_any(rule->title, values, arena)))
		return false;
	out->verify = filled(rule->verify, values, arena);
	return make_kind(rule, values, project_dir, arena, out);
}

static bool
is_here(const struct values *values, const char *program)
{
	return !values->tools || tool_find(values->tools, program);
}

/* Of what the other backend needs, the first that is not here; NULL: all is. */
static const char *
backend_wants(const struct values *values, const char *backend)
{
	const struct backend_tools *tools =
		values->backends ? backends_tools(values->backends, backend) : NULL;

	for (size_t row = 0; tools && tools->any[row]; row++) {
		size_t i = 0;
		while (tools->any[row][i] && !is_here(values, tools->any[row][i]))
			i++;
		if (i && !tools->any[row][i])
			return tools->any[row][0];
	}
	return NULL;
}

enum fix_chance
fix_chance(const struct fix_rule *rule, const struct values *values, struct arena *arena,
	const char **wanted)
{
	const char *program = filled(rule->install ? rule->install : rule->needs, values, arena);

	if (rule->install)
		return program && values->tools && is_here(values, program) ? FIX_IDLE
									    : FIX_POSSIBLE;
	*wanted = program && !is_here(values, program) ? program : NULL;
	if (rule->kind == FIX_SWITCH_BACKEND)
		*wanted = backend_wants(values, rule->backend);
	return *wanted ? FIX_WANTING : FIX_POSSIBLE;
}

bool
fix_installs(const struct fix_rule *rule, const struct values *values, const char *program)
{
	struct template_source source = values_source(values);
	struct str need = STR_INIT;
	bool brings = rule->install && template_fill(rule->install, &source, &need) &&
		!strcmp(str_cstr(&need), program);

	str_fini(&need);
	return brings;
}
