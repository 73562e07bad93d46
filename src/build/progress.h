/* progress: the units of a group, whom each is for, and what became of them.
 *
 * cargo's unit graph says which units there are; a unit of the host counts for every target that
 * needs it. Until the graph is here (it is asked for beside the build) what is done is kept and
 * counted; where it never comes, cargo's bar has to do. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include "base/err.h"
#include "base/str.h"

struct progress;

enum { PROGRESS_HOST = -1, PROGRESS_NOBODY = -2 };

struct progress_unit {       /* what tells a unit from all others */
	struct span package; /* name */
	struct span version;
	struct span crate;     /* as cargo or as rustc spells it: '-' and '_' are the same */
	const char *opt_level; /* or NULL: any */
	bool is_program;       /* crate type bin: a library may have the same name */
	bool is_script_run;    /* the run of a build script, not its compilation */
	int target; /* index of its triple, PROGRESS_HOST, or PROGRESS_NOBODY: none of ours */
};

struct progress_count {
	int done;
	int dead;      /* failed, or in need of one that did */
	int total;     /* 0: not known yet */
	bool is_exact; /* from the graph */
};

/* The triples are borrowed and must live as long. */
struct progress *progress_new(const char *const *triples, size_t count);
void progress_free(struct progress *p);
/* Takes in the unit graph (`cargo build --unit-graph`); false when it is none. */
bool progress_load(struct progress *p, struct span graph, struct err *err);
/* There will be no graph: counts are the bar's from now on. */
void progress_give_up(struct progress *p);
void progress_bar(struct progress *p, int done, int total);
/* cargo has built everything: what was told is all there is, with a graph or without. */
void progress_complete(struct progress *p);

void progress_done(struct progress *p, const struct progress_unit *unit);
void progress_failed(struct progress *p, const struct progress_unit *unit);

struct progress_count progress_count(const struct progress *p, size_t target);
/* Whether a target has need of the unit; every one has of a host unit that no graph knows. */
bool progress_needs(const struct progress *p, size_t target, const struct progress_unit *unit);
/* Whether the unit is there and neither done nor dead; without a graph: not known to be done. */
bool progress_is_open(const struct progress *p, const struct progress_unit *unit);
