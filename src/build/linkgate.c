/* Links stand in the order in which they asked. */
#include "build/linkgate.h"

#include <stdlib.h>
#include "base/alloc.h"
#include "base/vec.h"

struct link {
	void *owner;
	const void *key;
	uint64_t bytes;
	void (*begin)(void *owner, const void *link); /* NULL: it runs */
};

struct linkgate {
	uint64_t (*available)(void);
	uint64_t room;    /* bytes that were there when none ran */
	uint64_t claimed; /* by those that run */
	VEC(struct link) links;
};

struct linkgate *
linkgate_new(uint64_t (*available)(void))
{
	struct linkgate *g = xcalloc(1, sizeof(*g));

	g->available = available;
	return g;
}

void
linkgate_free(struct linkgate *g)
{
	if (!g)
		return;
	vec_fini(&g->links);
	free(g);
}

static bool
has_room(struct linkgate *g, uint64_t bytes)
{
	uint64_t now = g->available();

	if (!g->claimed)
		g->room = now;
	return !now || !g->claimed || (g->claimed + bytes <= g->room && bytes <= now);
}

static bool
any_waits(const struct linkgate *g)
{
	for (size_t i = 0; i < g->links.len; i++) {
		if (g->links.items[i].begin)
			return true;
	}
	return false;
}

bool
linkgate_has_room(struct linkgate *g, uint64_t bytes)
{
	return !any_waits(g) && has_room(g, bytes);
}

void
linkgate_claim(struct linkgate *g, void *owner, uint64_t bytes)
{
	has_room(g, bytes); /* measured while nobody has taken any */
	vec_push(&g->links, ((struct link){ owner, owner, bytes, NULL }));
	g->claimed += bytes;
}

bool
linkgate_ask(struct linkgate *g, void *owner, const void *link, uint64_t bytes,
	void (*begin)(void *owner, const void *link))
{
	bool may = linkgate_has_room(g, bytes);

	vec_push(&g->links, ((struct link){ owner, link, bytes, may ? NULL : begin }));
	if (may)
		g->claimed += bytes;
	return may;
}

/* The first that waits, and those after it, as far as there is room; what is told may ask again. */
static void
let_in(struct linkgate *g)
{
	for (size_t i = 0; i < g->links.len; i++) {
		struct link *link = &g->links.items[i];
		void (*begin)(void *owner, const void *link) = link->begin;

		if (!begin)
			continue;
		if (!has_room(g, link->bytes))
			return;
		g->claimed += link->bytes;
		link->begin = NULL;
		begin(link->owner, link->key);
	}
}

static void
drop(struct linkgate *g, size_t at)
{
	if (!g->links.items[at].begin)
		g->claimed -= g->links.items[at].bytes;
	vec_remove(&g->links, at);
}

void
linkgate_leave(struct linkgate *g, const void *link)
{
	for (size_t i = 0; i < g->links.len; i++) {
		if (g->links.items[i].key != link)
			continue;
		drop(g, i);
		let_in(g);
		return;
	}
}

void
linkgate_forget(struct linkgate *g, const void *owner)
{
	for (size_t i = g->links.len; i > 0; i--) {
		if (g->links.items[i - 1].owner == owner)
			drop(g, i - 1);
	}
	let_in(g);
}
