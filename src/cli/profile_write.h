/* profile_write: what a preset or --set would change of a profile, and writing it into Cargo.toml. */
#pragma once

struct cli;
struct profile;
struct survey;

/* Both give the exit status; the survey has a workspace. */
int profile_diff(const struct cli *cli, const struct survey *s, const struct profile *p);
int profile_write(const struct cli *cli, const struct survey *s, const struct profile *p);
