/* native: cargo itself, with linkers of this machine.
 *
 * A linker that the survey found and no configuration names is the shim's to give: cargo would make
 * it part of every fingerprint. */
#include <stdlib.h>
#include "base/str.h"
#include "build/backend.h"
#include "build/command.h"
#include "build/run.h"
#include "build/shimwire.h"
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

/* Without a shim. Never for the host: cargo would link build scripts with it too. */
static void
give_to_cargo(struct command *c, const struct command_query *query)
{
	for (size_t i = 0; i < query->target_count; i++) {
		const struct target_state *state = state_of(query, i);
		char *triple;

		if (!state || !state->linker_env ||
			text_is(query->targets[i], query->spec->survey->host))
			continue;
		triple = cargoconf_env_triple(query->targets[i]);
		command_set(c, arena_printf(&c->arena, "CARGO_TARGET_%s_LINKER", triple),
			state->linker_env);
		free(triple);
	}
}

static void
native_environment(struct command *c, const struct command_query *query)
{
	(query->shim ? give_to_shim : give_to_cargo)(c, query);
}

const struct backend backend_native = {
	.name = "native",
	.environment = native_environment,
};
