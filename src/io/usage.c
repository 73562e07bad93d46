#include "io/usage.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/alloc.h"
#include "base/path.h"

#define BLOCK_BYTES 512 /* the unit of st_blocks, stat(3type) */

struct link {
	dev_t device;
	ino_t inode; /* 0: free */
};

/* Open addressing; never more than half full. */
struct usage_links {
	struct link *slots;
	size_t slot_count; /* a power of two, or 0 */
	size_t used;
};

struct walk {
	struct usage_links *links;
	struct usage *size;
	struct err *err;
	bool ok;
};

struct usage_links *
usage_links_new(void)
{
	return xcalloc(1, sizeof(struct usage_links));
}

void
usage_links_free(struct usage_links *links)
{
	if (!links)
		return;
	free(links->slots);
	free(links);
}

static struct link *
slot_of(struct link *slots, size_t count, const struct link *link)
{
	uint64_t hash = ((uint64_t)link->inode ^ (uint64_t)link->device << 40) *
		UINT64_C(0x9e3779b97f4a7c15);
	size_t at = (size_t)(hash >> 32) & (count - 1);

	while (slots[at].inode &&
		(slots[at].inode != link->inode || slots[at].device != link->device))
		at = (at + 1) & (count - 1);
	return &slots[at];
}

static void
grow(struct usage_links *links)
{
	size_t count = links->slot_count ? links->slot_count * 2 : 1024;
	struct link *slots = xcalloc(count, sizeof(*slots));

	for (size_t i = 0; i < links->slot_count; i++) {
		if (links->slots[i].inode)
			*slot_of(slots, count, &links->slots[i]) = links->slots[i];
	}
	free(links->slots);
	links->slots = slots;
	links->slot_count = count;
}

/* Whether this is the first of the file's names. */
static bool
is_first_name(struct usage_links *links, const struct stat *st)
{
	struct link link = { .device = st->st_dev, .inode = st->st_ino };
	struct link *slot;

	if (st->st_nlink < 2)
		return true;
	if (2 * links->used >= links->slot_count)
		grow(links);
	slot = slot_of(links->slots, links->slot_count, &link);
	if (slot->inode)
		return false;
	*slot = link;
	links->used++;
	return true;
}

static void
fail(struct walk *w, const char *shown)
{
	if (errno == ENOENT) /* gone meanwhile */
		return;
	if (w->ok)
		err_errno(w->err, "%s: cannot be counted", shown);
	w->ok = false;
}

static void measure_entry(struct walk *w, int dir, const char *name, const char *shown);

static void
measure_folder(struct walk *w, int dir, const char *name, const char *shown)
{
	int fd = openat(dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	DIR *folder = fd < 0 ? NULL : fdopendir(fd);
	const struct dirent *entry;

	if (!folder) {
		fail(w, shown);
		if (fd >= 0)
			close(fd);
		return;
	}
	while ((entry = readdir(folder))) {
		char *below;

		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		below = path_join(shown, entry->d_name);
		measure_entry(w, dirfd(folder), entry->d_name, below);
		free(below);
	}
	closedir(folder);
}

static void
measure_entry(struct walk *w, int dir, const char *name, const char *shown)
{
	struct stat st;

	if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) < 0) {
		fail(w, shown);
		return;
	}
	if (S_ISDIR(st.st_mode)) {
		w->size->bytes += (uint64_t)st.st_blocks * BLOCK_BYTES;
		measure_folder(w, dir, name, shown);
		return;
	}
	w->size->files++;
	if (is_first_name(w->links, &st))
		w->size->bytes += (uint64_t)st.st_blocks * BLOCK_BYTES;
}

bool
usage_measure(const char *path, struct usage_links *links, struct usage *size, struct err *err)
{
	struct walk w = { .links = links, .size = size, .err = err, .ok = true };

	measure_entry(&w, AT_FDCWD, path, path);
	return w.ok;
}
