/* crew: the groups of a run, and when each may work.
 *
 * Groups in different target folders work side by side, at most one for each CPU, and begin one after
 * the other, because all cargos share the lock of the package cache; groups in one folder take turns.
 * With several places the crew is their job server: tokens move whenever a unit begins or ends, and
 * a few times a second for what rustc's own threads and build scripts do. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include "base/err.h"

struct command_query;
struct crew;
struct group;
struct loop;
struct place;
struct run_spec;

struct crew_events {
	void (*started)(void *arg, struct group *g);
	void (*idle)(void *arg); /* nothing runs and nothing waits */
};

/* `place_count`: how many places there are; with one, cargo is its own job server. `spec` and
 * `events` must outlive it. */
struct crew *crew_new(struct loop *l, const struct run_spec *spec, size_t place_count,
	const struct crew_events *events, void *arg);
void crew_free(struct crew *c); /* and its groups, see group_free; NULL is fine */
/* Takes the group, which was not started; its number, from 1. */
int crew_add(struct crew *c, struct group *g, const struct place *place);
int crew_count(const struct crew *c);
struct group *crew_group(const struct crew *c, int number);

/* Starts the first group that has something to build (one has); false with err when it cannot be. */
bool crew_begin(struct crew *c, struct err *err);
/* Starts what may start; idle is told when that is nothing and nothing runs. */
void crew_go_on(struct crew *c);
/* While held nothing starts; idle is told only when nothing waits either. Not held at first. */
void crew_hold(struct crew *c, bool is_held);
void crew_cancel(struct crew *c); /* everything, what waits too */

/* For the groups: the CPUs of the next cargo, that a unit began or ended, and that it is over (the
 * crew goes on). */
void crew_share(struct crew *c, struct group *g, struct command_query *query);
void crew_heed_unit(struct crew *c);
void crew_group_over(struct crew *c, struct group *g);
