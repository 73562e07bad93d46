#include "io/part.h"
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/alloc.h"
#include "base/path.h"
#include "base/str.h"
#include "io/digest.h"
#include "io/fd.h"
#include "io/file.h"

#define HASH_SIZE (256u << 10)

static void
forget_origin(struct part *p)
{
	free(p->url);
	free(p->validator);
	p->url = p->validator = NULL;
	p->total = -1;
}

/* Three lines: url, total, validator. */
static bool
read_origin(struct part *p)
{
	struct str text = STR_INIT;
	struct span rest, url, total, validator;
	bool ok;

	if (!file_exists(p->from_path) || !file_read(p->from_path, &text, NULL)) {
		str_fini(&text);
		return false;
	}
	rest = str_span(&text);
	url = span_cut(rest, '\n', &rest);
	total = span_cut(rest, '\n', &rest);
	validator = span_cut(rest, '\n', &rest);
	if ((ok = url.len && total.len)) {
		char *number = span_dup(total);

		p->url = span_dup(url);
		p->total = strtoll(number, NULL, 10);
		p->validator = validator.len ? span_dup(validator) : NULL;
		free(number);
	}
	str_fini(&text);
	return ok;
}

static bool
lock(struct part *p, struct err *err)
{
	struct stat mine, there;

	if (flock(p->fd, LOCK_EX | LOCK_NB) != 0) {
		err_set(err, ERR_ENVIRONMENT, "%s: another process is fetching it", p->part_path);
		return err_try(err, "wait until that is done");
	}
	/* It may have been finished, and renamed, between open and lock. */
	if (fstat(p->fd, &mine) != 0 || stat(p->part_path, &there) != 0 ||
		mine.st_ino != there.st_ino || mine.st_dev != there.st_dev)
		return err_set(
			err, ERR_ENVIRONMENT, "%s: another process has just fetched it", p->path);
	p->len = p->kept = mine.st_size;
	return true;
}

static bool
make_folder(const char *path, struct err *err)
{
	char *dir = path_dirname(path);
	bool ok = file_make_dirs(dir, 0777, err);

	free(dir);
	return ok;
}

static bool
begin(struct part *p, const char *path, struct err *err)
{
	*p = (struct part){ .path = xstrdup(path), .fd = -1, .total = -1 };
	p->part_path = xasprintf("%s.part", path);
	p->from_path = xasprintf("%s.from", p->part_path);
	return (p->digest = digest_new(err)) != NULL;
}

bool
part_open(struct part *p, const char *path, struct err *err)
{
	if (!begin(p, path, err) || !make_folder(path, err))
		return false;
	if ((p->fd = open(p->part_path, O_RDWR | O_CREAT | O_CLOEXEC, 0666)) < 0)
		return err_errno(err, "%s: cannot be written", p->part_path);
	if (!lock(p, err))
		return false;
	if (read_origin(p) && (p->total < 0 || p->len <= p->total))
		return true;
	return part_reset(p, err);
}

bool
part_open_whole(struct part *p, const char *path, const char *sha256)
{
	char hex[DIGEST_HEX_LEN + 1];
	struct stat st;

	if (!begin(p, path, NULL) || (p->fd = open(path, O_RDONLY | O_CLOEXEC)) < 0)
		return false;
	if (fstat(p->fd, &st) != 0 || !S_ISREG(st.st_mode))
		return false;
	p->len = p->kept = p->total = st.st_size;
	if (part_hash_kept(p, NULL)) {
		digest_take(p->digest, hex);
		if (strcasecmp(hex, sha256) == 0)
			return true;
	}
	unlink(path);
	return false;
}

bool
part_hash_kept(struct part *p, struct err *err)
{
	char *buffer = xmalloc(HASH_SIZE);
	int64_t at = 0;
	ssize_t got = 0;

	while (at < p->len) {
		got = pread(p->fd, buffer, HASH_SIZE, (off_t)at);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			break;
		digest_add(p->digest, buffer, (size_t)got);
		at += got;
	}
	free(buffer);
	return at >= p->len || err_errno(err, "%s: cannot be read", p->part_path);
}

bool
part_append(struct part *p, const void *bytes, size_t len, struct err *err)
{
	if (!fd_write_at(p->fd, bytes, len, (uint64_t)p->len))
		return err_errno(err, "%s: cannot be written", p->part_path);
	digest_add(p->digest, bytes, len);
	p->len += (int64_t)len;
	return true;
}

bool
part_note(struct part *p, const char *url, const char *validator, int64_t total, struct err *err)
{
	struct str text = STR_INIT;
	bool ok;

	if (text_is(url, p->url) && text_is(validator, p->validator) && total == p->total)
		return true;
	forget_origin(p);
	p->url = xstrdup(url);
	p->validator = xstrdup(validator);
	p->total = total;
	str_appendf(&text, "%s\n%" PRId64 "\n%s\n", url, total, validator ? validator : "");
	ok = file_write(p->from_path, str_span(&text), err);
	str_fini(&text);
	return ok;
}

bool
part_reset(struct part *p, struct err *err)
{
	char hex[DIGEST_HEX_LEN + 1];

	unlink(p->from_path);
	forget_origin(p);
	p->len = p->kept = 0;
	digest_take(p->digest, hex);
	return ftruncate(p->fd, 0) == 0 || err_errno(err, "%s: cannot be written", p->part_path);
}

bool
part_finish(struct part *p, const char *sha256, bool *is_other, struct err *err)
{
	char hex[DIGEST_HEX_LEN + 1];

	digest_take(p->digest, hex);
	if ((*is_other = sha256 && strcasecmp(hex, sha256) != 0))
		return err_set(err, ERR_FAILED, "its SHA-256 is %s, expected %s", hex, sha256);
	if (fsync(p->fd) != 0)
		return err_errno(err, "%s: cannot be written", p->part_path);
	if (!file_rename(p->part_path, p->path, err))
		return false;
	unlink(p->from_path);
	return true;
}

void
part_close(struct part *p)
{
	if (p->path)
		fd_close(&p->fd);
	digest_free(p->digest);
	forget_origin(p);
	free(p->path);
	free(p->part_path);
	free(p->from_path);
	*p = (struct part){ .fd = -1, .total = -1 };
}
