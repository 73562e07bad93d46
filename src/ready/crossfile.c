#include "ready/crossfile.h"

#include <stdlib.h>
#include <string.h>
#include "base/path.h"
#include "base/vec.h"
#include "io/file.h"
#include "rust/workspace.h"
#include "text/fuzzy.h"
#include "text/toml.h"

extern char **environ;

struct reading {
	struct toml *rules;
	bool is_main; /* the cross at hand */
	struct cross_fault *faults;
	size_t count;
	struct arena *arena;
};

/* ---- which cross ---- */

/* "cross 0.2.5 (19be834 2024-05-07)" */
static bool
names_commit(struct span version)
{
	struct span rest, line = span_cut(version, '\n', &rest);

	return span_starts(line, "cross ") && span_find(line, SPAN("(")) > 0;
}

/* A release that was built within somebody's own repository takes its commit for cross's. */
bool
cross_is_of_main(const char *program, struct span version)
{
	char *bin = path_dirname(program), *root = path_dirname(bin);
	char *list = path_join(root, ".crates.toml");
	struct str text = STR_INIT;
	bool is_released;
	struct span all, entry = SPAN("");
	long at;

	if (file_exists(list))
		file_read(list, &text, NULL);
	all = str_span(&text);
	if ((at = span_find(all, SPAN("\n\"cross "))) >= 0)
		entry = span_cut(
			(struct span){ all.data + at + 1, all.len - (size_t)at - 1 }, '\n', &all);
	is_released = span_find(entry, SPAN(" (registry+")) > 0;
	str_fini(&text);
	free(list);
	free(root);
	free(bin);
	return names_commit(version) && !is_released;
}

/* "only cross's main branch takes zig; this one is its release", the beginning of a sentence. */
static const char *
told(const struct reading *r, const char *verb, const char *what)
{
	static const char *const names[] = { "release", "main branch" };

	return arena_printf(r->arena, "only cross's %s %s %s; this one is its %s",
		names[!r->is_main], verb, what, names[r->is_main]);
}

/* Whether a row of the data is of a thing that the cross at hand does not know. */
static bool
is_of_other(const struct reading *r, const struct toml_value *row)
{
	return text_is(toml_string(toml_get(row, "only"), ""), r->is_main ? "release" : "main");
}

static struct cross_fault *
add_fault(struct reading *r)
{
	return r->count < CROSS_FAULTS_MAX ? &r->faults[r->count++] : NULL;
}

/* ---- files ---- */

static bool
has_kind(const struct toml_value *kinds, const struct toml_value *v)
{
	for (size_t i = 0; i < toml_count(kinds); i++) {
		if (strstr(toml_kind_name(toml_kind(v)), toml_string(toml_at(kinds, i), "?")))
			return true;
	}
	return !kinds;
}

static const char *
place_of(struct reading *r, const struct toml *doc, const struct toml_value *v)
{
	return arena_printf(r->arena, "%s:%d", toml_name(doc), toml_line(v));
}

/* A key that neither knows. */
static void
check_known(struct reading *r, const struct toml *doc, const char *key, const struct toml_value *v)
{
	const struct toml_value *known = toml_get(toml_root(r->rules), "known");
	const char **names = arena_array(r->arena, const char *, toml_count(known) + 1), *nearest;
	struct cross_fault *f;

	for (size_t i = 0; i < toml_count(known); i++) {
		names[i] = toml_string(toml_at(known, i), "");
		if (text_is(names[i], key))
			return;
	}
	if (!(f = add_fault(r)))
		return;
	nearest = fuzzy_nearest(key, names, toml_count(known));
	*f = (struct cross_fault){ .place = place_of(r, doc, v),
		.text = arena_printf(
			r->arena, "cross has no setting \"%s\" and passes it over", key),
		.advice = nearest ? arena_strdup(r->arena, nearest) : NULL };
}

static void
check_setting(
	struct reading *r, const struct toml *doc, const char *key, const struct toml_value *v)
{
	const struct toml_value *rows = toml_get(toml_root(r->rules), "setting");

	check_known(r, doc, key, v);
	for (size_t i = 0; i < toml_count(rows); i++) {
		const struct toml_value *row = toml_at(rows, i);
		bool is_grave = toml_bool(toml_get(row, "grave"), false);
		const struct toml_value *kinds = toml_get(row, "kinds");
		struct cross_fault *f;

		if (!text_is(toml_string(toml_get(row, "key"), ""), key) || !is_of_other(r, row) ||
			!has_kind(kinds, v) || !(f = add_fault(r)))
			continue;
		*f = (struct cross_fault){ .place = place_of(r, doc, v),
			.text = arena_printf(r->arena, "%s, which %s",
				told(r, "takes",
					kinds ? arena_printf(r->arena, "%s as %s", key,
							toml_kind_name(toml_kind(v)))
					      : key),
				is_grave ? "ends with an error" : "passes it over"),
			.advice =
				arena_strdup(r->arena, toml_string(toml_get(row, "advice"), NULL)),
			.is_grave = is_grave };
	}
}

static void
check_table(struct reading *r, const struct toml *doc, const struct toml_value *table)
{
	for (size_t i = 0; i < toml_count(table); i++)
		check_setting(r, doc, toml_key_at(table, i), toml_at(table, i));
}

static void
check_cross(struct reading *r, const struct toml *doc, const struct toml_value *cross)
{
	const struct toml_value *targets = toml_get(cross, "target");

	check_table(r, doc, toml_get(cross, "build"));
	for (size_t i = 0; i < toml_count(targets); i++)
		check_table(r, doc, toml_at(targets, i));
}

static struct toml *
read_file(const char *path)
{
	return file_exists(path) ? toml_read_dialect(path, path_basename(path), TOML_1_1, NULL)
				 : NULL;
}

static void
check_config(struct reading *r, const struct workspace *ws)
{
	const char *own = getenv("CROSS_CONFIG");
	const char *path = own && *own ? own : arena_printf(r->arena, "%s/Cross.toml", ws->root);
	const char *slip = arena_printf(r->arena, "%s/cross.toml", ws->root);
	struct toml *doc = read_file(path);
	struct cross_fault *f;

	if (doc)
		check_cross(r, doc, toml_root(doc));
	else if (!own && file_exists(slip) && (f = add_fault(r)))
		*f = (struct cross_fault){ .place = "cross.toml",
			.text = "cross reads Cross.toml, with a capital C, and not this one",
			.advice = "mv cross.toml Cross.toml" };
	toml_free(doc);
}

/* The release does not know that a workspace may have settings. */
static void
check_workspace_table(struct reading *r, const struct toml *doc)
{
	const struct toml_value *v =
		toml_find(toml_root(doc), "workspace", "metadata", "cross", NULL);
	struct cross_fault *f;

	if (v && !r->is_main && (f = add_fault(r)))
		*f = (struct cross_fault){ .place = place_of(r, doc, v),
			.text = told(r, "reads", "[workspace.metadata.cross]"),
			.advice = "Cross.toml beside Cargo.toml" };
}

static void
check_manifest(struct reading *r, const struct workspace *ws)
{
	const char *path = arena_printf(r->arena, "%s/Cargo.toml", ws->root);
	struct toml *doc = read_file(path);

	if (!doc)
		return;
	check_workspace_table(r, doc);
	check_cross(r, doc, toml_find(toml_root(doc), "package", "metadata", "cross", NULL));
	toml_free(doc);
}

/* ---- the environment ---- */

static bool
is_named(const char *pattern, const char *entry)
{
	size_t len = strlen(pattern);

	if (len && pattern[len - 1] == '*')
		return strncmp(entry, pattern, len - 1) == 0;
	return strncmp(entry, pattern, len) == 0 && entry[len] == '=';
}

static void
check_variable(struct reading *r, const struct toml_value *row)
{
	const char *name = toml_string(toml_get(row, "name"), "");
	struct cross_fault *f;

	if (!is_of_other(r, row))
		return;
	for (char **entry = environ; *entry; entry++) {
		if (!is_named(name, *entry) || !(f = add_fault(r)))
			continue;
		*f = (struct cross_fault){ .place = arena_strndup(
						   r->arena, *entry, strcspn(*entry, "=")),
			.text = told(r, "reads", "this variable") };
	}
}

/* ---- the whole ---- */

size_t
cross_faults(const struct workspace *ws, bool is_main, struct arena *arena,
	struct cross_fault faults[CROSS_FAULTS_MAX])
{
	struct reading r = { .rules = toml_read_data("data/cross.toml", NULL),
		.is_main = is_main,
		.faults = faults,
		.arena = arena };
	const struct toml_value *variables = toml_get(toml_root(r.rules), "variable");

	check_config(&r, ws);
	check_manifest(&r, ws);
	for (size_t i = 0; i < toml_count(variables); i++)
		check_variable(&r, toml_at(variables, i));
	toml_free(r.rules);
	return r.count;
}

const char *
cross_image_missing(bool is_main, const char *triple, struct arena *arena)
{
	struct reading r = {
		.rules = toml_read_data("data/cross.toml", NULL), .is_main = is_main, .arena = arena
	};
	const struct toml_value *only =
		toml_find(toml_root(r.rules), "images", r.is_main ? "release" : "main", NULL);
	const char *why = NULL;

	for (size_t i = 0; i < toml_count(only) && !why; i++) {
		if (text_is(toml_string(toml_at(only, i), ""), triple))
			why = told(&r, "has", "an image for it");
	}
	toml_free(r.rules);
	return why;
}
