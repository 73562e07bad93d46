#include "plan/profile_edit.h"

#include "base/arena.h"
#include "base/path.h"
#include "base/str.h"
#include "plan/edit.h"
#include "rust/profile.h"
#include "rust/profile_known.h"
#include "rust/workspace.h"

/* The keys that the changed options set in [profile.<name>], in the arena. */
static struct step_key *
changed_keys(const struct profile *p, struct arena *arena, size_t *count)
{
	struct step_key *keys = arena_array(arena, struct step_key, profile_setting_count(p) + 1);

	*count = 0;
	for (size_t i = 0; i < profile_setting_count(p); i++) {
		const struct profile_setting *s = profile_setting_at(p, i);
		const char **path;
		size_t len = 0;

		if (!s->is_changed)
			continue;
		path = arena_array(arena, const char *, 6);
		path[len++] = "profile";
		path[len++] = arena_strdup(arena, p->name);
		if (*s->table)
			path[len++] = s->spec ? "package" : "build-override";
		if (s->spec)
			path[len++] = arena_strdup(arena, s->spec);
		path[len++] = s->option->key;
		keys[(*count)++] = (struct step_key){ path, arena_strdup(arena, s->value) };
	}
	return keys;
}

static bool
check_cargo(
	const struct profile *p, const struct toolchain *tc, struct arena *arena, struct err *err)
{
	for (size_t i = 0; i < profile_setting_count(p); i++) {
		const struct profile_setting *s = profile_setting_at(p, i);
		const char *lack = s->is_changed ? profile_refusal(s, tc, arena) : NULL;

		if (!lack)
			continue;
		err_set(err, ERR_USAGE,
			"%s: this cargo would refuse Cargo.toml with it: it needs %s",
			s->option->key, lack);
		return err_try(err, "--set for a build with such a cargo alone");
	}
	return true;
}

struct edit *
profile_edit_prepare(const struct profile *p, const struct workspace *ws,
	const struct toolchain *tc, struct err *err)
{
	struct arena arena = ARENA_INIT;
	size_t count;
	struct step_key *keys = changed_keys(p, &arena, &count);
	struct edit *e = check_cargo(p, tc, &arena, err)
		? edit_prepare(ws->root, "Cargo.toml", keys, count, true, err)
		: NULL;

	arena_fini(&arena);
	return e;
}

/* Cargo asks the environment first, then its configuration, then Cargo.toml (The Cargo Book, "Profile
 * settings"): what is set there has a file that is no Cargo.toml, or a variable, for its origin. */
const char *
profile_edit_shadow(const struct profile_setting *s)
{
	struct span file;

	if (!s->is_changed || !s->origin || text_is(s->origin, "default"))
		return NULL;
	file = span_of(path_basename(s->origin));
	return span_starts(file, "Cargo.toml") ? NULL : s->origin;
}
