#include "build/turn.h"

#include <inttypes.h>
#include <stdlib.h>
#include <time.h>
#include "base/alloc.h"
#include "base/count.h"
#include "base/log.h"
#include "base/path.h"
#include "io/file.h"
#include "io/lock.h"
#include "io/peer.h"

#define TAG "CACHEDIR.TAG"
#define TARGETS_NAMED 3

struct turn {
	struct lock *lock; /* NULL: it could not be had, and counts for nothing */
};

static char *
lock_path(const char *target_dir)
{
	return path_join(target_dir, "xtui/lock");
}

/* As cargo leaves a target folder that it makes itself: marked so that backups pass it over, and that
 * `cargo clean` knows it. */
static void
make_target_dir(const char *target_dir)
{
	static const char text[] =
		"Signature: 8a477f597d28d172789f06886806bc55\n"
		"# This file is a cache directory tag created by cargo.\n"
		"# For information about cache directory tags see https://bford.info/cachedir/\n";
	char *tag = path_join(target_dir, TAG);

	if (!file_exists(target_dir))
		file_write(tag, span_of(text), NULL);
	free(tag);
}

/* "process 4711, since 12:03, for x86_64-unknown-linux-gnu and 2 more" */
static char *
describe(const char *const *targets, size_t count)
{
	struct str text = STR_INIT;
	char since[16];
	time_t now = time(NULL);
	struct tm tm;

	strftime(since, sizeof(since), "%H:%M", localtime_r(&now, &tm));
	str_appendf(&text, "process %" PRId64 ", since %s, for ", peer_self().pid, since);
	for (size_t i = 0; i < count && i < TARGETS_NAMED; i++)
		str_appendf(&text, "%s%s", i ? ", " : "", targets[i]);
	if (count > TARGETS_NAMED)
		str_appendf(&text, " and %zu more", count - TARGETS_NAMED);
	return str_take(&text);
}

struct turn *
turn_take(const char *target_dir, const char *const *targets, size_t count, struct str *who)
{
	char *path = lock_path(target_dir), *words = describe(targets, count);
	struct err err = ERR_INIT;
	struct turn *t = NULL;
	struct lock *lock;
	bool is_held;

	make_target_dir(target_dir);
	lock = lock_try(path, words, &is_held, &err);
	if (!is_held) {
		t = xcalloc(1, sizeof(*t));
		t->lock = lock;
	} else if (who) {
		file_read(path, who, NULL);
	}
	if (!lock && !is_held)
		log_line("turn: %s", err.message);
	free(words);
	free(path);
	return t;
}

void
turn_end(struct turn *t)
{
	if (!t)
		return;
	lock_release(t->lock);
	free(t);
}

struct turn *
turn_take_beside(const char *target_dir, const char *const *targets, size_t count, char **dir)
{
	struct turn *t = NULL;

	*dir = NULL;
	for (int n = 1; !t; n++) {
		free(*dir);
		*dir = path_joinf(target_dir, "xtui/beside-%d", n);
		t = turn_take(*dir, targets, count, NULL);
	}
	return t;
}

bool
turn_is_taken(const char *target_dir, struct str *who)
{
	char *path = lock_path(target_dir);
	bool is_taken = lock_is_held(path, who);

	free(path);
	return is_taken;
}

int64_t
turn_cargo(const char *dir, const char *profile_dir)
{
	static const char *const names[] = { ".cargo-build-lock", ".cargo-artifact-lock",
		".cargo-lock" };
	int64_t pid = 0;

	for (size_t i = 0; !pid && i < COUNT(names); i++) {
		char *path = path_joinf(dir, "%s/%s", profile_dir, names[i]);

		pid = lock_holder(path);
		free(path);
	}
	return pid;
}
