/* simulate: how long many builds take on several machines, from the times of their units.
 *
 * Each machine gets whole builds, a target of a variant each, the largest first, to whichever is done
 * soonest with them; what is the host's is built once for each variant on each machine. There its units
 * are worked off by list scheduling, as cargo does: a unit that may begin waits for a CPU, and that goes
 * first on whose end the longest chain of others waits. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sim_unit {
	const char *crate;
	uint64_t ms;         /* on one CPU */
	const size_t *needs; /* indices into the build's units; each is less than the unit's own */
	size_t need_count;
	int host; /* the same in all builds of a variant that have this number; -1: the target's */
};

struct sim_build {
	const char *target, *variant;
	const struct sim_unit *units;
	size_t count;
};

enum sim_bottleneck {
	SIM_CPUS,     /* nearly all are busy all the time */
	SIM_CHAIN,    /* the chain of units that wait for each other, in one build */
	SIM_HOST,     /* the host's units are built on each machine again */
	SIM_UNEVEN,   /* builds are too large to be shared out evenly */
	SIM_MACHINES, /* there are more machines than builds */
};

struct sim_result {
	size_t machines, busy_machines; /* that have anything to do */
	uint64_t wall_ms, cpu_ms;
	double busy;           /* 0 to 1: of all CPUs of the machines, all the time */
	uint64_t chain_ms;     /* the longest chain in any one build */
	const char *chain_end; /* its last crate */
	uint64_t host_ms;      /* what is built more than once, of the host's */
	enum sim_bottleneck bottleneck;
};

struct sim_result simulate(const struct sim_build *builds, size_t count, size_t machines, int cpus);
const char *sim_bottleneck_name(enum sim_bottleneck b); /* "cpus" */
