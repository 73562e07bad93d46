/* Connections stand in an array of pointers; each gathers bytes until a frame is whole, and of
 * stderr frames until a line is. */
#include "build/shim.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include "base/alloc.h"
#include "base/log.h"
#include "base/path.h"
#include "base/vec.h"
#include "build/shimwire.h"
#include "host/platform.h"
#include "io/file.h"
#include "io/loop.h"
#include "io/proc.h"
#include "text/lines.h"

#define READ_SIZE 65536
#define BACKLOG 128
#define SOCKET_NAME "s"
#define START_FIELDS 7
#define END_FIELDS 3

struct caller {
	struct shim *shim;
	int fd;
	struct loop_watch *watch;
	struct str in;      /* the beginning of the next frame */
	struct str start;   /* the start frame; unit points into it */
	struct lines lines; /* of stderr */
	bool has_started;
	struct shim_unit unit;
};

struct shim {
	struct loop *loop;
	const struct shim_events *events;
	void *arg;
	char *dir;
	char *path;
	int fd;
	struct loop_watch *watch;
	VEC(struct caller *) callers;
	char buffer[READ_SIZE];
};

/* ---- frames ---- */

/* Cuts NUL-separated fields out of bytes that end with a NUL; false when there are not as many. */
static bool
read_fields(const struct str *frame, const char **fields, size_t count)
{
	const char *at = str_cstr(frame), *end = at + frame->len;

	for (size_t i = 0; i < count; i++) {
		if (at >= end)
			return false;
		fields[i] = at;
		at += strlen(at) + 1;
	}
	return at <= end;
}

static bool
hear_start(struct caller *c, struct span frame)
{
	const char *fields[START_FIELDS];

	if (c->has_started)
		return false;
	str_append_span(&c->start, frame);
	if (!read_fields(&c->start, fields, START_FIELDS))
		return false;
	c->unit = (struct shim_unit){
		.target = fields[0],
		.crate = fields[1],
		.type = fields[2],
		.package = fields[3],
		.version = fields[4],
		.is_primary = *fields[5] != '\0',
		.manifest_dir = fields[6],
	};
	c->has_started = true;
	c->shim->events->started(c->shim->arg, &c->unit);
	return true;
}

static void
on_line(void *arg, struct span line, char end)
{
	struct caller *c = arg;

	c->shim->events->line(c->shim->arg, &c->unit, line);
}

static bool
hear_stderr(struct caller *c, struct span frame)
{
	if (!c->has_started)
		return false;
	lines_feed(&c->lines, frame.data, frame.len, on_line, c);
	return true;
}

static void
tell_end(struct caller *c, const struct shim_end *end)
{
	if (!c->has_started)
		return;
	lines_end(&c->lines, on_line, c);
	c->has_started = false;
	c->shim->events->ended(c->shim->arg, &c->unit, end);
}

static bool
hear_end(struct caller *c, struct span frame)
{
	const char *fields[END_FIELDS];
	struct shim_end end = { .is_known = true };
	struct str text = STR_INIT;
	bool ok;

	str_append_span(&text, frame);
	if ((ok = c->has_started && read_fields(&text, fields, END_FIELDS))) {
		end.exit_code = atoi(fields[0]);
		end.ms = strtoull(fields[1], NULL, 10);
		end.peak = strtoull(fields[2], NULL, 10) * 1024;
		tell_end(c, &end);
	}
	str_fini(&text);
	return ok;
}

static bool
hear_frame(struct caller *c, char type, struct span frame)
{
	switch (type) {
	case SHIM_START: return hear_start(c, frame);
	case SHIM_STDERR: return hear_stderr(c, frame);
	case SHIM_END: return hear_end(c, frame);
	default: return false;
	}
}

static size_t
frame_size(const char *header)
{
	const unsigned char *b = (const unsigned char *)header;

	return b[1] | (size_t)b[2] << 8 | (size_t)b[3] << 16 | (size_t)b[4] << 24;
}

/* Takes whole frames off what came; false for anything that no shim of ours says. */
static bool
hear_frames(struct caller *c)
{
	size_t at = 0;
	bool ok = true;

	while (ok && c->in.len - at >= SHIM_FRAME_HEADER) {
		const char *header = c->in.data + at;
		size_t size = frame_size(header);

		if (size > SHIM_FRAME_MAX)
			return false;
		if (c->in.len - at - SHIM_FRAME_HEADER < size)
			break;
		ok = hear_frame(c, header[0], (struct span){ header + SHIM_FRAME_HEADER, size });
		at += SHIM_FRAME_HEADER + size;
	}
	str_splice(&c->in, 0, at, "", 0);
	return ok;
}

/* ---- connections ---- */

static void
caller_free(struct caller *c)
{
	loop_watch_close(c->watch);
	close(c->fd);
	str_fini(&c->in);
	str_fini(&c->start);
	lines_fini(&c->lines);
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
	tell_end(c, &(struct shim_end){ .is_known = false });
	caller_free(c);
}

/* One read. False when there is nothing more for now, or ever. */
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
		str_append_bytes(&c->in, s->buffer, (size_t)got);
		if (hear_frames(c))
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

	fcntl(fd, F_SETFD, FD_CLOEXEC);
	fcntl(fd, F_SETFL, O_NONBLOCK);
	c->shim = s;
	c->fd = fd;
	lines_init(&c->lines, SHIM_FRAME_MAX, false);
	c->watch = loop_watch_fd(s->loop, fd, LOOP_READ, on_readable, c, NULL);
	vec_push(&s->callers, c);
}

static void
accept_all(struct shim *s)
{
	int fd;

	while ((fd = accept(s->fd, NULL, NULL)) >= 0 || errno == EINTR) {
		if (fd >= 0)
			caller_new(s, fd);
	}
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
		while (caller_read(s->callers.items[i - 1]))
			;
	}
}

/* ---- the socket ---- */

/* A private folder below parent, short enough for a socket in it; caller frees. */
static char *
make_place(const char *parent, struct err *err)
{
	struct sockaddr_un address;
	char *dir;

	if (!parent || !path_is_absolute(parent) || !file_is_dir(parent)) {
		err_set(err, ERR_ENVIRONMENT, "%s: no folder for a socket", parent ? parent : "");
		return NULL;
	}
	if (!(dir = file_make_temp_dir(parent, "xtui-", err)))
		return NULL;
	if (strlen(dir) + strlen("/" SOCKET_NAME) < sizeof(address.sun_path))
		return dir;
	err_set(err, ERR_ENVIRONMENT, "%s: too long for a socket's name", dir);
	rmdir(dir);
	free(dir);
	return NULL;
}

static bool
start_listening(struct shim *s, struct err *err)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };

	snprintf(address.sun_path, sizeof(address.sun_path), "%s", s->path);
	if ((s->fd = socket(AF_UNIX, SOCK_STREAM, 0)) < 0)
		return err_errno(err, "socket");
	fcntl(s->fd, F_SETFD, FD_CLOEXEC);
	fcntl(s->fd, F_SETFL, O_NONBLOCK);
	if (bind(s->fd, (struct sockaddr *)&address, sizeof(address)) < 0 ||
		listen(s->fd, BACKLOG) < 0)
		return err_errno(err, "%s", s->path);
	s->watch = loop_watch_fd(s->loop, s->fd, LOOP_READ, on_connection, s, err);
	return s->watch != NULL;
}

struct shim *
shim_open(struct loop *l, const struct shim_events *events, void *arg, struct err *err)
{
	const char *parents[] = { getenv("XDG_RUNTIME_DIR"), getenv("TMPDIR"), "/tmp" };
	struct shim *s = xcalloc(1, sizeof(*s));

	s->loop = l;
	s->events = events;
	s->arg = arg;
	s->fd = -1;
	for (size_t i = 0; !s->dir && i < sizeof(parents) / sizeof(*parents); i++)
		s->dir = make_place(parents[i], err);
	if (s->dir) {
		s->path = path_join(s->dir, SOCKET_NAME);
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
	if (s->path)
		unlink(s->path);
	if (s->dir)
		rmdir(s->dir);
	free(s->path);
	free(s->dir);
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

	for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++) {
		if (!found && places[i] && file_is_executable(places[i]))
			found = path_absolute(places[i]);
		free(places[i]);
	}
	free(dir);
	free(program);
	return found;
}
