/* edit: the document is changed in memory, key by key, and the two texts kept. */
#include "plan/edit.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/alloc.h"
#include "base/path.h"
#include "base/vec.h"
#include "io/file.h"
#include "plan/undo.h"
#include "rust/conffiles.h"
#include "text/diff.h"
#include "text/toml.h"

/* ---- may we? ---- */

/* As root we keep the owner; as anybody else the file would become ours. */
static bool
check_owner(const struct edit *e, const struct stat *st, struct err *err)
{
	if (geteuid() == 0 || st->st_uid == geteuid())
		return true;
	err_set(err, ERR_ENVIRONMENT,
		"%s: belongs to another user (%ld), whose file it would cease to be", e->shown,
		(long)st->st_uid);
	return err_try(err, "sudo chown \"$(id -un)\" %s", e->file);
}

static bool
check_file(const struct edit *e, const struct stat *st, struct err *err)
{
	if (!check_owner(e, st, err))
		return false;
	if (!(st->st_mode & 0222) || faccessat(AT_FDCWD, e->file, W_OK, AT_EACCESS) < 0) {
		err_set(err, ERR_ENVIRONMENT, "%s: is read-only", e->shown);
		return err_try(err, "chmod u+w %s", e->file);
	}
	return true;
}

/* The folder that the file, or the first of the folders still to be made, goes into. */
static bool
check_folder(const struct edit *e, struct err *err)
{
	char *dir = path_dirname(e->file);
	bool ok;

	while (!file_exists(dir) && !text_is(dir, "/") && !text_is(dir, ".")) {
		char *parent = path_dirname(dir);

		free(dir);
		dir = parent;
	}
	ok = file_is_dir(dir) && faccessat(AT_FDCWD, dir, W_OK | X_OK, AT_EACCESS) == 0;
	if (!ok)
		err_set(err, ERR_ENVIRONMENT, "%s: %s %s", e->shown, dir,
			file_is_dir(dir) ? "may not be written in" : "is not a folder");
	free(dir);
	return ok;
}

static bool
check_place(const struct edit *e, struct err *err)
{
	struct stat st;

	if (e->exists && stat(e->file, &st) < 0)
		return err_errno(err, "%s", e->shown);
	return (!e->exists || check_file(e, &st, err)) && check_folder(e, err);
}

/* ---- the keys ---- */

struct change {
	struct toml *doc;
	const struct step_key *key;
	bool replace;
	struct str *conflicts; /* a line each */
	struct err *err;
};

static const struct toml_value *
value_at(const struct toml *doc, const char *const *path)
{
	const struct toml_value *v = toml_root(doc);

	for (; v && *path; path++)
		v = toml_get(v, *path);
	return v;
}

/* A value on one line. */
static void
append_flat(struct str *out, struct span source)
{
	while (source.len) {
		struct span line = span_trim(span_cut(source, '\n', &source));

		str_append_span(out, line);
		str_append(out, source.len && line.len ? " " : "");
	}
}

static bool
say_conflict(struct change *c, const struct toml_value *old)
{
	struct str *out = c->conflicts;

	str_append(out, out->len ? "\n" : "");
	for (size_t i = 0; c->key->path[i]; i++)
		str_appendf(out, "%s%s", i ? "." : "", c->key->path[i]);
	str_append(out, " is ");
	append_flat(out, toml_source(c->doc, old));
	str_appendf(out, " (%s:%d), not ", toml_name(c->doc), toml_line(old));
	append_flat(out, span_of(c->key->literal));
	return true;
}

/* Whether the literal means what the document has; false too for one that is broken. */
static bool
means(const struct toml_value *old, const char *literal)
{
	char *text = xasprintf("value = %s", literal);
	struct toml *doc = toml_parse_dialect(text, strlen(text), "value", TOML_1_1, NULL);
	bool same = doc && toml_equal(toml_get(toml_root(doc), "value"), old);

	toml_free(doc);
	free(text);
	return same;
}

static bool
add_item(struct change *c, const struct toml_value *array)
{
	const struct step_key *key = c->key;

	if (array && toml_kind(array) != TOML_ARRAY)
		return say_conflict(c, array);
	for (size_t i = 0; i < toml_count(array); i++)
		if (means(toml_at(array, i), key->literal))
			return true;
	return toml_array_add(c->doc, key->path, key->literal, c->err);
}

static bool
change_key(struct change *c)
{
	const struct step_key *key = c->key;
	const struct toml_value *old = value_at(c->doc, key->path);

	if (!key->literal)
		return toml_remove(c->doc, key->path, c->err);
	if (key->item)
		return add_item(c, old);
	if (old && means(old, key->literal))
		return true;
	if (old && !c->replace)
		return say_conflict(c, old);
	return toml_set(c->doc, key->path, key->literal, c->err);
}

/* Files of cargo's may use what TOML 1.1 brings; other programs read 1.0. */
static enum toml_dialect
dialect_of(const char *path)
{
	const char *name = path_basename(path);

	return text_is(name, "Cross.toml") || text_is(name, "xtui.toml") ? TOML_1_0 : TOML_1_1;
}

bool
edit_apply(const char *path, struct span before, const struct step_key *keys, size_t count,
	bool replace, struct str *after, struct str *conflicts, struct err *err)
{
	struct toml *doc = toml_parse_dialect(
		before.len ? before.data : "", before.len, path, dialect_of(path), err);
	bool ok = doc != NULL;

	for (size_t i = 0; ok && i < count; i++)
		ok = change_key(&(struct change){ doc, &keys[i], replace, conflicts, err });
	if (ok && !conflicts->len)
		str_append_span(after, toml_bytes(doc));
	toml_free(doc);
	return ok;
}

static bool
change_keys(
	struct edit *e, const struct step_key *keys, size_t count, bool replace, struct err *err)
{
	struct str conflicts = STR_INIT;
	bool ok = edit_apply(
		e->shown, str_span(&e->before), keys, count, replace, &e->after, &conflicts, err);

	if (ok && conflicts.len)
		e->conflict = str_take(&conflicts);
	str_fini(&conflicts);
	return ok;
}

/* ---- the whole ---- */

/* An absent file has no bytes, an empty one has bytes, of which there are none. */
static struct span
bytes_of(const struct str *text, bool exists)
{
	return exists ? (struct span){ str_cstr(text), text->len } : (struct span){ 0 };
}

static void
make_diff(struct edit *e)
{
	struct str diff = STR_INIT;

	diff_unified(&diff, e->shown, bytes_of(&e->before, e->exists), bytes_of(&e->after, true));
	if (diff.len)
		e->diff = str_take(&diff);
	str_fini(&diff);
}

static void
name_files(struct edit *e, const char *dir, const char *path)
{
	char *place = conffiles_place(dir, path);
	char *joined = path_join(dir, place);

	e->path = path_normal(joined);
	e->shown = path_shown(e->path, dir);
	free(joined);
	free(place);
}

static bool
read_before(struct edit *e, struct err *err)
{
	struct stat st;

	if (stat(e->file, &st) < 0)
		return errno == ENOENT || err_errno(err, "%s", e->shown);
	if (!S_ISREG(st.st_mode))
		return err_set(err, ERR_ENVIRONMENT, "%s: is %s", e->shown,
			S_ISDIR(st.st_mode) ? "a folder, not a file" : "not a regular file");
	e->exists = true;
	return file_read(e->file, &e->before, err);
}

struct edit *
edit_prepare(const char *dir, const char *path, const struct step_key *keys, size_t count,
	bool replace, struct err *err)
{
	struct edit *e = xcalloc(1, sizeof *e);
	bool ok;

	name_files(e, dir, path);
	ok = (e->file = file_behind_links(e->path, err)) && read_before(e, err) &&
		change_keys(e, keys, count, replace, err);
	if (ok && !e->conflict)
		make_diff(e);
	if (ok && e->diff)
		ok = check_place(e, err);
	if (!ok) {
		edit_free(e);
		return NULL;
	}
	return e;
}

void
edit_free(struct edit *e)
{
	if (!e)
		return;
	free(e->path);
	free(e->shown);
	free(e->file);
	free(e->diff);
	free(e->conflict);
	str_fini(&e->before);
	str_fini(&e->after);
	free(e);
}

bool
edit_is_made(const struct edit *e)
{
	return !e->conflict && !e->diff;
}

bool
edit_make(const struct edit *e, const char *dir, const char *what, struct err *err)
{
	struct undo_change change = {
		.file = e->file,
		.project = dir,
		.what = what,
		.exists = e->exists,
		.before = bytes_of(&e->before, e->exists),
		.after = bytes_of(&e->after, true),
	};

	if (e->conflict) {
		err_set(err, ERR_FAILED, "%s", e->conflict);
		return err_try(err, "change it there, or take the line out");
	}
	return edit_is_made(e) || undo_write(&change, err);
}
