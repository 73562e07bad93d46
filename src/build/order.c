/* The lists of names in a spec are treated alike: a row for each, with what the choice and JSON call it. */
#include "build/order.h"

#include <string.h>
#include "base/alloc.h"
#include "base/str.h"
#include "build/universal2.h"
#include "build/variants.h"
#include "build/way.h"
#include "ready/survey.h"
#include "rust/choice.h"
#include "text/json.h"

struct names {
	const char *const *items;
	size_t count;
};

struct list {
	const char *key;
	enum choice_list chosen;   /* CHOICE_LIST_COUNT: the choice has none */
	const char *const **items; /* in the spec */
	size_t *count;
};

#define LIST_COUNT 6

static void
lists_of(struct run_spec *spec, struct list lists[LIST_COUNT])
{
	const struct list all[LIST_COUNT] = {
		{ "targets", CHOICE_TARGETS, &spec->targets, &spec->target_count },
		{ "packages", CHOICE_PACKAGES, &spec->packages, &spec->package_count },
		{ "bins", CHOICE_BINS, &spec->bins, &spec->bin_count },
		{ "examples", CHOICE_EXAMPLES, &spec->examples, &spec->example_count },
		{ "cargo_args", CHOICE_LIST_COUNT, &spec->cargo_args, &spec->cargo_arg_count },
		{ "ways", CHOICE_LIST_COUNT, &spec->ways, &spec->way_count },
	};

	memcpy(lists, all, sizeof(all));
}

static void
list_set(const struct list *list, struct names names)
{
	*list->items = names.items;
	*list->count = names.count;
}

/* ---- of the choice ---- */

static struct names
names_chosen(const struct choice *c, enum choice_list list, struct arena *arena)
{
	size_t count = choice_list_count(c, list);
	const char **copy = arena_array(arena, const char *, count + 1);

	for (size_t i = 0; i < count; i++)
		copy[i] = arena_strdup(arena, choice_list_get(c, list, i));
	return (struct names){ copy, count };
}

/* "tls,json". */
static const char *
features_chosen(const struct choice *c, struct arena *arena)
{
	size_t count = choice_list_count(c, CHOICE_FEATURES);
	const char *all = choice_list_get(c, CHOICE_FEATURES, 0);

	for (size_t i = 1; i < count; i++)
		all = arena_printf(arena, "%s,%s", all, choice_list_get(c, CHOICE_FEATURES, i));
	return arena_strdup(arena, all);
}

/* Which of the packages' parts: these lists go together. */
static bool
is_of_selection(enum choice_list list)
{
	return list == CHOICE_PACKAGES || list == CHOICE_BINS || list == CHOICE_EXAMPLES;
}

/* Whether the choice has the word, where it says something. */
static bool
choice_counts(const struct order *o, const struct choice *c, enum choice_list list, bool preferred)
{
	const struct run_spec *run = &o->run;
	bool is_silent = list == CHOICE_TARGETS ? !run->target_count
		: list == CHOICE_FEATURES
		? !run->features
		: !run->package_count && !run->bin_count && !run->example_count;
	bool says = choice_list_count(c, list) > 0;

	for (int i = 0; is_of_selection(list) && i < CHOICE_LIST_COUNT; i++)
		says |= is_of_selection((enum choice_list)i) &&
			choice_list_count(c, (enum choice_list)i) > 0;
	return says && (is_silent || preferred);
}

void
order_make(struct order *o, const struct run_spec *asked, const struct choice *choice,
	bool prefers_choice)
{
	struct list lists[LIST_COUNT];
	bool counts[CHOICE_LIST_COUNT + 1] = { false };

	*o = (struct order){ 0 };
	if (asked)
		o->run = *asked;
	for (int i = 0; i < CHOICE_LIST_COUNT; i++)
		counts[i] = choice_counts(o, choice, (enum choice_list)i, prefers_choice);
	lists_of(&o->run, lists);
	for (size_t i = 0; i < LIST_COUNT; i++) {
		if (counts[lists[i].chosen])
			list_set(&lists[i], names_chosen(choice, lists[i].chosen, &o->arena));
	}
	if (counts[CHOICE_FEATURES])
		o->run.features = features_chosen(choice, &o->arena);
	universal2_expand(&o->run, &o->arena);
	ways_add_chosen(&o->run, choice, prefers_choice, &o->arena);
}

void
order_add_target(struct order *o, const char *triple, const struct choice *choice)
{
	const char **targets = arena_array(&o->arena, const char *, o->run.target_count + 2);

	memcpy(targets, o->run.targets, o->run.target_count * sizeof(*targets));
	targets[o->run.target_count++] = arena_strdup(&o->arena, triple);
	o->run.targets = targets;
	ways_add_chosen(&o->run, choice, false, &o->arena);
}

void
order_add_own(struct order *o, const struct survey *survey, const struct choice *choice)
{
	const char *triple;

	if (o->run.target_count)
		return;
	for (size_t i = 0; (triple = survey_own_target(survey, i)); i++)
		order_add_target(o, triple, choice);
}

static const char *const *
copy_names(const char *const *names, size_t count, struct arena *arena)
{
	const char **copy = arena_array(arena, const char *, count + 1);

	for (size_t i = 0; i < count; i++)
		copy[i] = arena_strdup(arena, names[i]);
	return copy;
}

static const struct run_variant *
copy_variants(const struct run_spec *spec, struct arena *arena)
{
	struct run_variant *copy = arena_array(arena, struct run_variant, spec->variant_count + 1);

	for (size_t i = 0; i < spec->variant_count; i++) {
		const struct run_variant *v = &spec->variants[i];

		copy[i] = (struct run_variant){ arena_strdup(arena, v->name),
			copy_names(v->config, v->config_count, arena), v->config_count };
	}
	return copy;
}

void
order_own_spec(struct run_spec *spec, struct arena *arena)
{
	struct list lists[LIST_COUNT];

	lists_of(spec, lists);
	for (size_t i = 0; i < LIST_COUNT; i++)
		*lists[i].items = copy_names(*lists[i].items, *lists[i].count, arena);
	spec->variants = copy_variants(spec, arena);
	spec->features = arena_strdup(arena, spec->features);
	spec->dir = arena_strdup(arena, spec->dir);
	spec->log_dir = arena_strdup(arena, spec->log_dir);
	spec->target_dir = arena_strdup(arena, spec->target_dir);
}

void
order_fini(struct order *o)
{
	arena_fini(&o->arena);
	*o = (struct order){ 0 };
}

/* ---- as text ---- */

static struct json *
array_of(struct names names)
{
	struct json *array = json_array();

	for (size_t i = 0; i < names.count; i++)
		json_push_string(array, names.items[i]);
	return array;
}

static struct names
names_of_array(const struct json *array, struct arena *arena)
{
	const char **items = arena_array(arena, const char *, json_count(array) + 1);
	struct names names = { items, 0 };

	for (const struct json *v = json_first(array); v; v = json_next(v)) {
		if (json_string(v, NULL))
			items[names.count++] = arena_strdup(arena, json_string(v, NULL));
	}
	return names;
}

static void
push_variant(struct json *variants, const struct run_variant *v)
{
	struct json *object = json_push(variants, json_object());

	json_set_string(object, "name", v->name);
	json_set(object, "config", array_of((struct names){ v->config, v->config_count }));
}

static struct json *
variants_of(const struct run_spec *spec)
{
	struct json *variants = json_array();
	struct arena arena = { 0 };
	struct run_variant own;

	for (size_t i = 0; i < spec->variant_count; i++)
		push_variant(variants, &spec->variants[i]);
	if (!spec->variant_count && spec->profile) {
		own = variant_of_profile(spec->profile, &arena);
		if (own.config_count)
			push_variant(variants, &own);
	}
	arena_fini(&arena);
	return variants;
}

char *
order_write(const struct run_spec *spec, const char *profile)
{
	struct json *all = json_object();
	struct run_spec copy = *spec;
	struct list lists[LIST_COUNT];
	struct str text = STR_INIT;

	lists_of(&copy, lists);
	for (size_t i = 0; i < LIST_COUNT; i++)
		json_set(all, lists[i].key,
			array_of((struct names){ *lists[i].items, *lists[i].count }));
	json_set_string(all, "mode", run_mode_name(spec->mode));
	json_set_string(all, "profile", profile);
	json_set_string(all, "features", spec->features);
	json_set(all, "variants", variants_of(spec));
	json_set_number(all, "jobs", spec->jobs);
	json_set_bool(all, "fail_fast", spec->fail_fast);
	json_set_bool(all, "offline", spec->offline);
	json_set_bool(all, "sdist", spec->sdist);
	json_set_bool(all, "universal", spec->is_universal);
	json_print(all, &text);
	json_free(all);
	return str_take(&text);
}

static void
read_variants(struct order *o, const struct json *array)
{
	struct run_variant *variants =
		arena_array(&o->arena, struct run_variant, json_count(array) + 1);

	for (const struct json *v = json_first(array); v; v = json_next(v)) {
		struct names config = names_of_array(json_get(v, "config"), &o->arena);

		variants[o->run.variant_count++] = (struct run_variant){
			arena_strdup(&o->arena, json_string(json_get(v, "name"), NULL)),
			config.items, config.count
		};
	}
	o->run.variants = variants;
}

bool
order_read(struct order *o, const char *text)
{
	struct json *all = text ? json_parse(text, strlen(text), NULL) : NULL;
	struct run_spec *run = &o->run;
	struct list lists[LIST_COUNT];
	bool ok;

	*o = (struct order){ 0 };
	lists_of(run, lists);
	for (size_t i = 0; i < LIST_COUNT; i++)
		list_set(&lists[i], names_of_array(json_get(all, lists[i].key), &o->arena));
	read_variants(o, json_get(all, "variants"));
	ok = run_mode_parse(json_string(json_get(all, "mode"), ""), &run->mode, NULL);
	run->features = arena_strdup(&o->arena, json_string(json_get(all, "features"), NULL));
	run->jobs = (int)json_integer(json_get(all, "jobs"), 0);
	run->fail_fast = json_bool(json_get(all, "fail_fast"), false);
	run->offline = json_bool(json_get(all, "offline"), false);
	run->is_universal = json_bool(json_get(all, "universal"), false);
	run->sdist = json_bool(json_get(all, "sdist"), false);
	o->profile = arena_strdup(&o->arena, json_string(json_get(all, "profile"), NULL));
	json_free(all);
	return ok && run->target_count > 0;
}
