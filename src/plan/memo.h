/* memo: what is kept on disk of carrying out a plan, by the folder it is for.
 *
 * $XDG_STATE_HOME/xtui/plans/<digest of the folder>.json has an object per step, by its id; beside it a
 * folder of that name with the output of steps that failed. Whole files, written at each change. */
#pragma once
#include <stdint.h>
#include "base/err.h"
#include "base/str.h"
#include "plan/plan.h"
#include "plan/state.h"

struct memo;

/* Where what is kept for the folder lies, without an ending; caller frees; NULL without a home. */
char *memo_path(const char *dir);
/* What was kept; nothing too where it cannot be read: the proofs tell more. NULL without a home. */
struct memo *memo_open(const char *dir);
void memo_close(struct memo *m);
void memo_reread(struct memo *m);
/* The lock of all who would carry out plans for the folder. */
char *memo_lock_path(const struct memo *m);

struct memo_step {
	enum step_state state; /* WAITING: nothing is kept */
	uint64_t ms;
	const char *why; /* err.message; or NULL; borrowed until the next change */
	const char *remedy;
};
/* Of the step as it is: what was kept of one with the same id that did something else is nothing. */
struct memo_step memo_get(const struct memo *m, const struct step *step);
/* Keeps it, and the output where there is any. WAITING takes it out. */
bool memo_set(struct memo *m, const struct step *step, const struct memo_step *kept,
	struct span output, struct err *err);
/* The output that was kept; appends nothing when there is none. */
void memo_output(const struct memo *m, const struct step *step, struct str *out);
