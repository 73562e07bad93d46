/* package: libarchive writes below a temporary name in the folder of the archive. */
#include "artifact/package.h"
#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include "base/alloc.h"
#include "base/path.h"
#include "base/str.h"
#include "io/file.h"
#include "io/library.h"

#define FUNCTIONS(X)                                                                               \
	X(archive_entry_free)                                                                      \
	X(archive_entry_new)                                                                       \
	X(archive_entry_set_filetype)                                                              \
	X(archive_entry_set_gid)                                                                   \
	X(archive_entry_set_mtime)                                                                 \
	X(archive_entry_set_pathname_utf8)                                                         \
	X(archive_entry_set_perm)                                                                  \
	X(archive_entry_set_size)                                                                  \
	X(archive_entry_set_uid)                                                                   \
	X(archive_error_string)                                                                    \
	X(archive_write_add_filter_gzip)                                                           \
	X(archive_write_add_filter_xz)                                                             \
	X(archive_write_add_filter_zstd)                                                           \
	X(archive_write_close)                                                                     \
	X(archive_write_data)                                                                      \
	X(archive_write_free)                                                                      \
	X(archive_write_header)                                                                    \
	X(archive_write_new)                                                                       \
	X(archive_write_open_filename)                                                             \
	X(archive_write_set_format_pax_restricted)                                                 \
	X(archive_write_set_format_zip)                                                            \
	X(archive_write_set_options)

static struct {
	LIBRARY_POINTERS(FUNCTIONS)
} lib;
static const char *const names[] = { LIBRARY_NAMES(FUNCTIONS) };

#define PIECE 65536
#define ZIP_TIME_LEAST 315532800 /* zip has no time before 1980 */

static const struct {
	const char *ending;
	const char *options; /* of libarchive */
} formats[PACKAGE_COUNT] = {
	[PACKAGE_TAR_GZ] = { "tar.gz", "gzip:compression-level=9,gzip:!timestamp" },
	[PACKAGE_TAR_XZ] = { "tar.xz", "xz:compression-level=6,xz:threads=1" },
	[PACKAGE_TAR_ZST] = { "tar.zst", "zstd:compression-level=19" },
	[PACKAGE_ZIP] = { "zip", "zip:compression=deflate,zip:compression-level=9" },
};

const char *
package_ending(enum package_format f)
{
	return formats[f].ending;
}

bool
package_format_parse(const char *text, enum package_format *f, struct err *err)
{
	for (*f = 0; *f < PACKAGE_COUNT; (*f)++)
		if (text_is(text[0] == '.' ? text + 1 : text, formats[*f].ending))
			return true;
	return err_set(err, ERR_USAGE,
		"--format: there is no \"%s\": tar.gz, tar.xz, tar.zst or zip", text);
}

bool
package_time(int64_t *time, struct err *err)
{
	const char *text = getenv("SOURCE_DATE_EPOCH");
	char *end;

	*time = PACKAGE_TIME;
	if (!text || !*text)
		return true;
	errno = 0;
	*time = strtoll(text, &end, 10);
	if (!errno && !*end && *time >= 0)
		return true;
	err_set(err, ERR_USAGE, "SOURCE_DATE_EPOCH: \"%s\" is no number of seconds", text);
	return err_try(err, "SOURCE_DATE_EPOCH=$(git log -1 --format=%%ct)");
}

/* ---- members ---- */

struct writer {
	struct archive *archive;
	const char *path; /* of the archive, for errors */
	const char *top;
	int64_t time;
};

static bool
refuse(const struct writer *w, struct err *err)
{
	const char *why = lib.archive_error_string(w->archive);

	return err_set(err, ERR_ENVIRONMENT, "%s: cannot be written: %s", w->path,
		why ? why : "no reason is known");
}

static bool
write_head(const struct writer *w, const struct package_file *file, int64_t bytes, struct err *err)
{
	struct archive_entry *entry = lib.archive_entry_new();
	char *name = xasprintf("%s/%s", w->top, file->name);
	bool ok;

	lib.archive_entry_set_pathname_utf8(entry, name);
	lib.archive_entry_set_filetype(entry, AE_IFREG);
	lib.archive_entry_set_perm(entry, file->is_program ? 0755 : 0644);
	lib.archive_entry_set_uid(entry, 0);
	lib.archive_entry_set_gid(entry, 0);
	lib.archive_entry_set_mtime(entry, (time_t)w->time, 0);
	lib.archive_entry_set_size(entry, bytes);
	ok = lib.archive_write_header(w->archive, entry) == ARCHIVE_OK || refuse(w, err);
	lib.archive_entry_free(entry);
	free(name);
	return ok;
}

/* A file that grows or shrinks meanwhile is refused: nobody would know what was handed out. */
static bool
write_bytes(const struct writer *w, const struct package_file *file, int fd, int64_t bytes,
	struct err *err)
{
	char *piece = xmalloc(PIECE);
	int64_t done = 0;
	ssize_t got;
	bool ok = true;

	while (ok && (got = read(fd, piece, PIECE)) != 0) {
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			ok = err_errno(err, "%s", file->source);
		else if ((done += got) <= bytes)
			ok = lib.archive_write_data(w->archive, piece, (size_t)got) == got ||
				refuse(w, err);
		else
			break;
	}
	if (ok && done != bytes)
		ok = err_set(
			err, ERR_FAILED, "%s: it was changed while it was packed", file->source);
	free(piece);
	return ok;
}

static bool
write_file(const struct writer *w, const struct package_file *file, struct err *err)
{
	int fd = open(file->source, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat st;
	bool ok;

	if (fd < 0 || fstat(fd, &st) != 0)
		ok = err_errno(err, "%s", file->source);
	else if (!S_ISREG(st.st_mode))
		ok = err_set(err, ERR_FAILED, "%s: it is no regular file", file->source);
	else
		ok = write_head(w, file, st.st_size, err) &&
			write_bytes(w, file, fd, st.st_size, err);
	if (fd >= 0)
		close(fd);
	return ok;
}

/* ---- the archive ---- */

static int
compare_names(const void *a, const void *b)
{
	const struct package_file *left = a, *right = b;

	return strcmp(left->name, right->name);
}

static bool
sort(struct package_file *files, size_t count, struct err *err)
{
	qsort(files, count, sizeof(*files), compare_names);
	for (size_t i = 1; i < count; i++)
		if (text_is(files[i].name, files[i - 1].name))
			return err_set(err, ERR_USAGE, "%s and %s would both be %s in the archive",
				files[i - 1].source, files[i].source, files[i].name);
	return true;
}

/* Zip has no libarchive filter: it is a format that compresses by itself. */
static bool
begin(struct writer *w, const char *part, enum package_format format, struct err *err)
{
	struct archive *a = w->archive;
	int status = format == PACKAGE_ZIP ? lib.archive_write_set_format_zip(a)
					   : lib.archive_write_set_format_pax_restricted(a);

	if (status == ARCHIVE_OK && format == PACKAGE_TAR_GZ)
		status = lib.archive_write_add_filter_gzip(a);
	if (status == ARCHIVE_OK && format == PACKAGE_TAR_XZ)
		status = lib.archive_write_add_filter_xz(a);
	if (status == ARCHIVE_OK && format == PACKAGE_TAR_ZST)
		status = lib.archive_write_add_filter_zstd(a);
	if (status == ARCHIVE_OK)
		status = lib.archive_write_set_options(a, formats[format].options);
	if (status == ARCHIVE_OK)
		status = lib.archive_write_open_filename(a, part);
	return status == ARCHIVE_OK || refuse(w, err);
}

static bool
write_all(struct writer *w, const char *part, const struct package_file *files, size_t count,
	enum package_format format, struct err *err)
{
	bool ok = begin(w, part, format, err);

	for (size_t i = 0; ok && i < count; i++)
		ok = write_file(w, &files[i], err);
	return ok && (lib.archive_write_close(w->archive) == ARCHIVE_OK || refuse(w, err));
}

/* Local time is UTC until leave_utc, which takes what came back. */
static char *
enter_utc(void)
{
	char *before = xstrdup(getenv("TZ"));

	setenv("TZ", "UTC0", 1);
	tzset();
	return before;
}

static void
leave_utc(char *before)
{
	if (before)
		setenv("TZ", before, 1);
	else
		unsetenv("TZ");
	tzset();
	free(before);
}

bool
package_write(const char *path, const char *top, struct package_file *files, size_t count,
	enum package_format format, int64_t time, struct err *err)
{
	struct writer w = { .path = path, .top = top, .time = time };
	char *dir = path_dirname(path), *part = NULL, *before;
	bool ok = sort(files, count, err) && file_make_dirs(dir, 0755, err) &&
		library_load(LIBRARY_ARCHIVE, names, &lib, sizeof(lib), err);

	free(dir);
	if (!ok)
		return false;
	if (format == PACKAGE_ZIP && time < ZIP_TIME_LEAST)
		w.time = ZIP_TIME_LEAST;
	part = xasprintf("%s.%ld.part", path, (long)getpid());
	w.archive = lib.archive_write_new();
	before = enter_utc();
	ok = write_all(&w, part, files, count, format, err);
	leave_utc(before);
	lib.archive_write_free(w.archive);
	ok = ok && file_rename(part, path, err);
	if (!ok)
		unlink(part);
	free(part);
	return ok;
}
