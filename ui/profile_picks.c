#include "ui/profile_picks.h"

#include <stdlib.h>
#include "base/path.h"
#include "base/str.h"
#include "base/vec.h"
#include "io/file.h"
#include "ready/survey.h"
#include "rust/profile.h"
#include "rust/workspace.h"
#include "ui/store.h"

typedef VEC(const char *) words;

static const char *const *
words_take(words *w, struct arena *arena)
{
	const char **kept = arena_array(arena, const char *, w->len + 1);

	if (w->len)
		memcpy(kept, w->items, w->len * sizeof(*kept));
	vec_fini(w);
	return kept;
}

void
profile_picks_profiles(
	struct pick *p, const struct store *s, struct arena *arena, const char *const **names)
{
	size_t count;

	*names = profile_names(s->survey->workspace, s->survey->conf, arena, &count);
	pick_begin(p, "profile");
	for (size_t i = 0; i < count; i++)
		pick_add(p, span_of((*names)[i]), "", text_is((*names)[i], s->profile->name));
}

static void
add(struct pick *p, words *w, const char *name, const char *label, const char *note)
{
	for (size_t i = 0; name && i < w->len; i++) {
		if (text_is(w->items[i], name))
			return;
	}
	vec_push(w, name);
	pick_add(p, span_of(label), note, false);
}

/* The packages of Cargo.lock, in its order. */
static void
add_locked(struct pick *p, words *w, const struct workspace *ws, struct arena *arena)
{
	char *path = path_join(ws->root, "Cargo.lock");
	struct str text = STR_INIT;
	struct span rest;

	file_read(path, &text, NULL);
	rest = str_span(&text);
	while (rest.len) {
		struct span line = span_cut(rest, '\n', &rest);
		const char *name;

		if (!span_starts(line, "name = \"") || !span_ends(line, "\""))
			continue;
		name = arena_span(arena, (struct span){ line.data + 8, line.len - 9 });
		add(p, w, name, name, "");
	}
	str_fini(&text);
	free(path);
}

void
profile_picks_packages(
	struct pick *p, const struct store *s, struct arena *arena, const char *const **names)
{
	const struct workspace *ws = s->survey->workspace;
	words w = VEC_INIT;

	pick_begin(p, "an option for");
	add(p, &w, "*", "*", "all packages but the workspace's own");
	add(p, &w, NULL, "build scripts", "proc macros, and what they are made of");
	if (ws)
		add_locked(p, &w, ws, arena);
	*names = words_take(&w, arena);
}

void
profile_picks_options(struct pick *p, struct arena *arena, const char *const **names)
{
	words w = VEC_INIT;

	pick_begin(p, "option");
	for (size_t i = 0; i < profile_option_count; i++) {
		const struct profile_option *o = &profile_options[i];

		if (!o->is_whole && !o->is_nightly)
			add(p, &w, o->key, o->key, "");
	}
	*names = words_take(&w, arena);
}
