/* profile_picks: what can be picked on the Profile screen besides values: a profile, and what an override is for. */
#pragma once
#include "base/arena.h"
#include "ui/widget_pick.h"

struct store;

enum profile_picking {
	PICKING_VALUE,
	PICKING_PROFILE, /* items: names */
	PICKING_PACKAGE, /* items: specs; NULL: build scripts */
	PICKING_OPTION,  /* items: keys of options that packages can have */
};

/* Opens the list; the items' names, in the arena, come back in `names`, which ends with NULL behind the last but for
 * NULLs among them. */
void profile_picks_profiles(
	struct pick *p, const struct store *s, struct arena *arena, const char *const **names);
void profile_picks_packages(
	struct pick *p, const struct store *s, struct arena *arena, const char *const **names);
void profile_picks_options(struct pick *p, struct arena *arena, const char *const **names);
