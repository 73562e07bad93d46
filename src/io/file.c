/* file: whole files and folders, through plain system calls. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>
#include "base/alloc.h"
#include "base/path.h"
#include "base/vec.h"
#include "io/file.h"

#define READ_SIZE 65536
#define TEMP_PREFIX ".xtui-" /* of what is written before it gets its name */
#define TEMP_SUFFIX ".tmp"
#define LINKS_MAX 40 /* symbolic links followed before giving up, as the system does */

static bool
read_all(int fd, const char *path, struct str *out, struct err *err)
{
	size_t before = out->len;
	ssize_t got;

	for (;;) {
		str_reserve(out, READ_SIZE);
		out->data[out->len] = '\0';
		got = read(fd, out->data + out->len, READ_SIZE);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return err_errno(err, "%s: cannot be read", path);
		if (got == 0)
			return true;
		out->len += (size_t)got;
		if (out->len - before > FILE_READ_MAX)
			return err_set(err, ERR_ENVIRONMENT, "%s: larger than %u MiB", path,
				FILE_READ_MAX >> 20);
	}
}

bool
file_read(const char *path, struct str *out, struct err *err)
{
	size_t before = out->len;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	bool ok;

	if (fd < 0)
		return err_errno(err, "%s: cannot be read", path);
	ok = read_all(fd, path, out, err);
	close(fd);
	if (!ok && out->data)
		str_truncate(out, before);
	return ok;
}

size_t
file_peek(const char *path, char *bytes, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	ssize_t got = fd < 0 ? 0 : read(fd, bytes, size);

	if (fd >= 0)
		close(fd);
	return got > 0 ? (size_t)got : 0;
}

char *
file_behind_links(const char *path, struct err *err)
{
	char *name = xstrdup(path);
	char link[PATH_MAX];
	ssize_t len;

	for (int i = 0; i < LINKS_MAX; i++) {
		if ((len = readlink(name, link, sizeof(link) - 1)) < 0)
			return name;
		link[len] = '\0';
		char *dir = path_dirname(name);
		char *next = path_join(dir, link);
		free(dir);
		free(name);
		name = next;
	}
	free(name);
	errno = ELOOP;
	err_errno(err, "%s", path);
	return NULL;
}

char *
file_real_path(const char *path)
{
	return realpath(path, NULL);
}

/* What stands at the place now; st_mode 0 for nothing. False for what a rename must not replace. */
static bool
check_old(const char *name, struct stat *old, struct err *err)
{
	*old = (struct stat){ 0 };
	if (stat(name, old) < 0)
		return errno == ENOENT || err_errno(err, "%s: cannot be written", name);
	if (S_ISDIR(old->st_mode))
		return err_set(err, ERR_ENVIRONMENT, "%s: is a folder, not a file", name);
	if (!S_ISREG(old->st_mode))
		return err_set(err, ERR_ENVIRONMENT, "%s: is not a regular file", name);
	if (faccessat(AT_FDCWD, name, W_OK, AT_EACCESS) < 0)
		return err_errno(err, "%s: cannot be written", name);
	return true;
}

static bool
write_all(int fd, struct span bytes)
{
	ssize_t put;

	while (bytes.len) {
		put = write(fd, bytes.data, bytes.len);
		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0)
			return false;
		bytes.data += put;
		bytes.len -= (size_t)put;
	}
	return true;
}

/* Locks the new file, so that nobody sweeps it away; false when someone just did. */
static bool
hold_temp(int fd)
{
	struct stat st;

	flock(fd, LOCK_EX | LOCK_NB);
	return fstat(fd, &st) < 0 || st.st_nlink > 0;
}

/* A new file in dir, readable as the umask has it; caller frees *name. */
static int
open_temp(const char *dir, char **name)
{
	static atomic_uint serial;
	int fd, error;

	do {
		*name = path_joinf(dir, TEMP_PREFIX "%d-%u" TEMP_SUFFIX, (int)getpid(),
			atomic_fetch_add(&serial, 1));
		fd = open(*name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
		error = errno;
		if (fd >= 0 && hold_temp(fd))
			return fd;
		if (fd >= 0)
			close(fd);
		free(*name);
		*name = NULL;
	} while (fd >= 0 || error == EEXIST);
	errno = error;
	return -1;
}

/* Where the owner cannot be kept the file becomes ours, as any editor would leave it. */
static void
keep_owner_and_mode(int fd, const struct stat *old)
{
	mode_t kept = 07777;
	struct stat new;

	if (!old->st_mode || fstat(fd, &new) < 0)
		return;
	if (new.st_uid != old->st_uid || new.st_gid != old->st_gid)
		if (fchown(fd, old->st_uid, old->st_gid) < 0)
			kept = 0777;
	fchmod(fd, old->st_mode & kept);
}

static bool
make_program(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 &&
		fchmod(fd, (st.st_mode & 07777) | (st.st_mode & 0444) >> 2) == 0;
}

static bool
fill_temp(int fd, struct span bytes, const struct stat *old, bool is_program)
{
	keep_owner_and_mode(fd, old);
	return (!is_program || make_program(fd)) && write_all(fd, bytes) && fsync(fd) == 0;
}

/* So that the rename outlives a power cut; some file systems cannot, and lose nothing by it. */
static void
sync_dir(const char *dir)
{
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return;
	fsync(fd);
	close(fd);
}

static bool
write_whole(const char *path, struct span bytes, bool is_program, struct err *err)
{
	char *name = file_behind_links(path, err);
	char *dir = NULL, *temp = NULL;
	struct stat old;
	bool ok = false;
	int fd;

	if (!name || !check_old(name, &old, err))
		goto done;
	dir = path_dirname(name);
	if (!file_make_dirs(dir, 0777, err))
		goto done;
	if ((fd = open_temp(dir, &temp)) < 0) {
		err_errno(err, "%s: cannot be written", name);
		goto done;
	}
	ok = fill_temp(fd, bytes, &old, is_program) && rename(temp, name) == 0;
	if (!ok) {
		err_errno(err, "%s: cannot be written", name);
		unlink(temp);
	}
	close(fd);
	sync_dir(dir);
done:
	free(temp);
	free(dir);
	free(name);
	return ok;
}

bool
file_write(const char *path, struct span bytes, struct err *err)
{
	return write_whole(path, bytes, false, err);
}

bool
file_write_program(const char *path, struct span bytes, struct err *err)
{
	return write_whole(path, bytes, true, err);
}

static bool
is_temp(const char *name)
{
	return text_starts(name, TEMP_PREFIX) && text_ends(name, TEMP_SUFFIX);
}

/* Whoever writes such a file holds it locked. */
static void
sweep_temp(const char *path)
{
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

	if (fd < 0)
		return;
	if (flock(fd, LOCK_EX | LOCK_NB) == 0)
		unlink(path);
	close(fd);
}

void
file_sweep(const char *dir)
{
	char **names;
	size_t count;

	if (!file_list(dir, &names, &count, NULL))
		return;
	for (size_t i = 0; i < count; i++) {
		char *path = path_join(dir, names[i]);

		if (is_temp(names[i]))
			sweep_temp(path);
		free(path);
	}
	file_list_free(names, count);
}

bool
file_rename(const char *from, const char *to, struct err *err)
{
	char *dir;

	if (rename(from, to) < 0)
		return err_errno(err, "%s: cannot be given to %s", to, from);
	dir = path_dirname(to);
	sync_dir(dir);
	free(dir);
	return true;
}

bool
file_exists(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0;
}

bool
file_is_dir(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

bool
file_is_executable(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISREG(st.st_mode) && access(path, X_OK) == 0;
}

bool
file_identity(const char *path, struct file_identity *id)
{
	struct stat st;

	if (stat(path, &st) < 0)
		return false;
#ifdef __APPLE__
	const struct timespec *mtime = &st.st_mtimespec;
#else
	const struct timespec *mtime = &st.st_mtim;
#endif
	*id = (struct file_identity){
		.device = (uint64_t)st.st_dev,
		.inode = (uint64_t)st.st_ino,
		.size = (uint64_t)st.st_size,
		.mtime_ns = (int64_t)mtime->tv_sec * 1000000000 + mtime->tv_nsec,
	};
	return true;
}

/* Makes one folder; one that is there already, also by another's hand just now, is as good. */
static bool
make_dir(const char *path, unsigned mode, struct err *err)
{
	int error = mkdir(path, (mode_t)mode) == 0 ? 0 : errno;

	if (!error || file_is_dir(path))
		return true;
	errno = error == EEXIST ? ENOTDIR : error;
	return err_errno(err, "%s: cannot be made", path);
}

bool
file_space(const char *path, uint64_t *left, uint64_t *all)
{
	struct statvfs fs;
	char *at = xstrdup(path), *above;
	bool ok;

	while (!(ok = statvfs(at, &fs) == 0) && errno == ENOENT && strcmp(at, "/") != 0 &&
		strcmp(at, ".") != 0) {
		above = path_dirname(at);
		free(at);
		at = above;
	}
	free(at);
	if (!ok)
		return false;
	*left = (uint64_t)fs.f_bavail * fs.f_frsize;
	*all = (uint64_t)fs.f_blocks * fs.f_frsize;
	return true;
}

bool
file_make_dirs(const char *path, unsigned mode, struct err *err)
{
	char *part;
	bool ok = true;

	if (file_is_dir(path))
		return true;
	part = xstrdup(path);
	for (char *slash = strchr(part, '/'); slash && ok; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		ok = slash == part || make_dir(part, mode, err);
		*slash = '/';
	}
	ok = ok && make_dir(part, mode, err);
	free(part);
	return ok;
}

static bool remove_entry(int dir, const char *name, const char *shown, struct err *err);

/* The next name that is not "." or "..", or NULL with errno 0 at the end. */
static const char *
next_name(DIR *dir)
{
	struct dirent *entry;

	do {
		errno = 0;
		entry = readdir(dir);
	} while (entry && (text_is(entry->d_name, ".") || text_is(entry->d_name, "..")));
	return entry ? entry->d_name : NULL;
}

/* Names of an open folder; takes fd over. What was read before an error comes back too. */
static bool
read_names(int fd, char ***names, size_t *count)
{
	VEC(char *) list = VEC_INIT;
	DIR *dir = fdopendir(fd);
	const char *name;
	int error;

	if (!dir) {
		close(fd);
		return false;
	}
	while ((name = next_name(dir)))
		vec_push(&list, xstrdup(name));
	error = errno;
	closedir(dir);
	*names = list.items;
	*count = list.len;
	errno = error;
	return error == 0;
}

/* Removes what is in the folder; one that we may not write, but own, is made writable first. */
static bool
empty_dir(int fd, const char *shown, struct err *err)
{
	char **names = NULL;
	size_t count = 0;
	bool ok = true;
	int copy;

	fchmod(fd, 0700);
	copy = openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (copy < 0 || !read_names(copy, &names, &count))
		ok = err_errno(err, "%s: cannot be removed", shown);
	for (size_t i = 0; i < count && ok; i++) {
		char *below = path_join(shown, names[i]);
		ok = remove_entry(fd, names[i], below, err);
		free(below);
	}
	file_list_free(names, count);
	return ok;
}

static bool
remove_entry(int dir, const char *name, const char *shown, struct err *err)
{
	int fd, error;
	bool ok;

	if (unlinkat(dir, name, 0) == 0 || errno == ENOENT)
		return true;
	error = errno;
	fd = openat(dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0) {
		errno = errno == ENOTDIR || errno == ELOOP ? error : errno;
		return err_errno(err, "%s: cannot be removed", shown);
	}
	ok = empty_dir(fd, shown, err);
	close(fd);
	if (!ok)
		return false;
	if (unlinkat(dir, name, AT_REMOVEDIR) < 0 && errno != ENOENT)
		return err_errno(err, "%s: cannot be removed", shown);
	return true;
}

bool
file_remove_tree(const char *path, struct err *err)
{
	return remove_entry(AT_FDCWD, path, path, err);
}

static int
compare_names(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

bool
file_list(const char *path, char ***names, size_t *count, struct err *err)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	*names = NULL;
	*count = 0;
	if (fd < 0 && errno == ENOENT)
		return true;
	if (fd < 0 || !read_names(fd, names, count)) {
		err_errno(err, "%s: cannot be listed", path);
		file_list_free(*names, *count);
		*names = NULL;
		*count = 0;
		return false;
	}
	if (*count)
		qsort(*names, *count, sizeof(**names), compare_names);
	return true;
}

void
file_list_free(char **names, size_t count)
{
	for (size_t i = 0; i < count; i++)
		free(names[i]);
	free(names);
}

char *
file_make_temp_dir(const char *parent, const char *prefix, struct err *err)
{
	char *dir;

	if (!file_make_dirs(parent, 0777, err))
		return NULL;
	dir = path_joinf(parent, "%sXXXXXX", prefix);
	if (mkdtemp(dir))
		return dir;
	err_errno(err, "%s: no folder can be made in it", parent);
	free(dir);
	return NULL;
}
