/* native: cargo itself, with linkers of this machine: those that the survey found and no configuration
 * names. */
#include "base/arena.h"
#include "build/backend.h"
#include "build/command.h"
#include "build/place.h"
#include "build/run.h"
#include "build/toolset.h"
#include "build/way.h"
#include "host/tool.h"
#include "ready/survey.h"

/* Where there are flags for C, clang has to be told of the target and its sysroot. */
static struct toolset
toolset_of(const struct survey *s, const char *triple, const struct way *way)
{
	bool has_own = way && way->tuning.linker;
	long at = survey_find(s, triple);
	const struct target_state *state = at < 0 ? NULL : &s->states[at];
	struct toolset set = { .triple = triple };

	if (!state)
		return set;
	set.linker = has_own ? NULL : state->linker_env;
	set.link_args = has_own ? NULL : state->link_args;
	if (!state->cflags || !*state->cflags)
		return set;
	set.cflags = state->cflags;
	set.cc = tool_find(s->tools, "clang");
	set.cxx = tool_find(s->tools, "clang++");
	set.ar = tool_find(s->tools, "llvm-ar");
	return set;
}

static void
native_environment(struct command *c, const struct command_query *query)
{
	struct toolset *sets = arena_array(&c->arena, struct toolset, query->target_count + 1);

	for (size_t i = 0; i < query->target_count; i++)
		sets[i] = toolset_of(query->spec->survey, query->targets[i],
			place_way(query->place, query->targets[i]));
	toolset_give(c, query, sets, query->target_count);
}

const struct backend backend_native = {
	.name = "native",
	.environment = native_environment,
};
