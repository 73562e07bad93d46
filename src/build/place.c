#include "build/place.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include "base/alloc.h"
#include "base/count.h"
#include "base/str.h"
#include "build/backend.h"
#include "build/command.h"
#include "build/run.h"
#include "build/tuning.h"
#include "build/way.h"
#include "host/remotes.h"
#include "ready/survey.h"
#include "rust/profile.h"
#include "rust/workspace.h"

/* ---- the profile ---- */

/* The variant's own settings last: of two, cargo takes the later. */
static const char *const *
make_args(const struct run_spec *spec, const struct run_variant *v, struct arena *arena)
{
	const char *const *of_profile = command_profile(spec->profile, arena);
	const char **args;
	size_t len = 0;

	while (of_profile[len])
		len++;
	args = arena_array(arena, const char *, len + 2 * v->config_count + 1);
	memcpy(args, of_profile, len * sizeof(*args));
	for (size_t i = 0; i < v->config_count; i++) {
		args[len++] = "--config";
		args[len++] = arena_strdup(arena, v->config[i]);
	}
	return args;
}

/* ---- folders ---- */

static const char *
folder_name(const char *variant, struct arena *arena)
{
	char *name = arena_strdup(arena, *variant ? variant : "-");

	for (char *c = name; *c; c++) {
		if (!isalnum((unsigned char)*c) && !strchr("_-+=", *c))
			*c = '-';
	}
	return name;
}

static void
use_folder(struct place *p, const struct workspace *ws, const char *target_dir, struct arena *arena)
{
	p->target_dir = p->build_dir = target_dir;
	p->sets_target_dir = true;
	if ((p->sets_build_dir = !text_is(ws->build_dir, ws->target_dir)))
		p->build_dir = arena_printf(arena, "%s/build", p->target_dir);
}

static void
set_apart(struct place *p, const struct workspace *ws, struct arena *arena)
{
	use_folder(p, ws, arena_printf(arena, "%s/xtui/%s", p->target_dir, p->folder), arena);
}

/* "zig", "small", "zig-small", "zig-core-small", "mac-small"; "" where cargo always builds. */
static const char *
make_tag(const struct way *way, const char *variant, bool is_usual, struct arena *arena)
{
	const struct backend *b = way->backend;
	const char *parts[] = { way->remote ? way->remote->name : "",
		b->traits & BACKEND_APART ? b->name : "", way->build_std ? way->build_std : "",
		is_usual ? "" : variant };
	const char *tag = "";

	for (size_t i = 0; i < COUNT(parts); i++) {
		if (*parts[i])
			tag = arena_printf(arena, "%s%s%s", tag, *tag ? "-" : "", parts[i]);
	}
	return *tag ? folder_name(tag, arena) : tag;
}

/* What comes from another machine is put where cargo would build the same here. */
static void
set_beside(struct place *p, const struct workspace *ws, const struct way *way, bool is_usual,
	struct arena *arena)
{
	const struct way here = { .backend = &backend_native, .build_std = way->build_std };
	const char *folder = make_tag(&here, p->variant, is_usual, arena);

	if (*folder)
		use_folder(p, ws, arena_printf(arena, "%s/xtui/%s", p->target_dir, folder), arena);
}

/* What `profile.release.lto="fat"` sets; NULL: another option. */
static const char *
lto_of_flag(const char *flag)
{
	const char *value = strchr(flag, '=');

	return value && text_starts(flag, "profile.") &&
			span_ends((struct span){ flag, (size_t)(value - flag) }, ".lto")
		? value + 1
		: NULL;
}

/* As the flags say, else as the profile is configured. */
static bool
has_fat_lto(const struct profile *profile, const char *const *args)
{
	const struct profile_option *lto = profile_option_find("lto");
	const char *value = profile ? profile->settings[lto - profile_options].configured : NULL;

	for (; *args; args++)
		value = lto_of_flag(*args) ? lto_of_flag(*args) : value;
	return text_is(value, "true") || text_is(value, "\"fat\"");
}

/* In the run's own folder, which is cargo's or a given one. */
static struct place
make_place(const struct run_spec *spec, const struct run_variant *v, struct arena *arena)
{
	char *name = spec->profile && !v->name ? profile_variant_name(spec->profile) : NULL;
	struct place p = {
		.variant = arena_strdup(arena,
			name              ? name
				: v->name ? v->name
					  : "as configured"),
		.args = make_args(spec, v, arena),
		.target_dir = spec->survey->workspace->target_dir,
		.build_dir = spec->survey->workspace->build_dir,
		.profile_dir = arena_strdup(
			arena, profile_folder(spec->profile ? spec->profile->name : "release")),
	};

	p.links_fat = has_fat_lto(spec->profile, p.args);
	if (spec->target_dir)
		use_folder(&p, spec->survey->workspace, spec->target_dir, arena);
	free(name);
	return p;
}

/* ---- all of a run ---- */

struct layout {
	const struct run_spec *spec;
	struct arena *arena;
	struct places *places;
	size_t first; /* place of the variant at hand */
};

static bool
is_together(const struct place *p, const struct way *way)
{
	if (p->backend != way->backend || p->remote != way->remote ||
		!text_is(p->build_std, way->build_std))
		return false;
	return !(way->backend->traits & BACKEND_BOXED) || text_is(p->ways[0]->triple, way->triple);
}

static struct place *
find_place(const struct layout *l, const struct way *way)
{
	for (size_t i = l->first; i < l->places->count; i++) {
		if (is_together(&l->places->items[i], way))
			return &l->places->items[i];
	}
	return NULL;
}

static bool
is_taken(const struct places *places, const struct place *p)
{
	for (size_t i = 0; i < places->count; i++) {
		if (text_is(places->items[i].folder, p->folder))
			return true;
	}
	return false;
}

static struct place *
add_place(struct layout *l, const struct run_variant *v, const struct way *way, bool is_usual,
	size_t most, struct err *err)
{
	const struct workspace *ws = l->spec->survey->workspace;
	struct place p = make_place(l->spec, v, l->arena);

	p.backend = way->backend;
	p.backend_name = way->remote
		? arena_printf(l->arena, "%s:%s", p.backend->name, way->remote->name)
		: p.backend->name;
	p.remote = way->remote;
	p.remotes = l->spec->survey->remotes;
	p.build_std = way->build_std;
	p.tag = p.folder = make_tag(way, p.variant, is_usual, l->arena);
	if (p.backend->traits & BACKEND_BOXED)
		p.folder = arena_printf(l->arena, "%s-%s", p.tag, way->triple);
	if (p.remote)
		set_beside(&p, ws, way, is_usual, l->arena);
	else if (*p.folder)
		set_apart(&p, ws, l->arena);
	if (is_taken(l->places, &p)) {
		err_set(err, ERR_USAGE, "variant \"%s\": another one has its folder, %s", p.variant,
			p.target_dir);
		return NULL;
	}
	p.ways = arena_array(l->arena, const struct way *, most);
	l->places->items[l->places->count] = p;
	return &l->places->items[l->places->count++];
}

static bool
place_variant(struct layout *l, const struct run_variant *v, bool is_usual, const struct way *ways,
	size_t count, struct err *err)
{
	l->first = l->places->count;
	for (size_t i = 0; i < count; i++) {
		struct place *p = find_place(l, &ways[i]);

		if (!p && !(p = add_place(l, v, &ways[i], is_usual, count, err)))
			return false;
		p->ways[p->way_count++] = &ways[i];
		l->places->jobs[l->places->job_count++] = (struct place_job){ &ways[i], p };
	}
	return true;
}

static bool
is_among(const char *name, const char *const *list, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (text_is(list[i], name))
			return true;
	}
	return false;
}

/* The spec's targets, each once. */
static const char **
list_targets(const struct run_spec *spec, struct arena *arena, size_t *count)
{
	const char **targets = arena_array(arena, const char *, spec->target_count + 1);

	*count = 0;
	for (size_t i = 0; i < spec->target_count; i++) {
		if (!is_among(spec->targets[i], targets, *count))
			targets[(*count)++] = spec->targets[i];
	}
	return targets;
}

bool
places_make(struct places *p, const struct run_spec *spec, struct arena *arena, struct err *err)
{
	static const struct run_variant unnamed = { 0 };
	const struct run_variant *variants = spec->variant_count ? spec->variants : &unnamed;
	size_t variant_count = spec->variant_count ? spec->variant_count : 1, count, most;
	const char **targets = list_targets(spec, arena, &count);
	struct layout l = { spec, arena, p, 0 };
	bool has_usual = false;
	struct way *ways;

	*p = (struct places){ 0 };
	if (!(ways = ways_make(spec, targets, count, arena, err)))
		return false;
	most = variant_count * count;
	p->items = arena_array(arena, struct place, most);
	p->jobs = arena_array(arena, struct place_job, most);
	for (size_t i = 0; i < variant_count; i++) {
		bool is_usual = variant_count == 1 || (!variants[i].config_count && !has_usual);

		if (!place_variant(&l, &variants[i], is_usual, ways, count, err))
			return false;
		has_usual |= is_usual;
	}
	return true;
}

size_t
place_targets_together(const struct run_spec *spec, const struct place *place)
{
	bool is_alone = spec->mode == MODE_TEST || place->backend->traits & BACKEND_ALONE ||
		tuning_parts(spec, place);

	return is_alone ? 1 : place->way_count;
}

const struct way *
place_way(const struct place *place, const char *triple)
{
	for (size_t i = 0; i < place->way_count; i++) {
		if (text_is(place->ways[i]->triple, triple))
			return place->ways[i];
	}
	return NULL;
}
