/* place: how and where one cargo builds: a variant, by a backend, in a folder.
 *
 * What is native and the profile as it is builds where cargo always does; so does a single variant. All
 * else has a target folder of its own below <target-dir>/xtui/ (a container even for each target,
 * because its build scripts are of another libc), and a build folder of its own where the configuration
 * has one: two cargos in one of either would wait for each other. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include "base/arena.h"
#include "base/err.h"

struct backend;
struct remote;
struct remotes;
struct run_spec;
struct way;

struct place {
	const char *variant; /* name */
	const struct backend *backend;
	const char *backend_name;      /* for people and records: "zig", "remote:mac" */
	const struct remote *remote;   /* the machine, of a backend that is away; else NULL */
	const struct remotes *remotes; /* that it is one of */
	const char *tag;               /* for the names of logs; "" where cargo always builds */
	const char *folder;            /* below <target-dir>/xtui/; "" there */
	const char *const *args;       /* what cargo is told of the profile; ends with NULL */
	const char *target_dir;
	const char *build_dir;
	const char *profile_dir; /* folder of the profile below both: "release", "debug" */
	bool sets_target_dir;    /* cargo must be told of them */
	bool sets_build_dir;
	bool links_fat; /* link-time optimisation over everything at once, which takes much memory */
	const char *build_std; /* crates of the standard library that are built along; NULL: none */
	const struct way **ways; /* of the targets that are built here */
	size_t way_count;
};

struct place_job {
	const struct way *way;
	const struct place *place;
};

/* Every target of every variant of a run, in the order of its jobs, and where each is built. */
struct places {
	struct place *items;
	size_t count;
	struct place_job *jobs;
	size_t job_count;
};

/* In the arena; false with err when two would share a folder, or the ways make no sense (ERR_USAGE).
 * As things are now: profile and choice may change while the run goes on. */
bool
places_make(struct places *p, const struct run_spec *spec, struct arena *arena, struct err *err);
/* How many of its targets one cargo builds: what tests print does not say for which target it is. */
size_t place_targets_together(const struct run_spec *spec, const struct place *place);
/* How a triple is built there. */
const struct way *place_way(const struct place *place, const char *triple);
