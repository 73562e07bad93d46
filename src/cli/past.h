/* past: the runs and jobs of the history that a person means. */
#pragma once
#include <stdbool.h>
#include "build/history.h"
#include "cli/cli.h"

/* The history, for reading; NULL with err. */
struct history *past_open(struct err *err);
/* The root of the workspace we are in, whose runs are meant when none is named; caller frees. NULL:
 * in none, all runs are meant. */
char *past_root(const struct cli *cli);
#define PAST_MARKED "marked" /* as a name: the marked run of this workspace */
/* One run in detail: by its id or the beginning of one, or PAST_MARKED; NULL: the last. ERR_USAGE names those that
 * begin so, ERR_FAILED says that there is none yet. The list is to be given to history_list_fini in
 * any case. */
bool past_find(const struct cli *cli, struct history *h, const char *name,
	struct history_list *list, struct err *err);
/* A job of it by its number, its triple, or a part of that which no other has; NULL: the only one, or
 * the only one that failed. ERR_USAGE names the jobs there are. */
const struct history_job *
past_job(const struct history_run *run, const char *name, struct err *err);
enum ink past_ink(const char *status); /* of a run or job */
