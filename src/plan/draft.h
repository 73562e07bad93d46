/* draft: a plan while it is made.
 *
 * Steps are gathered in a list, by whoever needs them; a step that two of them need is there once.
 * Wishes for packages are kept apart until all are known, then they become one step. At the end
 * the steps are put in order: by phase, and each behind those it waits for. */
#pragma once
#include "base/arena.h"
#include "base/map.h"
#include "base/vec.h"
#include "plan/make.h"
#include "plan/plan.h"
#include "ready/survey.h"

enum phase {
	PHASE_RUST,      /* rustup, toolchains */
	PHASE_STD,       /* standard libraries, components */
	PHASE_PACKAGES,  /* of the distribution */
	PHASE_TOOLS,     /* cargo's helpers */
	PHASE_DOWNLOADS, /* sysroots, SDKs, images */
	PHASE_EDITS,
	PHASE_PROBES,
};

/* A package that a target wants: for the step's reason and proof. */
struct wish {
	const char *package;
	const char *program; /* what it brings; NULL: nothing that is found on PATH */
	const char *purpose; /* "links x86_64-pc-windows-gnu" */
	const char *note;    /* a trap worth saying, or NULL */
	bool verified;
};

struct draft_step {
	struct step *step;
	enum phase phase;
	bool done; /* while they are put in order */
};

struct draft {
	const struct survey *s;
	const struct plan_query *q;
	struct plan *plan;
	struct arena *arena; /* the plan's */
	VEC(struct draft_step) steps;
	VEC(struct wish) wishes;
	struct map got;   /* program to the id of the step that brings it */
	struct map files; /* path to struct str: what the edits so far make of a file */
	/* make_rust's: the step that brings rustup or the toolchain, or NULL; what --toolchain
	 * says to rustup, or NULL; what the releases of Rust offer, where the toolchain cannot
	 * say. */
	const char *rust_step, *toolchain;
	struct target_table *released;
	struct err *err;
};

/* What steps that need a package wait for; draft_finish puts its real id in. */
extern const char packages_step[];

/* A new step, with the id made of kind and name ("std", "x86_64-…": "std:x86_64-…"; name may be
 * NULL), or NULL when it is there already. */
struct step *draft_add(
	struct draft *d, enum phase phase, enum step_kind kind, const char *what, const char *name);
const char *draft_id(struct draft *d, const char *what, const char *name);
void draft_drop(struct draft *d, const struct step *step);      /* nobody waits for it */
struct step *draft_find(const struct draft *d, const char *id); /* or NULL */
/* `step` comes after the step of that id; NULL for an id: nothing. */
void draft_wait(struct draft *d, struct step *step, const char *id);
/* A list of words in the arena, up to the NULL that ends the arguments. */
const char *const *draft_words(struct draft *d, ...) __attribute__((sentinel));
/* The words of a command line without quotes. */
const char *const *draft_split(struct draft *d, const char *command);
/* Sets the command, and the title as a person would type it. */
void draft_command(struct draft *d, struct step *step, const char *const *argv);
void draft_prove(struct draft *d, struct step *step, const struct step_proof *proof);
/* Where a file of that name is downloaded to; NULL without a home. */
const char *draft_download_path(struct draft *d, const char *name);
void draft_wish(struct draft *d, const struct wish *wish); /* its texts live in the arena */
/* A note of one line, and why; both in the arena. Returns its id. */
const char *
draft_note(struct draft *d, enum phase phase, const char *id, const char *title, const char *why);
/* An edit of a file of the user's, with its diff or conflict, or, where the file is not ours to
 * write, a note of what it should say. NULL when the file says it already. */
struct step *draft_edit(struct draft *d, const char *what, const char *name, const char *path,
	const struct step_key *keys, size_t count);
/* Puts the steps in order, into the plan. */
void draft_finish(struct draft *d);
void draft_fini(struct draft *d); /* the plan stays */
