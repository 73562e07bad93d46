/* tree: the folder that was used last stays open, since members come folder by folder. */
#include "io/tree.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/alloc.h"
#include "base/path.h"
#include "base/str.h"
#include "base/vec.h"

#define DIR_MODE 0755
#define FOLDER_FLAGS (O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)

struct tree {
	int root;
	struct str parent; /* the path of the folder that `parent_fd` is */
	int parent_fd;     /* -1: none; may be `root` */
};

struct tree *
tree_open(const char *dir, struct err *err)
{
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct tree *t;

	if (fd < 0) {
		err_errno(err, "%s: cannot be opened", dir);
		return NULL;
	}
	t = xcalloc(1, sizeof(*t));
	t->root = fd;
	t->parent_fd = -1;
	return t;
}

static void
leave_parent(struct tree *t)
{
	if (t->parent_fd >= 0 && t->parent_fd != t->root)
		close(t->parent_fd);
	t->parent_fd = -1;
}

void
tree_close(struct tree *t)
{
	if (!t)
		return;
	leave_parent(t);
	close(t->root);
	str_fini(&t->parent);
	free(t);
}

/* -- the folder of a path ---------------------------------------------------------------------- */

/* Opens the folder `name` in `fd`, made when `make` and absent. */
static int
step_down(int fd, const char *name, bool make)
{
	int next = openat(fd, name, FOLDER_FLAGS);

	if (next >= 0 || errno != ENOENT || !make)
		return next;
	if (mkdirat(fd, name, DIR_MODE) != 0 && errno != EEXIST)
		return -1;
	return openat(fd, name, FOLDER_FLAGS);
}

/* The folder `dir` ("" is the root) step by step; -1 with errno. */
static int
walk(struct tree *t, const char *dir, bool make)
{
	struct span rest = span_of(dir);
	int fd = t->root, next, why;

	while (rest.len) {
		char *name = span_dup(span_cut(rest, '/', &rest));

		next = step_down(fd, name, make);
		why = errno;
		free(name);
		if (fd != t->root)
			close(fd);
		errno = why;
		if (next < 0)
			return -1;
		fd = next;
	}
	return fd;
}

static bool
refuse_parent(const char *path, struct err *err)
{
	if (errno != ELOOP && errno != ENOTDIR)
		return err_errno(err, "%s: its folder cannot be made", path);
	return err_set(err, ERR_FAILED,
		"%s: something above it is a link or a file, and nothing is written through those",
		path);
}

/* The descriptor of the folder that `path` is in, and its name there. */
static int
parent_of(struct tree *t, const char *path, bool make, const char **name)
{
	const char *slash = strrchr(path, '/');
	struct span dir = { path, slash ? (size_t)(slash - path) : 0 };

	*name = slash ? slash + 1 : path;
	if (t->parent_fd >= 0 && span_equal(dir, str_span(&t->parent)))
		return t->parent_fd;
	leave_parent(t);
	str_clear(&t->parent);
	str_append_span(&t->parent, dir);
	return t->parent_fd = walk(t, str_cstr(&t->parent), make);
}

/* Takes away the file or link that is in the way. */
static bool
make_way(int parent, const char *name)
{
	return errno == EEXIST && unlinkat(parent, name, 0) == 0;
}

/* -- writing ----------------------------------------------------------------------------------- */

bool
tree_make_dir(struct tree *t, const char *path, struct err *err)
{
	const char *name;
	int parent, fd;

	if (!*path)
		return true;
	if ((parent = parent_of(t, path, true, &name)) < 0)
		return refuse_parent(path, err);
	if ((fd = step_down(parent, name, true)) < 0)
		return refuse_parent(path, err);
	close(fd);
	return true;
}

int
tree_create(struct tree *t, const char *path, bool is_executable, struct err *err)
{
	const int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
	mode_t mode = is_executable ? 0755 : 0644;
	const char *name;
	int parent, fd;

	if ((parent = parent_of(t, path, true, &name)) < 0) {
		refuse_parent(path, err);
		return -1;
	}
	fd = openat(parent, name, flags, mode);
	if (fd < 0 && make_way(parent, name))
		fd = openat(parent, name, flags, mode);
	if (fd < 0)
		err_errno(err, "%s: cannot be written", path);
	return fd;
}

bool
tree_symlink(struct tree *t, const char *path, const char *target, struct err *err)
{
	const char *name;
	int parent;

	if ((parent = parent_of(t, path, true, &name)) < 0)
		return refuse_parent(path, err);
	if (symlinkat(target, parent, name) == 0)
		return true;
	if (make_way(parent, name) && symlinkat(target, parent, name) == 0)
		return true;
	return err_errno(err, "%s: the link cannot be made", path);
}

/* A descriptor of its own for the folder of `path`; the one kept open stays as it is. */
static int
open_parent(struct tree *t, const char *path)
{
	char *dir = strchr(path, '/') ? path_dirname(path) : xstrdup("");
	int fd = walk(t, dir, false);

	free(dir);
	return fd == t->root ? fcntl(fd, F_DUPFD_CLOEXEC, 0) : fd;
}

bool
tree_hard_link(struct tree *t, const char *path, const char *from, struct err *err)
{
	const char *name, *from_name = path_basename(from);
	int parent, from_parent;
	bool ok;

	if (text_is(path, from))
		return true;
	if ((parent = parent_of(t, path, true, &name)) < 0)
		return refuse_parent(path, err);
	if ((from_parent = open_parent(t, from)) < 0)
		return refuse_parent(from, err);
	ok = linkat(from_parent, from_name, parent, name, 0) == 0 ||
		(make_way(parent, name) && linkat(from_parent, from_name, parent, name, 0) == 0);
	if (!ok)
		err_errno(err, "%s: cannot become another name of %s", path, from);
	close(from_parent);
	return ok;
}

void
tree_sync(struct tree *t)
{
#ifdef __linux__
	syncfs(t->root);
#else
	(void)t;
	sync();
#endif
}

/* -- looking ----------------------------------------------------------------------------------- */

enum tree_kind
tree_kind(struct tree *t, const char *path)
{
	const char *name;
	int parent = *path ? parent_of(t, path, false, &name) : -1;
	struct stat st;

	if (!*path)
		return TREE_DIR;
	if (parent < 0 || fstatat(parent, name, &st, AT_SYMLINK_NOFOLLOW) != 0)
		return TREE_NOTHING;
	if (S_ISREG(st.st_mode))
		return TREE_FILE;
	if (S_ISDIR(st.st_mode))
		return TREE_DIR;
	return S_ISLNK(st.st_mode) ? TREE_LINK : TREE_OTHER;
}

char *
tree_link_target(struct tree *t, const char *path)
{
	char target[PATH_MAX];
	const char *name;
	int parent = parent_of(t, path, false, &name);
	ssize_t len = parent < 0 ? -1 : readlinkat(parent, name, target, sizeof(target));

	return len < 0 ? NULL : xstrndup(target, (size_t)len);
}

int
tree_read(struct tree *t, const char *path, struct err *err)
{
	const char *name;
	int parent = parent_of(t, path, false, &name);
	int fd = parent < 0 ? -1 : openat(parent, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);

	if (fd < 0)
		err_errno(err, "%s: cannot be read", path);
	return fd;
}

/* -- names ------------------------------------------------------------------------------------- */

char *
tree_name(const char *name)
{
	struct str out = STR_INIT;
	struct span rest = span_of(name);

	if (*name == '/')
		return NULL;
	while (rest.len) {
		struct span part = span_cut(rest, '/', &rest);

		if (span_is(part, "..")) {
			str_fini(&out);
			return NULL;
		}
		if (!part.len || span_is(part, "."))
			continue;
		if (out.len)
			str_append_char(&out, '/');
		str_append_span(&out, part);
	}
	return str_take(&out);
}

struct parts {
	VEC(struct span) names;
};

/* Goes on from where `parts` leads; the root is above itself, as in any system. */
static void
follow(struct parts *parts, struct span path)
{
	while (path.len) {
		struct span name = span_cut(path, '/', &path);

		if (span_is(name, "..") && parts->names.len)
			parts->names.len--;
		else if (name.len && !span_is(name, ".") && !span_is(name, ".."))
			vec_push(&parts->names, name);
	}
}

static size_t
common_parts(const struct parts *a, const struct parts *b)
{
	size_t i = 0;

	while (i < a->names.len && i < b->names.len &&
		span_equal(a->names.items[i], b->names.items[i]))
		i++;
	return i;
}

static void
append_parts(struct str *out, const struct parts *parts, size_t from)
{
	for (size_t i = from; i < parts->names.len; i++) {
		str_append(out, out->len ? "/" : "");
		str_append_span(out, parts->names.items[i]);
	}
}

static struct span
folder_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return (struct span){ path, slash ? (size_t)(slash - path) : 0 };
}

static struct parts
resolve(const char *path, const char *target)
{
	struct parts to = { VEC_INIT };

	if (*target != '/')
		follow(&to, folder_of(path));
	follow(&to, span_of(target));
	return to;
}

char *
tree_link_inside(const char *path, const char *target)
{
	struct parts from = { VEC_INIT }, to = resolve(path, target);
	struct str out = STR_INIT;
	size_t common;

	follow(&from, folder_of(path));
	common = common_parts(&from, &to);
	for (size_t i = common; i < from.names.len; i++)
		str_append(&out, out.len ? "/.." : "..");
	append_parts(&out, &to, common);
	if (!out.len)
		str_append(&out, ".");
	vec_fini(&from.names);
	vec_fini(&to.names);
	return str_take(&out);
}

char *
tree_link_from_root(const char *path, const char *target)
{
	struct parts to = resolve(path, target);
	struct str out = STR_INIT;

	str_append_char(&out, '/');
	for (size_t i = 0; i < to.names.len; i++) {
		str_append(&out, i ? "/" : "");
		str_append_span(&out, to.names.items[i]);
	}
	vec_fini(&to.names);
	return str_take(&out);
}
