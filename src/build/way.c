/* Each way is what the words say, over what the project chose, over what the survey prefers. */
#include "build/way.h"

#include <stdlib.h>
#include <string.h>
#include "base/alloc.h"
#include "base/count.h"
#include "base/str.h"
#include "build/backend.h"
#include "build/buildstd.h"
#include "build/run.h"
#include "build/spread.h"
#include "ready/backend.h"
#include "ready/engine.h"
#include "ready/pairs.h"
#include "ready/survey.h"
#include "rust/choice.h"
#include "text/fuzzy.h"

/* ---- words ---- */

const char *const way_keys[] = { WAY_BACKEND, WAY_GLIBC, WAY_IMAGE, WAY_DOCKERFILE, WAY_ENGINE,
	WAY_BUILD_STD, WAY_API, WAY_SDK, WAY_COMPATIBILITY, WAY_INTERPRETER, WAY_LINKER,
	WAY_TARGET_CPU, WAY_CRT_STATIC, WAY_RUSTFLAGS, NULL };

/* A word's parts. */
struct word {
	struct span triple, key;
	const char *value;
};

static struct word
word_cut(const char *text)
{
	struct word w;
	struct span rest;

	w.triple = span_cut(span_of(text), ':', &rest);
	w.key = span_cut(rest, '=', &rest);
	w.value = rest.data;
	return w;
}

/* Flags of rustc's have their own. */
static bool
names_triple(const char *text, const char *equals)
{
	return equals && *text != '-' && !memchr(text, ' ', (size_t)(equals - text));
}

const char *
way_word(const char *key, const char *text, struct arena *arena)
{
	const char *equals = strchr(text, '=');

	if (!names_triple(text, equals))
		return arena_printf(arena, "*:%s=%s", key, text);
	return arena_printf(arena, "%.*s:%s%s", (int)(equals - text), text, key, equals);
}

/* `is_own` (NULL: of no interest): the word names the triple. */
static const char *
find_option(const struct run_spec *spec, const char *triple, const char *key, bool *is_own)
{
	const char *general = NULL, *own = NULL;

	for (size_t i = 0; i < spec->way_count; i++) {
		struct word w = word_cut(spec->ways[i]);

		if (!span_is(w.key, key))
			continue;
		if (span_is(w.triple, triple))
			own = w.value;
		else if (span_is(w.triple, "*"))
			general = w.value;
	}
	if (is_own)
		*is_own = own != NULL;
	return own ? own : general;
}

const char *
way_option(const struct run_spec *spec, const char *triple, const char *key)
{
	return find_option(spec, triple, key, NULL);
}

static void
add_word(struct run_spec *spec, const char *triple, const char *key, const char *value,
	struct arena *arena)
{
	const char **ways = arena_array(arena, const char *, spec->way_count + 2);

	if (spec->way_count)
		memcpy(ways, spec->ways, spec->way_count * sizeof(*ways));
	ways[spec->way_count++] = arena_printf(arena, "%s:%s=%s", triple, key, value);
	spec->ways = ways;
}

void
ways_add_chosen(struct run_spec *spec, const struct choice *choice, bool prefers_choice,
	struct arena *arena)
{
	for (size_t i = 0; i < spec->target_count; i++) {
		for (const char *const *key = way_keys; *key; key++) {
			const char *triple = spec->targets[i];
			const char *chosen = choice_option(choice, triple, *key);

			if (chosen && (prefers_choice || !way_option(spec, triple, *key)))
				add_word(spec, triple, *key, chosen, arena);
		}
	}
}

/* A triple that nobody builds is a slip of the pen. */
static bool
check_words(const struct run_spec *spec, struct err *err)
{
	for (size_t i = 0; i < spec->way_count; i++) {
		struct word w = word_cut(spec->ways[i]);
		bool is_known = span_is(w.triple, "*");

		for (size_t t = 0; t < spec->target_count && !is_known; t++)
			is_known = span_is(w.triple, spec->targets[t]);
		if (!is_known)
			return err_set(err, ERR_USAGE, "--%.*s %.*s=%s: that target is not built",
				(int)w.key.len, w.key.data, (int)w.triple.len, w.triple.data,
				w.value);
	}
	return true;
}

/* ---- backends ---- */

bool
way_check_backend(const char *name, struct err *err)
{
	const char *names[BACKEND_MAX];
	size_t count = backend_names(names);
	const char *nearest = fuzzy_nearest(name, names, count);
	struct str all = STR_INIT;

	if (backend_find(name))
		return true;
	for (size_t i = 0; i < count; i++)
		str_appendf(&all, "%s%s", i ? ", " : "", names[i]);
	err_set(err, ERR_USAGE, "there is no backend \"%s\"", name);
	err_try(err, "%s", nearest ? nearest : str_cstr(&all));
	str_fini(&all);
	return false;
}

static const struct target_state *
state_of(const struct run_spec *spec, const char *triple)
{
	long at = survey_find(spec->survey, triple);

	return at < 0 ? NULL : &spec->survey->states[at];
}

static bool
is_among_ways(const struct target_state *state, const char *name)
{
	for (size_t i = 0; state && state->backends && state->backends[i]; i++) {
		if (text_is(state->backends[i], name))
			return true;
	}
	return false;
}

/* cargo itself can always try; the others know whom they can build for. */
static bool
can_reach(const struct run_spec *spec, const struct way *way)
{
	if (way->backend->reaches)
		return way->backend->reaches(spec, way);
	return way->backend == &backend_native || !spec->survey->backends ||
		backends_reach(spec->survey->backends, way->backend->name, way->triple);
}

/* Nobody has chosen: what is preferred here; for a floor of glibc's, what can link against one. */
static const struct backend *
preferred(const struct run_spec *spec, const struct way *way)
{
	const struct target_state *state = state_of(spec, way->triple);
	const struct backend *b = state && state->usual ? backend_find(state->usual) : NULL;

	if (way->tuning.linker)
		return &backend_native;
	if (way->glibc && is_among_ways(state, backend_zig.name))
		return &backend_zig;
	return b ? b : &backend_native;
}

/* zig, xwin and ndk come with the program that links. */
static bool
takes_linker(const struct way *way, struct err *err)
{
	if (!way->tuning.linker || !(way->backend->traits & BACKEND_LINKS))
		return true;
	err_set(err, ERR_USAGE, "%s: %s links by itself, not with %s", way->triple,
		way->backend->name, way->tuning.linker);
	return err_try(err, "--backend %s=native, or no linker for this target", way->triple);
}

static bool
choose_backend(struct way *way, const struct run_spec *spec, struct err *err)
{
	const char *name = way_option(spec, way->triple, WAY_BACKEND);

	if (!(way->is_chosen = name && *name)) {
		way->backend = preferred(spec, way);
		return true;
	}
	if (!way_check_backend(name, err))
		return false;
	way->backend = backend_find(name);
	if (!can_reach(spec, way))
		return err_set(
			err, ERR_USAGE, "%s: %s does not build for this target", way->triple, name);
	return takes_linker(way, err);
}

/* ---- options ---- */

bool
way_is_glibc(const char *text)
{
	size_t major = strspn(text, "0123456789"), minor;

	if (!major || text[major] != '.')
		return false;
	minor = strspn(text + major + 1, "0123456789");
	return minor && !text[major + 1 + minor];
}

/* A word for all targets is for those that have a glibc. */
static bool
choose_glibc(struct way *way, const struct run_spec *spec, struct arena *arena, struct err *err)
{
	bool is_own = false;
	const char *glibc = find_option(spec, way->triple, WAY_GLIBC, &is_own);
	bool has_glibc = strstr(way->triple, "-linux-gnu") != NULL;

	if (!glibc || !*glibc || (!has_glibc && !is_own))
		return true;
	if (!has_glibc)
		return err_set(err, ERR_USAGE, "%s: this target has no glibc", way->triple);
	if (!way_is_glibc(glibc))
		return err_set(err, ERR_USAGE,
			"%s: \"%s\" is no version of glibc; one looks like 2.17", way->triple,
			glibc);
	way->glibc = arena_strdup(arena, glibc);
	return true;
}

/* Those that only their backend can judge. */
static void
read_options(struct way *way, const struct run_spec *spec, struct arena *arena)
{
	const struct {
		const char **value;
		const char *key;
	} options[] = { { &way->image, WAY_IMAGE }, { &way->dockerfile, WAY_DOCKERFILE },
		{ &way->engine, WAY_ENGINE }, { &way->api, WAY_API }, { &way->sdk, WAY_SDK },
		{ &way->build_std, WAY_BUILD_STD }, { &way->compatibility, WAY_COMPATIBILITY },
		{ &way->interpreter, WAY_INTERPRETER }, { &way->tuning.linker, WAY_LINKER },
		{ &way->tuning.target_cpu, WAY_TARGET_CPU } };

	for (size_t i = 0; i < COUNT(options); i++) {
		const char *value = way_option(spec, way->triple, options[i].key);

		*options[i].value = value && *value ? arena_strdup(arena, value) : NULL;
	}
	way->tuning.rustflags = tuning_split(way_option(spec, way->triple, WAY_RUSTFLAGS), arena);
}

const char *
way_truth(const char *word)
{
	static const struct {
		const char *word, *value;
	} words[] = { { "true", "true" }, { "yes", "true" }, { "false", "false" },
		{ "no", "false" } };

	for (size_t i = 0; i < COUNT(words); i++) {
		if (text_is(words[i].word, word))
			return words[i].value;
	}
	return NULL;
}

static bool
choose_crt_static(struct way *way, const struct run_spec *spec, struct err *err)
{
	const char *word = way_option(spec, way->triple, WAY_CRT_STATIC);

	if (!word || !*word)
		return true;
	way->tuning.crt_static = way_truth(word);
	return way->tuning.crt_static ||
		err_set(err, ERR_USAGE, "%s: crt-static \"%s\": true or false was expected",
			way->triple, word);
}

struct way *
ways_make(const struct run_spec *spec, const char *const *triples, size_t count,
	struct arena *arena, struct err *err)
{
	struct way *ways = arena_array(arena, struct way, count + 1);

	if (!check_words(spec, err))
		return NULL;
	for (size_t i = 0; i < count; i++) {
		ways[i].triple = arena_strdup(arena, triples[i]);
		read_options(&ways[i], spec, arena);
		if (!choose_glibc(&ways[i], spec, arena, err) ||
			!choose_crt_static(&ways[i], spec, err) ||
			(ways[i].engine && !engine_check_name(ways[i].engine, err)) ||
			!choose_backend(&ways[i], spec, err))
			return NULL;
	}
	if (!ways_spread(spec, ways, count, err))
		return NULL;
	return ways;
}

/* ---- whether it can be gone ---- */

const char *
way_other(const struct run_spec *spec, const struct way *way)
{
	const struct target_state *state = state_of(spec, way->triple);

	for (size_t i = 0; state && state->backends && state->backends[i]; i++) {
		const char *other = state->backends[i];

		if (!text_is(other, way->backend->name) && !survey_lack(state, other) &&
			backend_find(other))
			return other;
	}
	return NULL;
}

/* What would help: what brings the missing thing, and another way that is there. */
static bool
offer(const struct run_spec *spec, const struct way *way, const char *remedy, struct err *err)
{
	const char *other = way_other(spec, way);
	char *own = remedy && *remedy ? xstrdup(remedy) : NULL;

	if (own && other)
		err_try(err, "%s, or --backend %s=%s", own, way->triple, other);
	else if (own)
		err_try(err, "%s", own);
	else if (other)
		err_try(err, "--backend %s=%s", way->triple, other);
	free(own);
	return false;
}

static bool
check_machine(const struct run_spec *spec, const struct backend *b, struct way_answers *answers,
	struct err *err)
{
	size_t i = 0;

	while (answers->asked[i] && answers->asked[i] != b)
		i++;
	if (!answers->asked[i]) {
		answers->asked[i] = b;
		if ((!b->check_machine || b->check_machine(spec, &answers->said[i])) && b->programs)
			pairs_check(spec->survey, b->programs, &answers->warnings[i],
				&answers->said[i]);
	}
	if (answers->said[i].kind == ERR_NONE)
		return true;
	*err = answers->said[i];
	return false;
}

void
way_answers_fini(struct way_answers *answers)
{
	for (size_t i = 0; i < BACKEND_MAX; i++)
		str_fini(&answers->warnings[i]);
}

const char *
way_warnings(const struct way_answers *answers, const struct backend *b)
{
	for (size_t i = 0; i < BACKEND_MAX && answers->asked[i]; i++)
		if (answers->asked[i] == b)
			return str_cstr(&answers->warnings[i]);
	return "";
}

bool
way_check(const struct run_spec *spec, const struct way *way, struct way_answers *answers,
	struct err *err)
{
	const struct target_state *state = state_of(spec, way->triple);
	const struct backend *b = way->backend;
	const struct need *lack = state ? survey_lack(state, b->name) : NULL;

	if (lack && lack->kind == NEED_ENGINE && way->engine)
		lack = NULL; /* of another one than the way's */
	/* cargo says itself what it lacks, and may not need it: a library is not linked */
	if (lack && b != &backend_native) {
		err_set(err, ERR_ENVIRONMENT, "%s: %s", lack->name, lack->detail);
		err_prefix(err, "%s: %s cannot build it here", way->triple, b->name);
		return offer(spec, way, lack->remedy, err);
	}
	if (!check_machine(spec, b, answers, err)) {
		err_prefix(err, "%s: %s cannot build it here", way->triple, b->name);
		return offer(spec, way, err->remedy, err);
	}
	if (build_std_check(spec, way, err) && (!b->check || b->check(spec, way, err)) &&
		(b->traits & BACKEND_BOXED ||
			tuning_check(&way->tuning, spec->survey, way->triple, err)))
		return true;
	return offer(spec, way, err->remedy, err);
}
