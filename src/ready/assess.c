/* assess: the needs of a target are gathered in a list; readiness is what the list says.
 *
 * The linker comes first, since compiler, sysroot and link arguments follow from it: what cargo's
 * configuration names wins over what was found on PATH, and that over rustc's default. */
#include "ready/assess.h"

#include <stdlib.h>
#include "base/count.h"
#include "base/path.h"
#include "base/vec.h"
#include "host/tool.h"
#include "io/file.h"
#include "ready/assessment.h"
#include "ready/backend.h"
#include "ready/survey.h"
#include "ready/sysroot.h"
#include "ready/tuning.h"
#include "ready/wish.h"
#include "rust/cargoconf.h"
#include "rust/toolchain.h"
#include "rust/workspace.h"

struct need *
assess_add(struct assessment *a, enum need_kind kind, enum need_state state, const char *name)
{
	struct need *n = vec_add(&a->needs);

	n->kind = kind;
	n->state = state;
	n->name = name;
	n->detail = "";
	return n;
}

const char *
assess_install(struct assessment *a, const char *const *programs)
{
	return need_install_command(a->arena, a->s->packages, programs);
}

/* The path of the first that is here and which it was, or NULL. */
static const char *
find_first(struct assessment *a, const char *const *programs, const char **name)
{
	for (; *programs; programs++) {
		const char *path = tool_find(a->s->tools, *programs);

		if (path) {
			*name = *programs;
			return path;
		}
	}
	return NULL;
}

struct need *
assess_program(
	struct assessment *a, enum need_kind kind, const char *const *names, const char *absent)
{
	const char *name = *names, *path = find_first(a, names, &name);
	struct need *n = assess_add(a, kind, path ? NEED_FOUND : NEED_MISSING, name);

	n->path = path;
	n->detail = path ? "found on PATH" : absent;
	n->remedy = path ? NULL : assess_install(a, names);
	return n;
}

/* "<file>:<line>" or the variable's name: where a configured value comes from. */
static const char *
value_origin(struct assessment *a, const struct conf_value *v)
{
	char *shown;
	const char *origin;

	if (!v->line)
		return arena_strdup(a->arena, v->name);
	shown = path_shown(v->path, a->s->dir);
	origin = arena_printf(a->arena, "%s:%d", shown, v->line);
	free(shown);
	return origin;
}

/* -- std ------------------------------------------------------------------------------------- */

static const char *
rustup_add(struct assessment *a)
{
	const struct toolchain *tc = a->s->toolchain;

	if (text_is(tc->origin, "default"))
		return arena_join(a->arena, "rustup target add ", a->t->triple, NULL);
	return arena_join(
		a->arena, "rustup target add ", a->t->triple, " --toolchain ", tc->name, NULL);
}

static void
need_std(struct assessment *a)
{
	const struct toolchain *tc = a->s->toolchain;
	struct need *n = assess_add(a, NEED_STD, NEED_MISSING, "std");

	if (!tc) {
		n->state = NEED_UNKNOWN;
		n->detail = "no toolchain found";
		return;
	}
	switch (a->t->std) {
	case STD_INSTALLED:
		n->state = NEED_FOUND;
		n->detail = "installed";
		n->path = arena_join(
			a->arena, tc->sysroot, "/lib/rustlib/", a->t->triple, "/lib", NULL);
		break;
	case STD_AVAILABLE:
		n->detail = "not installed";
		n->remedy = rustup_add(a);
		break;
	case STD_SOURCE:
		n->detail = "none prebuilt; nightly's -Z build-std makes it from rust-src";
		break;
	case STD_NONE:
		n->detail = "no core prebuilt; nightly's -Z build-std=core makes it from rust-src";
		break;
	}
}

/* -- linker ---------------------------------------------------------------------------------- */

struct linker {
	const char *name, *path, *origin;
};

/* Whether rustc asks for a particular program, not for whatever links on its host. */
static bool
names_its_linker(const struct target *t)
{
	static const char *const any_host[] = { "cc", "gcc", "ld", "lld", "link.exe" };

	for (size_t i = 0; i < COUNT(any_host); i++)
		if (text_is(t->linker, any_host[i]))
			return false;
	return true;
}

/* A program that comes with rustc, in the toolchain's own folder. */
static const char *
find_bundled(struct assessment *a, const char *name)
{
	static const char *const folders[] = { "bin", "bin/self-contained" };
	const struct toolchain *tc = a->s->toolchain;

	if (a->s->bundled)
		return tool_find(a->s->bundled, name);
	for (size_t i = 0; tc && i < 2; i++) {
		const char *path = arena_join(a->arena, tc->sysroot, "/lib/rustlib/", tc->host, "/",
			folders[i], "/", name, NULL);

		if (file_is_executable(path))
			return path;
	}
	return NULL;
}

struct need *
assess_add_linker(struct assessment *a, const char *name, const char *path, const char *origin)
{
	struct need *n = assess_add(a, NEED_LINKER, path ? NEED_FOUND : NEED_MISSING, name);
	const char *const program[] = { name, NULL };

	a->linker_is_configured = true;
	a->state->linker_origin = origin;
	n->path = path;
	n->detail = arena_printf(a->arena, "named in %s%s", origin, path ? "" : ", not found");
	if (!path) {
		n->remedy = assess_install(a, program);
		return n;
	}
	a->state->linker = name;
	a->state->linker_path = path;
	assess_named_linker(a, n, name);
	return n;
}

static bool
linker_from_config(struct assessment *a)
{
	struct conf_value v;
	struct need *n;
	const char *path;

	if (!a->s->conf || !cargoconf_target(a->s->conf, a->t->triple, "linker", &v) || !v.text)
		return false;
	if (!(path = tool_find(a->s->tools, v.text)))
		path = find_bundled(a, v.text);
	n = assess_add_linker(a, arena_strdup(a->arena, v.text), path, value_origin(a, &v));
	if (!path)
		assess_absent_linker(a, n, &v);
	return true;
}

/* The linkers to look for, in order; the list is empty when none is known. */
static const char *const *
linkers_of(struct assessment *a)
{
	static const char *const host_linker[] = { "cc", NULL };
	const char **own;

	if (a->is_host)
		return host_linker;
	if (a->native && *a->native->linkers)
		return a->native->linkers;
	own = arena_array(a->arena, const char *, 2);
	if (names_its_linker(a->t))
		own[0] = a->t->linker;
	else if (a->native && a->native->is_lld)
		own[0] = "rust-lld";
	return own;
}

static bool
find_linker(struct assessment *a, const char *name, struct linker *found)
{
	*found = (struct linker){ .name = name, .origin = "found on PATH" };
	if ((found->path = tool_find(a->s->tools, name)))
		return true;
	found->origin = "comes with rustc";
	if (text_is(name, a->t->linker) || text_is(name, "rust-lld"))
		found->path = find_bundled(a, name);
	if (found->path || !text_is(name, "rust-lld"))
		return found->path != NULL;
	/* A distribution's rustc comes without it; its lld is the same program. */
	*found = (struct linker){ "lld", tool_find(a->s->tools, "lld"), "stands in for rust-lld" };
	return found->path != NULL;
}

static void
linker_is(struct assessment *a, const struct linker *found)
{
	struct need *n = assess_add(a, NEED_LINKER, NEED_FOUND, found->name);

	n->path = found->path;
	n->detail = found->origin;
	a->state->linker = found->name;
	a->state->linker_origin = found->origin;
	a->state->linker_path = found->path;
	if (!text_is(found->name, a->t->linker) && !a->is_host)
		a->state->linker_env = found->name;
}

static void
need_linker(struct assessment *a)
{
	static const char *const lld[] = { "lld", NULL };
	const char *const *linkers = linkers_of(a);
	struct linker found;
	struct need *n;

	if (assess_wished_linker(a) || linker_from_config(a))
		return;
	for (size_t i = 0; linkers[i]; i++) {
		if (find_linker(a, linkers[i], &found)) {
			linker_is(a, &found);
			return;
		}
	}
	n = assess_add(a, NEED_LINKER, NEED_MISSING, *linkers ? *linkers : a->t->linker);
	n->detail = *linkers ? "not found on PATH" : "no linker for it is known on this host";
	n->remedy = assess_install(a, text_is(n->name, "rust-lld") ? lld : linkers);
}

/* -- what goes with the linker --------------------------------------------------------------- */

const char *const *
assess_flags(const struct assessment *a)
{
	const char *const *own = tuning_rustflags(&a->wish->tuning, a->arena);
	struct conf_value v = { 0 };
	size_t users = 0, count = 0;
	const char **all;

	if (!a->s->conf || !cargoconf_rustflags(a->s->conf, a->t->triple, &v) || !v.items)
		return own;
	while (v.items[users])
		users++;
	while (own[count])
		count++;
	all = arena_array(a->arena, const char *, users + count + 1);
	memcpy(all, v.items, users * sizeof(*all));
	memcpy(all + users, own, count * sizeof(*all));
	return all;
}

/* The linker's arguments among the flags that rustc gets for the target. */
static const char *const *
configured_link_args(struct assessment *a)
{
	static const char *const heads[] = { "-Clink-arg=", "link-arg=" };
	const char *const *flags = assess_flags(a);
	const char **args;
	size_t count = 0;

	while (flags[count])
		count++;
	args = arena_array(a->arena, const char *, count + 1);
	count = 0;
	for (const char *const *item = flags; *item; item++)
		for (size_t i = 0; i < COUNT(heads); i++)
			if (text_starts(*item, heads[i]))
				args[count++] = arena_strdup(a->arena, *item + strlen(heads[i]));
	return args;
}

static void
need_sysroot(struct assessment *a)
{
	struct sysroot sysroot;
	struct need *n;

	if (!a->native || a->is_host || !a->native->sysroot)
		return;
	if (a->linker_is_configured) {
		a->state->cflags = backend_cflags(a->arena, a->native, configured_link_args(a));
		return;
	}
	n = assess_add(a, NEED_SYSROOT, NEED_MISSING, a->native->sysroot);
	n->detail = "headers, libraries and crt objects of the target";
	n->remedy = arena_printf(a->arena, "xtui sysroot add %s", a->t->triple);
	if (!sysroot_find(a->t->triple, NULL, &sysroot))
		return;
	n->state = NEED_FOUND;
	n->path = arena_strdup(a->arena, sysroot.path);
	n->detail = arena_printf(a->arena, "%s, in the sysroot store", sysroot.version);
	n->remedy = NULL;
	a->state->link_args = backend_link_args(a->arena, a->native, n->path);
	a->state->cflags = backend_cflags(a->arena, a->native, a->state->link_args);
	sysroot_fini(&sysroot);
}

static void
need_tools(struct assessment *a)
{
	for (const char *const *tool = a->native ? a->native->tools : NULL; tool && *tool; tool++) {
		const char *const program[] = { *tool, NULL };
		const char *path = tool_find(a->s->tools, *tool);
		struct need *n;

		if (a->is_host || a->linker_is_configured)
			return;
		n = assess_add(a, NEED_TOOL, path ? NEED_FOUND : NEED_MISSING, *tool);
		n->path = path;
		n->detail = path ? "found on PATH" : "not found on PATH";
		n->remedy = path ? NULL : assess_install(a, program);
	}
}

/* The compiler that crates with C code would be given, as cc-rs looks for it: for the target by both
 * spellings, for this side of the build, for all. */
static const char *
configured_cc(struct assessment *a, const char **variable)
{
	char *under = text_to_underscores(arena_join(a->arena, "CC_", a->t->triple, NULL));
	const char *const names[] = { arena_join(a->arena, "CC_", a->t->triple, NULL), under,
		a->is_host ? "HOST_CC" : "TARGET_CC", "CC" };

	for (size_t i = 0; i < COUNT(names); i++) {
		const char *value = getenv(names[i]);

		if (!value || !*value)
			continue;
		*variable = names[i];
		/* what follows the program's name are arguments of it */
		return arena_strndup(a->arena, value, strcspn(value, " "));
	}
	*variable = NULL;
	return NULL;
}

static void
need_cc(struct assessment *a)
{
	const char *const linker[] = { a->state->linker ? a->state->linker : "cc", NULL };
	bool is_own = a->native && *a->native->cc && !text_is(a->t->triple, a->s->host);
	const char *const *programs = is_own ? a->native->cc : linker;
	const char *variable = NULL, *name = NULL, *path;
	const char *configured = a->s->names_no_cc ? NULL : configured_cc(a, &variable);
	const char *const one[] = { configured, NULL };
	struct need *n;

	if (configured)
		programs = one;
	else if (!is_own && (!a->state->linker || text_is(a->state->linker, "rust-lld")))
		return; /* the linker's own need says it, or no C compiler is known */
	path = find_first(a, programs, &name);
	n = assess_add(a, NEED_CC, path ? NEED_FOUND : NEED_MISSING,
		name ? name : arena_strdup(a->arena, *programs));
	n->path = path;
	n->optional = !assess_wants_c(a);
	if (path && is_own && !configured && *a->native->cflags)
		a->state->cflags = backend_cflags(a->arena, a->native, a->state->link_args);
	if (variable)
		n->detail = arena_printf(
			a->arena, "named in %s%s", variable, path ? "" : ", not found");
	else
		n->detail = path      ? "compiles C for it"
			: n->optional ? "only if a crate builds C"
				      : "a crate here builds C";
	if (!path)
		n->remedy = assess_install(a, programs);
	if (path && variable && assess_is_hosts_driver(a, configured)) {
		n->state = NEED_MISSING;
		n->path = NULL;
		n->detail = arena_printf(
			a->arena, "named in %s: it compiles for %s only", variable, a->s->host);
		n->remedy = arena_printf(a->arena, "unset %s", variable);
	}
}

/* Itself, and programs for the same processor that bring their own libc. */
static bool
runs_as_it_is(const struct target *t, const char *host)
{
	size_t arch = strcspn(t->triple, "-");

	if (text_is(t->triple, host))
		return true;
	return strncmp(t->triple, host, arch + 1) == 0 && text_is(t->os, "linux") &&
		strstr(host, "-linux-") && text_is(t->env, "musl") && t->crt_static_default;
}

static void
runner_is(struct assessment *a, const char *path, const char *const *arguments)
{
	const char **words;
	size_t count = 0;

	while (arguments[count])
		count++;
	words = arena_array(a->arena, const char *, count + 2);
	words[0] = path;
	memcpy(words + 1, arguments, count * sizeof(*words));
	a->state->runner = words;
}

static bool
runner_from_config(struct assessment *a)
{
	struct conf_value v;
	const char *path;
	struct need *n;

	if (!a->s->conf || !cargoconf_target(a->s->conf, a->t->triple, "runner", &v) || !v.items ||
		!*v.items)
		return false;
	path = tool_find(a->s->tools, v.items[0]);
	n = assess_add(a, NEED_RUNNER, path ? NEED_FOUND : NEED_MISSING,
		arena_strdup(a->arena, v.items[0]));
	n->optional = true;
	n->path = path;
	n->detail = arena_printf(
		a->arena, "named in %s%s", value_origin(a, &v), path ? "" : ", not found");
	if (path)
		runner_is(a, path, v.items + 1);
	return true;
}

/* qemu's own arguments: its processor, and where the target's loader and libraries are. */
static const char *const *
runner_arguments(struct assessment *a)
{
	const char *root = a->native->runner_sysroot;
	const char **words;
	size_t count = 0;

	while (a->native->runner_args[count])
		count++;
	a->state->runner_is_exact = count > 0;
	words = arena_array(a->arena, const char *, count + 3);
	memcpy(words, a->native->runner_args, count * sizeof(*words));
	if (root && file_is_dir(root)) {
		words[count] = "-L";
		words[count + 1] = root;
	}
	return words;
}

/* node runs scripts, one of which runs the program. */
static const char *const *
node_arguments(struct assessment *a)
{
	const char **words = arena_array(a->arena, const char *, 4);

	words[0] = "--no-warnings";
	words[1] = "-e";
	words[2] = a->native->runner_node;
	return words;
}

static void
runner_from_path(struct assessment *a, const char *const *names)
{
	struct need *n = assess_program(a, NEED_RUNNER, names, "only to run its programs here");

	n->optional = true;
	if (n->path) {
		n->detail = "runs its programs here";
		runner_is(a, n->path,
			a->native->runner_node && text_is(path_basename(n->path), "node")
				? node_arguments(a)
				: runner_arguments(a));
	}
}

static void
need_runner(struct assessment *a)
{
	struct need *n;

	a->state->runs_here = runs_as_it_is(a->t, a->s->host);
	if (runner_from_config(a))
		return;
	if (a->state->runs_here) {
		n = assess_add(a, NEED_RUNNER, NEED_FOUND, "this machine");
		n->detail = "runs as it is";
		n->optional = true;
	} else if (a->native && *a->native->runners) {
		runner_from_path(a, a->native->runners);
	}
}

/* -- backends other than native -------------------------------------------------------------- */

/* What the backend itself lacks first, in the arena, or NULL; std is the same for all of them. */
static const struct need *
first_lack(struct assessment *a)
{
	for (size_t i = 0; i < a->needs.len; i++) {
		const struct need *n = &a->needs.items[i];
		struct need *kept;

		if (n->state == NEED_FOUND || n->optional || n->kind == NEED_STD)
			continue;
		kept = arena_array(a->arena, struct need, 1);
		*kept = *n;
		return kept;
	}
	return NULL;
}

static const struct need *
gather(struct assessment *a, const char *backend)
{
	struct target_state *state = a->state;
	const char *const *backends = state->backends;
	const char *usual = state->usual;
	const struct need *const *lacks = state->lacks;
	static const char *const none[] = { NULL };

	*state = (struct target_state){ .backends = backends,
		.lacks = lacks,
		.backend = backend,
		.usual = usual,
		.link_args = none,
		.cflags = none,
		.runner = none };
	a->linker_is_configured = false;
	vec_clear(&a->needs);
	need_std(a);
	if (!text_is(backend, "native")) {
		assess_way_needs(a, backend);
		assess_wishes(a, backend);
		need_runner(a);
		return first_lack(a);
	}
	need_linker(a);
	need_sysroot(a);
	if (a->state->linker_path)
		assess_driver(a, a->state->linker_path);
	need_tools(a);
	need_cc(a);
	assess_crates(a);
	assess_wishes(a, backend);
	need_runner(a);
	return first_lack(a);
}

static bool
is_possible(struct assessment *a, const char *backend)
{
	struct conf_value v;

	if (!text_is(backend, "native"))
		return backends_reach(a->s->backends, backend, a->t->triple);
	if (a->native || a->is_host || names_its_linker(a->t) || a->wish->tuning.linker)
		return true;
	return a->s->conf && cargoconf_target(a->s->conf, a->t->triple, "linker", &v) && v.text;
}

/* Those of the order that can reach the target at all; of a Python project wheels come first. */
static size_t
list_possible(struct assessment *a)
{
	const struct backend_order *order =
		backends_order(a->s->backends, a->t->triple, a->s->host);
	const char *const *names = order->backends;
	const char **possible;
	size_t count = 0;

	while (names[count])
		count++;
	possible = arena_array(a->arena, const char *, count + 3);
	count = 0;
	if (a->s->workspace && a->s->workspace->pyproject && is_possible(a, "maturin"))
		possible[count++] = "maturin";
	for (size_t i = 0; names[i]; i++)
		if (is_possible(a, names[i]))
			possible[count++] = names[i];
	a->state->backends = possible;
	if (a->wish->tuning.linker && assess_wished_backend(a, false) < 0)
		possible[count++] = "native";
	return count;
}

/* What xtui.toml asks for, else the first that lacks nothing, else the first. What is gathered last stays in
 * the state. */
static void
choose_backend(struct assessment *a)
{
	size_t count = list_possible(a), best = count;
	const struct need **lacks = arena_array(a->arena, const struct need *, count + 1);

	a->state->lacks = lacks;
	for (size_t i = count; i > 0; i--) {
		lacks[i - 1] = gather(a, a->state->backends[i - 1]);
		if (!lacks[i - 1])
			best = i - 1;
	}
	long usual = assess_wished_backend(a, false), chosen = assess_wished_backend(a, true);

	if (usual < 0)
		usual = best < count ? (long)best : 0;
	if (chosen < 0)
		chosen = usual;
	a->state->usual = count ? a->state->backends[usual] : NULL;
	if (chosen != 0 || !count)
		gather(a, count ? a->state->backends[chosen] : "native");
	if (!count)
		a->state->backend = NULL;
}

static struct assessment
assessment_of(const struct survey *s, size_t i, struct target_state *state, struct arena *arena)
{
	const struct target *t = &s->targets->items[i];

	return (struct assessment){ .s = s,
		.t = t,
		.state = state,
		.arena = arena,
		.native = backends_native(s->backends, t->triple, s->host),
		.wish = wishes_find(s->wishes, t->triple),
		.is_host = text_is(t->triple, s->host) };
}

/* The gathered needs become the state's. */
static void
keep_needs(struct assessment *a)
{
	a->state->need_count = a->needs.len;
	a->state->needs = arena_array(a->arena, struct need, a->needs.len + 1);
	memcpy(a->state->needs, a->needs.items, a->needs.len * sizeof(*a->needs.items));
	vec_fini(&a->needs);
}

void
assess_target(struct survey *s, size_t i)
{
	struct assessment a = assessment_of(s, i, &s->states[i], &s->arena);

	choose_backend(&a);
	keep_needs(&a);
}

void
assess_way(const struct survey *s, size_t i, const char *backend, struct arena *arena,
	struct target_state *out)
{
	struct assessment a = assessment_of(s, i, out, arena);

	out->backends = s->states[i].backends;
	out->lacks = s->states[i].lacks;
	out->usual = s->states[i].usual;
	gather(&a, backend);
	keep_needs(&a);
}

void
assess_conclude(struct survey *s, size_t i)
{
	struct target_state *state = &s->states[i];
	const struct need *first = NULL;
	size_t missing = 0;

	for (size_t n = 0; n < state->need_count; n++) {
		const struct need *need = &state->needs[n];

		if (need->state == NEED_FOUND || need->optional)
			continue;
		missing++;
		if (!first)
			first = need;
	}
	if (!state->backend) {
		state->readiness = IMPOSSIBLE;
		state->summary = "no way here";
	} else if (missing) {
		state->readiness = MISSING;
		state->summary = missing == 1 ? need_kind_name(first->kind)
					      : arena_printf(&s->arena, "%zu needs", missing);
	} else if (state->probe.state == PROBE_FAILED && !state->probe.is_stale) {
		state->readiness = MISSING;
		state->summary = "probe failed";
	} else {
		state->readiness = state->probe.state == PROBE_PASSED && !state->probe.is_stale
			? READY
			: LIKELY;
		state->summary = readiness_name(state->readiness);
	}
}
