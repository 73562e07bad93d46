/* Seats stand in the order in which groups came; who waits longest is asked first. */
#include "build/crew.h"

#include <stdlib.h>
#include "base/alloc.h"
#include "base/log.h"
#include "base/str.h"
#include "base/vec.h"
#include "build/backend.h"
#include "build/command.h"
#include "build/group.h"
#include "build/jobserver.h"
#include "build/place.h"
#include "build/run.h"
#include "host/platform.h"
#include "io/loop.h"
#include "ready/survey.h"
#include "rust/cargoconf.h"

#define TICK_MS 250

struct seat {
	struct group *group;
	const struct place *place;
};

struct crew {
	struct loop *loop;
	const struct run_spec *spec;
	const struct crew_events *events;
	void *arg;
	int slots;
	bool is_held;
	struct jobserver *server; /* NULL: each cargo is its own */
	struct loop_timer *tick;  /* while tokens may move */
	VEC(struct seat) seats;
};

/* -j, cargo's build.jobs (a negative number is taken off the CPUs), all CPUs. */
static int
count_slots(const struct run_spec *spec)
{
	int cpus = platform_get()->cpus, jobs = spec->jobs;
	struct conf_value value;

	if (!jobs && spec->survey->conf &&
		cargoconf_get(spec->survey->conf, "build.jobs", &value) && value.text)
		jobs = atoi(value.text);
	if (jobs <= 0)
		jobs += cpus;
	return jobs > 0 ? jobs : 1;
}

struct crew *
crew_new(struct loop *l, const struct run_spec *spec, size_t place_count,
	const struct crew_events *events, void *arg)
{
	struct crew *c = xcalloc(1, sizeof(*c));
	struct err err = ERR_INIT;

	c->loop = l;
	c->spec = spec;
	c->events = events;
	c->arg = arg;
	if (place_count < 2)
		return c;
	c->slots = count_slots(spec);
	if (!(c->server = jobserver_new(c->slots, &err)))
		log_line("job server: %s", err.message);
	return c;
}

void
crew_free(struct crew *c)
{
	if (!c)
		return;
	loop_timer_stop(c->tick);
	for (size_t i = 0; i < c->seats.len; i++)
		group_free(c->seats.items[i].group);
	vec_fini(&c->seats);
	jobserver_free(c->server);
	free(c);
}

int
crew_add(struct crew *c, struct group *g, const struct place *place)
{
	vec_push(&c->seats, ((struct seat){ .group = g, .place = place }));
	return (int)c->seats.len;
}

int
crew_count(const struct crew *c)
{
	return (int)c->seats.len;
}

struct group *
crew_group(const struct crew *c, int number)
{
	return c->seats.items[number - 1].group;
}

static int
number_of(const struct crew *c, const struct group *g)
{
	size_t i = 0;

	while (c->seats.items[i].group != g)
		i++;
	return (int)i + 1;
}

/* ---- who may start ---- */

static bool
is_running(const struct seat *s)
{
	return group_is_running(s->group);
}

static bool
is_waiting(const struct seat *s)
{
	return !group_is_running(s->group) && group_open_jobs(s->group) > 0;
}

/* It takes no CPU of ours. */
static bool
is_away(const struct seat *s)
{
	return s->place->backend->traits & BACKEND_AWAY;
}

static bool
is_working(const struct seat *s)
{
	return is_running(s) && !is_away(s);
}

static size_t
count(const struct crew *c, bool (*is_so)(const struct seat *s))
{
	size_t n = 0;

	for (size_t i = 0; i < c->seats.len; i++)
		n += is_so(&c->seats.items[i]);
	return n;
}

/* A machine has one folder for the sources, whatever is built of them. */
static bool
shares_folder(const struct place *a, const struct place *b)
{
	return a == b || (a->remote && a->remote == b->remote);
}

static bool
is_folder_free(const struct crew *c, const struct place *place)
{
	for (size_t i = 0; i < c->seats.len; i++) {
		if (is_running(&c->seats.items[i]) && shares_folder(c->seats.items[i].place, place))
			return false;
	}
	return true;
}

/* The beginnings of two cargos would meet at the lock of the package cache. */
static bool
is_any_beginning(const struct crew *c)
{
	for (size_t i = 0; i < c->seats.len; i++) {
		if (group_is_beginning(c->seats.items[i].group))
			return true;
	}
	return false;
}

static bool
may_start(struct crew *c, struct seat *s)
{
	if (c->is_held)
		return false;
	if (is_away(s))
		return is_folder_free(c, s->place);
	if (!count(c, is_working))
		return true;
	return c->server && !is_any_beginning(c) && is_folder_free(c, s->place) &&
		jobserver_has_room(c->server) && group_has_room(s->group);
}

/* ---- the CPUs of those to come ---- */

/* Whether only the beginning of another, or a slot, is in its way. */
static bool
is_to_come(const struct crew *c, size_t at)
{
	const struct seat *s = &c->seats.items[at];

	if (is_away(s) || !is_waiting(s) || !is_folder_free(c, s->place))
		return false;
	for (size_t i = 0; i < at; i++) {
		if (is_waiting(&c->seats.items[i]) && c->seats.items[i].place == s->place)
			return false;
	}
	return true;
}

/* An equal part of the CPUs is kept for each, or a busy group would not let go of them. */
static void
reserve(struct crew *c)
{
	int to_come = 0, groups, part;

	if (!c->server)
		return;
	for (size_t i = 0; i < c->seats.len; i++)
		to_come += is_to_come(c, i);
	groups = to_come + (int)count(c, is_working);
	part = groups ? c->slots / groups : 0;
	jobserver_reserve(c->server, to_come * (part ? part : 1));
}

/* ---- starting ---- */

static void
on_tick(void *arg)
{
	struct crew *c = arg;

	if (count(c, is_running) + count(c, is_waiting) < 2) {
		loop_timer_stop(c->tick);
		c->tick = NULL;
		return;
	}
	jobserver_balance(c->server);
	crew_go_on(c);
}

static bool
start(struct crew *c, size_t at, struct err *err)
{
	struct group *g = c->seats.items[at].group;

	if (!group_start(g, err)) {
		if (c->server)
			jobserver_remove_group(c->server, (int)at + 1);
		return false;
	}
	if (c->server && !c->tick)
		c->tick = loop_timer_start(c->loop, TICK_MS, TICK_MS, on_tick, c);
	c->events->started(c->arg, g);
	return true;
}

bool
crew_begin(struct crew *c, struct err *err)
{
	size_t first = 0;

	while (!is_waiting(&c->seats.items[first]))
		first++;
	return start(c, first, err);
}

void
crew_go_on(struct crew *c)
{
	struct err err = ERR_INIT;

	for (size_t i = 0; i < c->seats.len; i++) {
		struct seat *s = &c->seats.items[i];

		if (is_waiting(s) && may_start(c, s) && !start(c, i, &err))
			group_give_up(c->seats.items[i].group, &err);
	}
	reserve(c);
	if (!count(c, is_running) && !(c->is_held && count(c, is_waiting)))
		c->events->idle(c->arg);
}

void
crew_hold(struct crew *c, bool is_held)
{
	c->is_held = is_held;
}

void
crew_cancel(struct crew *c)
{
	for (size_t i = c->seats.len; i > 0; i--)
		group_cancel(c->seats.items[i - 1].group);
	crew_go_on(c);
}

/* ---- what groups tell ---- */

/* Of those that run and are to come, an equal part for each. */
static int
equal_part(const struct crew *c)
{
	size_t groups = count(c, is_working) + count(c, is_waiting);

	return groups ? c->slots / (int)groups : c->slots;
}

void
crew_share(struct crew *c, struct group *g, struct command_query *query)
{
	int number = number_of(c, g);
	struct err err = ERR_INIT;

	if (!c->server || query->place->remote)
		return;
	if (query->place->backend->traits & BACKEND_BOXED)
		query->jobs = jobserver_add_fixed(c->server, number, equal_part(c));
	else
		query->makeflags = jobserver_has_group(c->server, number)
			? jobserver_renew_group(c->server, number, &err)
			: jobserver_add_group(c->server, number, &err);
	if (err.kind != ERR_NONE)
		log_line("job server: %s", err.message);
	reserve(c); /* not before: its own part would be given away */
}

void
crew_heed_unit(struct crew *c)
{
	if (c->server)
		jobserver_balance(c->server);
}

void
crew_group_over(struct crew *c, struct group *g)
{
	if (c->server)
		jobserver_remove_group(c->server, number_of(c, g));
	crew_go_on(c);
}
