/* dry_run: `build --dry-run`: the lines that a shell has to be given for the same build. */
#pragma once

struct cli;
struct run_spec;

int dry_run(const struct cli *cli, const struct run_spec *spec); /* the exit status */
