#include "build/preview.h"

#include <stdlib.h>
#include "base/arena.h"
#include "build/backend.h"
#include "build/command.h"
#include "build/place.h"
#include "build/run.h"
#include "build/way.h"

static void
tell(const struct command_query *query, void (*group)(void *arg, const struct preview *p),
	void *arg)
{
	char *command = command_for_shell(query);

	group(arg,
		&(struct preview){ .variant = query->place->variant,
			.backend = query->place->backend_name,
			.targets = query->targets,
			.target_count = query->target_count,
			.command = command });
	free(command);
}

static void
tell_place(const struct run_spec *spec, const struct place *place, struct arena *arena,
	void (*group)(void *arg, const struct preview *p), void *arg)
{
	size_t together = place_targets_together(spec, place);
	const char **targets = arena_array(arena, const char *, place->way_count);

	for (size_t i = 0; i < place->way_count; i++)
		targets[i] = place->ways[i]->triple;
	for (size_t i = 0; i < place->way_count; i += together)
		tell(&(struct command_query){ .spec = spec,
			     .place = place,
			     .targets = targets + i,
			     .target_count = together },
			group, arg);
}

bool
preview_run(const struct run_spec *spec, void (*group)(void *arg, const struct preview *p),
	void *arg, struct err *err)
{
	struct arena arena = { 0 };
	struct places places;
	bool ok = run_check(spec, err) && places_make(&places, spec, &arena, err);

	for (size_t i = 0; ok && i < places.count; i++)
		tell_place(spec, &places.items[i], &arena, group, arg);
	arena_fini(&arena);
	return ok;
}
