#include "cli/profile_targets.h"

#include "base/str.h"
#include "build/order.h"
#include "build/way.h"
#include "cli/build_spec.h"
#include "plan/edit.h"
#include "ready/survey.h"
#include "rust/choice.h"
#include "rust/targets.h"

static bool
check_triples(const struct run_spec *run, const struct survey *s, struct err *err)
{
	for (size_t i = 0; i < run->target_count; i++) {
		if (survey_find(s, run->targets[i]) < 0)
			return targets_err_unknown(s->targets, run->targets[i], err);
	}
	if (run->target_count)
		return true;
	err_set(err, ERR_USAGE, "profile: for which target? None is named, and xtui.toml has none");
	return err_try(err, "-t TRIPLE");
}

/* As a build would look at them. */
static bool
check_ways(const struct run_spec *run, struct arena *arena, struct err *err)
{
	struct way *ways = ways_make(run, run->targets, run->target_count, arena, err);

	for (size_t i = 0; ways && i < run->target_count; i++) {
		if (!tuning_check(&ways[i].tuning, run->survey, ways[i].triple, err))
			return false;
	}
	return ways != NULL;
}

/* Texts of a command line are words with blanks between them; as a list they read better. */
static const char *
spelled(const char *key, const char *value, struct arena *arena)
{
	const char *const *words = tuning_split(value, arena);
	const char *list = "";

	if (text_is(key, WAY_CRT_STATIC))
		return way_truth(value);
	if (!*value || !text_is(key, WAY_RUSTFLAGS))
		return *value ? arena_strdup(arena, value) : NULL;
	for (; *words; words++)
		list = arena_printf(arena, "%s%s%c", list, *words, CHOICE_SEPARATOR);
	return list;
}

static void
collect(struct profile_targets *t, const struct run_spec *said, const struct order *o,
	struct choice *choice)
{
	size_t keys = 0;

	while (way_keys[keys])
		keys++;
	t->options = arena_array(
		&t->arena, struct profile_target_option, o->run.target_count * keys + 1);
	for (size_t i = 0; i < o->run.target_count; i++) {
		for (size_t k = 0; k < keys; k++) {
			const char *triple = o->run.targets[i];
			const char *value = way_option(said, triple, way_keys[k]);

			if (!value)
				continue;
			t->options[t->count++] =
				(struct profile_target_option){ arena_strdup(&t->arena, triple),
					way_keys[k], spelled(way_keys[k], value, &t->arena) };
		}
	}
	for (size_t i = 0; i < t->count; i++)
		choice_set_option(
			choice, t->options[i].triple, t->options[i].key, t->options[i].value);
}

bool
profile_targets_read(struct profile_targets *t, const struct cli *cli, const struct survey *s,
	struct choice *choice, struct err *err)
{
	struct run_line line;
	struct order order;
	bool ok;

	*t = (struct profile_targets){ 0 };
	if (!run_line_read(&line, cli, err)) {
		run_line_fini(&line);
		return false;
	}
	order_make(&order, &line.run, choice, false);
	order.run.survey = s;
	ok = (!line.run.way_count && !line.run.target_count) || check_triples(&order.run, s, err);
	ok = ok && (!line.run.way_count || check_ways(&order.run, &order.arena, err));
	if (ok && line.run.way_count)
		collect(t, &line.run, &order, choice);
	order_fini(&order);
	run_line_fini(&line);
	return ok;
}

void
profile_targets_fini(struct profile_targets *t)
{
	arena_fini(&t->arena);
	*t = (struct profile_targets){ 0 };
}

struct edit *
profile_targets_edit(const struct profile_targets *t, const char *root, struct err *err)
{
	struct arena arena = ARENA_INIT;
	struct step_key *keys = arena_array(&arena, struct step_key, t->count + 1);
	struct edit *e;

	for (size_t i = 0; i < t->count; i++) {
		const struct profile_target_option *o = &t->options[i];
		const char **path = arena_array(&arena, const char *, 4);
		struct str literal = STR_INIT;

		path[0] = "target";
		path[1] = o->triple;
		path[2] = o->key;
		if (o->value)
			choice_append_literal(&literal, o->key, o->value);
		keys[i] = (struct step_key){ .path = path,
			.literal = o->value ? arena_strdup(&arena, literal.data) : NULL };
		str_fini(&literal);
	}
	e = edit_prepare(root, "xtui.toml", keys, t->count, true, err);
	arena_fini(&arena);
	return e;
}
