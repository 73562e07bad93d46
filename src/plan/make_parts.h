/* make_parts: what plan/make is put together from; for plan/make*.c only. */
#pragma once
#include "plan/draft.h"

/* One target and the way it is to be reached. */
struct goal_line {
	size_t i; /* of the survey's targets */
	const struct target *t;
	struct target_state way; /* as assess_way sees it with the backend; lives in the arena */
	bool is_asked_for;       /* the backend was, by name */
	struct step *probe;      /* waits for all that the target needs */
};

/* -- make_get: programs ---- */

/* Whether one of the programs (ends with NULL) is here, or something known brings it. */
bool get_is_possible(const struct draft *d, const char *const *programs);
/* Sees to it that one of the programs is there; *id is the step that brings it (NULL: it is here
 * already), its name comes back, or NULL when nothing known brings it. `purpose`: "links
 * x86_64-pc-windows-gnu". */
const char *
get_program(struct draft *d, const char *const *programs, const char *purpose, const char **id);

/* -- make_rust: toolchain and standard libraries ---- */

/* Adds the step that brings the toolchain, where there is none. */
bool rust_begin(struct draft *d);
void rust_end(struct draft *d);
/* rustup itself, where only a distribution's Rust is; the id of what to wait for. */
const char *rust_offer_rustup(struct draft *d);
/* Sees to the target's standard library; the probe waits for it. False when none can be had made: a
 * note says how to build it, and there is nothing to probe. */
bool rust_std(struct draft *d, struct goal_line *line);

/* -- make_needs: what a way needs ---- */

/* Whether all that is missing can be had, for the backend of line->way. */
bool needs_are_possible(struct draft *d, const struct goal_line *line);
void needs_add(struct draft *d, struct goal_line *line);

/* -- make_config: files ---- */

/* What cargo's configuration must say, and the steps that make it true. */
struct link_facts {
	const char *linker; /* NULL: nothing needs to be said */
	const char *const *link_args;
	const char *linker_step, *sysroot_step; /* or NULL */
};

/* What builds through xtui are told unseen is written into cargo's configuration as well, so that
 * plain `cargo build` does the same. */
void config_add(struct draft *d, struct goal_line *line, const struct link_facts *facts);
/* A way that was asked for, and is not the preferred one, is kept in xtui.toml. */
void config_keep_choice(struct draft *d, struct goal_line *line);
/* sccache before rustc, in the user's own file: whoever else builds the project may not have it. */
void config_use_sccache(struct draft *d);

/* -- make_fetch: what is downloaded ---- */

/* FreeBSD's base; the step, for the target's sysroot. NULL: without a home there is no place for
 * it. */
struct step *fetch_sysroot(struct draft *d, struct goal_line *line);
/* The backend's kit for the target, such as an SDK; false when none is known. */
bool fetch_kit(struct draft *d, struct goal_line *line);
bool fetch_has_kit(struct draft *d, const struct goal_line *line);
/* The container's image, pulled by that engine after step `waits` (or NULL). */
void fetch_image(struct draft *d, struct goal_line *line, const char *engine, const char *waits);
