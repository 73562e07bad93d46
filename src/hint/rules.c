/* Rule files are found in three places, parsed to documents, and become rules together. */
#include "hint/rules.h"

#include <pthread.h>
#include <stdlib.h>
#include "base/alloc.h"
#include "base/data.h"
#include "base/path.h"
#include "hint/ruleset.h"
#include "io/file.h"
#include "io/thread.h"
#include "ready/backend.h"
#include "text/toml.h"

#define BUILT_IN "data/hints/"
#define PROJECTS_OWN ".xtui/hints"

struct documents {
	VEC(struct toml *) items;
};

static bool
add_document(struct documents *docs, struct toml *doc)
{
	if (doc)
		vec_push(&docs->items, doc);
	return doc != NULL;
}

static bool
parse_built_in(struct documents *docs, struct err *err)
{
	const struct data_file *file;

	for (size_t i = 0; (file = data_at(BUILT_IN, i)); i++) {
		if (!add_document(docs, toml_parse(file->bytes, file->len, file->name, err)))
			return false;
	}
	return true;
}

static bool
parse_folder(struct documents *docs, const char *dir, struct err *err)
{
	char **names = NULL;
	size_t count = 0;
	bool ok;

	if (!dir || !file_is_dir(dir))
		return true;
	ok = file_list(dir, &names, &count, err);
	for (size_t i = 0; ok && i < count; i++) {
		char *path = path_join(dir, names[i]);
		if (text_ends(names[i], ".toml"))
			ok = add_document(docs, toml_read(path, NULL, err));
		free(path);
	}
	file_list_free(names, count);
	return ok;
}

static struct rules *
rules_of(struct documents *docs, struct err *err)
{
	struct rules *r = xcalloc(1, sizeof(*r));

	if (ruleset_fill(r, docs->items.items, docs->items.len, err))
		return r;
	rules_free(r);
	return NULL;
}

static void
documents_fini(struct documents *docs)
{
	for (size_t i = 0; i < docs->items.len; i++)
		toml_free(docs->items.items[i]);
	vec_fini(&docs->items);
}

static struct rules *
load(const char *users, const char *projects, struct err *err)
{
	struct documents docs = { 0 };
	struct rules *r = NULL;

	if (parse_built_in(&docs, err) && parse_folder(&docs, users, err) &&
		parse_folder(&docs, projects, err))
		r = rules_of(&docs, err);
	documents_fini(&docs);
	return r;
}

struct rules *
rules_load_with(const char *path, struct err *err)
{
	struct documents docs = { 0 };
	struct rules *r = NULL;

	if (parse_built_in(&docs, err) && add_document(&docs, toml_read(path, NULL, err)))
		r = rules_of(&docs, err);
	documents_fini(&docs);
	return r;
}

struct rules *
rules_load(const char *folder, struct err *err)
{
	return load(folder, NULL, err);
}

static char *
own_rules_of(const char *project)
{
	char *manifest = path_join(project, "Cargo.toml"),
	     *rules = path_join(project, PROJECTS_OWN);

	if (!file_exists(manifest) || !file_is_dir(rules)) {
		free(rules);
		rules = NULL;
	}
	free(manifest);
	return rules;
}

/* NULL when there are none; only folders with a Cargo.toml are asked. */
static char *
find_projects_rules(const char *dir)
{
	char *at = path_absolute(dir), *rules = NULL;

	while (!(rules = own_rules_of(at)) && !text_is(at, "/")) {
		char *above = path_dirname(at);
		free(at);
		at = above;
	}
	free(at);
	return rules;
}

static char *
find_users_rules(void)
{
	char *config = path_config_dir();
	char *users = config ? path_join(config, "hints") : NULL;

	free(config);
	return users;
}

struct rules *
rules_load_for(const char *dir, struct err *err)
{
	char *users = find_users_rules();
	char *projects = dir ? find_projects_rules(dir) : NULL;
	struct rules *r = load(users, projects, err);

	free(projects);
	free(users);
	return r;
}

/* ---- those that are read when they are needed ---- */

struct rules_unread {
	pthread_mutex_t lock;
	pthread_t reader;
	bool is_being_read, is_read;
};

/* The built-in rules alone, of which none can be wrong. */
static struct rules *
promise(void)
{
	struct rules *r = xcalloc(1, sizeof(*r));

	r->unread = xcalloc(1, sizeof(*r->unread));
	pthread_mutex_init(&r->unread->lock, NULL);
	return r;
}

struct rules *
rules_expect_for(const char *dir, struct err *err)
{
	char *users = find_users_rules();
	char *projects = dir ? find_projects_rules(dir) : NULL;
	bool has_own = projects || (users && file_is_dir(users));
	struct rules *r = has_own ? load(users, projects, err) : promise();

	free(projects);
	free(users);
	return r;
}

static void *
read_built_in(void *arg)
{
	struct rules *r = arg;
	struct documents docs = { 0 };
	struct err err = ERR_INIT;

	if (!parse_built_in(&docs, &err) ||
		!ruleset_fill(r, docs.items.items, docs.items.len, &err))
		die("%s", err.message); /* a mistake of ours */
	patterns_prepare(r->patterns);
	documents_fini(&docs);
	return NULL;
}

/* Called with the lock. */
static void
finish_reading(struct rules *r)
{
	if (r->unread->is_being_read)
		pthread_join(r->unread->reader, NULL);
	else if (!r->unread->is_read)
		read_built_in(r);
	r->unread->is_being_read = false;
	r->unread->is_read = true;
}

void
rules_begin_reading(const struct rules *rules)
{
	struct rules *r = (struct rules *)rules; /* to the others it is as if it had been read */

	if (!r || !r->unread || pthread_mutex_trylock(&r->unread->lock) != 0)
		return; /* who has the lock reads them, or has read them */
	if (!r->unread->is_read && !r->unread->is_being_read)
		r->unread->is_being_read = thread_start(&r->unread->reader, read_built_in, r, NULL);
	pthread_mutex_unlock(&r->unread->lock);
}

const struct rules *
rules_read(const struct rules *rules)
{
	struct rules *r = (struct rules *)rules;

	if (!r->unread)
		return r;
	pthread_mutex_lock(&r->unread->lock);
	finish_reading(r);
	pthread_mutex_unlock(&r->unread->lock);
	return r;
}

static void
unread_free(struct rules_unread *u)
{
	if (!u)
		return;
	if (u->is_being_read)
		pthread_join(u->reader, NULL);
	pthread_mutex_destroy(&u->lock);
	free(u);
}

void
rules_free(struct rules *r)
{
	if (!r)
		return;
	unread_free(r->unread);
	patterns_free(r->patterns);
	backends_free(r->backends);
	vec_fini(&r->items);
	vec_fini(&r->fixes);
	map_fini(&r->fixes_by_id);
	map_fini(&r->ids);
	map_fini(&r->causes);
	vec_fini(&r->uses);
	vec_fini(&r->first_use);
	arena_fini(&r->arena);
	free(r);
}

size_t
rules_count(const struct rules *r)
{
	return rules_read(r)->items.len;
}
