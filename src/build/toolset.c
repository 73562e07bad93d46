#include "build/toolset.h"

#include <stdlib.h>
#include "base/alloc.h"
#include "base/count.h"
#include "base/str.h"
#include "build/command.h"
#include "build/run.h"
#include "build/shimwire.h"
#include "ready/survey.h"
#include "rust/cargoconf.h"

/* ---- linkers ---- */

static void
give_to_shim(struct command *c, const struct toolset *sets, size_t count)
{
	struct str lines = STR_INIT;

	for (size_t i = 0; i < count; i++) {
		const struct toolset *set = &sets[i];

		if (set->linker)
			str_appendf(&lines, "%s=linker=%s\n", set->triple, set->linker);
		for (const char *const *arg = set->link_args; arg && *arg; arg++)
			str_appendf(&lines, "%s=link-arg=%s\n", set->triple, *arg);
	}
	if (lines.len)
		command_set(c, SHIM_ENV_LINK, str_cstr(&lines));
	str_fini(&lines);
}

/* Without a shim. Never for the host: cargo would link build scripts with it too. */
static void
give_to_cargo(struct command *c, const struct survey *s, const struct toolset *set)
{
	char *triple;

	if (!set->linker || text_is(set->triple, s->host))
		return;
	triple = cargoconf_env_triple(set->triple);
	command_set(c, arena_printf(&c->arena, "CARGO_TARGET_%s_LINKER", triple), set->linker);
	for (const char *const *arg = set->link_args; arg && *arg; arg++)
		command_add_link_arg(c, set->triple, *arg);
	free(triple);
}

/* ---- compilers ---- */

/* Whether the user says it: for the target in either spelling, for all foreign targets, for all. */
static bool
is_said(const struct survey *s, const char *name, const char *triple, const char *under)
{
	char *names[] = { xasprintf("%s_%s", name, triple), xasprintf("%s_%s", name, under),
		xasprintf("TARGET_%s", name), xstrdup(name) };
	bool is = false;

	for (size_t i = 0; i < COUNT(names); i++) {
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

static const char *
joined(struct command *c, const char *const *flags)
{
	struct str text = STR_INIT;
	const char *kept;

	for (; flags && *flags; flags++)
		str_appendf(&text, "%s%s", text.len ? " " : "", *flags);
	kept = text.len ? arena_strdup(&c->arena, str_cstr(&text)) : NULL;
	str_fini(&text);
	return kept;
}

static void
give_compilers(struct command *c, const struct survey *s, const struct toolset *set)
{
	const char *flags = joined(c, set->cflags), *triple = set->triple;
	char *under = text_to_underscores(xstrdup(triple));

	if (!is_said(s, "CC", triple, under)) {
		give_program(c, s, "CFLAGS", triple, under, flags);
		give_program(c, s, "CC", triple, under, set->cc);
		give_program(c, s, "AR", triple, under, set->ar);
		give_program(c, s, "RANLIB", triple, under, set->ranlib);
	}
	if (!is_said(s, "CXX", triple, under)) {
		give_program(c, s, "CXXFLAGS", triple, under, flags);
		give_program(c, s, "CXX", triple, under, set->cxx);
	}
	give_program(c, s, "BINDGEN_EXTRA_CLANG_ARGS", triple, under, flags);
	free(under);
}

void
toolset_give(struct command *c, const struct command_query *query, const struct toolset *sets,
	size_t count)
{
	const struct survey *s = query->spec->survey;

	if (query->shim)
		give_to_shim(c, sets, count);
	for (size_t i = 0; i < count; i++) {
		if (!query->shim)
			give_to_cargo(c, s, &sets[i]);
		give_compilers(c, s, &sets[i]);
	}
}
