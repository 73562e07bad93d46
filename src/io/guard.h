/* guard: ends the children's groups when this program is killed.
 *
 * A process beside us that holds the list of groups and one end of a pipe. However we end, also by
 * KILL or a crash, the pipe ends too: then each group still on the list gets TERM, and KILL
 * GUARD_GRACE_MS later. What a group has started outside itself (a container) its sweep ends. */
#pragma once
#include <sys/types.h>

#define GUARD_GRACE_MS 500
#define GUARD_GROUPS_MAX 1024 /* groups beyond that are not guarded */
#define GUARD_SWEEP_MAX 500   /* bytes; a longer sweep is none */

struct guard;

struct guard *guard_new(void);    /* one that guards nothing when the system refuses */
void guard_free(struct guard *g); /* ends the process; the list should be empty */
/* `sweep`: a command for a shell, run after the group was killed, and once more a second later; or
 * NULL. */
void guard_add(struct guard *g, pid_t group, const char *sweep);
void guard_remove(struct guard *g, pid_t group);
