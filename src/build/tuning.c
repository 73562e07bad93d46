#include "build/tuning.h"

#include "base/vec.h"
#include "build/backend.h"
#include "build/command.h"
#include "build/place.h"
#include "build/run.h"
#include "build/way.h"
#include "ready/tuning.h"

bool
tuning_parts(const struct run_spec *spec, const struct place *place)
{
	struct arena arena = ARENA_INIT;
	bool parts = false;

	for (size_t i = 0; i < place->way_count && !parts; i++) {
		const struct way *way = place->ways[i];
		const char *const *flags = tuning_rustflags(&way->tuning, &arena);

		parts = *flags && tuning_needs_common(spec->survey, way->triple, flags);
	}
	arena_fini(&arena);
	return parts;
}

/* What its linker is told, then what the way says. */
static const char *const *
flags_of(struct command *c, const struct way *way, const char *triple)
{
	const char *const *own = way ? tuning_rustflags(&way->tuning, &c->arena) : NULL;
	size_t len = 0;
	const char **all;

	while (own && own[len])
		len++;
	all = arena_array(&c->arena, const char *, len + 2 * c->link_args.len + 1);
	len = 0;
	for (size_t i = 0; i < c->link_args.len; i++) {
		if (!text_is(c->link_args.items[i].triple, triple))
			continue;
		all[len++] = "-C";
		all[len++] = c->link_args.items[i].flag;
	}
	for (; own && *own; own++)
		all[len++] = *own;
	return all;
}

/* In a box its programs are those of the image. */
static const char *
linker_of(struct command *c, const struct command_query *query, const struct way *way)
{
	if (!way || !way->tuning.linker)
		return NULL;
	return query->place->backend->traits & BACKEND_BOXED
		? way->tuning.linker
		: tuning_linker(&way->tuning, query->spec->survey, &c->arena);
}

void
tuning_give(struct command *c, const struct command_query *query)
{
	struct proc_env env[TUNING_ENV_MAX];

	for (size_t i = 0; i < query->target_count; i++) {
		const char *triple = query->targets[i];
		const struct way *way = place_way(query->place, triple);
		struct tuning_telling t = {
			.s = query->spec->survey,
			.triple = triple,
			.linker = linker_of(c, query, way),
			.flags = flags_of(c, way, triple),
			.is_alone = query->target_count == 1,
		};
		size_t count = tuning_env(&t, &c->arena, env);

		for (size_t k = 0; k < count; k++)
			vec_push(&c->env, env[k]);
	}
}
