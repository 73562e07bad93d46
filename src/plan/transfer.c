/* transfer: a file is fetched to its path; an archive is fetched into the cache, unpacked beside its path,
 * and the tree gets its name in one step. What belongs into the sysroot store goes there by plan/sysroot. */
#include "plan/transfer.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/alloc.h"
#include "base/hash.h"
#include "base/path.h"
#include "io/digest.h"
#include "io/file.h"
#include "io/lock.h"
#include "io/unpack.h"
#include "plan/plan.h"

#define DIGESTS_MAX (1 << 20) /* bytes of a text that lists digests */
#define LOCK_MS 300

/* ---- the sysroot store ---- */

/* The release, at the end of the step's path, when that is a tree of the store; else NULL. */
static const char *
store_version(const struct step *step)
{
	char *store = sysroot_store();
	char *home = store && step->target ? path_join(store, step->target) : NULL;
	char *parent = path_dirname(step->path);
	bool is = home && text_is(parent, home);

	free(parent);
	free(home);
	free(store);
	return is ? path_basename(step->path) : NULL;
}

static bool
add_sysroot(const struct step *step, const char *version, const struct settings *settings,
	bool offline, struct sysroot_progress *progress, struct err *err)
{
	const char **mirrors = sysroot_mirrors(settings);
	struct sysroot_request request = {
		.triple = step->target,
		.version = version,
		.from = step->from,
		.sha256 = step->sha256,
		.mirrors = mirrors,
		.offline = offline,
	};
	struct sysroot added = { 0 };
	bool ok = sysroot_add(&request, progress, &added, err);

	sysroot_fini(&added);
	free(mirrors);
	return ok;
}

/* ---- files ---- */

/* The first word of the line that is a digest, as it is or with what stands before it. */
static bool
digest_in(struct span line, char hex[DIGEST_HEX_LEN + 1])
{
	size_t run = 0;

	for (size_t i = 0; i <= line.len; i++) {
		if (i < line.len && strchr("0123456789abcdefABCDEF", line.data[i]) &&
			line.data[i]) {
			run++;
			continue;
		}
		if (run == DIGEST_HEX_LEN) {
			memcpy(hex, line.data + i - run, run);
			hex[run] = '\0';
			return true;
		}
		run = 0;
	}
	return false;
}

/* On the line that has the url's last name, or else on the first one. */
static bool
find_digest(struct span text, const char *url, char hex[DIGEST_HEX_LEN + 1])
{
	struct span name = span_of(path_basename(url)), rest = text;

	while (rest.len) {
		struct span line = span_cut(rest, '\n', &rest);

		if (span_find(line, name) >= 0 && digest_in(line, hex))
			return true;
	}
	return digest_in(span_cut(text, '\n', &rest), hex);
}

static bool
ask_digest(const struct step *step, bool offline, struct fetch_gauge *gauge,
	char hex[DIGEST_HEX_LEN + 1], struct err *err)
{
	const char *const urls[] = { step->sha256_url, NULL };
	struct fetch_request request = { .urls = urls, .offline = offline };
	struct fetch_gauge own = FETCH_GAUGE_INIT; /* a text does not count as progress */
	struct str text = STR_INIT;
	bool ok = !gauge->cancel && fetch_text(&request, DIGESTS_MAX, &own, &text, NULL, err);

	if (ok && !find_digest(str_span(&text), step->url, hex))
		ok = err_set(err, ERR_FAILED, "%s: has no SHA-256 for %s", step->sha256_url,
			path_basename(step->url));
	str_fini(&text);
	return ok;
}

static bool
fetch_to(const struct step *step, const char *path, bool offline, struct fetch_gauge *gauge,
	struct err *err)
{
	const char *const urls[] = { step->url, NULL };
	char hex[DIGEST_HEX_LEN + 1];
	struct fetch_request request = {
		.urls = urls, .path = path, .sha256 = step->sha256, .offline = offline
	};

	if (!step->sha256 && step->sha256_url) {
		if (!ask_digest(step, offline, gauge, hex, err))
			return false;
		request.sha256 = hex;
	}
	return fetch_file(&request, gauge, err);
}

static bool
fetch_program(const struct step *step, bool offline, struct fetch_gauge *gauge, struct err *err)
{
	/* What is there without its mode was fetched by one of us that was killed. */
	if (!file_exists(step->path) && !fetch_to(step, step->path, offline, gauge, err))
		return false;
	return !step->executable || chmod(step->path, 0755) == 0 ||
		err_errno(err, "%s: cannot be made a program", step->path);
}

/* ---- archives ---- */

/* The folder that is left when `strip` leading folders are taken from all names; caller frees. NULL with
 * err when there is more than one to take. */
static char *
stripped(const char *dir, int strip, struct err *err)
{
	char *at = xstrdup(dir);

	for (; strip > 0; strip--) {
		char **names, *below;
		size_t count;

		if (!file_list(at, &names, &count, err)) {
			free(at);
			return NULL;
		}
		below = count == 1 ? path_join(at, names[0]) : NULL;
		file_list_free(names, count);
		free(at);
		if (!(at = below)) {
			err_set(err, ERR_FAILED, "the archive has not one folder at its top");
			return NULL;
		}
	}
	return at;
}

static bool
publish(struct unpack *u, const struct step *step, struct err *err)
{
	char *tree;
	bool ok;

	if (!step->strip)
		return unpack_publish(u, step->path, err);
	if (!(tree = stripped(unpack_dir(u), step->strip, err)))
		return false;
	ok = rename(tree, step->path) == 0 || err_errno(err, "%s: cannot be named", step->path);
	free(tree);
	return ok;
}

/* Into the staging folder, which is swept first: what is in it was left by one that was killed. */
static bool
unpack_in(const char *staging, const struct step *step, const char *archive, struct err *err)
{
	struct unpack_rules rules = { .wanted = step->members && *step->members ? step->members
										: NULL };
	struct unpack *u = NULL;
	bool ok = file_remove_tree(staging, err) && (u = unpack_open(staging, &rules, err)) &&
		unpack_file(u, archive, err);

	if (ok && unpack_is_short(u))
		ok = unpack_file(u, archive, err);
	ok = ok && publish(u, step, err);
	unpack_close(u);
	file_remove_tree(staging, NULL);
	return ok ? true : err_prefix(err, "%s", path_basename(archive));
}

/* Two of us would sweep away each other's work. */
static struct lock *
lock_tree(const struct step *step, struct err *err)
{
	char *state = path_state_dir();
	char *path = state
		? path_joinf(state, "locks/%016" PRIx64, hash_text(HASH_INIT, step->path))
		: NULL;
	struct lock *lock = NULL;

	if (path)
		lock = lock_take(path, LOCK_MS, err);
	else
		err_set(err, ERR_ENVIRONMENT, "no home folder: nothing can be unpacked");
	free(path);
	free(state);
	return lock;
}

/* Beside the tree; caller frees. */
static char *
staging_of(const struct step *step)
{
	char *parent = path_dirname(step->path);
	char *staging = path_joinf(parent, ".%s.xtui", path_basename(step->path));

	free(parent);
	return staging;
}

static bool
unpack_archive(const struct step *step, const char *archive, struct err *err)
{
	char *staging = staging_of(step);
	struct lock *lock = lock_tree(step, err);
	bool ok = lock && unpack_in(staging, step, archive, err);

	lock_release(lock);
	free(staging);
	return ok;
}

static void
sweep(const struct step *step)
{
	char *staging = staging_of(step);
	struct lock *lock = file_exists(staging) ? lock_tree(step, NULL) : NULL;

	if (lock)
		file_remove_tree(staging, NULL);
	lock_release(lock);
	free(staging);
}

bool
transfer_is_done(const struct step *step)
{
	bool done = step->executable ? file_is_executable(step->path) : file_exists(step->path);

	if (done)
		sweep(step);
	return done;
}

/* Where an archive waits until it is unpacked; caller frees. */
static char *
archive_path(const struct step *step, struct err *err)
{
	char *cache = path_cache_dir();
	char *path = cache ? path_joinf(cache, "downloads/%s", path_basename(step->url)) : NULL;

	if (!path)
		err_set(err, ERR_ENVIRONMENT, "no home folder: nothing can be downloaded");
	free(cache);
	return path;
}

static bool
fetch_archive(const struct step *step, bool offline, struct fetch_gauge *gauge, struct err *err)
{
	char *archive = archive_path(step, err);
	bool ok = archive && fetch_to(step, archive, offline, gauge, err) &&
		unpack_archive(step, archive, err);

	if (ok)
		unlink(archive);
	free(archive);
	return ok;
}

bool
transfer_run(const struct step *step, const struct settings *settings, bool offline,
	struct sysroot_progress *progress, struct err *err)
{
	const char *version = store_version(step);

	if (version)
		return add_sysroot(step, version, settings, offline, progress, err);
	if (step->kind == STEP_EXTRACT)
		return unpack_archive(step, step->from, err);
	if (step->members)
		return fetch_archive(step, offline, &progress->gauge, err);
	return fetch_program(step, offline, &progress->gauge, err);
}
