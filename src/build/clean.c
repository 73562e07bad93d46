#include "build/clean.h"

#include <stdlib.h>
#include "base/alloc.h"
#include "base/path.h"
#include "build/targetdir.h"
#include "io/file.h"
#include "text/fuzzy.h"

/* Cargo marks a target folder so (since 1.41): nothing else is emptied as a whole. */
#define MARK "CACHEDIR.TAG"

static bool
is_for(const struct target_tree *tree, const char *target, const char *host)
{
	return text_is(tree->target ? tree->target : host, target);
}

static bool
is_meant(const struct target_tree *tree, const struct clean_query *query)
{
	bool is_target = !*query->targets;

	if (query->profile && !text_is(tree->profile, query->profile))
		return false;
	for (const char *const *t = query->targets; *t; t++)
		is_target |= is_for(tree, *t, query->host);
	return is_target;
}

static bool
err_nothing(const struct target_trees *trees, const char *target, struct err *err)
{
	const char **names = xcalloc(trees->items.len + 1, sizeof(*names));
	size_t count = 0;
	const char *nearest;

	for (size_t i = 0; i < trees->items.len; i++) {
		if (trees->items.items[i].target)
			names[count++] = trees->items.items[i].target;
	}
	nearest = fuzzy_nearest(target, names, count);
	err_set(err, ERR_USAGE, "clean: nothing has been built for \"%s\"%s%s%s", target,
		nearest ? ": did you mean " : "", nearest ? nearest : "", nearest ? "?" : "");
	err_try(err, "xtui disk");
	free(names);
	return false;
}

static bool
targets_have_trees(
	const struct target_trees *trees, const struct clean_query *query, struct err *err)
{
	for (const char *const *t = query->targets; *t; t++) {
		bool found = false;

		for (size_t i = 0; i < trees->items.len; i++)
			found |= is_for(&trees->items.items[i], *t, query->host);
		for (const char *const *o = query->others; o && *o; o++)
			found |= text_is(*o, *t);
		if (!found)
			return err_nothing(trees, *t, err);
	}
	return true;
}

bool *
clean_choose(const struct target_trees *trees, const struct clean_query *query, struct err *err)
{
	bool *chosen;
	size_t count = 0;

	if (!targets_have_trees(trees, query, err))
		return NULL;
	chosen = xcalloc(trees->items.len + 1, sizeof(*chosen));
	for (size_t i = 0; i < trees->items.len; i++) {
		chosen[i] = is_meant(&trees->items.items[i], query);
		count += chosen[i];
	}
	if (count || !query->profile)
		return chosen;
	err_set(err, ERR_USAGE, "clean: nothing has been built with profile folder \"%s\"",
		query->profile);
	err_try(err, "xtui disk");
	free(chosen);
	return NULL;
}

bool
clean_is_all(const struct clean_query *query)
{
	return !*query->targets && !query->profile;
}

/* All or none; one for each tree, NULL for those not meant. */
static struct target_lock **
lock_all(const struct target_trees *trees, const bool *chosen, struct err *err)
{
	struct target_lock **locks = xcalloc(trees->items.len + 1, sizeof(*locks));

	for (size_t i = 0; i < trees->items.len; i++) {
		if (!chosen[i] || (locks[i] = target_lock_take(trees->items.items[i].path, err)))
			continue;
		for (size_t k = 0; k < i; k++)
			target_lock_free(locks[k]);
		free(locks);
		return NULL;
	}
	return locks;
}

/* What is left of a target folder when its trees are gone. */
static bool
empty_root(const char *root, struct err *err)
{
	char *mark = path_join(root, MARK);
	bool is_cargos = file_exists(mark), ok = true;
	char **names = NULL;
	size_t count = 0;

	free(mark);
	if (!is_cargos)
		return true;
	ok = file_list(root, &names, &count, err);
	for (size_t i = 0; i < count && ok; i++) {
		char *path = path_join(root, names[i]);

		if (!text_is(names[i], MARK))
			ok = file_remove_tree(path, err);
		free(path);
	}
	file_list_free(names, count);
	return ok;
}

bool
clean_run(const struct target_trees *trees, const bool *chosen, bool all, uint64_t *freed,
	struct err *err)
{
	struct target_lock **locks = lock_all(trees, chosen, err);
	bool ok = true;

	*freed = 0;
	if (!locks)
		return false;
	for (size_t i = 0; i < trees->items.len && ok; i++) {
		if (!chosen[i])
			continue;
		ok = file_remove_tree(trees->items.items[i].path, err);
		if (ok)
			*freed += target_tree_bytes(&trees->items.items[i]);
	}
	if (ok && all && trees->root && (ok = empty_root(trees->root, err)))
		*freed += trees->rest;
	for (size_t i = 0; i < trees->items.len; i++)
		target_lock_free(locks[i]);
	free(locks);
	return ok;
}
