/* conffiles: see conffiles.h.
 *
 * A file stands before what it includes, and later includes before earlier ones, so that the first
 * file of the list that sets a key decides it. */
#include "rust/conffiles.h"
#include <stdlib.h>
#include <string.h>
#include "base/alloc.h"
#include "base/map.h"
#include "base/path.h"
#include "base/vec.h"
#include "io/file.h"
#include "rust/rustup.h"
#include "text/toml.h"

struct loader {
	struct conf_files *files;
	const char *dir; /* errors show paths relative to it */
	struct map seen; /* of one file and its includes */
};

static bool load_file(struct loader *l, const char *path, struct err *err);

static bool
load_include(struct loader *l, const char *from, const struct toml *doc,
	const struct toml_value *entry, struct err *err)
{
	const struct toml_value *name =
		toml_kind(entry) == TOML_TABLE ? toml_get(entry, "path") : entry;
	const char *text = toml_string(name, NULL);
	char *dir, *joined, *path;
	bool ok;

	if (!text)
		return toml_err(doc, entry, err, "expected a path, or a table with a path");
	if (!text_ends(text, ".toml"))
		return toml_err(doc, name, err, "the path of an include must end with .toml");
	dir = path_dirname(from);
	joined = path_join(dir, text);
	path = path_normal(joined);
	if (map_has(&l->seen, path))
		ok = toml_err(doc, name, err, "%s is included already", text);
	else if (file_exists(path))
		ok = load_file(l, path, err);
	else
		ok = toml_bool(toml_get(entry, "optional"), false) ||
			toml_err(doc, name, err, "there is no file %s", path);
	free(path);
	free(joined);
	free(dir);
	return ok;
}

static bool
load_includes(struct loader *l, const char *path, const struct toml *doc, struct err *err)
{
	const struct toml_value *list = toml_get(toml_root(doc), "include");

	if (list && toml_kind(list) != TOML_ARRAY)
		return toml_err(doc, list, err, "expected an array of paths, found %s",
			toml_kind_name(toml_kind(list)));
	for (size_t i = toml_count(list); i-- > 0;)
		if (!load_include(l, path, doc, toml_at(list, i), err))
			return false;
	return true;
}

static bool
load_file(struct loader *l, const char *path, struct err *err)
{
	char *shown = path_shown(path, l->dir);
	struct toml *doc = toml_read_dialect(path, shown, TOML_1_1, err);
	struct conf_file file = { xstrdup(path), doc };

	free(shown);
	if (!doc) {
		free(file.path);
		return false;
	}
	map_set(&l->seen, path, l);
	vec_push(l->files, file);
	return load_includes(l, path, doc, err);
}

/* `config` without extension is the old name, and goes before config.toml where both are. */
static bool
load_folder(struct loader *l, const char *folder, struct err *err)
{
	static const char *const names[] = { "config", "config.toml" };
	bool ok = true, found = false;

	for (size_t i = 0; i < 2 && !found; i++) {
		char *path = path_join(folder, names[i]);

		if ((found = file_exists(path) && !file_is_dir(path))) {
			ok = load_file(l, path, err);
			map_fini(&l->seen);
			l->seen = MAP_INIT;
		}
		free(path);
	}
	return ok;
}

static bool
load_upwards(struct loader *l, const char *home, struct err *err)
{
	char *dir = xstrdup(l->dir);
	bool ok = true, at_end = false, had_home = !home;

	while (ok && !at_end) {
		char *folder = path_join(dir, ".cargo"), *parent = path_dirname(dir);

		ok = load_folder(l, folder, err);
		had_home |= text_is(folder, home);
		at_end = text_is(parent, dir);
		free(folder);
		free(dir);
		dir = parent;
	}
	free(dir);
	return ok && (had_home || load_folder(l, home, err));
}

/* --- kinds that go together --- */

static bool
is_compound(const struct toml_value *v)
{
	return toml_kind(v) == TOML_ARRAY || toml_kind(v) == TOML_TABLE;
}

/* cargo joins arrays and merges tables, and refuses to mix them with anything else. */
static bool
check_pair(const struct conf_file *inner, const struct toml_value *a, const struct conf_file *outer,
	const struct toml_value *b, struct err *err)
{
	if (toml_kind(a) != toml_kind(b) && (is_compound(a) || is_compound(b)))
		return toml_err(outer->doc, b, err, "expected %s as in %s:%d, found %s",
			toml_kind_name(toml_kind(a)), toml_name(inner->doc), toml_line(a),
			toml_kind_name(toml_kind(b)));
	if (toml_kind(a) != TOML_TABLE)
		return true;
	for (size_t i = 0; i < toml_count(a); i++) {
		const char *key = toml_key_at(a, i);
		const struct toml_value *other = toml_get(b, key);

		if (other && strcmp(key, "include") != 0 &&
			!check_pair(inner, toml_at(a, i), outer, other, err))
			return false;
	}
	return true;
}

static bool
check_all(const struct conf_files *files, struct err *err)
{
	for (size_t i = 0; i < files->len; i++)
		for (size_t k = i + 1; k < files->len; k++)
			if (!check_pair(&files->items[i], toml_root(files->items[i].doc),
				    &files->items[k], toml_root(files->items[k].doc), err))
				return false;
	return true;
}

bool
conffiles_load(struct conf_files *files, const char *dir, struct err *err)
{
	char *real = file_real_path(dir), *home = rustup_cargo_home();
	struct loader l = { .files = files, .dir = real ? real : dir };
	bool ok;

	*files = (struct conf_files){ 0 };
	ok = load_upwards(&l, home, err) && check_all(files, err);
	if (!ok)
		conffiles_fini(files);
	map_fini(&l.seen);
	free(home);
	free(real);
	return ok;
}

static void
put_first(struct conf_files *files, struct conf_file file)
{
	vec_push(files, file);
	memmove(files->items + 1, files->items, (files->len - 1) * sizeof(*files->items));
	files->items[0] = file;
}

bool
conffiles_add_argument(struct conf_files *files, const char *dir, const char *text, struct err *err)
{
	char *path = path_join(dir, text);
	bool is_file = *text && file_exists(path) && !file_is_dir(path);
	struct toml *doc = is_file
		? toml_read_dialect(path, text, TOML_1_1, err)
		: toml_parse_dialect(text, strlen(text), "--config", TOML_1_1, err);

	if (doc && !is_file && toml_count(toml_root(doc)) != 1) {
		err_set(err, ERR_USAGE, "--config %s: one KEY=VALUE, or a file, was expected",
			text);
		toml_free(doc);
		doc = NULL;
	}
	if (doc)
		put_first(files,
			(struct conf_file){
				is_file ? xstrdup(path) : xstrdup("--config"), doc, true });
	free(path);
	return doc && check_all(files, err);
}

void
conffiles_fini(struct conf_files *files)
{
	for (size_t i = 0; i < files->len; i++) {
		free(files->items[i].path);
		toml_free(files->items[i].doc);
	}
	vec_fini(files);
}

char *
conffiles_place(const char *dir, const char *path)
{
	bool is_config = text_is(path, ".cargo/config.toml") || text_ends(path, "/config.toml");
	char *old = is_config ? xstrndup(path, strlen(path) - strlen(".toml")) : NULL;
	char *file = old ? path_join(dir, old) : NULL;
	bool is_there = file && file_exists(file) && !file_is_dir(file);

	free(file);
	if (is_there)
		return old;
	free(old);
	return xstrdup(path);
}
