/* assessment: what the files of the assessment share. Only they include this. */
#pragma once
#include "base/arena.h"
#include "base/vec.h"
#include "ready/need.h"

struct backend_native;
struct conf_value;
struct survey;
struct target;
struct target_state;
struct wish;

struct assessment {
	const struct survey *s;
	const struct target *t;
	struct target_state *state;
	struct arena *arena;                 /* of everything that ends up in the state */
	const struct backend_native *native; /* or NULL: no known way */
	const struct wish *wish;             /* what xtui.toml asks; never NULL */
	bool is_host;
	bool linker_is_configured;
	VEC(struct need) needs;
};

/* A need that is good until the next one is added. */
struct need *
assess_add(struct assessment *a, enum need_kind kind, enum need_state state, const char *name);
/* A program of which the first name that is here counts; `absent` is said when none is. */
struct need *assess_program(
	struct assessment *a, enum need_kind kind, const char *const *names, const char *absent);
const char *assess_install(struct assessment *a, const char *const *programs);

/* The need for a linker that somebody names in `origin`; `path` NULL: it is not there. */
struct need *
assess_add_linker(struct assessment *a, const char *name, const char *path, const char *origin);
/* All flags that rustc gets for the target: those of cargo's configuration and those of xtui.toml; ends with NULL. */
const char *const *assess_flags(const struct assessment *a);
/* What xtui.toml asks for (assess_wish.c): its linker, where it names one; and what cannot be had as it is
 * asked for, which a build would refuse. */
bool assess_wished_linker(struct assessment *a);
void assess_wishes(struct assessment *a, const char *backend);
/* The i-th of the backends that it asks for, by its name or by linker and floor; -1: by nothing. */
long assess_wished_backend(const struct assessment *a, bool by_name);
/* What is wrong with the linker that a configuration names (assess_linker.c): the need becomes one that
 * is missing. */
void assess_named_linker(struct assessment *a, struct need *n, const char *program);
/* Whether a C driver of this name makes code for the host alone, and the target is another. */
bool assess_is_hosts_driver(const struct assessment *a, const char *name);
/* Where a path to a linker that is not there may have been meant to lead. */
void assess_absent_linker(struct assessment *a, struct need *n, const struct conf_value *v);
/* What its C library and processor have to say to the target, when the need is found. */
void assess_driver(struct assessment *a, const char *path);
/* What the crates of the project need besides a C compiler (assess_crates.c). */
void assess_crates(struct assessment *a);
bool assess_wants_c(const struct assessment *a); /* some crate for the target builds C */
/* What a backend other than native needs (assess_ways.c). */
void assess_way_needs(struct assessment *a, const char *backend);
