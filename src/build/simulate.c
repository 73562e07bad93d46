/* A machine's units stand in one array, in an order in which each comes behind what it needs; two heaps hold
 * those that may begin and those that run. */
#include "build/simulate.h"

#include <stdlib.h>
#include "base/alloc.h"
#include "base/str.h"
#include "base/vec.h"

#define NEARLY 0.85 /* of the CPUs: they are what it waits for */
#define MUCH 0.25   /* of the work: too much to be done again */

struct node {
	uint64_t ms;
	uint64_t chain;   /* from its beginning to the end of the longest chain that waits for it */
	size_t waits_for; /* not ended yet */
	VEC(size_t) others; /* that wait for it */
};

struct host_unit {
	const char *variant;
	int host;
	size_t node;
};

struct nodes {
	VEC(struct node) all;
	VEC(struct host_unit) hosts; /* those of them that are the host's */
};

/* ---- heaps ---- */

struct entry {
	uint64_t key; /* the least comes first */
	size_t node;
};

typedef VEC(struct entry) heap;

static bool
is_before(const struct entry *a, const struct entry *b)
{
	return a->key != b->key ? a->key < b->key : a->node < b->node;
}

static void
swap(struct entry *a, struct entry *b)
{
	struct entry kept = *a;

	*a = *b;
	*b = kept;
}

static void
heap_put(heap *h, uint64_t key, size_t node)
{
	size_t i = h->len;

	vec_push(h, ((struct entry){ key, node }));
	for (; i && is_before(&h->items[i], &h->items[(i - 1) / 2]); i = (i - 1) / 2)
		swap(&h->items[i], &h->items[(i - 1) / 2]);
}

static struct entry
heap_take(heap *h)
{
	struct entry first = h->items[0];

	h->items[0] = h->items[--h->len];
	for (size_t i = 0, least;; i = least) {
		size_t left = 2 * i + 1, right = left + 1;

		least = i;
		if (left < h->len && is_before(&h->items[left], &h->items[least]))
			least = left;
		if (right < h->len && is_before(&h->items[right], &h->items[least]))
			least = right;
		if (least == i)
			return first;
		swap(&h->items[i], &h->items[least]);
	}
}

/* ---- one machine ---- */

/* The host's unit that another build of the variant has brought already; -1: none has. */
static long
find_host(const struct nodes *n, const struct sim_build *b, const struct sim_unit *u)
{
	for (size_t i = 0; u->host >= 0 && i < n->hosts.len; i++) {
		const struct host_unit *h = &n->hosts.items[i];

		if (h->host == u->host && text_is(h->variant, b->variant))
			return (long)h->node;
	}
	return -1;
}

/* The new node's index. */
static size_t
add_node(struct nodes *n, const struct sim_build *b, const struct sim_unit *u)
{
	size_t at = n->all.len;

	vec_push(&n->all, ((struct node){ .ms = u->ms, .waits_for = u->need_count }));
	if (u->host >= 0)
		vec_push(&n->hosts, ((struct host_unit){ b->variant, u->host, at }));
	return at;
}

static void
add_build(struct nodes *n, const struct sim_build *b)
{
	size_t *at = xcalloc(b->count + 1, sizeof(*at));

	for (size_t i = 0; i < b->count; i++) {
		const struct sim_unit *u = &b->units[i];
		long known = find_host(n, b, u);

		at[i] = known < 0 ? add_node(n, b, u) : (size_t)known;
		for (size_t k = 0; known < 0 && k < u->need_count; k++)
			vec_push(&n->all.items[at[u->needs[k]]].others, at[i]);
	}
	free(at);
}

static void
measure_chains(struct nodes *nodes)
{
	for (size_t i = nodes->all.len; i > 0; i--) {
		struct node *n = &nodes->all.items[i - 1];
		uint64_t longest = 0;

		for (size_t k = 0; k < n->others.len; k++) {
			uint64_t chain = nodes->all.items[n->others.items[k]].chain;

			longest = chain > longest ? chain : longest;
		}
		n->chain = n->ms + longest;
	}
}

static void
begin_those_that_may(struct nodes *nodes, heap *ready, const struct node *ended)
{
	for (size_t k = 0; k < ended->others.len; k++) {
		size_t at = ended->others.items[k];

		if (!--nodes->all.items[at].waits_for)
			heap_put(ready, UINT64_MAX - nodes->all.items[at].chain, at);
	}
}

/* When the last unit ends. */
static uint64_t
work_off(struct nodes *nodes, int cpus)
{
	heap ready = { 0 }, running = { 0 };
	uint64_t now = 0;

	measure_chains(nodes);
	for (size_t i = 0; i < nodes->all.len; i++) {
		if (!nodes->all.items[i].waits_for)
			heap_put(&ready, UINT64_MAX - nodes->all.items[i].chain, i);
	}
	while (ready.len || running.len) {
		while (ready.len && running.len < (size_t)cpus) {
			size_t next = heap_take(&ready).node;

			heap_put(&running, now + nodes->all.items[next].ms, next);
		}
		struct entry ended = heap_take(&running);

		now = ended.key;
		begin_those_that_may(nodes, &ready, &nodes->all.items[ended.node]);
	}
	vec_fini(&ready);
	vec_fini(&running);
	return now;
}

static void
nodes_fini(struct nodes *nodes)
{
	for (size_t i = 0; i < nodes->all.len; i++)
		vec_fini(&nodes->all.items[i].others);
	vec_fini(&nodes->all);
	vec_fini(&nodes->hosts);
}

/* ---- sharing out ---- */

struct share {
	uint64_t own_ms, host_ms; /* of a build */
	size_t build;             /* index */
};

static int
larger_first(const void *a, const void *b)
{
	const struct share *x = a, *y = b;
	uint64_t m = x->own_ms + x->host_ms, n = y->own_ms + y->host_ms;

	return m != n ? (m < n) - (m > n) : (x->build > y->build) - (x->build < y->build);
}

static struct share *
weigh(const struct sim_build *builds, size_t count)
{
	struct share *shares = xcalloc(count + 1, sizeof(*shares));

	for (size_t i = 0; i < count; i++) {
		shares[i].build = i;
		for (size_t k = 0; k < builds[i].count; k++) {
			const struct sim_unit *u = &builds[i].units[k];

			*(u->host < 0 ? &shares[i].own_ms : &shares[i].host_ms) += u->ms;
		}
	}
	qsort(shares, count, sizeof(*shares), larger_first);
	return shares;
}

struct sharing {
	const struct sim_build *builds;
	size_t count, machines;
	size_t *machine_of; /* by build */
	uint64_t *load;     /* by machine */
};

static bool
has_variant(const struct sharing *s, size_t machine, const char *variant)
{
	for (size_t i = 0; i < s->count; i++) {
		if (s->machine_of[i] == machine && text_is(s->builds[i].variant, variant))
			return true;
	}
	return false;
}

static void
place(struct sharing *s, const struct share *share)
{
	const char *variant = s->builds[share->build].variant;
	uint64_t least = UINT64_MAX;
	size_t best = 0;

	for (size_t m = 0; m < s->machines; m++) {
		uint64_t load = s->load[m] + share->own_ms;

		if (load >= least) /* whatever its host units */
			continue;
		load += has_variant(s, m, variant) ? 0 : share->host_ms;
		if (load < least) {
			least = load;
			best = m;
		}
	}
	s->machine_of[share->build] = best;
	s->load[best] = least;
}

/* ---- the whole ---- */

static void
find_chain(const struct sim_build *b, struct sim_result *r)
{
	uint64_t *ends = xcalloc(b->count + 1, sizeof(*ends));

	for (size_t i = 0; i < b->count; i++) {
		for (size_t k = 0; k < b->units[i].need_count; k++) {
			uint64_t end = ends[b->units[i].needs[k]];

			ends[i] = end > ends[i] ? end : ends[i];
		}
		ends[i] += b->units[i].ms;
		if (ends[i] > r->chain_ms) {
			r->chain_ms = ends[i];
			r->chain_end = b->units[i].crate;
		}
	}
	free(ends);
}

/* What would have to be built if every unit of the host's were needed once for each variant. */
static uint64_t
work_without_repeats(const struct sim_build *builds, size_t count)
{
	struct nodes seen = { 0 };
	uint64_t ms = 0;

	for (size_t i = 0; i < count; i++) {
		for (size_t k = 0; k < builds[i].count; k++) {
			const struct sim_unit *u = &builds[i].units[k];

			if (find_host(&seen, &builds[i], u) >= 0)
				continue;
			ms += u->ms;
			if (u->host >= 0)
				add_node(&seen, &builds[i], u);
		}
	}
	nodes_fini(&seen);
	return ms;
}

static enum sim_bottleneck
judge(const struct sim_result *r, size_t builds)
{
	if (r->busy >= NEARLY && (double)r->host_ms < MUCH * (double)r->cpu_ms)
		return SIM_CPUS;
	if ((double)r->chain_ms >= NEARLY * (double)r->wall_ms)
		return r->machines > builds ? SIM_MACHINES : SIM_CHAIN;
	if ((double)r->host_ms >= MUCH * (double)r->cpu_ms)
		return SIM_HOST;
	return r->machines > builds ? SIM_MACHINES : SIM_UNEVEN;
}

static void
run_machine(const struct sharing *s, size_t machine, int cpus, struct sim_result *r)
{
	struct nodes nodes = { 0 };
	uint64_t wall;

	for (size_t i = 0; i < s->count; i++) {
		if (s->machine_of[i] == machine)
			add_build(&nodes, &s->builds[i]);
	}
	for (size_t i = 0; i < nodes.all.len; i++)
		r->cpu_ms += nodes.all.items[i].ms;
	r->busy_machines += nodes.all.len > 0;
	wall = work_off(&nodes, cpus);
	r->wall_ms = wall > r->wall_ms ? wall : r->wall_ms;
	nodes_fini(&nodes);
}

struct sim_result
simulate(const struct sim_build *builds, size_t count, size_t machines, int cpus)
{
	struct sim_result r = { .machines = machines, .chain_end = "" };
	struct sharing s = { .builds = builds, .count = count, .machines = machines };
	struct share *shares = weigh(builds, count);

	s.machine_of = xcalloc(count + 1, sizeof(*s.machine_of));
	s.load = xcalloc(machines + 1, sizeof(*s.load));
	for (size_t i = 0; i < count; i++)
		s.machine_of[i] = machines; /* none yet */
	for (size_t i = 0; i < count; i++)
		place(&s, &shares[i]);
	for (size_t m = 0; m < machines; m++)
		run_machine(&s, m, cpus, &r);
	for (size_t i = 0; i < count; i++)
		find_chain(&builds[i], &r);
	if (r.wall_ms)
		r.busy = (double)r.cpu_ms / ((double)r.wall_ms * (double)machines * (double)cpus);
	r.host_ms = r.cpu_ms - work_without_repeats(builds, count);
	r.bottleneck = judge(&r, count);
	free(s.machine_of);
	free(s.load);
	free(shares);
	return r;
}

const char *
sim_bottleneck_name(enum sim_bottleneck b)
{
	static const char *const names[] = {
		[SIM_CPUS] = "cpus",
		[SIM_CHAIN] = "chain",
		[SIM_HOST] = "host-units",
		[SIM_UNEVEN] = "uneven",
		[SIM_MACHINES] = "machines",
	};

	return names[b];
}
