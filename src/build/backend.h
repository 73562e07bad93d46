/* backend: one kind of way to build: what is run for a group, where it builds, how it is watched.
 *
 * A backend is a row of functions in a file of its own (build/backend_zig.c) and an entry in
 * data/backends.toml, which says what it needs on a machine and which targets it can reach. A function
 * that is NULL leaves everything as it is with cargo itself. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include "base/err.h"
#include "base/str.h"

struct command;
struct command_query;
struct run_spec;
struct way;

enum backend_trait {
	BACKEND_APART = 1, /* builds below <target-dir>/xtui/NAME/, not where cargo itself does */
	BACKEND_ALONE = 2, /* a process for each target */
	/* In a container: a target folder for each target, which has another name in there; no shim, no
	 * job server; its command sets what else differs. */
	BACKEND_BOXED = 4,
	BACKEND_NO_GRAPH = 8, /* what it builds cannot be asked of cargo: the bar has to do */
	BACKEND_LINKS = 16,   /* brings the program that links */
	/* On another machine: no CPU of ours, no shim; its process tells the events of an xtui
	 * (build/relay.h), and what comes back is put where cargo would put it here. */
	BACKEND_AWAY = 32,
};

struct backend {
	const char *name; /* "zig" */
	unsigned traits;
	/* Programs whose versions must go together (ready/pairs); ends with NULL. NULL: none. */
	const char *const *programs;
	const char *box_target_dir; /* BOXED: the target folder's name there */
	/* Whether it builds for the way's target at all; NULL: as data/backends.toml says. */
	bool (*reaches)(const struct run_spec *spec, const struct way *way);
	/* Whether the machine has what the survey does not know of (an engine that answers); asked once
	 * for all targets. */
	bool (*check_machine)(const struct run_spec *spec, struct err *err);
	/* Whether this way can be gone. */
	bool (*check)(const struct run_spec *spec, const struct way *way, struct err *err);
	/* The program and the words before all options; NULL: cargo and the mode's name. */
	void (*begin)(struct command *c, const struct command_query *query);
	/* The word for --target; NULL: the triple. Borrowed, or of the command's arena. */
	const char *(*target)(struct command *c, const struct way *way);
	/* The whole command line, in place of cargo's with `begin` and `target`. */
	void (*compose)(struct command *c, const struct command_query *query, bool with_jobs);
	/* What the environment holds besides the toolchain's. */
	void (*environment)(struct command *c, const struct command_query *query);
	/* Whether a line that it has printed tells of a file; a part of the line, and what it is. */
	bool (*find_artifact)(struct span line, struct span *path, const char **kind);
};

extern const struct backend backend_native, backend_zig, backend_cross, backend_container,
	backend_maturin, backend_xwin, backend_ndk, backend_remote;

/* NULL: none of that name; "remote:mac" is remote's. */
const struct backend *backend_find(const char *name);
/* The names of all, and how many there are. */
#define BACKEND_MAX 16
size_t backend_names(const char *names[BACKEND_MAX]);
