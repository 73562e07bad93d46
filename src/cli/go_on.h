/* go_on: on the command line, builds that were interrupted: xtui build --resume, and the offer of it. */
#pragma once
#include <stdbool.h>
#include "base/err.h"
#include "build/history.h"

struct args;
struct build_spec;
struct cli;

/* Whether the line says nothing of what to build: then a build that was interrupted is offered first. */
bool go_on_is_offered(const struct args *args);

struct going_on {
	const struct history_run *run; /* NULL: what is to be built is what the line asks for */
	struct history_list list;      /* that it is in */
};
/* What --resume names; without it none. False with err: there is no such run, or the line says what to build
 * besides. To be given to go_on_fini in any case. */
bool go_on_find(struct going_on *g, const struct cli *cli, struct err *err);
/* The last build of the workspace was interrupted, and nothing says what to build: where somebody can be
 * asked and wants it, that one is found; where nobody can be, the line that goes on with it is said. Where
 * `spec` builds just that, it is said so. */
void go_on_offer(struct going_on *g, const struct cli *cli, struct history *h, const char *root,
	const struct build_spec *spec);
void go_on_fini(struct going_on *g);
