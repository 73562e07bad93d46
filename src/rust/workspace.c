/* workspace: see workspace.h. cargo tells it; where cargo may not be run, its files do. */
#include "rust/workspace.h"
#include <stdlib.h>
#include <string.h>
#include "base/alloc.h"
#include "base/count.h"
#include "base/map.h"
#include "base/path.h"
#include "io/file.h"
#include "io/proc.h"
#include "rust/cargoconf.h"
#include "rust/manifest.h"
#include "rust/metadata.h"
#include "rust/nativecrates.h"
#include "rust/toolchain.h"
#include "text/json.h"
#include "text/toml.h"

#define METADATA_MAX (64u << 20)
#define METADATA_TIMEOUT_MS 60000

char *
workspace_find_manifest(const struct workspace_query *query)
{
	char *dir;

	if (query->manifest) {
		char *joined = path_join(query->dir, query->manifest);
		char *path = path_normal(joined);
		free(joined);
		return path;
	}
	dir = path_normal(query->dir);
	for (;;) {
		char *manifest = path_join(dir, "Cargo.toml"), *parent = path_dirname(dir);
		bool found = file_exists(manifest), at_end = text_is(parent, dir);

		free(dir);
		dir = parent;
		if (found || at_end) {
			free(dir);
			if (!found)
				free(manifest);
			return found ? manifest : NULL;
		}
		free(manifest);
	}
}

/* --- what cargo metadata says --- */

static bool
is_among(const struct json *ids, const char *id)
{
	for (const struct json *i = json_first(ids); i; i = json_next(i))
		if (text_is(json_string(i, ""), id))
			return true;
	return false;
}

/* A feature of the package, and all that it brings with it. "dep:x" and "x/y" are other packages'. */
static void
enable_feature(struct map *enabled, const struct json *features, const char *name)
{
	const struct json *brings = json_get(features, name);

	if (!brings || map_has(enabled, name))
		return;
	map_set(enabled, name, (void *)name);
	for (const struct json *b = json_first(brings); b; b = json_next(b))
		enable_feature(enabled, features, json_string(b, ""));
}

/* The names that are not in the map; ends with NULL. */
static const char *const *
names_without(struct workspace *ws, const struct json *names, const struct map *without)
{
	const char **list = arena_array(&ws->arena, const char *, json_count(names) + 1);
	size_t count = 0;

	for (const struct json *n = json_first(names); n; n = json_next(n)) {
		const char *name = json_string(n, "");

		if (!map_has(without, name))
			list[count++] = arena_strdup(&ws->arena, name);
	}
	return list;
}

/* A target of two kinds (cdylib and rlib) stands twice. */
static void
take_targets(struct workspace *ws, struct package *p, const struct json *targets,
	const struct json *features)
{
	struct map enabled = { 0 };
	size_t count = 0;

	for (const struct json *t = json_first(targets); t; t = json_next(t))
		count += json_count(json_get(t, "kind"));
	p->targets = arena_array(&ws->arena, struct crate_target, count + 1);
	enable_feature(&enabled, features, "default");
	for (const struct json *t = json_first(targets); t; t = json_next(t)) {
		const char *name = arena_strdup(&ws->arena, json_string(json_get(t, "name"), ""));
		const struct json *kinds = json_get(t, "kind");
		const struct json *required = json_get(t, "required-features");
		const char *const *missing = names_without(ws, required, &enabled);

		for (const struct json *k = json_first(kinds); k; k = json_next(k))
			p->targets[p->target_count++] = (struct crate_target){ name,
				arena_strdup(&ws->arena, json_string(k, "")), missing };
	}
	map_fini(&enabled);
}

/* The default ones are on anyway. */
static void
take_features(struct workspace *ws, struct package *p, const struct json *features)
{
	p->features = arena_array(&ws->arena, const char *, json_count(features) + 1);
	for (const struct json *f = json_first(features); f; f = json_next(f)) {
		if (!text_is(json_key(f), "default"))
			p->features[p->feature_count++] = arena_strdup(&ws->arena, json_key(f));
	}
}

static void
take_dependencies(struct workspace *ws, const struct json *dependencies)
{
	for (const struct json *d = json_first(dependencies); d; d = json_next(d))
		if (text_is(json_string(json_get(d, "kind"), ""), "build") &&
			manifest_is_c_builder(span_of(json_string(json_get(d, "name"), ""))))
			ws->has_c_code = true;
}

static void
take_package(
	struct workspace *ws, struct package *p, const struct json *v, const struct json *defaults)
{
	p->id = arena_strdup(&ws->arena, json_string(json_get(v, "id"), ""));
	p->name = arena_strdup(&ws->arena, json_string(json_get(v, "name"), ""));
	p->version = arena_strdup(&ws->arena, json_string(json_get(v, "version"), ""));
	p->manifest = arena_strdup(&ws->arena, json_string(json_get(v, "manifest_path"), ""));
	p->is_default = json_is_null(defaults) || is_among(defaults, p->id);
	take_targets(ws, p, json_get(v, "targets"), json_get(v, "features"));
	take_features(ws, p, json_get(v, "features"));
	take_dependencies(ws, json_get(v, "dependencies"));
}

/* The package whose manifest is the workspace's own names the whole. */
static void
take_name(struct workspace *ws)
{
	char *manifest = path_join(ws->root, "Cargo.toml");

	ws->name = path_basename(ws->root);
	for (size_t i = 0; i < ws->package_count; i++)
		if (text_is(ws->packages[i].manifest, manifest)) {
			ws->name = ws->packages[i].name;
			ws->version = ws->packages[i].version;
		}
	free(manifest);
}

static void
take_metadata(struct workspace *ws, const struct json *doc)
{
	const struct json *packages = json_get(doc, "packages");
	const struct json *defaults = json_get(doc, "workspace_default_members");
	const char *target_dir = json_string(json_get(doc, "target_directory"), "");
	const char *build_dir = json_string(json_get(doc, "build_directory"), target_dir);

	ws->root = arena_strdup(&ws->arena, json_string(json_get(doc, "workspace_root"), ""));
	ws->target_dir = arena_strdup(&ws->arena, target_dir);
	ws->build_dir = arena_strdup(&ws->arena, build_dir);
	ws->packages = arena_array(&ws->arena, struct package, json_count(packages) + 1);
	for (const struct json *p = json_first(packages); p; p = json_next(p))
		take_package(ws, &ws->packages[ws->package_count++], p, defaults);
	take_name(ws);
	ws->complete = true;
}

/* --- cargo's refusal in one line --- */

/* The last path in "failed to parse manifest at `/p/Cargo.toml`". */
static struct span
manifest_named(struct span text)
{
	static const struct span mark = { "manifest at `", 13 };
	struct span path = { "", 0 };
	long at;

	while ((at = span_find(text, mark)) >= 0) {
		text.data += (size_t)at + mark.len;
		text.len -= (size_t)at + mark.len;
		path = span_cut(text, '`', &text);
	}
	return path;
}

/* The file in "error: error in /p/.cargo/config.toml: could not load config key `build.target`". */
static struct span
config_named(struct span text)
{
	static const struct span begin = { "error: error in ", 16 };
	static const struct span end = { ": could not load config key", 27 };
	long at;

	if (!span_starts(text, begin.data) || (at = span_find(text, end)) < 0)
		return (struct span){ "", 0 };
	return (struct span){ text.data + begin.len, (size_t)at - begin.len };
}

/* "  --> a/Cargo.toml:5:9" gives the place. */
static struct span
place_named(struct span text)
{
	static const struct span arrow = { "--> ", 4 };
	long at = span_find(text, arrow);
	struct span rest;

	if (at < 0)
		return (struct span){ "", 0 };
	text.data += (size_t)at + arrow.len;
	text.len -= (size_t)at + arrow.len;
	return span_trim(span_cut(text, '\n', &rest));
}

/* The first line of the deepest "Caused by:", else of the first error. */
static struct span
cause_named(struct span text)
{
	static const struct span by = { "Caused by:\n", 11 };
	struct span line;
	long at;

	while ((at = span_find(text, by)) >= 0) {
		text.data += (size_t)at + by.len;
		text.len -= (size_t)at + by.len;
	}
	do
		line = span_trim(span_cut(text, '\n', &text));
	while (text.len && !line.len);
	return line;
}

static bool
err_from_cargo(const struct workspace *ws, struct span said, struct err *err)
{
	struct span place = place_named(said);
	struct span file = config_named(said);
	struct span cause = place.len ? span_trim(span_cut(said, '\n', &(struct span){ 0 }))
				      : cause_named(said);
	enum err_kind kind;

	if (!file.len)
		file = manifest_named(said);
	kind = place.len || file.len ? ERR_PARSE : ERR_ENVIRONMENT;
	if (span_starts(cause, "error: "))
		cause.data += 7, cause.len -= 7;
	if (!place.len)
		place = file.len ? file : span_of(ws->manifest);
	return err_set(
		err, kind, "%.*s: %.*s", (int)place.len, place.data, (int)cause.len, cause.data);
}

/* A mistake in TOML is named by our own reader: it gives line and column for every cargo. */
static bool
err_from_manifests(const struct workspace *ws, const char *base, struct err *err)
{
	struct workspace again = { .manifest = ws->manifest };
	bool is_ours = !manifest_read(&again, base, err) && err->kind == ERR_PARSE;

	arena_fini(&again.arena);
	return is_ours;
}

/* What cargo says, or has said of the same; NULL with err. */
static struct json *
ask_cargo(struct workspace *ws, const struct workspace_query *query, const struct toolchain *tc,
	struct err *err)
{
	const struct metadata_query kept = { ws->manifest, query->dir, tc };
	const char *const argv[] = { tc->cargo, "metadata", "--no-deps", "--offline",
		"--format-version", "1", "--color", "never", "--manifest-path", ws->manifest,
		NULL };
	struct proc_env env[TOOLCHAIN_ENV_MAX];
	struct proc_spec spec = {
		.argv = argv, .dir = query->dir, .env = env, .env_count = toolchain_env(tc, env, 0)
	};
	struct proc_result result = { 0 };
	struct err ours = ERR_INIT;
	struct json *doc = metadata_recall(&kept);
	bool ok;

	if (doc)
		return doc;
	ok = proc_capture(&spec, METADATA_MAX, METADATA_TIMEOUT_MS, &result, err);
	if (ok && result.end.exit_code != 0) {
		ok = false;
		if (err_from_manifests(ws, query->dir, &ours))
			*err = ours;
		else
			err_from_cargo(ws, span_trim(str_span(&result.err)), err);
	}
	if (ok && !(doc = json_parse(str_cstr(&result.out), result.out.len, err)))
		ok = err_prefix(err, "cargo metadata");
	if (ok)
		metadata_keep(&kept, str_span(&result.out), doc);
	proc_result_fini(&result);
	return doc;
}

static bool
load_by_cargo(struct workspace *ws, const struct workspace_query *query, const struct toolchain *tc,
	struct err *err)
{
	struct json *doc = ask_cargo(ws, query, tc, err);

	if (doc)
		take_metadata(ws, doc);
	json_free(doc);
	return doc;
}

/* --- C code --- */

static bool
is_c_source(const char *name)
{
	static const char *const ends[] = { ".c", ".cc", ".cpp", ".cxx", ".S", ".m", ".mm" };

	for (size_t i = 0; i < COUNT(ends); i++)
		if (text_ends(name, ends[i]))
			return true;
	return false;
}

static bool
holds_c_source(const char *dir, int depth)
{
	char **names;
	size_t count;
	bool holds = false;

	if (!file_list(dir, &names, &count, NULL))
		return false;
	for (size_t i = 0; i < count && !holds; i++) {
		holds = is_c_source(names[i]);
		if (!holds && depth > 1 && names[i][0] != '.' && !strchr(names[i], '.') &&
			!text_is(names[i], "target")) {
			char *below = path_join(dir, names[i]);
			holds = file_is_dir(below) && holds_c_source(below, depth - 1);
			free(below);
		}
	}
	file_list_free(names, count);
	return holds;
}

/* A build script with C beside it may compile it without any crate's help. */
static bool
package_builds_c(const struct package *p)
{
	bool builds = false;

	for (size_t i = 0; i < p->target_count && !builds; i++)
		builds = text_is(p->targets[i].kind, "custom-build");
	if (builds) {
		char *dir = path_dirname(p->manifest);
		builds = holds_c_source(dir, 2);
		free(dir);
	}
	return builds;
}

/* A crate that counts for some foreign systems alone (haiku) does not make the project one with C. */
static bool
builds_c(const struct native_crate *c)
{
	return (c->wants & (WANTS_CC | WANTS_CXX | WANTS_CMAKE | WANTS_MAKE)) && !*c->targets;
}

static void
look_for_c(struct workspace *ws)
{
	char *path = path_join(ws->root, "Cargo.lock");
	struct str text = STR_INIT;

	if (file_exists(path) && file_read(path, &text, NULL))
		ws->native_crates =
			nativecrates_find(str_span(&text), &ws->arena, &ws->native_crate_count);
	for (size_t i = 0; i < ws->native_crate_count && !ws->has_c_code; i++)
		ws->has_c_code = builds_c(&ws->native_crates[i]);
	for (size_t i = 0; i < ws->package_count && !ws->has_c_code; i++)
		ws->has_c_code = package_builds_c(&ws->packages[i]);
	str_fini(&text);
	free(path);
}

/* --- Python --- */

static bool
has_maturin(const char *pyproject)
{
	struct toml *doc = toml_read(pyproject, NULL, NULL);
	const struct toml_value *root = doc ? toml_root(doc) : NULL;
	const char *builder =
		toml_string(toml_find(root, "build-system", "build-backend", NULL), "");
	bool has = text_is(builder, "maturin") || toml_find(root, "tool", "maturin", NULL);

	toml_free(doc);
	return has;
}

/* The first of the packages that has one beside its manifest. */
static void
look_for_python_in_packages(struct workspace *ws)
{
	for (size_t i = 0; i < ws->package_count && !ws->pyproject; i++) {
		char *dir = path_dirname(ws->packages[i].manifest);
		char *path = path_join(dir, "pyproject.toml");

		if (file_exists(path) && has_maturin(path))
			ws->pyproject = arena_strdup(&ws->arena, path);
		free(path);
		free(dir);
	}
}

static void
look_for_python(struct workspace *ws)
{
	char *dir = path_dirname(ws->manifest);

	while (!ws->pyproject && path_is_below(dir, ws->root)) {
		char *path = path_join(dir, "pyproject.toml"), *above = path_dirname(dir);

		if (file_exists(path) && has_maturin(path))
			ws->pyproject = arena_strdup(&ws->arena, path);
		free(path);
		free(dir);
		dir = above;
	}
	free(dir);
	look_for_python_in_packages(ws);
}

/* --- the whole --- */

/* Where cargo would build, from its configuration alone. */
static void
guess_dirs(struct workspace *ws, const char *dir)
{
	struct cargoconf *conf = cargoconf_load(dir, NULL);
	struct conf_value value;

	if (conf && cargoconf_get(conf, "build.target-dir", &value) && value.text)
		ws->target_dir = arena_strdup(&ws->arena, value.text);
	else
		ws->target_dir = arena_printf(&ws->arena, "%s/target", ws->root);
	ws->build_dir = ws->target_dir;
	if (conf && cargoconf_get(conf, "build.build-dir", &value) && value.text &&
		!strchr(value.text, '{'))
		ws->build_dir = arena_strdup(&ws->arena, value.text);
	cargoconf_free(conf);
}

static bool
err_absent(const struct workspace_query *query, struct err *err)
{
	err_set(err, ERR_ENVIRONMENT, "%s: no Cargo.toml here or in a folder above", query->dir);
	return err_try(err, "xtui -C FOLDER, or cargo init");
}

static bool
load(struct workspace *ws, const struct workspace_query *query, const struct toolchain *tc,
	struct err *err)
{
	char *manifest = workspace_find_manifest(query);

	ws->manifest = arena_strdup(&ws->arena, manifest);
	free(manifest);
	if (!ws->manifest)
		return err_absent(query, err);
	if (query->manifest && !file_exists(ws->manifest))
		return err_set(err, ERR_USAGE, "--manifest-path %s: there is no such file",
			query->manifest);
	if (query->quick || !tc) {
		if (!manifest_read(ws, query->dir, err))
			return false;
		guess_dirs(ws, query->dir);
	} else if (!load_by_cargo(ws, query, tc, err)) {
		return false;
	}
	look_for_c(ws);
	look_for_python(ws);
	return true;
}

struct workspace *
workspace_load(const struct workspace_query *query, const struct toolchain *tc, struct err *err)
{
	struct workspace *ws = xcalloc(1, sizeof(*ws));
	struct err unread = ERR_INIT;

	if (load(ws, query, tc, err ? err : &unread))
		return ws;
	workspace_free(ws);
	return NULL;
}

void
workspace_free(struct workspace *ws)
{
	if (!ws)
		return;
	arena_fini(&ws->arena);
	free(ws);
}
