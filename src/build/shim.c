/* Connections stand in an array of pointers, each with a reader of its own. */
#include "build/shim.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>
#include "base/alloc.h"
#include "base/count.h"
#include "base/log.h"
#include "base/path.h"
#include "base/vec.h"
#include "build/shimreader.h"
#include "host/platform.h"
#include "io/fd.h"
#include "io/file.h"
#include "io/loop.h"
#include "io/proc.h"
#include "io/socket.h"
#include "io/tempdir.h"

#define READ_SIZE 65536
#define LISTEN_READS 16 /* more than a socket holds: what was said before we listen is heard */
#define SOCKET_NAME "s"

struct caller {
	struct shim *shim;
	int fd;
	struct loop_watch *watch;
	struct shim_reader reader;
};

struct shim {
	struct loop *loop;
	const struct shim_events *events;
	void *arg;
	struct tempdir *dir;
	char *path;
	int fd;
	struct loop_watch *watch;
	VEC(struct caller *) callers;
	char buffer[READ_SIZE];
};

/* ---- connections ---- */

static void
caller_free(struct caller *c)
{
	loop_watch_close(c->watch);
	close(c->fd);
	shim_reader_fini(&c->reader);
	free(c);
}

static void
caller_end(struct caller *c)
{
	struct shim *s = c->shim;
	size_t i = 0;

	while (s->callers.items[i] != c)
		i++;
	vec_remove(&s->callers, i);
	shim_reader_end(&c->reader);
	caller_free(c);
}

/* One read. False when there is nothing more to read, now or ever. */
static bool
caller_read(struct caller *c)
{
	struct shim *s = c->shim;
	ssize_t got = read(c->fd, s->buffer, sizeof(s->buffer));

	if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
		return false;
	if (got < 0 && errno == EINTR)
		return true;
	if (got > 0) {
		if (shim_reader_feed(&c->reader, s->buffer, (size_t)got))
			return true;
		log_line("shim: a connection speaks another language, closed");
	}
	caller_end(c);
	return false;
}

static void
on_readable(void *arg, int events)
{
	caller_read(arg);
}

static void
caller_new(struct shim *s, int fd)
{
	struct caller *c = xcalloc(1, sizeof(*c));

	c->shim = s;
	c->fd = fd;
	shim_reader_init(&c->reader, s->events, s->arg);
	c->watch = loop_watch_fd(s->loop, fd, LOOP_READ, on_readable, c, NULL);
	vec_push(&s->callers, c);
}

static void
accept_all(struct shim *s)
{
	int fd;

	while ((fd = socket_accept(s->fd)) >= 0)
		caller_new(s, fd);
}

static void
on_connection(void *arg, int events)
{
	accept_all(arg);
}

void
shim_listen(struct shim *s)
{
	accept_all(s);
	for (size_t i = s->callers.len; i > 0; i--) {
		struct caller *c = s->callers.items[i - 1];

		for (int n = 0; n < LISTEN_READS && caller_read(c); n++)
			;
	}
}

void
shim_allow(struct shim *s, const struct shim_unit *unit)
{
	for (size_t i = 0; i < s->callers.len; i++) {
		struct caller *c = s->callers.items[i];

		/* A caller that has gone is found out by its connection's end. */
		if (&c->reader.unit == unit && fd_write_quietly(c->fd, "+", 1) < 0)
			log_line("shim: %s cannot be answered", unit->crate);
	}
}

/* ---- the socket ---- */

/* A folder below parent, short enough for a socket in it. */
static struct tempdir *
make_place(const char *parent, struct err *err)
{
	struct tempdir *dir;
	char *path;
	bool fits;

	if (!parent || !path_is_absolute(parent) || !file_is_dir(parent)) {
		err_set(err, ERR_ENVIRONMENT, "%s: no folder for a socket", parent ? parent : "");
		return NULL;
	}
	if (!(dir = tempdir_open(parent, "xtui-", err)))
		return NULL;
	path = path_join(tempdir_path(dir), SOCKET_NAME);
	fits = socket_path_fits(path);
	free(path);
	if (fits)
		return dir;
	err_set(err, ERR_ENVIRONMENT, "%s: too long for a socket's name", tempdir_path(dir));
	tempdir_close(dir);
	return NULL;
}

static bool
start_listening(struct shim *s, struct err *err)
{
	if ((s->fd = socket_listen(s->path, err)) < 0)
		return false;
	s->watch = loop_watch_fd(s->loop, s->fd, LOOP_READ, on_connection, s, err);
	return s->watch != NULL;
}

struct shim *
shim_open(struct loop *l, const struct shim_events *events, void *arg, struct err *err)
{
	const char *parents[TEMPDIR_PLACES];
	struct shim *s = xcalloc(1, sizeof(*s));

	s->loop = l;
	s->events = events;
	s->arg = arg;
	s->fd = -1;
	tempdir_places(parents);
	for (size_t i = 0; !s->dir && i < TEMPDIR_PLACES; i++)
		s->dir = make_place(parents[i], err);
	if (s->dir) {
		s->path = path_join(tempdir_path(s->dir), SOCKET_NAME);
		if (start_listening(s, err))
			return s;
	}
	shim_close(s);
	return NULL;
}

void
shim_close(struct shim *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < s->callers.len; i++)
		caller_free(s->callers.items[i]);
	vec_fini(&s->callers);
	loop_watch_close(s->watch);
	if (s->fd >= 0)
		close(s->fd);
	tempdir_close(s->dir);
	free(s->path);
	free(s);
}

const char *
shim_socket(const struct shim *s)
{
	return s->path;
}

char *
shim_find_program(void)
{
	const char *named = getenv("XTUI_RUSTC");
	char *program = platform_program_path();
	char *dir = program ? path_dirname(program) : NULL;
	char *places[] = {
		named && *named ? path_absolute(named) : NULL,
		dir ? path_join(dir, "xtui-rustc") : NULL,
		dir ? path_join(dir, "../libexec/xtui/xtui-rustc") : NULL,
		proc_find_program("xtui-rustc"),
	};
	char *found = NULL;

	for (size_t i = 0; i < COUNT(places); i++) {
		if (!found && places[i] && file_is_executable(places[i]))
			found = path_absolute(places[i]);
		free(places[i]);
	}
	free(dir);
	free(program);
	return found;
}
