/* An edit is tried on the file as it is (or on an empty one), and the diff of the two kept. */
#include "hint/fix.h"

#include <stdlib.h>
#include <string.h>
#include "base/path.h"
#include "base/vec.h"
#include "host/tool.h"
#include "io/file.h"
#include "ready/backend.h"
#include "text/toml.h"

#define CONTEXT_LINES 3 /* of a diff */
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

/* Length of the line at p, its end included. */
static size_t
line_at(struct span text, size_t p)
{
	const char *lf = memchr(text.data + p, '\n', text.len - p);

	return lf ? (size_t)(lf - text.data) - p + 1 : text.len - p;
}

static size_t
count_lines(struct span text)
{
	size_t count = 0;

	for (size_t p = 0; p < text.len; p += line_at(text, p))
		count++;
	return count;
}

static size_t
offset_of_line(struct span text, size_t line)
{
	size_t p = 0;

	while (line-- && p < text.len)
		p += line_at(text, p);
	return p;
}

static struct span
line_number(struct span text, size_t line)
{
	size_t p = offset_of_line(text, line);

	return (struct span){ text.data + p, p < text.len ? line_at(text, p) : 0 };
}

static void
append_lines(struct str *out, char sign, struct span text, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++) {
		struct span line = line_number(text, i);
		str_append_char(out, sign);
		str_append_span(out, line);
		if (!span_ends(line, "\n"))
			str_append_char(out, '\n');
	}
}

/* A unified diff with one hunk: an edit of one key changes one place. */
static const char *
diff_of(const char *path, struct span old, struct span new, struct arena *arena)
{
	size_t a = count_lines(old), b = count_lines(new), head = 0, tail = 0;
	struct str out = STR_INIT;

	while (head < a && head < b && span_equal(line_number(old, head), line_number(new, head)))
		head++;
	while (tail < a - head && tail < b - head &&
		span_equal(line_number(old, a - 1 - tail), line_number(new, b - 1 - tail)))
		tail++;
	size_t before = head > CONTEXT_LINES ? head - CONTEXT_LINES : 0;
	size_t after = tail > CONTEXT_LINES ? CONTEXT_LINES : tail;
	size_t from = a - tail + after - before, to = b - tail + after - before;
	str_appendf(&out, "--- %s%s\n+++ b/%s\n@@ -%zu,%zu +%zu,%zu @@\n", a ? "a/" : "/dev/null",
		a ? path : "", path, before + (from > 0), from, before + (to > 0), to);
	append_lines(&out, ' ', old, before, head);
	append_lines(&out, '-', old, head, a - tail);
	append_lines(&out, '+', new, head, b - tail);
	append_lines(&out, ' ', old, a - tail, a - tail + after);
	const char *diff = arena_strdup(arena, str_cstr(&out));
	str_fini(&out);
	return diff;
}

static struct toml *
open_document(const char *project_dir, const char *path)
{
	char *file = project_dir ? path_join(project_dir, path) : NULL;
	struct toml *doc = file && file_exists(file)
		? toml_read_dialect(file, path, TOML_1_1, NULL)
		: toml_parse_dialect("", 0, path, TOML_1_1, NULL);

	free(file);
	return doc;
}

static bool
make_edit(const struct fix_rule *rule, const struct values *values, const char *project_dir,
	struct arena *arena, struct fix *out)
{
	const char *const *keys = filled_list(rule->edit.path, values, arena);
	const char *value = filled(rule->edit.value, values, arena);
	struct toml *doc = NULL;
	char *old = NULL;
	bool ok = false;

	out->path = filled(rule->path, values, arena);
	if (!keys || !value || !out->path || !(doc = open_document(project_dir, out->path)))
		return false;
	struct span before = toml_bytes(doc);
	size_t len = before.len;
	old = span_dup(before);
	if (!toml_set(doc, keys, value, NULL))
		goto done;
	before = (struct span){ old, len };
	ok = !span_equal(before, toml_bytes(doc));
	if (ok)
		out->diff = diff_of(out->path, before, toml_bytes(doc), arena);
done:
	free(old);
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
	const char *const *head = values->facts[FACT_TARGET] ? with_target : without;
	const char *argv[KEYS_MAX] = { 0 };
	size_t count = 0;

	if (text_is(values->facts[FACT_BACKEND], rule->backend))
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

bool
fix_make(const struct fix_rule *rule, const struct values *values, const char *project_dir,
	struct arena *arena, struct fix *out)
{
	*out = (struct fix){ .kind = rule->kind, .root = rule->root };
	if (!scope_is_empty(&rule->when) && !scope_fits(&rule->when, values->facts))
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
