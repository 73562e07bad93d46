/* profile_line: what a line of `xtui profile` is about, and its verbs. */
#pragma once
#include "cli/profile_targets.h"

struct choice;
struct cli;
struct profile;
struct survey;

struct profile_line {
	const struct cli *cli;
	const struct survey *survey;
	struct profile *profile; /* with what the line sets */
	struct choice
		*choice; /* with what the line gives to targets; NULL: there is no workspace */
	struct profile_targets targets; /* that */
};

/* What is in force, where each value comes from, and what it means. Each verb gives the exit status. */
int profile_show(const struct profile_line *line);
/* What would change of Cargo.toml and xtui.toml, and writing it; there is a workspace. */
int profile_diff(const struct profile_line *line);
int profile_write(const struct profile_line *line);
