/* health_disk: whether there is room where builds, downloads and sysroots go. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/alloc.h"
#include "base/path.h"
#include "base/quantity.h"
#include "io/file.h"
#include "ready/examination.h"
#include "rust/rustup.h"
#include "rust/workspace.h"

#define GIB (UINT64_C(1) << 30)
#define LITTLE (5 * GIB) /* a release build of a large project with a few targets takes as much */
#define TOO_LITTLE (GIB / 2)

/* Of a folder that is not there yet the nearest one above it counts: there it would be made. */
static bool
may_write(const char *path)
{
	char *at = xstrdup(path), *above;
	bool may;

	while (!file_exists(at) && strcmp(at, "/") != 0 && strcmp(at, ".") != 0) {
		above = path_dirname(at);
		free(at);
		at = above;
	}
	may = access(at, W_OK | X_OK) == 0;
	free(at);
	return may;
}

static void
check_room(struct examination *e, const char *title, const char *path)
{
	char free_text[QUANTITY_MAX], all_text[QUANTITY_MAX];
	uint64_t left, all;
	struct check *c;

	if (!path || !file_space(path, &left, &all))
		return;
	c = exam_add(e, "disk", CHECK_OK,
		arena_printf(e->arena, "%s left of %s", quantity_put(free_text, left),
			quantity_put(all_text, all)));
	c->title = title;
	c->path = arena_strdup(e->arena, path);
	if (left < TOO_LITTLE)
		exam_worsen(c, CHECK_FAIL,
			arena_printf(e->arena, "%s left: builds will fail", free_text));
	else if (left < LITTLE)
		exam_worsen(c, CHECK_WARN,
			arena_printf(e->arena, "only %s left of %s", free_text, all_text));
	if (c->state != CHECK_OK)
		c->advice = "cargo clean, or a target-dir on another disk";
	if (!may_write(path))
		exam_worsen(c, CHECK_WARN, "it may not be written in");
}

void
examine_disk(struct examination *e)
{
	const struct workspace *ws = e->s->workspace;
	char *cargo_home = rustup_cargo_home(), *data = path_data_dir(), *cache = path_cache_dir();

	check_room(e, "build output", ws ? ws->target_dir : NULL);
	check_room(e, "cargo's home", cargo_home);
	check_room(e, "sysroots", data);
	check_room(e, "caches", cache);
	free(cache);
	free(data);
	free(cargo_home);
}
