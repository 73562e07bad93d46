/* native: cargo itself, with linkers of this machine.
 *
 * A linker that the survey found and no configuration names is the shim's to give: cargo would make
 * it part of every fingerprint. */
#include <stdlib.h>
#include "base/alloc.h"
#include "base/str.h"
#include "build/backend.h"
#include "build/command.h"
#include "build/run.h"
#include "build/shimwire.h"
#include "host/tool.h"
#include "ready/survey.h"
#include "rust/cargoconf.h"

static const struct target_state *
state_of(const struct command_query *query, size_t i)
{
	long at = survey_find(query->spec->survey, query->targets[i]);

	return at < 0 ? NULL : &query->spec->survey->states[at];
}

/* Its linker, and what its links need besides (a sysroot's place). */
static void
give_to_shim(struct command *c, const struct command_query *query)
{
	struct str lines = STR_INIT;

	for (size_t i = 0; i < query->target_count; i++) {
		const struct target_state *state = state_of(query, i);
		const char *const *args = state ? state->link_args : NULL;

		if (state && state->linker_env)
			str_appendf(&lines, "%s=linker=%s\n", query->targets[i], state->linker_env);
		for (; args && *args; args++)
			str_appendf(&lines, "%s=link-arg=%s\n", query->targets[i], *args);
	}
	if (lines.len)
		command_set(c, SHIM_ENV_LINK, str_cstr(&lines));
	str_fini(&lines);
}

/* "-C link-arg=…" of each, behind what the variable holds already; in the arena. */
static const char *
rustflags_with(struct command *c, const char *variable, const char *const *link_args)
{
	const char *own = getenv(variable);
	struct str flags = STR_INIT;
	const char *text;

	str_append(&flags, own ? own : "");
	for (; *link_args; link_args++)
		str_appendf(&flags, "%s-C link-arg=%s", flags.len ? " " : "", *link_args);
	text = arena_strdup(&c->arena, str_cstr(&flags));
	str_fini(&flags);
	return text;
}

/* Without a shim. Never for the host: cargo would link build scripts with it too. */
static void
give_to_cargo(struct command *c, const struct command_query *query)
{
	for (size_t i = 0; i < query->target_count; i++) {
		const struct target_state *state = state_of(query, i);
		const char *flags;
		char *triple;

		if (!state || !state->linker_env ||
			text_is(query->targets[i], query->spec->survey->host))
			continue;
		triple = cargoconf_env_triple(query->targets[i]);
		command_set(c, arena_printf(&c->arena, "CARGO_TARGET_%s_LINKER", triple),
			state->linker_env);
		flags = arena_printf(&c->arena, "CARGO_TARGET_%s_RUSTFLAGS", triple);
		if (state->link_args && *state->link_args)
			command_set(c, flags, rustflags_with(c, flags, state->link_args));
		free(triple);
	}
}

/* Whether the user says it: for the target in either spelling, for all foreign targets, for all. */
static bool
is_said(const struct survey *s, const char *name, const char *triple, const char *under)
{
	char *names[] = { xasprintf("%s_%s", name, triple), xasprintf("%s_%s", name, under),
		xasprintf("TARGET_%s", name), xstrdup(name) };
	bool is = false;

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		char *key = xasprintf("env.%s", names[i]);
		struct conf_value v;

		is = is || getenv(names[i]) || (s->conf && cargoconf_get(s->conf, key, &v));
		free(key);
		free(names[i]);
	}
	return is;
}

static void
give_program(struct command *c, const struct survey *s, const char *name, const char *triple,
	const char *under, const char *program)
{
	if (program && !is_said(s, name, triple, under))
		command_set(c, arena_printf(&c->arena, "%s_%s", name, under), program);
}

/* For crates with C code, where the compiler has to be told of the target and its sysroot: as cc-rs and
 * bindgen read it. A compiler that the user names is told nothing. */
static void
give_compiler(
	struct command *c, const struct survey *s, const char *triple, const char *const *cflags)
{
	char *under = xstrdup(triple);
	struct str flags = STR_INIT;
	const char *text;

	for (char *at = under; *at; at++)
		if (*at == '-' || *at == '.')
			*at = '_';
	for (; *cflags; cflags++)
		str_appendf(&flags, "%s%s", flags.len ? " " : "", *cflags);
	text = arena_strdup(&c->arena, str_cstr(&flags));
	if (!is_said(s, "CC", triple, under)) {
		give_program(c, s, "CFLAGS", triple, under, text);
		give_program(c, s, "CC", triple, under, tool_find(s->tools, "clang"));
		give_program(c, s, "AR", triple, under, tool_find(s->tools, "llvm-ar"));
	}
	if (!is_said(s, "CXX", triple, under)) {
		give_program(c, s, "CXXFLAGS", triple, under, text);
		give_program(c, s, "CXX", triple, under, tool_find(s->tools, "clang++"));
	}
	give_program(c, s, "BINDGEN_EXTRA_CLANG_ARGS", triple, under, text);
	str_fini(&flags);
	free(under);
}

static void
native_environment(struct command *c, const struct command_query *query)
{
	(query->shim ? give_to_shim : give_to_cargo)(c, query);
	for (size_t i = 0; i < query->target_count; i++) {
		const struct target_state *state = state_of(query, i);

		if (state && state->cflags && *state->cflags)
			give_compiler(c, query->spec->survey, query->targets[i], state->cflags);
	}
}

const struct backend backend_native = {
	.name = "native",
	.environment = native_environment,
};
