#include "build/ignoring.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include "base/alloc.h"
#include "base/path.h"
#include "base/str.h"
#include "io/file.h"
#include "rust/workspace.h"
#include "text/ignore.h"

struct ignoring {
	const struct workspace *ws;
	struct ignore *ignore; /* paths from the root of the file system */
};

void
ignoring_enter(struct ignoring *g, const char *dir)
{
	char *path = path_join(dir, ".gitignore");
	struct str text = STR_INIT;

	if (file_exists(path) && file_read(path, &text, NULL))
		ignore_add(g->ignore, dir + 1, str_span(&text));
	str_fini(&text);
	free(path);
}

/* From the top of the repository down to the folder above `dir`; without a repository none. */
static bool
read_outer_ignore_files(struct ignoring *g, const char *dir)
{
	char *git = path_join(dir, ".git"), *parent = path_dirname(dir);
	bool found = file_exists(git);

	if (!found && !text_is(parent, dir) && (found = read_outer_ignore_files(g, parent)))
		ignoring_enter(g, parent);
	free(parent);
	free(git);
	return found;
}

/* Of another target folder, or a cache. */
static bool
is_cache(const char *dir)
{
	char *tag = path_join(dir, "CACHEDIR.TAG");
	bool is = file_exists(tag);

	free(tag);
	return is;
}

/* cargo makes its target folder under a name with six random letters first. */
static bool
is_in_the_making(const char *path, const char *target_dir)
{
	size_t len = strlen(target_dir), random = 0;

	if (strncmp(path, target_dir, len) != 0)
		return false;
	while (isalnum((unsigned char)path[len + random]))
		random++;
	return random == 6 && !path[len + random];
}

struct ignoring *
ignoring_new(const struct workspace *ws)
{
	struct ignoring *g = xcalloc(1, sizeof(*g));

	g->ws = ws;
	g->ignore = ignore_new();
	read_outer_ignore_files(g, ws->root);
	return g;
}

void
ignoring_free(struct ignoring *g)
{
	if (!g)
		return;
	ignore_free(g->ignore);
	free(g);
}

static bool
is_build_folder(const char *path, const char *dir)
{
	return path_is_below(path, dir) || is_in_the_making(path, dir);
}

bool
ignoring_has(const struct ignoring *g, const char *path, bool is_dir)
{
	return is_build_folder(path, g->ws->target_dir) ||
		is_build_folder(path, g->ws->build_dir) ||
		ignore_has(g->ignore, path + 1, is_dir) || (is_dir && is_cache(path));
}
