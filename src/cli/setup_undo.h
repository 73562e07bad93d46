/* setup_undo: `xtui setup --undo [N]`: the list of edits, and putting one back. */
#pragma once

struct cli;

/* The exit status. Without N: the list. With one: the diff is shown, and where nobody can be asked, --yes is
 * needed. */
int setup_undo(const struct cli *cli);
