#include "build/prune.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <time.h>
#include "base/alloc.h"
#include "base/log.h"
#include "base/path.h"
#include "base/vec.h"
#include "build/history.h"
#include "io/file.h"
#include "io/loop.h"
#include "io/tempdir.h"

#define HOUR_MS (3600ll * 1000)
#define DAY_MS (24 * HOUR_MS)
#define DATE_LEN 8 /* a run's folder begins with its date */

struct folder {
	char *path;
	uint64_t bytes;
	int64_t written; /* ms since 1970: when last */
};

struct folders {
	VEC(struct folder) items;
};

/* Whatever else lies there is not ours. */
static bool
is_run_name(const char *name)
{
	for (int i = 0; i < DATE_LEN; i++) {
		if (!isdigit((unsigned char)name[i]))
			return false;
	}
	return name[DATE_LEN] == '-';
}

static void
measure_entry(struct folder *f, const char *path)
{
	struct file_identity id;

	if (!file_identity(path, &id))
		return;
	if (!file_is_dir(path))
		f->bytes += id.size;
	if (id.mtime_ns / 1000000 > f->written)
		f->written = id.mtime_ns / 1000000;
}

static void
measure(struct folder *f)
{
	char **names;
	size_t count;

	measure_entry(f, f->path);
	if (!file_list(f->path, &names, &count, NULL))
		return;
	for (size_t i = 0; i < count; i++) {
		char *path = path_join(f->path, names[i]);

		measure_entry(f, path);
		free(path);
	}
	file_list_free(names, count);
}

static int
compare_age(const void *a, const void *b)
{
	const struct folder *left = a, *right = b;

	return (left->written > right->written) - (left->written < right->written);
}

/* All folders of runs, the oldest first. */
static void
find_folders(const char *logs, struct folders *folders)
{
	char **names;
	size_t count;

	if (!file_list(logs, &names, &count, NULL))
		return;
	for (size_t i = 0; i < count; i++) {
		struct folder f = { .path = path_join(logs, names[i]) };

		if (!is_run_name(names[i]) || !file_is_dir(f.path)) {
			free(f.path);
			continue;
		}
		measure(&f);
		vec_push(&folders->items, f);
	}
	file_list_free(names, count);
	if (folders->items.len)
		qsort(folders->items.items, folders->items.len, sizeof(*folders->items.items),
			compare_age);
}

static bool
is_in_use(const struct history_list *going, const char *path)
{
	for (size_t i = 0; i < going->runs.len; i++) {
		const struct history_run *run = &going->runs.items[i];

		if (text_is(run->status, "running") && text_is(run->id, path_basename(path)))
			return true;
	}
	return false;
}

static bool
remove_folder(struct history *h, const struct folder *f)
{
	struct err err = ERR_INIT;

	if (!file_remove_tree(f->path, &err)) {
		log_line("logs: %s", err.message);
		return false;
	}
	history_forget_units(h, f->path);
	return true;
}

static size_t
remove_excess(struct history *h, const struct folders *folders, const struct history_list *going,
	const struct prune_limits *limits, int64_t now)
{
	uint64_t most = (uint64_t)limits->keep_mb << 20, total = 0;
	size_t removed = 0;

	for (size_t i = 0; i < folders->items.len; i++)
		total += folders->items.items[i].bytes;
	for (size_t i = 0; i < folders->items.len; i++) {
		const struct folder *f = &folders->items.items[i];
		int64_t age = now - f->written;

		if (age < HOUR_MS || (age < limits->keep_days * DAY_MS && total <= most))
			continue;
		if (is_in_use(going, f->path) || !remove_folder(h, f))
			continue;
		total -= f->bytes;
		removed++;
	}
	return removed;
}

size_t
prune_logs(struct history *h, const char *logs, const struct prune_limits *limits, int64_t now)
{
	struct folders folders = { 0 };
	struct history_list going;
	size_t removed = 0;

	if (history_ask(h, &(struct history_query){ .is_open = true }, &going, NULL)) {
		find_folders(logs, &folders);
		removed = remove_excess(h, &folders, &going, limits, now);
	}
	for (size_t i = 0; i < folders.items.len; i++)
		free(folders.items.items[i].path);
	vec_fini(&folders.items);
	history_list_fini(&going);
	return removed;
}

/* ---- beside the loop ---- */

static void
work(void *arg)
{
	const struct prune_limits *limits = arg;
	char *state = path_state_dir();
	char *logs = state ? path_join(state, "logs") : NULL;
	struct history *h = history_open(NULL, NULL, NULL);

	if (h) {
		prune_logs(h, logs, limits, (int64_t)time(NULL) * 1000);
		history_settle(h);
	}
	history_close(h);
	tempdir_sweep_all(); /* of those that could not end in peace either */
	free(logs);
	free(state);
}

void
prune_start(struct loop *l, const struct prune_limits *limits)
{
	struct prune_limits *copy = xmalloc(sizeof(*copy));

	*copy = *limits;
	loop_work(l, work, free, copy);
}
