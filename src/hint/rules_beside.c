#include "hint/rules_beside.h"
#include <stdlib.h>
#include "base/alloc.h"
#include "hint/rules.h"
#include "io/thread.h"

struct rules_beside {
	char *dir;
	pthread_t thread;
	bool is_threaded;
	struct rules *rules;
	struct err err;
};

static void *
load(void *arg)
{
	struct rules_beside *b = arg;

	b->rules = rules_expect_for(b->dir, &b->err);
	return NULL;
}

struct rules_beside *
rules_begin(const char *dir)
{
	struct rules_beside *b = xcalloc(1, sizeof(*b));

	b->dir = dir ? xstrdup(dir) : NULL;
	b->is_threaded = thread_start(&b->thread, load, b, NULL);
	if (!b->is_threaded)
		load(b);
	return b;
}

struct rules *
rules_take(struct rules_beside *b, struct err *err)
{
	struct rules *rules;

	if (b->is_threaded)
		pthread_join(b->thread, NULL);
	rules = b->rules;
	if (!rules && err)
		*err = b->err;
	free(b->dir);
	free(b);
	return rules;
}
