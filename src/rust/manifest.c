/* manifest: see manifest.h.
 *
 * Manifests are read breadth first: the root, its members, their path dependencies; `seen` holds
 * the folders already read. */
#include "rust/manifest.h"
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>
#include "base/alloc.h"
#include "base/count.h"
#include "base/map.h"
#include "base/path.h"
#include "base/vec.h"
#include "io/file.h"
#include "rust/workspace.h"
#include "text/toml.h"

struct reader {
	struct workspace *ws;
	const char *base; /* errors show paths relative to it */
	char *root;       /* folder of the workspace's manifest */
	struct toml *root_doc;
	struct map seen;     /* folders, in the order in which they are to be read */
	struct map defaults; /* folders of default-members */
	VEC(struct package) packages;
};

static struct toml *
read_toml(const struct reader *r, const char *path, struct err *err)
{
	char *shown = path_shown(path, r->base);
	struct toml *doc = toml_read_dialect(path, shown, TOML_1_1, err);

	free(shown);
	return doc;
}

/* --- which manifest is the root --- */

/* Whether `dir` is or is below one of the folders that the list names relative to root. */
static bool
is_listed(const struct toml_value *list, const char *root, const char *dir)
{
	bool listed = false;

	for (size_t i = 0; i < toml_count(list) && !listed; i++) {
		char *joined = path_join(root, toml_string(toml_at(list, i), ""));
		char *path = path_normal(joined);

		listed = text_is(dir, path) || path_is_below(dir, path);
		free(path);
		free(joined);
	}
	return listed;
}

static bool
takes_in(const struct toml_value *workspace, const char *root, const char *dir)
{
	return is_listed(toml_get(workspace, "members"), root, dir) ||
		!is_listed(toml_get(workspace, "exclude"), root, dir);
}

/* package.workspace = "../.." */
static char *
named_root(const struct toml *doc, const char *dir)
{
	const char *name =
		toml_string(toml_find(toml_root(doc), "package", "workspace", NULL), NULL);
	char *joined, *root;

	if (!name)
		return NULL;
	joined = path_join(dir, name);
	root = path_normal(joined);
	free(joined);
	return root;
}

/* The nearest folder above whose manifest has [workspace] and does not exclude `dir`. */
static bool
search_root(struct reader *r, const char *dir, struct err *err)
{
	char *at = path_dirname(dir);
	bool ok = true, at_end = text_is(at, dir);

	while (ok && !at_end && !r->root) {
		char *manifest = path_join(at, "Cargo.toml"), *parent = path_dirname(at);
		struct toml *doc = NULL;
		const struct toml_value *workspace;

		if (file_exists(manifest) && !(doc = read_toml(r, manifest, err)))
			ok = false;
		workspace = doc ? toml_get(toml_root(doc), "workspace") : NULL;
		if (workspace && takes_in(workspace, at, dir)) {
			r->root = xstrdup(at);
			r->root_doc = doc;
			doc = NULL;
		}
		at_end = (workspace && !r->root) || text_is(parent, at);
		toml_free(doc);
		free(manifest);
		free(at);
		at = parent;
	}
	free(at);
	return ok;
}

static bool
find_root(struct reader *r, struct err *err)
{
	struct toml *doc = read_toml(r, r->ws->manifest, err);
	char *dir = path_dirname(r->ws->manifest), *named;
	bool ok = doc != NULL;

	if (!doc)
		goto done;
	if (!toml_get(toml_root(doc), "package") && !toml_get(toml_root(doc), "workspace")) {
		ok = toml_err(
			doc, toml_root(doc), err, "neither [package] nor [workspace] is in it");
	} else if (toml_get(toml_root(doc), "workspace")) {
		r->root = xstrdup(dir);
	} else if ((named = named_root(doc, dir))) {
		char *manifest = path_join(named, "Cargo.toml");

		r->root = named;
		ok = (r->root_doc = read_toml(r, manifest, err)) != NULL;
		free(manifest);
	} else {
		ok = search_root(r, dir, err);
	}
	if (!r->root)
		r->root = xstrdup(dir);
	if (ok && !r->root_doc) {
		r->root_doc = doc;
		doc = NULL;
	}
done:
	toml_free(doc);
	free(dir);
	return ok;
}

/* --- members --- */

static void
visit(struct map *seen, const char *dir)
{
	char *manifest = path_join(dir, "Cargo.toml");
	char *path = path_normal(dir);

	if (file_exists(manifest) && !map_has(seen, path))
		map_set(seen, path, seen);
	free(path);
	free(manifest);
}

/* Visits the folders that fit a pattern such as "crates/" and "*", component by component. */
static void
visit_pattern(struct map *seen, const char *dir, struct span pattern)
{
	struct span rest, part = span_cut(pattern, '/', &rest);
	char *name = span_dup(part);
	char **names = NULL;
	size_t count = 0;

	if (!part.len) {
		visit(seen, dir);
	} else if (!strpbrk(name, "*?[")) {
		char *below = path_join(dir, name);
		visit_pattern(seen, below, rest);
		free(below);
	} else if (file_list(dir, &names, &count, NULL)) {
		for (size_t i = 0; i < count; i++) {
			char *below = path_join(dir, names[i]);
			if (!fnmatch(name, names[i], FNM_NOESCAPE) && file_is_dir(below))
				visit_pattern(seen, below, rest);
			free(below);
		}
		file_list_free(names, count);
	}
	free(name);
}

static void
visit_list(const struct reader *r, struct map *seen, const char *key)
{
	const struct toml_value *list = toml_find(toml_root(r->root_doc), "workspace", key, NULL);

	for (size_t i = 0; i < toml_count(list); i++)
		visit_pattern(seen, r->root, span_of(toml_string(toml_at(list, i), "")));
}

/* A dependency by path that lies in the workspace is a member of it. */
static void
visit_paths(struct reader *r, const char *dir, const struct toml_value *dependencies)
{
	for (size_t i = 0; i < toml_count(dependencies); i++) {
		const char *path = toml_string(toml_get(toml_at(dependencies, i), "path"), NULL);
		char *joined = path ? path_join(dir, path) : NULL;
		char *folder = joined ? path_normal(joined) : NULL;

		if (folder && path_is_below(folder, r->root))
			visit(&r->seen, folder);
		free(folder);
		free(joined);
	}
}

static void
visit_dependencies(struct reader *r, const char *dir, const struct toml_value *table)
{
	static const char *const kinds[] = { "dependencies", "dev-dependencies",
		"build-dependencies" };

	for (size_t i = 0; i < COUNT(kinds); i++)
		visit_paths(r, dir, toml_get(table, kinds[i]));
}

/* --- packages --- */

bool
manifest_is_c_builder(struct span crate)
{
	static const char *const names[] = { "cc", "cmake", "bindgen", "pkg-config", "vcpkg",
		"system-deps", "autotools", "autocxx", "cxx-build", "nasm-rs", "openssl-sys",
		"ring", "libsqlite3-sys", "zstd-sys", "aws-lc-sys" };

	for (size_t i = 0; i < COUNT(names); i++)
		if (span_is(crate, names[i]))
			return true;
	return false;
}

typedef VEC(struct crate_target) crate_targets;

static void
add_target(struct reader *r, crate_targets *found, const char *name, const char *kind)
{
	struct crate_target target = { arena_strdup(&r->ws->arena, name),
		arena_strdup(&r->ws->arena, kind) };

	for (size_t i = 0; i < found->len; i++)
		if (text_is(found->items[i].name, name) && text_is(found->items[i].kind, kind))
			return;
	vec_push(found, target);
}

static bool
has_file(const char *dir, const char *name)
{
	char *path = path_join(dir, name);
	bool exists = file_exists(path);

	free(path);
	return exists;
}

static void
add_library(struct reader *r, crate_targets *found, const char *dir,
	const struct toml_value *manifest, const char *package)
{
	const struct toml_value *lib = toml_get(manifest, "lib");
	const struct toml_value *kinds = toml_get(lib, "crate-type");
	char *name = xstrdup(toml_string(toml_get(lib, "name"), package));

	if (!lib && !has_file(dir, "src/lib.rs"))
		goto done;
	for (char *p = name; *p; p++)
		if (*p == '-')
			*p = '_';
	if (toml_bool(toml_get(lib, "proc-macro"), false))
		add_target(r, found, name, "proc-macro");
	else if (!toml_count(kinds))
		add_target(r, found, name, "lib");
	for (size_t i = 0; i < toml_count(kinds); i++)
		add_target(r, found, name, toml_string(toml_at(kinds, i), "lib"));
done:
	free(name);
}

/* src/bin/NAME.rs and src/bin/NAME/main.rs */
static void
add_found_programs(struct reader *r, crate_targets *found, const char *dir)
{
	char *folder = path_join(dir, "src/bin");
	char **names;
	size_t count;

	if (!file_list(folder, &names, &count, NULL))
		count = 0, names = NULL;
	for (size_t i = 0; i < count; i++) {
		char *main_file = path_joinf(folder, "%s/main.rs", names[i]);
		struct span name = span_of(names[i]);
		bool is_file = span_ends(name, ".rs");

		if (is_file)
			name.len -= 3;
		if (is_file || file_exists(main_file)) {
			char *copy = span_dup(name);
			add_target(r, found, copy, "bin");
			free(copy);
		}
		free(main_file);
	}
	file_list_free(names, count);
	free(folder);
}

static void
add_programs(struct reader *r, crate_targets *found, const char *dir,
	const struct toml_value *manifest, const char *package)
{
	const struct toml_value *programs = toml_get(manifest, "bin");

	for (size_t i = 0; i < toml_count(programs); i++)
		add_target(r, found, toml_string(toml_get(toml_at(programs, i), "name"), package),
			"bin");
	if (!toml_bool(toml_find(manifest, "package", "autobins", NULL), true))
		return;
	if (has_file(dir, "src/main.rs") && !toml_count(programs))
		add_target(r, found, package, "bin");
	add_found_programs(r, found, dir);
}

/* A text of [package], which may say `workspace = true`. */
static const char *
package_text(const struct reader *r, const struct toml_value *manifest, const char *key)
{
	const struct toml_value *value = toml_find(manifest, "package", key, NULL);

	if (toml_bool(toml_get(value, "workspace"), false))
		value = toml_find(toml_root(r->root_doc), "workspace", "package", key, NULL);
	return toml_string(value, NULL);
}

static void
add_package(struct reader *r, const char *dir, const struct toml_value *manifest)
{
	struct arena *arena = &r->ws->arena;
	crate_targets found = VEC_INIT;
	const char *name = package_text(r, manifest, "name");
	const char *version = package_text(r, manifest, "version");
	struct package *p = vec_add(&r->packages);

	p->name = arena_strdup(arena, name ? name : path_basename(dir));
	p->version = arena_strdup(arena, version ? version : "0.0.0");
	p->id = arena_printf(arena, "path+file://%s#%s@%s", dir, p->name, p->version);
	p->manifest = arena_printf(arena, "%s/Cargo.toml", dir);
	add_library(r, &found, dir, manifest, p->name);
	add_programs(r, &found, dir, manifest, p->name);
	if (toml_find(manifest, "package", "build", NULL) || has_file(dir, "build.rs"))
		add_target(r, &found, "build-script-build", "custom-build");
	p->targets = arena_array(arena, struct crate_target, found.len + 1);
	p->target_count = found.len;
	if (found.len)
		memcpy(p->targets, found.items, found.len * sizeof(*found.items));
	vec_fini(&found);
}

static bool
read_member(struct reader *r, const char *dir, struct err *err)
{
	char *path = path_join(dir, "Cargo.toml");
	struct toml *own = text_is(dir, r->root) ? NULL : read_toml(r, path, err);
	const struct toml *doc = text_is(dir, r->root) ? r->root_doc : own;
	const struct toml_value *manifest = doc ? toml_root(doc) : NULL;
	const struct toml_value *builders = toml_get(manifest, "build-dependencies");
	const struct toml_value *platforms = toml_get(manifest, "target");

	free(path);
	if (toml_get(manifest, "package"))
		add_package(r, dir, manifest);
	visit_dependencies(r, dir, manifest);
	for (size_t i = 0; i < toml_count(platforms); i++)
		visit_dependencies(r, dir, toml_at(platforms, i));
	for (size_t i = 0; i < toml_count(builders); i++)
		if (manifest_is_c_builder(span_of(toml_key_at(builders, i))))
			r->ws->has_c_code = true;
	toml_free(own);
	return manifest != NULL;
}

/* --- the whole --- */

/* Without default-members: the package in whose folder cargo stands, or all of a virtual one. */
static void
mark_defaults(struct reader *r)
{
	const struct toml_value *root = toml_root(r->root_doc);
	char *dir = path_dirname(r->ws->manifest);
	bool at_root = text_is(dir, r->root);

	for (size_t i = 0; i < r->packages.len; i++) {
		struct package *p = &r->packages.items[i];
		char *folder = path_dirname(p->manifest);

		if (!at_root)
			p->is_default = text_is(folder, dir);
		else if (r->defaults.len)
			p->is_default = map_has(&r->defaults, folder);
		else
			p->is_default = text_is(folder, dir) || !toml_get(root, "package");
		free(folder);
	}
	free(dir);
}

static void
fill_workspace(struct reader *r)
{
	struct workspace *ws = r->ws;
	const struct toml_value *root = toml_root(r->root_doc);
	const char *name = package_text(r, root, "name");

	ws->root = arena_strdup(&ws->arena, r->root);
	ws->name = arena_strdup(&ws->arena, name ? name : path_basename(r->root));
	ws->version = arena_strdup(&ws->arena, package_text(r, root, "version"));
	ws->packages = arena_array(&ws->arena, struct package, r->packages.len + 1);
	ws->package_count = r->packages.len;
	if (r->packages.len)
		memcpy(ws->packages, r->packages.items,
			r->packages.len * sizeof(*r->packages.items));
}

bool
manifest_read(struct workspace *ws, const char *base, struct err *err)
{
	struct reader r = { .ws = ws, .base = base };
	char *dir = path_dirname(ws->manifest);
	bool ok = find_root(&r, err);

	if (ok) {
		visit(&r.seen, r.root);
		visit_list(&r, &r.seen, "members");
		visit_list(&r, &r.defaults, "default-members");
		visit(&r.seen, dir);
	}
	for (size_t i = 0; ok && i < r.seen.len; i++) {
		char *member = xstrdup(r.seen.entries[i].key); /* entries move as more are found */

		if (takes_in(toml_get(toml_root(r.root_doc), "workspace"), r.root, member))
			ok = read_member(&r, member, err);
		free(member);
	}
	if (ok) {
		mark_defaults(&r);
		fill_workspace(&r);
	}
	vec_fini(&r.packages);
	map_fini(&r.seen);
	map_fini(&r.defaults);
	toml_free(r.root_doc);
	free(r.root);
	free(dir);
	return ok;
}
