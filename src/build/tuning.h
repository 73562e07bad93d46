/* tuning: how the processes of a run are told what their targets' tunings say (ready/tuning.h). */
#pragma once
#include <stdbool.h>

struct command;
struct command_query;
struct place;
struct run_spec;

/* Whether the place's targets have to be built by a process each, because of flags that only a variable for all
 * targets can give. */
bool tuning_parts(const struct run_spec *spec, const struct place *place);
/* Gives a command the linkers and flags of its targets, those of c->link_args among them. */
void tuning_give(struct command *c, const struct command_query *query);
