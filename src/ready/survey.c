/* survey: asks each room for its part, then assesses every target of the table. */
#include "ready/survey.h"

#include <pthread.h>
#include <stdlib.h>
#include "base/alloc.h"
#include "base/path.h"
#include "base/str.h"
#include "base/vec.h"
#include "host/platform.h"
#include "host/tool.h"
#include "io/thread.h"
#include "ready/assess.h"
#include "ready/backend.h"
#include "ready/engine.h"
#include "ready/linkers.h"
#include "ready/ndk.h"
#include "ready/wish.h"
#include "ready/zig.h"
#include "rust/cargoconf.h"
#include "rust/toolchain.h"
#include "rust/workspace.h"

extern char **environ;

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
assess(struct survey *s, size_t i)
{
	assess_target(s, i);
	assess_conclude(s, i);
	if (s->states[i].readiness != LIKELY)
		return;
	probe_recall(s, &s->targets->items[i], &s->states[i].probe);
	assess_conclude(s, i);
}

/* -- C drivers ------------------------------------------------------------------------------- */

struct drivers {
	VEC(const char *) paths;
};

static void
add_driver(struct survey *s, struct drivers *d, const char *name)
{
	const char *path = tool_find(s->tools, name);

	for (size_t i = 0; path && i < d->paths.len; i++)
		if (text_is(d->paths.items[i], path))
			return;
	if (path)
		vec_push(&d->paths, path);
}

/* Those that link for some Linux with glibc: their libc is not a matter of course. */
static bool
is_questionable(const char *name)
{
	return text_fits(name, "*-linux-gnu*-gcc") || text_fits(name, "*-linux-gnu*-clang");
}

static void
add_drivers_of(struct survey *s, struct drivers *d, size_t i)
{
	const struct target *t = &s->targets->items[i];
	const struct backend_native *n = backends_native(s->backends, t->triple, s->host);
	const char *wished = wishes_find(s->wishes, t->triple)->tuning.linker;
	struct conf_value v;

	for (size_t k = 0; n && n->linkers[k]; k++)
		if (is_questionable(n->linkers[k]))
			add_driver(s, d, n->linkers[k]);
	if (s->conf && cargoconf_target(s->conf, t->triple, "linker", &v) && v.text &&
		is_questionable(v.text))
		add_driver(s, d, v.text);
	if (wished && is_questionable(wished))
		add_driver(s, d, wished);
}

/* -- targets --------------------------------------------------------------------------------- */

/* These, by their places in the table. */
static void
assess_these(struct survey *s, const size_t *which, size_t count)
{
	struct drivers d = { 0 };

	for (size_t i = 0; !s->quick && i < count; i++)
		add_drivers_of(s, &d, which[i]);
	if (!s->quick)
		s->linkers = linkers_ask(d.paths.items, d.paths.len);
	for (size_t i = 0; i < count; i++)
		assess(s, which[i]);
	vec_fini(&d.paths);
}

static void
assess_all(struct survey *s)
{
	size_t *all = xcalloc(s->targets->len + 1, sizeof(*all));

	for (size_t i = 0; i < s->targets->len; i++)
		all[i] = i;
	assess_these(s, all, s->targets->len);
	free(all);
}

void
survey_assess(struct survey *s, const char *const *triples, size_t count)
{
	size_t *which = xcalloc(count + 1, sizeof(*which)), known = 0;

	for (size_t i = 0; i < count; i++) {
		long at = survey_find(s, triples[i]);

		if (at >= 0)
			which[known++] = (size_t)at;
	}
	assess_these(s, which, known);
	free(which);
}

static void
leave_targets(struct survey *s)
{
	for (size_t i = 0; i < s->targets->len; i++)
		s->states[i] = (struct target_state){ .readiness = IMPOSSIBLE, .summary = "" };
}

/* In the toolchain's own folders. */
static struct tool_index *
programs_of(const struct toolchain *tc)
{
	char *bin = path_joinf(tc->sysroot, "lib/rustlib/%s/bin", tc->host);
	char *inner = path_join(bin, "self-contained");
	struct tool_index *programs = tool_index_of((const char *const[]){ bin, inner }, 2);

	free(inner);
	free(bin);
	return programs;
}

/* Whether the environment names a C compiler for no target at all. */
static bool
names_no_cc(void)
{
	for (char **variable = environ; *variable; variable++)
		if (text_starts(*variable, "CC_") || text_starts(*variable, "CC=") ||
			text_starts(*variable, "HOST_CC=") || text_starts(*variable, "TARGET_CC="))
			return false;
	return true;
}

/* What the assessment of many targets asks for, but which is the same for all of them. */
static void
look_once(struct survey *s)
{
	struct engine *engine = arena_new(&s->arena, struct engine);
	struct zig *zig = arena_new(&s->arena, struct zig);
	struct ndk *ndk = arena_new(&s->arena, struct ndk);

	*engine = engine_of_cross(s->tools, &s->arena);
	*zig = zig_find(s->tools, &s->arena);
	*ndk = ndk_find(&s->arena);
	s->engine = engine;
	s->zig = zig;
	s->ndk = ndk;
	s->names_no_cc = names_no_cc();
	if (s->toolchain)
		s->bundled = programs_of(s->toolchain);
}

/* -- side by side ---------------------------------------------------------------------------- */

/* What needs nothing else to be known. */
static void *
read_first(void *arg)
{
	struct survey *s = arg;
	struct err err = ERR_INIT;

	s->tools = tool_index_new(NULL);
	s->backends = backends_load(&err);
	if (!s->backends)
		die("%s", err.message); /* built in: a mistake of ours */
	return NULL;
}

static void *
read_packages(void *arg)
{
	packages_read();
	return NULL;
}

struct beside {
	pthread_t thread;
	bool is_running;
};

/* On a thread of its own, where one can be had; else now. */
static struct beside
begin(void *(*work)(void *arg), void *arg)
{
	struct beside b = { 0 };

	b.is_running = thread_start(&b.thread, work, arg, NULL);
	if (!b.is_running)
		work(arg);
	return b;
}

static void
finish(const struct beside *b)
{
	if (b->is_running)
		pthread_join(b->thread, NULL);
}

struct survey *
survey_take(const struct survey_query *q)
{
	struct survey *s = xcalloc(1, sizeof(*s));
	struct beside first = begin(read_first, s), packages = { 0 };

	if (!q->leaves_targets)
		packages = begin(read_packages, NULL);
	s->quick = q->quick;
	s->cancel = q->cancel;
	s->remotes = q->remotes;
	s->dir = xstrdup(q->dir);
	find_toolchain(s, q);
	find_workspace(s, q);
	s->conf = cargoconf_load(q->dir, &s->conf_err);
	if (s->workspace)
		s->wishes = wishes_read(s->workspace->root, &s->arena, &s->wishes_hash);
	s->targets = targets_load(s->toolchain, q->quick);
	s->host = xstrdup(s->toolchain ? s->toolchain->host : platform_get()->triple);
	finish(&first);
	s->packages = packages_manager_of(platform_get()->distribution, s->tools);
	look_once(s);
	s->states = arena_array(&s->arena, struct target_state, s->targets->len);
	if (q->leaves_targets)
		leave_targets(s);
	else
		assess_all(s);
	finish(&packages);
	return s;
}

void
survey_free(struct survey *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < s->targets->len; i++)
		probe_fini(&s->states[i].probe);
	linkers_free(s->linkers);
	backends_free(s->backends);
	targets_free(s->targets);
	tool_index_free(s->bundled);
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

const char *
survey_own_target(const struct survey *s, size_t i)
{
	struct conf_value value = { 0 };
	bool is_set = s->conf && cargoconf_get(s->conf, "build.target", &value);
	const char *const one[] = { is_set ? value.text : NULL, NULL };
	size_t known = 0;

	for (const char *const *t = is_set && value.items ? value.items : one; *t; t++)
		if (survey_find(s, *t) >= 0 && known++ == i)
			return *t;
	return i || known ? NULL : s->host;
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
