/* guard: ends the children's groups when this program is killed.
 *
 * A process beside us that holds the list of groups and one end of a pipe. However we end, also by
 * KILL or a crash, the pipe ends too: then each group still on the list gets TERM, and KILL
 * GUARD_GRACE_MS later. */
#pragma once
#include <sys/types.h>

#define GUARD_GRACE_MS 500
#define GUARD_GROUPS_MAX 1024 /* groups beyond that are not guarded */

struct guard;

struct guard *guard_new(void);    /* one that guards nothing when the system refuses */
void guard_free(struct guard *g); /* ends the process; the list should be empty */
void guard_add(struct guard *g, pid_t group);
void guard_remove(struct guard *g, pid_t group);
