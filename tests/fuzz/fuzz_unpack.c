/* fuzz_unpack: whatever an archive is, nothing appears outside its tree, and in the tree only files, folders
 * and links that lead nowhere else.
 *
 * The first byte says whether all is wanted and in what pieces the bytes come, the rest is the archive. */
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/path.h"
#include "base/str.h"
#include "io/file.h"
#include "io/tree.h"
#include "io/unpack.h"
#include "tests/fuzz/require.h"

#define BYTES_MAX (1u << 20)

static char home[] = "/tmp/fuzz_unpack_XXXXXX";

static void
leave(void)
{
	file_remove_tree(home, NULL);
}

static void
require_link(const char *full, const char *path)
{
	char target[4096];
	ssize_t len = readlink(full, target, sizeof(target) - 1);
	char *inside;

	require(len > 0, "a link that cannot be read");
	target[len] = '\0';
	inside = tree_link_inside(path, target);
	require(strcmp(inside, target) == 0, "a link that leads out");
	free(inside);
}

/* Everything below `dir`; `path` is the folder as seen from the tree's root. */
static uint64_t
require_tree(const char *dir, const char *path)
{
	char **names;
	size_t count;
	uint64_t bytes = 0;

	require(file_list(dir, &names, &count, NULL), "a folder that cannot be read");
	for (size_t i = 0; i < count; i++) {
		char *full = path_join(dir, names[i]);
		char *below = *path ? path_join(path, names[i]) : strdup(names[i]);
		struct stat st;

		require(lstat(full, &st) == 0, "a name of nothing");
		require(!(st.st_mode & 07000) || S_ISLNK(st.st_mode), "a setuid file");
		if (S_ISDIR(st.st_mode))
			bytes += require_tree(full, below);
		else if (S_ISLNK(st.st_mode))
			require_link(full, below);
		else
			require(S_ISREG(st.st_mode), "neither file, folder nor link");
		if (S_ISREG(st.st_mode))
			bytes += (uint64_t)st.st_size / (uint64_t)st.st_nlink;
		free(below);
		free(full);
	}
	file_list_free(names, count);
	return bytes;
}

static size_t
count_in(const char *dir)
{
	char **names;
	size_t count;

	require(file_list(dir, &names, &count, NULL), "the home is gone");
	file_list_free(names, count);
	return count;
}

static bool
feed(struct unpack *u, const uint8_t *data, size_t size, size_t piece)
{
	struct err err = ERR_INIT;
	bool ok = true;

	do {
		for (size_t at = 0; ok && at < size; at += piece)
			ok = unpack_feed(u, data + at, size - at < piece ? size - at : piece, &err);
		ok = ok && unpack_finish(u, &err);
	} while (ok && unpack_is_short(u));
	require(ok || *err.message, "a refusal without words");
	return ok;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const some[] = { "lib", "usr/lib", NULL };
	struct unpack_rules rules = { .bytes_max = BYTES_MAX, .members_max = 1000 };
	struct err err = ERR_INIT;
	struct unpack *u;

	if (strstr(home, "XXXXXX")) {
		require(mkdtemp(home) != NULL, "no folder below /tmp");
		atexit(leave);
	}
	if (!size)
		return 0;
	rules.wanted = data[0] & 1 ? some : NULL;
	require((u = unpack_open(home, &rules, &err)) != NULL, "it cannot begin");
	feed(u, data + 1, size - 1, data[0] & 2 ? 7 : 4096);
	require(count_in(home) == 1, "something outside the tree");
	require(require_tree(unpack_dir(u), "") <= BYTES_MAX, "more than was allowed");
	unpack_close(u);
	require(count_in(home) == 0, "something was left");
	return 0;
}
