#include "build/targetdir.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/alloc.h"
#include "base/count.h"
#include "base/path.h"
#include "io/file.h"
#include "io/usage.h"
#include "rust/workspace.h"

/* cargo, src/compiler/layout.rs: the first is of all versions, the others of 1.91 and later. */
static const char *const lock_names[] = { ".cargo-lock", ".cargo-build-lock",
	".cargo-artifact-lock" };
#define LOCK_COUNT (COUNT(lock_names))

static const struct {
	const char *name; /* of a folder of the tree */
	enum target_part kind;
} folders[] = {
	{ "deps", PART_DEPS },
	{ "build", PART_BUILD },
	{ "incremental", PART_INCREMENTAL },
	{ ".fingerprint", PART_OTHER },
};

const char *
target_part_name(enum target_part kind)
{
	static const char *const names[] = {
		[PART_FINAL] = "final",
		[PART_DEPS] = "deps",
		[PART_BUILD] = "build_scripts",
		[PART_INCREMENTAL] = "incremental",
		[PART_OTHER] = "other",
	};

	return names[kind];
}

/* ---- finding ---- */

struct finder {
	struct target_trees *out;
	struct usage_links *links;
	char *own; /* xtui's folder in the target folder; NULL without one */
	struct err *err;
	bool ok;
};

static bool
is_real_folder(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

static bool
has(const char *folder, const char *name)
{
	char *path = path_join(folder, name);
	struct stat st;
	bool found = lstat(path, &st) == 0;

	free(path);
	return found;
}

/* Cargo made it for one profile. */
static bool
is_tree(const char *path)
{
	if (has(path, ".fingerprint"))
		return true;
	for (size_t i = 0; i < LOCK_COUNT; i++) {
		if (has(path, lock_names[i]))
			return true;
	}
	return false;
}

static enum target_part
kind_of(const char *tree, const char *name, bool has_fingerprints)
{
	char *path = path_join(tree, name);
	bool is_folder = is_real_folder(path);

	free(path);
	for (size_t i = 0; is_folder && i < COUNT(folders); i++) {
		if (text_is(folders[i].name, name))
			return has_fingerprints ? folders[i].kind : PART_DEPS;
	}
	return text_starts(name, ".cargo-") ? PART_OTHER : PART_FINAL;
}

static void
list(struct finder *f, const char *folder, char ***names, size_t *count)
{
	if (!file_list(folder, names, count, f->ok ? f->err : NULL))
		f->ok = false;
}

static struct usage
measure(struct finder *f, const char *path)
{
	struct usage size = { 0 };

	if (!usage_measure(path, f->links, &size, f->ok ? f->err : NULL))
		f->ok = false;
	return size;
}

/* One kind after the other: a program and the file in deps/ that it is a second name of count as the
 * program. */
static void
measure_tree(struct finder *f, struct target_tree *tree)
{
	bool has_fingerprints = has(tree->path, ".fingerprint");
	char **names = NULL;
	size_t count = 0;

	list(f, tree->path, &names, &count);
	for (int kind = 0; kind < PART_COUNT; kind++) {
		for (size_t i = 0; i < count; i++) {
			struct usage size;
			char *path;

			if ((int)kind_of(tree->path, names[i], has_fingerprints) != kind)
				continue;
			path = path_join(tree->path, names[i]);
			size = measure(f, path);
			tree->bytes[kind] += size.bytes;
			tree->files += size.files;
			free(path);
		}
	}
	file_list_free(names, count);
}

static void
add_tree(struct finder *f, const char *path, const char *target, const char *profile,
	const char *variant)
{
	struct arena *arena = &f->out->arena;
	struct target_tree *tree = vec_add(&f->out->items);

	*tree = (struct target_tree){
		.target = arena_strdup(arena, target),
		.profile = arena_strdup(arena, profile),
		.variant = arena_strdup(arena, variant),
		.path = arena_strdup(arena, path),
	};
	measure_tree(f, tree);
}

/* It is looked into by itself: xtui's own folder, or a build folder. */
static bool
is_apart(const struct finder *f, const char *path, const char *target, const char *variant)
{
	const char *build_root = f->out->build_root;

	if (text_is(path, f->own) || text_is(path, build_root))
		return true;
	if (variant && !target && text_is(path_basename(path), "xtui"))
		return true;
	return variant && build_root && !target && text_is(path_basename(path), "build");
}

static void find_in(struct finder *f, const char *folder, const char *target, const char *variant);

/* `target` NULL: what is no tree may be the folder of a triple. */
static void
find_at(struct finder *f, const char *path, const char *target, const char *variant)
{
	const char *name = path_basename(path);
	bool is_folder = is_real_folder(path);

	if (is_folder && is_tree(path))
		add_tree(f, path, target, name, variant);
	else if (is_folder && !target)
		find_in(f, path, name, variant);
	else
		f->out->rest += measure(f, path).bytes;
}

static void
find_in(struct finder *f, const char *folder, const char *target, const char *variant)
{
	char **names = NULL;
	size_t count = 0;

	list(f, folder, &names, &count);
	for (size_t i = 0; i < count; i++) {
		char *path = path_join(folder, names[i]);

		if (!is_apart(f, path, target, variant))
			find_at(f, path, target, variant);
		free(path);
	}
	file_list_free(names, count);
}

static void find_variants(struct finder *f, const char *own, const char *above);

/* Below <variant>/ the same as below the target folder, or, where the workspace sets the build folder
 * apart, also below <variant>/build/. A folder beside (build/turn.h) has variants of its own in it. */
static void
find_variant(struct finder *f, const char *folder, const char *variant, bool is_inner)
{
	char *build = path_join(folder, "build"), *own = path_join(folder, "xtui");

	if (is_real_folder(build))
		find_in(f, build, NULL, variant);
	if (is_real_folder(folder))
		find_in(f, folder, NULL, variant);
	if (is_real_folder(own) && !is_inner)
		find_variants(f, own, variant);
	free(own);
	free(build);
}

/* `above`: the folder beside that they are in; NULL: none. */
static void
find_variants(struct finder *f, const char *own, const char *above)
{
	char **names = NULL;
	size_t count = 0;

	list(f, own, &names, &count);
	for (size_t i = 0; i < count; i++) {
		char *path = path_join(own, names[i]);
		char *variant = above ? path_join(above, names[i]) : xstrdup(names[i]);

		find_variant(f, path, variant, above != NULL);
		free(variant);
		free(path);
	}
	file_list_free(names, count);
}

static int
compare_text(const char *a, const char *b)
{
	return strcmp(a ? a : "", b ? b : "");
}

static int
compare_trees(const void *a, const void *b)
{
	const struct target_tree *left = a, *right = b;
	int order = compare_text(left->variant, right->variant);

	if (!order)
		order = compare_text(left->target, right->target);
	if (!order)
		order = strcmp(left->profile, right->profile);
	return order ? order : strcmp(left->path, right->path);
}

static const char *
root_of(const char *dir, struct arena *arena)
{
	char *real = file_real_path(dir);
	const char *root = real ? arena_strdup(arena, real) : NULL;

	free(real);
	return root;
}

bool
target_trees_read(const struct workspace *ws, struct usage_links *links, struct target_trees *out,
	struct err *err)
{
	struct finder f = { .out = out, .links = links, .err = err, .ok = true };

	memset(out, 0, sizeof(*out));
	out->root = root_of(ws->target_dir, &out->arena);
	if (!text_is(ws->build_dir, ws->target_dir))
		out->build_root = root_of(ws->build_dir, &out->arena);
	if (out->root) {
		f.own = path_join(out->root, "xtui");
		find_in(&f, out->root, NULL, NULL);
		if (is_real_folder(f.own))
			find_variants(&f, f.own, NULL);
	}
	if (out->build_root)
		find_in(&f, out->build_root, NULL, NULL);
	if (out->items.len)
		qsort(out->items.items, out->items.len, sizeof(*out->items.items), compare_trees);
	free(f.own);
	return f.ok;
}

void
target_trees_fini(struct target_trees *trees)
{
	vec_fini(&trees->items);
	arena_fini(&trees->arena);
}

uint64_t
target_tree_bytes(const struct target_tree *tree)
{
	uint64_t sum = 0;

	for (int i = 0; i < PART_COUNT; i++)
		sum += tree->bytes[i];
	return sum;
}

/* ---- locks ---- */

struct target_lock {
	int fds[LOCK_COUNT]; /* -1: that file is not there */
};

static int
lock_file(const char *tree_path, const char *name, struct err *err, bool *ok)
{
	char *path = path_join(tree_path, name);
	int fd = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW);

	if (fd < 0 && errno != ENOENT)
		*ok = err_errno(err, "%s: cannot be locked", path);
	/* A file system without locks is as cargo takes it: nobody holds one. */
	if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) < 0 && errno == EWOULDBLOCK) {
		*ok = err_set(err, ERR_FAILED, "%s: a build is going on there", tree_path);
		err_try(err, "wait for it to end");
		close(fd);
		fd = -1;
	}
	free(path);
	return fd;
}

struct target_lock *
target_lock_take(const char *tree_path, struct err *err)
{
	struct target_lock *lock = xcalloc(1, sizeof(*lock));
	bool ok = true;

	for (size_t i = 0; i < LOCK_COUNT; i++)
		lock->fds[i] = ok ? lock_file(tree_path, lock_names[i], err, &ok) : -1;
	if (ok)
		return lock;
	target_lock_free(lock);
	return NULL;
}

void
target_lock_free(struct target_lock *lock)
{
	if (!lock)
		return;
	for (size_t i = 0; i < LOCK_COUNT; i++) {
		if (lock->fds[i] >= 0)
			close(lock->fds[i]);
	}
	free(lock);
}
