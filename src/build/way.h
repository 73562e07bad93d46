/* way: how one target is built: by which backend, and what that is told for this target alone.
 *
 * The command line decides, else the project's choice (build/choice.h), else what the survey prefers of
 * what this machine has. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "build/backend.h"
#include "ready/tuning.h"

struct choice;
struct remote;
struct run_spec;

struct way {
	const char *triple;
	const struct backend *backend;
	const struct remote *remote; /* the machine of backend_remote, else NULL */
	bool is_chosen; /* by a person: the backend is not merely what is preferred here */
	/* The oldest that programs are to run on, "2.17": zig links for it, and what any backend has
	 * built is held against it. NULL: whatever comes out. */
	const char *glibc;
	const char *image;      /* that a container is made of; NULL: the backend's own */
	const char *dockerfile; /* that the image is made of, or NULL */
	const char *engine; /* that containers go to (ready/engine.h); NULL: the one that is here */
	const char *build_std; /* built along (build/buildstd.h), "core"; NULL: the prebuilt one */
	const char *sdk;       /* Apple's, for zig; NULL: SDKROOT, if that is set */
	const char *api;       /* the oldest of Android's, a number; NULL: the backend's own */
	const char *compatibility, *interpreter; /* of wheels; NULL: maturin's choice */
	struct tuning tuning;
};

/* The options of a way: in a run's words "TRIPLE:KEY=VALUE", or "*:KEY=VALUE" for all targets; of two
 * the one that names the triple counts, else the later; without a VALUE it is none, whatever xtui.toml says,
 * where they stand in [target.TRIPLE]. */
#define WAY_BACKEND "backend"
#define WAY_GLIBC "glibc"
#define WAY_IMAGE "image"                 /* of a container */
#define WAY_DOCKERFILE "dockerfile"       /* that the image is made of; from the workspace's root */
#define WAY_ENGINE "engine"               /* of containers: "podman:nas" */
#define WAY_BUILD_STD "build-std"         /* crates of the standard library: "std,panic_abort" */
#define WAY_SDK "sdk"                     /* folder of Apple's SDK, for what SDKROOT says */
#define WAY_API "api"                     /* of Android: "21" */
#define WAY_COMPATIBILITY "compatibility" /* of wheels: "manylinux_2_17", "pypi"; blanks between */
#define WAY_INTERPRETER "interpreter"     /* that wheels are for: "3.11 3.12" */
#define WAY_LINKER "linker"               /* a program; with a slash from the workspace's root */
#define WAY_TARGET_CPU "target-cpu"       /* "x86-64-v3" */
#define WAY_CRT_STATIC "crt-static"       /* "true", "false" */
#define WAY_RUSTFLAGS "rustflags"         /* as tuning_split has them */
extern const char *const way_keys[];      /* all of them; ends with NULL */

/* The word for "VALUE" or "TRIPLE=VALUE", as a command line has it. */
const char *way_word(const char *key, const char *text, struct arena *arena);
bool way_is_glibc(const char *text); /* "2.17" */
/* "true" for "yes", "false" for "no"; NULL for what is no truth. */
const char *way_truth(const char *word);
/* Whether there is a backend of that name; else ERR_USAGE with the nearest, or all. */
bool way_check_backend(const char *name, struct err *err);
/* What the words say of a triple, or NULL. */
const char *way_option(const struct run_spec *spec, const char *triple, const char *key);
/* Adds what the project has chosen for the spec's targets, where the words are silent, or, with
 * `prefers_choice`, in any case. */
void ways_add_chosen(struct run_spec *spec, const struct choice *choice, bool prefers_choice,
	struct arena *arena);

/* One for each of the triples, in the arena. NULL with ERR_USAGE: an unknown backend (the nearest is
 * named), one that cannot reach a target, a word for a target that is not built, an odd version. */
struct way *ways_make(const struct run_spec *spec, const char *const *triples, size_t count,
	struct arena *arena, struct err *err);

/* What machines have answered, so that each is asked once; begins zeroed. */
struct way_answers {
	const struct backend *asked[BACKEND_MAX];
	struct err said[BACKEND_MAX]; /* of kind ERR_NONE: it can serve */
	struct str warnings
		[BACKEND_MAX]; /* what may go wrong all the same: lines for its jobs' logs */
};
void way_answers_fini(struct way_answers *answers);
/* The lines for a backend, "" where there are none. */
const char *way_warnings(const struct way_answers *answers, const struct backend *b);
/* Whether the backend has here what it needs, and its options fit; ERR_ENVIRONMENT or ERR_USAGE, with
 * what would mend it, or the next backend that can, to try. */
bool way_check(const struct run_spec *spec, const struct way *way, struct way_answers *answers,
	struct err *err);
/* The first other backend that lacks nothing here, or NULL. */
const char *way_other(const struct run_spec *spec, const struct way *way);
