#include "build/logflight.h"
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>
#include "base/alloc.h"
#include "io/sidework.h"

struct logflight {
	struct sidework *sidework;
	struct logfreight freight;
	struct loglanding landing;
	void (*landed)(void *arg);
	void *arg;
	atomic_bool is_over;
	/* On the loop's thread; it is freed when both are. */
	bool is_told, is_taken;
	bool is_awaited; /* nobody is to be told */
};

static size_t
write_all(int fd, struct span bytes, int *error)
{
	size_t done = 0;

	while (done < bytes.len) {
		ssize_t n = write(fd, bytes.data + done, bytes.len - done);

		if (n > 0)
			done += (size_t)n;
		else if (n == 0 || errno != EINTR)
			break;
	}
	*error = errno;
	return done;
}

static void
fly(void *arg)
{
	struct logflight *f = arg;
	const struct logfreight *cargo = &f->freight;
	struct span times = str_span(&cargo->times), index = str_span(&cargo->index);
	int unused;

	f->landing.written = write_all(cargo->fd, cargo->bytes, &f->landing.error);
	f->landing.has_times = write_all(cargo->times_fd, times, &unused) == times.len;
	f->landing.has_index = write_all(cargo->index_fd, index, &unused) == index.len;
	atomic_store(&f->is_over, true);
}

static void
free_when_done(struct logflight *f)
{
	if (!f->is_told || !f->is_taken)
		return;
	str_fini(&f->freight.times);
	str_fini(&f->freight.index);
	free(f);
}

static void
tell(void *arg)
{
	struct logflight *f = arg;

	if (!f->is_awaited)
		f->landed(f->arg);
	f->is_told = true;
	free_when_done(f);
}

struct logflight *
logflight_begin(
	struct sidework *s, const struct logfreight *freight, void (*landed)(void *arg), void *arg)
{
	struct logflight *f = xcalloc(1, sizeof(*f));

	f->sidework = s;
	f->freight = *freight;
	f->landed = landed;
	f->arg = arg;
	sidework_give(s, fly, tell, f);
	return f;
}

struct loglanding
logflight_take(struct logflight *f)
{
	struct loglanding landing;

	f->is_awaited = true;
	sidework_wait(f->sidework, &f->is_over);
	landing = f->landing;
	f->is_taken = true;
	free_when_done(f);
	return landing;
}
