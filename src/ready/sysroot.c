/* sysroot: folders are the list; two files in each are its record.
 *
 * .xtui-sysroot  lines "key value": url, sha256, added, files, bytes
 * .xtui-files    lines "<sha256> <bytes> <path>" and "-> <path>\t<target>" */
#include "ready/sysroot.h"
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/alloc.h"
#include "base/map.h"
#include "base/path.h"
#include "base/vec.h"
#include "io/digest.h"
#include "io/file.h"
#include "io/tree.h"
#include "io/unpack.h"
#include "text/version.h"

#define RECORD ".xtui-sysroot"
#define FILES ".xtui-files"

char *
sysroot_store(void)
{
	char *data = path_data_dir();
	char *store = data ? path_join(data, "sysroots") : NULL;

	free(data);
	return store;
}

void
sysroot_fini(struct sysroot *s)
{
	free(s->triple);
	free(s->version);
	free(s->path);
	free(s->url);
	free(s->sha256);
	*s = (struct sysroot){ 0 };
}

void
sysroot_list_fini(struct sysroot_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		sysroot_fini(&list->items[i]);
	free(list->items);
	*list = (struct sysroot_list){ 0 };
}

/* -- reading the store ------------------------------------------------------------------------- */

static void
read_line(struct sysroot *s, struct span line)
{
	struct span value, key = span_cut(line, ' ', &value);
	char *text = span_dup(value);

	if (span_is(key, "url") && !s->url)
		s->url = xstrdup(text);
	else if (span_is(key, "sha256") && !s->sha256)
		s->sha256 = xstrdup(text);
	else if (span_is(key, "added"))
		s->added = strtoll(text, NULL, 10);
	else if (span_is(key, "files"))
		s->files = strtoul(text, NULL, 10);
	else if (span_is(key, "bytes"))
		s->bytes = strtoull(text, NULL, 10);
	free(text);
}

static void
read_record(struct sysroot *s)
{
	char *path = path_join(s->path, RECORD);
	struct str text = STR_INIT;
	struct span rest;

	if (file_read(path, &text, NULL))
		for (rest = str_span(&text); rest.len;)
			read_line(s, span_cut(rest, '\n', &rest));
	str_fini(&text);
	free(path);
}

struct sysroots {
	VEC(struct sysroot) items;
};

/* Adds the trees of one target, those with this version (NULL: any). */
static bool
read_target(struct sysroots *out, const char *store, const char *triple, const char *version,
	struct err *err)
{
	char *dir = path_join(store, triple);
	char **names = NULL;
	size_t count = 0;
	bool ok = file_list(dir, &names, &count, err);

	for (size_t i = 0; i < count; i++) {
		char *path = path_join(dir, names[i]);
		struct sysroot *s;

		if (*names[i] == '.' || (version && !text_is(version, names[i])) ||
			!file_is_dir(path)) {
			free(path);
			continue;
		}
		s = vec_add(&out->items);
		s->triple = xstrdup(triple);
		s->version = xstrdup(names[i]);
		s->path = path;
		read_record(s);
	}
	file_list_free(names, count);
	free(dir);
	return ok;
}

static bool
read_all(struct sysroots *out, const char *store, struct err *err)
{
	char **names = NULL;
	size_t count = 0;
	bool ok = file_list(store, &names, &count, err);

	for (size_t i = 0; ok && i < count; i++)
		if (*names[i] != '.')
			ok = read_target(out, store, names[i], NULL, err);
	file_list_free(names, count);
	return ok;
}

static int
compare_sysroots(const void *a, const void *b)
{
	const struct sysroot *x = a, *y = b;
	int by_triple = strcmp(x->triple, y->triple);

	return by_triple ? by_triple : version_compare(x->version, y->version);
}

static bool
read_some(const char *triple, const char *version, struct sysroot_list *out, struct err *err)
{
	char *store = sysroot_store();
	struct sysroots found = { VEC_INIT };
	bool ok = true;

	*out = (struct sysroot_list){ 0 };
	if (store)
		ok = triple ? read_target(&found, store, triple, version, err)
			    : read_all(&found, store, err);
	free(store);
	*out = (struct sysroot_list){ found.items.items, found.items.len };
	if (!ok)
		sysroot_list_fini(out);
	else if (out->count)
		qsort(out->items, out->count, sizeof(*out->items), compare_sysroots);
	return ok;
}

bool
sysroot_list_read(const char *triple, struct sysroot_list *out, struct err *err)
{
	return read_some(triple, NULL, out, err);
}

bool
sysroot_find(const char *triple, const char *version, struct sysroot *out)
{
	struct sysroot_list list;
	bool is_there = read_some(triple, version, &list, NULL) && list.count > 0;

	*out = (struct sysroot){ 0 };
	if (is_there) {
		*out = list.items[0];
		list.items[0] = (struct sysroot){ 0 };
	}
	sysroot_list_fini(&list);
	return is_there;
}

/* -- changing the store ------------------------------------------------------------------------ */

/* What killed processes have left: everything with a dot. */
static void
sweep(const char *dir)
{
	char **names = NULL;
	size_t count = 0;

	file_list(dir, &names, &count, NULL);
	for (size_t i = 0; i < count; i++) {
		char *path = path_join(dir, names[i]);

		if (*names[i] == '.')
			file_remove_tree(path, NULL);
		free(path);
	}
	file_list_free(names, count);
}

/* Whether the descriptor is still what the name stands for: an empty folder is removed by who holds it. */
static bool
is_still(int fd, const char *dir)
{
	struct stat mine, there;

	return fstat(fd, &mine) == 0 && stat(dir, &there) == 0 && mine.st_ino == there.st_ino &&
		mine.st_dev == there.st_dev;
}

static int
lock_dir(const char *dir, const char *triple, struct err *err)
{
	for (;;) {
		int fd;

		if (!file_make_dirs(dir, 0777, err))
			return -1;
		if ((fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) < 0) {
			if (errno == ENOENT)
				continue;
			err_errno(err, "%s: cannot be opened", dir);
			return -1;
		}
		if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
			close(fd);
			err_set(err, ERR_ENVIRONMENT,
				"%s: another xtui is changing its sysroots now", triple);
			err_try(err, "wait until that is done");
			return -1;
		}
		if (is_still(fd, dir)) {
			sweep(dir);
			return fd;
		}
		close(fd);
	}
}

static bool
no_home(struct err *err)
{
	err_set(err, ERR_ENVIRONMENT, "there is no home folder to keep sysroots in");
	return err_try(err, "set HOME or XDG_DATA_HOME");
}

int
sysroot_lock(const char *triple, struct err *err)
{
	char *store = sysroot_store();
	char *dir = store ? path_join(store, triple) : NULL;
	int fd = dir ? lock_dir(dir, triple, err) : -1;

	if (!dir)
		no_home(err);
	free(dir);
	free(store);
	return fd;
}

bool
sysroot_remove(const struct sysroot *s, struct err *err)
{
	char *dir = path_dirname(s->path);
	char *away = path_joinf(dir, ".removed-%s", s->version);
	int lock = sysroot_lock(s->triple, err);
	bool ok = lock >= 0 && file_rename(s->path, away, err) && file_remove_tree(away, err);

	if (lock >= 0) {
		rmdir(dir); /* when it was the last */
		close(lock);
	}
	free(away);
	free(dir);
	return ok;
}

/* -- the record -------------------------------------------------------------------------------- */

void
sysroot_add_file(struct str *files, const struct unpack_member *m)
{
	if (m->kind == UNPACK_FILE)
		str_appendf(files, "%s %" PRIu64 " %s\n", m->sha256, m->bytes, m->path);
	else if (m->kind == UNPACK_LINK)
		str_appendf(files, "-> %s\t%s\n", m->path, m->target);
}

static bool
write_in(const char *dir, const char *name, struct span text, struct err *err)
{
	char *path = path_join(dir, name);
	bool ok = file_write(path, text, err);

	free(path);
	return ok;
}

bool
sysroot_write_record(const struct sysroot *s, const char *dir, struct span files, struct err *err)
{
	struct str text = STR_INIT;
	bool ok;

	str_appendf(&text, "url %s\nsha256 %s\nadded %" PRId64 "\nfiles %zu\nbytes %" PRIu64 "\n",
		s->url, s->sha256, s->added, s->files, s->bytes);
	ok = write_in(dir, FILES, files, err) && write_in(dir, RECORD, str_span(&text), err);
	str_fini(&text);
	return ok;
}

/* -- verifying --------------------------------------------------------------------------------- */

struct entry {
	struct span sha256; /* empty: a link */
	struct span target;
	bool is_seen;
};

struct check {
	struct tree *tree;
	struct map entries; /* path: struct entry */
	struct str *problems;
	struct err *err;
};

static void
read_entry(struct check *c, struct span line)
{
	struct entry *entry = xcalloc(1, sizeof(*entry));
	struct span rest, path, first = span_cut(line, ' ', &rest);
	char *key;

	if (span_is(first, "->")) {
		path = span_cut(rest, '\t', &entry->target);
	} else {
		entry->sha256 = first;
		span_cut(rest, ' ', &path);
	}
	key = span_dup(path);
	free(map_set(&c->entries, key, entry)); /* a later line has replaced the file */
	free(key);
}

static void
problem(struct check *c, const char *path, const char *what)
{
	str_appendf(c->problems, "%s: %s\n", path, what);
}

static bool
check_file(struct check *c, const char *dir, const char *path, const struct entry *e)
{
	char hex[DIGEST_HEX_LEN + 1];
	char *full = path_join(dir, path);
	bool ok = digest_file(full, hex, c->err);

	if (ok && !span_is(e->sha256, hex))
		problem(c, path, "is not what it was");
	free(full);
	return ok;
}

static void
check_link(struct check *c, const char *path, const struct entry *e)
{
	char *target = tree_link_target(c->tree, path);

	if (!target || !span_is(e->target, target))
		problem(c, path, "leads elsewhere than it did");
	free(target);
}

/* `path` is below dir, "" for dir itself. */
static bool check_dir(struct check *c, const char *dir, const char *path);

static bool
check_name(struct check *c, const char *dir, const char *path)
{
	struct entry *e = map_get(&c->entries, path);
	enum tree_kind kind = tree_kind(c->tree, path);

	if (kind == TREE_DIR)
		return check_dir(c, dir, path);
	if (text_is(path, RECORD) || text_is(path, FILES))
		return true;
	if (!e) {
		problem(c, path, "was not there");
		return true;
	}
	e->is_seen = true;
	if (kind != (e->sha256.len ? TREE_FILE : TREE_LINK))
		problem(c, path, "is not what it was");
	else if (kind == TREE_LINK)
		check_link(c, path, e);
	else
		return check_file(c, dir, path, e);
	return true;
}

static bool
check_dir(struct check *c, const char *dir, const char *path)
{
	char *full = path_join(dir, path);
	char **names = NULL;
	size_t count = 0;
	bool ok = file_list(full, &names, &count, c->err);

	for (size_t i = 0; ok && i < count; i++) {
		char *below = *path ? path_join(path, names[i]) : xstrdup(names[i]);

		ok = check_name(c, dir, below);
		free(below);
	}
	file_list_free(names, count);
	free(full);
	return ok;
}

static void
report_missing(struct check *c)
{
	for (size_t i = 0; i < c->entries.len; i++) {
		const struct entry *e = c->entries.entries[i].value;

		if (!e->is_seen)
			problem(c, c->entries.entries[i].key, "is missing");
	}
}

bool
sysroot_verify(const struct sysroot *s, struct str *problems, struct err *err)
{
	struct check c = { .entries = MAP_INIT, .problems = problems, .err = err };
	char *path = path_join(s->path, FILES);
	struct str files = STR_INIT;
	bool ok;

	if (!file_exists(path)) {
		free(path);
		err_set(err, ERR_FAILED, "%s: it has no record to be checked against", s->path);
		return err_try(err, "xtui sysroot remove %s --version %s", s->triple, s->version);
	}
	ok = file_read(path, &files, err) && (c.tree = tree_open(s->path, err));
	for (struct span rest = str_span(&files); ok && rest.len;)
		read_entry(&c, span_cut(rest, '\n', &rest));
	ok = ok && check_dir(&c, s->path, "");
	if (ok)
		report_missing(&c);
	for (size_t i = 0; i < c.entries.len; i++)
		free(c.entries.entries[i].value);
	map_fini(&c.entries);
	tree_close(c.tree);
	str_fini(&files);
	free(path);
	return ok;
}
