/* survey: asks each room for its part, then assesses every target of the table. */
#include "ready/survey.h"

#include <stdlib.h>
#include "base/alloc.h"
#include "base/str.h"
#include "host/platform.h"
#include "host/tool.h"
#include "ready/assess.h"
#include "ready/backend.h"
#include "rust/cargoconf.h"
#include "rust/toolchain.h"
#include "rust/workspace.h"

static void
find_toolchain(struct survey *s, const struct survey_query *q)
{
	struct toolchain_query tq = { .dir = q->dir, .override = q->toolchain, .quick = q->quick };

	s->toolchain = toolchain_find(&tq, &s->toolchain_err);
}

static void
find_workspace(struct survey *s, const struct survey_query *q)
{
	struct workspace_query wq = { .dir = q->dir, .manifest = q->manifest, .quick = q->quick };

	s->workspace = workspace_load(&wq, s->toolchain, &s->workspace_err);
}

static void
assess_all(struct survey *s)
{
	struct err err = ERR_INIT;

	s->backends = backends_load(&err);
	if (!s->backends)
		die("%s", err.message); /* built in: a mistake of ours */
	s->states = arena_array(&s->arena, struct target_state, s->targets->len);
	for (size_t i = 0; i < s->targets->len; i++) {
		assess_target(s, i);
		assess_conclude(s, i);
		if (s->states[i].readiness != LIKELY)
			continue;
		probe_recall(s, &s->targets->items[i], &s->states[i].probe);
		assess_conclude(s, i);
	}
}

struct survey *
survey_take(const struct survey_query *q)
{
	struct survey *s = xcalloc(1, sizeof(*s));

	s->quick = q->quick;
	s->dir = xstrdup(q->dir);
	find_toolchain(s, q);
	find_workspace(s, q);
	s->conf = cargoconf_load(q->dir, &s->conf_err);
	s->tools = tool_index_new(NULL);
	s->packages = packages_manager_of(platform_get()->distribution, s->tools);
	s->targets = targets_load(s->toolchain, q->quick);
	s->host = xstrdup(s->toolchain ? s->toolchain->host : platform_get()->triple);
	assess_all(s);
	return s;
}

void
survey_free(struct survey *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < s->targets->len; i++)
		probe_fini(&s->states[i].probe);
	backends_free(s->backends);
	targets_free(s->targets);
	tool_index_free(s->tools);
	cargoconf_free(s->conf);
	workspace_free(s->workspace);
	toolchain_free(s->toolchain);
	free(s->host);
	free(s->dir);
	arena_fini(&s->arena);
	free(s);
}

long
survey_find(const struct survey *s, const char *triple)
{
	const struct target *t = targets_find(s->targets, triple);

	return t ? (long)(t - s->targets->items) : -1;
}

const struct need *
survey_lack(const struct target_state *state, const char *backend)
{
	for (size_t i = 0; state->lacks && state->backends[i]; i++) {
		if (text_is(state->backends[i], backend))
			return state->lacks[i];
	}
	return NULL;
}

size_t
survey_count(const struct survey *s, enum readiness r)
{
	size_t count = 0;

	for (size_t i = 0; i < s->targets->len; i++)
		count += s->states[i].readiness == r;
	return count;
}

/* Smaller comes first. */
static long
place(const struct survey *s, size_t i)
{
	const struct target *t = &s->targets->items[i];
	bool usable = t->std == STD_INSTALLED || s->states[i].readiness <= LIKELY;

	if (text_is(t->triple, s->host))
		return -1;
	if (usable)
		return (long)i;
	if (t->popularity >= 0)
		return (long)s->targets->len + t->popularity;
	return (long)s->targets->len * 2 + (long)i;
}

struct ranked {
	long place;
	size_t index;
};

static int
by_place(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;

	return (x->place > y->place) - (x->place < y->place);
}

size_t *
survey_order(const struct survey *s)
{
	size_t len = s->targets->len;
	struct ranked *ranked = xcalloc(len + 1, sizeof(*ranked));
	size_t *order = xcalloc(len + 1, sizeof(*order));

	for (size_t i = 0; i < len; i++)
		ranked[i] = (struct ranked){ place(s, i), i };
	qsort(ranked, len, sizeof(*ranked), by_place);
	for (size_t i = 0; i < len; i++)
		order[i] = ranked[i].index;
	free(ranked);
	return order;
}
