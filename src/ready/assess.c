/* assess: the needs of a target are gathered in a list; readiness is what the list says.
 *
 * The linker comes first, since compiler, sysroot and link arguments follow from it: what cargo's
 * configuration names wins over what was found on PATH, and that over rustc's default. */
#include "ready/assess.h"

#include <stdio.h>
#include "base/path.h"
#include "base/vec.h"
#include "host/tool.h"
#include "io/file.h"
#include "ready/backend.h"
#include "ready/survey.h"
#include "rust/cargoconf.h"
#include "rust/toolchain.h"
#include "rust/workspace.h"

struct assessment {
	struct survey *s;
	const struct target *t;
	struct target_state *state;
	const struct backend_native *native; /* or NULL: no known way */
	bool is_host;
	bool linker_is_configured;
	VEC(struct need) needs;
};

static struct need *
add_need(struct assessment *a, enum need_kind kind, enum need_state state, const char *name)
{
	struct need *n = vec_add(&a->needs);

	n->kind = kind;
	n->state = state;
	n->name = name;
	n->detail = "";
	return n;
}

/* The command that installs what brings the first of `programs` that this machine's packages know. */
static const char *
install_command(struct assessment *a, const char *const *programs)
{
	for (; *programs; programs++) {
		struct package_answer answer = packages_for(a->s->packages, *programs);
		char *command;
		const char *kept;

		if (!answer.package)
			continue;
		if (!(command = packages_install_command(a->s->packages, &answer.package, 1)))
			return NULL;
		kept = arena_strdup(&a->s->arena, command);
		free(command);
		return kept;
	}
	return NULL;
}

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

/* "<file>:<line>" or the variable's name: where a configured value comes from. */
static const char *
value_origin(struct assessment *a, const struct conf_value *v)
{
	char *shown;
	const char *origin;

	if (!v->line)
		return arena_strdup(&a->s->arena, v->name);
	shown = path_shown(v->path, a->s->dir);
	origin = arena_printf(&a->s->arena, "%s:%d", shown, v->line);
	free(shown);
	return origin;
}

/* -- std ------------------------------------------------------------------------------------- */

static const char *
rustup_add(struct assessment *a)
{
	const struct toolchain *tc = a->s->toolchain;

	if (text_is(tc->origin, "default"))
		return arena_printf(&a->s->arena, "rustup target add %s", a->t->triple);
	return arena_printf(&a->s->arena, "rustup target add %s --toolchain %s", a->t->triple, tc->name);
}

static void
need_std(struct assessment *a)
{
	const struct toolchain *tc = a->s->toolchain;
	struct need *n = add_need(a, NEED_STD, NEED_MISSING, "std");

	if (!tc) {
		n->state = NEED_UNKNOWN;
		n->detail = "no toolchain found";
		return;
	}
	switch (a->t->std) {
	case STD_INSTALLED:
		n->state = NEED_FOUND;
		n->detail = "installed";
		n->path = arena_printf(&a->s->arena, "%s/lib/rustlib/%s/lib", tc->sysroot, a->t->triple);
		break;
	case STD_AVAILABLE:
		n->detail = "not installed";
		n->remedy = rustup_add(a);
		break;
	case STD_SOURCE:
		n->detail = "no prebuilt one for this toolchain; -Z build-std can make it from rust-src";
		break;
	case STD_NONE: n->detail = "this target has no standard library"; break;
	}
}

/* -- linker ---------------------------------------------------------------------------------- */

static const char *
bundled_lld(struct assessment *a)
{
	const struct toolchain *tc = a->s->toolchain;
	const char *path;

	if (!tc)
		return tool_find(a->s->tools, "rust-lld");
	path = arena_printf(&a->s->arena, "%s/lib/rustlib/%s/bin/rust-lld", tc->sysroot, tc->host);
	return file_is_executable(path) ? path : tool_find(a->s->tools, "rust-lld");
}

static bool
linker_from_config(struct assessment *a)
{
	struct conf_value v;
	struct need *n;
	const char *path;

	if (!a->s->conf || !cargoconf_target(a->s->conf, a->t->triple, "linker", &v) || !v.text)
		return false;
	a->linker_is_configured = true;
	a->state->linker_origin = value_origin(a, &v);
	path = text_is(v.text, "rust-lld") ? bundled_lld(a) : tool_find(a->s->tools, v.text);
	n = add_need(a, NEED_LINKER, path ? NEED_FOUND : NEED_MISSING, arena_strdup(&a->s->arena, v.text));
	n->path = path;
	if (path) {
		a->state->linker = n->name;
		n->detail = arena_printf(&a->s->arena, "named in %s", a->state->linker_origin);
	} else {
		const char *const program[] = { n->name, NULL };
		n->detail = arena_printf(&a->s->arena, "named in %s, not found", a->state->linker_origin);
		n->remedy = install_command(a, program);
	}
	return true;
}

static void
linker_is(struct assessment *a, const char *name, const char *path, const char *origin)
{
	struct need *n = add_need(a, NEED_LINKER, NEED_FOUND, name);

	n->path = path;
	n->detail = origin;
	a->state->linker = name;
	a->state->linker_origin = origin;
	if (!text_is(name, a->t->linker) && !a->is_host)
		a->state->linker_env = name;
}

static void
linker_missing(struct assessment *a, const char *name, const char *const *programs)
{
	struct need *n = add_need(a, NEED_LINKER, NEED_MISSING, name);

	n->detail = "not found on PATH";
	n->remedy = install_command(a, programs);
}

static void
linker_bundled(struct assessment *a)
{
	static const char *const programs[] = { "rust-lld", "lld", NULL };
	const char *path = bundled_lld(a);

	if (path)
		linker_is(a, "rust-lld", path, "comes with rustc");
	else
		linker_missing(a, "rust-lld", programs);
}

static void
need_linker(struct assessment *a)
{
	static const char *const host_linker[] = { "cc", NULL };
	const char *const *linkers = a->native ? a->native->linkers : NULL;
	const char *name, *path;

	if (linker_from_config(a))
		return;
	if (a->is_host)
		linkers = host_linker;
	else if ((a->native && a->native->is_lld) || text_is(a->t->linker, "rust-lld")) {
		linker_bundled(a);
		return;
	}
	if (linkers && (path = find_first(a, linkers, &name))) {
		linker_is(a, name, path, "found on PATH");
		return;
	}
	for (size_t i = 0; linkers && linkers[i]; i++) {
		if (text_is(linkers[i], "rust-lld") && (path = bundled_lld(a))) {
			linker_is(a, "rust-lld", path, "comes with rustc");
			return;
		}
	}
	if (linkers)
		linker_missing(a, *linkers, linkers);
}

/* -- what goes with the linker --------------------------------------------------------------- */

/* The newest tree of the sysroot store for this target, or NULL. */
static const char *
stored_sysroot(struct assessment *a)
{
	char *data = path_data_dir();
	char *dir = data ? path_joinf(data, "sysroots/%s", a->t->triple) : NULL;
	char **names = NULL;
	size_t count = 0;
	const char *found = NULL;

	if (dir && file_list(dir, &names, &count, NULL) && count)
		found = arena_printf(&a->s->arena, "%s/%s", dir, names[count - 1]);
	file_list_free(names, count);
	free(dir);
	free(data);
	return found;
}

static const char *
put_sysroot(struct assessment *a, const char *arg, const char *sysroot)
{
	const char *place = strstr(arg, "{sysroot}");

	if (!place)
		return arg;
	return arena_printf(&a->s->arena, "%.*s%s%s", (int)(place - arg), arg, sysroot,
		place + strlen("{sysroot}"));
}

static void
need_sysroot(struct assessment *a)
{
	const char *sysroot;
	struct need *n;
	const char **args;
	size_t count = 0;

	if (!a->native || a->is_host || a->linker_is_configured || !a->native->sysroot)
		return;
	sysroot = stored_sysroot(a);
	n = add_need(a, NEED_SYSROOT, sysroot ? NEED_FOUND : NEED_MISSING, a->native->sysroot);
	n->path = sysroot;
	n->detail = sysroot ? "in the sysroot store" : "headers, libraries and crt objects of the target";
	if (!sysroot)
		return;
	while (a->native->link_args[count])
		count++;
	args = arena_array(&a->s->arena, const char *, count + 1);
	for (size_t i = 0; i < count; i++)
		args[i] = put_sysroot(a, a->native->link_args[i], sysroot);
	a->state->link_args = args;
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
		n = add_need(a, NEED_TOOL, path ? NEED_FOUND : NEED_MISSING, *tool);
		n->path = path;
		n->detail = path ? "found on PATH" : "not found on PATH";
		n->remedy = path ? NULL : install_command(a, program);
	}
}

/* The compiler that crates with C code would be given, as cc-rs looks for it. */
static const char *
configured_cc(struct assessment *a, const char **variable)
{
	char name[128];
	const char *value;

	snprintf(name, sizeof(name), "CC_%s", a->t->triple);
	if (!(value = getenv(name))) {
		for (char *c = name; *c; c++)
			if (*c == '-' || *c == '.')
				*c = '_';
		value = getenv(name);
	}
	if (!value && !a->is_host) {
		snprintf(name, sizeof(name), "TARGET_CC");
		value = getenv(name);
	}
	*variable = value ? arena_strdup(&a->s->arena, name) : NULL;
	return value ? arena_strdup(&a->s->arena, value) : NULL;
}

static void
need_cc(struct assessment *a)
{
	const char *const linker[] = { a->state->linker ? a->state->linker : "cc", NULL };
	bool is_own = a->native && *a->native->cc && !text_is(a->t->triple, a->s->host);
	const char *const *programs = is_own ? a->native->cc : linker;
	const char *variable, *name = NULL, *path;
	const char *configured = configured_cc(a, &variable);
	const char *const one[] = { configured, NULL };
	struct need *n;

	if (configured)
		programs = one;
	else if (!is_own && (!a->state->linker || text_is(a->state->linker, "rust-lld")))
		return; /* the linker's own need says it, or no C compiler is known */
	path = find_first(a, programs, &name);
	n = add_need(a, NEED_CC, path ? NEED_FOUND : NEED_MISSING, name ? name : arena_strdup(&a->s->arena, *programs));
	n->path = path;
	n->optional = !a->s->workspace || !a->s->workspace->has_c_code;
	if (variable)
		n->detail = arena_printf(&a->s->arena, "named in %s%s", variable, path ? "" : ", not found");
	else
		n->detail = path ? "compiles C for it" : n->optional ? "only if a crate builds C" : "a crate here builds C";
	if (!path)
		n->remedy = install_command(a, programs);
}

static bool
runs_as_it_is(const struct target *t, const char *host)
{
	bool same_arch = text_starts(host, t->arch) && host[strlen(t->arch)] == '-';

	if (text_is(t->triple, host))
		return true;
	return same_arch && text_is(t->os, "linux") && strstr(host, "-linux-") &&
		text_is(t->env, "musl") && t->crt_static_default;
}

static bool
runner_from_config(struct assessment *a)
{
	struct conf_value v;
	struct need *n;

	if (!a->s->conf || !cargoconf_target(a->s->conf, a->t->triple, "runner", &v) || !v.items)
		return false;
	n = add_need(a, NEED_RUNNER, NEED_FOUND, arena_strdup(&a->s->arena, v.items[0] ? v.items[0] : ""));
	n->optional = true;
	n->path = tool_find(a->s->tools, n->name);
	n->state = n->path ? NEED_FOUND : NEED_MISSING;
	n->detail = arena_printf(&a->s->arena, "named in %s%s", value_origin(a, &v), n->path ? "" : ", not found");
	a->state->runner = n->path;
	return true;
}

static void
need_runner(struct assessment *a)
{
	const char *name, *path, *root;
	struct need *n;

	a->state->runs_here = runs_as_it_is(a->t, a->s->host);
	if (runner_from_config(a))
		return;
	if (a->state->runs_here) {
		n = add_need(a, NEED_RUNNER, NEED_FOUND, "this machine");
		n->detail = "runs as it is";
		n->optional = true;
		return;
	}
	if (!a->native || !*a->native->runners)
		return;
	path = find_first(a, a->native->runners, &name);
	n = add_need(a, NEED_RUNNER, path ? NEED_FOUND : NEED_MISSING, path ? name : a->native->runners[0]);
	n->optional = true;
	n->path = path;
	n->detail = path ? "runs its programs here" : "only to run its programs here";
	if (!path) {
		n->remedy = install_command(a, a->native->runners);
		return;
	}
	root = a->native->runner_sysroot;
	a->state->runner = path;
	a->state->runner_env = root && file_is_dir(root) ? arena_printf(&a->s->arena, "%s -L %s", name, root) : name;
}

/* -- backends other than native -------------------------------------------------------------- */

static void
need_backend_tools(struct assessment *a, const char *backend)
{
	const struct backend_tools *tools = backends_tools(a->s->backends, backend);

	for (size_t i = 0; tools && tools->any[i]; i++) {
		const char *name = tools->any[i][0];
		const char *path = find_first(a, tools->any[i], &name);
		enum need_kind kind = text_is(name, "podman") || text_is(name, "docker") ? NEED_ENGINE : NEED_TOOL;
		struct need *n = add_need(a, kind, path ? NEED_FOUND : NEED_MISSING, name);

		n->path = path;
		n->detail = path ? "found on PATH" : "not found on PATH";
		n->remedy = path ? NULL : install_command(a, tools->any[i]);
	}
}

static bool
all_found(const struct assessment *a)
{
	for (size_t i = 0; i < a->needs.len; i++)
		if (a->needs.items[i].state != NEED_FOUND && !a->needs.items[i].optional)
			return false;
	return true;
}

static bool
gather(struct assessment *a, const char *backend)
{
	struct target_state *state = a->state;
	const char *const *backends = state->backends;
	static const char *const none[] = { NULL };

	*state = (struct target_state){ .backends = backends, .backend = backend, .link_args = none };
	a->linker_is_configured = false;
	vec_clear(&a->needs);
	need_std(a);
	if (!text_is(backend, "native")) {
		need_backend_tools(a, backend);
		need_runner(a);
		return all_found(a);
	}
	need_linker(a);
	need_sysroot(a);
	need_tools(a);
	need_cc(a);
	need_runner(a);
	return all_found(a);
}

/* A way that cargo alone does not have is no backend of this target. */
static bool
is_possible(struct assessment *a, const char *backend)
{
	struct conf_value v;

	if (!text_is(backend, "native") || a->native || a->is_host || text_is(a->t->linker, "rust-lld"))
		return true;
	return a->s->conf && cargoconf_target(a->s->conf, a->t->triple, "linker", &v) && v.text;
}

static void
choose_backend(struct assessment *a)
{
	const struct backend_order *order = backends_order(a->s->backends, a->t->triple, a->s->host);
	const char *const *names = order->backends;
	const char **possible;
	size_t count = 0;

	while (names[count])
		count++;
	possible = arena_array(&a->s->arena, const char *, count + 1);
	count = 0;
	for (size_t i = 0; names[i]; i++)
		if (is_possible(a, names[i]))
			possible[count++] = names[i];
	a->state->backends = possible;
	for (size_t i = 0; i < count; i++)
		if (gather(a, possible[i]))
			return;
	gather(a, count ? possible[0] : "native");
	if (!count)
		a->state->backend = NULL;
}

void
assess_target(struct survey *s, size_t i)
{
	struct assessment a = { .s = s, .t = &s->targets->items[i], .state = &s->states[i] };

	a.is_host = text_is(a.t->triple, s->host);
	a.native = backends_native(s->backends, a.t->triple, s->host);
	choose_backend(&a);
	a.state->need_count = a.needs.len;
	a.state->needs = arena_array(&s->arena, struct need, a.needs.len + 1);
	memcpy(a.state->needs, a.needs.items, a.needs.len * sizeof(*a.needs.items));
	vec_fini(&a.needs);
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
		state->summary = missing == 1 ? need_kind_name(first->kind) :
						arena_printf(&s->arena, "%zu needs", missing);
	} else if (state->probe.state == PROBE_FAILED) {
		state->readiness = MISSING;
		state->summary = "probe failed";
	} else {
		state->readiness = state->probe.state == PROBE_PASSED ? READY : LIKELY;
		state->summary = readiness_name(state->readiness);
	}
}
