/* Groups stand in an array. Each fifo is held open for reading and writing, so that bytes stay in it
 * while nobody else has it open; ours alone is non-blocking. */
#include "build/jobserver.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/alloc.h"
#include "base/path.h"
#include "base/vec.h"
#include "io/file.h"
#include "io/tempdir.h"

#define TOKEN "+"

struct share {
	int group;
	int granted; /* tokens, the implicit one too; at least 1 */
	int idle;    /* of those, what lay in the fifo when last looked at */
	int fd;      /* -1: it has no fifo, what it was granted stays with it */
	char *path;  /* of the fifo */
	char *flags; /* for MAKEFLAGS */
};

struct jobserver {
	int slots;
	int pool;     /* tokens of nobody */
	int reserved; /* of those, not to be handed out */
	int fifos;    /* made so far, for their names */
	struct tempdir *dir;
	VEC(struct share) shares;
};

/* GNU make splits MAKEFLAGS at blanks. */
static bool
is_fit(const char *parent)
{
	return parent && path_is_absolute(parent) && !strpbrk(parent, " \t\n") &&
		file_is_dir(parent);
}

struct jobserver *
jobserver_new(int slots, struct err *err)
{
	const char *parents[TEMPDIR_PLACES];
	struct jobserver *js = xcalloc(1, sizeof(*js));

	js->slots = js->pool = slots;
	tempdir_places(parents);
	for (size_t i = 0; !js->dir && i < TEMPDIR_PLACES; i++) {
		if (is_fit(parents[i]))
			js->dir = tempdir_open(parents[i], "xtui-jobs-", err);
	}
	if (js->dir)
		return js;
	err_set(err, ERR_ENVIRONMENT, "no folder for the job server's fifos");
	jobserver_free(js);
	return NULL;
}

/* ---- one group's fifo ---- */

static void
close_fifo(struct share *s)
{
	if (s->fd >= 0)
		close(s->fd);
	if (s->path)
		unlink(s->path);
	free(s->path);
	free(s->flags);
	s->path = s->flags = NULL;
	s->fd = -1;
}

static bool
open_fifo(struct jobserver *js, struct share *s, struct err *err)
{
	s->path = path_joinf(tempdir_path(js->dir), "%d", ++js->fifos);
	s->flags = xasprintf("-j%d --jobserver-auth=fifo:%s", js->slots, s->path);
	if (mkfifo(s->path, 0600) < 0)
		return err_errno(err, "%s", s->path);
	s->fd = open(s->path, O_RDWR | O_NONBLOCK | O_CLOEXEC);
	return s->fd >= 0 || err_errno(err, "%s", s->path);
}

static void
look(struct share *s)
{
	if (ioctl(s->fd, FIONREAD, &s->idle) < 0)
		s->idle = 0;
}

/* From the pool into the fifo. */
static bool
grant(struct jobserver *js, struct share *s)
{
	if (write(s->fd, TOKEN, 1) != 1)
		return false;
	js->pool--;
	s->granted++;
	s->idle++;
	return true;
}

/* Out of the fifo into the pool: all that lies there, unless a process was quicker. That it lay there
 * is remembered: such a group is not the first to get it back. */
static void
take_idle(struct jobserver *js, struct share *s)
{
	char token;

	while (s->fd >= 0 && s->granted > 1 && read(s->fd, &token, 1) == 1) {
		js->pool++;
		s->granted--;
	}
}

/* ---- moving tokens ---- */

static bool
is_hungrier(const struct share *a, const struct share *b)
{
	return a->idle != b->idle ? a->idle < b->idle : a->granted < b->granted;
}

/* Whom a token helps most: those with none idle, of those the one that has the fewest. */
static struct share *
hungriest(struct jobserver *js)
{
	struct share *best = NULL;

	for (size_t i = 0; i < js->shares.len; i++) {
		struct share *s = &js->shares.items[i];

		if (s->fd >= 0 && (!best || is_hungrier(s, best)))
			best = s;
	}
	return best;
}

static void
hand_out(struct jobserver *js)
{
	struct share *s;

	while (js->pool > js->reserved && (s = hungriest(js)) && grant(js, s))
		;
}

void
jobserver_balance(struct jobserver *js)
{
	bool is_wanted = false;

	for (size_t i = 0; i < js->shares.len; i++) {
		struct share *s = &js->shares.items[i];

		if (s->fd < 0)
			continue;
		look(s);
		is_wanted |= !s->idle;
	}
	for (size_t i = 0; is_wanted && i < js->shares.len; i++)
		take_idle(js, &js->shares.items[i]);
	hand_out(js);
}

/* ---- groups ---- */

static struct share *
find(const struct jobserver *js, int group)
{
	for (size_t i = 0; i < js->shares.len; i++) {
		if (js->shares.items[i].group == group)
			return &js->shares.items[i];
	}
	return NULL;
}

/* As at a beginning: what is not in use is nobody's. */
static void
gather(struct jobserver *js)
{
	for (size_t i = 0; i < js->shares.len; i++) {
		take_idle(js, &js->shares.items[i]);
		js->shares.items[i].idle = 0;
	}
}

void
jobserver_reserve(struct jobserver *js, int tokens)
{
	js->reserved = tokens;
	gather(js);
	hand_out(js);
}

bool
jobserver_has_room(struct jobserver *js)
{
	bool has;

	gather(js);
	has = js->pool > 0;
	hand_out(js);
	return has;
}

const char *
jobserver_add_group(struct jobserver *js, int group, struct err *err)
{
	struct share s = { .group = group, .granted = 1, .fd = -1 };

	gather(js);
	if (js->pool < 1) {
		err_set(err, ERR_ENVIRONMENT, "no CPU is left for another group");
		return NULL;
	}
	if (!open_fifo(js, &s, err)) {
		close_fifo(&s);
		hand_out(js);
		return NULL;
	}
	js->pool--;
	vec_push(&js->shares, s);
	hand_out(js);
	return s.flags;
}

int
jobserver_add_fixed(struct jobserver *js, int group, int wanted)
{
	struct share s = { .group = group, .fd = -1 };
	const struct share *old = find(js, group);

	if (old)
		return old->granted;
	gather(js);
	s.granted = wanted < js->pool ? wanted : js->pool;
	if (s.granted < 1)
		s.granted = 1;
	js->pool -= s.granted;
	vec_push(&js->shares, s);
	hand_out(js);
	return s.granted;
}

const char *
jobserver_renew_group(struct jobserver *js, int group, struct err *err)
{
	struct share *s = find(js, group);

	close_fifo(s);
	js->pool += s->granted - 1;
	s->granted = 1;
	s->idle = 0;
	if (!open_fifo(js, s, err)) {
		jobserver_remove_group(js, group);
		return NULL;
	}
	hand_out(js);
	return s->flags;
}

void
jobserver_remove_group(struct jobserver *js, int group)
{
	struct share *s = find(js, group);

	if (!s)
		return;
	js->pool += s->granted;
	close_fifo(s);
	vec_remove(&js->shares, (size_t)(s - js->shares.items));
	jobserver_balance(js);
}

bool
jobserver_has_group(const struct jobserver *js, int group)
{
	return find(js, group) != NULL;
}

int
jobserver_granted(const struct jobserver *js, int group)
{
	const struct share *s = find(js, group);

	return s ? s->granted : 0;
}

void
jobserver_free(struct jobserver *js)
{
	if (!js)
		return;
	for (size_t i = 0; i < js->shares.len; i++)
		close_fifo(&js->shares.items[i]);
	vec_fini(&js->shares);
	tempdir_close(js->dir);
	free(js);
}
