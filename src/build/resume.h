/* resume: builds whose xtui was killed, to be gone on with. */
#pragma once
#include <stdbool.h>
#include "base/str.h"

struct history_list;
struct history_run;
struct order;
struct run_spec;

bool resume_is_possible(const struct history_run *run); /* it was interrupted, and is a build */
/* Of a workspace's runs, newest first, the last of these that no later run was gone on with: one of the same
 * order that came to its end. NULL: there is none. */
const struct history_run *resume_find(const struct history_list *list);
/* What it was to build, without the targets that somebody had stopped. False when that is nothing, or not
 * known; to be given to order_fini in any case. */
bool resume_read(const struct history_run *run, struct order *o);
/* What a command line may still say of it: where logs go, how many CPUs and how much memory. */
void resume_take_line(struct order *o, const struct run_spec *line);
/* Whether to build this is to go on with all of it anyway; `profile`: name. */
bool
resume_is_same(const struct history_run *run, const struct run_spec *spec, const char *profile);
/* "2 targets: x86_64-unknown-linux-gnu, aarch64-unknown-linux-gnu (small)", of the order as read. */
void resume_say(const struct history_run *run, const struct order *o, struct str *out);
