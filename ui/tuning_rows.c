#include "ui/tuning_rows.h"

#include <string.h>
#include "base/count.h"
#include "base/str.h"
#include "build/way.h"
#include "ready/survey.h"
#include "ready/tuning.h"
#include "rust/cargoconf.h"
#include "rust/choice.h"
#include "rust/cpus.h"
#include "rust/targets.h"
#include "ui/store.h"

/* clang-format off */
const struct tuning_option tuning_options[] = {
	{ WAY_BACKEND, "who builds it: cargo itself, or what stands in its place" },
	{ WAY_GLIBC, "the oldest glibc it is to run on: zig links for it, and what comes out is held against it" },
	{ WAY_LINKER, "the program that links, by its name or its place from the workspace's root" },
	{ WAY_TARGET_CPU, "the oldest processor it is to run on: newer ones can do more at once" },
	{ WAY_CRT_STATIC, "true links the C library in: one file that needs nothing, but no shared libraries" },
	{ WAY_RUSTFLAGS, "more flags of rustc's for this target, behind those of your own configuration" },
};
/* clang-format on */
const size_t tuning_option_count = COUNT(tuning_options);

bool
tuning_option_fits(const struct tuning_option *o, const struct store *s, const char *triple)
{
	const struct target *t = targets_find(s->survey->targets, triple);

	if (text_is(o->key, WAY_GLIBC))
		return strstr(triple, "-linux-gnu") != NULL;
	if (text_is(o->key, WAY_CRT_STATIC))
		return !t || text_is(t->os, "linux") || text_is(t->env, "msvc") ||
			choice_option(s->choice, triple, o->key);
	return true;
}

static const char *
joined(const char *const *words, struct arena *arena)
{
	const char *text = NULL;

	for (; words && *words; words++)
		text = text ? arena_printf(arena, "%s %s", text, *words)
			    : arena_strdup(arena, *words);
	return text;
}

const char *
tuning_option_said(const struct tuning_option *o, const struct store *s, const char *triple,
	struct arena *arena)
{
	const char *text = choice_option(s->choice, triple, o->key);

	if (text && text_is(o->key, WAY_RUSTFLAGS))
		return joined(tuning_split(text, arena), arena);
	return arena_strdup(arena, text);
}

static const struct target_state *
state_of(const struct store *s, const char *triple)
{
	long at = survey_find(s->survey, triple);

	return at < 0 ? NULL : &s->survey->states[at];
}

static const char *
else_linker(const struct store *s, const char *triple, struct arena *arena)
{
	const struct target_state *state = state_of(s, triple);

	if (state && state->linker_is_wished) /* nothing else was looked for */
		return "what cargo's configuration names, else what is found";
	if (!state || !state->linker)
		return "none was found";
	return arena_printf(arena, "%s (%s)", state->linker,
		state->linker_origin ? state->linker_origin : "rustc's own");
}

static const char *
else_flags(const struct store *s, const char *triple, struct arena *arena)
{
	struct conf_value value = { 0 };
	const char *flags;

	if (!s->survey->conf || !cargoconf_rustflags(s->survey->conf, triple, &value) ||
		!(flags = joined(value.items, arena)))
		return "none";
	return arena_printf(arena, "%s (%s)", flags, value.line ? value.path : value.name);
}

const char *
tuning_option_else(const struct tuning_option *o, const struct store *s, const char *triple,
	struct arena *arena)
{
	const struct target_state *state = state_of(s, triple);
	const struct target *t = targets_find(s->survey->targets, triple);

	if (text_is(o->key, WAY_BACKEND))
		return arena_printf(arena, "%s (preferred here)",
			state && state->usual ? state->usual : "none");
	if (text_is(o->key, WAY_LINKER))
		return else_linker(s, triple, arena);
	if (text_is(o->key, WAY_RUSTFLAGS))
		return else_flags(s, triple, arena);
	if (text_is(o->key, WAY_CRT_STATIC))
		return t && t->crt_static_default ? "true (the target's)" : "false (the target's)";
	return text_is(o->key, WAY_GLIBC) ? "what is linked with" : "what all of them can";
}

static const char *const *
listed(const char *const *names, size_t count, struct arena *arena)
{
	const char **list = arena_array(arena, const char *, count + 1);

	for (size_t i = 0; i < count; i++)
		list[i] = names[i];
	return list;
}

const char *const *
tuning_option_values(const struct tuning_option *o, const struct store *s, const char *triple,
	struct arena *arena)
{
	static const char *const truth[] = { "true", "false" };
	const struct target_state *state = state_of(s, triple);
	const char *const *names = NULL;
	size_t count = 0;

	if (text_is(o->key, WAY_CRT_STATIC))
		return listed(truth, 2, arena);
	if (text_is(o->key, WAY_BACKEND) && state && state->backends) {
		while (state->backends[count])
			count++;
		return listed(state->backends, count, arena);
	}
	if (text_is(o->key, WAY_TARGET_CPU) && s->survey->toolchain)
		names = cpus_list(s->survey->toolchain, triple, true, arena, &count);
	return names && count ? listed(names, count, arena) : NULL;
}

static const char *
line_of(const struct store *s, const char *triple, struct arena *arena)
{
	const char *line = NULL;

	for (size_t i = 0; i < tuning_option_count; i++) {
		const struct tuning_option *o = &tuning_options[i];
		const char *said = tuning_option_said(o, s, triple, arena);

		if (said)
			line = arena_printf(arena, "%s%s %s %s", line ? line : triple,
				line ? "," : ":", o->key, said);
	}
	return line;
}

const char *const *
tuning_lines(const struct store *s, struct arena *arena)
{
	size_t count = 0, len = 0;
	const char **lines;

	while (choice_tuned(s->choice, count))
		count++;
	lines = arena_array(arena, const char *, count + 1);
	for (size_t i = 0; i < count; i++) {
		const char *line = line_of(s, choice_tuned(s->choice, i), arena);

		if (line)
			lines[len++] = line;
	}
	return lines;
}
