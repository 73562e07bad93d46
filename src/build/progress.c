/* Units stand in an array in the graph's order; `needs` is a matrix, a row of unit flags for each
 * target. Before the graph the array grows by what is told, and is told again to the graph. */
#include "build/progress.h"

#include <stdlib.h>
#include <string.h>
#include "base/alloc.h"
#include "base/arena.h"
#include "base/log.h"
#include "base/vec.h"
#include "rust/message.h"
#include "text/json.h"

enum unit_state { UNIT_OPEN, UNIT_DONE, UNIT_DEAD };

struct unit {
	struct progress_unit name; /* strings in the arena */
	enum unit_state state;
	const size_t *needs; /* indices of the units that it depends on */
	size_t need_count;
};

typedef VEC(struct unit) units;

struct progress {
	const char *const *triples;
	size_t count;
	units units;
	bool *needs; /* [target * units.len + unit]; NULL: no graph */
	bool has_given_up;
	bool is_complete;
	int bar_done, bar_total;
	struct arena arena;
};

struct progress *
progress_new(const char *const *triples, size_t count)
{
	struct progress *p = xcalloc(1, sizeof(*p));

	p->triples = triples;
	p->count = count;
	return p;
}

void
progress_free(struct progress *p)
{
	if (!p)
		return;
	vec_fini(&p->units);
	free(p->needs);
	arena_fini(&p->arena);
	free(p);
}

/* ---- telling units apart ---- */

static bool
is_same_crate(struct span a, struct span b)
{
	if (a.len != b.len)
		return false;
	for (size_t i = 0; i < a.len; i++) {
		char x = a.data[i] == '-' ? '_' : a.data[i];
		char y = b.data[i] == '-' ? '_' : b.data[i];

		if (x != y)
			return false;
	}
	return true;
}

static bool
is_same(const struct progress_unit *a, const struct progress_unit *b)
{
	if (a->target != b->target || a->is_script_run != b->is_script_run)
		return false;
	if (!span_equal(a->package, b->package) || !span_equal(a->version, b->version))
		return false;
	return a->is_script_run ||
		(a->is_program == b->is_program && is_same_crate(a->crate, b->crate));
}

/* A crate may be built twice for the host (with other options or features): an open one first, and
 * of those one with the same optimisation. */
static struct unit *
find_unit(const struct progress *p, const struct progress_unit *name)
{
	struct unit *best = NULL;
	int best_score = -1;

	for (size_t i = 0; i < p->units.len; i++) {
		struct unit *u = &p->units.items[i];
		int score = u->state == UNIT_OPEN ? 2 : 0;

		if (!is_same(&u->name, name))
			continue;
		score += name->opt_level && text_is(u->name.opt_level, name->opt_level);
		if (score > best_score) {
			best = u;
			best_score = score;
		}
	}
	return best;
}

/* ---- reading the graph ---- */

static int
find_target(const struct progress *p, const char *platform)
{
	for (size_t i = 0; platform && i < p->count; i++) {
		if (text_is(p->triples[i], platform))
			return (int)i;
	}
	return PROGRESS_HOST;
}

static const size_t *
read_needs(struct progress *p, const struct json *dependencies, size_t *count)
{
	size_t *needs = arena_array(&p->arena, size_t, json_count(dependencies) + 1);

	*count = 0;
	for (const struct json *d = json_first(dependencies); d; d = json_next(d)) {
		int64_t index = json_integer(json_get(d, "index"), -1);

		if (index >= 0)
			needs[(*count)++] = (size_t)index;
	}
	return needs;
}

static void
read_unit(struct progress *p, const struct json *json)
{
	const struct json *target = json_get(json, "target");
	const char *id = arena_strdup(&p->arena, json_string(json_get(json, "pkg_id"), ""));
	const char *mode = json_string(json_get(json, "mode"), "");
	const char *type = json_string(json_first(json_get(target, "crate_types")), "");
	const char *opt_level = json_string(json_get(json_get(json, "profile"), "opt_level"), "");
	struct unit *u = vec_add(&p->units);
	struct package_parts parts;

	message_package_parts(id, &parts);
	u->name = (struct progress_unit){
		.package = parts.name,
		.version = parts.version,
		.crate =
			span_of(arena_strdup(&p->arena, json_string(json_get(target, "name"), ""))),
		.opt_level = arena_strdup(&p->arena, opt_level),
		.is_program = text_is(type, "bin"),
		.is_script_run = text_is(mode, "run-custom-build"),
		.target = find_target(p, json_string(json_get(json, "platform"), NULL)),
	};
	u->needs = read_needs(p, json_get(json, "dependencies"), &u->need_count);
}

/* Marks the unit and all that it depends on as needed by the target. */
static void
need(struct progress *p, size_t target, size_t index)
{
	bool *row = p->needs + target * p->units.len;
	VEC(size_t) open = VEC_INIT;

	vec_push(&open, index);
	while (open.len) {
		size_t at = vec_pop(&open);

		if (at >= p->units.len || row[at])
			continue;
		row[at] = true;
		for (size_t i = 0; i < p->units.items[at].need_count; i++)
			vec_push(&open, p->units.items[at].needs[i]);
	}
	vec_fini(&open);
}

/* A root of the host (a proc macro of the workspace) is asked for by every target. */
static void
read_roots(struct progress *p, const struct json *roots)
{
	for (const struct json *root = json_first(roots); root; root = json_next(root)) {
		size_t index = (size_t)json_integer(root, -1);

		if (index >= p->units.len)
			continue;
		for (size_t t = 0; t < p->count; t++) {
			int target = p->units.items[index].name.target;

			if (target == (int)t || target == PROGRESS_HOST)
				need(p, t, index);
		}
	}
}

static void
tell_again(struct progress *p, const units *told)
{
	for (size_t i = 0; i < told->len; i++) {
		if (told->items[i].state == UNIT_DONE)
			progress_done(p, &told->items[i].name);
		else
			progress_failed(p, &told->items[i].name);
	}
}

bool
progress_load(struct progress *p, struct span graph, struct err *err)
{
	struct json *json = json_parse(graph.data, graph.len, err);
	const struct json *list = json_get(json, "units");
	units told = p->units;

	if (!json_is_array(list) || !json_is_array(json_get(json, "roots"))) {
		json_free(json);
		return err_set(err, ERR_PARSE, "unit graph: no units in it");
	}
	memset(&p->units, 0, sizeof(p->units));
	for (const struct json *unit = json_first(list); unit; unit = json_next(unit))
		read_unit(p, unit);
	p->needs = xcalloc(p->count * p->units.len + 1, sizeof(bool));
	read_roots(p, json_get(json, "roots"));
	tell_again(p, &told);
	vec_fini(&told);
	json_free(json);
	return true;
}

void
progress_give_up(struct progress *p)
{
	p->has_given_up = true;
}

void
progress_bar(struct progress *p, int done, int total)
{
	p->bar_done = done;
	p->bar_total = total;
}

/* A graph that knows of more units than cargo told is wrong about those. */
void
progress_complete(struct progress *p)
{
	for (size_t i = 0; p->needs && i < p->units.len; i++) {
		if (p->units.items[i].state != UNIT_DONE)
			log_line("progress: %.*s was never told of",
				(int)p->units.items[i].name.crate.len,
				p->units.items[i].name.crate.data);
		p->units.items[i].state = UNIT_DONE;
	}
	p->is_complete = true;
}

/* ---- what became of a unit ---- */

static void
keep(struct progress *p, const struct progress_unit *name, enum unit_state state)
{
	struct unit *u = vec_add(&p->units);

	u->name = *name;
	u->name.package = span_of(arena_span(&p->arena, name->package));
	u->name.version = span_of(arena_span(&p->arena, name->version));
	u->name.crate = span_of(arena_span(&p->arena, name->crate));
	u->name.opt_level = arena_strdup(&p->arena, name->opt_level);
	u->state = state;
}

void
progress_done(struct progress *p, const struct progress_unit *unit)
{
	struct unit *u;

	if (!p->needs)
		keep(p, unit, UNIT_DONE);
	else if ((u = find_unit(p, unit)))
		u->state = UNIT_DONE;
}

static bool
needs_dead(const struct progress *p, const struct unit *u)
{
	for (size_t i = 0; i < u->need_count; i++) {
		if (u->needs[i] < p->units.len && p->units.items[u->needs[i]].state == UNIT_DEAD)
			return true;
	}
	return false;
}

/* Whatever depends on a dead unit is dead, until nothing changes. */
static void
spread_death(struct progress *p)
{
	bool changed = true;

	while (changed) {
		changed = false;
		for (size_t i = 0; i < p->units.len; i++) {
			struct unit *u = &p->units.items[i];

			if (u->state != UNIT_OPEN || !needs_dead(p, u))
				continue;
			u->state = UNIT_DEAD;
			changed = true;
		}
	}
}

void
progress_failed(struct progress *p, const struct progress_unit *unit)
{
	struct unit *u;

	if (!p->needs) {
		keep(p, unit, UNIT_DEAD);
	} else if ((u = find_unit(p, unit)) && u->state == UNIT_OPEN) {
		u->state = UNIT_DEAD;
		spread_death(p);
	}
}

/* ---- questions ---- */

static struct progress_count
count_told(const struct progress *p, size_t target)
{
	struct progress_count count = { 0 };

	if (p->has_given_up && !p->is_complete)
		return (struct progress_count){ .done = p->bar_done, .total = p->bar_total };
	for (size_t i = 0; i < p->units.len; i++) {
		const struct unit *u = &p->units.items[i];

		if (u->name.target != PROGRESS_HOST && u->name.target != (int)target)
			continue;
		count.done += u->state == UNIT_DONE;
		count.dead += u->state == UNIT_DEAD;
	}
	count.is_exact = p->is_complete;
	count.total = p->is_complete ? count.done : 0;
	return count;
}

struct progress_count
progress_count(const struct progress *p, size_t target)
{
	struct progress_count count = { .is_exact = true };

	if (!p->needs)
		return count_told(p, target);
	for (size_t i = 0; i < p->units.len; i++) {
		if (!p->needs[target * p->units.len + i])
			continue;
		count.total++;
		count.done += p->units.items[i].state == UNIT_DONE;
		count.dead += p->units.items[i].state == UNIT_DEAD;
	}
	return count;
}

bool
progress_needs(const struct progress *p, size_t target, const struct progress_unit *unit)
{
	bool is_known = false;

	if (unit->target != PROGRESS_HOST)
		return unit->target == (int)target;
	for (size_t i = 0; p->needs && i < p->units.len; i++) {
		if (!is_same(&p->units.items[i].name, unit))
			continue;
		if (p->needs[target * p->units.len + i])
			return true;
		is_known = true;
	}
	return !is_known;
}

bool
progress_is_open(const struct progress *p, const struct progress_unit *unit)
{
	const struct unit *u = find_unit(p, unit);

	return u ? u->state == UNIT_OPEN : !p->needs;
}
