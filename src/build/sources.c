/* A watch for each folder, in no order. Folders that appear are watched too, with all below them;
 * the watches of those that go are closed, because a folder of that name may come again. */
#include "build/sources.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include "base/alloc.h"
#include "base/path.h"
#include "base/str.h"
#include "base/vec.h"
#include "build/ignoring.h"
#include "io/file.h"
#include "io/loop.h"
#include "io/watch.h"
#include "rust/workspace.h"

struct sources {
	struct loop *loop;
	const struct workspace *ws;
	void (*changed)(void *arg, unsigned kinds, const char *path);
	void *arg;
	struct ignoring *ignoring;
	char *config; /* the workspace's .cargo */
	VEC(struct watch *) watches;
	struct loop_timer *settle;
	char *what;     /* changed first, since it last settled; or NULL */
	unsigned kinds; /* of all that has, since then */
};

/* ---- what is left out ---- */

static bool
is_dir(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* Of the folder that is also cargo's home where somebody wants it so: its configuration, and what that
 * includes. */
static bool
is_config_file(const char *name)
{
	return *name != '.' && (text_is(name, "config") || text_ends(name, ".toml"));
}

static bool
is_left_out(const struct sources *s, const char *path, bool dir)
{
	const char *name = path_basename(path);
	size_t len = strlen(name);

	if (text_is(path, s->config))
		return false;
	if (path_is_below(path, s->config))
		return dir || !is_config_file(name);
	if (*name == '.' || text_is(name, "Cargo.lock") || (len && name[len - 1] == '~'))
		return true;
	return ignoring_has(s->ignoring, path, dir);
}

/* ---- folders ---- */

static void on_event(void *arg, struct watch *w, const char *name);

static bool
is_watched(const struct sources *s, const char *dir)
{
	for (size_t i = 0; i < s->watches.len; i++) {
		if (text_is(watch_dir(s->watches.items[i]), dir))
			return true;
	}
	return false;
}

static bool
watch_folder(struct sources *s, const char *dir, struct err *err)
{
	struct watch *w;

	if (is_watched(s, dir))
		return true;
	if (!(w = watch_open(s->loop, dir, on_event, s, err)))
		return false;
	vec_push(&s->watches, w);
	ignoring_enter(s->ignoring, dir);
	return true;
}

/* The folder and all below it, links not followed. */
static bool
watch_tree(struct sources *s, const char *dir, struct err *err)
{
	char **names = NULL;
	size_t count = 0;
	bool ok = watch_folder(s, dir, err) && file_list(dir, &names, &count, err);

	for (size_t i = 0; ok && i < count; i++) {
		char *path = path_join(dir, names[i]);

		if (is_dir(path) && !is_left_out(s, path, true))
			ok = watch_tree(s, path, err);
		free(path);
	}
	file_list_free(names, count);
	return ok;
}

static void
forget_tree(struct sources *s, const char *dir)
{
	for (size_t i = s->watches.len; i > 0; i--) {
		struct watch *w = s->watches.items[i - 1];

		if (!path_is_below(watch_dir(w), dir))
			continue;
		vec_remove(&s->watches, i - 1);
		watch_close(w);
	}
}

/* ---- changes ---- */

static void
on_settled(void *arg)
{
	struct sources *s = arg;
	char *what = s->what;
	unsigned kinds = s->kinds;

	loop_timer_stop(s->settle);
	s->settle = NULL;
	s->what = NULL;
	s->kinds = 0;
	s->changed(s->arg, kinds, what);
	free(what);
}

static enum source_kind
kind_of(const struct sources *s, const char *path)
{
	const char *name = path_basename(path);
	bool is_setup = text_is(name, "Cargo.toml") || text_is(name, "rust-toolchain") ||
		text_is(name, "rust-toolchain.toml") || path_is_below(path, s->config);

	if (text_is(name, "xtui.toml"))
		return SOURCE_CHOICE;
	return is_setup ? SOURCE_SETUP : SOURCE_CODE;
}

static void
settle_later(struct sources *s)
{
	loop_timer_stop(s->settle);
	s->settle = loop_timer_start(s->loop, SOURCES_SETTLE_MS, 0, on_settled, s);
}

static void
note(struct sources *s, const char *path)
{
	s->kinds |= kind_of(s, path);
	if (!s->what)
		s->what = xstrdup(path);
	settle_later(s);
}

/* It is no change by itself, but for the configuration that is in it already. */
static void
config_appeared(struct sources *s)
{
	char **names = NULL;
	size_t count = 0;

	watch_folder(s, s->config, NULL);
	file_list(s->config, &names, &count, NULL);
	for (size_t i = 0; i < count; i++) {
		char *path = path_join(s->config, names[i]);

		if (!is_left_out(s, path, is_dir(path)))
			note(s, path);
		free(path);
	}
	file_list_free(names, count);
}

static void
on_event(void *arg, struct watch *w, const char *name)
{
	struct sources *s = arg;
	char *path = name ? path_join(watch_dir(w), name) : xstrdup(watch_dir(w));
	bool dir = is_dir(path);

	if (text_is(path, s->config) && dir) {
		config_appeared(s);
	} else if (!is_left_out(s, path, dir)) {
		note(s, path);
		if (dir)
			watch_tree(s, path, NULL); /* what cannot be watched is not */
		else
			forget_tree(s, path);
	}
	free(path);
}

/* ---- life ---- */

static bool
watch_packages(struct sources *s, struct err *err)
{
	bool ok = watch_folder(s, s->ws->root, err);

	if (ok && is_dir(s->config))
		ok = watch_folder(s, s->config, err);
	for (size_t i = 0; ok && i < s->ws->package_count; i++) {
		char *dir = path_dirname(s->ws->packages[i].manifest);

		ok = watch_tree(s, dir, err);
		free(dir);
	}
	return ok;
}

struct sources *
sources_watch(struct loop *l, const struct workspace *ws,
	void (*changed)(void *arg, unsigned kinds, const char *path), void *arg, struct err *err)
{
	struct sources *s = xcalloc(1, sizeof(*s));

	s->loop = l;
	s->ws = ws;
	s->changed = changed;
	s->arg = arg;
	s->config = path_join(ws->root, ".cargo");
	s->ignoring = ignoring_new(ws);
	if (watch_packages(s, err))
		return s;
	sources_close(s);
	return NULL;
}

void
sources_take_over(struct sources *s, struct sources *old)
{
	if (old && old->what) {
		free(s->what);
		s->what = old->what;
		s->kinds |= old->kinds;
		old->what = NULL;
		settle_later(s);
	}
	sources_close(old);
}

void
sources_close(struct sources *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < s->watches.len; i++)
		watch_close(s->watches.items[i]);
	vec_fini(&s->watches);
	loop_timer_stop(s->settle);
	ignoring_free(s->ignoring);
	free(s->config);
	free(s->what);
	free(s);
}

bool
sources_is_settling(const struct sources *s)
{
	return s->settle != NULL;
}

size_t
sources_folders(const struct sources *s)
{
	return s->watches.len;
}
