#include "plan/sysroot.h"
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>
#include <unistd.h>
#include "base/alloc.h"
#include "base/path.h"
#include "base/str.h"
#include "base/vec.h"
#include "host/settings.h"
#include "io/digest.h"
#include "io/file.h"
#include "io/unpack.h"

#define MANIFEST_MAX (256u << 10)
#define ARCHIVE_MAX (INT64_C(2) << 30) /* base.txz of 15.1 has 0.2 GiB */
#define TREE_MAX (UINT64_C(8) << 30)   /* the whole of 15.1 unpacks to 1 GiB */
#define MIRROR_VARIABLE "XTUI_FREEBSD_MIRROR"

/* What linking needs of a base. */
static const char *const wanted[] = { "lib", "usr/include", "usr/lib", NULL };

struct adding {
	const struct sysroot_request *request;
	struct sysroot_progress *progress;
	struct sysroot sysroot;          /* what will be there */
	char *store;                     /* the folder of the target's trees */
	char *archive;                   /* where the download is kept */
	VEC(char *) urls;                /* of base.txz, in order; ends with NULL */
	char sha256[DIGEST_HEX_LEN + 1]; /* "": not known */
	struct unpack *unpack;
	struct str files; /* the record's lines; written on unpack's thread */
	size_t file_count;
	uint64_t byte_count;
};

/* -- where from -------------------------------------------------------------------------------- */

/* The words of a text as a list in one allocation; NULL when there are none. */
static const char **
split_words(const char *text)
{
	size_t len = text ? strlen(text) : 0, most = len / 2 + 2, count = 0;
	const char **list = xcalloc(1, most * sizeof(*list) + len + 1);
	char *copy = (char *)(list + most), *place = NULL;

	if (text)
		memcpy(copy, text, len + 1);
	for (char *word = strtok_r(copy, " \t", &place); word; word = strtok_r(NULL, " \t", &place))
		list[count++] = word;
	if (count)
		return list;
	free(list);
	return NULL;
}

const char **
sysroot_mirrors(const struct settings *settings)
{
	const char **list = split_words(getenv(MIRROR_VARIABLE));

	if (!list && settings)
		list = split_words(settings->freebsd_mirror);
	return list ? list : split_words(SETTINGS_FREEBSD_MIRROR);
}

/* The folder of the release. What ends with "releases" is taken as it is, to anything else that is
 * added. */
static char *
folder_url(const char *mirror, const char *triple, const char *version, bool is_short)
{
	struct span base = span_of(mirror);
	char *dir = sysroot_remote_dir(triple, version, is_short), *url;

	while (span_ends(base, "/"))
		base.len--;
	url = xasprintf("%.*s%s/%s", (int)base.len, base.data,
		span_ends(base, "releases") ? "" : "/releases", dir);
	free(dir);
	return url;
}

char *
sysroot_url(const struct sysroot_request *r)
{
	char *folder, *url;
	const char *version = r->version;

	if (!sysroot_is_for(r->triple))
		return NULL;
	if (!version)
		version = sysroot_default_version(r->triple);
	folder = folder_url(*r->mirrors, r->triple, version, false);
	url = xasprintf("%s/base.txz", folder);
	free(folder);
	return url;
}

/* -- the MANIFEST ------------------------------------------------------------------------------ */

/* Lines of name, hash, count, ... parted by tabs. */
static bool
read_manifest(struct span text, char sha256[DIGEST_HEX_LEN + 1])
{
	while (text.len) {
		struct span rest, line = span_cut(text, '\n', &text);
		struct span name = span_cut(line, '\t', &rest);
		char *hash = span_dup(span_cut(rest, '\t', &rest));
		bool is_it = span_is(name, "base.txz") && digest_is_hex(hash);

		if (is_it)
			memcpy(sha256, hash, DIGEST_HEX_LEN + 1);
		free(hash);
		if (is_it)
			return true;
	}
	return false;
}

static struct fetch_request
request_for(const struct adding *a, const char *const *urls)
{
	const struct sysroot_request *r = a->request;

	return (struct fetch_request){
		.urls = urls,
		.proxy = r->proxy,
		.ca_file = r->ca_file,
		.stall_ms = r->stall_ms,
		.retry_ms = r->retry_ms,
		.offline = r->offline,
	};
}

static bool
fetch_manifest(struct adding *a, const char *folder, struct err *err)
{
	char *url = xasprintf("%s/MANIFEST", folder);
	const char *const urls[] = { url, NULL };
	struct fetch_request request = request_for(a, urls);
	struct str text = STR_INIT;
	bool ok = fetch_text(&request, MANIFEST_MAX, &a->progress->gauge, &text, NULL, err);

	if (ok && !read_manifest(str_span(&text), a->sha256))
		ok = err_set(
			err, ERR_FAILED, "%s: it has no line for base.txz with a SHA-256", url);
	str_fini(&text);
	free(url);
	return ok;
}

/* FreeBSD's own servers must say what is known of the release. */
static bool
check_known(struct adding *a, const char *folder, struct err *err)
{
	const char *known = sysroot_known_sha256(a->sysroot.triple, a->sysroot.version);
	bool is_own = text_starts(folder, "https://download.freebsd.org/") ||
		text_starts(folder, "https://archive.freebsd.org/");

	if (!is_own || !known || strcasecmp(known, a->sha256) == 0)
		return true;
	err_set(err, ERR_FAILED, "%s/MANIFEST: it says %s for base.txz, but FreeBSD published %s",
		folder, a->sha256, known);
	*a->sha256 = '\0';
	return false;
}

static void
add_url(struct adding *a, const char *folder)
{
	vec_push(&a->urls, xasprintf("%s/base.txz", folder));
}

/* The mirror's folder under one of its names, where there is a MANIFEST that can be believed. */
static bool
ask_mirror(struct adding *a, const char *mirror, struct err *err)
{
	bool ok = false;

	for (int is_short = 0; is_short < 2 && !ok; is_short++) {
		char *folder = folder_url(mirror, a->sysroot.triple, a->sysroot.version, is_short);
		struct err why = ERR_INIT;

		ok = fetch_manifest(a, folder, &why) && check_known(a, folder, &why);
		if (ok)
			add_url(a, folder);
		else if (!is_short)
			*err = why;
		free(folder);
		if (!ok && why.kind == ERR_ENVIRONMENT) /* nobody is there */
			break;
	}
	return ok;
}

/* Without being asked: under both names. */
static void
add_mirror(struct adding *a, const char *mirror)
{
	for (int is_short = 0; is_short < 2; is_short++) {
		char *folder = folder_url(mirror, a->sysroot.triple, a->sysroot.version, is_short);

		add_url(a, folder);
		free(folder);
	}
}

/* The hash comes from the first mirror that has a MANIFEST, the archive from that or those behind. */
static bool
ask_mirrors(struct adding *a, struct err *err)
{
	const char *const *mirrors = a->request->mirrors;
	const char *said = a->request->sha256;
	struct err first = ERR_INIT;

	if (said)
		memcpy(a->sha256, said, DIGEST_HEX_LEN + 1);
	for (; *mirrors && !atomic_load(&a->progress->gauge.cancel); mirrors++) {
		struct err why = ERR_INIT;

		if (*a->sha256)
			add_mirror(a, *mirrors);
		else if (!ask_mirror(a, *mirrors, &why) && first.kind == ERR_NONE)
			first = why;
	}
	vec_push(&a->urls, NULL);
	if (a->urls.len > 1)
		return true;
	*err = first;
	if (err->kind == ERR_NONE)
		err_set(err, ERR_FAILED, "stopped");
	return err_prefix(err, "FreeBSD %s for %s", a->sysroot.version, a->sysroot.triple);
}

/* -- one after the other ----------------------------------------------------------------------- */

static void
enter(struct adding *a, enum sysroot_stage stage)
{
	atomic_store(&a->progress->stage, stage);
}

static void
note_member(void *arg, const struct unpack_member *m)
{
	struct adding *a = arg;

	sysroot_add_file(&a->files, m);
	if (m->kind == UNPACK_FILE) {
		a->file_count++;
		a->byte_count += m->bytes;
	}
}

static bool
open_unpack(struct adding *a, struct err *err)
{
	const struct unpack_rules rules = {
		.wanted = wanted,
		.bytes_max = TREE_MAX,
		.member = note_member,
		.arg = a,
		.cancel = &a->progress->gauge.cancel,
	};

	return (a->unpack = unpack_open(a->store, &rules, err)) != NULL;
}

static bool
feed(void *arg, const void *bytes, size_t len, struct err *err)
{
	struct adding *a = arg;

	atomic_fetch_add(&a->progress->unpacked, (int64_t)len);
	return unpack_feed(a->unpack, bytes, len, err);
}

static bool
feed_again(void *arg, struct err *err)
{
	struct adding *a = arg;
	bool ok = unpack_again(a->unpack, err);

	atomic_store(&a->progress->unpacked, 0);
	str_clear(&a->files);
	a->file_count = 0;
	a->byte_count = 0;
	return ok;
}

/* The archive's bytes go into the tree as they come. True: the file is whole and what it should be. */
static bool
fetch_archive(struct adding *a, struct err *err)
{
	struct fetch_request request = request_for(a, (const char *const *)a->urls.items);
	const struct fetch_reader reader = { feed, feed_again, a };
	struct fetch *fetch;
	bool ok;

	request.path = a->archive;
	request.sha256 = a->sha256;
	request.bytes_max = ARCHIVE_MAX;
	enter(a, SYSROOT_FETCHING);
	if (!(fetch = fetch_open(&request, &a->progress->gauge, err)))
		return false;
	ok = fetch_pump(fetch, &reader, err) && fetch_finish(fetch, err);
	fetch_close(fetch);
	enter(a, SYSROOT_FINISHING);
	return ok && unpack_finish(a->unpack, err) &&
		(!unpack_is_short(a->unpack) || unpack_file(a->unpack, a->archive, err));
}

/* The hash of a local archive: from a MANIFEST beside it, else what is known of the release. */
static bool
check_local(struct adding *a, const char *path, struct err *err)
{
	char *dir = path_dirname(path);
	char *manifest = path_join(dir, "MANIFEST");
	struct str text = STR_INIT;
	const char *said = a->request->sha256;
	bool ok = digest_file(path, a->sha256, err);

	if (ok && said && strcasecmp(said, a->sha256) != 0)
		ok = err_set(err, ERR_FAILED, "%s: its SHA-256 is %s, expected %s", path, a->sha256,
			said);
	if (ok && !said && file_exists(manifest) && file_read(manifest, &text, NULL)) {
		char expected[DIGEST_HEX_LEN + 1];

		if (read_manifest(str_span(&text), expected) &&
			strcasecmp(expected, a->sha256) != 0)
			ok = err_set(err, ERR_FAILED, "%s: its SHA-256 is %s, its MANIFEST says %s",
				path, a->sha256, expected);
	}
	str_fini(&text);
	free(manifest);
	free(dir);
	return ok;
}

/* What a local archive is, it says itself; the person may have said so, too. */
static bool
settle_version(struct adding *a, struct err *err)
{
	char *is = sysroot_tree_version(unpack_dir(a->unpack));
	bool ok = true;

	if (!a->sysroot.version && !is)
		ok = err_set(err, ERR_FAILED, "it does not say which release it is") ||
			err_try(err, "--version 14.4");
	else if (!a->sysroot.version)
		a->sysroot.version = xstrdup(is);
	else if (is && !text_is(is, a->sysroot.version))
		ok = err_set(err, ERR_FAILED, "it is FreeBSD %s, not %s", is, a->sysroot.version);
	free(is);
	return ok && sysroot_check_version(a->sysroot.triple, a->sysroot.version, err);
}

static bool
unpack_local(struct adding *a, struct err *err)
{
	const char *path = a->request->from;

	enter(a, SYSROOT_FINISHING);
	return check_local(a, path, err) &&
		((unpack_file(a->unpack, path, err) && settle_version(a, err)) ||
			err_prefix(err, "%s", path));
}

static bool
publish(struct adding *a, struct err *err)
{
	struct sysroot *s = &a->sysroot;
	bool ok;

	s->path = path_join(a->store, s->version);
	s->sha256 = xstrdup(a->sha256);
	s->url = a->request->from ? path_absolute(a->request->from) : xstrdup(a->urls.items[0]);
	s->added = (int64_t)time(NULL) * 1000;
	s->files = a->file_count;
	s->bytes = a->byte_count;
	ok = sysroot_write_record(s, unpack_dir(a->unpack), str_span(&a->files), err) &&
		unpack_publish(a->unpack, s->path, err);
	if (ok && a->archive)
		unlink(a->archive);
	return ok;
}

static bool
is_there(struct adding *a, struct sysroot *out)
{
	return a->sysroot.version && sysroot_find(a->sysroot.triple, a->sysroot.version, out);
}

/* Under the lock. */
static bool
add(struct adding *a, struct sysroot *out, struct err *err)
{
	if (is_there(a, out))
		return true;
	if (!a->request->from) {
		enter(a, SYSROOT_MANIFEST);
		if (!ask_mirrors(a, err))
			return false;
	}
	if (!open_unpack(a, err))
		return false;
	if (!(a->request->from ? unpack_local(a, err) : fetch_archive(a, err)))
		return false;
	if (is_there(a, out)) /* a local archive of a release that is there */
		return true;
	if (!sysroot_check_tree(a->sysroot.triple, unpack_dir(a->unpack), err))
		return err_prefix(
			err, "%s", a->request->from ? a->request->from : a->urls.items[0]);
	if (!publish(a, err))
		return false;
	*out = a->sysroot;
	a->sysroot = (struct sysroot){ 0 };
	return true;
}

/* Which release, and where everything will be. */
static bool
prepare(struct adding *a, struct err *err)
{
	const struct sysroot_request *r = a->request;
	char *store, *cache;
	const char *version = r->version;

	if (!version && !r->from)
		version = sysroot_default_version(r->triple);
	a->sysroot.triple = xstrdup(r->triple);
	a->sysroot.version = xstrdup(version);
	if (a->sysroot.version && text_ends(a->sysroot.version, "-RELEASE"))
		a->sysroot.version[strlen(a->sysroot.version) - strlen("-RELEASE")] = '\0';
	if (r->sha256 && !digest_is_hex(r->sha256))
		return err_set(err, ERR_USAGE, "\"%s\" is no SHA-256", r->sha256);
	if (!sysroot_check_version(r->triple, version ? a->sysroot.version : "14.0", err))
		return false;
	store = sysroot_store();
	cache = path_cache_dir();
	if (store)
		a->store = path_join(store, r->triple);
	if (cache && !r->from)
		a->archive = path_joinf(
			cache, "downloads/freebsd-%s-%s-base.txz", a->sysroot.version, r->triple);
	free(store);
	free(cache);
	if (a->store && (a->archive || r->from))
		return true;
	err_set(err, ERR_ENVIRONMENT, "there is no home folder to keep sysroots in");
	return err_try(err, "set HOME");
}

static void
adding_fini(struct adding *a)
{
	unpack_close(a->unpack);
	for (size_t i = 0; i < a->urls.len; i++)
		free(a->urls.items[i]);
	vec_fini(&a->urls);
	sysroot_fini(&a->sysroot);
	str_fini(&a->files);
	free(a->store);
	free(a->archive);
}

bool
sysroot_add(const struct sysroot_request *r, struct sysroot_progress *progress, struct sysroot *out,
	struct err *err)
{
	struct adding a = { .request = r, .progress = progress };
	int lock = -1;
	bool ok = false;

	*out = (struct sysroot){ 0 };
	if (prepare(&a, err)) {
		ok = is_there(&a, out);
		if (!ok && (lock = sysroot_lock(r->triple, err)) >= 0)
			ok = add(&a, out, err);
	}
	adding_fini(&a);
	if (lock >= 0)
		close(lock);
	return ok;
}
