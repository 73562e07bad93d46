/* card_reading: a wish a file; the worker alone touches them until it is over. */
#include "ui/card_reading.h"
#include <stdlib.h>
#include "artifact/card.h"
#include "artifact/missing.h"
#include "artifact/object.h"
#include "artifact/runson.h"
#include "base/alloc.h"
#include "io/loop.h"

struct wish {
	char *path, *floor;
	struct card *card;
	struct err err;
};

struct card_reading {
	struct wish *wishes;
	size_t count;
	card_taker *take; /* NULL: dropped */
	void *arg;
};

static void
work(void *arg)
{
	struct card_reading *r = arg;
	struct runson *systems = runson_load(NULL);

	for (size_t i = 0; i < r->count; i++) {
		struct wish *w = &r->wishes[i];

		if (!(w->card = object_inspect(w->path, &w->err)))
			continue;
		if (systems)
			runson_fill(systems, w->card);
		missing_check(w->card);
		object_blame(w->card, w->floor);
	}
	runson_free(systems);
}

static void
done(void *arg)
{
	struct card_reading *r = arg;

	for (size_t i = 0; i < r->count; i++) {
		struct wish *w = &r->wishes[i];

		if (r->take)
			r->take(r->arg, w->path, w->card, w->err.message);
		else
			card_free(w->card);
		free(w->path);
		free(w->floor);
	}
	if (r->take)
		r->take(r->arg, NULL, NULL, NULL);
	free(r->wishes);
	free(r);
}

struct card_reading *
card_reading_start(struct loop *l, const char *const *paths, const char *const *floors,
	size_t count, card_taker *take, void *arg)
{
	struct card_reading *r = xcalloc(1, sizeof(*r));

	*r = (struct card_reading){ xcalloc(count, sizeof(*r->wishes)), count, take, arg };
	for (size_t i = 0; i < count; i++)
		r->wishes[i] = (struct wish){ xstrdup(paths[i]), xstrdup(floors[i]) };
	loop_work(l, work, done, r);
	return r;
}

void
card_reading_drop(struct card_reading *r)
{
	if (r)
		r->take = NULL;
}
