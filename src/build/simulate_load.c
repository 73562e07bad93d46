#include "build/simulate_load.h"

#include <limits.h>
#include <stdlib.h>
#include "base/alloc.h"
#include "base/hash.h"
#include "base/str.h"
#include "base/vec.h"
#include "build/command.h"
#include "build/history.h"
#include "build/job.h"
#include "build/place.h"
#include "build/run.h"
#include "io/proc.h"
#include "ready/survey.h"
#include "rust/message.h"
#include "rust/workspace.h"
#include "text/json.h"

#define RUNS_MAX 100
#define GRAPH_MAX (256u << 20)
#define GRAPH_LIMIT_MS 60000

/* ---- the graph ---- */

struct unit {
	const char *crate; /* as the history has it: "app(build.rs)" */
	bool is_host;
	bool is_script_run;
	size_t *needs;
	size_t need_count;
};

struct graph {
	struct unit *units;
	size_t count;
};

/* rustc's spelling. */
static const char *
underscored(const char *name, struct arena *arena)
{
	char *text = arena_strdup(arena, name);

	for (char *c = text; *c; c++) {
		if (*c == '-')
			*c = '_';
	}
	return text;
}

static const char *
crate_of(const struct json *o, struct arena *arena)
{
	const struct json *target = json_get(o, "target");
	const char *kind = json_string(json_first(json_get(target, "kind")), "");
	const char *id = json_string(json_get(o, "pkg_id"), "");
	struct package_parts parts;

	if (text_is(kind, "custom-build") && message_package_parts(id, &parts))
		return arena_printf(arena, "%.*s(build.rs)", (int)parts.name.len, parts.name.data);
	return underscored(json_string(json_get(target, "name"), ""), arena);
}

static bool
read_unit(struct unit *u, const struct json *o, size_t count, struct arena *arena)
{
	const struct json *needs = json_get(o, "dependencies");

	u->crate = crate_of(o, arena);
	u->is_host = json_is_null(json_get(o, "platform"));
	u->is_script_run = text_is(json_string(json_get(o, "mode"), ""), "run-custom-build");
	u->needs = arena_array(arena, size_t, json_count(needs) + 1);
	for (const struct json *d = json_first(needs); d; d = json_next(d)) {
		int64_t at = json_integer(json_get(d, "index"), -1);

		if (at < 0 || (size_t)at >= count)
			return false;
		u->needs[u->need_count++] = (size_t)at;
	}
	return true;
}

struct sorting {
	const struct graph *from;
	struct graph to;
	size_t *place; /* by unit of `from`; its index plus 1 once it is there */
	struct arena *arena;
};

/* A unit behind all that it needs. cargo's graph has no circle; what has been begun is left alone. */
static void
put_unit(struct sorting *s, size_t at)
{
	const struct unit *u = &s->from->units[at];
	struct unit *to;

	if (s->place[at])
		return;
	s->place[at] = SIZE_MAX;
	for (size_t i = 0; i < u->need_count; i++)
		put_unit(s, u->needs[i]);
	to = &s->to.units[s->to.count];
	*to = *u;
	to->needs = arena_array(s->arena, size_t, u->need_count + 1);
	to->need_count = 0;
	for (size_t i = 0; i < u->need_count; i++) {
		if (s->place[u->needs[i]] != SIZE_MAX)
			to->needs[to->need_count++] = s->place[u->needs[i]] - 1;
	}
	s->place[at] = ++s->to.count;
}

static struct graph
sort(const struct graph *g, struct arena *arena)
{
	struct sorting s = { .from = g, .arena = arena };

	s.place = arena_array(arena, size_t, g->count + 1);
	s.to.units = arena_array(arena, struct unit, g->count + 1);
	for (size_t i = 0; i < g->count; i++)
		put_unit(&s, i);
	return s.to;
}

static bool
read_graph(struct graph *g, struct span text, struct arena *arena, struct err *err)
{
	struct json *doc = json_parse(text.data, text.len, err);
	const struct json *list = json_get(doc, "units");
	struct graph read = { .count = json_count(list) };
	size_t i = 0;
	bool ok = read.count > 0;

	read.units = arena_array(arena, struct unit, read.count + 1);
	for (const struct json *o = json_first(list); ok && o; o = json_next(o))
		ok = read_unit(&read.units[i++], o, read.count, arena);
	json_free(doc);
	if (!ok)
		return err_set(err, ERR_ENVIRONMENT, "cargo tells no unit graph");
	*g = sort(&read, arena);
	return true;
}

static bool
ask_graph(struct graph *g, const struct run_spec *run, const char *target, struct arena *arena,
	struct err *err)
{
	struct run_spec spec = *run;
	struct places places;
	struct proc_result result;
	struct command c;
	bool ok;

	spec.targets = &target;
	spec.target_count = 1;
	spec.variant_count = 0;
	if (!run_check(&spec, err) || !places_make(&places, &spec, arena, err))
		return false;
	command_graph(&c,
		&(struct command_query){ .spec = &spec,
			.place = &places.items[0],
			.targets = &target,
			.target_count = 1 });
	ok = proc_capture(&(struct proc_spec){ .argv = c.argv.items,
				  .dir = spec.dir,
				  .env = c.env.items,
				  .env_count = c.env.len },
		GRAPH_MAX, GRAPH_LIMIT_MS, &result, err);
	if (ok && result.end.exit_code != 0) {
		struct span said = span_trim(str_span(&result.err)), first;

		first = span_cut(said, '\n', &said);
		ok = err_set(err, ERR_ENVIRONMENT, "cargo tells no unit graph: %.*s",
			(int)first.len, first.data);
	}
	ok = ok && read_graph(g, str_span(&result.out), arena, err);
	proc_result_fini(&result);
	command_fini(&c);
	return ok;
}

/* ---- the record ---- */

/* The most complete build of a target in a variant. */
struct record {
	const struct history_job *job;
	struct graph graph;
	uint64_t *ms; /* by the graph's unit */
};

struct records {
	VEC(struct record) items;
};

static struct record *
find_record(struct records *r, const char *target, const char *variant)
{
	for (size_t i = 0; i < r->items.len; i++) {
		struct record *x = &r->items.items[i];

		if ((!target || text_is(x->job->target, target)) &&
			(!variant || text_is(x->job->variant, variant)))
			return x;
	}
	return NULL;
}

static void
collect(struct records *r, const struct history_list *list)
{
	for (size_t i = 0; i < list->runs.len; i++) {
		const struct history_run *run = &list->runs.items[i];

		for (size_t k = 0; text_is(run->mode, "build") && k < run->job_count; k++) {
			const struct history_job *job = &run->jobs[k];
			struct record *known = find_record(r, job->target, job->variant);

			if (!job->unit_count || !text_is(job->status, job_state_name(JOB_OK)))
				continue;
			if (!known)
				vec_push(&r->items, ((struct record){ .job = job }));
			else if (job->unit_count > known->job->unit_count)
				known->job = job;
		}
	}
}

/* Of several units of one name (two versions) each is taken once. */
static const struct history_unit *
take_unit(const struct history_job *job, const char *crate, bool *taken)
{
	const struct history_unit *any = NULL;

	for (size_t i = 0; i < job->unit_count; i++) {
		if (!text_is(job->units[i].crate, crate))
			continue;
		any = &job->units[i];
		if (taken[i])
			continue;
		taken[i] = true;
		break;
	}
	return any;
}

static void
match_times(struct record *r, struct arena *arena)
{
	const struct graph *g = &r->graph;
	bool *taken = xcalloc(r->job->unit_count + 1, sizeof(*taken));
	uint64_t *began = xcalloc(g->count + 1, sizeof(*began)); /* 0: not known */
	uint64_t *ended = xcalloc(g->count + 1, sizeof(*ended));

	r->ms = arena_array(arena, uint64_t, g->count + 1);
	for (size_t i = 0; i < g->count; i++) {
		const struct history_unit *u = g->units[i].is_script_run
			? NULL
			: take_unit(r->job, g->units[i].crate, taken);

		if (!u)
			continue;
		r->ms[i] = u->ms;
		began[i] = u->started;
		ended[i] = u->started + u->ms;
	}
	for (size_t i = 0; i < g->count; i++) { /* scripts, from what waited for them */
		uint64_t last = 0;
		size_t script = SIZE_MAX;

		for (size_t k = 0; k < g->units[i].need_count; k++) {
			size_t need = g->units[i].needs[k];

			if (g->units[need].is_script_run)
				script = need;
			last = ended[need] > last ? ended[need] : last;
		}
		if (script == SIZE_MAX || r->ms[script] || !began[i])
			continue;
		for (size_t k = 0; k < g->units[script].need_count; k++) {
			uint64_t end = ended[g->units[script].needs[k]];

			last = end > last ? end : last;
		}
		if (began[i] > last)
			r->ms[script] = began[i] - last;
	}
	free(taken);
	free(began);
	free(ended);
}

static bool
read_records(struct records *r, const struct run_spec *run, struct arena *arena, struct err *err)
{
	for (size_t i = 0; i < r->items.len; i++) {
		struct record *x = &r->items.items[i], *same = find_record(r, x->job->target, NULL);

		if (same != x && same->graph.count)
			x->graph = same->graph; /* a variant changes no dependency */
		else if (!ask_graph(&x->graph, run, x->job->target, arena, err))
			return false;
		match_times(x, arena);
	}
	return true;
}

/* ---- builds ---- */

static const struct record *
nearest(struct records *r, const char *target, const char *variant)
{
	const struct record *x = find_record(r, target, variant);

	if (!x)
		x = find_record(r, NULL, variant);
	if (!x)
		x = find_record(r, target, NULL);
	return x ? x : &r->items.items[0];
}

/* Two units of the host are the same in two graphs where their names and kinds are; of several of one name
 * the first is the first. */
static int
host_number(const struct graph *g, size_t at)
{
	const struct unit *u = &g->units[at];
	uint64_t hash = hash_text(HASH_INIT, u->crate);
	uint64_t before = 0;

	for (size_t i = 0; i < at; i++)
		before += g->units[i].is_host && text_is(g->units[i].crate, u->crate) &&
			g->units[i].is_script_run == u->is_script_run;
	hash = hash_bytes(hash, &u->is_script_run, sizeof(u->is_script_run));
	hash = hash_bytes(hash, &before, sizeof(before));
	return (int)(hash & INT_MAX);
}

static struct sim_build
make_build(const struct record *r, const char *target, const char *variant, struct arena *arena)
{
	const struct graph *g = &r->graph;
	struct sim_unit *units = arena_array(arena, struct sim_unit, g->count + 1);

	for (size_t i = 0; i < g->count; i++)
		units[i] = (struct sim_unit){ .crate = g->units[i].crate,
			.ms = r->ms[i],
			.needs = g->units[i].needs,
			.need_count = g->units[i].need_count,
			.host = g->units[i].is_host ? host_number(g, i) : -1 };
	return (struct sim_build){ target, variant, units, g->count };
}

typedef VEC(const char *) names;

static void
add_name(names *list, const char *name)
{
	for (size_t i = 0; i < list->len; i++) {
		if (text_is(list->items[i], name))
			return;
	}
	vec_push(list, name);
}

static void
name_all(struct records *r, const struct sim_query *q, names *targets, names *variants)
{
	for (size_t i = 0; i < q->target_count; i++)
		add_name(targets, q->targets[i]);
	for (size_t i = 0; i < q->variant_count; i++)
		add_name(variants, q->variants[i]);
	for (size_t i = 0; i < r->items.len; i++) {
		if (!q->target_count)
			add_name(targets, r->items.items[i].job->target);
		if (!q->variant_count)
			add_name(variants, r->items.items[i].job->variant);
	}
}

static void
make_all(struct sim_load *load, struct records *r, const names *targets, const names *variants)
{
	struct arena *arena = &load->arena;

	load->targets = targets->len;
	load->variants = variants->len;
	load->builds = arena_array(arena, struct sim_build, targets->len * variants->len + 1);
	for (size_t v = 0; v < variants->len; v++) {
		const char *variant = arena_strdup(arena, variants->items[v]);

		for (size_t t = 0; t < targets->len; t++) {
			const char *target = arena_strdup(arena, targets->items[t]);
			const struct record *x = nearest(r, target, variant);
			struct sim_build b = make_build(x, target, variant, arena);
			size_t host = 0;

			for (size_t i = 0; i < b.count; i++)
				host += b.units[i].host >= 0;
			load->recorded += find_record(r, target, variant) != NULL;
			if (b.count > load->units) {
				load->units = b.count;
				load->host_units = host;
			}
			load->builds[load->count++] = b;
		}
	}
}

bool
sim_load_make(
	struct sim_load *load, struct history *h, const struct sim_query *query, struct err *err)
{
	const struct history_query of_workspace = {
		.root = query->run->survey->workspace->root, .in_detail = true, .limit = RUNS_MAX
	};
	struct history_list list = { 0 };
	struct records records = { 0 };
	names targets = { 0 }, variants = { 0 };
	bool ok;

	*load = (struct sim_load){ 0 };
	if ((ok = history_ask(h, &of_workspace, &list, err)))
		collect(&records, &list);
	if (ok && !records.items.len) {
		ok = err_set(err, ERR_FAILED, "no build of this workspace is known yet");
		err_try(err, "xtui build, or xtui lab");
	}
	if (ok && (ok = read_records(&records, query->run, &load->arena, err))) {
		name_all(&records, query, &targets, &variants);
		make_all(load, &records, &targets, &variants);
	}
	vec_fini(&targets);
	vec_fini(&variants);
	vec_fini(&records.items);
	history_list_fini(&list);
	return ok;
}

void
sim_load_fini(struct sim_load *load)
{
	arena_fini(&load->arena);
}
