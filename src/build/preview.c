#include "build/preview.h"

#include <stdlib.h>
#include <string.h>
#include "base/arena.h"
#include "build/backend.h"
#include "build/command.h"
#include "build/place.h"
#include "build/run.h"
#include "build/universal2.h"
#include "build/way.h"
#include "host/platform.h"

static void
tell(const struct command_query *query, void (*group)(void *arg, const struct preview *p),
	void *arg)
{
	struct command_lines lines;
	size_t last;

	command_for_shell(&lines, query);
	last = lines.items.len - 1;
	group(arg,
		&(struct preview){ .variant = query->place->variant,
			.backend = query->place->backend_name,
			.targets = query->targets,
			.target_count = query->target_count,
			.before = lines.items.items,
			.before_count = last,
			.command = lines.items.items[last].text });
	command_lines_fini(&lines);
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

/* ---- both of macOS's machines in one file ---- */

static const struct place *
place_of(const struct places *places, const char *variant, const char *triple)
{
	for (size_t i = 0; i < places->job_count; i++) {
		const struct place_job *job = &places->jobs[i];

		if (text_is(job->way->triple, triple) && text_is(job->place->variant, variant))
			return job->place;
	}
	return NULL;
}

static void
tell_joining(const struct place *place, const struct place *other, const char *triple,
	struct arena *arena, void (*group)(void *arg, const struct preview *p), void *arg)
{
	static const char *const targets[] = { UNIVERSAL2 };
	const char *folder = place->profile_dir;
	char *program = platform_program_path();

	group(arg,
		&(struct preview){ .variant = place->variant,
			.backend = "universal",
			.targets = targets,
			.target_count = 1,
			.command = universal2_line(program ? program : "xtui",
				arena_printf(arena, "%s/%s/%s", place->target_dir, triple, folder),
				arena_printf(arena, "%s/%s/%s", other->target_dir,
					universal2_partner(triple), folder),
				arena_printf(
					arena, "%s/" UNIVERSAL2 "/%s", place->target_dir, folder),
				arena) });
	free(program);
}

/* A wheel is no file of a machine. */
static void
tell_joinings(const struct run_spec *spec, const struct places *places, struct arena *arena,
	void (*group)(void *arg, const struct preview *p), void *arg)
{
	for (size_t i = 0; spec->is_universal && i < places->job_count; i++) {
		const struct place *place = places->jobs[i].place, *other;
		const char *triple = places->jobs[i].way->triple;
		const char *partner = universal2_partner(triple);

		if (!partner || strcmp(triple, partner) > 0 || place->backend == &backend_maturin)
			continue;
		if ((other = place_of(places, place->variant, partner)))
			tell_joining(place, other, triple, arena, group, arg);
	}
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
	if (ok)
		tell_joinings(spec, &places, &arena, group, arg);
	arena_fini(&arena);
	return ok;
}
