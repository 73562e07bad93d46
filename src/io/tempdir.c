#include "io/tempdir.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/alloc.h"
#include "base/log.h"
#include "base/path.h"
#include "base/str.h"
#include "io/file.h"
#include "io/lock.h"
#include "io/peer.h"

#define PREFIX "xtui-"
#define OWNER "owner"   /* its words: the peer, in numbers */
#define BEFORE ".owner" /* its name until it is locked: nobody may judge it before */

struct tempdir {
	char *path;
	struct lock *lock;
};

void
tempdir_places(const char *places[TEMPDIR_PLACES])
{
	places[0] = getenv("XDG_RUNTIME_DIR");
	places[1] = getenv("TMPDIR");
	places[2] = "/tmp";
}

static struct lock *
sign(const char *dir)
{
	struct peer self = peer_self();
	char *before = path_join(dir, BEFORE), *owner = path_join(dir, OWNER);
	char *words = xasprintf("%" PRId64 " %" PRIu64 " %s", self.pid, self.started, self.place);
	bool is_held;
	struct lock *lock = lock_try(before, words, &is_held, NULL);

	if (lock)
		rename(before, owner);
	free(words);
	free(owner);
	free(before);
	return lock;
}

struct tempdir *
tempdir_open(const char *parent, const char *prefix, struct err *err)
{
	char *path = file_make_temp_dir(parent, prefix, err);
	struct tempdir *t;

	if (!path)
		return NULL;
	t = xcalloc(1, sizeof(*t));
	t->path = path;
	t->lock = sign(path);
	return t;
}

void
tempdir_close(struct tempdir *t)
{
	struct err err = ERR_INIT;

	if (!t)
		return;
	if (!file_remove_tree(t->path, &err))
		log_line("%s", err.message);
	lock_release(t->lock);
	free(t->path);
	free(t);
}

const char *
tempdir_path(const struct tempdir *t)
{
	return t->path;
}

/* ---- what others left ---- */

/* Both must say so: a lock may not be known in that folder, and a number may be another's by now. */
static bool
is_orphan(const char *dir)
{
	char *owner = path_join(dir, OWNER);
	struct str words = STR_INIT;
	struct peer peer = { 0 };
	bool is = false;

	if (file_exists(owner) && !lock_is_held(owner, NULL) && file_read(owner, &words, NULL) &&
		sscanf(str_cstr(&words), "%" SCNd64 " %" SCNu64 " %159[^\n]", &peer.pid,
			&peer.started, peer.place) == 3)
		is = peer_state(&peer) == PEER_GONE;
	str_fini(&words);
	free(owner);
	return is;
}

static bool
is_own_folder(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0 && S_ISDIR(st.st_mode) && st.st_uid == geteuid();
}

size_t
tempdir_sweep(const char *parent)
{
	char **names;
	size_t count, removed = 0;

	if (!file_list(parent, &names, &count, NULL))
		return 0;
	for (size_t i = 0; i < count; i++) {
		char *path = path_join(parent, names[i]);

		if (text_starts(names[i], PREFIX) && is_own_folder(path) && is_orphan(path))
			removed += file_remove_tree(path, NULL);
		free(path);
	}
	file_list_free(names, count);
	return removed;
}

void
tempdir_sweep_all(void)
{
	const char *places[TEMPDIR_PLACES];

	tempdir_places(places);
	for (size_t i = 0; i < TEMPDIR_PLACES; i++) {
		if (places[i] && path_is_absolute(places[i]))
			tempdir_sweep(places[i]);
	}
}
