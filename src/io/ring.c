#include "io/ring.h"
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include "base/alloc.h"

struct ring {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	size_t size;
	size_t first; /* where the oldest byte is */
	size_t len;   /* bytes in it, the lent ones too */
	size_t lent;  /* of the oldest, those the taker works on */
	bool has_ended, is_broken;
	char bytes[];
};

struct ring *
ring_new(size_t size)
{
	struct ring *r = xcalloc(1, sizeof(*r) + size);

	pthread_mutex_init(&r->lock, NULL);
	pthread_cond_init(&r->changed, NULL);
	r->size = size;
	return r;
}

void
ring_free(struct ring *r)
{
	if (!r)
		return;
	pthread_cond_destroy(&r->changed);
	pthread_mutex_destroy(&r->lock);
	free(r);
}

static size_t
least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Copies into the free part, which nobody else touches: the lock is not held meanwhile. */
static size_t
copy_in(struct ring *r, const char *bytes, size_t len, size_t first, size_t used)
{
	size_t place = (first + used) % r->size;
	size_t count = least(least(len, r->size - used), r->size - place);

	memcpy(r->bytes + place, bytes, count);
	return count;
}

bool
ring_put(struct ring *r, const void *bytes, size_t len)
{
	const char *rest = bytes;
	size_t first, used, count;

	while (len) {
		pthread_mutex_lock(&r->lock);
		while (r->len == r->size && !r->is_broken)
			pthread_cond_wait(&r->changed, &r->lock);
		first = r->first;
		used = r->len;
		pthread_mutex_unlock(&r->lock);
		if (ring_is_broken(r))
			return false;
		count = copy_in(r, rest, len, first, used);
		pthread_mutex_lock(&r->lock);
		r->len += count;
		pthread_cond_signal(&r->changed);
		pthread_mutex_unlock(&r->lock);
		rest += count;
		len -= count;
	}
	return true;
}

static void
give_back(struct ring *r)
{
	if (!r->lent)
		return;
	r->first = (r->first + r->lent) % r->size;
	r->len -= r->lent;
	r->lent = 0;
	pthread_cond_signal(&r->changed);
}

/* Never all of it, or the other side would wait for the whole piece to come back. */
static size_t
lend_max(const struct ring *r)
{
	return r->size / 4 + 1;
}

size_t
ring_take(struct ring *r, const void **bytes)
{
	pthread_mutex_lock(&r->lock);
	give_back(r);
	while (!r->len && !r->has_ended && !r->is_broken)
		pthread_cond_wait(&r->changed, &r->lock);
	r->lent = r->is_broken ? 0 : least(least(r->len, r->size - r->first), lend_max(r));
	*bytes = r->bytes + r->first;
	pthread_mutex_unlock(&r->lock);
	return r->lent;
}

static void
raise_flag(struct ring *r, bool *flag)
{
	pthread_mutex_lock(&r->lock);
	*flag = true;
	pthread_cond_broadcast(&r->changed);
	pthread_mutex_unlock(&r->lock);
}

void
ring_end(struct ring *r)
{
	raise_flag(r, &r->has_ended);
}

void
ring_break(struct ring *r)
{
	raise_flag(r, &r->is_broken);
}

bool
ring_is_broken(struct ring *r)
{
	bool is_broken;

	pthread_mutex_lock(&r->lock);
	is_broken = r->is_broken;
	pthread_mutex_unlock(&r->lock);
	return is_broken;
}
