#include "plan/profile_edit.h"

#include "base/path.h"
#include "base/str.h"
#include "plan/edit.h"
#include "rust/profile.h"
#include "rust/workspace.h"

struct step_key *
profile_edit_keys(const struct profile *p, struct arena *arena, size_t *count)
{
	struct step_key *keys = arena_array(arena, struct step_key, profile_option_count + 1);

	*count = 0;
	for (size_t i = 0; i < profile_option_count; i++) {
		const struct profile_setting *s = &p->settings[i];
		const char **path;

		if (!s->is_changed)
			continue;
		path = arena_array(arena, const char *, 4);
		path[0] = "profile";
		path[1] = arena_strdup(arena, p->name);
		path[2] = s->option->key;
		keys[(*count)++] = (struct step_key){ path, arena_strdup(arena, s->value) };
	}
	return keys;
}

struct edit *
profile_edit_prepare(const struct profile *p, const struct workspace *ws, struct err *err)
{
	struct arena arena = ARENA_INIT;
	size_t count;
	struct step_key *keys = profile_edit_keys(p, &arena, &count);
	struct edit *e = edit_prepare(ws->root, "Cargo.toml", keys, count, true, err);

	arena_fini(&arena);
	return e;
}

/* Cargo asks the environment first, then its configuration, then Cargo.toml (The Cargo Book, "Profile
 * settings"): what is set there has a file that is no Cargo.toml, or a variable, for its origin. */
const char *
profile_edit_shadow(const struct profile *p, size_t option)
{
	const struct profile_setting *s = &p->settings[option];
	struct span file;

	if (!s->is_changed || text_is(s->origin, "default"))
		return NULL;
	file = span_of(path_basename(s->origin));
	return span_starts(file, "Cargo.toml") ? NULL : s->origin;
}
