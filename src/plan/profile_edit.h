/* profile_edit: the changes of a profile as an edit of the workspace's Cargo.toml. */
#pragma once
#include "base/arena.h"
#include "base/err.h"
#include "plan/plan.h"

struct edit;
struct profile;
struct profile_setting;
struct workspace;

/* The keys that the changed options set in [profile.<name>], in the arena. */
struct step_key *profile_edit_keys(const struct profile *p, struct arena *arena, size_t *count);
/* The edit of the root's Cargo.toml. Old values are replaced: that is what is asked for. NULL with err as
 * edit_prepare. */
struct edit *
profile_edit_prepare(const struct profile *p, const struct workspace *ws, struct err *err);
/* Where a setting is set that counts more than Cargo.toml, so that writing it there changes nothing: its
 * origin; NULL where it counts. */
const char *profile_edit_shadow(const struct profile_setting *s);
