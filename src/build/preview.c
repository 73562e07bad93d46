#include "build/preview.h"

#include <stdlib.h>
#include "base/arena.h"
#include "build/command.h"
#include "build/place.h"
#include "build/run.h"

static void
tell(const struct run_spec *spec, const struct place *place, const char *const *targets,
	size_t count, void (*group)(void *arg, const struct preview *p), void *arg)
{
	char *command = command_for_shell(&(struct command_query){
		.spec = spec,
		.profile = place->args,
		.target_dir = place->sets_target_dir ? place->target_dir : NULL,
		.build_dir = place->sets_build_dir ? place->build_dir : NULL,
		.targets = targets,
		.target_count = count,
	});

	group(arg,
		&(struct preview){ .variant = place->variant,
			.targets = targets,
			.target_count = count,
			.command = command });
	free(command);
}

bool
preview_run(const struct run_spec *spec, void (*group)(void *arg, const struct preview *p),
	void *arg, struct err *err)
{
	struct arena arena = { 0 };
	struct place *places = NULL;
	size_t place_count, count, together;
	const char **targets;

	if (!run_check(spec, err) || !(places = places_make(spec, &arena, &place_count, err))) {
		arena_fini(&arena);
		return false;
	}
	targets = place_targets(spec, &arena, &count);
	together = place_targets_together(spec, count);
	for (size_t p = 0; p < place_count; p++) {
		for (size_t i = 0; i < count; i += together)
			tell(spec, &places[p], targets + i, together, group, arg);
	}
	arena_fini(&arena);
	return true;
}
