/* carry_out: a plan carried out from the command line, told as lines for people or as JSON lines. */
#pragma once
#include "cli/cli.h"

struct plan;
struct runner;
struct survey_query;

struct carry_out {
	const char *dir;                  /* the project's folder, absolute */
	const struct survey_query *query; /* how the machine is looked at */
	/* The plan is one fix that was shown by itself: it is done also when it was done before, and an
	 * edit may put its value in the place of another. */
	bool is_fix;
};

/* Takes the plan over and carries all of it out. The exit status: 0 when every step is over, else what the
 * first failure says, 130 after Ctrl-C. --json, --yes, --accept-licenses and --offline count. */
int carry_out(const struct cli *cli, const struct carry_out *what, struct plan *plan);
