/* tuning: see tuning.h.
 *
 * Flags go into CARGO_TARGET_<TRIPLE>_RUSTFLAGS, which cargo, and what stands in its place, joins with the
 * flags of the configuration. Where that would not come out as it should, all flags that count are put
 * together here, in cargo's order, into RUSTFLAGS. */
#include "build/tuning.h"

#include <stdlib.h>
#include <string.h>
#include "base/alloc.h"
#include "base/str.h"
#include "base/vec.h"
#include "build/backend.h"
#include "build/choice.h"
#include "build/command.h"
#include "build/place.h"
#include "build/run.h"
#include "build/way.h"
#include "host/tool.h"
#include "ready/survey.h"
#include "rust/cargoconf.h"
#include "rust/cpus.h"
#include "rust/workspace.h"
#include "text/fuzzy.h"

#define BLANKS " \t\r\n"

typedef VEC(const char *) words;

/* ---- what is told ---- */

static const char *const *
words_take(words *w, struct arena *arena)
{
	const char **list = arena_array(arena, const char *, w->len + 1);

	if (w->len)
		memcpy(list, w->items, w->len * sizeof(*list));
	vec_fini(w);
	return list;
}

const char *const *
tuning_split(const char *flags, struct arena *arena)
{
	const char separator[] = { TUNING_SEPARATOR, '\0' };
	const char *text = flags ? flags : "";
	const char *ends = strchr(text, TUNING_SEPARATOR) ? separator : BLANKS;
	words w = VEC_INIT;

	while (*(text += strspn(text, ends))) {
		size_t len = strcspn(text, ends);

		vec_push(&w, arena_strndup(arena, text, len));
		text += len;
	}
	return words_take(&w, arena);
}

struct tuning
tuning_chosen(const struct choice *c, const char *triple, struct arena *arena)
{
	return (struct tuning){
		.linker = arena_strdup(arena, choice_option(c, triple, WAY_LINKER)),
		.target_cpu = arena_strdup(arena, choice_option(c, triple, WAY_TARGET_CPU)),
		.crt_static = arena_strdup(arena, choice_option(c, triple, WAY_CRT_STATIC)),
		.rustflags = tuning_split(choice_option(c, triple, WAY_RUSTFLAGS), arena),
	};
}

static void
push_option(words *w, const char *text)
{
	vec_push(w, "-C");
	vec_push(w, text);
}

const char *const *
tuning_rustflags(const struct tuning *t, struct arena *arena)
{
	words w = VEC_INIT;

	if (t->target_cpu)
		push_option(&w, arena_printf(arena, "target-cpu=%s", t->target_cpu));
	if (t->crt_static)
		push_option(&w,
			arena_printf(arena, "target-feature=%ccrt-static",
				text_is(t->crt_static, "true") ? '+' : '-'));
	for (const char *const *flag = t->rustflags; flag && *flag; flag++)
		vec_push(&w, *flag);
	return words_take(&w, arena);
}

/* As cargo reads a program's name in its configuration. */
static const char *
linker_path(const struct tuning *t, const struct survey *s, struct arena *arena)
{
	bool is_place = strchr(t->linker, '/') && *t->linker != '/';

	return is_place ? arena_printf(arena, "%s/%s", s->workspace->root, t->linker) : t->linker;
}

/* The first words of both triples are alike. */
static bool
is_own_processor(const struct survey *s, const char *triple)
{
	struct span rest, a = span_cut(span_of(triple), '-', &rest);

	return span_equal(a, span_cut(span_of(s->host), '-', &rest));
}

static bool
check_linker(const struct tuning *t, const struct survey *s, const char *triple, struct err *err)
{
	struct arena arena = ARENA_INIT;
	bool ok = tool_find(s->tools, linker_path(t, s, &arena)) ||
		err_set(err, ERR_USAGE, "%s: linker %s: %s", triple, t->linker,
			strchr(t->linker, '/') ? "there is no such program" : "not found on PATH");

	arena_fini(&arena);
	return ok;
}

/* What rustc does not list it refuses, after it has begun. */
static bool
check_cpu(const struct tuning *t, const struct survey *s, const char *triple, struct err *err)
{
	struct arena arena = ARENA_INIT;
	size_t n, i = 0;
	const char *const *names = cpus_list(s->toolchain, triple, false, &arena, &n);
	const char *nearest;
	bool ok;

	while (i < n && !text_is(names[i], t->target_cpu))
		i++;
	ok = i < n || !n || text_is(t->target_cpu, "native");
	if (!ok) {
		err_set(err, ERR_USAGE, "%s: rustc knows no processor \"%s\" for this target",
			triple, t->target_cpu);
		nearest = fuzzy_nearest(t->target_cpu, names, n);
		err_try(err,
			nearest ? "--target-cpu %s=%s" : "rustc --print target-cpus --target %s",
			triple, nearest);
	} else if (text_is(t->target_cpu, "native") && !is_own_processor(s, triple)) {
		ok = err_set(err, ERR_USAGE,
			"%s: target-cpu \"native\" is this machine's, and the target is for "
			"another",
			triple);
	}
	arena_fini(&arena);
	return ok;
}

bool
tuning_check(const struct tuning *t, const struct survey *s, const char *triple, struct err *err)
{
	if (t->linker && s->tools && !check_linker(t, s, triple, err))
		return false;
	return !t->target_cpu || !s->toolchain || check_cpu(t, s, triple, err);
}

/* ---- how it is told ---- */

static bool
has_blank(const char *const *flags)
{
	for (; flags && *flags; flags++) {
		if (strpbrk(*flags, BLANKS) || !**flags)
			return true;
	}
	return false;
}

static size_t
count(const char *const *list)
{
	size_t n = 0;

	while (list && list[n])
		n++;
	return n;
}

/* What the configuration says of the target: by its name, and all that is for it. */
static void
ask(const struct survey *s, const char *triple, struct conf_value *named, struct conf_value *all)
{
	char *key = xasprintf("target.%s.rustflags", triple);

	*named = *all = (struct conf_value){ 0 };
	if (s->conf) {
		cargoconf_get(s->conf, key, named);
		cargoconf_target(s->conf, triple, "rustflags", all);
	}
	free(key);
}

/* Flags of build.rustflags, which count where no others do. */
static const char *const *
general_flags(const struct survey *s, const char *triple, const struct conf_value *all)
{
	struct conf_value general = { 0 };

	if (count(all->items) || !s->conf || !cargoconf_rustflags(s->conf, triple, &general))
		return NULL;
	return general.items;
}

static bool
is_common_variable_set(void)
{
	return getenv("CARGO_ENCODED_RUSTFLAGS") || getenv("RUSTFLAGS");
}

static bool
needs_common_variable(const struct survey *s, const char *triple, const char *const *flags)
{
	struct conf_value named, all;

	if (is_common_variable_set() || has_blank(flags))
		return true;
	ask(s, triple, &named, &all);
	return count(all.items) > count(named.items) || has_blank(general_flags(s, triple, &all));
}

bool
tuning_parts(const struct run_spec *spec, const struct place *place)
{
	struct arena arena = ARENA_INIT;
	bool parts = false;

	for (size_t i = 0; i < place->way_count && !parts; i++) {
		const struct way *way = place->ways[i];
		const char *const *flags = tuning_rustflags(&way->tuning, &arena);

		parts = *flags && needs_common_variable(spec->survey, way->triple, flags);
	}
	arena_fini(&arena);
	return parts;
}

static void
append_flags(struct str *out, const char *const *flags, char separator)
{
	for (; flags && *flags; flags++) {
		if (out->len)
			str_append_char(out, separator);
		str_append(out, *flags);
	}
}

/* For all targets of the command, which is one: whatever cargo would take, and ours. */
static void
give_common(struct command *c, const struct survey *s, const char *triple, const char *const *flags)
{
	struct conf_value users = { 0 };
	struct str text = STR_INIT;
	bool is_coded;

	if (s->conf)
		cargoconf_rustflags(s->conf, triple, &users);
	is_coded = has_blank(users.items) || has_blank(flags);
	append_flags(&text, users.items, is_coded ? TUNING_SEPARATOR : ' ');
	append_flags(&text, flags, is_coded ? TUNING_SEPARATOR : ' ');
	if (!is_coded && getenv("CARGO_ENCODED_RUSTFLAGS")) /* it would count more */
		command_set(c, "CARGO_ENCODED_RUSTFLAGS", NULL);
	command_set(c, is_coded ? "CARGO_ENCODED_RUSTFLAGS" : "RUSTFLAGS", str_cstr(&text));
	str_fini(&text);
}

/* Behind what the variable says already. build.rustflags would not count any more beside it. */
static void
give_own(struct command *c, const struct survey *s, const char *triple, const char *const *flags)
{
	char *upper = cargoconf_env_triple(triple);
	const char *name = arena_printf(&c->arena, "CARGO_TARGET_%s_RUSTFLAGS", upper);
	const char *users = getenv(name);
	struct conf_value named, all;
	struct str text = STR_INIT;

	ask(s, triple, &named, &all);
	append_flags(&text, general_flags(s, triple, &all), ' ');
	if (users && *users)
		str_appendf(&text, "%s%s", text.len ? " " : "", users);
	append_flags(&text, flags, ' ');
	command_set(c, name, str_cstr(&text));
	str_fini(&text);
	free(upper);
}

static void
give_flags(struct command *c, const struct command_query *query, const char *triple)
{
	const struct survey *s = query->spec->survey;
	const struct way *way = place_way(query->place, triple);
	words w = VEC_INIT;
	const char *const *flags;

	for (size_t i = 0; i < c->link_args.len; i++) {
		if (text_is(c->link_args.items[i].triple, triple))
			push_option(&w, c->link_args.items[i].flag);
	}
	for (flags = way ? tuning_rustflags(&way->tuning, &c->arena) : NULL; flags && *flags;
		flags++)
		vec_push(&w, *flags);
	flags = words_take(&w, &c->arena);
	if (!*flags)
		return;
	if (query->target_count == 1 && needs_common_variable(s, triple, flags))
		give_common(c, s, triple, flags);
	else
		give_own(c, s, triple, flags);
}

/* In a box its programs are those of the image. */
static void
give_linker(struct command *c, const struct command_query *query, const char *triple)
{
	const struct way *way = place_way(query->place, triple);
	bool is_boxed = query->place->backend->traits & BACKEND_BOXED;
	const struct survey *s = query->spec->survey;
	char *upper;

	if (!way || !way->tuning.linker)
		return;
	upper = cargoconf_env_triple(triple);
	command_set(c, arena_printf(&c->arena, "CARGO_TARGET_%s_LINKER", upper),
		is_boxed ? way->tuning.linker : linker_path(&way->tuning, s, &c->arena));
	free(upper);
}

void
tuning_give(struct command *c, const struct command_query *query)
{
	for (size_t i = 0; i < query->target_count; i++) {
		give_linker(c, query, query->targets[i]);
		give_flags(c, query, query->targets[i]);
	}
}
