/* carry_tell: what carry_out and the two ways of telling share. */
#pragma once
#include "base/str.h"
#include "cli/cli.h"
#include "plan/plan.h"
#include "plan/runner.h"

struct carry;

/* A way of telling. `state` is told when a step's state is another one than before. */
struct teller {
	void (*begin)(struct carry *c);
	void (*state)(struct carry *c, size_t step, const struct step_status *status);
	void (*progress)(struct carry *c, size_t step, const struct step_status *status);
	void (*line)(struct carry *c, size_t step, struct span line);
	void (*end)(struct carry *c);
};
extern const struct teller teller_plain, teller_json;

struct carry {
	const struct cli *cli;
	const struct teller *teller;
	struct loop *loop;
	struct runner *runner;
	const struct plan *plan;
	enum step_state *states; /* as told */
	int *quarters;           /* of a download, as told where there is no terminal; by step */
	uint64_t began;          /* loop_clock */
	bool accepts;            /* licences, without being asked */
	bool lent;               /* the terminal; what is said there is seen already */
	bool is_terminal;        /* standard output */
	bool has_gauge;          /* its last line is how far a download is */
	int interrupts, signal;  /* how many came, and the last of them */
	struct str out;
};

uint64_t carry_ms(const struct carry *c); /* since it began */
size_t carry_count(const struct carry *c, enum step_state state);
