/* tuning: see tuning.h.
 *
 * Flags go into CARGO_TARGET_<TRIPLE>_RUSTFLAGS, which cargo, and what stands in its place, joins with the
 * flags of the configuration. Where that would not come out as it should, all flags that count are put
 * together here, in cargo's order, into RUSTFLAGS. */
#include "ready/tuning.h"

#include <stdlib.h>
#include <string.h>
#include "base/alloc.h"
#include "base/str.h"
#include "base/vec.h"
#include "host/tool.h"
#include "io/proc.h"
#include "ready/survey.h"
#include "rust/cargoconf.h"
#include "rust/choice.h"
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
	const char separator[] = { CHOICE_SEPARATOR, '\0' };
	const char *text = flags ? flags : "";
	const char *ends = strchr(text, CHOICE_SEPARATOR) ? separator : BLANKS;
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
		.linker = arena_strdup(arena, choice_option(c, triple, "linker")),
		.target_cpu = arena_strdup(arena, choice_option(c, triple, "target-cpu")),
		.crt_static = arena_strdup(arena, choice_option(c, triple, "crt-static")),
		.rustflags = tuning_split(choice_option(c, triple, "rustflags"), arena),
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
const char *
tuning_linker(const struct tuning *t, const struct survey *s, struct arena *arena)
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
	bool ok = tool_find(s->tools, tuning_linker(t, s, &arena)) ||
		err_set(err, ERR_USAGE, "%s: linker %s: %s", triple, t->linker,
			strchr(t->linker, '/') ? "there is no such program" : "not found on PATH");

	arena_fini(&arena);
	return ok;
}

/* What rustc does not list it refuses, after it has begun. */
bool
tuning_check_cpu(const struct tuning *t, const struct survey *s, const char *triple, bool quick,
	struct err *err)
{
	struct arena arena = ARENA_INIT;
	size_t n, i = 0;
	const char *const *names = cpus_list(s->toolchain, triple, quick, &arena, &n);
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
	return !t->target_cpu || !s->toolchain || tuning_check_cpu(t, s, triple, false, err);
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

bool
tuning_needs_common(const struct survey *s, const char *triple, const char *const *flags)
{
	struct conf_value named, all;

	if (is_common_variable_set() || has_blank(flags))
		return true;
	ask(s, triple, &named, &all);
	return count(all.items) > count(named.items) || has_blank(general_flags(s, triple, &all));
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

/* The variables as they gather. */
struct telling {
	const struct tuning_telling *t;
	struct arena *arena;
	struct proc_env *env;
	size_t count;
};

static void
set(struct telling *g, const char *name, const char *value)
{
	g->env[g->count++] = (struct proc_env){ name, arena_strdup(g->arena, value) };
}

/* For all targets of the command, which is one: whatever cargo would take, and ours. */
static void
give_common(struct telling *g)
{
	const struct survey *s = g->t->s;
	struct conf_value users = { 0 };
	struct str text = STR_INIT;
	bool is_coded;

	if (s->conf)
		cargoconf_rustflags(s->conf, g->t->triple, &users);
	is_coded = has_blank(users.items) || has_blank(g->t->flags);
	append_flags(&text, users.items, is_coded ? CHOICE_SEPARATOR : ' ');
	append_flags(&text, g->t->flags, is_coded ? CHOICE_SEPARATOR : ' ');
	if (!is_coded && getenv("CARGO_ENCODED_RUSTFLAGS")) /* it would count more */
		set(g, "CARGO_ENCODED_RUSTFLAGS", NULL);
	set(g, is_coded ? "CARGO_ENCODED_RUSTFLAGS" : "RUSTFLAGS", str_cstr(&text));
	str_fini(&text);
}

static const char *
variable(struct telling *g, const char *what)
{
	char *upper = cargoconf_env_triple(g->t->triple);
	const char *name = arena_printf(g->arena, "CARGO_TARGET_%s_%s", upper, what);

	free(upper);
	return name;
}

/* Behind what the variable says already. build.rustflags would not count any more beside it. */
static void
give_own(struct telling *g)
{
	const char *name = variable(g, "RUSTFLAGS"), *users = getenv(name);
	struct conf_value named, all;
	struct str text = STR_INIT;

	ask(g->t->s, g->t->triple, &named, &all);
	append_flags(&text, general_flags(g->t->s, g->t->triple, &all), ' ');
	if (users && *users)
		str_appendf(&text, "%s%s", text.len ? " " : "", users);
	append_flags(&text, g->t->flags, ' ');
	set(g, name, str_cstr(&text));
	str_fini(&text);
}

size_t
tuning_env(const struct tuning_telling *t, struct arena *arena, struct proc_env env[TUNING_ENV_MAX])
{
	struct telling g = { .t = t, .arena = arena, .env = env };

	if (t->linker)
		set(&g, variable(&g, "LINKER"), t->linker);
	if (!*t->flags)
		return g.count;
	if (t->is_alone && tuning_needs_common(t->s, t->triple, t->flags))
		give_common(&g);
	else
		give_own(&g);
	return g.count;
}
