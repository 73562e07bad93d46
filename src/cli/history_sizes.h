/* history_sizes: how large each file was in each run, by target and variant. */
#pragma once

struct cli;
struct history;

/* Of the workspace we are in, as many runs as --limit says; the exit status. */
int history_sizes(const struct cli *cli, struct history *h);
