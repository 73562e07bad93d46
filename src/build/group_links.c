/* Links with fat LTO, which begin as far as memory has room for them. */
#include "build/group_kind.h"

#include <inttypes.h>
#include <stdlib.h>
#include "base/alloc.h"
#include "build/backend.h"
#include "build/linkgate.h"
#include "build/pane.h"
#include "build/place.h"
#include "build/run.h"

#define LINK_MEMORY (2ull << 30) /* bytes, where nothing is known of past runs */

static void
on_link_may_begin(void *owner, const void *link)
{
	struct group *g = owner;

	shim_allow(g->shift->shim, link);
}

/* As the line says, as its job's links did in past runs, or a guess. */
static uint64_t
link_memory(const struct group *g, const struct pane *pane)
{
	if (g->spec.run->link_memory)
		return g->spec.run->link_memory;
	return pane && pane->job->link_memory ? pane->job->link_memory : LINK_MEMORY;
}

static void
say_waits_for_memory(struct pane *pane, uint64_t bytes)
{
	char *text = xasprintf(
		"for memory: a link with fat LTO takes about %" PRIu64 " MiB", bytes >> 20);

	pane_status(pane, "Waiting", text, true);
	free(text);
}

void
group_ask_to_link(struct group *g, struct pane *pane, const struct shim_unit *unit)
{
	uint64_t bytes = link_memory(g, pane);

	if (linkgate_ask(g->spec.gate, g, unit, bytes, on_link_may_begin))
		shim_allow(g->shift->shim, unit);
	else if (pane)
		say_waits_for_memory(pane, bytes);
}

/* A container builds one target. */
static bool
links_unseen(const struct group *g)
{
	return g->spec.place->links_fat && g->spec.place->backend->traits & BACKEND_BOXED;
}

bool
group_has_room(struct group *g)
{
	uint64_t bytes = link_memory(g, g->panes[0]);

	if (!links_unseen(g) || linkgate_has_room(g->spec.gate, bytes))
		return true;
	for (size_t i = 0; i < g->pane_count; i++)
		say_waits_for_memory(g->panes[i], bytes);
	return false;
}

void
group_claim_links(struct group *g)
{
	if (links_unseen(g))
		linkgate_claim(g->spec.gate, g, link_memory(g, g->panes[0]));
}
