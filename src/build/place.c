#include "build/place.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include "base/alloc.h"
#include "base/str.h"
#include "build/command.h"
#include "build/run.h"
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

static bool
is_fat(const char *value)
{
	return text_is(value, "true") || text_is(value, "\"fat\"");
}

static bool
has_fat_profile(const struct profile *profile)
{
	for (size_t i = 0; profile && i < profile_option_count; i++) {
		if (text_is(profile->settings[i].option->key, "lto"))
			return is_fat(profile->settings[i].value);
	}
	return false;
}

static bool
has_fat_links(const struct run_spec *spec, const struct run_variant *v)
{
	bool fat = has_fat_profile(spec->profile);

	for (size_t i = 0; i < v->config_count; i++) {
		const char *lto = strstr(v->config[i], ".lto");

		if (lto && (lto = strchr(lto, '=')))
			fat = is_fat(lto + 1 + strspn(lto + 1, " "));
	}
	return fat;
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
set_apart(struct place *p, const struct workspace *ws, struct arena *arena)
{
	p->folder = folder_name(p->variant, arena);
	p->target_dir = arena_printf(arena, "%s/xtui/%s", ws->target_dir, p->folder);
	p->build_dir = p->target_dir;
	p->sets_target_dir = true;
	if ((p->sets_build_dir = !text_is(ws->build_dir, ws->target_dir)))
		p->build_dir = arena_printf(arena, "%s/build", p->target_dir);
}

static bool
is_taken(const struct place *places, size_t at)
{
	for (size_t i = 0; i < at; i++) {
		if (text_is(places[i].folder, places[at].folder))
			return true;
	}
	return false;
}

/* In cargo's own folder. */
static struct place
make_place(const struct run_spec *spec, const struct run_variant *v, struct arena *arena)
{
	char *name = spec->profile && !v->name ? profile_variant_name(spec->profile) : NULL;
	struct place p = {
		.variant = arena_strdup(arena,
			name              ? name
				: v->name ? v->name
					  : "as configured"),
		.folder = "",
		.args = make_args(spec, v, arena),
		.target_dir = spec->survey->workspace->target_dir,
		.build_dir = spec->survey->workspace->build_dir,
		.is_fat = has_fat_links(spec, v),
	};

	free(name);
	return p;
}

struct place *
places_make(const struct run_spec *spec, struct arena *arena, size_t *count, struct err *err)
{
	static const struct run_variant unnamed = { 0 };
	const struct workspace *ws = spec->survey->workspace;
	const struct run_variant *variants = spec->variant_count ? spec->variants : &unnamed;
	struct place *places;
	bool has_usual = false;

	*count = spec->variant_count ? spec->variant_count : 1;
	places = arena_array(arena, struct place, *count);
	for (size_t i = 0; i < *count; i++) {
		bool is_usual = *count == 1 || !variants[i].config_count;

		places[i] = make_place(spec, &variants[i], arena);
		if (!is_usual || has_usual)
			set_apart(&places[i], ws, arena);
		has_usual |= is_usual;
		if (is_taken(places, i)) {
			err_set(err, ERR_USAGE, "variant \"%s\": another one has its folder, %s",
				places[i].variant, places[i].target_dir);
			return NULL;
		}
	}
	return places;
}

/* ---- targets ---- */

static bool
is_among(const char *name, const char *const *list, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (text_is(list[i], name))
			return true;
	}
	return false;
}

const char **
place_targets(const struct run_spec *spec, struct arena *arena, size_t *count)
{
	const char **targets = arena_array(arena, const char *, spec->target_count + 1);

	*count = 0;
	for (size_t i = 0; i < spec->target_count; i++) {
		if (!is_among(spec->targets[i], targets, *count))
			targets[(*count)++] = spec->targets[i];
	}
	return targets;
}

size_t
place_targets_together(const struct run_spec *spec, size_t count)
{
	return spec->mode == MODE_TEST ? 1 : count;
}
