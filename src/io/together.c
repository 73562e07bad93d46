/* together: threads that take the next number until there is none; the caller is one of them. */
#include "io/together.h"
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include "base/alloc.h"

struct together {
	size_t count;
	atomic_size_t next;
	void (*work)(void *arg, size_t i);
	void *arg;
};

static void *
take_turns(void *arg)
{
	struct together *t = arg;
	size_t i;

	while ((i = atomic_fetch_add(&t->next, 1)) < t->count)
		t->work(t->arg, i);
	return NULL;
}

/* A thread that cannot be had is work that the others do. */
void
together(size_t count, size_t width, void (*work)(void *arg, size_t i), void *arg)
{
	struct together t = { .count = count, .work = work, .arg = arg };
	size_t helpers = width < count ? width : count;
	pthread_t *threads = xcalloc(helpers + 1, sizeof(*threads));
	size_t started = 0;

	while (started + 1 < helpers &&
		pthread_create(&threads[started], NULL, take_turns, &t) == 0)
		started++;
	take_turns(&t);
	for (size_t i = 0; i < started; i++)
		pthread_join(threads[i], NULL);
	free(threads);
}
