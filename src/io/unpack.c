/* unpack: feeder -> ring -> inflating thread -> ring -> writing thread -> tree.
 *
 * Whoever fails keeps its own err and breaks the rings, so that the others end; the first cause is the
 * one told. Hard links whose first name was not wanted wait in a list for a second pass over the archive,
 * which takes just those members. */
#include "io/unpack.h"
#include <archive.h>
#include <archive_entry.h>
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/alloc.h"
#include "base/str.h"
#include "base/vec.h"
#include "io/digest.h"
#include "io/fd.h"
#include "io/file.h"
#include "io/library.h"
#include "io/ring.h"
#include "io/thread.h"
#include "io/tree.h"

#define FUNCTIONS(X)                                                                               \
	X(archive_entry_filetype)                                                                  \
	X(archive_entry_hardlink)                                                                  \
	X(archive_entry_pathname)                                                                  \
	X(archive_entry_pathname_utf8)                                                             \
	X(archive_entry_perm)                                                                      \
	X(archive_entry_size)                                                                      \
	X(archive_entry_symlink)                                                                   \
	X(archive_error_string)                                                                    \
	X(archive_read_data_block)                                                                 \
	X(archive_read_free)                                                                       \
	X(archive_read_new)                                                                        \
	X(archive_read_next_header)                                                                \
	X(archive_read_open)                                                                       \
	X(archive_read_open_filename)                                                              \
	X(archive_read_support_filter_bzip2)                                                       \
	X(archive_read_support_filter_gzip)                                                        \
	X(archive_read_support_filter_xz)                                                          \
	X(archive_read_support_filter_zstd)                                                        \
	X(archive_read_support_format_empty)                                                       \
	X(archive_read_support_format_raw)                                                         \
	X(archive_read_support_format_tar)                                                         \
	X(archive_read_support_format_zip_seekable)                                                \
	X(archive_read_support_format_zip_streamable)

static struct {
	LIBRARY_POINTERS(FUNCTIONS)
} lib;
static const char *const names[] = { LIBRARY_NAMES(FUNCTIONS) };

#define PACKED_RING (1u << 20)
#define PLAIN_RING (4u << 20)
#define FEED_SIZE (256u << 10)
#define WRITEBACK_MIN 65536 /* smaller files are brought to the disk together, at the end */
#define PASSES_MAX 4
#define WAITS_MAX 4096
#define DEPTH_MAX 64 /* folders above a member */

/* A member that was not wanted, and the paths that are to be names of it. */
struct waiting {
	char *member;
	VEC(char *) paths;
	bool is_done;
};

struct unpack {
	struct unpack_rules rules;
	char *parent; /* where the staging folder is */
	char *dir;    /* the staging folder; NULL once published */
	struct tree *tree;
	struct digest *digest;
	VEC(struct waiting) waiting;
	size_t waits;     /* paths in it */
	int pass;         /* 0: everything that is wanted; later: what is waited for */
	uint64_t members; /* seen in this pass */
	uint64_t bytes;   /* of the files written in this pass, holes too */

	struct ring *packed, *plain;
	pthread_t inflater, writer;
	bool is_running; /* the two threads are there, to be joined */
	bool has_failed; /* an err was handed out */
	bool has_enough; /* of this pass: what still comes is not needed */
	struct err inflate_err, write_err;
};

/* -- the staging folder ------------------------------------------------------------------------ */

static bool
make_staging(struct unpack *u, struct err *err)
{
	u->dir = file_make_temp_dir(u->parent, ".unpack-", err);
	return u->dir && chmod(u->dir, 0755) == 0 && (u->tree = tree_open(u->dir, err));
}

static void
drop_staging(struct unpack *u)
{
	tree_close(u->tree);
	u->tree = NULL;
	if (u->dir)
		file_remove_tree(u->dir, NULL);
	free(u->dir);
	u->dir = NULL;
}

static void
drop_waiting(struct unpack *u)
{
	for (size_t i = 0; i < u->waiting.len; i++) {
		struct waiting *w = &u->waiting.items[i];

		for (size_t n = 0; n < w->paths.len; n++)
			free(w->paths.items[n]);
		vec_fini(&w->paths);
		free(w->member);
	}
	vec_fini(&u->waiting);
	u->waits = 0;
}

struct unpack *
unpack_open(const char *parent, const struct unpack_rules *rules, struct err *err)
{
	struct unpack *u;

	if (!library_load(LIBRARY_ARCHIVE, names, &lib, sizeof(lib), err))
		return NULL;
	u = xcalloc(1, sizeof(*u));
	u->rules = *rules;
	if (!u->rules.bytes_max)
		u->rules.bytes_max = UNPACK_BYTES_MAX;
	if (!u->rules.members_max)
		u->rules.members_max = UNPACK_MEMBERS_MAX;
	u->parent = xstrdup(parent);
	if (!(u->digest = digest_new(err)) || !make_staging(u, err)) {
		unpack_close(u);
		return NULL;
	}
	return u;
}

/* -- inflating --------------------------------------------------------------------------------- */

static bool
refuse(struct err *err, struct archive *a)
{
	const char *why = lib.archive_error_string(a);

	return err_set(err, ERR_FAILED, "the archive cannot be read: %s",
		why ? why : "its bytes make no sense");
}

static la_ssize_t
read_ring(struct archive *a, void *ring, const void **bytes)
{
	(void)a;
	return (la_ssize_t)ring_take(ring, bytes);
}

static bool
too_large(const struct unpack *u, struct err *err)
{
	return err_set(err, ERR_FAILED,
		"the archive holds more than %llu MiB, which cannot be right",
		(unsigned long long)(u->rules.bytes_max >> 20));
}

static bool
is_cancelled(const struct unpack *u)
{
	return u->rules.cancel && atomic_load(u->rules.cancel);
}

static bool
inflate_all(struct unpack *u, struct archive *a, struct err *err)
{
	struct archive_entry *entry;
	const void *bytes;
	size_t len;
	la_int64_t offset;
	uint64_t total = 0;
	int status = lib.archive_read_next_header(a, &entry);

	if (status == ARCHIVE_EOF)
		return err_set(err, ERR_FAILED, "the archive is empty");
	if (status < ARCHIVE_WARN)
		return refuse(err, a);
	while ((status = lib.archive_read_data_block(a, &bytes, &len, &offset)) >= ARCHIVE_WARN &&
		status != ARCHIVE_EOF) {
		if (is_cancelled(u))
			return err_set(err, ERR_FAILED, "stopped");
		if ((total += len) > u->rules.bytes_max)
			return too_large(u, err);
		if (!ring_put(u->plain, bytes, len))
			return true; /* the writer has failed, and says why */
	}
	return status == ARCHIVE_EOF || refuse(err, a);
}

static void *
inflate(void *arg)
{
	struct unpack *u = arg;
	struct archive *a = lib.archive_read_new();
	const void *rest;

	lib.archive_read_support_filter_gzip(a);
	lib.archive_read_support_filter_xz(a);
	lib.archive_read_support_filter_zstd(a);
	lib.archive_read_support_filter_bzip2(a);
	lib.archive_read_support_format_raw(a);
	lib.archive_read_support_format_empty(a);
	if (lib.archive_read_open(a, u->packed, NULL, read_ring, NULL) < ARCHIVE_WARN)
		refuse(&u->inflate_err, a);
	else
		inflate_all(u, a, &u->inflate_err);
	lib.archive_read_free(a);
	if (u->inflate_err.kind != ERR_NONE)
		ring_break(u->plain);
	ring_end(u->plain);
	if (ring_is_broken(u->plain))
		ring_break(u->packed);
	while (ring_take(u->packed, &rest)) /* what stands behind the end of the archive */
		continue;
	return NULL;
}

/* -- members ----------------------------------------------------------------------------------- */

static bool
is_wanted(const struct unpack *u, const char *path)
{
	if (!u->rules.wanted)
		return true;
	for (const char *const *name = u->rules.wanted; *name; name++)
		if (text_starts(path, *name) &&
			(path[strlen(*name)] == '\0' || path[strlen(*name)] == '/'))
			return true;
	return false;
}

static void
tell(struct unpack *u, const struct unpack_member *m)
{
	if (u->rules.member)
		u->rules.member(u->rules.arg, m);
}

static bool
has_control(const char *name)
{
	for (; *name; name++)
		if (iscntrl((unsigned char)*name))
			return true;
	return false;
}

/* The name as a line of text may hold it: members' names are not trusted. */
static char *
shown_name(const char *name)
{
	char *shown = xstrndup(name, 200);

	for (char *c = shown; *c; c++)
		if (iscntrl((unsigned char)*c))
			*c = '?';
	return shown;
}

static bool
refuse_member(const char *name, const char *why, struct err *err)
{
	char *shown = shown_name(name);

	err_set(err, ERR_FAILED, "the archive is not taken: %s: %s", shown, why);
	free(shown);
	return false;
}

static void
add_hole(struct unpack *u, uint64_t len)
{
	static const char zeros[65536];

	while (len) {
		size_t part = len < sizeof(zeros) ? (size_t)len : sizeof(zeros);

		digest_add(u->digest, zeros, part);
		len -= part;
	}
}

static bool
has_room(const struct unpack *u, uint64_t file_size)
{
	return file_size <= u->rules.bytes_max && u->bytes <= u->rules.bytes_max - file_size;
}

/* The member's blocks into fd and the digest; *size is where the last one ends. */
static bool
write_blocks(struct unpack *u, struct archive *a, int fd, const char *path, uint64_t *size,
	struct err *err)
{
	const void *bytes;
	size_t len;
	la_int64_t offset;
	int status;

	*size = 0;
	while ((status = lib.archive_read_data_block(a, &bytes, &len, &offset)) >= ARCHIVE_WARN &&
		status != ARCHIVE_EOF) {
		if (offset < 0 || (uint64_t)offset < *size || !has_room(u, (uint64_t)offset + len))
			return too_large(u, err);
		add_hole(u, (uint64_t)offset - *size);
		digest_add(u->digest, bytes, len);
		if (!fd_write_at(fd, bytes, len, (uint64_t)offset))
			return err_errno(err, "%s: cannot be written", path);
		*size = (uint64_t)offset + len;
	}
	return status == ARCHIVE_EOF || refuse(err, a);
}

static bool
end_with_hole(
	struct unpack *u, int fd, const char *path, uint64_t *size, uint64_t end, struct err *err)
{
	if (!has_room(u, end))
		return too_large(u, err);
	add_hole(u, end - *size);
	*size = end;
	return ftruncate(fd, (off_t)end) == 0 || err_errno(err, "%s: cannot be written", path);
}

static bool
take_file(struct unpack *u, struct archive *a, struct archive_entry *entry, const char *path,
	struct err *err)
{
	bool is_executable = lib.archive_entry_perm(entry) & 0111;
	la_int64_t told = lib.archive_entry_size(entry);
	uint64_t size = 0;
	char hex[DIGEST_HEX_LEN + 1];
	int fd = tree_create(u->tree, path, is_executable, err);
	bool ok = fd >= 0 && write_blocks(u, a, fd, path, &size, err);

	if (ok && told > (la_int64_t)size)
		ok = end_with_hole(u, fd, path, &size, (uint64_t)told, err);
	if (ok && size >= WRITEBACK_MIN)
		fd_begin_writeback(fd);
	if (fd >= 0 && close(fd) != 0 && ok)
		ok = err_errno(err, "%s: cannot be written", path);
	digest_take(u->digest, hex);
	if (!ok)
		return false;
	u->bytes += size;
	tell(u, &(struct unpack_member){ UNPACK_FILE, path, NULL, size, hex });
	return true;
}

static bool
take_symlink(struct unpack *u, const char *path, const char *target, struct err *err)
{
	char *inside;
	bool ok;

	if (!target || !*target)
		return refuse_member(path, "a link to nothing", err);
	if (has_control(target))
		return refuse_member(path, "a link to a name with control characters", err);
	inside = tree_link_inside(path, target);
	if ((ok = tree_symlink(u->tree, path, inside, err)))
		tell(u, &(struct unpack_member){ UNPACK_LINK, path, inside, 0, NULL });
	free(inside);
	return ok;
}

/* A link at `path` that leads where one at `from` with this target does. */
static bool
take_symlink_from(
	struct unpack *u, const char *path, const char *from, const char *target, struct err *err)
{
	char *place = target ? tree_link_from_root(from, target) : NULL;
	bool ok = take_symlink(u, path, place, err);

	free(place);
	return ok;
}

static bool
take_dir(struct unpack *u, const char *path, struct err *err)
{
	if (!tree_make_dir(u->tree, path, err))
		return false;
	if (*path)
		tell(u, &(struct unpack_member){ UNPACK_DIR, path, NULL, 0, NULL });
	return true;
}

/* -- hard links -------------------------------------------------------------------------------- */

/* Tells of a file that became another name of one that was told before. */
static bool
tell_again(struct unpack *u, const char *path, struct err *err)
{
	struct unpack_member m = { UNPACK_FILE, path, NULL, 0, NULL };
	char hex[DIGEST_HEX_LEN + 1], buffer[16384];
	int fd = tree_read(u->tree, path, err);
	ssize_t got;

	if (fd < 0)
		return false;
	while ((got = read(fd, buffer, sizeof(buffer))) > 0 || (got < 0 && errno == EINTR)) {
		digest_add(u->digest, buffer, got > 0 ? (size_t)got : 0);
		m.bytes += got > 0 ? (size_t)got : 0;
	}
	close(fd);
	digest_take(u->digest, hex);
	m.sha256 = hex;
	if (got == 0)
		tell(u, &m);
	return got == 0 || err_errno(err, "%s: cannot be read", path);
}

static struct waiting *
find_waiting(struct unpack *u, const char *member)
{
	for (size_t i = 0; i < u->waiting.len; i++)
		if (!u->waiting.items[i].is_done && text_is(u->waiting.items[i].member, member))
			return &u->waiting.items[i];
	return NULL;
}

/* The list that this path is in, since it has no bytes yet. */
static struct waiting *
find_waiting_path(struct unpack *u, const char *path)
{
	for (size_t i = 0; i < u->waiting.len; i++) {
		struct waiting *w = &u->waiting.items[i];

		for (size_t n = 0; n < w->paths.len && !w->is_done; n++)
			if (text_is(w->paths.items[n], path))
				return w;
	}
	return NULL;
}

/* Lets `path` wait with others, where `w` is, or for a member. */
static bool
wait_for(struct unpack *u, struct waiting *w, const char *member, const char *path, struct err *err)
{
	if (++u->waits > WAITS_MAX)
		return refuse_member(path, "one hard link too many to what is not taken", err);
	if (!w && !(w = find_waiting(u, member))) {
		w = vec_add(&u->waiting);
		w->member = xstrdup(member);
	}
	vec_push(&w->paths, xstrdup(path));
	return true;
}

/* A second name of what stands at `from`: of a link, which may have to read otherwise there, a link. */
static bool
link_within(struct unpack *u, const char *path, const char *from, struct err *err)
{
	char *target;
	bool ok;

	switch (tree_kind(u->tree, from)) {
	case TREE_FILE: return tree_hard_link(u->tree, path, from, err) && tell_again(u, path, err);
	case TREE_LINK:
		target = tree_link_target(u->tree, from);
		ok = take_symlink_from(u, path, from, target, err);
		free(target);
		return ok;
	default:
		return refuse_member(
			path, "a hard link to something that did not come before it", err);
	}
}

static bool
take_hard_link(struct unpack *u, const char *path, const char *target, struct err *err)
{
	char *from = tree_name(target);
	struct waiting *w;
	bool ok = true;

	if (!from || !*from)
		ok = refuse_member(target, "a hard link that leads out of the tree", err);
	else if (!is_wanted(u, from))
		ok = wait_for(u, NULL, from, path, err);
	else if ((w = find_waiting_path(u, from)))
		ok = wait_for(u, w, from, path, err);
	else
		ok = link_within(u, path, from, err);
	free(from);
	return ok;
}

/* In a later pass: a member that was waited for gets the first of the names, the others become links
 * to that. Where it is a hard link itself, the wait goes on for what it leads to. */
static bool
take_waited(struct unpack *u, struct archive *a, struct archive_entry *entry, struct waiting *w,
	struct err *err)
{
	const char *link = lib.archive_entry_hardlink(entry);
	char *from = link ? tree_name(link) : NULL;

	if (from) {
		free(w->member);
		w->member = from;
		return true;
	}
	if (link)
		return refuse_member(link, "a hard link that leads out of the tree", err);
	w->is_done = true;
	if (lib.archive_entry_filetype(entry) == AE_IFLNK) {
		if (!take_symlink_from(
			    u, w->paths.items[0], w->member, lib.archive_entry_symlink(entry), err))
			return false;
	} else if (lib.archive_entry_filetype(entry) != AE_IFREG) {
		return refuse_member(w->member, "a hard link to what is no file", err);
	} else if (!take_file(u, a, entry, w->paths.items[0], err)) {
		return false;
	}
	for (size_t i = 1; i < w->paths.len; i++)
		if (!link_within(u, w->paths.items[i], w->paths.items[0], err))
			return false;
	return true;
}

bool
unpack_is_short(const struct unpack *u)
{
	for (size_t i = 0; i < u->waiting.len; i++)
		if (!u->waiting.items[i].is_done)
			return !u->has_failed;
	return false;
}

/* -- writing ----------------------------------------------------------------------------------- */

static bool
take_wanted(struct unpack *u, struct archive *a, struct archive_entry *entry, const char *path,
	struct err *err)
{
	const char *hard_link = lib.archive_entry_hardlink(entry);

	size_t depth = 0;

	for (const char *c = path; *c; c++)
		depth += *c == '/';
	if (has_control(path))
		return refuse_member(path, "a name with control characters", err);
	if (depth > DEPTH_MAX)
		return refuse_member(path, "too many folders in each other", err);
	if (strlen(u->dir) + strlen(path) + 2 > PATH_MAX)
		return refuse_member(path, "a name that is too long", err);
	if (hard_link)
		return take_hard_link(u, path, hard_link, err);
	switch (lib.archive_entry_filetype(entry)) {
	case AE_IFREG:
		return *path ? take_file(u, a, entry, path, err)
			     : refuse_member(".", "a file that is the root", err);
	case AE_IFLNK:
		return *path ? take_symlink(u, path, lib.archive_entry_symlink(entry), err)
			     : refuse_member(".", "a link that is the root", err);
	case AE_IFDIR: return take_dir(u, path, err);
	default: return true; /* devices, pipes, sockets */
	}
}

static bool
take_member(struct unpack *u, struct archive *a, struct archive_entry *entry, struct err *err)
{
	const char *name = lib.archive_entry_pathname(entry);
	struct waiting *w;
	char *path;
	bool ok = true;

	if (is_cancelled(u))
		return err_set(err, ERR_FAILED, "stopped");
	if (!name)
		name = lib.archive_entry_pathname_utf8(entry);
	if (++u->members > u->rules.members_max)
		return err_set(err, ERR_FAILED,
			"the archive has more than %llu members, which cannot be right",
			(unsigned long long)u->rules.members_max);
	if (!name || !(path = tree_name(name)))
		return refuse_member(name ? name : "?", "a name that leads out of the tree", err);
	if (u->pass == 0 && is_wanted(u, path))
		ok = take_wanted(u, a, entry, path, err);
	else if (u->pass > 0 && (w = find_waiting(u, path)))
		ok = take_waited(u, a, entry, w, err);
	free(path);
	return ok;
}

static bool
take_all(struct unpack *u, struct archive *a, struct err *err)
{
	struct archive_entry *entry;
	int status;

	u->members = u->bytes = 0;
	while ((status = lib.archive_read_next_header(a, &entry)) >= ARCHIVE_WARN &&
		status != ARCHIVE_EOF) {
		if (!take_member(u, a, entry, err))
			return false;
		if ((u->has_enough = u->pass > 0 && !unpack_is_short(u)))
			return true;
	}
	if (status != ARCHIVE_EOF)
		return refuse(err, a);
	return u->members || err_set(err, ERR_FAILED, "the archive is empty");
}

static void *
write_tree(void *arg)
{
	struct unpack *u = arg;
	struct archive *a = lib.archive_read_new();
	const void *rest;

	lib.archive_read_support_format_tar(a);
	lib.archive_read_support_format_zip_streamable(a);
	if (lib.archive_read_open(a, u->plain, NULL, read_ring, NULL) < ARCHIVE_WARN)
		refuse(&u->write_err, a);
	else
		take_all(u, a, &u->write_err);
	lib.archive_read_free(a);
	if (u->write_err.kind != ERR_NONE || u->has_enough)
		ring_break(u->plain);
	while (ring_take(u->plain, &rest)) /* padding behind the end mark */
		continue;
	return NULL;
}

/* -- running ----------------------------------------------------------------------------------- */

static bool
start_threads(struct unpack *u, struct err *err)
{
	u->packed = ring_new(PACKED_RING);
	u->plain = ring_new(PLAIN_RING);
	u->inflate_err = u->write_err = ERR_INIT;
	if (!thread_start(&u->inflater, inflate, u, err))
		return false;
	if (!thread_start(&u->writer, write_tree, u, err)) {
		ring_break(u->packed);
		ring_break(u->plain);
		pthread_join(u->inflater, NULL);
		return false;
	}
	return u->is_running = true;
}

/* Both threads have ended, with what they made of it. */
static bool
join_threads(struct unpack *u, struct err *err)
{
	const struct err *why = NULL;

	if (u->is_running) {
		pthread_join(u->inflater, NULL);
		pthread_join(u->writer, NULL);
		u->is_running = false;
		/* A writer that met the end of a broken ring only repeats it. */
		if (u->inflate_err.kind != ERR_NONE)
			why = &u->inflate_err;
		else if (u->write_err.kind != ERR_NONE)
			why = &u->write_err;
	}
	ring_free(u->packed);
	ring_free(u->plain);
	u->packed = u->plain = NULL;
	if (why && err)
		*err = *why;
	if (why)
		u->has_failed = true;
	return !why;
}

static void
stop_threads(struct unpack *u)
{
	if (u->is_running) {
		ring_break(u->packed);
		ring_break(u->plain);
	}
	join_threads(u, NULL);
}

bool
unpack_feed(void *unpack, const void *bytes, size_t len, struct err *err)
{
	struct unpack *u = unpack;

	if (!u->is_running && u->has_enough)
		return true;
	if (!u->is_running && !start_threads(u, err))
		return false;
	if (ring_put(u->packed, bytes, len))
		return true;
	return join_threads(u, err);
}

bool
unpack_again(void *unpack, struct err *err)
{
	struct unpack *u = unpack;

	stop_threads(u);
	drop_waiting(u);
	drop_staging(u);
	u->pass = 0;
	u->has_failed = u->has_enough = false;
	return make_staging(u, err);
}

/* A pass is over: one that brought nothing of what was waited for will not the next time. */
static bool
end_pass(struct unpack *u, struct err *err)
{
	u->pass++;
	u->has_enough = false;
	if (u->pass < PASSES_MAX || !unpack_is_short(u))
		return true;
	for (size_t i = 0; i < u->waiting.len; i++)
		if (!u->waiting.items[i].is_done)
			refuse_member(u->waiting.items[i].paths.items[0],
				"a hard link to something that is not in it", err);
	u->has_failed = true;
	return false;
}

bool
unpack_finish(struct unpack *u, struct err *err)
{
	if (!u->is_running && !u->has_enough && !start_threads(u, err))
		return false;
	if (u->is_running)
		ring_end(u->packed);
	return join_threads(u, err) && end_pass(u, err);
}

/* -- from a file ------------------------------------------------------------------------------- */

static bool
feed_file(struct unpack *u, int fd, const char *path, struct err *err)
{
	char *buffer = xmalloc(FEED_SIZE);
	ssize_t got;
	bool ok = true;

	while (ok && (got = read(fd, buffer, FEED_SIZE)) != 0) {
		if (got > 0)
			ok = unpack_feed(u, buffer, (size_t)got, err);
		else if (errno != EINTR)
			ok = err_errno(err, "%s: cannot be read", path);
	}
	free(buffer);
	return ok && unpack_finish(u, err);
}

static bool
read_zip(struct unpack *u, const char *path, struct err *err)
{
	struct archive *a = lib.archive_read_new();
	bool ok;

	lib.archive_read_support_format_zip_seekable(a);
	ok = lib.archive_read_open_filename(a, path, FEED_SIZE) >= ARCHIVE_WARN || refuse(err, a);
	ok = ok && take_all(u, a, err);
	lib.archive_read_free(a);
	if (!ok)
		u->has_failed = true;
	return ok && end_pass(u, err);
}

bool
unpack_file(struct unpack *u, const char *path, struct err *err)
{
	char magic[4] = { 0 };
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	bool ok = false;

	if (fd < 0)
		return err_errno(err, "%s: cannot be read", path);
	do {
		if (pread(fd, magic, sizeof(magic), 0) == sizeof(magic) &&
			memcmp(magic, "PK\3\4", sizeof(magic)) == 0)
			ok = read_zip(u, path, err);
		else
			ok = lseek(fd, 0, SEEK_SET) == 0 && feed_file(u, fd, path, err);
	} while (ok && unpack_is_short(u));
	close(fd);
	return ok;
}

/* -- the end ----------------------------------------------------------------------------------- */

const char *
unpack_dir(const struct unpack *u)
{
	return u->dir;
}

bool
unpack_publish(struct unpack *u, const char *path, struct err *err)
{
	if (file_exists(path))
		return err_set(err, ERR_FAILED, "%s: it is there already", path);
	tree_sync(u->tree);
	if (!file_rename(u->dir, path, err))
		return false;
	free(u->dir);
	u->dir = NULL;
	return true;
}

void
unpack_close(struct unpack *u)
{
	if (!u)
		return;
	stop_threads(u);
	drop_waiting(u);
	drop_staging(u);
	digest_free(u->digest);
	free(u->parent);
	free(u);
}
