/* A libuv handle and the folder's path. Closing takes until the loop's next turn: the memory goes
 * then. */
#include "io/watch.h"

#include <stdlib.h>
#include <uv.h>
#include "base/alloc.h"
#include "io/loop.h"

struct watch {
	uv_fs_event_t uv; /* first: closing frees the whole */
	char *dir;
	void (*changed)(void *arg, struct watch *w, const char *name);
	void *arg;
};

static void
on_event(uv_fs_event_t *uv, const char *name, int events, int status)
{
	struct watch *w = (struct watch *)uv;

	w->changed(w->arg, w, status < 0 ? NULL : name);
}

static void
free_watch(uv_handle_t *handle)
{
	free(handle);
}

struct watch *
watch_open(struct loop *l, const char *dir,
	void (*changed)(void *arg, struct watch *w, const char *name), void *arg, struct err *err)
{
	struct watch *w = xcalloc(1, sizeof(*w));
	int status;

	w->dir = xstrdup(dir);
	w->changed = changed;
	w->arg = arg;
	uv_fs_event_init(loop_handle(l), &w->uv);
	status = uv_fs_event_start(&w->uv, on_event, dir, 0);
	if (!status)
		return w;
	err_set(err, ERR_ENVIRONMENT, "%s: cannot be watched: %s", dir, uv_strerror(status));
	if (status == UV_ENOSPC || status == UV_EMFILE)
		err_try(err, "sysctl fs.inotify.max_user_watches=524288");
	watch_close(w);
	return NULL;
}

void
watch_close(struct watch *w)
{
	if (!w)
		return;
	free(w->dir);
	w->dir = NULL;
	uv_close((uv_handle_t *)&w->uv, free_watch);
}

const char *
watch_dir(const struct watch *w)
{
	return w->dir;
}
