/* survey: everything known of this machine, toolchain and workspace at one moment.
 *
 * Taken on a worker thread, immutable afterwards; screens and commands only read it. A quick one
 * (files and caches only) is for the first frame, a full one replaces it. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include "base/arena.h"
#include "base/err.h"
#include "host/packages.h"
#include "ready/need.h"
#include "ready/probe.h"
#include "rust/targets.h"

struct backends;
struct cargoconf;
struct engine;
struct linkers;
struct ndk;
struct remotes;
struct tool_index;
struct toolchain;
struct wish;
struct workspace;
struct zig;

struct survey_query {
	const char *dir;       /* absolute */
	const char *manifest;  /* --manifest-path, or NULL */
	const char *toolchain; /* --toolchain, or NULL */
	bool quick;
	bool leaves_targets; /* none is assessed yet: survey_assess is going to be told which matter */
	const _Atomic bool *cancel;    /* true, set by another thread: probes end early; or NULL */
	const struct remotes *remotes; /* outlive the survey; NULL: none */
};

/* One per target of the table, in the same order. */
struct target_state {
	enum readiness readiness;
	/* What builds it, "native": chosen in xtui.toml, else the usual one; NULL when impossible. */
	const char *backend;
	const char *
		usual; /* taken where none is chosen: what a linker or a floor in xtui.toml asks for,
			    * else the preferred one of those that can */
	const char *const *backends; /* all that can reach it, ends with NULL */
	/* For each of them the first need that is not here (its std aside, which is the same for
	 * all), or NULL: it can serve. */
	const struct need *const *lacks;
	const char *linker;        /* what links it: a path or name, or NULL when missing */
	const char *linker_origin; /* "found on PATH", "/p/.cargo/config.toml:3" */
	const char *linker_path;   /* where it is, or NULL */
	bool linker_is_wished;     /* xtui.toml names it, over all that cargo is configured with */
	const char *trap;          /* what is doubtful although all was found, one line; or NULL */
	/* What a build must be told (rust/link.h), because no configuration names the linker that was
	 * found and rustc's default is another; or NULL. */
	const char *linker_env;
	const char *const *link_args; /* -C link-arg values that go with it; ends with NULL */
	const char *const *cflags; /* what a C compiler needs to be told for it; ends with NULL */
	bool runs_here;            /* its programs run on this machine as they are */
	/* What stands before the path of a program to run it here ("/usr/bin/qemu-aarch64-static",
	 * "-L", ...), ends with NULL; empty when nothing does, or nothing needs to. */
	const char *const *runner;
	bool runner_is_exact; /* it stops at what the target's own processor cannot do */
	struct need *needs;
	size_t need_count;
	const char *summary; /* for a table cell: "ready", "std", "2 needs" */
	struct probe probe;
};

struct survey {
	struct toolchain *toolchain; /* NULL: none (toolchain_err says why) */
	struct err toolchain_err;
	struct workspace *workspace; /* NULL: none (workspace_err says why) */
	struct err workspace_err;
	struct cargoconf *conf; /* NULL: conf_err */
	struct err conf_err;
	struct tool_index *tools;
	struct linkers *linkers; /* what C drivers say; NULL: they were not asked (quick) */
	struct backends *backends;
	enum package_manager packages; /* of this machine */
	const struct remotes *remotes; /* that build by ssh; NULL: none */
	/* Looked at once for all targets; NULL: not yet, and whoever wants to know looks. */
	const struct engine *engine; /* that cross is given */
	const struct zig *zig;
	const struct ndk *ndk;
	struct tool_index *bundled; /* programs that come with rustc */
	struct target_table *targets;
	struct target_state *states;
	const struct wish *wishes; /* of xtui.toml; NULL: there is no workspace */
	uint64_t wishes_hash;      /* as wishes_hash has it */
	bool names_no_cc;          /* no variable names a C compiler, whatever the target */
	bool quick;
	const _Atomic bool *cancel; /* of the query */
	char *dir;                  /* of the query */
	char *host;                 /* triple */
	struct arena arena;
};

/* Never fails as a whole: what could not be found out is NULL with its err. */
struct survey *survey_take(const struct survey_query *query);
void survey_free(struct survey *s);
/* Assesses these targets of a survey that has left them; those it does not know are passed over. Until
 * then the state of a target says that there is no way. */
void survey_assess(struct survey *s, const char *const *triples, size_t count);
/* Index into targets->items and states, or -1. */
long survey_find(const struct survey *s, const char *triple);
/* What cargo builds for where no target is named: those of build.target that rustc knows, else this
 * machine's. NULL past the last. */
const char *survey_own_target(const struct survey *s, size_t i);
/* What a backend, one of the target's, lacks here; NULL: nothing that is known of. */
const struct need *survey_lack(const struct target_state *state, const char *backend);
/* How many targets have this readiness. */
size_t survey_count(const struct survey *s, enum readiness r);
/* Indices of all targets in the order people look for them: what can be built or is installed, then
 * the popular ones, then the rest; by name within each. Caller frees. */
size_t *survey_order(const struct survey *s);
